"""What a supervisor narrows his pictures, tables and lists down to, as conditions on tasks and cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Date, any_, bindparam, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.types import Text

from engine.core import Reference
from engine.model.clock import local_day
from engine.model.light import first_green_day
from engine.model.organization import Organization, Unit
from engine.model.period import shift_months
from engine.model.step import DefinitionId, PersonId
from engine.queries.inbox_counts import is_open_in
from engine.store import tables as t
from engine.store.transaction import Transaction

Light = Literal["", "red", "yellow", "green", "grey"]
_TASK, _CASE = t.figure_task.c, t.figure_case.c
_ZONE = literal("Asia/Shanghai")
_MARGIN_MONTHS = 18  #: what was done in a period may have been begun before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Empty or None: not narrowed by that."""

    region: str = ""  #: "532503"
    type: str = ""  #: of the responsible unit: ZF, FY, JC, GA, SF
    unit: str = ""  #: responsible for the case
    light: Light = ""
    level: int | None = None  #: of the ladder
    node: str = ""  #: id of an element
    version: int | None = None  #: of the process

    @property
    def is_by_unit(self) -> bool:
        return bool(self.region or self.type or self.unit)


def region_of(unit: str) -> str:
    """The region in the code of a unit."""
    return unit.partition("-")[0]


def overseen(organization: Organization, person: PersonId, on: date) -> tuple[Unit, ...]:
    """The units below which the person leads or inspects, by code: what there is to choose from in a filter."""
    grants = [grant for grant in organization.grants if grant.person == person]
    held = [g for g in grants if g.role in {"unit_leader", "inspector"} and g.valid_from <= on]
    tops = {grant.unit for grant in held if grant.valid_until is None or grant.valid_until >= on}
    codes = frozenset().union(*(organization.subtree(top) for top in tops)) if tops else frozenset()
    return tuple(unit for unit in sorted(organization.units, key=lambda u: u.code) if unit.code in codes)


def units_asked(organization: Organization, wanted: Narrowing) -> list[str] | None:
    """Codes of the units that the filters by region, type and unit leave; None: they leave all."""
    if not wanted.is_by_unit:
        return None
    return [
        unit.code
        for unit in organization.units
        if wanted.region in {"", region_of(unit.code)}
        and wanted.type in {"", unit.type}
        # A unit that does not exist is asked for in vain, not left out of the question.
        and wanted.unit in {"", unit.code}
    ]


def of_units(column: ColumnElement[Any], reference: Reference, wanted: Narrowing) -> Iterable[ColumnElement[bool]]:
    """The filters by region, type and unit, as a condition on the column that names a case's unit."""
    codes = units_asked(reference.organization, wanted)
    if codes is not None:
        yield column == any_(bindparam(None, codes, ARRAY(Text)))


def open_tasks(
    tx: Transaction, reference: Reference, wanted: Narrowing, definition: DefinitionId | None = None
) -> list[ColumnElement[bool]]:
    """Figures of open tasks that pass every filter. definition: the version that the filter names."""
    found = [*of_units(_TASK.unit, reference, wanted), *of_tasks(_TASK, tx, reference, wanted)]
    if definition is not None:
        found.append(_TASK.instance_id.in_(select(_CASE.id).where(_CASE.definition_id == definition)))
    return found


def of_tasks(
    task: ReadOnlyColumnCollection[str, Any], tx: Transaction, reference: Reference, wanted: Narrowing
) -> Iterable[ColumnElement[bool]]:
    """The filters that are about an open task itself, as conditions on its columns."""
    yield is_open_in(task)
    if wanted.light:
        yield standing(task, tx, reference) == wanted.light
    if wanted.light == "red":
        yield task["due_at"] < tx.now  # the same, as an index knows it
    if wanted.level is not None:
        yield task["ladder_level"] == wanted.level
    if wanted.node:
        yield task["node_id"] == wanted.node


def standing(task: ReadOnlyColumnCollection[str, Any], tx: Transaction, reference: Reference) -> ColumnElement[str]:
    """The light of an open task as far as it can be counted; that of a row comes from engine.model.light."""
    until = first_green_day(local_day(tx.now), reference.calendar)
    return case(
        (task["state"] == "suspended", "grey"),
        (task["due_at"] < tx.now, "red"),
        (task["due_on"] < until, "yellow"),
        else_="green",
    )


class WorkingDays:
    """Counts working days inside a statement: the calendar goes along as the list of its working days."""

    def __init__(self, reference: Reference, since: date, until: date) -> None:
        first = shift_months(since, -_MARGIN_MONTHS)
        self._days = bindparam("working_days", list(reference.calendar.working_days(first, until)), ARRAY(Date))

    def between(self, after: ColumnElement[Any], until: ColumnElement[Any]) -> ColumnElement[int]:
        """Working days in (after, until], of two instants."""
        return self.until_day(after, cast(func.timezone(_ZONE, until), Date))

    def until_day(self, after: ColumnElement[Any], day: ColumnElement[Any]) -> ColumnElement[int]:
        """The same up to the end of a day."""
        begun = cast(func.timezone(_ZONE, after), Date)
        return func.width_bucket(day, self._days) - func.width_bucket(begun, self._days)
