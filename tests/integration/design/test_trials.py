"""A draft is tried out with test people and a clock of its own, and nothing live is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.core import Engine
from engine.model.clock import local_day
from engine.store import tables as t
from tests.integration.api.conftest import PROBLEM, Caller
from tests.integration.design.conftest import begin, put
from tests.unit.lint.drawings import a_process, a_task

Drawn = Callable[[str, bytes], str]
TASK = 'cx:assign="self:pos:PERSON_RESP" cx:form="S1_T6" cx:due="created+3wd" cx:ladder="STD"'
AT = "2026-12-01T09:00:00+08:00"


@pytest.fixture
def drawn(analyst: Caller) -> Drawn:
    """A saved draft of a new process. Answers its id."""

    def make(key: str, content: bytes) -> str:
        made = analyst.post("/designs", {"key": key, "name": key}, status=201)
        put(analyst, made["id"], content, 1)
        return str(made["id"])

    return make


@pytest.fixture
def nothing_live(engine: Engine) -> Iterator[None]:
    """Counts the rows of every table before and after: only try-outs may come and go."""

    def counts() -> dict[str, int]:
        with engine.reading("system") as tx:
            return {
                table.name: tx.connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in t.metadata.sorted_tables
                if table.name not in ("design_trial", "session", "idempotency")
            }

    before = counts()
    yield
    assert counts() == before


def trial(caller: Caller, design_id: str, **body: Any) -> Any:
    return caller.post("/trials", {"design_id": design_id, "start": AT, **body}, status=201)


def move(caller: Caller, made: Any, what: str, body: Any, status: int = 200) -> Any:
    return caller.post(f"/trials/{made['id']}/{what}", body, status=status)


def test_the_shipped_process_runs_to_its_timer_without_touching_anything_live(
    analyst: Caller, request: pytest.FixtureRequest
) -> None:
    design = begin(analyst)
    request.getfixturevalue("nothing_live")
    made = trial(analyst, design["id"], variables={**PROBLEM, "unit": "532503-GA"}, unit="532503-GA")
    (task,) = made["tasks"]
    assert (task["element_id"], task["people"], task["due_on"]) == ("S1_T2", ["测试人员（督查员）"], "2026-12-02")
    assert task["assign_words"] == "上级单位·督查员，先领取者办理"
    assert made["tokens"] == [{"element_id": "S1_T2", "count": 1}]
    assert made["path"][:3] == ["S1_START", "F_S1_START_REGISTER", "REGISTER"]
    assert any(event["words"] == "服务“登记问题并编号”（试运行不执行）" for event in made["events"])
    assert any("D1" in event["words"] for event in made["events"])
    for node in ("S1_T2", "S1_T3", "S1_T4", "S1_T5", "S1_T6", "S1_T7", "S1_T8"):
        tasks = {task["element_id"]: task for task in made["tasks"]}
        if node not in tasks:
            continue
        made = move(
            analyst, made, "complete", {"token": tasks[node]["token"], "values": VALUES[node], "checked": False}
        )
        assert made["problem"] is None, made["problem"]
    assert any(event["words"] == "事项状态：整改中" for event in made["events"])
    (timer,) = made["timers"]
    assert timer["element_id"] == "EV_60D"
    made = move(analyst, made, "advance", {"next": True})
    assert made["timers"] == []
    assert analyst.get(f"/trials/{made['id']}")["now"] == made["now"]
    analyst.call("DELETE", f"/trials/{made['id']}")
    analyst.get(f"/trials/{made['id']}", status=404)


VALUES: dict[str, dict[str, Any]] = {
    "S1_T2": {},
    "S1_T3": {"owner": "u101", "owner_decision": "指定"},
    "S1_T4": {},
    "S1_T5": {},
    "S1_T6": {"unit_decision": "同意"},
    "S1_T7": {"result": "通过"},
    "S1_T8": {},
}


def test_a_form_of_the_try_out_is_checked_and_its_suggested_values_pass(analyst: Caller, drawn: Drawn) -> None:
    made = trial(analyst, drawn("TRY_FORM", a_process(a_task(TASK), key="TRY_FORM")))
    (task,) = made["tasks"]
    assert task["form"]["schema"]["id"] == "S1_T6"
    refused = move(analyst, made, "complete", {"token": task["token"], "values": {}}, status=422)
    assert refused["code"] == "form_rejected"
    done = move(analyst, made, "complete", {"token": task["token"], "values": task["form"]["suggested"]})
    assert (done["ended"], done["tokens"], done["problem"]) == (True, [], None)
    assert done["events"][-1]["words"] == "流程结束"
    again = move(analyst, done, "complete", {"token": task["token"], "values": {}}, status=409)
    assert again["code"] == "task_not_open"


def test_made_up_values_for_the_start_lead_to_a_task_and_may_be_changed_before_it(analyst: Caller) -> None:
    design = begin(analyst)
    offered = analyst.post("/trials/offer", {"design_id": design["id"]})
    form = offered["form"]
    assert (form["key"], form["suggested"]["unit"]) == ("S1_T0", offered["unit"])
    assert form["suggested"]["nature"] != "涉嫌违纪违法"  # that would end at once as a clue
    assert {"value": "532503-GA", "label": "蒙自市公安局"}.items() <= _choice(form, "unit", "532503-GA").items()

    by_itself = trial(analyst, design["id"])
    assert [task["element_id"] for task in by_itself["tasks"]] == ["S1_T2"]
    changed = trial(analyst, design["id"], values={**form["suggested"], "title": "我改的", "nature": "涉嫌违纪违法"})
    assert (changed["variables"]["title"], changed["ended"], changed["tasks"]) == ("我改的", True, [])
    refused = analyst.post("/trials", {"design_id": design["id"], "values": {}}, status=422)
    assert refused["code"] == "form_rejected"


def _choice(form: Any, field: str, value: str) -> Any:
    (found,) = (one for one in form["choices"][field] if one["value"] == value)
    return found


def test_suggested_values_keep_the_rules_of_the_form_of_a_grave_problem(analyst: Caller) -> None:
    """D is verified on site by two people: a rule across fields that the plainest values break."""
    design = begin(analyst)
    made = trial(analyst, design["id"], variables={**PROBLEM, "spread": "单位", "public_impact": True})
    for node in ("S1_T2", "S1_T3", "S1_T4", "S1_T5", "S1_T6", "S1_T7", "S1_T8"):
        (task,) = made["tasks"]
        assert task["element_id"] == node
        made = move(analyst, made, "complete", {"token": task["token"], "values": task["form"]["suggested"]})
    assert made["variables"]["severity"] == "D"
    assert [timer["element_id"] for timer in made["timers"]] == ["EV_60D"]


def test_a_ladder_tried_out_climbs_at_the_thresholds_of_its_profile(analyst: Caller) -> None:
    design = begin(analyst, "S2_LADDER")
    made = trial(analyst, design["id"], variables={"task_id": "t1", "task_name": "办理", "profile": "STD"})
    waits = []
    while made["timers"]:
        waits.append(made["timers"][0]["due_at"])
        made = move(analyst, made, "advance", {"next": True})
    days = list(dict.fromkeys(local_day(datetime.fromisoformat(at)).isoformat() for at in waits))
    # STD: rungs at 1, 3, 6, 8 and 11 working days; the first was reached on the Tuesday on which it began.
    assert days == ["2026-12-03", "2026-12-08", "2026-12-10", "2026-12-15"]


def test_what_is_on_the_canvas_runs_without_being_saved(analyst: Caller, drawn: Drawn) -> None:
    design = drawn("TRY_CANVAS", a_process(a_task(TASK), key="TRY_CANVAS"))
    canvas = a_process(a_task(TASK, name="画布上的"), key="TRY_CANVAS").decode()
    assert trial(analyst, design, xml=canvas)["tasks"][0]["name"] == "画布上的"


def test_reminders_and_the_ladder_are_told_as_the_clock_moves(analyst: Caller, drawn: Drawn) -> None:
    made = trial(analyst, drawn("TRY_LATE", a_process(a_task(TASK, name="办理"), key="TRY_LATE")))
    made = move(analyst, made, "advance", {"by": "P30D"})
    words = [event["words"] for event in made["events"]]
    assert "提醒“办理”：到期当日" in words
    assert "“办理”到期" in words
    assert sum(word.startswith("“办理”") and "牌" in word for word in words) == 2
    assert move(analyst, made, "advance", {"by": "x"}, status=422)["facts"]["field"] == "by"
    assert move(analyst, made, "advance", {"to": AT}, status=422)["facts"]["field"] == "to"
    move(analyst, made, "advance", {}, status=422)


def test_a_limit_that_cannot_be_counted_says_why(analyst: Caller, drawn: Drawn) -> None:
    task = TASK.replace("created+3wd", "var(nothing)+3wd")
    (shown,) = trial(analyst, drawn("TRY_DUE", a_process(a_task(task), key="TRY_DUE")))["tasks"]
    assert shown["due_on"] is None
    assert shown["due_words"].startswith("时限无法计算：流程变量“nothing”没有值")


def test_a_script_that_fails_is_a_problem_and_nothing_moves(analyst: Caller, drawn: Drawn) -> None:
    script = '<scriptTask id="T2" name="算"><script>x = missing + 1</script></scriptTask>'
    made = trial(analyst, drawn("TRY_SCRIPT", a_process(a_task(TASK) + script, key="TRY_SCRIPT")))
    token = made["tasks"][0]["token"]
    failed = move(analyst, made, "complete", {"token": token, "values": {}, "checked": False})
    assert failed["problem"]["element_id"] == "T2"
    assert "missing" in failed["problem"]["message"]
    assert [task["token"] for task in failed["tasks"]] == [token]
    english = analyst.call("GET", f"/trials/{made['id']}", Accept_Language="en").get_json()
    assert "missing" in english["problem"]["message"]
    done = move(analyst, made, "complete", {"token": token, "values": {"missing": 1}, "checked": False})
    assert (done["problem"], done["ended"], done["variables"]["x"]) == (None, True, 2)


def test_a_loop_without_end_ends_with_a_message(analyst: Caller, drawn: Drawn) -> None:
    loop = (
        '<exclusiveGateway id="X1" name="环" /><serviceTask id="T2" name="服务"'
        ' implementation="urn:changxiao:service:draw_sample" />'
        '<exclusiveGateway id="X2" name="判" default="BACK" />'
    )
    content = a_process(loop, key="TRY_LOOP").replace(
        b"</process>", b'<sequenceFlow id="BACK" sourceRef="X2" targetRef="X1" /></process>'
    )
    content = content.replace(
        b'sourceRef="X2" targetRef="N0" />',
        b'sourceRef="X2" targetRef="N0"><conditionExpression>1 == 2</conditionExpression></sequenceFlow>',
    )
    made = trial(analyst, drawn("TRY_LOOP", content))
    assert "死循环" in made["problem"]["message"]


def test_a_try_out_has_data_stores_of_its_own(analyst: Caller, drawn: Drawn, engine: Engine) -> None:
    def step(name: str) -> str:
        comes = f"<sourceRef>kept</sourceRef><targetRef>{name}P</targetRef><transformation>kept or 0</transformation>"
        return (
            f'<scriptTask id="{name}Task" name="{name}"><property id="{name}P" name="last"/>'
            f"<dataInputAssociation>{comes}</dataInputAssociation><dataOutputAssociation><targetRef>kept</targetRef>"
            f"</dataOutputAssociation><script>kept = last + 1\ntotal = kept</script></scriptTask>"
        )

    waits = '<userTask id="W1Task" name="等待"/>'
    store = '<dataStoreReference id="kept"/>'
    content = a_process(step("A1") + waits + step("A2"), key="TRY_STORE").replace(
        b"<startEvent", store.encode() + b"<startEvent", 1
    )
    made = trial(analyst, drawn("TRY_STORE", content))
    assert made["variables"]["total"] == 1

    (task,) = made["tasks"]
    after = move(analyst, made, "complete", {"token": task["token"], "values": {}})
    assert (after["ended"], after["variables"]["total"]) == (True, 2)
    with engine.transaction("system") as tx:
        assert tx.stored("kept", limit=1) == ()


def test_a_message_is_given_to_whoever_waits(analyst: Caller, drawn: Drawn) -> None:
    waits = '<messageEventDefinition messageRef="M1" />'
    wait = f'<intermediateCatchEvent id="E1" name="等答复">{waits}</intermediateCatchEvent>'
    content = a_process(wait, key="TRY_WAIT").replace(b"<process ", b'<message id="M1" name="msg.x" /><process ')
    made = trial(analyst, drawn("TRY_WAIT", content))
    assert made["waiting"] == [{"element_id": "E1", "kind": "message", "name": "msg.x"}]
    assert move(analyst, made, "message", {"name": "msg.y"}, status=422)["facts"]["allowed"] == ["msg.x"]
    assert move(analyst, made, "message", {"name": "msg.x", "variables": {"a": 1}})["ended"] is True


def test_another_process_is_shown_and_not_started(analyst: Caller, drawn: Drawn) -> None:
    start = '<serviceTask id="T2" name="交办" cx:start="S1_RECTIFY" />'
    made = trial(analyst, drawn("TRY_START", a_process(start, key="TRY_START")))
    assert made["ended"] is True
    assert any(event["words"] == "将发起流程 S1_RECTIFY（试运行不发起）" for event in made["events"])


def test_a_draft_that_cannot_be_run_says_why_and_where(analyst: Caller, drawn: Drawn) -> None:
    script = '<scriptTask id="T2" name="算"><script>x = (</script></scriptTask>'
    design = drawn("TRY_NOTHING", a_process(script, key="TRY_NOTHING"))
    for path in ("/trials", "/trials/offer"):
        refused = analyst.post(path, {"design_id": design}, status=422)
        assert refused["code"] == "definition_rejected"
        assert [(one["rule"], one["element_id"]) for one in refused["problems"]] == [("SCRIPT-01", "T2")]


def test_a_try_out_is_its_owners_alone_and_ends_after_a_day(
    analyst: Caller, colleague: Caller, drawn: Drawn, engine: Engine
) -> None:
    made = trial(analyst, drawn("TRY_OWN", a_process(a_task(TASK), key="TRY_OWN")))
    colleague.get(f"/trials/{made['id']}", status=404)
    with engine.reading("u902") as tx:
        assert tx.connection.execute(select(func.count()).select_from(t.design_trial)).scalar_one() == 0
    with engine.transaction("u901") as tx:
        tx.raw.execute("UPDATE design_trial SET expires_at = now() - interval '1 second' WHERE id = %s", (made["id"],))
    analyst.get(f"/trials/{made['id']}", status=404)


def test_of_many_try_outs_the_oldest_give_way(analyst: Caller, drawn: Drawn, engine: Engine) -> None:
    design = drawn("TRY_MANY", a_process(a_task(TASK), key="TRY_MANY"))
    for _ in range(11):
        trial(analyst, design)
    with engine.reading("u901") as tx:
        assert tx.connection.execute(select(func.count()).select_from(t.design_trial)).scalar_one() == 10


def test_a_mechanism_that_begins_by_the_calendar_is_tried_for_the_period_that_comes_next(
    analyst: Caller, drawn: Drawn
) -> None:
    begins = (
        '<startEvent id="S0" cx:owners="all"><timerEventDefinition id="S0T"><timeCycle xsi:type="tFormalExpression"'
        ' language="urn:changxiao:schedule:1">firstwd(half)</timeCycle></timerEventDefinition></startEvent>'
    )
    task = a_task('cx:assign="self:pos:PERSON_RESP" cx:form="S1_T6" cx:due="period.end" cx:ladder="STD"')
    content = a_process(task, key="P_HALF").replace(b'<startEvent id="S0" />', begins.encode())

    made = trial(analyst, drawn("P_HALF", content))

    assert [(one["element_id"], one["due_on"]) for one in made["tasks"]] == [("T1", "2027-06-30")]
