"""Roles that one administrator has asked for and another one must confirm: the two-person rule."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete

from engine.model.organization import RoleGrant
from engine.model.step import PersonId
from engine.store import tables as t
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRequestRow:
    """A role that one administrator has asked for and another one must confirm."""

    id: UUID
    person_id: PersonId
    role: str
    unit: str
    valid_from: date
    valid_until: date | None
    requested_by: PersonId
    requested_at: datetime
    reason: str = ""

    @property
    def grant(self) -> RoleGrant:
        """What it becomes when it is confirmed."""
        return RoleGrant(
            person=self.person_id,
            role=self.role,
            unit=self.unit,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


class RoleRequests(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def add_role_request(self, request: RoleRequestRow) -> None:
        self._insert(t.role_request, asdict(request))

    def role_request(self, request_id: UUID) -> RoleRequestRow | None:
        """The request, locked: two people cannot decide it at once. None: decided already, or never made."""
        query = of(RoleRequestRow, t.role_request).where(t.role_request.c.id == request_id)
        return self._find(RoleRequestRow, query.with_for_update())

    def role_requests(self) -> tuple[RoleRequestRow, ...]:
        """Requests that wait for a second administrator, oldest first."""
        query = of(RoleRequestRow, t.role_request)
        return self._list(RoleRequestRow, query.order_by(t.role_request.c.requested_at, t.role_request.c.id))

    def drop_role_request(self, request_id: UUID) -> None:
        self._run(delete(t.role_request).where(t.role_request.c.id == request_id))
