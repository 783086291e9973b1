"""Comments on cases: added, withdrawn by their author. Never edited, never deleted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from engine.errors import NotFound
from engine.model.step import InstanceId, PersonId
from engine.store import tables as t
from engine.store.scope import Scope, of
from engine.store.visibility import visible_instances


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRow:
    """What somebody said about a case. mentioned: accounts that were told of it."""

    id: UUID
    instance_id: InstanceId
    person_id: PersonId
    at: datetime
    text: str
    mentioned: list[str]
    withdrawn_at: datetime | None = None


class Comments(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def add_comment(self, row: CommentRow) -> None:
        self._insert(t.case_comment, asdict(row))

    def comment(self, comment_id: UUID, *, lock: bool = False) -> CommentRow:
        """A comment on a case that the actor sees. Raises NotFound."""
        query = of(CommentRow, t.case_comment).where(t.case_comment.c.id == comment_id)
        # Locking a row asks for the right to change it, which only its author has.
        found = self._find(CommentRow, query.with_for_update() if lock else query)
        if found is None:
            raise NotFound(f"There is no comment {comment_id}.", id=str(comment_id))
        return found

    def comments_of(self, instance_id: InstanceId) -> tuple[CommentRow, ...]:
        """Comments on the case, oldest first, withdrawn ones too."""
        comment = t.case_comment.c
        query = of(CommentRow, t.case_comment).where(comment.instance_id == instance_id)
        return self._list(CommentRow, query.order_by(comment.at, comment.id))

    def withdraw_comment(self, comment_id: UUID) -> None:
        comment = t.case_comment.c
        query = update(t.case_comment).where(comment.id == comment_id, comment.withdrawn_at.is_(None))
        self._run(query.values(withdrawn_at=self.now))

    def sees_case(self, person: PersonId, instance_id: InstanceId) -> bool:
        """May the person see this case? The actor sees it."""
        query = select(t.instance.c.id).where(t.instance.c.id == instance_id, visible_instances(person))
        return self.connection.execute(query).first() is not None

    def parties_of(self, instance_id: InstanceId) -> tuple[PersonId, ...]:
        """Who has, had or was offered work in the case, by account."""
        party = t.instance_party.c
        query = select(party.person_id).where(party.instance_id == instance_id).order_by(party.person_id)
        return tuple(self.connection.execute(query).scalars())
