"""Q15: which units nobody has inspected this year, and what became of what the inspected ones said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Date, Integer, cast, func, or_, select

from engine.core import Reference
from engine.model.clock import instant, local_day
from engine.model.declared_words import Words
from engine.model.period import Period
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing, of_units, units_asked
from engine.queries.questions.question import Asked, Choice, Found, Question, Reading, column, option, total
from engine.queries.questions.topics import ROUND
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import oversees, visible_instances

_VISIT, _CASE = t.inspection_visit.c, t.instance.c


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitVisits:
    """One unit in one year."""

    unit: str
    visits: int
    kinds: Mapping[str, int]  #: 经常, 节点, 专项 …: how often
    last_on: date | None  #: of the year; None: nobody was there
    before_on: date | None  #: the last visit before the year
    findings: int  #: put before the unit
    accepted: int  #: held after its reply: problems to put right
    contested: int  #: of the findings, those that the unit called untrue or partly so
    adopted: int  #: of these, dropped or changed after what it said
    last_round: InstanceId | None

    @property
    def is_visited(self) -> bool:
        return self.visits > 0


@dataclass(slots=True)
class _Told:
    findings: int = 0
    accepted: int = 0
    contested: int = 0
    adopted: int = 0
    round: InstanceId | None = None


def unit_visits(tx: Transaction, reference: Reference, wanted: Narrowing, year: Period) -> tuple[UnitVisits, ...]:
    """Every unit below a commission that the asking person oversees: who was not visited first, the longest ago first.

    What a round has found counts once it is no secret any more.
    """
    organization, asked = reference.organization, units_asked(reference.organization, wanted)
    seen = set(tx.connection.execute(oversees(tx.actor)).scalar_one())
    after = min(year.last_day, local_day(tx.now))
    units = [
        unit.code
        for unit in organization.units
        if unit.code in seen and unit.superior and unit.is_active(after) and (asked is None or unit.code in asked)
    ]
    visits, before = _visits(tx, reference, wanted, year)
    told = _told(tx, reference, wanted, year)
    rows = [
        UnitVisits(
            unit=unit,
            visits=len(visits.get(unit, ())),
            kinds=Counter(kind for _, kind in visits.get(unit, ())),
            last_on=max((local_day(at) for at, _ in visits.get(unit, ())), default=None),
            before_on=local_day(before[unit]) if unit in before else None,
            findings=told[unit].findings,
            accepted=told[unit].accepted,
            contested=told[unit].contested,
            adopted=told[unit].adopted,
            last_round=told[unit].round,
        )
        for unit in units
    ]
    return tuple(sorted(rows, key=lambda row: (row.last_on or date.min, row.before_on or date.min, row.unit)))


def _visits(
    tx: Transaction, reference: Reference, wanted: Narrowing, year: Period
) -> tuple[Mapping[str, list[tuple[datetime, str]]], Mapping[str, datetime]]:
    """By unit: the visits of the year, and the last one before it. Row security shows those of the own units."""
    first, after = instant(year.first_day, time.min), instant(year.last_day + timedelta(days=1), time.min)
    narrowed = list(of_units(_VISIT.unit, reference, wanted))
    query = select(_VISIT.unit, _VISIT.visited_at, _VISIT.kind).where(
        _VISIT.visited_at >= first, _VISIT.visited_at < after, *narrowed
    )
    found: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in tx.connection.execute(query):
        found[row.unit].append((row.visited_at, row.kind))
    earlier = select(_VISIT.unit, func.max(_VISIT.visited_at)).where(_VISIT.visited_at < first, *narrowed)
    return found, {row[0]: row[1] for row in tx.connection.execute(earlier.group_by(_VISIT.unit))}


def _told(tx: Transaction, reference: Reference, wanted: Narrowing, year: Period) -> Mapping[str, _Told]:
    """By unit: what the rounds say of the visits of the year."""
    visit = func.jsonb_array_elements(_CASE.variables["visit_results"]).table_valued("value").lateral("visit")
    result = visit.c.value.op("->>")
    visited_on = cast(result("visited_on"), Date)
    numbers = ("findings", "accepted", "contested", "adopted")
    query = (
        select(result("unit").label("unit"), _CASE.id, *(cast(result(name), Integer).label(name) for name in numbers))
        .select_from(t.instance)
        .join(visit, onclause=func.jsonb_typeof(_CASE.variables["visit_results"]) == "array")
        .where(_CASE.key == ROUND)
        .where(or_(_CASE.ended_at.is_(None), _CASE.ended_at >= instant(year.first_day, time.min)))
        .where(visited_on.between(year.first_day, year.last_day), visible_instances(tx.actor))
        .where(*of_units(result("unit"), reference, wanted))
        .order_by(visited_on, _CASE.id)
    )
    found: defaultdict[str, _Told] = defaultdict(_Told)
    for row in tx.connection.execute(query):
        told = found[row.unit]
        told.findings += row.findings or 0
        told.accepted += row.accepted or 0
        told.contested += row.contested or 0
        told.adopted += row.adopted or 0
        told.round = InstanceId(row.id)
    return found


#: What a kind of inspection is called where nothing else says what it is about.
_NAMES = {"节点": "重要节点"}


def _kinds(row: UnitVisits) -> tuple[str, ...] | None:
    return tuple(_NAMES.get(kind, kind) for kind in sorted(row.kinds)) or None


def _answer(reading: Reading, asked: Asked) -> Found[UnitVisits]:
    every = unit_visits(reading.tx, reading.reference, asked.narrowing, asked.span)
    visited = [row for row in every if row.is_visited]
    contested, adopted = sum(row.contested for row in every), sum(row.adopted for row in every)
    missing = len(every) - len(visited)
    share = adopted / contested if contested else None
    return Found(
        rows=every if asked.options["which"] == "all" else [row for row in every if not row.is_visited],
        totals=(
            total("units", "应督查单位", "units", len(every)),
            total("visited", "已督查", "visited", len(visited)),
            total("missing", "本年未督查", "not visited this year", missing),
            total("share", "覆盖率", "coverage", len(visited) / len(every) if every else None, "percent"),
            total("contested", "单位提出异议的问题", "findings contested", contested),
            total("adopted", "说明被采纳", "replies adopted", adopted),
            total("adopted_share", "说明采纳率", "share adopted", share, "percent"),
        ),
    )


INSPECTIONS: Question[UnitVisits] = Question(
    number=15,
    group="supervision",
    title=Words(zh="督查覆盖", en="Coverage of inspections"),
    asks=Words(
        zh="哪些单位今年还没有督查过？被督查单位的说明采纳了多少？",
        en="Which units has nobody inspected this year, and how much of what the others said was adopted?",
    ),
    counts=Words(
        zh="以督查组到场签到为准。说明采纳率＝单位认为部分属实、不属实的问题中，"
        "修改后认定或不予认定的比例；尚未解密的督查不计。",
        en="A visit counts with the check-in of its team. Share adopted = of the findings that the unit called "
        "untrue or partly "
        "so, those changed or dropped. Rounds that are still secret do not count.",
    ),
    period="year",
    choices=(
        Choice(
            name="which",
            words=Words(zh="范围", en="Which"),
            options=(
                option("missing", "本年未督查", "Not visited this year"),
                option("all", "全部单位", "All units"),
            ),
        ),
    ),
    columns=(
        column("unit", "单位", "Unit", lambda row: row.unit, "unit"),
        column("visits", "本年次数", "Visits", lambda row: row.visits, "number"),
        column("kinds", "督查类型", "Kinds", _kinds, "term"),
        column("last_on", "本年最近一次", "Last this year", lambda r: r.last_on, "date"),
        column("before_on", "此前最近一次", "Last before", lambda r: r.before_on, "date"),
        column("findings", "发现问题", "Findings", lambda row: row.findings, "number"),
        column("accepted", "认定", "Accepted", lambda row: row.accepted, "number"),
        column("contested", "提出异议", "Contested", lambda row: row.contested, "number"),
        column("adopted", "采纳说明", "Adopted", lambda row: row.adopted, "number"),
    ),
    answer=_answer,
    case=lambda row: row.last_round,
)
