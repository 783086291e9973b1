"""Lets the days pass: what the clock brings, what people do at their desks, what they begin by themselves."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from itertools import count
from random import Random
from uuid import UUID

import structlog

from engine.commands import clock
from engine.commands.case_step import SYSTEM
from engine.commands.rehearsal.chance import DESK_HOURS, Chance, next_desk_hour
from engine.commands.rehearsal.desk import Done, ask_for_time, attempt, planned
from engine.commands.rehearsal.errands import Errand, errands
from engine.core import Engine
from engine.errors import ChangxiaoError, FormRejected
from engine.model.calendar import WorkCalendar
from engine.model.clock import instant, local_day
from engine.model.step import PersonId, TaskId
from engine.store.rows import UserTaskRow

logger = structlog.get_logger(__name__)

#: What one transaction takes in: few enough that little is done again where one of them is refused.
BATCH = 40
Progress = Callable[[float, str], None]
_EXTENDED = "S1_T5"  #: the task for which people ask for more time
_ASKING = 0.5  #: the share of those who will be late that asks
_FIRST = TaskId(UUID(int=0))


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Refusal:
    """Something that somebody wanted to do and was refused: a defect of a mechanism, or of this rehearsal."""

    place: str  #: form and node, or what was begun
    code: str
    field: str = ""
    message: str = ""


@dataclass(slots=True)
class Played:
    """What came of it, as far as those who played know."""

    tasks: int = 0
    begun: int = 0
    fired: int = 0
    load: Counter[str] = field(default_factory=Counter)  #: tasks done, by person
    refusals: Counter[Refusal] = field(default_factory=Counter)


@dataclass(slots=True)
class _Play:
    engine: Engine
    chance: Chance
    played: Played = field(default_factory=Played)
    agenda: list[tuple[datetime, int, TaskId | Errand | None]] = field(default_factory=list)
    numbers: count[int] = field(default_factory=count)
    last_seen: TaskId = _FIRST


def play(engine: Engine, *, until: date, seed: int, progress: Progress | None = None) -> Played:
    """Play from now to the end of the day `until`. Same database and seed: same result.

    progress: called with the share done (0…1) and the day. What is refused is counted, and the day goes on.
    """
    one = _Play(engine, Chance(seed))
    with engine.transaction(SYSTEM) as tx:
        begins, reference = tx.now, engine.reference(tx)
    end = instant(until, time(23, 59))
    for errand in errands(reference, one.chance, first=local_day(begins), last=until):
        _plan(one, errand.at, errand)
    _plan(one, next_desk_hour(reference.calendar, begins), None)
    while one.agenda and one.agenda[0][0] <= end:
        at = one.agenda[0][0]
        one.played.fired += clock.advance(engine, SYSTEM, to=at)[1]
        _look(one)
        _work(one, at)
        _look(one)
        if progress is not None:
            progress((at - begins) / (end - begins), local_day(at).isoformat())
    one.played.fired += clock.advance(engine, SYSTEM, to=end)[1]
    return one.played


def _plan(one: _Play, at: datetime, what: TaskId | Errand | None) -> None:
    heapq.heappush(one.agenda, (at, next(one.numbers), what))


def _look(one: _Play) -> None:
    """Plan when each task is done that has come to a desk since the last look."""
    with one.engine.transaction(SYSTEM) as tx:
        fresh = tx.open_tasks_after(one.last_seen)
        reference, now = one.engine.reference(tx), tx.now
        for task in fresh:
            person = task.assignee or next(iter(tx.candidates(task.id)), "")
            case = tx.instance(task.instance_id).variables if task.node_id in {"P02_T4", "P05_T4"} else {}
            random = one.chance.about("when", person, task.node_id, task.unit, task.due_on)
            at = planned(task, case, reference, random, now, one.chance.punctuality(person))
            _plan(one, at, task.id)
            _plan_extension(one, task, at, now, reference.calendar, random)
    if fresh:
        one.last_seen = fresh[-1].id


def _plan_extension(
    one: _Play, task: UserTaskRow, at: datetime, now: datetime, calendar: WorkCalendar, random: Random
) -> None:
    """Some of those who will be late with a rectification ask for more time on the day before."""
    if task.node_id != _EXTENDED or task.due_on is None or task.assignee is None or local_day(at) <= task.due_on:
        return
    asks_at = instant(calendar.previous_working_day(task.due_on), DESK_HOURS[0])
    if asks_at > now and random.random() < _ASKING:
        person, task_id = task.assignee, task.id
        run = partial(_ask, person, task_id)
        _plan(one, asks_at, Errand(at=asks_at, person=person, name="extension", run=run))


def _ask(person: PersonId, task_id: TaskId, engine: Engine) -> None:
    ask_for_time(engine, person, task_id)


def _work(one: _Play, at: datetime) -> None:
    """Everything that is planned for this moment."""
    due: list[TaskId | Errand] = []
    while one.agenda and one.agenda[0][0] <= at:
        what = heapq.heappop(one.agenda)[2]
        if what is not None:
            due.append(what)
            continue
        with one.engine.transaction(SYSTEM) as tx:
            following = next_desk_hour(one.engine.reference(tx).calendar, at)
        _plan(one, following, None)
    for start in range(0, len(due), BATCH):
        _do_together(one, due[start : start + BATCH])


def _do_together(one: _Play, things: list[TaskId | Errand]) -> None:
    """In one transaction; where one is refused, nothing is kept and each is done by itself."""
    try:
        with one.engine.transaction(SYSTEM) as tx:
            shared = one.engine.acting_in(tx)
            results = [_do(one, shared, thing) for thing in things]
    except ChangxiaoError as refused:
        logger.info("not done together", action="rehearsal.apart", kind=type(refused).__name__)
        results = [_do_alone(one, thing) for thing in things]
    for thing, done in zip(things, results, strict=True):
        if done.again_at is not None:
            _plan(one, done.again_at, thing)
        elif done.person:
            one.played.load[done.person] += 1
            one.played.tasks += not isinstance(thing, Errand)
            one.played.begun += isinstance(thing, Errand)


def _do(one: _Play, engine: Engine, thing: TaskId | Errand) -> Done:
    if isinstance(thing, Errand):
        thing.run(engine)
        return Done(person=thing.person)
    return attempt(engine, thing, one.chance.about("what", thing))


def _do_alone(one: _Play, thing: TaskId | Errand) -> Done:
    try:
        return _do(one, one.engine, thing)
    except ChangxiaoError as refused:
        place = thing.name if isinstance(thing, Errand) else _place(one, thing)
        for refusal in _told(place, refused):
            one.played.refusals[refusal] += 1
        return Done()


def _told(place: str, refused: ChangxiaoError) -> list[Refusal]:
    if isinstance(refused, FormRejected):
        return [
            Refusal(place=place, code=problem.rule, field=problem.path, message=problem.zh)
            for problem in refused.problems
        ]
    code = str(refused.facts.get("cause") or refused.facts.get("code") or refused.code)
    return [Refusal(place=place, code=code, message=str(refused)[:200])]


def _place(one: _Play, task_id: TaskId) -> str:
    with one.engine.transaction(SYSTEM) as tx:
        task: UserTaskRow = tx.user_task(task_id)
    return f"{task.mechanism}/{task.node_id}"
