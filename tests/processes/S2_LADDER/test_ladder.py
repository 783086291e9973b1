"""S2_LADDER: the rungs beside one overdue task, what ends with the task and what outlives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.processes.case import Case

Run = Callable[..., Case]

QUIET = {"profile": "STD", "red_12m": 0, "yellow_unanswered": False, "red_reply_rejected": 0}
RUNGS = {1: [], 2: ["S2_T2"], 3: ["S2_T2", "S2_T3"], 4: ["S2_T2", "S2_T3", "S2_T4"]}


def climb(case: Case, *, to: int) -> Case:
    """Let the thresholds pass until level `to` is issued."""
    while issued(case)[-1] < to:
        case.fire("WAIT")
    return case


def issued(case: Case) -> list[int]:
    """Levels issued so far, in order."""
    return [int(node.removeprefix("ISSUE_")) for node in case.visited if node.startswith("ISSUE_")]


@pytest.fixture
def ladder(run: Run) -> Case:
    """A ladder that has just issued level 1."""
    return run("S2_LADDER", task_id="t1", task_name="实施整改", base=1, **QUIET)


def test_the_ladder_begins_with_the_urge_and_waits_for_the_next_threshold(ladder: Case):
    assert ladder.called == ["D2_LEVEL", "issue_level", "next_threshold"]
    assert "ISSUE_1" in ladder.visited
    assert ladder.open_tasks() == []
    assert list(ladder.armed()) == ["WAIT"]


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_each_level_issues_once_and_opens_its_task_beside_the_ladder(ladder: Case, level: int):
    climb(ladder, to=level)

    assert ladder.open_tasks() == RUNGS[level]
    assert ladder.count("issue_level") == level
    assert list(ladder.armed()) == ["WAIT"]


def test_the_fifth_level_asks_the_main_leader_and_the_ladder_ends(ladder: Case):
    climb(ladder, to=5)

    assert ladder.open_tasks() == ["S2_T2", "S2_T3", "S2_T4", "S2_T5"]
    assert ladder.armed() == {}
    assert ladder.info.nodes["S2_T5"].assign == "superior:pos:LEAD_MAIN;fixed"


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_the_end_of_the_task_stops_the_ladder_and_cancels_its_tasks(ladder: Case, level: int):
    climb(ladder, to=level)

    assert ladder.message("msg.task_done")
    assert ladder.open_tasks() == []
    assert ladder.armed() == {}
    assert (ladder.ended, ladder.end_node) == (True, "END_DONE")
    assert ladder.called[-1] == "close_ladder"


def test_an_open_proposal_outlives_the_task(ladder: Case):
    climb(ladder, to=5)
    ladder.message("msg.task_done")

    assert ladder.open_tasks() == ["S2_T5"]
    assert ladder.count("close_ladder") == 1
    assert not ladder.ended

    ladder.complete("S2_T5", decision="不采纳", opinion="已整改到位")
    assert (ladder.ended, ladder.end_node) == (True, "END_REFUSED")


@pytest.mark.parametrize(
    ("decision", "end_node", "services", "messages"),
    [
        ("启动问责", "END_REVIEW", 1, []),
        ("转查处", "END_CLUE", 0, ["msg.clue"]),
        ("不采纳", "END_REFUSED", 0, []),
    ],
)
def test_only_the_named_leader_starts_a_review(
    ladder: Case, decision: str, end_node: str, services: int, messages: list[str]
):
    climb(ladder, to=5)
    assert ladder.count("start_accountability") == 0

    ladder.complete("S2_T5", decision=decision)

    assert ladder.count("start_accountability") == services
    assert [event.name for event in ladder.thrown] == messages
    assert end_node in ladder.visited


def test_a_second_red_card_within_a_year_brings_the_proposal_the_same_day(run: Run):
    case = run("S2_LADDER", base=3, **{**QUIET, "red_12m": 1})

    assert issued(case) == [3]
    assert case.open_tasks() == ["S2_T3", "S2_T5"]
    assert list(case.armed()) == ["WAIT"], "the ladder goes on"

    case.message("msg.task_done")
    assert case.open_tasks() == ["S2_T5"]


def test_a_proposal_of_the_same_day_does_not_stand_for_that_of_level_five(run: Run):
    case = run("S2_LADDER", base=3, **{**QUIET, "red_12m": 1})
    case.complete("S2_T5", decision="不采纳")
    climb(case, to=5)

    assert case.open_tasks().count("S2_T5") == 1


def test_an_unanswered_yellow_card_skips_to_red(run: Run):
    answers: list[Mapping[str, object]] = [{"base": 2}, {"base": 2, "yellow_unanswered": True}, {"base": 4}]
    case = run(
        "S2_LADDER",
        base=1,
        services={"next_threshold": lambda _data: {**answers.pop(0), "next_level_at": "2026-02-27T09:00:00+08:00"}},
        **QUIET,
    )
    case.fire("WAIT")
    case.fire("WAIT")

    assert issued(case) == [1, 2, 3]


def test_a_red_reply_rejected_twice_skips_to_the_superior(run: Run):
    case = run("S2_LADDER", base=1, **{**QUIET, "red_reply_rejected": 2})

    assert issued(case) == [4]
    assert case.open_tasks() == ["S2_T4"]


def test_a_ladder_may_begin_at_base_three_after_the_third_return(run: Run):
    case = run("S2_LADDER", base=3, **QUIET)

    assert case.open_tasks() == ["S2_T3"]
    assert issued(case) == [3]


def test_the_written_answer_and_the_decision_are_taken_while_the_ladder_waits(ladder: Case):
    climb(ladder, to=4)
    ladder.complete("S2_T2", reason="人员调整", new_date="2026-03-20")
    ladder.complete("S2_T4", decision="限期办结")

    assert ladder.called[-2:] == ["record_answer", "apply_decision"]
    assert ladder.open_tasks() == ["S2_T3"]
    assert list(ladder.armed()) == ["WAIT"]


def test_a_superior_who_asks_for_a_review_brings_level_five_at_once(ladder: Case):
    """`apply_decision` moves the ladder's timer to now; the proposal is that of level 5."""
    climb(ladder, to=4)
    ladder.complete("S2_T4", decision="提请问责")
    ladder.fire("WAIT", at=ladder.at)

    assert ladder.open_tasks() == ["S2_T2", "S2_T3", "S2_T5"]


def test_a_ladder_ends_by_itself_when_every_rung_is_used_and_answered(ladder: Case):
    climb(ladder, to=5)
    ladder.complete("S2_T2")
    ladder.complete("S2_T3")
    ladder.complete("S2_T4", decision="约谈")
    assert "END_TOP" in ladder.visited
    assert not ladder.ended

    ladder.complete("S2_T5", decision="启动问责")
    assert ladder.ended


@pytest.mark.parametrize("decision", ["成立", "不成立"])
def test_an_objection_is_a_case_of_its_own_and_needs_no_running_ladder(run: Run, decision: str):
    objection = run("S2_LADDER", message="msg.card_objection", card_no="PK-532503GA-2026-0001")

    assert objection.open_tasks() == ["S2_T6"]
    assert objection.called == []
    objection.complete("S2_T6", decision=decision)
    assert objection.called == ["decide_objection"]
    assert (objection.ended, objection.end_node) == (True, "END_OBJECTION")


def test_an_objection_under_decision_is_untouched_by_the_end_of_the_task(run: Run, ladder: Case):
    climb(ladder, to=2)
    objection = run("S2_LADDER", message="msg.card_objection", card_no="PK-532503GA-2026-0001")

    assert ladder.message("msg.task_done")
    assert not objection.message("msg.task_done")
    assert objection.open_tasks() == ["S2_T6"]


def test_no_task_of_the_ladder_has_a_ladder_and_each_says_why(ladder: Case):
    tasks = [node for node in ladder.info.nodes.values() if node.type == "userTask"]

    assert {node.id for node in tasks} == {"S2_T2", "S2_T3", "S2_T4", "S2_T5", "S2_T6"}
    assert all(node.ladder == "none" and "不再套用升级阶梯" in node.documentation for node in tasks)
    assert {node.id for node in tasks if node.protected} == {"S2_T2", "S2_T5", "S2_T6"}
    assert {node.id: node.due for node in tasks if node.due} == {
        "S2_T2": "created+param(card_answer_wd)wd",
        "S2_T4": "created+2wd",
        "S2_T5": "created+3wd",
        "S2_T6": "created+param(objection_decision_wd)wd",
    }


@pytest.mark.parametrize("profile", ["HOUR", "CASE"])
def test_a_profile_without_cards_only_tells_people_rung_by_rung(run: Run, profile: str):
    case = run("S2_LADDER", base=1, **{**QUIET, "profile": profile})
    case.fire("WAIT")
    case.fire("WAIT")

    assert case.called == ["tell_level", "next_threshold"] * 3
    assert (issued(case), case.open_tasks(), list(case.armed())) == ([], [], ["WAIT"])
    assert case.message("msg.task_done")
    assert case.end_node == "END_DONE"
