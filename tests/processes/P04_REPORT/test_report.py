"""P04_REPORT: the half-yearly report, from the reports below it to its reception above."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.processes.case import Case
from tests.processes.scripted import open_report

Run = Callable[..., Case]

UNIT = {"unit": "532503-GA", "period": "2025H2"}
COMMITTEE = {"unit": "532503-ZF", "period": "2025H2"}
BELOW = ["532503-FY", "532503-GA", "532503-JC", "532503-SF"]


def begin(run: Run, frame: dict[str, str] = UNIT, **services: object) -> Case:
    return run("P04_REPORT", timer="START_HALF", services=services, **frame)


def collecting(run: Run) -> Case:
    """A committee that waits for four reports."""
    return begin(run, COMMITTEE, open_report=lambda data: {**open_report(data), "children": BELOW})


def send(case: Case) -> None:
    """Draft, check and sign."""
    case.complete("P04_T2")
    case.complete("P04_T3", check_decision="同意")
    case.complete("P04_T4", sign_decision="签发")


def test_a_report_is_drafted_to_locked_figures_checked_signed_and_received(run: Run):
    case = begin(run)
    assert (case.open_tasks(), case.called) == (["P04_T2"], ["open_report", "pull_figures"])

    send(case)
    assert [name for name in case.called if name != "record_evidence"][2:] == [
        "compare_report",
        "make_document",
        "issue_report",
    ]
    assert (case.open_tasks(), case.state) == (["P04_T5"], "待接收")

    case.complete("P04_T5", result="合格")
    assert (case.ended, case.end_node, case.state) == (True, "END_SENT", "已报送")


def test_a_late_report_ends_as_handed_in_late(run: Run):
    case = begin(run, issue_report=lambda _data: {"signed": True, "ever_signed": True, "is_late": True})
    send(case)
    case.complete("P04_T5", result="合格")

    assert (case.end_node, case.state) == ("END_LATE", "逾期报送")


@pytest.mark.parametrize("by", ["check", "signature"])
def test_a_leader_sends_the_draft_back(run: Run, by: str):
    case = begin(run)
    case.complete("P04_T2")
    case.complete("P04_T3", check_decision="退回" if by == "check" else "同意")
    if by == "signature":
        case.complete("P04_T4", sign_decision="退回")

    assert case.open_tasks() == ["P04_T2"]
    assert case.count("make_document") == 0


def test_a_committee_waits_for_each_report_below_and_goes_on_when_all_are_in(run: Run):
    case = collecting(run)
    assert (case.open_tasks(), case.state) == ([], "汇总中")
    for child in BELOW:
        assert case.count("pull_figures") == 0
        assert case.message("msg.child_report", key=f"532503-ZF/2025H2/{child}", child=child)

    assert case.open_tasks() == ["P04_T2"]


def test_the_wait_ends_at_its_day_and_a_report_that_comes_later_is_linked_beside_the_work(run: Run):
    case = collecting(run)
    case.message("msg.child_report", key="532503-ZF/2025H2/532503-GA", child="532503-GA")
    case.fire("ON_WAIT")
    assert (case.open_tasks(), case.count("pull_figures")) == (["P04_T2"], 1)

    assert not case.message("msg.child_report", key="532503-ZF/2025H2/532503-FY", child="532503-FY")
    for _ in range(2):
        assert case.message("msg.child_report", key="532503-ZF/2025H2", child="532503-FY")
    assert (case.count("link_addendum"), case.open_tasks()) == (2, ["P04_T2"])


def test_a_returned_report_is_drafted_signed_and_received_again(run: Run):
    case = begin(run)
    send(case)
    case.complete("P04_T5", result="退回补正")
    assert (case.open_tasks(), case.state, case.variables["returns"]) == (["P04_T2"], "退回补正", 1)

    send(case)
    case.complete("P04_T5", result="合格")
    assert (case.end_node, case.count("make_document"), case.count("issue_report")) == ("END_SENT", 2, 2)
    assert "P04_T6" not in case.visited


@pytest.mark.parametrize(("decision", "started"), [("启动约谈", 1), ("不约谈", 0)])
def test_a_second_return_asks_a_named_leader_about_a_talk_while_the_report_is_mended(
    run: Run, decision: str, started: int
):
    case = begin(run)
    for _ in range(2):
        send(case)
        case.complete("P04_T5", result="退回补正")
    assert case.open_tasks() == ["P04_T2", "P04_T6"]

    send(case)
    case.complete("P04_T6", talk_decision=decision)
    assert case.count("S6_TALK") == started
    case.complete("P04_T5", result="合格")
    assert case.ended


@pytest.mark.parametrize("is_sent", [False, True])
def test_when_the_next_half_begins_only_a_report_that_was_never_signed_is_marked(run: Run, is_sent: bool):
    case = begin(run)
    if is_sent:
        send(case)
    case.fire("LAPSE", at=datetime.fromisoformat("2026-09-02T09:00:00+08:00"))

    assert case.count("mark_unsent") == (0 if is_sent else 1)
    assert case.open_tasks() == (["P04_T5"] if is_sent else ["P04_T2"]), "it is still owed"
