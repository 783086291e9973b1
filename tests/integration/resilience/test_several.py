"""批量办理: many tasks are completed together; what stands against one of them keeps none of the others."""

from __future__ import annotations

from uuid import uuid4

import pytest

from engine.commands import tasks
from engine.commands.case_step import SYSTEM
from engine.commands.requests import RequestKey, StoredAnswer, once
from engine.commands.several import complete_several
from engine.core import Engine
from engine.errors import FormRejected
from engine.model.step import InstanceId, PersonId, TaskId
from engine.store.step_json import Gathered
from tests.integration.resilience.office import INSPECTOR, OFFICERS, begin, deploy, only_task, open_tasks, status

ME = OFFICERS[0]
NOTE = {"note": "同意"}


@pytest.fixture(autouse=True)
def models(engine: Engine) -> None:
    deploy(engine, "RES_BULK", "RES_EACH", "RES_LIFE")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many steps each call to the database wrote."""
    found: list[int] = []
    argument = Gathered.argument

    def counted(self: Gathered) -> str:
        found.append(len(self.ids))
        return argument(self)

    monkeypatch.setattr(Gathered, "argument", counted)
    return found


def opened(engine: Engine, count: int, *, divisor: int = 5) -> dict[TaskId, InstanceId]:
    cases = [begin(engine, "RES_BULK", divisor=divisor) for _ in range(count)]
    return {only_task(engine, case): case for case in cases}


def nodes(engine: Engine, case: InstanceId) -> list[str]:
    return [task.node_id for task in open_tasks(engine, case)]


def test_many_tasks_are_completed_by_one_call_and_each_as_if_alone(engine: Engine, written: list[int]) -> None:
    several, alone = opened(engine, 5), opened(engine, 1)
    written.clear()

    outcome = complete_several(engine, several, ME, NOTE)

    assert (outcome.completed, outcome.refused, written) == (list(several), {}, [5])
    (task,) = alone
    tasks.complete(engine, task, ME, NOTE)
    with engine.transaction(SYSTEM) as tx:
        done = [tx.user_task(one) for one in (*several, task)]
        facts = [
            [tuple(row) for row in tx.raw.execute(_FACTS, (case,))] for case in (*several.values(), *alone.values())
        ]
        bulk = [row[0] for row in tx.raw.execute(_IN_BULK, ([str(case) for case in several.values()],))]
    assert {(found.state, found.assignee, found.done_by) for found in done} == {("completed", ME, ME)}
    assert all(found == facts[-1] for found in facts)
    assert {tuple(nodes(engine, case)) for case in (*several.values(), *alone.values())} == {("DELIVER",)}
    assert bulk == [True] * 5  # who looks later sees that it was one submission for many


def test_what_may_not_be_done_in_bulk_stays_and_says_why(engine: Engine) -> None:
    good, other_step = opened(engine, 2), only_task(engine, begin(engine, "RES_LIFE"))
    (done, protected_case), *_ = opened(engine, 1).items()
    tasks.complete(engine, done, ME, NOTE)
    (protected,) = [task.id for task in open_tasks(engine, protected_case)]
    taken, unknown = next(iter(opened(engine, 1))), TaskId(uuid4())
    tasks.claim(engine, taken, OFFICERS[1])

    outcome = complete_several(engine, [*good, other_step, done, protected, taken, unknown], ME, NOTE)

    assert outcome.completed == list(good)
    assert {task: error.code for task, error in outcome.refused.items()} == {
        other_step: "another_step",
        done: "task_not_open",
        protected: "protected",
        taken: "already_claimed",
        unknown: "not_found",
    }


def test_an_outsider_completes_nothing_in_bulk(engine: Engine) -> None:
    mine = opened(engine, 2)
    stranger = PersonId("u907")
    outcome = complete_several(engine, mine, stranger, NOTE)
    assert ({error.code for error in outcome.refused.values()}, outcome.completed) == ({"not_found"}, [])
    outcome = complete_several(engine, mine, INSPECTOR, NOTE)  # who sees them, but to whom they are not offered
    assert ({error.facts["code"] for error in outcome.refused.values()}, outcome.completed) == (
        {"not_a_candidate"},
        [],
    )


def test_a_process_that_cannot_go_on_leaves_draft_and_incident_and_the_others_are_done(engine: Engine) -> None:
    good, bad = opened(engine, 3), opened(engine, 1, divisor=0)
    (failing,) = bad

    outcome = complete_several(engine, [*good, failing], ME, NOTE)

    assert (outcome.completed, list(outcome.refused)) == (list(good), [failing])
    _left_for_the_operator(engine, failing, bad[failing])


def test_under_an_idempotency_key_it_leaves_the_same(engine: Engine) -> None:
    good, bad = opened(engine, 2), opened(engine, 1, divisor=0)
    (failing,) = bad
    request = RequestKey(actor=ME, route="POST /tasks/complete", key="k1", request_hash=b"h")

    def work(joined: Engine) -> StoredAnswer:
        outcome = complete_several(joined, [*good, failing], ME, NOTE)
        return StoredAnswer(status=200, body=str(len(outcome.completed)).encode())

    first = once(engine, request, work)
    assert first.body == b"2"
    _left_for_the_operator(engine, failing, bad[failing])
    assert once(engine, request, work) == first


def test_a_form_that_lets_none_pass_is_told_field_by_field(engine: Engine) -> None:
    mine = opened(engine, 2)
    with pytest.raises(FormRejected):
        complete_several(engine, mine, ME, {"note": 5})
    assert {tuple(nodes(engine, case)) for case in mine.values()} == {("WORK",)}


def test_tasks_of_one_case_are_done_one_after_the_other(engine: Engine, written: list[int]) -> None:
    """Each is computed from what the one before has left."""
    cases = [begin(engine, "RES_EACH") for _ in range(2)]
    mine = [task.id for case in cases for task in open_tasks(engine, case)]
    written.clear()

    outcome = complete_several(engine, [*mine, *mine], ME, NOTE)

    assert (sorted(outcome.completed), written) == (sorted(mine), [2, 2, 2])
    assert [status(engine, case) for case in cases] == ["completed"] * 2


def _left_for_the_operator(engine: Engine, failing: TaskId, case: InstanceId) -> None:
    with engine.transaction(SYSTEM) as tx:
        (incident,) = tx.open_incidents(case)
        draft = tx.draft_of_task(failing, ME)
    assert (incident.node_id, incident.task_id) == ("SHARE", failing)
    assert draft is not None
    assert draft.values == NOTE
    assert nodes(engine, case) == ["WORK"]


_FACTS = "SELECT seq, event, node_id, actor FROM history WHERE instance_id = %s ORDER BY seq"
_IN_BULK = (
    "SELECT (b.body::jsonb -> 'in_bulk')::boolean FROM history h JOIN history_body b USING (instance_id, seq)"
    " WHERE h.event = 'submitted' AND h.instance_id::text = ANY(%s)"
)
