"""How many tasks have come to somebody since a page was made. A number only: what they are is asked anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, and_, bindparam, exists, func, literal_column, or_, select

from engine.core import Engine
from engine.model.step import PersonId
from engine.queries.inbox_counts import NOW, is_open
from engine.queries.paging import decode_cursor, encode_cursor
from engine.store import tables as t
from engine.store.scope import written
from engine.store.tables_base import Timestamp
from engine.store.transaction import Transaction

#: Notices that bring work with them.
ARRIVALS = ("assigned", "offered", "handover")
MOST = 1000
#: A step that began before a page was made may end after it: those last moments are counted on both sides.
_OVERLAP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """new: tasks that came since the mark and still wait, up to 1,000. mark: to ask with from now on."""

    new: int
    mark: str


def mark_of(tx: Transaction) -> str:
    """What the person who asks knows now, as text that `news` takes."""
    since = tx.now - _OVERLAP
    return encode_cursor(since, _count(tx, since, 0)[0])


def news(engine: Engine, person: PersonId, mark: str) -> News:
    """What came since `mark`; with the empty mark nothing did. Raises InputRejected for a mark that is not ours."""
    known = decode_cursor(mark, datetime, int)
    with engine.reading(person) as tx:
        if known is None:
            return News(new=0, mark=mark_of(tx))
        # Somebody else may have claimed what came: what no longer waits is no news.
        return News(new=_count(tx, *known)[1], mark=mark)


def _count(tx: Transaction, since: object, known: object) -> tuple[int, int]:
    """How many arrived since then, and how many of those behind the first `known` still wait."""
    (row,) = tx.rows(_statement(), {"me": tx.actor, "since": since, "now": tx.now, "known": known})
    return int(row.arrived), int(row.waiting)


@cache
def _statement() -> Select[Any]:
    notice, task, candidate = t.notice.c, t.user_task.c, t.task_candidate.c
    me = bindparam("me", type_=Text)
    offered = exists(
        select(literal_column("1")).where(candidate.task_id == task.id, candidate.person_id == me)
    ).correlate(t.user_task)
    waits = and_(is_open(), or_(task.assignee == me, and_(task.assignee.is_(None), offered)))
    place = func.row_number().over(order_by=(notice.at, notice.id))
    arrivals = (
        select(waits.label("waits"), place.label("place"))
        .select_from(t.notice.join(t.user_task, task.id == notice.task_id))
        # Between two times: of what lies behind one alone the planner expects a third of all there is, and so makes
        # another plan at each question. What came in this very moment is told by the next one.
        .where(notice.person_id == me, notice.at.between(bindparam("since", type_=Timestamp), NOW))
        .where(notice.kind.in_(written(ARRIVALS)))
        .limit(literal_column(str(MOST), Integer))
        .subquery()
    )
    is_new = and_(arrivals.c.waits, arrivals.c.place > bindparam("known", type_=Integer))
    numbers: list[ColumnElement[Any]] = [func.count().label("arrived"), func.count().filter(is_new).label("waiting")]
    return select(*numbers).select_from(arrivals)
