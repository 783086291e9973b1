"""Q6 问题分布: problems by source, category, severity and state, their trend over six half-years, and one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Date, any_, cast, func, literal, or_, select

from engine.core import Reference
from engine.model.case import CASE_STATES
from engine.model.clock import instant, local_day
from engine.model.declared_words import Words
from engine.model.period import Period
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing, of_units
from engine.queries.questions.halves import HALVES, half_words, halves_to
from engine.queries.questions.question import (
    Asked,
    Bars,
    Choice,
    Found,
    Listed,
    Option,
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

_CASE = t.instance.c
_ZONE = literal("Asia/Shanghai")
SEVERITIES = ("A", "B", "C", "D")
SOURCES = ("专题研究", "督查", "举报核实", "作风评议", "苗头", "回头看反弹", "自查")
NATURES = ("涉嫌违纪违法", "侵害群众利益", "制度不落实", "作风细节")
OPEN = tuple(state.label for state in CASE_STATES if state.is_open)
_NOT_STATED = Words(zh="未注明", en="Not stated")
CLOSED = ("已销号", "已归档")
#: What a problem is told apart by: name of the filter, and of the column.
SIDES = ("source", "nature", "severity", "state")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """So many problems that are alike. half: in which they were registered."""

    source: str
    nature: str
    severity: str
    state: str
    half: str
    is_late: bool  #: closed after its limit, or open beyond it
    has_relapsed: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """One problem."""

    case: InstanceId
    number: str
    title: str
    unit: str
    registered_on: date
    limit_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRow:
    """A line of the answer: problems that have `told` in common; or one problem."""

    told: Mapping[str, str]  #: side or "half" to its value
    groups: Sequence[Group] = field(repr=False)
    one: One | None = None

    def count(self, **sides: Iterable[str]) -> int:
        """Those whose sides have one of the values."""
        wanted = {name: set(values) for name, values in sides.items()}
        return sum(g.count for g in self.groups if all(getattr(g, name) in v for name, v in wanted.items()))

    @property
    def whole(self) -> int:
        return sum(group.count for group in self.groups)

    @property
    def late(self) -> int:
        return sum(group.count for group in self.groups if group.is_late)

    @property
    def relapsed(self) -> int:
        return sum(group.count for group in self.groups if group.has_relapsed)


def problem_groups(
    tx: Transaction, reference: Reference, wanted: Narrowing, first: date, last: date, sides: Mapping[str, str]
) -> tuple[Group, ...]:
    """Counted at once. Registered from `first` to `last`; sides: the values that are asked for. Sealed ones are not."""
    month = cast(func.date_trunc("month", func.timezone(_ZONE, _CASE.started_at)), Date).label("month")
    columns = [*_columns(), month, _is_late(tx).label("late"), (any_(_CASE.marks) == "反弹").label("relapsed")]
    inner = select(*columns).where(*_asked(tx, reference, wanted, first, last, sides)).subquery()
    query = select(inner, func.count().label("n")).group_by(*inner.c)
    return tuple(
        Group(
            source=row.source or "",
            nature=row.nature or "",
            severity=row.severity or "",
            state=row.state,
            half=Period.containing("half", row.month).code,
            is_late=bool(row.late),
            has_relapsed=bool(row.relapsed),
            count=row.n,
        )
        for row in tx.connection.execute(query)
    )


def problems_one_by_one(
    tx: Transaction, reference: Reference, wanted: Narrowing, first: date, last: date, sides: Mapping[str, str]
) -> tuple[ProblemRow, ...]:
    """The same ones, the youngest first."""
    late = _is_late(tx).label("late")
    relapsed = (any_(_CASE.marks) == "反弹").label("relapsed")
    about = (_CASE.id, _CASE.business_no, _CASE.title, _CASE.unit, _CASE.started_at, _CASE.limit_at, late, relapsed)
    query = select(*_columns(), *about).where(*_asked(tx, reference, wanted, first, last, sides))
    return tuple(map(_one, tx.connection.execute(query.order_by(_CASE.started_at.desc(), _CASE.id.desc()))))


def _columns() -> Iterable[ColumnElement[Any]]:
    return (
        _CASE.variables["source"].astext.label("source"),
        _CASE.variables["nature"].astext.label("nature"),
        _CASE.severity.label("severity"),
        _CASE.case_state.label("state"),
    )


def _is_late(tx: Transaction) -> ColumnElement[bool]:
    runs = _CASE.case_state.in_(OPEN)
    return or_(any_(_CASE.marks) == "逾期办结", runs & (_CASE.limit_at < tx.now))


def _asked(
    tx: Transaction, reference: Reference, wanted: Narrowing, first: date, last: date, sides: Mapping[str, str]
) -> Iterable[ColumnElement[bool]]:
    since, after = instant(first, time.min), instant(last + timedelta(days=1), time.min)
    yield _CASE.key == PROBLEM
    # Each side by the index that it has: what began since then still runs or has ended since then.
    yield or_(_CASE.ended_at.is_(None), _CASE.ended_at >= since)
    yield (_CASE.started_at >= since) & (_CASE.started_at < after)
    yield _CASE.sealed.is_(False)
    yield visible_instances(tx.actor)
    yield from of_units(_CASE.unit, reference, wanted)
    columns = dict(zip(SIDES, _columns(), strict=True))
    for name, value in sides.items():
        yield columns[name] == value


def _one(row: Any) -> ProblemRow:
    group = Group(
        source=row.source or "",
        nature=row.nature or "",
        severity=row.severity or "",
        state=row.state,
        half=Period.containing("half", local_day(row.started_at)).code,
        is_late=bool(row.late),
        has_relapsed=bool(row.relapsed),
        count=1,
    )
    return ProblemRow(
        told={name: getattr(group, name) for name in SIDES},
        groups=(group,),
        one=One(
            case=InstanceId(row.id),
            number=row.business_no or "",
            title=row.title,
            unit=row.unit or "",
            registered_on=local_day(row.started_at),
            limit_on=local_day(row.limit_at) if row.limit_at is not None else None,
        ),
    )


def rows_by(groups: Iterable[Group], names: Sequence[str]) -> tuple[ProblemRow, ...]:
    """Put together what has these sides in common: the greatest first, half-years in their order."""
    parts: defaultdict[tuple[str, ...], list[Group]] = defaultdict(list)
    for group in groups:
        parts[tuple(getattr(group, name) for name in names)].append(group)
    rows = [ProblemRow(told=dict(zip(names, values, strict=True)), groups=found) for values, found in parts.items()]
    if names == ("half",):
        return tuple(sorted(rows, key=lambda row: row.told["half"]))
    return tuple(sorted(rows, key=lambda row: (-row.whole, *row.told.values())))


def _answer(reading: Reading, asked: Asked) -> Found[ProblemRow]:
    by, half = asked.options["by"], asked.span
    sides = {name: asked.options[name] for name in SIDES if asked.options[name] != "all"}
    first = halves_to(half)[0].first_day if by == "half" else half.first_day
    place = (reading.tx, reading.reference, asked.narrowing, first, half.last_day, sides)
    rows: tuple[ProblemRow, ...]
    if by == "each":
        rows = problems_one_by_one(*place)
    else:
        rows = rows_by(problem_groups(*place), SIDES if by == "all" else (by,))
    whole = ProblemRow(told={}, groups=[group for row in rows for group in row.groups])
    return Found(
        rows=rows,
        totals=(
            total("problems", "问题", "problems", whole.whole),
            total("open", "未销号", "open", whole.count(state=OPEN)),
            total("closed", "已销号", "closed", whole.count(state=CLOSED)),
            total("late", "逾期", "late", whole.late),
            total("relapsed", "反弹", "relapsed", whole.relapsed),
        ),
    )


def _list(row: ProblemRow, asked: Asked) -> Listed | None:
    if row.one is not None or "" in row.told.values():
        return None  # a list cannot ask for what was left open
    half = row.told.get("half", asked.span.code)
    kept = {name: value for name, value in asked.options.items() if name in SIDES and value != "all"}
    told = {name: value for name, value in row.told.items() if name in SIDES and value}
    return Listed(of=6, filters={**kept, **told, "by": "each", "period": half})


def _side(name: str, row: ProblemRow) -> str | Words | None:
    return row.told[name] or _NOT_STATED if name in row.told else None


def _count_of(severity: str, row: ProblemRow) -> int | None:
    return row.count(severity=(severity,)) if row.one is None and "severity" not in row.told else None


def _half(row: ProblemRow) -> Words | None:
    return half_words(Period.parse(row.told["half"])) if "half" in row.told else None


def _grouped(value: int, row: ProblemRow) -> int | None:
    return value if row.one is None else None


def _all_or(values: Iterable[str]) -> tuple[Option, ...]:
    return (option("all", "全部", "All"), *(Option(value=value, words=None) for value in values))


PROBLEMS: Question[ProblemRow] = Question(
    number=6,
    group="problems",
    title=Words(zh="问题分布与趋势", en="Problems and their trend"),
    asks=Words(
        zh="问题从哪里来、属于哪一类、严重到什么程度、办到哪一步？近六个半年有什么变化？",
        en="Where do problems come from, of what kind and how severe are they, and how far have they got? How has that "
        "changed over six half-years?",
    ),
    counts=Words(
        zh="按登记日期归入半年的问题（S1）；未销号＝仍在办理，逾期＝未销号且已过整改期限，或标有逾期办结。"
        "已转查处等涉密事项不计入。",
        en="Problems (S1) by day of registration; open = still being worked on, late = open beyond its limit, or "
        "marked done late. Sealed ones, as those handed to investigation, do not count.",
    ),
    period="half",
    choices=(
        Choice(
            name="by",
            words=Words(zh="统计方式", en="Rows"),
            options=(
                option("source", "按来源", "By source"),
                option("nature", "按性质", "By category"),
                option("severity", "按严重程度", "By severity"),
                option("state", "按状态", "By state"),
                option("all", "来源×性质×程度×状态", "All four"),
                option("half", f"近{HALVES}个半年", f"Last {HALVES} half-years"),
                option("each", "逐件", "One by one"),
            ),
        ),
        Choice(name="source", words=Words(zh="来源", en="Source"), options=_all_or(SOURCES)),
        Choice(name="nature", words=Words(zh="性质", en="Category"), options=_all_or(NATURES)),
        Choice(
            name="severity", words=Words(zh="严重程度", en="Severity"), options=_all_or(SEVERITIES), kind="severity"
        ),
        Choice(name="state", words=Words(zh="状态", en="State"), options=_all_or(s.label for s in CASE_STATES)),
    ),
    columns=(
        column("title", "问题", "Problem", lambda row: row.one.title if row.one else None, wide=True),
        column("half", "半年", "Half-year", _half),
        column("source", "来源", "Source", partial(_side, "source"), "term"),
        column("nature", "性质", "Category", partial(_side, "nature"), "term"),
        column("severity", "严重程度", "Severity", partial(_side, "severity"), "severity"),
        column("state", "状态", "State", partial(_side, "state"), "term"),
        column("count", "问题数", "Problems", lambda row: _grouped(row.whole, row), "number"),
        *(column(s.lower(), f"{s}级", f"Severity {s}", partial(_count_of, s), "number") for s in SEVERITIES),
        column("open", "未销号", "Open", lambda row: _grouped(row.count(state=OPEN), row), "number"),
        column("closed", "已销号", "Closed", lambda row: _grouped(row.count(state=CLOSED), row), "number"),
        column("late", "逾期", "Late", lambda row: _grouped(row.late, row), "number"),
        column("relapsed", "反弹", "Relapsed", lambda row: _grouped(row.relapsed, row), "number"),
        column("unit", "单位", "Unit", lambda row: row.one.unit if row.one else None, "unit"),
        column("registered_on", "登记", "Registered", lambda row: row.one.registered_on if row.one else None, "date"),
        column("limit_on", "整改期限", "Limit", lambda row: row.one.limit_on if row.one else None, "date"),
        column("number", "业务编号", "Number", lambda row: row.one.number if row.one else None),
    ),
    answer=_answer,
    case=lambda row: row.one.case if row.one else None,
    lists=_list,
    bars=Bars(parts=("a", "b", "c", "d")),
)
