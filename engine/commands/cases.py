"""Loading a case for one step, beginning a new one, and everything that follows in other cases once a step is written.

Not commands: the functions here run inside the transaction of the command that calls them.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from engine.commands.case_step import SYSTEM, CaseStep, LapseRequest, StartRequest
from engine.commands.companions import LADDER, end_with_tasks, ladders_of, tell_ladder
from engine.commands.data_stores import CaseStores
from engine.commands.failures import keep_failed_message
from engine.commands.keeping import event_of, keep, may_reach
from engine.core import Definition, Engine
from engine.errors import Conflict, StepFailed
from engine.model.step import InstanceId, TaskId, ThrownEvent
from engine.store.messages import BufferedRow
from engine.store.record import HistoryFact, NewInstance
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.transaction import Transaction
from engine.workflow import Workflow

#: One message may set off another; a circle of diagrams that message each other ends here.
MAX_CHAIN = 50


def load_case(engine: Engine, tx: Transaction, case: InstanceRow, *, by: str, even_suspended: bool = False) -> CaseStep:
    """A step on a locked case. Raises Conflict when the case has ended or stands still.

    even_suspended: for what changes dates only, lets the case go on, or takes something away from it.
    """
    if case.is_over:
        raise Conflict(f"The case {case.id} has ended.", state=case.status)
    if case.status == "suspended" and not even_suspended:
        raise Conflict(f"The case {case.id} is suspended.", state=case.status)
    definition = engine.definition(tx, case.definition_id)
    stores = CaseStores(tx)
    workflow = Workflow.load(definition.compiled, case.state, at=tx.now, seed=case.seed, stores=stores)
    step = CaseStep(
        engine=engine,
        tx=tx,
        definition=definition,
        workflow=workflow,
        instance_id=case.id,
        rev=case.rev,
        by=by,
        case=case,
        variables=case.variables,
    )
    stores.step = step
    return step


def begin_case(
    engine: Engine,
    tx: Transaction,
    definition: Definition,
    *,
    by: str,
    variables: Mapping[str, object],
    unit: str,
    business_key: str | None = None,
    parent_instance: InstanceId | None = None,
    parent_task: TaskId | None = None,
    message: str | None = None,
    signal: str | None = None,
    timer: str | None = None,
) -> CaseStep:
    """A step that starts a new case of `definition`. timer: id of the start event whose time has come."""
    instance_id = InstanceId(engine.ids.v7(tx.now))
    seed = engine.random.getrandbits(62)
    stores = CaseStores(tx)
    workflow = Workflow.start(
        definition.compiled,
        variables=variables,
        at=tx.now,
        seed=seed,
        message=message,
        signal=signal,
        timer=timer,
        stores=stores,
    )
    step = CaseStep(
        engine=engine,
        tx=tx,
        definition=definition,
        workflow=workflow,
        instance_id=instance_id,
        rev=0,
        by=by,
        new=NewInstance(
            definition_id=definition.row.id,
            key=definition.row.key,
            seed=seed,
            parent_instance=parent_instance,
            parent_task=parent_task,
        ),
        variables=variables,
    )
    stores.step = step
    step.changes["unit"] = unit
    step.changes["title"] = str(variables.get("title") or definition.row.name)
    if business_key is not None:
        step.changes["business_key"] = business_key
    step.history.append(
        HistoryFact(event="started", body={"process": definition.row.key, "version": definition.row.version})
    )
    return step


def finish(step: CaseStep, *, depth: int = 0, asks_for_kept: bool = True) -> None:
    """Run the step to its next rest, write it, and carry out what it says to other cases, with the system's eyes.

    asks_for_kept: hand it the messages that were kept and that it begins to wait for; False where the caller does.
    """
    if depth > MAX_CHAIN:
        raise StepFailed("Messages between cases go round in a circle.", cause="circle")
    with step.tx.as_system():
        step.run()
        step.save()
        for request in step.starts:
            begin_now(step.engine, step.tx, request, by=step.by, parent_instance=step.instance_id, depth=depth + 1)
        for event in step.thrown:
            deliver(step.engine, step.tx, event, by=step.by, sender=step, depth=depth + 1)
        for task_id in step.done_with_ladder:
            for ladder in ladders_of(step, task_id):
                tell_ladder(step, ladder, depth)
        end_with_tasks(step, depth)
        for lapse in step.lapses:
            _lapse(step, lapse, depth)
        if step.ended:
            _after_end(step)
        elif asks_for_kept:
            names = {waiting.name for waiting in step.subscriptions if waiting.kind == "message"}
            take_kept(step.engine, step.tx, step.instance_id, names, by=step.by, depth=depth)


def take_kept(
    engine: Engine, tx: Transaction, instance_id: InstanceId, names: set[str], *, by: str, depth: int
) -> None:
    """Hand the case what was kept and what it has just begun to wait for, in the order of sending.

    names: of the messages that it begins to wait for.
    """
    asked = set[UUID]()
    while names:
        tx.begin_to_wait(names)
        kept = tx.next_kept_for(instance_id, but=asked)
        if kept is None:
            return
        asked.add(kept.id)
        if not may_reach(tx, kept, instance_id):
            continue
        if _hand_over(engine, tx, kept, instance_id, by=by, depth=depth + 1) is not False:
            tx.mark_delivered(kept.id, instance_id)
        names = {waiting.name for waiting in tx.subscriptions_of(instance_id) if waiting.kind == "message"}


def _hand_over(
    engine: Engine, tx: Transaction, kept: BufferedRow, instance_id: InstanceId, *, by: str, depth: int
) -> bool | None:
    """Give a kept message to a case: True where it took it, None where it failed, which leaves an incident."""
    case = tx.lock_instance(instance_id)
    if case.status != "running":
        return False
    try:
        with tx.savepoint():
            return _receive(engine, tx, case, event_of(kept), by=by, depth=depth, asks_for_kept=False)
    except StepFailed as failure:
        case = tx.lock_instance(instance_id)
        keep_failed_message(engine, tx, case, kept, failure)
        return None


def deliver(
    engine: Engine,
    tx: Transaction,
    event: ThrownEvent,
    *,
    by: str,
    sender: CaseStep | None = None,
    depth: int = 0,
) -> tuple[InstanceId, ...]:
    """Hand a message to the one case that waits for it or starts with it, a signal to all. Answers who got it.

    A message that nobody waits for is kept until somebody does (domain.md §3.7).
    """
    reached = _to_waiting(engine, tx, event, by=by, sender=sender, depth=depth)
    if event.kind == "signal":
        for definition_id in tx.started_by_signal(event.name):
            definition = engine.definition(tx, definition_id)
            reached.append(_start_by(engine, tx, event, definition, by=by, sender=sender, depth=depth))
    elif not reached:
        started = engine.started_by(tx, event.name)
        if started is None:
            tx.wait_for_publication(event.name)
            started = engine.started_by(tx, event.name)
        if started is not None:
            return (_start_by(engine, tx, event, started, by=by, sender=sender, depth=depth),)
        tx.hold_up_waiting(event.name)
        reached = _to_waiting(engine, tx, event, by=by, sender=sender, depth=depth)
        if not reached:
            keep(engine, tx, event, by=by, held_for=None, sender=sender)
    return tuple(reached)


def _to_waiting(
    engine: Engine, tx: Transaction, event: ThrownEvent, *, by: str, sender: CaseStep | None, depth: int
) -> list[InstanceId]:
    """Hand a message to the first case that waits for it, a signal to all of them."""
    reached: list[InstanceId] = []
    waiting = tx.waiting_for(event.kind, event.name, event.correlation_key)
    for instance_id in dict.fromkeys(found.instance_id for found in waiting):
        if sender is not None and event.kind == "signal" and instance_id == sender.instance_id:
            continue  # the workflow has handed it round inside already
        case = tx.lock_instance(instance_id)
        if case.is_over:
            continue
        if case.status == "suspended":
            keep(engine, tx, event, by=by, held_for=case.id, sender=sender)
        elif not _receive(engine, tx, case, event, by=by, depth=depth):
            continue
        reached.append(instance_id)
        if event.kind == "message":
            break
    return reached


def deliver_kept(engine: Engine, tx: Transaction, instance_id: InstanceId, *, by: str) -> None:
    """A case that stood still goes on: hand it what reached it meanwhile, in the order in which it was sent.

    What it cannot take now leaves an incident, and keeps neither the rest nor the case itself.
    """
    for kept in tx.held_messages(instance_id):
        taken = _hand_over(engine, tx, kept, instance_id, by=by, depth=0)
        tx.mark_delivered(kept.id, instance_id if taken else None)


def _receive(
    engine: Engine,
    tx: Transaction,
    case: InstanceRow,
    event: ThrownEvent,
    *,
    by: str,
    depth: int,
    asks_for_kept: bool = True,
) -> bool:
    """Hand a message or signal to a locked case. False where it does not wait for it any more."""
    step = load_case(engine, tx, case, by=by)
    if event.kind == "signal":
        taken = step.workflow.signal(event.name, event.payload)
    else:
        taken = step.workflow.message(event.name, event.payload, event.correlation_key)
    if taken:
        step.note("received", name=event.name)
        finish(step, depth=depth, asks_for_kept=asks_for_kept)
    return taken


def start_ladder(
    engine: Engine, tx: Transaction, task: UserTaskRow, case: InstanceRow, *, base: int
) -> InstanceId | None:
    """Begin S2_LADDER beside a late task, linked to it. None while S2 is not deployed: the start is kept."""
    variables = {
        "task_id": str(task.id),
        "task_unit": task.unit or case.unit or "",
        "task_name": task.name,
        "task_title": case.title,
        "case_id": str(case.id),
        "profile": task.ladder_profile or "STD",
        "base": base,
        "level": 0,
        "title": case.title,
    }
    request = StartRequest(
        key=LADDER,
        variables=variables,
        unit=str(variables["task_unit"]),
        parent_task=task.id,
        sealed=case.sealed,  # its title would tell what the case is about
    )
    return begin_now(engine, tx, request, by=SYSTEM, parent_instance=case.id)


def begin_now(
    engine: Engine,
    tx: Transaction,
    request: StartRequest,
    *,
    by: str,
    parent_instance: InstanceId | None,
    depth: int = 0,
) -> InstanceId | None:
    """Start a case of its own. None while its process is not deployed: the start is kept and shown."""
    current = tx.current_definition(request.key)
    if current is None:
        tx.wait_for_publication(request.key)
        current = tx.current_definition(request.key)
    if current is None:
        tx.buffer_message(
            BufferedRow(
                id=engine.ids.v7(tx.now),
                kind="start",
                name=request.key,
                payload=request.variables,
                thrown_at=tx.now,
                from_instance=parent_instance,
                from_task=request.parent_task,
            )
        )
        return None
    step = begin_case(
        engine,
        tx,
        engine.definition(tx, current.id),
        by=by,
        variables=request.variables,
        unit=request.unit,
        parent_instance=parent_instance,
        parent_task=request.parent_task,
    )
    step.due_rule = request.due
    step.parties += request.parties
    if request.mark:
        step.mark(request.mark)
    if request.sealed:
        step.changes["sealed"] = True
    finish(step, depth=depth)
    return step.instance_id


def _after_end(step: CaseStep) -> None:
    """What the end of a case means for the case that asked for it."""
    from engine.commands import extensions, recusals
    from engine.model import recusal_request

    if step.definition.row.key != extensions.APPROVAL:
        return
    match step.variables.get("purpose"):
        case extensions.PURPOSE:
            extensions.apply_decision(step)
        case recusal_request.PURPOSE:
            recusals.apply_decision(step)


def _start_by(
    engine: Engine,
    tx: Transaction,
    event: ThrownEvent,
    definition: Definition,
    *,
    by: str,
    sender: CaseStep | None,
    depth: int,
) -> InstanceId:
    step = begin_case(
        engine,
        tx,
        definition,
        by=by,
        variables=event.payload,
        unit=str(event.payload.get("unit") or (sender.unit if sender is not None else "")),
        parent_instance=sender.instance_id if sender is not None else None,
        message=event.name if event.kind == "message" else None,
        signal=event.name if event.kind == "signal" else None,
    )
    finish(step, depth=depth)
    return step.instance_id


def _lapse(step: CaseStep, lapse: LapseRequest, depth: int) -> None:
    """A proposal that stood on a withdrawn card is cancelled in its ladder."""
    case = step.tx.lock_instance(lapse.instance_id)
    if case.is_over:
        return
    ladder = load_case(step.engine, step.tx, case, by=step.by, even_suspended=True)
    ladder.workflow.moves().call_off(lapse.token)
    ladder.note("lapsed", reason=lapse.reason)
    finish(ladder, depth=depth + 1)
