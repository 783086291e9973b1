"""P05_SUPERVISE, P05B_VISIT, P05C_REPLY: the round, the visit of one unit, and its right to be heard."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.decisions.parameters import with_params
from engine.model.params import Params
from tests.processes.case import Case

Run = Callable[..., Case]

FOUND = {"topic": "值班备勤", "fact": "交接登记缺少签字。"}
SUSPICION = {"topic": "值班备勤", "fact": "抽屉内有来源不明的购物卡。", "suspected": True}


def approved(run: Run, *, kind: str = "节点", decision: str = "同意", **more: object) -> Case:
    case = run("P05_SUPERVISE", timer="START_NODE", unit="532500-ZF", **with_params(more, Params.load()))
    case.complete("P05_T1", kind=kind, window_to="2026-03-20")
    case.complete("S4_T1", decision=decision)
    return case


def reported(case: Case, *accepted: int) -> Case:
    """The anchor comes, and each visit tells how many findings were accepted."""
    case.fire("EV_ANCHOR")
    for count in accepted:
        assert case.message("msg.visit_done", visit_result={"accepted": count})
    return case


def test_nobody_is_drawn_before_the_plan_is_approved_and_the_anchor_is_there(run: Run):
    case = approved(run)

    assert case.called[-4:] == ["make_document", "weigh_units", "D6_SIZE", "commit_draw"]
    assert list(case.armed()) == ["EV_ANCHOR"]
    assert case.state == "待抽取"


def test_a_plan_that_is_sent_back_is_written_again(run: Run):
    case = approved(run, decision="退回")

    assert case.open_tasks() == ["P05_T1"]
    assert case.count("commit_draw") == 0


def test_a_plan_that_is_withdrawn_before_the_draw_ends_the_round_and_nothing_is_drawn(run: Run):
    case = approved(run)

    assert case.message("msg.withdraw_plan", withdraw_reason="情况有变")

    assert (case.end_node, case.state) == ("END_WITHDRAWN", "已撤回")
    assert case.count("cancel_draw") == 1
    assert case.count("draw_round") == 0


def test_a_round_waits_for_every_visit_and_ends_with_a_bulletin(run: Run):
    case = approved(run)
    case.fire("EV_ANCHOR")
    assert case.count("dispatch_visit") == 2

    case.message("msg.visit_done", visit_result={"accepted": 0})
    assert case.open_tasks() == []
    case.message("msg.visit_done", visit_result={"accepted": 1})
    assert case.open_tasks() == ["P05_T8"]
    case.complete("P05_T8", bulletin_title="节日督查情况")

    assert (case.end_node, case.state) == ("END", "已通报")
    assert {"EVID_O15", "EVID_O16"} <= set(case.visited)
    assert "EVID_O17" not in case.visited


def test_a_round_that_finds_nothing_counts_and_needs_no_bulletin(run: Run):
    case = reported(approved(run, kind="经常"), 0, 0)

    assert (case.end_node, case.state) == ("END_NONE", "未发现问题")
    assert "EVID_O15" in case.visited
    assert "EVID_O16" not in case.visited


def test_a_special_round_is_proved_by_its_bulletin(run: Run):
    case = reported(approved(run, kind="专项"), 2, 0)
    case.complete("P05_T8")

    assert case.visited[-2:] == ["EVID_O17", "END"]


@pytest.fixture
def visit(run: Run) -> Case:
    return run("P05B_VISIT", target="532525-ZF", team=["u1", "u2"], team_lead="u1", window_to="2026-03-20")


def test_a_visit_hears_the_unit_and_hands_over_what_is_accepted(visit: Case):
    visit.complete("P05_T4", findings=[FOUND, FOUND, SUSPICION])
    assert visit.state == "听取说明"
    assert visit.variables["findings"] == [FOUND, FOUND]

    assert visit.message("msg.inspection_reply", replies=[{"reply": "属实"}, {"reply": "不属实"}])
    visit.complete("P05_T6", decisions=[{"decision": "予以认定"}, {"decision": "不予认定"}])

    assert visit.visited.count("S1_START") == 1
    assert visit.called[-2:] == ["S1_RECTIFY", "report_visit"]
    assert visit.end_node == "END"


def test_what_is_dropped_starts_nothing(visit: Case):
    visit.complete("P05_T4", findings=[FOUND])
    visit.message("msg.inspection_reply", replies=[{"reply": "不属实"}])
    visit.complete("P05_T6", decisions=[{"decision": "不予认定"}])

    assert "S1_START" not in visit.visited
    assert visit.ended


@pytest.mark.parametrize("findings", [[], [SUSPICION]])
def test_a_unit_is_asked_only_where_there_is_something_to_reply_to(visit: Case, findings: list[dict[str, object]]):
    visit.complete("P05_T4", findings=findings)

    assert visit.ended
    assert "ASK_REPLY" not in visit.visited


def test_a_unit_says_its_word(run: Run):
    case = run("P05C_REPLY", findings=[FOUND])
    case.complete("P05_T5", replies=[{"reply": "属实", "reason": "已整改。"}])

    assert (case.end_node, case.state) == ("END", "已说明")


def test_silence_ends_the_time_for_a_reply_and_is_called_what_it_is(run: Run):
    case = run("P05C_REPLY", findings=[FOUND])
    case.fire("SILENCE")

    assert (case.end_node, case.state) == ("END_SILENT", "未回复")
    assert case.count("return_reply") == 1
