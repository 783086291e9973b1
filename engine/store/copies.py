"""Copies of cases (抄送): to whom, by whom, and when each was opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, any_, cast, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from engine.model.clock import local_day
from engine.model.step import InstanceId, PersonId
from engine.store import tables as t
from engine.store.rows import InstanceRow
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRow:
    """A case was pointed out to somebody. id: the same for all who were told together, and that of their notice."""

    id: UUID
    person_id: PersonId
    instance_id: InstanceId
    sent_by: PersonId
    at: datetime
    note: str
    read_at: datetime | None = None


class Copies(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def add_copies(self, rows: Iterable[CopyRow]) -> None:
        self._insert(t.case_copy, *(asdict(row) for row in rows))

    def copies_of(self, instance_id: InstanceId) -> tuple[CopyRow, ...]:
        """Copies of the case, oldest first, those sent together by account."""
        copy = t.case_copy.c
        query = of(CopyRow, t.case_copy).where(copy.instance_id == instance_id)
        return self._list(CopyRow, query.order_by(copy.at, copy.id, copy.person_id))

    def has_unread_copy(self, instance_id: InstanceId) -> bool:
        """Was the case pointed out to the actor, who has not opened it since?"""
        copy = t.case_copy.c
        query = select(copy.id).where(copy.instance_id == instance_id, copy.person_id == self.actor)
        return self.connection.execute(query.where(copy.read_at.is_(None)).limit(1)).first() is not None

    def open_copies(self, instance_id: InstanceId) -> int:
        """The actor has opened the case. Answers how many copies were new."""
        copy, notice = t.case_copy.c, t.notice.c
        mine = and_(copy.instance_id == instance_id, copy.person_id == self.actor, copy.read_at.is_(None))
        told = and_(notice.person_id == self.actor, notice.kind == "copy", notice.instance_id == instance_id)
        self._run(update(t.notice).where(told, notice.read_at.is_(None)).values(read_at=self.now))
        return self._run(update(t.case_copy).where(mine).values(read_at=self.now))

    def people_seeing(self, case: InstanceRow) -> frozenset[str]:
        """Accounts that see this case today: the rule of visibility.py, asked from the side of the case."""
        grant, above, party, today = t.role_grant.c, t.unit_closure.c, t.instance_party.c, local_day(self.now)
        units = cast([unit for unit in (case.unit, case.issuer_unit) if unit], ARRAY(Text))
        below = select(literal(1)).where(above.ancestor == grant.unit, above.descendant == any_(units))
        by_role = or_(
            and_(grant.role == "officer", grant.unit == any_(units)),
            and_(grant.role.in_(("unit_leader", "inspector")), below.exists()),
        )
        held = and_(grant.valid_from <= today, func.coalesce(grant.valid_until, today) >= today)
        seeing = select(party.person_id).where(party.instance_id == case.id)
        if not case.sealed:
            seeing = seeing.union(select(grant.person_id).where(by_role, held))  # type: ignore[assignment]
        return frozenset(self.connection.execute(seeing).scalars())
