"""A draft compared with what it was begun from, with a revision, with a version, in the reader's language."""

from __future__ import annotations

from typing import Any

from tests.integration.api.conftest import Caller, file_part
from tests.integration.design.conftest import begin, put, shipped, text

VERIFY = b'cx:form="S1_T7" cx:due="created+%dwd"'


def compared(caller: Caller, path: str, language: str = "zh") -> Any:
    answer = caller.call("GET", path, Accept_Language=language)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def test_a_draft_is_compared_with_its_base_and_with_a_revision(analyst: Caller, owner: Caller) -> None:
    made = begin(analyst)
    path = f"/designs/{made['id']}/differences"
    put(analyst, made["id"], text(analyst, made["id"]).replace(VERIFY % 5, VERIFY % 7), made["rev"])
    (one,) = compared(analyst, path)["elements"]
    assert one == {
        "id": "S1_T7",
        "name": "核验",
        "type": "userTask",
        "change": "changed",
        "words": ["时限由“任务生成后 5 个工作日”改为“任务生成后 7 个工作日”"],
    }
    assert compared(analyst, path, "en")["summary"][0] == "1 changed."
    assert len(compared(analyst, f"{path}?with=1")["elements"]) == 1
    assert compared(analyst, f"{path}?with=2")["elements"] == []
    assert compared(analyst, f"{path}?with={made['based_on']['id']}")["summary"][1].startswith("“核验”")
    assert analyst.get(f"{path}?with=nothing", status=422)["facts"]["field"] == "with"
    owner.get(path, status=403)


def test_two_versions_are_compared(analyst: Caller, inspector: Caller) -> None:
    first = analyst.get("/process-definitions?key=S4_APPROVE&state=current")["items"][0]
    changed = shipped("S4_APPROVE.bpmn").replace(b"created+3wd", b"created+4wd")
    sent = {"files": [file_part("S4_APPROVE.bpmn", changed)], "auto_confirm": "true"}
    second = analyst.upload("/deployments", sent)["definitions"][0]
    found = compared(inspector, f"/process-definitions/{second['id']}/differences?with={first['id']}")
    assert found["elements"]
    assert all("3 个工作日" in one["words"][0] for one in found["elements"])
