"""What the modeler asks while somebody draws: quickly, in the reader's language, and never a 500."""

from __future__ import annotations

import time
from typing import Any

import pytest

from engine.commands.services import SERVICES
from tests.integration.api.conftest import API, Caller
from tests.integration.design.conftest import S1, begin, shipped


def lint(caller: Caller, design_id: str, content: bytes, language: str = "zh") -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {caller.token}", "Accept-Language": language}
    answer = caller.client.post(f"{API}/designs/{design_id}/lint", data=content, headers=headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return list(answer.get_json()["problems"])


def explain(caller: Caller, kind: str, text: str, language: str = "zh", status: int = 200) -> Any:
    answer = caller.call("POST", "/designs/explain", {"kind": kind, "text": text}, Accept_Language=language)
    assert answer.status_code == status
    return answer.get_json()


def test_the_canvas_is_checked_in_the_readers_language_with_a_remedy(analyst: Caller) -> None:
    made = begin(analyst)
    broken = shipped(f"{S1}.bpmn").replace(b'cx:form="S1_T6"', b'cx:form="NO_SUCH"')
    (found,) = lint(analyst, made["id"], broken)
    assert found == {
        "element_id": "S1_T6",
        "element_name": "单位审核",
        "rule": "CX-05",
        "kind": "people",
        "kind_name": "办理人、表单与期限",
        "severity": "error",
        "message": "“单位审核”的表单 NO_SUCH 不存在。",
        "remedy": "请一并提交 NO_SUCH.json，或改用已发布的表单。",
        "column": 0,
        "file": f"{S1}.bpmn",
        "path": [],
    }
    (said,) = lint(analyst, made["id"], broken, "en")
    assert (said["element_name"], said["message"], said["remedy"]) == (
        "Unit check",
        '"Unit check" names the form NO_SUCH, which does not exist.',
        "Add NO_SUCH.json to the bundle, or name a published form.",
    )
    assert analyst.get(f"/designs/{made['id']}")["rev"] == 1, "checking saves nothing"


def test_checking_the_longest_drawing_takes_less_than_a_third_of_a_second(analyst: Caller) -> None:
    made, content = begin(analyst), shipped(f"{S1}.bpmn")
    lint(analyst, made["id"], content)
    began = time.perf_counter()
    assert lint(analyst, made["id"], content) == []
    assert time.perf_counter() - began < 0.3


def test_a_drawing_that_no_longer_holds_its_process_says_so(analyst: Caller) -> None:
    made = begin(analyst)
    renamed = shipped(f"{S1}.bpmn").replace(f'id="{S1}"'.encode(), b'id="OTHER"')
    assert "DES-01" in {found["rule"] for found in lint(analyst, made["id"], renamed)}
    assert lint(analyst, made["id"], b"<no")[0]["rule"] == "XML-01"


def test_everything_that_can_be_chosen_has_a_label_in_both_languages(analyst: Caller) -> None:
    found = analyst.call("GET", "/designs/choices", Accept_Language="zh").get_json()
    said = analyst.call("GET", "/designs/choices", Accept_Language="en").get_json()
    assert {one["value"] for one in found["services"]} == SERVICES.keys()
    assert found["forms"][0].keys() == {"key", "name", "version", "fields"}
    (t3,) = (form for form in found["forms"] if form["key"] == "S1_T3")
    assert {"key": "owner", "label": "整改责任人", "type": "user", "process": True} in t3["fields"]
    assert {"key": S1, "name": "整改闭环", "version": 1, "start_form": "S1_T0"} in found["processes"]
    assert found["ladders"][0]["rungs"][0] == "逾期 1 个工作日催办"
    assert "msg.clue" in found["messages"] or found["messages"]
    assert len(found["units"]) == 70
    for name in ("scopes", "positions", "roles", "modes", "excludes", "services", "due_bases", "due_units", "params"):
        assert all(one["label"] for one in found[name]), name
        assert all(one["label"].isascii() or "§" in one["label"] for one in said[name]), name


def test_a_limit_is_read_back_with_an_example(analyst: Caller) -> None:
    found = explain(analyst, "due", "min(delivered+var(plan_wd)wd,var(limit))")
    assert (found["ok"], found["problem"]) == (True, None)
    assert found["words"] == "以较早者为准：送达后 N 个工作日（N 取自变量 plan_wd）；整改期限"
    assert found["example"]["due_on"] == "2026-03-09"
    assert found["example"]["assumed"]["plan_wd"] == 5
    assert explain(analyst, "due", "delivered+15wd", "en")["words"] == "15 working days after delivery"


def test_people_are_looked_up_for_an_example(analyst: Caller) -> None:
    found = explain(analyst, "assign", "self:pos:LEAD_DIRECT")
    assert found["words"] == "本单位·直接责任领导，直接指派"
    assert len(found["example"]["people"]) == 1
    assert explain(analyst, "assign", "self:user:owner")["example"]["people"] == []


def test_reminders_and_the_ladder_name_their_days(analyst: Caller) -> None:
    assert len(explain(analyst, "remind", "R3")["example"]["moments"]) == 2
    assert len(explain(analyst, "ladder", "STD")["example"]["moments"]) == 5
    assert explain(analyst, "ladder", "none") == {
        "ok": True,
        "words": "不套用升级阶梯",
        "problem": None,
        "example": None,
    }


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("assign", "nobody"),
        ("assign", ""),
        ("due", "created+5xx"),
        ("due", "created+param(no_such)wd"),
        ("due", "delivered+5nh"),
        ("due", "created+1000mo"),
        ("remind", "D-x"),
        ("ladder", "FAST"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_wrong_is_said_in_words(analyst: Caller, kind: str, text: str, language: str) -> None:
    found = explain(analyst, kind, text, language)
    assert found["ok"] is False
    assert found["problem"]["message"]
    if language == "en" and kind != "ladder":
        assert found["problem"]["message"].replace("…", "").isascii()
