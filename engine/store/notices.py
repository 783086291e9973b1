"""Notices outside a step (StepRecord writes those of a step): handovers, digests, and marking them read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from engine.model.step import InstanceId, PersonId, TaskId
from engine.store import tables as t
from engine.store.cases import Cases
from engine.store.record import NewNotice
from engine.store.scope import of


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One line of somebody's notices."""

    id: UUID
    person_id: PersonId
    kind: str
    instance_id: InstanceId | None
    task_id: TaskId | None
    facts: Mapping[str, object]
    at: datetime
    read_at: datetime | None


class Notices(Cases):
    """Part of Transaction."""

    __slots__ = ()

    def add_notices(self, notices: Iterable[NewNotice], *, instance_id: InstanceId | None = None) -> None:
        """Put lines into people's notices."""
        rows = [
            {"id": notice.id, "person_id": person, "kind": notice.kind, "instance_id": instance_id, "at": self.now}
            | {"task_id": notice.task_id, "facts": notice.facts or {}}
            for notice in notices
            for person in notice.people
        ]
        self._insert(t.notice, *rows)
        self.inbox_changed.update(str(row["person_id"]) for row in rows)

    def notices_of(self, person_id: PersonId, *, limit: int = 1000) -> tuple[NoticeRow, ...]:
        """The notices of a person, oldest first."""
        table = t.notice.c
        query = of(NoticeRow, t.notice).where(table.person_id == person_id).order_by(table.at, table.id).limit(limit)
        return self._list(NoticeRow, query)

    def mark_notices_read(self, person_id: PersonId, notice_ids: Iterable[UUID] | None = None) -> int:
        """The person has seen these notices, or all. Returns how many were new."""
        notice = t.notice.c
        statement = update(t.notice).where(notice.person_id == person_id, notice.read_at.is_(None))
        if notice_ids is not None:
            statement = statement.where(notice.id.in_(list(notice_ids)))
        return self._run(statement.values(read_at=self.now))
