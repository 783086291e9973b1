"""Copies of a case: to whom, and who has opened it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.core import Engine
from engine.model.step import InstanceId, PersonId
from engine.queries.case_head import visible_case
from engine.queries.frame import UnitName, unit_named
from engine.store.rows import InstanceRow
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLine:
    """A case was pointed out to somebody. read_at: None while the receiver has not opened it."""

    copy: UUID  #: the same for all who were told together
    person: PersonId
    name: str
    unit: UnitName  #: the receiver's
    sender: PersonId
    sender_name: str
    at: datetime
    note: str
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Copies of a case, oldest first, and who may get a further one: account, name, unit; how many of each unit."""

    lines: tuple[CopyLine, ...]
    people: tuple[tuple[PersonId, str, UnitName], ...]
    units: tuple[tuple[UnitName, int], ...]
    is_new: bool  #: a copy for the reader is among them that he had not opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """Copies of a case, oldest first. case: its business number, the title of one without."""

    case: str
    lines: tuple[CopyLine, ...]


def copies(engine: Engine, person: PersonId, instance_id: InstanceId) -> Receipts:
    """Raises NotFound for a case that the person may not see."""
    with engine.reading(person) as tx:
        case = visible_case(tx, instance_id)
        return Receipts(case=case.business_no or case.title, lines=_lines(engine, tx, instance_id))


def copies_of_case(engine: Engine, tx: Transaction, case: InstanceRow) -> Copies:
    """Of a case that the actor may see."""
    organization, lines = engine.reference(tx).organization, _lines(engine, tx, case.id)
    others = sorted(one for one in tx.people_seeing(case) if one != tx.actor)
    people = [
        (PersonId(one), organization.person_name(one), unit_named(organization, organization.home_unit(one) or None))
        for one in others
    ]
    return Copies(
        lines=lines,
        people=tuple(sorted(people, key=lambda found: (found[2].code, found[0]))),
        units=tuple(sorted(Counter(unit for *_, unit in people if unit.code).items(), key=lambda found: found[0].code)),
        is_new=any(line.person == tx.actor and line.read_at is None for line in lines),
    )


def _lines(engine: Engine, tx: Transaction, instance_id: InstanceId) -> tuple[CopyLine, ...]:
    organization = engine.reference(tx).organization
    return tuple(
        CopyLine(
            copy=row.id,
            person=row.person_id,
            name=organization.person_name(row.person_id),
            unit=unit_named(organization, organization.home_unit(row.person_id) or None),
            sender=row.sent_by,
            sender_name=organization.person_name(row.sent_by),
            at=row.at,
            note=row.note,
            read_at=row.read_at,
        )
        for row in tx.copies_of(instance_id)
    )
