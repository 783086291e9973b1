"""An operator moves tokens of a running case: what follows them, who is told, what is kept, and who may not."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.commands import drafts, moves, returns, standstill, tasks, withdrawals
from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.errors import Conflict, InputRejected, NotFound, Refused, TaskNotOpen
from engine.model.moves import Move, MovedOn, MoveRefused, ProtectedStep
from engine.model.step import Token
from engine.model.withdrawal import WithdrawalRefused
from engine.queries.moves import moves_view, preview
from engine.queries.task_brief import returns_of
from engine.store.record import StepRecord
from tests.integration.operators.conftest import WHY, Work
from tests.integration.resilience.office import INSPECTOR, OFFICERS, OPERATOR, begin


def notices(engine: Engine, person: str, kind: str) -> int:
    with engine.transaction(SYSTEM) as tx:
        return sum(notice.kind == kind for notice in tx.notices_of(person))  # type: ignore[arg-type]


def timers(work: Work) -> int:
    with work.engine.transaction(SYSTEM) as tx:
        return len(tx.timers_of(work.case))


def test_a_return_to_before_the_split_ends_both_branches_and_gives_the_text_back(work: Work) -> None:
    gone = {node: task.id for node, task in work.tasks.items()}
    tasks.claim(work.engine, gone["COMPARE"], OFFICERS[1])
    drafts.save_task_draft(work.engine, gone["COMPARE"], OFFICERS[1], {"note": "half"})
    before = timers(work)

    moved = work.move("return", "PREPARE")

    assert (work.open, moved.before, moved.after) == (["PREPARE"], ("COMPARE", "CONSULT"), ("PREPARE",))
    assert {work.task(task_id).state for task_id in gone.values()} == {"cancelled"}
    assert timers(work) == before // 2
    assert [notices(work.engine, person, "moved_away") for person in OFFICERS[:2]] == [1, 2]
    (fact,) = work.facts("moved")
    assert fact == {
        "kind": "return",
        "to": "PREPARE",
        "reason": WHY,
        "before": ["COMPARE", "CONSULT"],
        "after": ["PREPARE"],
    }
    work.do("PREPARE", "COMPARE", "CONSULT", "REVIEW", "ANSWER", "FILE")
    assert work.row.status == "completed"


def test_a_branch_that_waits_at_the_join_is_opened_again_and_the_other_lives_on(work: Work) -> None:
    work.do("COMPARE", "REVIEW")
    consult = work.tasks["CONSULT"].id

    work.move("return", "COMPARE")

    assert work.open == ["COMPARE", "CONSULT"]
    assert work.tasks["CONSULT"].id == consult
    work.do("CONSULT", "COMPARE", "REVIEW")
    assert work.open == ["ANSWER"]


def test_an_officer_is_not_sent_back_into_another_branch(work: Work) -> None:
    """The task done last stands in the other branch, whose token waits at the join by now."""
    work.do("COMPARE", "REVIEW")

    with pytest.raises(Conflict) as refused:
        returns.send_back(work.engine, work.tasks["CONSULT"].id, OFFICERS[0], "退回重办")

    assert refused.value.facts["code"] == "not_returnable"
    assert work.open == ["CONSULT"]


def test_an_officer_sends_back_within_his_branch_and_the_other_goes_on(work: Work) -> None:
    work.do("COMPARE")
    review, consult = work.tasks["REVIEW"].id, work.tasks["CONSULT"].id
    assert [node.id for node in returns_of(work.engine, OFFICERS[0], review)] == ["COMPARE"]
    assert returns_of(work.engine, OFFICERS[0], consult) == (), "before the split lies the work of both branches"

    tasks.claim(work.engine, review, OFFICERS[0])
    returns.send_back(work.engine, review, OFFICERS[0], "数据有误", "COMPARE")

    assert work.open == ["COMPARE", "CONSULT"]
    assert (work.task(review).state, work.tasks["CONSULT"].id) == ("returned", consult)
    work.do("COMPARE", "REVIEW", "CONSULT")
    assert work.open == ["ANSWER"]


def test_an_officer_takes_back_within_his_branch_while_others_work_beside(work: Work) -> None:
    compare = work.tasks["COMPARE"].id
    work.do("COMPARE", by=OFFICERS[1])

    withdrawals.withdraw(work.engine, compare, OFFICERS[1], "写错了")

    assert work.open == ["COMPARE", "CONSULT"]
    assert work.tasks["COMPARE"].assignee == OFFICERS[1]
    work.do("COMPARE", by=OFFICERS[1]).do("REVIEW", "CONSULT")
    assert work.open == ["ANSWER"]


def test_who_has_done_what_a_split_follows_takes_nothing_back(work: Work) -> None:
    with work.engine.transaction(SYSTEM) as tx:
        prepared = tx.last_done(work.case)
    assert prepared is not None

    with pytest.raises(WithdrawalRefused) as refused:
        withdrawals.withdraw(work.engine, prepared, OFFICERS[0], "写错了")

    assert refused.value.facts["refusal"] == "branched"


def test_what_waits_at_a_join_is_not_taken_back_in_place_of_another_branch(work: Work) -> None:
    work.do("COMPARE")
    review = work.tasks["REVIEW"].id
    work.do("REVIEW")
    person = work.task(review).done_by
    assert person is not None

    with pytest.raises(WithdrawalRefused) as refused:
        withdrawals.withdraw(work.engine, review, person, "写错了")

    assert refused.value.facts["refusal"] == "branched"
    assert work.open == ["CONSULT"]
    work.do("CONSULT")
    assert work.open == ["ANSWER"]


def test_the_preview_tells_before_the_act_and_writes_nothing(work: Work) -> None:
    tasks.claim(work.engine, work.tasks["COMPARE"].id, OFFICERS[1])
    drafts.save_task_draft(work.engine, work.tasks["COMPARE"].id, OFFICERS[1], {"note": "half"})
    rev = work.row.rev

    told = preview(work.engine, OPERATOR, work.case, Move(kind="return", node_id="PREPARE"))

    assert (told.refusal, told.failure, told.before, told.after) == ("", "", ("COMPARE", "CONSULT"), ("PREPARE",))
    assert [(gone.task.node_id, gone.drafts) for gone in told.gone] == [("COMPARE", 1), ("CONSULT", 0)]
    assert (len(told.timers), [node.id for node in told.opens], told.stays) == (timers(work), ["PREPARE"], ())
    assert (work.row.rev, work.open) == (rev, ["COMPARE", "CONSULT"])
    inside = preview(work.engine, OPERATOR, work.case, Move(kind="jump", node_id="REVIEW"))
    assert (inside.stays, [gone.task.node_id for gone in inside.gone]) == (("CONSULT",), ["COMPARE"])


def test_what_is_refused_is_told_with_its_place_and_changes_nothing(work: Work) -> None:
    view = moves_view(work.engine, OPERATOR, work.case)
    assert {place.node.id: place.target.refusal for place in view.places if place.node.type == "userTask"} == {
        "PREPARE": "",
        "COMPARE": "",
        "REVIEW": "",
        "CONSULT": "",
        "ANSWER": "",
        "FILE": "jumps_protected",
    }
    state = work.row.state
    for kind, node, refusal in (
        ("return", "REVIEW", "never_done"),
        ("jump", "JOIN", "no_target"),
        ("cancel", "COMPARE", "joined"),
    ):
        with pytest.raises(MoveRefused) as refused:
            work.move(kind, node)
        assert (refused.value.facts["refusal"], refused.value.facts["node_id"]) == (refusal, node)
        assert refused.value.zh.endswith("。")
        assert refused.value.en.endswith(".")
    for kind, node in (("jump", "FILE"), ("terminate", "")):
        with pytest.raises(ProtectedStep):
            work.move(kind, node)
    with pytest.raises(InputRejected):
        work.move("jump", "REVIEW", why=" ")
    assert (work.row.state, work.facts("moved")) == (state, [])


def test_a_protected_step_is_never_left_skipped_or_done_again(work: Work) -> None:
    work.do("COMPARE", "REVIEW", "CONSULT")
    for kind, node in (("skip", "ANSWER"), ("cancel", "ANSWER"), ("return", "PREPARE"), ("terminate", "")):
        with pytest.raises(ProtectedStep):
            work.move(kind, node)
    work.do("ANSWER")
    with pytest.raises(ProtectedStep) as refused:
        work.move("return", "ANSWER")
    assert refused.value.facts["refusal"] == "protected_done"
    assert work.move("terminate").state == "terminated"
    assert work.row.ended_at is not None


def test_a_skipped_task_goes_on_without_its_form_and_a_jump_behind_the_join_takes_both(work: Work) -> None:
    work.move("skip", "CONSULT")
    assert work.open == ["COMPARE"]
    assert work.task(next(iter(work.tasks.values())).id).state == "offered"

    work.move("jump", "ANSWER")

    assert work.open == ["ANSWER"]
    assert [fact["kind"] for fact in work.facts("moved")] == ["skip", "jump"]


def test_only_an_operator_moves_and_never_a_sealed_case(work: Work) -> None:
    for stranger in (INSPECTOR, OFFICERS[0]):
        with pytest.raises(Refused):
            work.move("jump", "REVIEW", by=stranger)
    with work.engine.transaction(SYSTEM) as tx:
        row = tx.lock_instance(work.case)
        tx.record(StepRecord(instance_id=work.case, rev=row.rev, at=tx.now, actor=SYSTEM, changes={"sealed": True}))
    with pytest.raises(NotFound):
        work.move("jump", "REVIEW")
    for ask in (
        lambda: moves_view(work.engine, OPERATOR, work.case),
        lambda: preview(work.engine, OPERATOR, work.case, Move(kind="jump", node_id="REVIEW")),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_case_that_stands_still_is_not_moved_until_it_goes_on(work: Work) -> None:
    standstill.suspend(work.engine, OPERATOR, work.case, "等待外部机关意见")
    with pytest.raises(Conflict):
        work.move("jump", "REVIEW")
    standstill.resume(work.engine, OPERATOR, work.case, "已答复")
    assert work.move("jump", "REVIEW").after == ("CONSULT", "REVIEW")


def test_of_two_operators_who_saw_the_same_one_acts_and_the_other_looks_again(work: Work) -> None:
    rev, gate = work.row.rev, threading.Barrier(2)

    def act(node: str) -> str:
        gate.wait(timeout=10)
        try:
            work.move("jump", node, rev=rev)
        except MovedOn as late:
            return late.zh
        return ""

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(act, ("REVIEW", "ANSWER")))

    assert told[0] == ""
    assert "没有执行" in told[1]
    assert len(work.facts("moved")) == 1


def test_an_officer_who_completes_while_an_operator_moves_wins_or_loses_cleanly(engine: Engine, work: Work) -> None:
    outcomes = set()
    for _ in range(6):
        mine = Work(engine, begin(engine, "OPS_PARTS"))
        task, rev, gate = mine.tasks["PREPARE"].id, mine.row.rev, threading.Barrier(2)

        def complete(task=task, gate=gate) -> str:  # type: ignore[no-untyped-def]
            gate.wait(timeout=10)
            try:
                tasks.complete(engine, task, OFFICERS[0], {"note": "x"})
            except TaskNotOpen:
                return "lost"
            return "won"

        def move(mine=mine, rev=rev, gate=gate) -> str:  # type: ignore[no-untyped-def]
            gate.wait(timeout=10)
            try:
                mine.move("jump", "ANSWER", rev=rev)
            except MovedOn:
                return "lost"
            return "won"

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.submit(complete), pool.submit(move)
            outcome = (first.result(), second.result())
        assert sorted(outcome) == ["lost", "won"]
        assert mine.open == (["ANSWER"] if outcome[1] == "won" else ["COMPARE", "CONSULT"])
        outcomes.add(outcome)
    assert work.open == ["COMPARE", "CONSULT"]


def test_a_token_that_is_gone_is_told_in_words(work: Work) -> None:
    lost, rev = Move(kind="skip", token=Token(999)), work.row.rev

    with pytest.raises(MoveRefused) as refused:
        moves.make(work.engine, OPERATOR, work.case, lost, rev=rev, reason=WHY)

    assert refused.value.facts["refusal"] == "gone"
