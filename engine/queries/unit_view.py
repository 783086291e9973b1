"""One unit on one page: posts, where its duties stand, cases, late tasks and cards, how the last halves went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import case, func, select

from engine.core import Engine
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.organization import Organization, Unit
from engine.model.period import Period, shift_months
from engine.model.preloaded import Labelled, position_labels
from engine.model.schedule import Span, span_of
from engine.model.step import InstanceId, PersonId
from engine.model.vacancy import REQUIRED
from engine.queries.cards import CardFilter, cards
from engine.queries.frame import FrameFacts, UnitName, read_frame, unit_named
from engine.queries.late_tasks import RUNNING
from engine.queries.obligation_list import count_due
from engine.queries.obligation_matrix import Tally, summed, tallies_by_unit
from engine.queries.obligations import ObligationFilter
from engine.queries.paging import Page
from engine.queries.tasks import InboxFilter, TaskRow, count_tasks, tasks
from engine.store import tables as t
from engine.store.cards import CardRow
from engine.store.transaction import Transaction
from engine.store.visibility import oversees, visible_instances

MOST = 1000
_SHOWN = 8  #: lines of late tasks and of cards; the whole lists have pages of their own
_CARD_MONTHS = 12  #: domain.md §7.1, question 5
_HALVES = 6
VISIT, REPORT = "P05B_VISIT", "P04_REPORT"
_CASE, _OWED, _RUNNING_CASES, _LATE = t.instance.c, t.figure_obligation.c, t.figure_running.c, t.figure_task.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A position of the unit with those who hold it."""

    label: Labelled
    holders: tuple[tuple[str, tuple[str, ...]], ...]  #: (name, departments in charge)
    is_required: bool  #: an empty one is a vacancy


@dataclass(frozen=True, slots=True, kw_only=True)
class MechanismLoad:
    """Open cases of one process, and how many of their tasks are late."""

    key: str
    name: str
    name_en: str
    running: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfYear:
    """Of what was due in a half-year: done in time, done late, not done."""

    period: str
    in_time: int = 0
    late: int = 0
    missing: int = 0

    @property
    def due(self) -> int:
        return self.in_time + self.late + self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class LastCase:
    """The youngest case of its kind about the unit."""

    id: InstanceId
    title: str
    business_no: str
    state: str  #: label of domain.md §6.1
    at: datetime  #: when it ended, else when it began
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """All that the page of a unit shows."""

    frame: FrameFacts
    today: date
    unit: Unit
    name: UnitName
    superior: UnitName | None
    sees_superior: bool  #: the reader may open the page of the superior too
    children: tuple[UnitName, ...]  #: that the reader may see too
    posts: tuple[Post, ...]
    period: str
    span: Span
    duties: Tally  #: of the present half-year
    by_mechanism: Mapping[str, Tally]
    due_soon: int
    load: tuple[MechanismLoad, ...]
    late: Page[TaskRow]
    late_total: int
    cards: Page[CardRow]
    visit: LastCase | None
    report: LastCase | None
    halves: tuple[HalfYear, ...]  #: the present one last


def unit_view(engine: Engine, person: PersonId, code: str) -> UnitView:
    """Raises NotFound for a unit that there is not, and for one that is neither the own nor below the reader."""
    with engine.reading(person) as tx:
        reference, today = engine.reference(tx), local_day(tx.now)
        organization = reference.organization
        unit, seen = organization.unit(code), _readable(tx, organization, person)
        if unit is None or code not in seen:
            raise NotFound(f"There is no unit {code}.", id=code)
        period = Period.containing("half", today).code
        known = tx.obligation_catalogue()
        tallies = tallies_by_unit(tx, reference, known, ObligationFilter(unit=code, period=period))
        by_mechanism: dict[str, list[Tally]] = defaultdict(list)
        for (_, duty), tally in tallies.items():
            by_mechanism[known.rule(duty).mechanism].append(tally)
        late = InboxFilter(view="unit", states=RUNNING, unit=code, due_before=tx.now)
        late_total = count_tasks(tx, person, late, at_most=MOST)
        view = UnitView(
            frame=read_frame(engine, tx),
            today=today,
            unit=unit,
            name=unit_named(organization, code),
            superior=unit_named(organization, unit.superior) if unit.superior else None,
            sees_superior=unit.superior in seen,
            children=tuple(unit_named(organization, c) for c in sorted(organization.children(code)) if c in seen),
            posts=_posts(organization, code, today),
            period=period,
            span=span_of(period, reference.calendar, reference.params),
            duties=summed(tallies.values()),
            by_mechanism={key: summed(parts) for key, parts in sorted(by_mechanism.items())},
            due_soon=count_due(tx, code)[0],
            load=_load(tx, code),
            late=Page(rows=()),
            late_total=late_total,
            cards=Page(rows=()),
            visit=_last(tx, code, VISIT),
            report=_last(tx, code, REPORT),
            halves=_halves(tx, code, today),
        )
    return _with_lists(engine, person, view, late)


def _with_lists(engine: Engine, person: PersonId, view: UnitView, late: InboxFilter) -> UnitView:
    since = shift_months(view.today, -_CARD_MONTHS)
    found = cards(engine, person, CardFilter(unit=view.unit.code, is_in_force=True, since=since), limit=_SHOWN)
    return replace(view, late=tasks(engine, person, late, limit=_SHOWN), cards=found)


def _readable(tx: Transaction, organization: Organization, person: PersonId) -> frozenset[str]:
    """Codes of the units whose duties the person may see: the own one and those overseen (domain.md §6.5)."""
    seen: list[str] = tx.connection.execute(oversees(person)).scalar_one() or []
    return frozenset(seen) | {organization.home_unit(person)}


def _posts(organization: Organization, unit: str, today: date) -> tuple[Post, ...]:
    names = {d.code: d.name for d in organization.departments_of(unit)}
    found = []
    for label in position_labels():
        held = organization.holders(unit, label.code, today)
        people = tuple(
            (organization.person_name(post.person), tuple(names.get(d, d) for d in post.departments)) for post in held
        )
        found.append(Post(label=label, holders=people, is_required=label.code in REQUIRED))
    return tuple(found)


def _load(tx: Transaction, unit: str) -> tuple[MechanismLoad, ...]:
    opened = select(_RUNNING_CASES.key, func.sum(_RUNNING_CASES.running)).where(_RUNNING_CASES.unit == unit)
    running = {key: int(n) for key, n in tx.connection.execute(opened.group_by(_RUNNING_CASES.key))}
    late = select(_LATE.mechanism, func.count()).where(_LATE.unit == unit, _LATE.state.in_(RUNNING))
    late = late.where(_LATE.due_at < tx.now).group_by(_LATE.mechanism)
    red = {key: int(n) for key, n in tx.connection.execute(late)}
    names = {row.key: (row.name, row.name_en) for row in tx.current_definitions()}
    return tuple(
        MechanismLoad(
            key=key,
            name=names.get(key, (key, key))[0],
            name_en=names.get(key, (key, key))[1],
            running=running.get(key, 0),
            late=red.get(key, 0),
        )
        for key in sorted({*running, *red})
    )


def _last(tx: Transaction, unit: str, key: str) -> LastCase | None:
    at = func.coalesce(_CASE.ended_at, _CASE.started_at).label("at")
    query = select(_CASE.id, _CASE.title, _CASE.business_no, _CASE.case_state, _CASE.ended_at, at)
    query = query.where(_CASE.key == key, _CASE.unit == unit, visible_instances(tx.actor))
    row = tx.connection.execute(query.order_by(_CASE.started_at.desc()).limit(1)).first()
    if row is None:
        return None
    return LastCase(
        id=InstanceId(row.id),
        title=row.title,
        business_no=row.business_no or "",
        state=row.case_state or "",
        at=row.at,
        is_over=row.ended_at is not None,
    )


def _halves(tx: Transaction, unit: str, today: date) -> tuple[HalfYear, ...]:
    """By the half-year in which a day lies, of days that have come."""
    periods = [Period.containing("half", shift_months(today, -6 * back)) for back in reversed(range(_HALVES))]
    how = case((_OWED.done_on <= _OWED.due_on, "in_time"), (_OWED.done_on.is_not(None), "late"), else_="missing")
    query = select(_OWED.due_on, how.label("how"), func.count()).where(_OWED.unit == unit)
    query = query.where(_OWED.due_on >= periods[0].first_day, _OWED.due_on < today)
    query = query.where(_OWED.waived_at.is_(None), _OWED.lapsed_on.is_(None)).group_by(_OWED.due_on, "how")
    counts: dict[str, dict[str, int]] = {period.code: defaultdict(int) for period in periods}
    for due_on, said, number in tx.connection.execute(query):
        counts[Period.containing("half", due_on).code][said] += number
    return tuple(HalfYear(period=period.code, **counts[period.code]) for period in periods)
