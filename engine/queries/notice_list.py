"""消息: a person's notices with what they are about, the unread ones first, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select, tuple_

from engine.core import Engine
from engine.errors import InputRejected
from engine.model.step import InstanceId, PersonId, TaskId
from engine.queries.frame import OWN_WORK, FrameFacts, read_frame
from engine.queries.paging import Page, decode_cursor, page_of
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances

PAGE, MOST_UNREAD = 30, 100
#: What people tell apart. "own": what 待领取, 待办 and the lights show anyway, and the bell does not count.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "cards": ("urge", "urged", "yellow", "red", "report", "propose", "vacancy"),
    "hands": ("handover", "reassigned", "taken_over", "suspended", "resumed"),
    "decided": ("extension_decided", "recusal_decided"),
    "copy": ("copy", "mentioned"),
    "calendar": ("redated", "calendar_changed"),
    "own": OWN_WORK,
}
_NOTICE, _CASE, _TASK = t.notice.c, t.instance.c, t.user_task.c


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One notice. title, number: of its case, where the reader may still see that."""

    id: UUID
    kind: str
    facts: Mapping[str, object]
    at: datetime
    read_at: datetime | None
    instance_id: InstanceId | None
    task_id: TaskId | None
    title: str
    business_no: str
    name: str  #: of the task
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeList:
    """unread: of the kinds asked for, at most 100, on the first page only; read: one page of the others."""

    frame: FrameFacts
    unread: tuple[NoticeLine, ...]
    read: Page[NoticeLine]


def notice_list(engine: Engine, person: PersonId, *, group: str = "", cursor: str = "") -> NoticeList:
    """Raises InputRejected for an unknown group and a foreign cursor."""
    if group and group not in GROUPS:
        raise InputRejected(f"没有“{group}”这一类。", f"There is no group {group!r}.", field="group", value=group)
    after = decode_cursor(cursor, datetime, UUID)
    with engine.reading(person) as tx:
        query = _of_kinds(person, group)
        unread = query.where(_NOTICE.read_at.is_(None)).limit(MOST_UNREAD)
        read = query.where(_NOTICE.read_at.is_not(None)).limit(PAGE + 1)
        if after is not None:
            read = read.where(tuple_(_NOTICE.at, _NOTICE.id) < tuple_(*after))
        return NoticeList(
            frame=read_frame(engine, tx),
            unread=_lines(tx, unread) if after is None else (),
            read=page_of(_lines(tx, read), PAGE, lambda line: (line.at, line.id)),
        )


def _of_kinds(person: PersonId, group: str) -> Select[Any]:
    wanted = _NOTICE.kind.in_(GROUPS[group]) if group else _NOTICE.kind.not_in(OWN_WORK)
    names = ("id", "kind", "facts", "at", "read_at", "instance_id", "task_id")
    about = and_(_CASE.id == _NOTICE.instance_id, visible_instances(person))
    query = select(*(_NOTICE[name] for name in names), _CASE.title, _CASE.business_no, _TASK.name, _TASK.name_en)
    query = query.select_from(t.notice).outerjoin(t.instance, about)
    query = query.outerjoin(t.user_task, and_(_TASK.id == _NOTICE.task_id, _CASE.id.is_not(None)))
    return query.where(_NOTICE.person_id == person, wanted).order_by(_NOTICE.at.desc(), _NOTICE.id.desc())


def _lines(tx: Transaction, query: Select[Any]) -> tuple[NoticeLine, ...]:
    texts = ("title", "business_no", "name", "name_en")
    return tuple(
        NoticeLine(**{**row._asdict(), **{name: getattr(row, name) or "" for name in texts}})
        for row in tx.connection.execute(query)
    )
