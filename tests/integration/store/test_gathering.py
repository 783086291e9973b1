"""Steps of several instances are written by one call, and leave what each by itself would have left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from engine.errors import Beaten, NotFound
from engine.model.step import InstanceId, PersonId, TaskId, Token
from engine.store.database import Database
from engine.store.record import (
    ChangedTask,
    ClosedToken,
    HistoryFact,
    MovedTimer,
    NewCard,
    NewDeadlineEntry,
    NewNotice,
    NewSubmission,
    NewSubscription,
    NewTimer,
    StepRecord,
)
from engine.store.step_json import Gathered
from engine.store.transaction import Transaction
from tests.integration.store.conftest import SYSTEM, Undone, a_start, a_step, a_task, start_case, undone, undone_part

TABLES = ("instance", "instance_party", "user_task", "task_candidate", "timer", "subscription", "submission")
PAPERS = ("deadline_entry", "notice", "card", "history", "history_body")
#: Made anew for each case, by chance or by the database.
OWN = {"id", "instance_id", "task_id", "no", "salt", "digest", "hash", "history_head", "seed", "since"}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many steps each call of apply_steps wrote."""
    found: list[int] = []
    argument = Gathered.argument

    def counted(self: Gathered) -> str:
        found.append(len(self.ids))
        return argument(self)

    monkeypatch.setattr(Gathered, "argument", counted)
    return found


def lives(tx: Transaction, number: int) -> Iterator[Callable[[], StepRecord]]:
    """The steps of case `number`, of every kind of row, each made when the ones before are recorded."""
    task = a_task(state="offered", assignee=None, candidates=(PersonId("u101"), PersonId("u102")))
    other = a_task(token=8, assignee=PersonId("u103"))
    soon = tx.now + timedelta(days=number + 1)
    start = a_start(
        tx,
        opened=(task, other),
        timers=(
            NewTimer(kind="reminder", due_at=soon, task_id=task.id, payload={"base": number}),
            NewTimer(kind="bpmn", due_at=soon, token=Token(9), rule={"expression": "P1D"}),
            NewTimer(kind="stage", due_at=soon, task_id=other.id),
        ),
        subscriptions=(NewSubscription(token=Token(9), kind="message", name="msg.task_done"),),
        notices=(NewNotice(id=uuid4(), people=(PersonId("u101"), PersonId("u102")), kind="offered", task_id=task.id),),
    )
    case = start.instance_id
    yield lambda: start
    yield lambda: a_step(
        tx,
        case,
        1,
        closed=(ClosedToken(token=Token(7), taker=PersonId("u102"), outcome="通过"), ClosedToken(token=Token(9))),
        changes={"case_state": f"状态{number}", "marks": ["延期"], "severity": "B"} if number % 2 else None,
        changed=(ChangedTask(id=other.id, changes={"due_at": soon}, candidates=(PersonId("u104"),)),),
        submissions=(NewSubmission(id=uuid4(), form_key="S1_T5", values={"号": number}, digest=b"d", task_id=task.id),),
        deadlines=(NewDeadlineEntry(id=uuid4(), kind="set", task_id=other.id, due_at=soon),),
        cards=(NewCard(no=f"{case}", level=1, unit="532503-GA", issuer_unit="532503-ZF", issued_on=tx.now.date()),),
    )

    def moved() -> StepRecord:
        timer = next(timer for timer in tx.timers_of(case) if timer.kind == "stage")
        changed = MovedTimer(id=timer.id, due_at=soon + timedelta(days=1), held_at=tx.now)
        return a_step(tx, case, 2, state=None, variables=None, closed=(), moved=(changed,), parties=(PersonId("u9"),))

    yield moved
    over = {"status": "completed", "ended_at": tx.now} if number == 2 else {}
    yield lambda: a_step(tx, case, 3, closed=(), changes=over or None, history=(HistoryFact(event="noted"),))


def rows_of(tx: Transaction, case: InstanceId) -> dict[str, Sequence[dict[str, Any]]]:
    """All that is written about a case, without what is made by chance."""
    found = {}
    for table in (*TABLES, *PAPERS):
        where = "task_id IN (SELECT id FROM user_task WHERE instance_id = %s)" if table == "task_candidate" else None
        column = "id" if table == "instance" else "instance_id"
        query = f"SELECT to_jsonb(x) FROM {table} x WHERE {where or f'x.{column} = %s'}"  # noqa: S608 - our own names
        rows = [row[0] for row in tx.raw.execute(query.encode(), (case,))]
        kept = [{name: value for name, value in row.items() if name not in OWN} for row in rows]
        found[table] = sorted(kept, key=str)
    return found


def test_steps_that_are_gathered_leave_what_each_by_itself_leaves(database: Database, calls: list[int]) -> None:
    written = []
    with database.transaction(actor=SYSTEM) as tx:
        for together in (True, False):
            cases = [list(lives(tx, number)) for number in range(4)]
            ids: list[InstanceId] = [case[0]().instance_id for case in cases]
            before = len(calls)
            for turn in range(4):
                for step in [case[turn]() for case in cases]:
                    tx.record(step)
                    if not together:
                        _ = tx.raw  # whoever asks for the connection finds what was recorded
                _ = tx.raw
            assert len(calls) - before == (4 if together else 16)
            written.append([rows_of(tx, case) for case in ids])
            for case in ids:  # the chain of each ends where its instance says
                (row,) = tx.raw.execute(
                    "SELECT i.history_head = h.hash FROM instance i JOIN history h ON h.instance_id = i.id"
                    " AND h.seq = i.history_seq WHERE i.id = %s",
                    (case,),
                )
                assert row[0]
    assert written[0] == written[1]
    assert [case["instance"][0]["status"] for case in written[0]] == ["running", "running", "completed", "running"]


def test_what_is_asked_in_between_finds_what_was_held_back(database: Database, calls: list[int]) -> None:
    first, second = start_case(database), start_case(database)
    calls.clear()
    with database.transaction(actor=SYSTEM) as tx:
        tx.lock_instance(first.instance_id)
        tx.record(a_step(tx, first.instance_id, 1))
        assert calls == []
        assert not tx.user_task(first.opened[0].id).is_open
        tx.record(a_step(tx, second.instance_id, 1))
    assert calls == [1, 1]


def test_two_steps_of_one_instance_are_never_in_one_call(database: Database, calls: list[int]) -> None:
    case = start_case(database)
    calls.clear()
    with database.transaction(actor=SYSTEM) as tx:
        row = tx.lock_instance(case.instance_id)
        rev = tx.record(a_step(tx, case.instance_id, 1))
        assert not tx.is_current(row)
        tx.record(a_step(tx, case.instance_id, rev, closed=(), state=b"state-3"))
    assert calls == [1, 1]
    with database.transaction(actor=SYSTEM) as tx:
        found = tx.lock_instance(case.instance_id)
    assert (found.rev, found.state) == (3, b"state-3")


def test_a_step_is_written_with_the_eyes_of_whoever_recorded_it(database: Database, calls: list[int]) -> None:
    case, other = start_case(database), start_case(database)
    calls.clear()
    with database.transaction(actor="u101") as tx:
        with tx.as_system():
            tx.lock_instance(case.instance_id)
            tx.lock_instance(other.instance_id)
            tx.record(a_step(tx, case.instance_id, 1))
        tx.record(a_step(tx, other.instance_id, 1))  # u101 is a party to both
    assert calls == [1, 1]


def test_of_steps_that_are_written_together_none_is_when_one_is_on_an_old_revision(database: Database) -> None:
    good, late = start_case(database), start_case(database)

    def write(tx: Transaction) -> None:
        tx.record(a_step(tx, good.instance_id, 1))
        with database.transaction(actor=SYSTEM) as faster:
            faster.record(a_step(faster, late.instance_id, 1))
        tx.record(a_step(tx, late.instance_id, 1))

    with pytest.raises(Beaten), database.transaction(actor=SYSTEM) as tx:
        write(tx)
    with database.transaction(actor=SYSTEM) as tx:
        assert [tx.lock_instance(case.instance_id).rev for case in (good, late)] == [1, 2]


def test_a_savepoint_keeps_what_was_held_back_before_it_and_undoes_what_came_inside(database: Database) -> None:
    kept, gone = start_case(database), start_case(database)
    with database.transaction(actor=SYSTEM) as tx:
        tx.record(a_step(tx, kept.instance_id, 1))
        with undone_part(tx):
            tx.record(a_step(tx, gone.instance_id, 1))
    with database.transaction(actor=SYSTEM) as tx:
        assert [tx.lock_instance(case.instance_id).rev for case in (kept, gone)] == [2, 1]


def test_an_error_leaves_nothing_of_what_was_held_back(database: Database) -> None:
    case = start_case(database)
    with undone(database) as tx:
        tx.record(a_step(tx, case.instance_id, 1))
        raise Undone
    with database.transaction(actor=SYSTEM) as tx:
        assert tx.lock_instance(case.instance_id).rev == 1


def test_a_task_of_another_instance_is_not_changed(database: Database) -> None:
    mine, theirs = start_case(database), start_case(database)
    change = ChangedTask(id=theirs.opened[0].id, changes={"ladder_level": 2})
    with pytest.raises(NotFound), database.transaction(actor=SYSTEM) as tx:
        tx.record(a_step(tx, mine.instance_id, 1, closed=(), changed=(change,)))


def test_of_two_changes_of_one_task_the_later_one_holds_and_the_earlier_keeps_the_rest(database: Database) -> None:
    case = start_case(database)
    task = TaskId(UUID(str(case.opened[0].id)))
    first = ChangedTask(id=task, changes={"unit": "532503-GA", "ladder_level": 1}, candidates=(PersonId("u7"),))
    with database.transaction(actor=SYSTEM) as tx:
        second = ChangedTask(id=task, changes={"ladder_level": 2})
        tx.record(a_step(tx, case.instance_id, 1, closed=(), changed=(first, second)))
    with database.transaction(actor=SYSTEM) as tx:
        found = tx.user_task(task)
        assert (found.unit, found.ladder_level, tx.candidates(task)) == ("532503-GA", 2, ("u7",))
