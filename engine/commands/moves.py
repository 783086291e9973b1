"""退回, 跳转, 跳过, 取消令牌, 终止: an operator moves the tokens of a case, having seen what comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.case_step import CaseStep
from engine.commands.cases import finish, load_case
from engine.commands.companions import GONE, close_incidents
from engine.commands.drafts import keep_what_was_sent
from engine.commands.reasons import checked_reason
from engine.commands.returns import restore_state
from engine.core import Engine
from engine.errors import NotFound, Refused
from engine.model.clock import local_day
from engine.model.moves import Move, MovedOn, check_movable, refusal_of, refuse
from engine.model.steering import GoesWithCase, is_companion, is_operator
from engine.model.step import InstanceId, PersonId, TaskId
from engine.store.record import HistoryFact
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Where the case stands after a move."""

    instance_id: InstanceId
    rev: int
    state: str  #: running, completed, terminated
    before: tuple[str, ...]  #: node ids of the tokens, as the history keeps them
    after: tuple[str, ...]


@again_when_beaten
def make(engine: Engine, person: PersonId, instance_id: InstanceId, move: Move, *, rev: int, reason: str) -> Moved:
    """Make the move that the operator has seen previewed at revision `rev`, and write down both positions.

    Open tasks, dates, timers and drafts follow the tokens; whoever had a task that is gone is told.
    Raises NotFound (also for a sealed case), Refused for who is no operator, InputRejected without a reason, MovedOn
    where the case has changed since, CaseOver, StandsStill, MoveRefused, ProtectedStep, StepFailed where the process
    could not go on from there; then nothing is written.
    """
    reason = checked_reason(reason, zh="请填写操作理由。")
    with engine.transaction(person) as tx:
        case = lock_for_operator(engine, tx, person, instance_id, rev=rev)
        check_movable(case.status, move.kind)
        with tx.as_system():
            step = load_case(engine, tx, case, by=person, even_suspended=True)
            done = check_past(tx, case, step, move)
            tasks = {task.token: task for task in tx.open_tasks(case.id)}
            before = _places(step)
            for token, task in tasks.items():
                step.task_ids[token] = task.id
            step.workflow.moves().make(move)
            step.run()
            _follow(step, tasks.values(), move, done)
            _write_down(step, move, before, reason)
            finish(step)
            close_incidents(step, [found.token for found in step.closed])
            if done is not None:
                keep_what_was_sent(tx, done.id, step.opened)
            moved = tx.instance(case.id)
    logger.info("case moved", action=f"moves.{move.kind}", instance_id=str(instance_id), person_id=person)
    return Moved(instance_id=case.id, rev=moved.rev, state=moved.status, before=before, after=_places(step))


def lock_for_operator(
    engine: Engine, tx: Transaction, person: PersonId, instance_id: InstanceId, *, rev: int
) -> InstanceRow:
    """The case, locked and as the operator has seen it. Raises Refused, NotFound, MovedOn."""
    if not is_operator(engine.reference(tx).organization, person, local_day(tx.now)):
        raise Refused(f"{person} is no operator.", code="not_operator")
    with tx.as_system():
        case = tx.lock_instance(instance_id)
    if case.sealed:
        raise NotFound(f"There is no instance {instance_id}.", id=str(instance_id))
    if case.rev != rev:
        raise MovedOn(f"The case {case.id} is at {case.rev}, not {rev}.", rev=case.rev)
    return case


def check_past(tx: Transaction, case: InstanceRow, step: CaseStep, move: Move) -> UserTaskRow | None:
    """The task that a return does again. Raises MoveRefused, ProtectedStep, GoesWithCase."""
    if move.kind == "terminate" and case.parent_task is not None and is_companion(case.key, case.variables):
        raise GoesWithCase(f"The case {case.id} goes with the one it is about.")
    if move.kind not in {"return", "jump"}:
        return None
    done = {node for node, _ in tx.completed_nodes(case.id)}
    refuse(refusal_of(move.kind, step.definition.info.nodes.get(move.node_id), done), move.node_id)
    return tx.last_done_at(case.id, move.node_id) if move.kind == "return" else None


def _places(step: CaseStep) -> tuple[str, ...]:
    return tuple(standing.node_id for standing in step.workflow.moves().standing())


def _follow(step: CaseStep, tasks: Iterable[UserTaskRow], move: Move, done: UserTaskRow | None) -> None:
    """What hangs on the tokens: the state of the case, the ladder of skipped work, and the people who had a task."""
    gone = {closed.token for closed in step.closed if closed.state == "cancelled"}
    for task in tasks:
        if move.kind == "skip" and task.token == move.token and task.ladder_level:
            step.done_with_ladder.append(task.id)
        if task.token in gone or (move.kind == "skip" and task.token == move.token):
            _tell(step, task)
    if done is not None:
        restore_state(step, done.id)
    if move.kind == "terminate":
        step.changes["status"] = "terminated"


def _tell(step: CaseStep, task: UserTaskRow) -> None:
    people = (task.assignee,) if task.assignee else step.tx.candidates(task.id)
    for person in people:
        step.tell(person, GONE, task_id=TaskId(task.id), name=task.name)


def _write_down(step: CaseStep, move: Move, before: tuple[str, ...], reason: str) -> None:
    """Both positions as facts: node ids only, never a value."""
    places: dict[str, object] = {"before": list(before), "after": list(_places(step))}
    body = {"kind": move.kind, "to": move.node_id, "reason": reason} | places
    step.history.append(HistoryFact(event="moved", node_id=move.node_id, body=body))
