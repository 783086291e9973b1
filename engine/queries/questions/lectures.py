"""Q10: which leaders have not given their lecture of the year, and where somebody else gave it for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select

from engine.core import Reference
from engine.model.clock import instant, local_day
from engine.model.obligation import State
from engine.model.organization import LEADERS
from engine.model.period import Period
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing, of_units
from engine.queries.obligations import state_column
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_obligations, visible_tasks

_OWED, _TASK = t.obligation.c, t.user_task.c
LECTURE = "O19"
_PROCESS, _STEP = "P06_EDUCATE", "P06_T3"
_BY_ANOTHER = "由他人代讲"


@dataclass(frozen=True, slots=True, kw_only=True)
class LectureOwed:
    """One leader and the lecture of the year."""

    unit: str
    person: str
    name: str
    posts: tuple[str, ...]  #: codes of the leading posts that he holds in the unit
    due_on: date
    state: State
    lectured_on: date | None
    substitutes: int  #: lectures that somebody else gave for him; they do not count
    substitute_on: date | None  #: when the last of them was entered
    case: InstanceId | None  #: where he would enter it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entries:
    case: InstanceId | None = None
    substitutes: int = 0
    last: datetime | None = None


def lectures_owed(tx: Transaction, reference: Reference, wanted: Narrowing, year: Period) -> tuple[LectureOwed, ...]:
    """Every leader who owes the lecture of `year`, by unit; what is waived or no longer owed is left out."""
    today = local_day(tx.now)
    state = state_column(today).label("state")
    query = (
        select(_OWED.unit, _OWED.person, _OWED.due_on, _OWED.done_on, _OWED.instance_id, state)
        .where(_OWED.code == LECTURE, _OWED.period == year.code, _OWED.lapsed_on.is_(None), _OWED.waived_at.is_(None))
        .where(visible_obligations(tx.actor), *of_units(_OWED.unit, reference, wanted))
        .order_by(_OWED.unit, _OWED.person)
    )
    entries, organization = _entries(tx, year), reference.organization
    found = []
    for row in tx.connection.execute(query):
        posts = organization.posts_of(row.person, row.unit)
        entry = entries.get((row.unit, row.person), _Entries())
        found.append(
            LectureOwed(
                unit=row.unit,
                person=row.person,
                name=organization.person_name(row.person),
                posts=tuple(code for code in LEADERS if any(p.code == code and p.is_held(today) for p in posts)),
                due_on=row.due_on,
                state=row.state,
                lectured_on=row.done_on,
                substitutes=entry.substitutes,
                substitute_on=local_day(entry.last) if entry.last is not None else None,
                case=entry.case or row.instance_id,
            )
        )
    return tuple(found)


def _entries(tx: Transaction, year: Period) -> Mapping[tuple[str, str], _Entries]:
    """By unit and leader: the lectures that were entered in the year and do not count, and the case that waits."""
    first, after = instant(year.first_day, time.min), instant(year.last_day + timedelta(days=1), time.min)
    leader = func.coalesce(_TASK.element["leader"].astext, _TASK.assignee).label("leader")
    query = (
        select(_TASK.unit, leader, _TASK.instance_id, _TASK.done_at, _TASK.done_by, _TASK.outcome)
        .where(_TASK.mechanism == _PROCESS, _TASK.node_id == _STEP, visible_tasks(tx.actor))
        .where(or_(_TASK.state.in_(t.OPEN_STATES), _TASK.done_at.between(first, after)))
        .order_by(_TASK.created_at, _TASK.id)
    )
    found: dict[tuple[str, str], _Entries] = defaultdict(_Entries)
    for row in tx.connection.execute(query):
        known = found[row.unit, row.leader]
        is_other = row.done_at is not None and (row.outcome == _BY_ANOTHER or row.done_by != row.leader)
        days = [at for at in (known.last, row.done_at if is_other else None) if at is not None]
        found[row.unit, row.leader] = _Entries(
            case=InstanceId(row.instance_id),
            substitutes=known.substitutes + is_other,
            last=max(days, default=None),
        )
    return found
