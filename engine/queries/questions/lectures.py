"""Q10: which leaders have not given their lecture of the year, and where somebody else gave it for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select

from engine.core import Reference
from engine.model.clock import instant, local_day
from engine.model.declared_words import Words
from engine.model.obligation import State
from engine.model.organization import LEADERS
from engine.model.period import Period
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing, of_units
from engine.queries.obligations import state_column
from engine.queries.questions.question import Asked, Choice, Found, Question, Reading, column, option, total
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


_OPEN, _SUBSTITUTED, _EVERYBODY = "open", "substituted", "all"


def _answer(reading: Reading, asked: Asked) -> Found[LectureOwed]:
    everybody = lectures_owed(reading.tx, reading.reference, asked.narrowing, asked.span)
    lectured = [row for row in everybody if row.lectured_on is not None]
    substituted = [row for row in everybody if row.substitutes]
    shown = {
        _OPEN: [row for row in everybody if row.lectured_on is None],
        _SUBSTITUTED: substituted,
        _EVERYBODY: everybody,
    }
    share = len(lectured) / len(everybody) if everybody else None
    return Found(
        rows=shown[asked.options["which"]],
        totals=(
            total("owed", "应讲课领导", "leaders who owe one", len(everybody)),
            total("lectured", "本人已讲", "have lectured", len(lectured)),
            total("open", "尚未讲课", "have not", len(everybody) - len(lectured)),
            total("substituted", "有代讲", "with a substitute", len(substituted)),
            total("share", "党课覆盖率", "coverage", share, "percent"),
        ),
    )


LECTURES: Question[LectureOwed] = Question(
    number=10,
    group="duties",
    title=Words(zh="领导干部专题党课", en="Lectures of leaders"),
    asks=Words(
        zh="哪些领导今年还没有讲专题党课？哪些是由他人代讲的？",
        en="Which leaders have not lectured this year, and for whom did somebody else?",
    ),
    counts=Words(
        zh="每名班子成员每年一次（O19），以本人登记的本人主讲为准；代讲只登记，不计入。已免除的不列。",
        en="Once a year for each leading member (O19), given and entered by himself; what a substitute gave is "
        "noted and "
        "does not count. Waived ones are left out.",
    ),
    period="year",
    choices=(
        Choice(
            name="which",
            words=Words(zh="范围", en="Which"),
            options=(
                option(_OPEN, "尚未讲课", "Not yet lectured"),
                option(_SUBSTITUTED, "有代讲", "With a substitute"),
                option(_EVERYBODY, "全部", "All"),
            ),
        ),
    ),
    columns=(
        column("unit", "单位", "Unit", lambda row: row.unit, "unit"),
        column("name", "姓名", "Name", lambda row: row.name),
        column("posts", "岗位", "Post", lambda row: row.posts, "post"),
        column("state", "状态", "State", lambda row: row.state, "duty"),
        column("due_on", "期限", "Due", lambda row: row.due_on, "date"),
        column("lectured_on", "讲课日期", "Lectured", lambda r: r.lectured_on, "date"),
        column("substitutes", "代讲次数", "By others", lambda r: r.substitutes, "number"),
        column("substitute_on", "最近代讲登记", "Last by another", lambda row: row.substitute_on, "date"),
    ),
    answer=_answer,
    case=lambda row: row.case,
)
