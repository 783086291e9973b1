"""Q7 整改时效: how many problems are closed in time, and how long they wait at each step of S1."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import Date, any_, cast, func, or_, select

from engine.core import Reference
from engine.model.clock import instant, local_day
from engine.model.declared_words import Words
from engine.model.period import Period
from engine.model.process import WORK_OF_PEOPLE, FlowNode
from engine.queries.dwell import median
from engine.queries.narrowing import Narrowing, WorkingDays, of_units
from engine.queries.questions.question import (
    Asked,
    Bars,
    Choice,
    Found,
    Listed,
    Question,
    Reading,
    column,
    option,
    total,
)
from engine.queries.questions.relapse import PROBLEM
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances

_CASE, _TASK, _OPEN, _VERSION = t.instance.c, t.figure_task.c, t.figure_open.c, t.definition_version.c


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTime:
    """One step of S1, of the tasks done in the period. Times in working days."""

    node: str
    name: Words
    done: int
    on_time: float | None  #: share of those done that had a date; None: none had one
    median: float | None  #: from opening until done; None: none was done
    limit: float | None  #: median of what they had
    open: int  #: waiting there now


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Problems that were closed in the period."""

    unit: str
    closed: int
    late: int
    days: Mapping[int, int]  #: working days from delivery to closing: how often

    @property
    def on_time(self) -> int:
        return self.closed - self.late

    @property
    def rate(self) -> float | None:
        return self.on_time / self.closed if self.closed else None

    @property
    def median(self) -> float | None:
        return median(self.days.items())


def step_times(
    tx: Transaction, reference: Reference, wanted: Narrowing, period: Period, nodes: Mapping[str, FlowNode]
) -> tuple[StepTime, ...]:
    """In the order of the drawing. nodes: those of the version in force."""
    first, after = _span(period)
    days = WorkingDays(reference, period.first_day, min(period.last_day, local_day(tx.now)))
    # How often each length occurred: a few rows for any number of tasks, and nothing to sort.
    stayed = days.between(_TASK.created_at, _TASK.done_at).label("stayed")
    allowed = days.until_day(_TASK.created_at, _TASK.due_on).label("allowed")
    late = func.count().filter(_TASK.done_at > _TASK.due_at).label("late")
    query = (
        select(_TASK.node_id, stayed, allowed, func.count().label("n"), late)
        .where(_TASK.mechanism == PROBLEM, _TASK.done_at >= first, _TASK.done_at < after)
        .where(or_(_TASK.state == "completed", _TASK.state == "returned"))
        .where(*of_units(_TASK.unit, reference, wanted))
        .group_by(_TASK.node_id, stayed, allowed)
    )
    done: defaultdict[str, list[tuple[int, int | None, int, int]]] = defaultdict(list)
    for row in tx.connection.execute(query):
        done[row.node_id].append((row.stayed, row.allowed, row.n, row.late))
    waiting = select(_OPEN.node_id, func.sum(_OPEN.open)).where(_OPEN.mechanism == PROBLEM)
    waiting = waiting.where(*of_units(_OPEN.unit, reference, wanted)).group_by(_OPEN.node_id)
    still_open = {node: int(number) for node, number in tx.connection.execute(waiting)}
    return tuple(
        _step(node, done.get(node.id, []), still_open.get(node.id, 0))
        for node in nodes.values()
        if node.type in WORK_OF_PEOPLE
    )


def _step(node: FlowNode, rows: list[tuple[int, int | None, int, int]], still_open: int) -> StepTime:
    dated = sum(n for _, allowed, n, _ in rows if allowed is not None)
    late = sum(n for *_, n in rows)
    return StepTime(
        node=node.id,
        name=Words(zh=node.name, en=node.name_en or node.name),
        done=sum(n for _, _, n, _ in rows),
        on_time=(dated - late) / dated if dated else None,
        median=median((stayed, n) for stayed, _, n, _ in rows),
        limit=median((allowed, n) for _, allowed, n, _ in rows if allowed is not None),
        open=still_open,
    )


def closures(tx: Transaction, reference: Reference, wanted: Narrowing, period: Period) -> tuple[Closure, ...]:
    """By unit. Closed late is what bears the mark 逾期办结, as in the half-year report."""
    day = _CASE.variables["closed_on"].astext
    first, last = period.first_day.isoformat(), period.last_day.isoformat()
    days = WorkingDays(reference, period.first_day, min(period.last_day, local_day(tx.now)))
    took = days.until_day(_CASE.delivered_at, cast(day, Date)).label("took")
    late = func.count().filter(any_(_CASE.marks) == "逾期办结").label("late")
    query = (
        select(_CASE.unit, took, func.count().label("n"), late)
        .where(_CASE.key == PROBLEM, day.between(first, last), _CASE.sealed.is_(False), visible_instances(tx.actor))
        .where(or_(_CASE.ended_at.is_(None), _CASE.ended_at >= instant(period.first_day, time.min)))
        .where(*of_units(_CASE.unit, reference, wanted))
        .group_by(_CASE.unit, took)
    )
    closed, behind, lengths = Counter[str](), Counter[str](), defaultdict[str, Counter[int]](Counter)
    for row in tx.connection.execute(query):
        closed[row.unit] += row.n
        behind[row.unit] += row.late
        if row.took is not None:
            lengths[row.unit][row.took] += row.n
    return tuple(Closure(unit=u, closed=closed[u], late=behind[u], days=lengths[u]) for u in sorted(closed))


def _span(period: Period) -> tuple[datetime, datetime]:
    return instant(period.first_day, time.min), instant(period.last_day + timedelta(days=1), time.min)


def _nodes(reading: Reading) -> Mapping[str, FlowNode]:
    query = select(_VERSION.id).where(_VERSION.key == PROBLEM, _VERSION.state == "current")
    found = reading.tx.connection.execute(query).scalar()
    return reading.engine.definition(reading.tx, found).info.nodes if found is not None else {}


Row = StepTime | Closure


def _answer(reading: Reading, asked: Asked) -> Found[Row]:
    tx, reference, place, period = reading.tx, reading.reference, asked.narrowing, asked.span
    by_unit = closures(tx, reference, place, period)
    whole = Closure(
        unit="",
        closed=sum(row.closed for row in by_unit),
        late=sum(row.late for row in by_unit),
        days=sum((Counter(row.days) for row in by_unit), Counter()),
    )
    rows: tuple[Row, ...] = by_unit
    if asked.options["by"] == "step":
        rows = step_times(tx, reference, place, period, _nodes(reading))
    return Found(
        rows=rows,
        totals=(
            total("closed", "本期销号", "closed", whole.closed),
            total("on_time", "按期销号", "closed in time", whole.on_time),
            total("rate", "按期销号率", "share in time", whole.rate, "percent"),
            total("median", "办结中位天数（工作日）", "median working days", whole.median, "decimal"),
        ),
    )


def _list(row: Row, asked: Asked) -> Listed | None:
    if isinstance(row, StepTime):
        return None
    region, kind = row.unit.split("-", 1)
    filters = {"by": "each", "period": asked.span.code, "region": region, "type": kind}
    return Listed(of=6, filters=filters)


def _step_name(row: Row) -> Words | None:
    return row.name if isinstance(row, StepTime) else None


RECTIFY_TIMES: Question[Row] = Question(
    number=7,
    group="problems",
    title=Words(zh="整改时效与堵点", en="Closing in time, and where it waits"),
    asks=Words(
        zh="问题按期销号了多少？整改各环节要等几天，堵在哪一步？",
        en="How many problems are closed in time, how long does each step of rectification take, and where does "
        "it wait?",
    ),
    counts=Words(
        zh="按期销号率＝本期销号中未标逾期办结的÷本期销号；办结天数从送达算到销号。各环节按本期办结的任务，"
        "从生成到办结的工作日取中位数；在办为此刻停在该环节的任务。",
        en="Share in time = closed in the period without the mark done late ÷ closed in the period; days run from "
        "delivery to closing. Of each step the median of working days from opening until done, of tasks done in the "
        "period; waiting is what stands there now.",
    ),
    period="half",
    choices=(
        Choice(
            name="by",
            words=Words(zh="统计方式", en="Rows"),
            options=(option("step", "按环节", "By step"), option("unit", "按单位", "By unit")),
        ),
    ),
    columns=(
        column("step", "环节", "Step", _step_name),
        column("unit", "单位", "Unit", lambda row: row.unit if isinstance(row, Closure) else None, "unit"),
        column("done", "本期办结", "Done", lambda row: row.done if isinstance(row, StepTime) else None, "number"),
        column("closed", "本期销号", "Closed", lambda row: row.closed if isinstance(row, Closure) else None, "number"),
        column("late", "逾期销号", "Late", lambda row: row.late if isinstance(row, Closure) else None, "number"),
        column("rate", "按期率", "In time", lambda r: r.rate if isinstance(r, Closure) else r.on_time, "percent"),
        column("median", "中位天数", "Median days", lambda row: row.median, "decimal"),
        column("limit", "规定天数", "Days allowed", lambda r: r.limit if isinstance(r, StepTime) else None, "decimal"),
        column("open", "在办", "Waiting", lambda row: row.open if isinstance(row, StepTime) else None, "number"),
    ),
    answer=_answer,
    lists=_list,
    bars=Bars(parts=("open",)),
)
