"""需要关注: what a supervisor should look at, each with the reason for which it stands there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, select

from engine.core import Engine, Reference
from engine.model.clock import instant, local_day
from engine.model.period import shift_months
from engine.model.step import InstanceId
from engine.queries.frame import PROBLEM, UnitName, unit_named
from engine.queries.inbox_counts import is_open
from engine.queries.lights import TaskLight, light_of_task
from engine.queries.narrowing import Narrowing, of_units
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_cards, visible_instances, visible_tasks

Reason = Literal["late", "proposal", "unanswered", "returned", "extended", "incident"]
#: Rows shown of each reason; all of them are counted.
SHOWN: Mapping[Reason, int] = {"late": 5, "proposal": 2, "unanswered": 2, "returned": 2, "extended": 2, "incident": 2}
_LADDER, _PROPOSAL_FORM = "S2_LADDER", "S2_T5"
_CARD_LEVEL = 2  #: from 黄牌 on a late task is worth a look
_RETURNED = 2
_MONTHS = 12
_EXTENDED, _RETURN = "已延期", "退回"
_TASK, _CASE, _CARD, _INCIDENT = t.user_task.c, t.instance.c, t.card.c, t.incident.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One line."""

    reason: Reason
    instance_id: InstanceId | None
    title: str
    business_no: str
    unit: UnitName
    severity: str
    light: TaskLight | None = None
    ladder_level: int = 0
    step: str = ""
    step_en: str = ""
    due_on: date | None = None  #: of the task, or of the answer
    times: int = 0  #: returned so often
    kind: str = ""  #: of the incident
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """The lines, the most urgent reason first, and how many there are of each."""

    lines: tuple[Noted, ...]
    totals: Mapping[Reason, int]

    @property
    def total(self) -> int:
        return sum(self.totals.values())


def attention(engine: Engine, tx: Transaction, wanted: Narrowing) -> Attention:
    """For the person who asks in this transaction; the filters by region and type are asked."""
    reference = engine.reference(tx)
    found: dict[Reason, tuple[Sequence[Noted], int]] = {
        "late": _late(tx, reference, wanted),
        "proposal": _proposals(tx, reference, wanted),
        "unanswered": _unanswered(tx, reference, wanted),
        "returned": _returned(tx, reference, wanted),
        "extended": _extended(tx, reference, wanted),
        "incident": _incidents(tx, reference, wanted),
    }
    return Attention(
        lines=tuple(line for lines, _ in found.values() for line in lines),
        totals={reason: total for reason, (_, total) in found.items()},
    )


def _late(tx: Transaction, reference: Reference, wanted: Narrowing) -> tuple[Sequence[Noted], int]:
    """Late tasks that have got a card, the highest rung first. A ladder's own tasks are told by their task."""
    query = _tasks(reference, wanted).where(
        visible_tasks(tx.actor), _TASK.due_at < tx.now, _TASK.state != "suspended", _TASK.ladder_level >= _CARD_LEVEL
    )
    query = query.where(_TASK.mechanism != _LADDER)
    return _shown(tx, reference, "late", query, _TASK.ladder_level.desc(), _TASK.due_at, _TASK.id)


def _proposals(tx: Transaction, reference: Reference, wanted: Narrowing) -> tuple[Sequence[Noted], int]:
    """问责启动建议 that wait for their answer."""
    query = _tasks(reference, wanted).where(visible_tasks(tx.actor))
    query = query.where(_TASK.mechanism == _LADDER, _TASK.form_key == _PROPOSAL_FORM)
    return _shown(tx, reference, "proposal", query, _TASK.due_at, _TASK.id)


def _tasks(reference: Reference, wanted: Narrowing) -> Select[Any]:
    names = ("state", "due_on", "due_at", "deadline", "done_at", "ladder_level")
    return (
        select(
            *_case_columns(),
            *(_TASK[name] for name in names),
            _TASK.name.label("step"),
            _TASK.name_en.label("step_en"),
            _TASK.created_at.label("since"),
        )
        .join(t.instance, _CASE.id == _TASK.instance_id)
        .where(is_open(), *of_units(_TASK.case_unit, reference, wanted))
    )


def _unanswered(tx: Transaction, reference: Reference, wanted: Narrowing) -> tuple[Sequence[Noted], int]:
    """Yellow cards whose written explanation is late."""
    query = (
        select(
            *_case_columns(),
            _CARD.level.label("ladder_level"),
            _CARD.answer_due_on.label("due_on"),
            _CARD.issued_at.label("since"),
        )
        .join(t.instance, _CASE.id == func.coalesce(_CARD.case_id, _CARD.instance_id))
        .where(visible_cards(tx.actor), *of_units(_CARD.unit, reference, wanted), _CARD.level == _CARD_LEVEL)
        .where(_CARD.answered_at.is_(None), _CARD.state == "issued", _CARD.answer_due_on < local_day(tx.now))
    )
    return _shown(tx, reference, "unanswered", query, _CARD.answer_due_on, _CARD.no)


def _returned(tx: Transaction, reference: Reference, wanted: Narrowing) -> tuple[Sequence[Noted], int]:
    """Running problems that were sent back twice or more in a year."""
    figure = t.figure_task.c
    since = instant(shift_months(local_day(tx.now), -_MONTHS), time.min)
    often = (
        select(figure.instance_id, func.count().label("times"))
        .where(figure.mechanism == PROBLEM, figure.done_at >= since, figure.outcome == _RETURN)
        .group_by(figure.instance_id)
        .having(func.count() >= _RETURNED)
    ).subquery("often")
    query = _running(tx, reference, wanted).add_columns(often.c.times)
    query = query.join(often, often.c.instance_id == _CASE.id)
    return _shown(tx, reference, "returned", query, often.c.times.desc(), _CASE.id)


def _extended(tx: Transaction, reference: Reference, wanted: Narrowing) -> tuple[Sequence[Noted], int]:
    """Running problems whose limit was extended."""
    figure = t.figure_case.c
    # Found on the figures: row security would be asked of every running case.
    found = select(figure.id).where(figure.key == PROBLEM, figure.ended_at.is_(None))
    marked = found.where(figure.marks.contains([_EXTENDED])).subquery("marked")
    query = _running(tx, reference, wanted).join(marked, marked.c.id == _CASE.id)
    return _shown(tx, reference, "extended", query, _CASE.limit_at, _CASE.id)


def _running(tx: Transaction, reference: Reference, wanted: Narrowing) -> Select[Any]:
    query = select(*_case_columns(), _CASE.started_at.label("since")).where(visible_instances(tx.actor))
    return query.where(_CASE.key == PROBLEM, _CASE.ended_at.is_(None), *of_units(_CASE.unit, reference, wanted))


def _incidents(tx: Transaction, reference: Reference, wanted: Narrowing) -> tuple[Sequence[Noted], int]:
    """Cases that the engine could not take further: the operator has them, the supervisor knows why nothing moves."""
    query = (
        select(*_case_columns(), _INCIDENT.kind, _INCIDENT.opened_at.label("since"))
        .join(t.instance, _CASE.id == _INCIDENT.instance_id)
        .where(visible_instances(tx.actor), _INCIDENT.state != "resolved", ~_INCIDENT.sealed)
        .where(*of_units(_CASE.unit, reference, wanted))
    )
    return _shown(tx, reference, "incident", query, _INCIDENT.opened_at, _INCIDENT.id)


def _case_columns() -> tuple[ColumnElement[Any], ...]:
    return (
        _CASE.id.label("instance_id"),
        *(_CASE[name] for name in ("title", "business_no", "severity", "unit")),
    )


def _shown(
    tx: Transaction, reference: Reference, reason: Reason, query: Select[Any], *order: ColumnElement[Any]
) -> tuple[Sequence[Noted], int]:
    """The first lines, and how many there are."""
    numbered = query.add_columns(func.count().over().label("whole")).order_by(*order).limit(SHOWN[reason])
    rows = tx.connection.execute(numbered).mappings().all()
    return [_noted(reason, row, reference, tx.now) for row in rows], int(rows[0]["whole"]) if rows else 0


def _noted(reason: Reason, row: Mapping[Any, Any], reference: Reference, now: datetime) -> Noted:
    same = ("instance_id", "title", "ladder_level", "step", "step_en", "due_on", "times", "kind", "since")
    return Noted(
        reason=reason,
        business_no=row["business_no"] or "",
        unit=unit_named(reference.organization, row["unit"]),
        severity=row["severity"] or "",
        light=light_of_task(row, now, reference.calendar) if "deadline" in row else None,
        **{name: row[name] for name in same if name in row},
    )
