"""The figures of the half-year report (domain.md §7.2): a flat list, each with the query that gave it.

Pure: counts come in as the store has grouped them. A figure is named by a code ("problems.severity.C.open"), so that a
paper, a chart or another system finds it again without reading Chinese.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.model.obligation import STATE_LABELS, State
from engine.model.period import Period, shift_months

SEVERITIES = ("A", "B", "C", "D")
NATURES = ("涉嫌违纪违法", "侵害群众利益", "制度不落实", "作风细节")
#: Name of a query -> what it counts, in words that stand beside the figure.
QUERIES = {
    "duties": "义务清单，本单位及下级，期限在本期或属于本期的",
    "problems": "整改问题（S1），本单位及下级，本期登记或销号的",
    "cards": "牌卡，本单位及下级，本期发出的；已撤回的不计",
    "majors": "重大事项（S5），本单位及下级，本期登记的",
    "children": "下级半年报告（P04），同一期间",
    "visits": "督查到场记录（P05），本单位组织的，本期到场的",
}
#: State of a report of the half-year: handed in on time, handed in late, sent back, not there.
ON_TIME, LATE, RETURNED, MISSING = "按期", "逾期", "退回补正", "未报"
REPORT_STATES = (ON_TIME, LATE, RETURNED, MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemGroup:
    """Problems that share everything that the report tells apart."""

    severity: str
    nature: str
    found: date | None  #: first day of the month of registration, None: before the period
    closed: date | None  #: first day of the month of closing, None: open, or closed after the period
    is_late: bool  #: closed late, or open and over its limit
    relapsed: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildReport:
    """Where the report of one unit below stands."""

    unit: str
    name: str
    state: str  #: one of REPORT_STATES
    number: str = ""  #: 发文字号
    signed_on: str = ""  #: ISO day, "" while it is not signed


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyGroup:
    """Obligations of one kind that stand alike."""

    code: str  #: "O05"
    name: str
    mechanism: str  #: "P02"
    state: State
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the store has counted for one unit and everything below it, in one period."""

    duties: tuple[DutyGroup, ...] = ()
    problems: tuple[ProblemGroup, ...] = ()
    yellow: int = 0
    red: int = 0
    majors: int = 0
    late_reports: int = 0  #: 迟报
    missed_reports: int = 0  #: 漏报
    visits: Mapping[str, int] = field(default_factory=dict)  #: by kind of inspection, of those the unit organized
    visited: int = 0  #: units that they reached
    to_visit: int = 0  #: units directly below


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One locked figure."""

    code: str
    name: str
    value: int
    query: str  #: name in QUERIES


def figures_of(counts: Counts, children: Sequence[ChildReport], period: Period) -> tuple[Figure, ...]:
    """Every figure of the report, in its order."""
    return (
        *_duties(counts.duties),
        *_problems(counts.problems, period),
        Figure(code="cards.yellow", name="黄牌（张）", value=counts.yellow, query="cards"),
        Figure(code="cards.red", name="红牌（张）", value=counts.red, query="cards"),
        Figure(code="majors.all", name="重大事项（件）", value=counts.majors, query="majors"),
        Figure(code="majors.late", name="迟报（次）", value=counts.late_reports, query="majors"),
        Figure(code="majors.missed", name="漏报（次）", value=counts.missed_reports, query="majors"),
        *_visits(counts),
        *_children(children),
    )


def report_state(data: Mapping[str, object]) -> str:
    """Where a report stands by the variables of its case, {} where there is none: one of REPORT_STATES.

    A report that was returned and is not signed again is no report yet.
    """
    if not data.get("signed"):
        return RETURNED if data.get("returns") else MISSING
    return LATE if data.get("is_late") else ON_TIME


def months_of(period: Period) -> tuple[date, ...]:
    """First days of its months."""
    first, months = period.first_day, (period.last_day.month - period.first_day.month) + 1
    return tuple(shift_months(first, number) for number in range(months))


def _duties(groups: Sequence[DutyGroup]) -> Iterator[Figure]:
    """duty.P02.O05.done_late; what has not begun and what nobody owes any more is left out."""
    for group in groups:
        if group.state not in {"upcoming", "lapsed"}:
            code = f"duty.{group.mechanism}.{group.code}.{group.state}"
            name = f"{group.name}：{STATE_LABELS[group.state][0]}（项）"
            yield Figure(code=code, name=name, value=group.count, query="duties")


def _problems(groups: Sequence[ProblemGroup], period: Period) -> Iterator[Figure]:
    def count(code: str, name: str, chosen: Sequence[ProblemGroup]) -> Figure:
        return Figure(code=f"problems.{code}", name=name, value=sum(g.count for g in chosen), query="problems")

    found, closed = [g for g in groups if g.found], [g for g in groups if g.closed]
    still_open = [g for g in groups if not g.closed]
    yield count("found", "新发现问题（个）", found)
    yield count("closed", "销号问题（个）", closed)
    yield count("closed_late", "其中逾期办结（个）", [g for g in closed if g.is_late])
    yield count("open", "期末在办问题（个）", still_open)
    yield count("overdue", "其中已逾期（个）", [g for g in still_open if g.is_late])
    yield count("relapsed", "回头看反弹（个）", [g for g in groups if g.relapsed])
    for severity in SEVERITIES:
        own = [g for g in groups if g.severity == severity]
        yield count(f"severity.{severity}.closed", f"{severity}级已销号（个）", [g for g in own if g.closed])
        yield count(f"severity.{severity}.open", f"{severity}级在办（个）", [g for g in own if not g.closed])
        late = [g for g in own if not g.closed and g.is_late]
        yield count(f"severity.{severity}.overdue", f"{severity}级逾期在办（个）", late)
    for nature in NATURES:
        yield count(f"nature.{nature}", f"{nature}（个）", [g for g in found if g.nature == nature])
    for month in months_of(period):
        yield count(
            f"month.{month:%Y-%m}.found", f"{month.month}月新发现（个）", [g for g in found if g.found == month]
        )
        yield count(
            f"month.{month:%Y-%m}.closed", f"{month.month}月销号（个）", [g for g in closed if g.closed == month]
        )


def _visits(counts: Counts) -> Iterator[Figure]:
    """Only of a unit with others below it: nobody else inspects."""
    if not counts.to_visit:
        return
    yield Figure(code="visits.units", name="直接下级单位（个）", value=counts.to_visit, query="visits")
    yield Figure(code="visits.visited", name="本期督查到的单位（个）", value=counts.visited, query="visits")
    for kind, number in counts.visits.items():
        yield Figure(code=f"visits.kind.{kind}", name=f"{kind}督查（次）", value=number, query="visits")


def _children(children: Sequence[ChildReport]) -> Iterator[Figure]:
    for state in REPORT_STATES if children else ():
        number = sum(child.state == state for child in children)
        yield Figure(code=f"children.{state}", name=f"下级报告{state}（份）", value=number, query="children")
