"""Dating open work again after the calendar has changed: limits, tasks, drawn timers, windows (domain.md §6.4).

Not commands: the functions here run inside the transaction of the command that changes the calendar, so nobody ever
sees one half of the dates by the old calendar and the other by the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import cast

import structlog

from engine.commands.cards import lengthen_windows
from engine.commands.case_step import CaseStep
from engine.commands.cases import load_case
from engine.commands.failures import cause_of, words_of
from engine.commands.redating_tasks import LIMIT, DateChange, Limit, entries_of, redate_task, write_down
from engine.commands.services import DATED
from engine.core import Engine
from engine.errors import Beaten, ChangxiaoError, StepFailed
from engine.model.clock import end_of_day, instant, local_day
from engine.model.deadline import Deadline, redate
from engine.model.due import due_of
from engine.model.step import InstanceId
from engine.store.incidents import NewIncident
from engine.store.record import MovedTimer
from engine.store.rows import DeadlineRow, UserTaskRow
from engine.store.timers import TimerRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

INCIDENT = "calendar"  #: kind of the incident of a case that could not be dated again


@dataclass(slots=True, kw_only=True)
class Redating:
    """What dating again has changed."""

    moved: list[DateChange] = field(default_factory=list)
    confirmed: int = 0  #: tasks whose day stays and is no longer, or now, provisional
    failed: list[InstanceId] = field(default_factory=list)  #: each has an incident


def redate_open(engine: Engine, tx: Transaction, *, first: date, reason: str, by: str) -> Redating:
    """Date again whatever is open; a date that somebody was told moves later only.

    engine: one that sees the change (Engine.seeing). first: the first day that the change concerns. A case that cannot
    be dated leaves an incident, and the others go on.
    """
    found = Redating()
    # A rule that counts back from a later day gives a day before the one that has changed.
    since = min(first, local_day(tx.now))
    with tx.as_system():
        for instance_id in tx.cases_dated_since(instant(since, time.min)):
            try:
                with tx.savepoint():
                    moved, confirmed = redate_case(engine, tx, instance_id, reason=reason, by=by)
            except Beaten:
                raise
            except Exception as failure:
                # Whatever it was: one case that cannot be dated must not keep all others at the old calendar.
                keep_failure(engine, tx, instance_id, failure, reason)
                found.failed.append(instance_id)
                continue
            found.moved += moved
            found.confirmed += confirmed
        lengthen_windows(engine, tx, reason=reason, by=by)
    return found


def redate_case(
    engine: Engine, tx: Transaction, instance_id: InstanceId, *, reason: str, by: str
) -> tuple[tuple[DateChange, ...], int]:
    """Date one case again. Answers what moved, and how many tasks stay and are no longer, or now, provisional."""
    case = tx.lock_instance(instance_id)
    if case.is_over:
        return (), 0
    step = load_case(engine, tx, case, by=by, even_suspended=True)
    ledger = tx.deadline_entries(instance_id)
    tasks = [task for task in tx.open_tasks(instance_id) if task.deadline is not None and task.due_at is not None]
    # Of the limit only as long as somebody works on it: one that was kept is not moved afterwards.
    limit, moved = _redate_limit(step, ledger, reason) if any(_reads_limit(task) for task in tasks) else (None, None)
    changes = [moved, *(redate_task(step, task, ledger, limit, reason) for task in tasks)]
    variables = _redate_drawn(step, tx.timers_of(instance_id), reason)
    if limit is not None and moved is not None:
        variables[LIMIT] = limit.full.isoformat()
    if variables:
        step.workflow.set_variables(variables)
        step.run()
    if step.changed or step.timers or step.disarmed or step.moved or variables:
        step.save()
    found = tuple(change for change in changes if change is not None)
    return found, len(step.changed) - sum(1 for change in found if change.task_id is not None)


def keep_failure(engine: Engine, tx: Transaction, instance_id: InstanceId, failure: Exception, reason: str) -> None:
    """The incident of a case that could not be dated; an operator lets it try again."""
    if not isinstance(failure, StepFailed):
        logger.exception("case not dated again", action="calendar.redate", instance_id=str(instance_id))
    case = tx.instance(instance_id)
    tx.open_incident(
        NewIncident(
            id=engine.ids.v7(tx.now),
            kind=INCIDENT,
            code=failure.code if isinstance(failure, ChangxiaoError) else "unexpected",
            message=words_of(failure),
            instance_id=case.id,
            definition_id=case.definition_id,
            key=case.key,
            sealed=case.sealed,
            details=cause_of(failure) | {"reason": reason},
        )
    )


def _redate_limit(
    step: CaseStep, ledger: Sequence[DeadlineRow], reason: str
) -> tuple[Limit, DateChange | None] | tuple[None, None]:
    """The limit by the new calendar, and how it moved."""
    begins = [number for number, row in enumerate(ledger) if row.task_id is None and row.kind in {"set", "renewed"}]
    if not begins or step.limit_at is None:
        return None, None
    present = ledger[begins[-1] :]
    base_day, working_days = (str(present[0].explanation[name]) for name in ("base_day", "working_days"))
    inputs = {"created": instant(date.fromisoformat(base_day), time.min).isoformat(), "delivered": base_day}
    calendar = step.reference.calendar
    due = due_of(f"delivered+{working_days}wd", inputs, calendar)
    # Its own lines, and the extension of a task whose date it is.
    rows = [row for row in present if row.task_id is None or (row.kind, row.rule) == ("extended", f"var({LIMIT})")]
    old = Deadline(due=due, entries=entries_of(rows, due_at=step.limit_at))
    new = redate(old, at=step.at, reason=reason, calendar=calendar)
    limit = Limit(base=due.on, full=new.on)
    if new is old:
        return limit, None
    step.changes["limit_at"] = end_of_day(new.on)
    return limit, write_down(step, old, new, reason)


def _redate_drawn(step: CaseStep, timers: Iterable[TimerRow], reason: str) -> dict[str, object]:
    """Move the drawn timers that a service has counted in working days. Answers the variables behind them."""
    changed: dict[str, object] = {}
    for timer in timers:
        again = DATED.get((step.definition.row.key, timer.node_id))
        if timer.kind != "bpmn" or again is None or timer.held_at is not None or timer.due_at <= step.at:
            continue
        counted = again(step, step.variables)
        if counted is None or counted[1] <= timer.due_at:  # later only: the next rung is shown to those concerned
            continue
        name, at = counted
        step.moved.append(MovedTimer(id=timer.id, due_at=at))
        step.note("redated", node=timer.node_id, old=timer.due_at.isoformat(), new=at.isoformat(), reason=reason)
        changed[name] = at.isoformat()
    return changed


def _reads_limit(task: UserTaskRow) -> bool:
    return f"var.{LIMIT}" in cast("Mapping[str, object]", (task.deadline or {}).get("inputs") or {})
