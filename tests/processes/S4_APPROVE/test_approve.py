"""S4_APPROVE: one approver, several, or a meeting; silence is never consent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.processes.case import Case

Run = Callable[..., Case]


@pytest.mark.parametrize("decision", ["同意", "修改后同意", "退回", "不同意"])
def test_one_approver_decides_alone(run: Run, decision: str):
    case = run("S4_APPROVE", mode="单人", approvers=["u001"], quorum=0)

    assert case.open_tasks() == ["S4_T1"]
    case.complete("S4_T1", decision=decision)
    assert (case.ended, case.variables["decision"]) == (True, decision)


@pytest.mark.parametrize(
    ("answers", "decision"),
    [
        (["同意", "同意", "同意"], "同意"),
        (["同意", "修改后同意", "同意"], "修改后同意"),
        (["修改后同意", "退回", "同意"], "退回"),
        (["退回", "同意", "不同意"], "不同意"),
    ],
)
def test_of_several_approvers_the_strictest_counts(run: Run, answers: list[str], decision: str):
    case = run("S4_APPROVE", mode="会签", approvers=["u001", "u002", "u003"], quorum=0)

    assert case.open_tasks() == ["S4_T1_ALL"] * 3
    for token, answer in zip(case.tokens("S4_T1_ALL"), answers, strict=True):
        assert not case.ended
        case.complete_one(token, decision=answer)

    assert (case.ended, case.variables["decision"]) == (True, decision)


def test_every_countersigner_is_asked_by_name(run: Run):
    case = run("S4_APPROVE", mode="countersign", approvers=["u001", "u002"], quorum=0)

    assert [task.data["approver"] for task in case.tasks.values()] == ["u001", "u002"]
    assert case.info.nodes["S4_T1_ALL"].assign == "self:user:approver;fixed"


def test_a_meeting_is_decided_by_its_minutes(run: Run):
    case = run("S4_APPROVE", mode="会议", approvers=["u001", "u002", "u003"], quorum=2)

    assert case.open_tasks() == ["S4_T2"]
    assert case.info.nodes["S4_T2"].protected
    case.complete("S4_T2", decision="不同意")
    assert (case.ended, case.variables["decision"]) == (True, "不同意")


def test_a_second_round_forgets_the_answers_of_the_first(run: Run):
    case = run("S4_APPROVE", mode="会签", approvers=["u001"], quorum=0, decision="退回", decisions=["退回"])
    case.complete("S4_T1_ALL", decision="同意")

    assert case.variables["decision"] == "同意"
