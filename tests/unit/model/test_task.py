"""Who may do what with a user task."""

import pytest

from engine.errors import AlreadyClaimed, InputRejected, TaskNotOpen
from engine.model.task import (
    OPEN_STATES,
    STATE_LABELS,
    NotACandidate,
    NotAssigned,
    NotClaimedByYou,
    ProtectedTask,
    TaskSuspended,
    UserTask,
)
from tests.unit.model.given import at


def a_task(**changes):
    return UserTask(**{"id": "t1", "state": "assigned", "assignee": "u101"} | changes)


def an_offered_task(**changes):
    return a_task(**{"state": "offered", "assignee": "", "candidates": ("u044", "u045")} | changes)


def a_claimed_task(**changes):
    return a_task(**{"assignee": "u044", "candidates": ("u044", "u045"), "claimed_at": at("03-02")} | changes)


CHECKS = [
    lambda t: t.check_completable_by("u101"),
    lambda t: t.check_claimable_by("u101"),
    lambda t: t.check_unclaimable_by("u101"),
    lambda t: t.check_transferable_by("u101", "u105", "出差"),
    lambda t: t.check_returnable_by("u101", "不属本单位"),
]


@pytest.mark.parametrize("state", sorted(set(STATE_LABELS) - OPEN_STATES))
@pytest.mark.parametrize("check", CHECKS)
def test_nothing_is_done_with_a_task_that_is_over_and_the_error_names_who_ended_it(state, check):
    with pytest.raises(TaskNotOpen) as caught:
        check(a_task(state=state, done_by="u102"))
    assert caught.value.facts == {"state": state, "by": "u102"}


@pytest.mark.parametrize("check", CHECKS)
def test_nothing_is_done_with_a_suspended_task(check):
    with pytest.raises(TaskSuspended):
        check(a_task(state="suspended"))


def test_the_assignee_completes_hands_on_and_returns_a_task():
    for state in ("assigned", "started"):
        for check in (CHECKS[0], CHECKS[3], CHECKS[4]):
            check(a_task(state=state))


def test_another_person_does_not_complete_it():
    with pytest.raises(NotAssigned) as caught:
        a_task().check_completable_by("u102")
    assert caught.value.facts == {"assignee": "u101"}


def test_an_offered_task_is_claimed_or_completed_by_a_candidate_only():
    an_offered_task().check_claimable_by("u044")
    an_offered_task().check_completable_by("u045")
    for check in (an_offered_task().check_claimable_by, an_offered_task().check_completable_by):
        with pytest.raises(NotACandidate):
            check("u101")


def test_who_comes_second_learns_who_was_first():
    for check in (a_claimed_task().check_claimable_by, a_claimed_task().check_completable_by):
        with pytest.raises(AlreadyClaimed) as caught:
            check("u045")
        assert caught.value.facts == {"by": "u044", "at": at("03-02")}


def test_only_the_one_who_claimed_gives_back():
    a_claimed_task().check_unclaimable_by("u044")
    for task, person in ((a_claimed_task(), "u045"), (a_task(), "u101")):
        with pytest.raises(NotClaimedByYou):
            task.check_unclaimable_by(person)


def test_a_protected_task_is_completed_but_never_moved():
    task = a_task(is_protected=True)
    task.check_completable_by("u101")
    with pytest.raises(ProtectedTask):
        task.check_transferable_by("u101", "u105", "出差")
    with pytest.raises(ProtectedTask):
        task.check_returnable_by("u101", "不属本单位")


def test_moving_a_task_needs_a_reason_and_another_person():
    with pytest.raises(InputRejected) as caught:
        a_task().check_transferable_by("u101", "u105", " ")
    assert caught.value.facts["field"] == "reason"
    with pytest.raises(InputRejected):
        a_task().check_returnable_by("u101", "")
    with pytest.raises(InputRejected) as caught:
        a_task().check_transferable_by("u101", "u101", "出差")
    assert caught.value.facts["field"] == "to"
