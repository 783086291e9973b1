"""Q9 回头看: which closed problems got a second look in a half-year, what was found, and what relapsed into what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from engine.core import Reference
from engine.model.clock import instant, local_day
from engine.model.declared_words import Words
from engine.model.period import Period
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing, of_units
from engine.queries.questions.question import Asked, Found, Question, Reading, column, total
from engine.store import tables as t
from engine.store.tables_base import Id
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances, visible_tasks

_CASE, _TASK = t.instance.c, t.user_task.c
PROBLEM, SECOND_LOOK = "S1_RECTIFY", "S1_T10"
LASTED, PARTLY, RELAPSED = "巩固", "部分反弹", "反弹"
_ORDER = (RELAPSED, PARTLY, "", LASTED)  #: what asks for most attention first
_DAY_DIGITS = 10  #: of an ISO moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One problem of a chain."""

    case: InstanceId
    number: str  #: business number
    severity: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """A closed problem that is looked at again."""

    case: InstanceId
    number: str
    title: str
    unit: str
    severity: str
    closed_on: date | None
    opened_on: date
    looked_on: date | None  #: None: not yet
    effect: str  #: "" not yet
    chain: tuple[Link, ...] = ()  #: of a relapse: the problems before and after it, the oldest first; itself among them


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLooks:
    """Those of a half-year."""

    rows: tuple[SecondLook, ...]
    pool: int  #: closed problems whose sixty days ended in the half-year

    def count(self, effect: str) -> int:
        return sum(row.effect == effect for row in self.rows)

    @property
    def looked(self) -> int:
        return sum(row.looked_on is not None for row in self.rows)


def second_looks(tx: Transaction, reference: Reference, wanted: Narrowing, half: Period) -> SecondLooks:
    """The second looks that opened in the half-year, what has relapsed first; visible to whoever asks."""
    first, after = instant(half.first_day, time.min), instant(half.last_day + timedelta(days=1), time.min)
    closed_on = _CASE.variables["closed_on"].astext.label("closed_on")
    query = (
        select(
            *(_CASE.id, _CASE.business_no, _CASE.title, _CASE.unit, _CASE.severity, closed_on),
            *(_TASK.created_at, _TASK.done_at, _TASK.outcome),
        )
        .join(t.instance, _CASE.id == _TASK.instance_id)
        .where(_TASK.mechanism == PROBLEM, _TASK.node_id == SECOND_LOOK, visible_tasks(tx.actor))
        # Each side by the index that it has: done since then, or still open.
        .where(or_(_TASK.done_at >= first, _TASK.state.in_(t.OPEN_STATES)))
        .where(_TASK.created_at >= first, _TASK.created_at < after, *of_units(_CASE.unit, reference, wanted))
        .order_by(_TASK.created_at, _CASE.id)
    )
    found = [_look(row) for row in tx.connection.execute(query)]
    chains = _chains(tx, [row.case for row in found if row.effect == RELAPSED])
    rows = [replace(row, chain=chains.get(row.case, ())) for row in found]
    order = (RELAPSED, PARTLY, "", LASTED)
    return SecondLooks(
        rows=tuple(
            sorted(rows, key=lambda row: (order.index(row.effect) if row.effect in order else 0, row.opened_on))
        ),
        pool=_pool(tx, reference, wanted, half),
    )


def _pool(tx: Transaction, reference: Reference, wanted: Narrowing, half: Period) -> int:
    day = func.left(_CASE.variables["recheck_on"].astext, _DAY_DIGITS)
    query = select(func.count()).where(
        _CASE.key == PROBLEM,
        day.between(half.first_day.isoformat(), half.last_day.isoformat()),
        # Whose sixty days ended then has not been archived before.
        or_(_CASE.ended_at.is_(None), _CASE.ended_at >= instant(half.first_day, time.min)),
        visible_instances(tx.actor),
        *of_units(_CASE.unit, reference, wanted),
    )
    return int(tx.connection.execute(query).scalar_one())


def _look(row: Any) -> SecondLook:
    done: datetime | None = row.done_at
    return SecondLook(
        case=InstanceId(row.id),
        number=row.business_no or "",
        title=row.title,
        unit=row.unit or "",
        severity=row.severity or "",
        closed_on=date.fromisoformat(row.closed_on) if row.closed_on else None,
        opened_on=local_day(row.created_at),
        looked_on=local_day(done) if done is not None else None,
        effect=row.outcome or "" if done is not None else "",
    )


def _chains(tx: Transaction, relapsed: Sequence[InstanceId]) -> Mapping[InstanceId, tuple[Link, ...]]:
    """By problem: those that it came of and those that came of it. A relapse is begun by the problem before it."""
    known = {row.id: row for row in _problems(tx, _CASE.id, relapsed)}
    waiting = set(known)
    while waiting:  # one question for each link; a chain longer than a few says more than any figure
        above = [row.parent_instance for row in known.values() if row.id in waiting and row.parent_instance]
        found = [*_problems(tx, _CASE.parent_instance, waiting), *_problems(tx, _CASE.id, above)]
        waiting = {row.id for row in found} - known.keys()
        known |= {row.id: row for row in found}
    after: dict[InstanceId, list[InstanceId]] = {}
    for row in sorted(known.values(), key=lambda row: row.started_at):
        if row.parent_instance in known:
            after.setdefault(row.parent_instance, []).append(row.id)
    return {case: tuple(_link(known[one]) for one in _line(case, known, after)) for case in relapsed if case in known}


def _problems(tx: Transaction, column: ColumnElement[Any], values: Iterable[InstanceId]) -> list[Any]:
    wanted = list(values)
    if not wanted:
        return []
    query = select(
        *(_CASE.id, _CASE.parent_instance, _CASE.business_no, _CASE.severity, _CASE.case_state, _CASE.started_at)
    ).where(_CASE.key == PROBLEM, column == any_(bindparam(None, wanted, ARRAY(Id))), visible_instances(tx.actor))
    return list(tx.connection.execute(query))


def _line(
    case: InstanceId, known: Mapping[InstanceId, Any], after: Mapping[InstanceId, Sequence[InstanceId]]
) -> list[InstanceId]:
    line = [case]
    while (above := known[line[0]].parent_instance) in known:
        line.insert(0, above)
    waiting = list(after.get(case, ()))
    while waiting:
        one = waiting.pop(0)
        line.append(one)
        waiting += after.get(one, ())
    return line


def _link(row: Any) -> Link:
    return Link(
        case=InstanceId(row.id), number=row.business_no or "", severity=row.severity or "", state=row.case_state
    )


def _answer(reading: Reading, asked: Asked) -> Found[SecondLook]:
    found = second_looks(reading.tx, reading.reference, asked.narrowing, asked.span)
    relapsed, looked = found.count(RELAPSED), found.looked
    return Found(
        rows=found.rows,
        totals=(
            total("pool", "满60日的已销号问题", "closed for sixty days", found.pool),
            total("sample", "开展回头看", "looked at again", len(found.rows)),
            total("looked", "已有结论", "with a result", looked),
            total("lasted", "巩固", "lasting", found.count(LASTED)),
            total("partly", "部分反弹", "partly relapsed", found.count(PARTLY)),
            total("relapsed", "反弹", "relapsed", relapsed),
            total("relapse_share", "反弹率", "share relapsed", relapsed / looked if looked else None, "percent"),
        ),
    )


RELAPSE: Question[SecondLook] = Question(
    number=9,
    group="problems",
    title=Words(zh="整改回头看", en="Second looks"),
    asks=Words(
        zh="回头看抽了多少、巩固和反弹各占多少，反弹的问题后来怎样？",
        en="How many closed problems were looked at again, how many relapsed, and into what?",
    ),
    counts=Words(
        zh="本期开始回头看的已销号问题。反弹率＝反弹数÷已有结论数；部分反弹单列。反弹后重新登记的问题按先后列出。",
        en="Closed problems whose second look began in the period. Share relapsed = relapsed ÷ those with a result; "
        "partly relapsed ones stand apart. The problems that a relapse became are listed in their order.",
    ),
    period="half",
    columns=(
        column("title", "问题", "Problem", lambda row: row.title, wide=True),
        column("effect", "成效", "Effect", lambda row: row.effect or None, "term"),
        column("number", "业务编号", "Number", lambda row: row.number),
        column("unit", "责任单位", "Unit", lambda row: row.unit, "unit"),
        column("severity", "定级", "Grade", lambda row: row.severity, "severity"),
        column("closed_on", "销号日期", "Closed", lambda row: row.closed_on, "date"),
        column("opened_on", "回头看开始", "Second look", lambda r: r.opened_on, "date"),
        column("looked_on", "结论日期", "Result", lambda row: row.looked_on, "date"),
        column(
            "chain",
            "反弹链条",
            "Chain of relapses",
            lambda row: " → ".join(link.number for link in row.chain) or None,
            wide=True,
        ),
        column(
            "chain_state",
            "链条末端状态",
            "State of the last one",
            lambda row: row.chain[-1].state if row.chain else None,
            "term",
        ),
    ),
    answer=_answer,
    case=lambda row: row.case,
)
