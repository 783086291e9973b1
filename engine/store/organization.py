"""Changing the organisation: units, people, what they hold, when they are away. It is read in reference.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, delete, insert, literal, select, update

from engine.model.organization import Absence, Department, Person, Position, RoleGrant, RosterEntry, Substitute, Unit
from engine.model.step import PersonId
from engine.store import tables as t
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class RecusalRow:
    """A declared relation (回避登记). relation: kin, interest, colleague; about a person or a unit."""

    id: UUID
    person_id: PersonId
    relation: str
    about_person: str | None
    about_unit: str | None
    valid_from: date
    valid_until: date | None
    declared_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceRow:
    """A time in which somebody takes no new tasks. kind: 请假, 出差."""

    id: UUID
    kind: str
    absent_from: date
    absent_until: date  #: last day away
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRow:
    """A turn of a roster (值班表). roster: duty, duty_leader."""

    id: UUID
    unit: str
    roster: str
    person_id: PersonId
    first_day: date
    last_day: date | None


class OrganizationChanges(Scope):
    """Part of Transaction. Ids of positions, grants and the like are given by the caller."""

    __slots__ = ()

    def add_units(self, units: Iterable[Unit]) -> None:
        """Add units, superiors before those below them, and rebuild the subtree table."""
        self._insert(t.unit, *(_unit_row(unit) | {"code": unit.code} for unit in units))
        self._rebuild_closure()

    def change_unit(self, unit: Unit) -> None:
        """Replace what is known of the unit; it keeps its code. A unit is closed by its last day, never deleted."""
        self._run(update(t.unit).where(t.unit.c.code == unit.code).values(**_unit_row(unit)))
        self._rebuild_closure()

    def add_departments(self, departments: Iterable[Department]) -> None:
        self._insert(
            t.department,
            *(
                {"code": d.code, "unit": d.unit, "name": d.name, "kind": d.kind, "responsible": d.is_responsible}
                for d in departments
            ),
        )

    def add_people(self, people: Iterable[Person]) -> None:
        self._insert(
            t.person,
            *(
                {
                    "id": p.id,
                    "name": p.name,
                    "unit": p.unit,
                    "department": p.department or None,
                    "branch": p.branch or None,
                    "on_paper": p.on_paper,
                }
                for p in people
            ),
        )

    def move_person(self, person: Person) -> None:
        """The person's name, unit or department changes; the account name stays."""
        values = {"name": person.name, "unit": person.unit, "department": person.department or None}
        self._run(update(t.person).where(t.person.c.id == person.id).values(**values))

    def add_positions(self, positions: Iterable[tuple[UUID, Position]]) -> None:
        self._insert(
            t.position,
            *(
                {
                    "id": new_id,
                    "unit": p.unit,
                    "code": p.code,
                    "person_id": p.person,
                    "departments": list(p.departments),
                    "valid_from": p.valid_from,
                    "valid_until": p.valid_until,
                }
                for new_id, p in positions
            ),
        )

    def end_position(self, position: Position, last_day: date) -> int:
        """The person holds it until that day. Returns how many rows that ended."""
        held = t.position.c
        return self._run(
            update(t.position)
            .where(held.unit == position.unit, held.code == position.code, held.person_id == position.person)
            .where(held.valid_from == position.valid_from)
            .values(valid_until=last_day)
        )

    def drop_position(self, position: Position) -> int:
        """Take back an appointment that has not begun. Returns how many rows that were."""
        held = t.position.c
        return self._run(
            delete(t.position)
            .where(held.unit == position.unit, held.code == position.code, held.person_id == position.person)
            .where(held.valid_from == position.valid_from)
        )

    def add_grants(
        self, grants: Iterable[tuple[UUID, RoleGrant]], *, granted_by: str = "", confirmed_by: str = ""
    ) -> None:
        """Give roles. granted_by: who asked, "": the actor; confirmed_by: the second person, if there was one."""
        self._insert(
            t.role_grant,
            *(
                {
                    "id": new_id,
                    "person_id": g.person,
                    "role": g.role,
                    "unit": g.unit,
                    "valid_from": g.valid_from,
                    "valid_until": g.valid_until,
                    "granted_by": granted_by or self.actor,
                    "confirmed_by": confirmed_by,
                }
                for new_id, g in grants
            ),
        )

    def end_grant(self, grant: RoleGrant, last_day: date) -> int:
        """The person has the role until that day. Returns how many rows that ended."""
        held = t.role_grant.c
        return self._run(
            update(t.role_grant)
            .where(held.person_id == grant.person, held.role == grant.role, held.unit == grant.unit)
            .where(held.valid_from == grant.valid_from)
            .values(valid_until=last_day)
        )

    def add_substitute(self, new_id: UUID, substitute: Substitute) -> None:
        self._insert(
            t.substitute,
            {
                "id": new_id,
                "person_id": substitute.holder,
                "unit": substitute.unit,
                "position": substitute.position,
                "substitute_id": substitute.person,
                "valid_from": substitute.valid_from,
                "valid_until": substitute.valid_until,
            },
        )

    def end_substitutes(self, holder: str, unit: str, position: str, last_day: date) -> int:
        """Nobody substitutes in this position after that day. Returns how many rows that ended."""
        named = t.substitute.c
        return self._run(
            update(t.substitute)
            .where(named.person_id == holder, named.unit == unit, named.position == position)
            .where(named.valid_until.is_(None) | (named.valid_until > last_day))
            .values(valid_until=last_day)
        )

    def end_absence(self, absence: Absence, last_day: date) -> int:
        """The person is back on the day after. Returns how many rows that ended."""
        away = t.absence.c
        return self._run(
            update(t.absence)
            .where(away.person_id == absence.person, away.absent_from == absence.first_day)
            .where(away.absent_until == absence.last_day)
            .values(absent_until=last_day)
        )

    def drop_absence(self, absence: Absence) -> int:
        """Take back an absence that has not begun. Returns how many rows that were."""
        away = t.absence.c
        return self._run(
            delete(t.absence).where(away.person_id == absence.person, away.absent_from == absence.first_day)
        )

    def absences_of(self, person: str, since: date) -> tuple[AbsenceRow, ...]:
        """With their reasons, which only the person and administrators read; those that end on `since` or later."""
        away = t.absence.c
        query = of(AbsenceRow, t.absence).where(away.person_id == person, away.absent_until >= since)
        return self._list(AbsenceRow, query.order_by(away.absent_from))

    def add_absence(self, new_id: UUID, absence: Absence, *, reason: str = "") -> None:
        self._insert(
            t.absence,
            {
                "id": new_id,
                "person_id": absence.person,
                "kind": absence.kind,
                "absent_from": absence.first_day,
                "absent_until": absence.last_day,
                "reason": reason,
            },
        )

    def add_turns(self, turns: Iterable[tuple[UUID, RosterEntry]]) -> None:
        """Enter turns of rosters (值班表)."""
        self._insert(
            t.roster_turn,
            *(
                {
                    "id": new_id,
                    "unit": turn.unit,
                    "roster": turn.name,
                    "person_id": turn.person,
                    "first_day": turn.first_day,
                    "last_day": turn.last_day,
                }
                for new_id, turn in turns
            ),
        )

    def turns_of(self, unit: str, since: date) -> tuple[TurnRow, ...]:
        """Turns of all rosters of the unit that last until `since` or longer, in the order of their days."""
        turn = t.roster_turn.c
        query = of(TurnRow, t.roster_turn).where(turn.unit == unit, turn.last_day.is_(None) | (turn.last_day >= since))
        return self._list(TurnRow, query.order_by(turn.first_day, turn.roster, turn.person_id))

    def end_turn(self, turn_id: UUID, last_day: date) -> int:
        """The turn lasts until that day. Returns how many rows that ended."""
        return self._run(update(t.roster_turn).where(t.roster_turn.c.id == turn_id).values(last_day=last_day))

    def drop_turn(self, turn_id: UUID) -> int:
        """Take back a turn that has not begun. Returns how many rows that were."""
        return self._run(delete(t.roster_turn).where(t.roster_turn.c.id == turn_id))

    def add_recusal(self, recusal: RecusalRow) -> None:
        self._insert(t.recusal_declaration, {name: getattr(recusal, name) for name in recusal.__dataclass_fields__})

    def recusals_of(self, people: Iterable[str], on: date) -> tuple[RecusalRow, ...]:
        """Declarations of these people that hold on that day."""
        held = t.recusal_declaration.c
        in_force = and_(held.valid_from <= on, (held.valid_until.is_(None)) | (held.valid_until >= on))
        query = of(RecusalRow, t.recusal_declaration).where(held.person_id.in_(list(people)), in_force)
        return self._list(RecusalRow, query.order_by(held.person_id, held.declared_at))

    def _rebuild_closure(self) -> None:
        self._run(delete(t.unit_closure))
        line = select(
            t.unit.c.code.label("ancestor"), t.unit.c.code.label("descendant"), literal(0).label("depth")
        ).cte("line", recursive=True)
        below = t.unit.alias("below")
        line = line.union_all(
            select(line.c.ancestor, below.c.code, line.c.depth + 1).join(below, below.c.superior == line.c.descendant)
        )
        columns = ["ancestor", "descendant", "depth"]
        self._run(insert(t.unit_closure).from_select(columns, select(line.c.ancestor, line.c.descendant, line.c.depth)))


def _unit_row(unit: Unit) -> dict[str, object]:
    return {
        "name": unit.name,
        "short_name": unit.short_name,
        "doc_prefix": unit.document_prefix,
        "level": unit.level,
        "type": unit.type,
        "region": unit.code.partition("-")[0],
        "superior": unit.superior or None,
        "staff_count": unit.staff,
        "active_from": unit.active_from,
        "active_to": unit.active_until,
    }
