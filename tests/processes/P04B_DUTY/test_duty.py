"""P04B_DUTY: each leading member writes, reports to the staff, is rated by ballots; a leader decides on a talk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.processes.case import Case

Run = Callable[..., Case]

UNIT = {"unit": "532503-GA", "period": "2025"}


def begin(run: Run, *, proposed: bool = False) -> Case:
    tally = {"tally_ballots": lambda _data: {"talk_proposed": proposed, "ballots": {}}}
    return run("P04B_DUTY", timer="START_YEAR", services=tally, **UNIT)


def report(case: Case) -> None:
    """The one leader that is still at the beginning goes through to the file."""
    case.complete_one(case.tokens("P04B_T1")[0])
    case.complete("P04B_T2", meeting_date="2026-01-20", attendees=20, good=20, fair=0, ordinary=0, poor=0)
    case.complete("P04B_T4")


def test_each_leading_member_has_a_branch_and_the_case_is_filed_when_all_are_done(run: Run):
    case = begin(run)
    assert case.open_tasks() == ["P04B_T1", "P04B_T1"]

    for _ in range(2):
        assert not case.ended
        report(case)

    assert (case.ended, case.state) == (True, "已归档")
    assert (case.count("make_document"), case.count("record_evidence"), case.count("S6_TALK")) == (2, 6, 0)


@pytest.mark.parametrize(("decision", "started"), [("启动谈话", 1), ("不谈话", 0)])
def test_low_ballots_only_propose_a_talk_that_a_named_leader_decides(run: Run, decision: str, started: int):
    case = begin(run, proposed=True)
    report(case)
    assert case.open_tasks() == ["P04B_T1", "P04B_T5"]

    case.complete("P04B_T5", talk_decision=decision)
    assert (case.open_tasks(), case.count("S6_TALK")) == (["P04B_T1"], started)
    assert case.info.nodes["P04B_T5"].assign == "superior-or-self:pos:LEAD_MAIN;fixed;-coi"
