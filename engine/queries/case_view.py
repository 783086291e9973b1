"""One case for its page: drawing with tokens, deadline ledger, ladder, papers, verified history, documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.due import Due, due_of
from engine.model.light import Light, Standing, light_of
from engine.model.process import FlowNode
from engine.model.step import InstanceId, PersonId, TaskId
from engine.model.steps import ProcessStep, Status
from engine.queries.case_events import History, read_history
from engine.queries.case_head import (
    CaseHead,
    Paper,
    SentForm,
    Upload,
    forms_sent,
    head_of,
    papers_of,
    uploads_of,
    visible_case,
)
from engine.queries.comments import Comments, comments_of_case
from engine.queries.copies import Copies, copies_of_case
from engine.queries.deadline_view import (
    DayCell,
    LedgerLine,
    Rung,
    days_of,
    ledger_of,
    rows_about_limit,
    rungs_of,
)
from engine.queries.documents import DocumentLine, documents_of_case
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.lights import TaskLight
from engine.queries.occasion import Occasion, occasion_of
from engine.queries.steering import Steering, steering_of
from engine.queries.task_brief import where_it_stands
from engine.queries.tasks import TaskRow, tasks_of_case
from engine.store import tables as t
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.scope import of
from engine.store.transaction import Transaction
from engine.store.visibility import visible_tasks

_LIMIT = "var(limit)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A token that waits for something else than a person."""

    node_id: str
    until: datetime | None  #: of a timer


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything about one case that its reader may see."""

    frame: FrameFacts
    case: CaseHead
    light: TaskLight | None  #: of the limit while it runs, else of what waits now
    light_due: Due | None
    tasks: tuple[TaskRow, ...]
    own_task: TaskId | None  #: open, in the reader's hands or offered to him
    nodes: tuple[FlowNode, ...]
    waiting: tuple[Waiting, ...]
    steps: tuple[tuple[ProcessStep, Status], ...]
    ledger: tuple[LedgerLine, ...]
    days: tuple[DayCell, ...]
    rungs: tuple[Rung, ...]
    rung_task: TaskRow | None  #: the open task whose ladder that is
    papers: tuple[Paper, ...]
    history: History
    sent: tuple[SentForm, ...]
    documents: tuple[DocumentLine, ...]  #: official papers, oldest first
    uploads: tuple[Upload, ...]
    comments: Comments
    copies: Copies
    occasion: Occasion
    steering: Steering  #: what the reader may do as a supervisor


def case_view(engine: Engine, person: PersonId, instance_id: InstanceId) -> CaseView:
    """Raises NotFound for a case that the person may not see."""
    with engine.reading(person) as tx:
        case = visible_case(tx, instance_id)
        definition = engine.definition(tx, case.definition_id)
        head, rows = head_of(engine, tx, case, definition), tasks_of_case(engine, tx, case.id)
        history = read_history(engine, tx, case, definition)
        whole = _whole_tasks(tx, case.id)
        ledger = _ledger(engine, tx, case, whole)
        laddered = next((row for row in rows if row.is_open and whole[row.id].ladder_profile), None)
        due, light = _light(engine, tx, case, rows, whole)
        return CaseView(
            frame=read_frame(engine, tx),
            case=head,
            light=light,
            light_due=due,
            tasks=rows,
            own_task=_own_task(rows, person),
            nodes=tuple(definition.info.nodes.values()),
            waiting=_waiting(tx, case, history, rows),
            steps=where_it_stands(tx, definition, case),
            ledger=ledger,
            days=days_of(ledger, engine.reference(tx).calendar),
            rungs=rungs_of(engine, tx, whole[laddered.id]) if laddered is not None else (),
            rung_task=laddered,
            papers=papers_of(engine, tx, case.id),
            history=history,
            sent=forms_sent(engine, tx, case.id),
            documents=documents_of_case(engine, tx, case.id),
            uploads=uploads_of(engine, tx, case.id),
            comments=comments_of_case(engine, tx, case),
            copies=copies_of_case(engine, tx, case),
            occasion=occasion_of(engine, tx, case),
            steering=steering_of(engine, tx, case, rows),
        )


def _own_task(rows: tuple[TaskRow, ...], person: PersonId) -> TaskId | None:
    mine = (row.id for row in rows if row.is_open and row.assignee == person)
    offered = (row.id for row in rows if row.state == "offered" and person in row.candidates)
    return next(mine, None) or next(offered, None)


def _whole_tasks(tx: Transaction, instance_id: InstanceId) -> dict[TaskId, UserTaskRow]:
    """The tasks of the case with how their dates came about, in the order in which they opened."""
    task = t.user_task.c
    query = of(UserTaskRow, t.user_task).where(task.instance_id == instance_id, visible_tasks(tx.actor))
    found = tx.connection.execute(query.order_by(task.created_at, task.token)).mappings()
    return {row["id"]: UserTaskRow(**row) for row in found}


def _is_limited(task: UserTaskRow) -> bool:
    """Does the limit of the case end this task?"""
    return _LIMIT in str((task.deadline or {}).get("rule", ""))


def _ledger(
    engine: Engine, tx: Transaction, case: InstanceRow, whole: dict[TaskId, UserTaskRow]
) -> tuple[LedgerLine, ...]:
    """Of the limit of the case; of the task that waits now while the case has no limit yet."""
    entries = tx.deadline_entries(case.id)
    if case.limit_at is not None:
        is_limit = [task for task in whole.values() if (task.deadline or {}).get("rule") == _LIMIT]
        return ledger_of(engine, tx, rows_about_limit(entries, is_limit))
    shown = next((task.id for task in whole.values() if task.is_open), next(reversed(whole), None))
    return ledger_of(engine, tx, [entry for entry in entries if shown is not None and entry.task_id == shown])


def _light(
    engine: Engine,
    tx: Transaction,
    case: InstanceRow,
    rows: tuple[TaskRow, ...],
    whole: dict[TaskId, UserTaskRow],
) -> tuple[Due | None, TaskLight | None]:
    """The limit counts while the unit has the case, then the date of what waits now, in the end whether it was kept."""
    calendar = engine.reference(tx).calendar
    limited = [task for task in whole.values() if _is_limited(task)]
    if case.limit_at is None or (not any(task.is_open for task in limited) and any(row.is_open for row in rows)):
        dated = next((row for row in rows if row.is_open and row.light is not None), None)
        return None, dated.light if dated is not None else None
    limit = local_day(case.limit_at).isoformat()
    due = due_of(_LIMIT, {"created": case.started_at.isoformat(), "var.limit": limit}, calendar)
    done_at = max((task.done_at for task in limited if task.done_at is not None), default=None)
    if any(task.is_open for task in limited):
        standing: Standing = "suspended" if case.status == "suspended" else "open"
    else:
        standing = "cancelled" if case.status == "terminated" or done_at is None else "done"
    return due, _shown(light_of(due, tx.now, calendar, standing=standing, done_at=done_at), due)


def _shown(light: Light, due: Due) -> TaskLight:
    return TaskLight(
        color=light.color,
        days_left=light.days_left,
        late_days=light.late_days,
        mark_zh=light.mark_zh,
        mark_en=light.mark_en,
        provisional=due.provisional,
    )


def _waiting(tx: Transaction, case: InstanceRow, history: History, rows: tuple[TaskRow, ...]) -> tuple[Waiting, ...]:
    """Tokens at timers, messages and called processes; those at user tasks are told by the tasks."""
    if case.is_over:
        return ()
    held = {row.node_id for row in rows if row.is_open}
    timers = {timer.node_id: timer.due_at for timer in tx.timers_of(case.id) if timer.kind == "bpmn"}
    return tuple(Waiting(node_id=node, until=timers.get(node)) for node in sorted(history.marks.waiting - held))
