"""What every case shares: organisation, calendar and parameters, read whole into the values of engine.model."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, select
from sqlalchemy.dialects.postgresql import insert

from engine.model.calendar import WorkCalendar
from engine.model.clock import local_day
from engine.model.holidays import CalendarDay, Layer, known_national_years, national_table
from engine.model.organization import (
    Absence,
    Department,
    Organization,
    Person,
    Position,
    RoleGrant,
    RosterEntry,
    Substitute,
    Unit,
)
from engine.model.params import Params
from engine.model.recusal import Relation, RelationKind
from engine.store import tables as t
from engine.store.scope import Scope

_LAYERS = {layer.name.lower(): layer for layer in Layer}
_TURNS_KEPT = timedelta(days=31)
RELATIONS: dict[str, RelationKind] = {"kin": "近亲属", "interest": "利害关系", "colleague": "原同事"}


class ReferenceData(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def organization(self) -> Organization:
        """Units, people and what they hold, as stored, with past and future validity."""
        return Organization(
            units=self._units(),
            departments=self._departments(),
            people=tuple(
                Person(
                    id=row.id,
                    name=row.name,
                    unit=row.unit,
                    department=row.department or "",
                    branch=row.branch or "",
                    on_paper=row.on_paper,
                )
                for row in self.connection.execute(select(t.person).order_by(t.person.c.id))
            ),
            positions=self._positions(),
            grants=tuple(
                RoleGrant(
                    person=row.person_id,
                    role=row.role,
                    unit=row.unit,
                    valid_from=row.valid_from,
                    valid_until=row.valid_until,
                )
                for row in self.connection.execute(select(t.role_grant).order_by(t.role_grant.c.person_id))
            ),
            substitutes=self._substitutes(),
            rosters=tuple(
                RosterEntry(
                    name=row.roster,
                    unit=row.unit,
                    person=row.person_id,
                    first_day=row.first_day,
                    last_day=row.last_day,
                )
                for row in self.connection.execute(self._turns_in_use())
            ),
            absences=tuple(
                Absence(person=row.person_id, first_day=row.absent_from, last_day=row.absent_until, kind=row.kind)
                for row in self.connection.execute(select(t.absence).order_by(t.absence.c.absent_from))
            ),
        )

    def _turns_in_use(self) -> Select[Any]:
        """Turns long over are of no use to anybody; years of them would be read with every change."""
        turn = t.roster_turn.c
        since = local_day(self.now) - _TURNS_KEPT
        in_use = turn.last_day.is_(None) | (turn.last_day >= since)
        return select(t.roster_turn).where(in_use).order_by(turn.first_day, turn.person_id)

    def relations(self) -> tuple[Relation, ...]:
        """Every declared relation (回避登记), past ones too. Of former colleagues the last common day is kept."""
        table = t.recusal_declaration
        rows = self.connection.execute(select(table).order_by(table.c.declared_at, table.c.id))
        return tuple(_relation(RELATIONS[row.relation], row) for row in rows)

    def work_calendar(self) -> WorkCalendar:
        """The shipped national tables, imported ones, and what was entered by hand on top."""
        return WorkCalendar(self.calendar_days(), national_years=self.national_years())

    def national_years(self) -> dict[int, str]:
        """{year: title of the notice} of each year whose national table is known."""
        shipped = {year: national_table(year).source for year in known_national_years()}
        table = t.calendar_year.c
        return shipped | {row.year: row.source for row in self.connection.execute(select(table.year, table.source))}

    def calendar_days(self) -> tuple[CalendarDay, ...]:
        """What every layer says, the later entered last."""
        table = t.calendar_day
        rows = self.connection.execute(select(table).where(table.c.region == "").order_by(table.c.entered_at))
        entered = (
            CalendarDay(
                day=row.day,
                layer=_LAYERS[row.layer],
                working=row.working,
                zh=row.name,
                en=row.name_en,
                document=row.document_no,
            )
            for row in rows
        )
        return (*(day for year in known_national_years() for day in national_table(year).days), *entered)

    def params(self) -> Params:
        """The shipped parameters with the values that an administrator has set."""
        return Params.load(
            {row.name: row.value for row in self.connection.execute(select(t.param.c.name, t.param.c.value))}
        )

    # -- changing them

    def set_calendar_day(self, day: CalendarDay) -> None:
        """Enter a day, in place of what the same layer said about it."""
        row = {
            "working": day.working,
            "name": day.zh,
            "name_en": day.en,
            "document_no": day.document,
            "entered_by": self.actor,
            "entered_at": self.now,
        }
        statement = insert(t.calendar_day).values(layer=day.layer.name.lower(), region="", day=day.day, **row)
        self.connection.execute(statement.on_conflict_do_update(index_elements=["layer", "region", "day"], set_=row))

    def drop_calendar_day(self, layer: Layer, day: date) -> int:
        """Forget what this layer says about the day. Returns how many rows that were."""
        table = t.calendar_day.c
        return self._run(
            delete(t.calendar_day).where(table.layer == layer.name.lower(), table.region == "", table.day == day)
        )

    def drop_national_year(self, year: int) -> None:
        """Forget the imported table of this year; what was entered for single days stays."""
        days, years = t.calendar_day.c, t.calendar_year.c
        is_national = days.layer.in_((Layer.NATIONAL.name.lower(), Layer.MAKE_UP.name.lower()))
        in_year = days.day.between(date(year, 1, 1), date(year, 12, 31))
        self._run(delete(t.calendar_day).where(is_national, in_year))
        self._run(delete(t.calendar_year).where(years.year == year))

    def add_national_year(self, year: int, source: str) -> None:
        """The national table of this year is entered: its dates are no longer provisional."""
        row = {"source": source, "entered_by": self.actor, "entered_at": self.now}
        statement = insert(t.calendar_year).values(year=year, **row)
        self.connection.execute(statement.on_conflict_do_update(index_elements=["year"], set_=row))

    def set_param(self, name: str, value: int | str, *, confirmed: bool = True) -> None:
        """Set a parameter that Params knows and has checked. confirmed: no longer shown as 待确认参数."""
        row = {"value": value, "confirmed": confirmed, "changed_by": self.actor, "changed_at": self.now}
        statement = insert(t.param).values(name=name, **row)
        self.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))

    # -- small parts

    def _units(self) -> tuple[Unit, ...]:
        return tuple(
            Unit(
                code=row.code,
                name=row.name,
                short_name=row.short_name,
                document_prefix=row.doc_prefix,
                level=row.level,
                type=row.type,
                superior=row.superior or "",
                staff=row.staff_count,
                active_from=row.active_from,
                active_until=row.active_to,
            )
            for row in self.connection.execute(select(t.unit).order_by(t.unit.c.code))
        )

    def _departments(self) -> tuple[Department, ...]:
        return tuple(
            Department(code=row.code, unit=row.unit, name=row.name, kind=row.kind, is_responsible=row.responsible)
            for row in self.connection.execute(select(t.department).order_by(t.department.c.code))
        )

    def _positions(self) -> tuple[Position, ...]:
        order = (t.position.c.unit, t.position.c.code, t.position.c.valid_from, t.position.c.person_id)
        return tuple(
            Position(
                person=row.person_id,
                unit=row.unit,
                code=row.code,
                departments=tuple(row.departments),
                valid_from=row.valid_from,
                valid_until=row.valid_until,
            )
            for row in self.connection.execute(select(t.position).order_by(*order))
        )

    def _substitutes(self) -> tuple[Substitute, ...]:
        return tuple(
            Substitute(
                holder=row.person_id,
                unit=row.unit,
                position=row.position,
                person=row.substitute_id,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
            )
            for row in self.connection.execute(select(t.substitute).order_by(t.substitute.c.valid_from))
        )


def _relation(kind: RelationKind, row: Row[Any]) -> Relation:
    other = row.about_person or row.about_unit or ""
    if kind == "原同事":
        return Relation(person=row.person_id, other=other, kind=kind, ended_on=row.valid_until)
    return Relation(person=row.person_id, other=other, kind=kind, valid_until=row.valid_until)
