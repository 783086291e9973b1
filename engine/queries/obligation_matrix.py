"""督办总览 as a matrix: regions, units or unit types by duty, counted in one pass (domain.md §7.1, question 2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, cast

from sqlalchemy import Select, and_, case, func, or_, select

from engine.core import Engine, Reference
from engine.model.clock import local_day
from engine.model.light import first_green_day
from engine.model.obligation import GroupLight, State, light_of_group
from engine.model.obligation_rules import Catalogue, Rule
from engine.model.organization import Organization
from engine.model.period import Period
from engine.model.schedule import Span, span_of
from engine.model.step import PersonId
from engine.queries.frame import FrameFacts, UnitName, read_frame, unit_named
from engine.queries.narrowing import Narrowing, overseen, region_of, units_asked
from engine.queries.obligation_list import period_codes
from engine.queries.obligations import ObligationFilter, common_conditions, state_column
from engine.store import tables as t
from engine.store.transaction import Transaction

Rows = Literal["region", "unit", "type"]
_OWED = t.figure_obligation.c
_SOON = "soon"  #: open and yellow, counted apart
_NOT_OWED = frozenset({"waived", "lapsed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many obligations stand where."""

    counts: Mapping[State, int] = field(default_factory=dict)
    soon: int = 0  #: of the open ones those that are yellow

    @property
    def total(self) -> int:
        """All of them, waived ones too."""
        return sum(self.counts.values())

    @property
    def owed(self) -> int:
        """What has to be done: neither waived nor lapsed."""
        return sum(number for state, number in self.counts.items() if state not in _NOT_OWED)

    @property
    def done(self) -> int:
        """Done, in time or late."""
        return self.of("done") + self.of("done_late")

    @property
    def light(self) -> GroupLight:
        return light_of_group(self.counts, self.soon)

    def of(self, state: State) -> int:
        return self.counts.get(state, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell(Tally):
    """One duty in one region, unit or type of units."""

    row: str  #: code of the region, unit or type
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationMatrix:
    """The obligations of a period. rules: the columns, by mechanism; inactive ones too, which have no cells."""

    period: Span
    rows: tuple[str, ...]
    rules: tuple[Rule, ...]
    cells: Mapping[tuple[str, str], MatrixCell] = field(default_factory=dict)

    def by_row(self) -> Mapping[str, Tally]:
        return _grouped((cell.row, cell) for cell in self.cells.values())

    def by_rule(self) -> Mapping[str, Tally]:
        return _grouped((cell.code, cell) for cell in self.cells.values())

    def by_mechanism(self) -> Mapping[str, Tally]:
        of = {rule.code: rule.mechanism for rule in self.rules}
        return _grouped((of[cell.code], cell) for cell in self.cells.values())

    @property
    def whole(self) -> Tally:
        return summed(self.cells.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixView:
    """The matrix with what stands around it on its page."""

    frame: FrameFacts
    today: date
    period: str  #: code of the one that is shown
    periods: tuple[tuple[str, Span], ...]  #: what there is to choose from
    matrix: ObligationMatrix
    in_force: frozenset[str]  #: codes of the rules that are active and whose process is deployed
    regions: tuple[str, ...]  #: that the reader oversees: what there is to choose from
    unit_types: tuple[str, ...]
    units: Mapping[str, UnitName]  #: of the rows, where these are units


def obligation_matrix(
    engine: Engine, person: PersonId, period: str, wanted: ObligationFilter, *, rows: Rows = "region"
) -> ObligationMatrix:
    """For everything whose period touches `period`. Raises InputRejected for what is no period."""
    with engine.reading(person) as tx:
        return _matrix(tx, engine.reference(tx), tx.obligation_catalogue(), replace(wanted, period=period), rows)


def matrix_view(
    engine: Engine, person: PersonId, period: str, wanted: ObligationFilter, *, rows: Rows = "region"
) -> MatrixView:
    """The same for its page, with a row for each place that the reader oversees. Raises InputRejected.

    period: "" for the present half-year.
    """
    with engine.reading(person) as tx:
        reference, known, today = engine.reference(tx), tx.obligation_catalogue(), local_day(tx.now)
        organization, deployed = reference.organization, tx.current_process_keys()
        period = period or Period.containing("half", today).code
        found = _matrix(tx, reference, known, replace(wanted, period=period), rows)
        seen = [unit for unit in overseen(organization, person, today) if unit.is_active(today)]
        asked = units_asked(organization, Narrowing(region=wanted.region, type=wanted.type, unit=wanted.unit))
        places = {_row_of(unit.code, organization, rows) for unit in seen if asked is None or unit.code in asked}
        names = tuple(sorted(places.union(found.rows)))
        return MatrixView(
            frame=read_frame(engine, tx),
            today=today,
            period=period,
            periods=tuple((c, span_of(c, reference.calendar, reference.params)) for c in period_codes(today)),
            matrix=replace(found, rows=names),
            in_force=frozenset(rule.code for rule in known if rule.active and rule.process in deployed),
            regions=tuple(sorted({region_of(unit.code) for unit in seen})),
            unit_types=tuple(sorted({unit.type for unit in seen})),
            units={code: unit_named(organization, code) for code in names} if rows == "unit" else {},
        )


def summed(parts: Iterable[Tally]) -> Tally:
    """Several groups as one."""
    counts: dict[State, int] = {}
    soon = 0
    for part in parts:
        soon += part.soon
        for state, number in part.counts.items():
            counts[state] = counts.get(state, 0) + number
    return Tally(counts=counts, soon=soon)


def _grouped(parts: Iterable[tuple[str, Tally]]) -> Mapping[str, Tally]:
    groups: dict[str, list[Tally]] = {}
    for key, part in parts:
        groups.setdefault(key, []).append(part)
    return {key: summed(members) for key, members in groups.items()}


def tallies_by_unit(
    tx: Transaction, reference: Reference, known: Catalogue, wanted: ObligationFilter
) -> Mapping[tuple[str, str], Tally]:
    """{(unit, code): how many stand where} of the units that the actor oversees or works for."""
    counts: dict[tuple[str, str], dict[State, int]] = {}
    soon: dict[tuple[str, str], int] = {}
    for unit, code, said, number in tx.connection.execute(_counted(tx, reference, known, wanted)):
        states = counts.setdefault((unit, code), {})
        state = cast("State", "open" if said == _SOON else said)
        states[state] = states.get(state, 0) + number
        if said == _SOON:
            soon[unit, code] = number
    return {key: Tally(counts=states, soon=soon.get(key, 0)) for key, states in counts.items()}


def _counted(tx: Transaction, reference: Reference, known: Catalogue, wanted: ObligationFilter) -> Select[Any]:
    today = local_day(tx.now)
    state = state_column(today, _OWED)
    near = or_(_OWED.due_on < first_green_day(today, reference.calendar), _OWED.checkpoint_on < today)
    said = case((and_(state == "open", near), _SOON), else_=state).label("said")
    columns = (_OWED.unit, _OWED.code, said)
    return (
        select(*columns, func.count())
        .where(_OWED.lapsed_on.is_(None), *common_conditions(wanted, reference, known, _OWED))
        .group_by(_OWED.unit, _OWED.code, "said")
    )


def _matrix(
    tx: Transaction, reference: Reference, known: Catalogue, wanted: ObligationFilter, rows: Rows
) -> ObligationMatrix:
    parts: dict[tuple[str, str], list[Tally]] = {}
    for (unit, code), tally in tallies_by_unit(tx, reference, known, wanted).items():
        parts.setdefault((_row_of(unit, reference.organization, rows), code), []).append(tally)
    cells = {
        (row, code): MatrixCell(row=row, code=code, counts=found.counts, soon=found.soon)
        for (row, code), found in ((key, summed(tallies)) for key, tallies in parts.items())
    }
    rules = sorted(known, key=lambda rule: (rule.mechanism, rule.code))
    return ObligationMatrix(
        period=span_of(wanted.period, reference.calendar, reference.params),
        rows=tuple(sorted({row for row, _ in cells})),
        rules=tuple(rule for rule in rules if _is_asked(rule, wanted)),
        cells=cells,
    )


def _row_of(unit: str, organization: Organization, rows: Rows) -> str:
    if rows == "region":
        return region_of(unit)
    found = organization.unit(unit) if rows == "type" else None
    return unit if rows == "unit" else found.type if found is not None else unit.partition("-")[2]


def _is_asked(rule: Rule, wanted: ObligationFilter) -> bool:
    return wanted.code in {"", rule.code} and wanted.mechanism in {"", rule.mechanism}
