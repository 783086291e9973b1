"""A person's notices: reminders, cards, handovers, copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_

from engine.core import Engine
from engine.model.step import InstanceId, PersonId, TaskId
from engine.queries.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from engine.queries.tasks import check_limit
from engine.store import tables as t
from engine.store.transaction import Transaction

_NOTICE = t.notice.c
#: Enough to say "many"; counting on would read the whole table for a number nobody looks at.
MAX_COUNTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One line. `kind` and `facts` become words at the edge."""

    id: UUID
    kind: str
    instance_id: InstanceId | None
    task_id: TaskId | None
    facts: Mapping[str, object]
    at: datetime
    read_at: datetime | None


def notices(
    engine: Engine, person: PersonId, *, unread: bool = False, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> tuple[Page[NoticeRow], int]:
    """One page of the person's own notices, the youngest first, and how many are unread in all (up to 1,000)."""
    check_limit(limit)
    after = decode_cursor(cursor, datetime, UUID)
    query = select(*(_NOTICE[name] for name in NoticeRow.__dataclass_fields__)).where(_NOTICE.person_id == person)
    if unread:
        query = query.where(_NOTICE.read_at.is_(None))
    if after is not None:
        query = query.where(tuple_(_NOTICE.at, _NOTICE.id) < tuple_(*after))
    query = query.order_by(_NOTICE.at.desc(), _NOTICE.id.desc()).limit(limit + 1)
    with engine.reading(person) as tx:
        rows = [NoticeRow(**row._asdict()) for row in tx.connection.execute(query)]
        return page_of(rows, limit, lambda row: (row.at, row.id)), unread_count(tx, person)


def unread_count(tx: Transaction, person: PersonId) -> int:
    """How many notices the person has not read, up to 1,000."""
    new = select(_NOTICE.id).where(_NOTICE.person_id == person, _NOTICE.read_at.is_(None)).limit(MAX_COUNTED)
    return int(tx.connection.execute(select(func.count()).select_from(new.subquery())).scalar_one())
