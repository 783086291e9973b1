"""Q8 反复退回与延期: problems that were sent back twice or given more time, and who approved that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import Integer, any_, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from engine.core import Reference
from engine.model.clock import instant, local_day
from engine.model.declared_words import Words
from engine.model.period import Period
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing, of_units
from engine.queries.questions.question import Asked, Choice, Found, Question, Reading, column, option, total
from engine.queries.questions.relapse import PROBLEM
from engine.store import tables as t
from engine.store.tables_base import Id
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances

_CASE, _ENTRY = t.instance.c, t.deadline_entry.c
OFTEN = 2  #: returns from which on a problem is listed
_EXTENDED = "已延期"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One extension that was granted."""

    on: date
    approver: str  #: name of who decided it
    working_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowProblem:
    """A problem that came back, or took longer than it was given."""

    case: InstanceId
    number: str
    title: str
    unit: str
    severity: str
    state: str
    returns: int  #: by those who verify
    limit_on: date | None
    extensions: tuple[Extension, ...]  #: the oldest first

    @property
    def is_often_returned(self) -> bool:
        return self.returns >= OFTEN

    @property
    def approvers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.approver for one in self.extensions))


def slow_problems(tx: Transaction, reference: Reference, wanted: Narrowing, half: Period) -> tuple[SlowProblem, ...]:
    """Of those that were open at some time of the half-year, what came back most often first."""
    first, after = instant(half.first_day, time.min), instant(half.last_day + timedelta(days=1), time.min)
    returns = func.coalesce(cast(_CASE.variables["returns"].astext, Integer), 0).label("returns")
    closed_on = _CASE.variables["closed_on"].astext
    columns = (_CASE.business_no, _CASE.title, _CASE.unit, _CASE.severity, _CASE.case_state, _CASE.limit_at)
    query = (
        select(_CASE.id, *columns, returns)
        .where(_CASE.key == PROBLEM, or_(_CASE.ended_at.is_(None), _CASE.ended_at >= first))
        .where(_CASE.started_at < after, or_(closed_on.is_(None), closed_on >= half.first_day.isoformat()))
        .where(or_(returns >= OFTEN, any_(_CASE.marks) == _EXTENDED))
        .where(visible_instances(tx.actor), *of_units(_CASE.unit, reference, wanted))
        .order_by(returns.desc(), _CASE.started_at, _CASE.id)
    )
    rows = tx.connection.execute(query).all()
    granted = _extensions(tx, reference, [row.id for row in rows])
    return tuple(_problem(row, granted.get(row.id, ())) for row in rows)


def _problem(row: Any, extensions: Sequence[Extension]) -> SlowProblem:
    return SlowProblem(
        case=InstanceId(row.id),
        number=row.business_no or "",
        title=row.title,
        unit=row.unit or "",
        severity=row.severity or "",
        state=row.case_state,
        returns=row.returns,
        limit_on=local_day(row.limit_at) if row.limit_at is not None else None,
        extensions=tuple(extensions),
    )


def _extensions(
    tx: Transaction, reference: Reference, cases: Sequence[InstanceId]
) -> Mapping[InstanceId, Sequence[Extension]]:
    query = (
        select(_ENTRY.instance_id, _ENTRY.at, _ENTRY.actor, _ENTRY.explanation)
        .where(_ENTRY.instance_id == any_(bindparam(None, list(cases), ARRAY(Id))), _ENTRY.kind == "extended")
        .order_by(_ENTRY.at, _ENTRY.id)
    )
    found: defaultdict[InstanceId, list[Extension]] = defaultdict(list)
    for row in tx.connection.execute(query):
        found[InstanceId(row.instance_id)].append(
            Extension(
                on=local_day(row.at),
                approver=reference.organization.person_name(row.actor),
                working_days=int(row.explanation.get("working_days", 0)),
            )
        )
    return found


def _answer(reading: Reading, asked: Asked) -> Found[SlowProblem]:
    every = slow_problems(reading.tx, reading.reference, asked.narrowing, asked.span)
    which = asked.options["which"]
    returned = [row for row in every if row.is_often_returned]
    extended = [row for row in every if row.extensions]
    return Found(
        rows={"returned": returned, "extended": extended}.get(which, every),
        totals=(
            total("all", "问题", "problems", len(every)),
            total("returned", "退回2次以上", "returned twice or more", len(returned)),
            total("extended", "延期", "extended", len(extended)),
        ),
    )


SLOW_PROBLEMS: Question[SlowProblem] = Question(
    number=8,
    group="problems",
    title=Words(zh="反复退回与延期的问题", en="Returned again and extended"),
    asks=Words(
        zh="哪些问题被退回两次以上或者延过期？延期是谁批的？",
        en="Which problems were returned twice or more, or extended, and who approved the extension?",
    ),
    counts=Words(
        zh="本半年内曾在办的问题：核验退回累计2次及以上，或整改期限经批准延长。批准人为作出延期决定的人，不是申请人。",
        en="Problems that were open at some time of the half-year: sent back by those who verify twice or more, or "
        "with a limit that was extended. Approved by whoever decided, not by who asked.",
    ),
    period="half",
    choices=(
        Choice(
            name="which",
            words=Words(zh="范围", en="Which"),
            options=(
                option("all", "全部", "All"),
                option("returned", "退回2次以上", "Returned twice or more"),
                option("extended", "延期", "Extended"),
            ),
        ),
    ),
    columns=(
        column("title", "问题", "Problem", lambda row: row.title, wide=True),
        column("unit", "单位", "Unit", lambda row: row.unit, "unit"),
        column("severity", "严重程度", "Severity", lambda row: row.severity, "severity"),
        column("state", "状态", "State", lambda row: row.state, "term"),
        column("returns", "退回次数", "Returns", lambda row: row.returns, "number"),
        column("extensions", "延期次数", "Extensions", lambda row: len(row.extensions), "number"),
        column(
            "extended_by",
            "延长工作日",
            "Working days added",
            lambda row: sum(one.working_days for one in row.extensions) or None,
            "number",
        ),
        column("approvers", "延期批准人", "Approved by", lambda row: row.approvers or None),
        column(
            "approved_on",
            "最近批准",
            "Last approved",
            lambda row: row.extensions[-1].on if row.extensions else None,
            "date",
        ),
        column("limit_on", "现整改期限", "Limit now", lambda row: row.limit_on, "date"),
        column("number", "业务编号", "Number", lambda row: row.number or None),
    ),
    answer=_answer,
    case=lambda row: row.case,
)
