"""流程库: versions, drafts, where a process is used, and everything as files."""

from __future__ import annotations

import io
import zipfile

from engine.core import Engine
from tests.integration.api.conftest import Caller, file_part, register
from tests.integration.design.conftest import S1, begin, shipped


def test_the_library_shows_versions_drafts_use_and_numbers_but_no_case(
    analyst: Caller, inspector: Caller, owner: Caller
) -> None:
    case = register(inspector, title="金丝雀专用标题")
    made = begin(analyst)
    answer = analyst.call("GET", "/designs/library")
    found = {process["key"]: process for process in answer.get_json()["processes"]}
    s1 = found[S1]
    assert (s1["current"]["version"], s1["current"]["builtin"], s1["design"]["id"]) == (1, True, made["id"])
    assert s1["current"]["running"] >= 1
    assert "S1_T4" in s1["forms"]
    assert s1["decisions"] == ["D1_SEVERITY"]
    assert case["id"] not in answer.get_data(as_text=True)
    forms = {form["key"]: form for form in answer.get_json()["forms"]}
    assert forms["S1_T4"]["used_by"] == [S1]
    owner.get("/designs/library", status=403)


def test_a_version_and_a_draft_leave_as_files_that_can_be_brought_back(analyst: Caller, engine: Engine) -> None:
    made = begin(analyst)
    current = analyst.get(f"/process-definitions?key={S1}&state=current")["items"][0]
    for path in (f"/process-definitions/{current['id']}/bundle", f"/designs/{made['id']}/bundle"):
        answer = analyst.call("GET", path)
        assert answer.mimetype == "application/zip"
        archive = zipfile.ZipFile(io.BytesIO(answer.data))
        assert archive.namelist()[0] == f"{S1}.bpmn"
        assert archive.read(f"{S1}.bpmn") == shipped(f"{S1}.bpmn")
        assert archive.read("S1_T4.json") == shipped("S1_T4.json")
    files = [file_part(name, archive.read(name)) for name in archive.namelist()]
    assert analyst.upload("/deployments", {"files": files})["state"] == "proposed"
    assert analyst.get("/designs/library")["waiting"] == 0, "nobody confirms an own proposal"
