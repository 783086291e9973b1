"""Processes that begin by the calendar or a clock: armed when published, begun once for each unit that owes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from engine.commands.case_step import SYSTEM
from engine.commands.cases import begin_case, finish
from engine.commands.failures import keep_failed_start
from engine.core import Engine
from engine.errors import Beaten
from engine.model.case_titles import OF_PERIOD
from engine.model.clock import local_day, local_time
from engine.model.numbering import case_key
from engine.model.organization import Unit
from engine.model.owing import owes
from engine.model.process import TimerStart
from engine.model.schedule import Span, next_occurrence, parse_period_choice, parse_schedule, span_of
from engine.model.step import InstanceId
from engine.model.unit_filter import parse_unit_filter
from engine.store.definitions import DefinitionRow
from engine.store.starts import ArmedStart, PeriodicCase
from engine.store.transaction import Transaction
from engine.workflow import first_arming, next_arming

logger = structlog.get_logger(__name__)

#: Cases begun in one transaction: few enough that nobody waits long for what it holds.
BATCH = 50
_TICK = timedelta(microseconds=1)  #: what the database tells apart


def arm(engine: Engine, tx: Transaction, published: Iterable[DefinitionRow]) -> None:
    """Arm the start events of these definitions, which have just come into force; what their keys had armed goes.

    A start event that stands in both versions goes on from where it was: nothing is fired twice, or for the past.
    """
    known = {(start.key, start.node_id): start for start in tx.armed_starts()}
    for row in published:
        timers = [TimerStart(**timer) for timer in row.start_timers]
        tx.disarm_starts(row.key, but=[timer.node_id for timer in timers])
        for timer in timers:
            before = known.get((row.key, timer.node_id))
            start = ArmedStart(
                key=row.key,
                node_id=timer.node_id,
                definition_id=row.id,
                kind=timer.kind,
                expression=timer.expression,
                owners=timer.owners,
                period=timer.period,
                since=before.since if before is not None else tx.now,
                last_at=before.last_at if before is not None else None,
                last_period=before.last_period if before is not None else "",
            )
            if before is not None and timer.kind != "schedule" and _says_the_same(before, start):
                start = replace(start, due_at=before.due_at, left=before.left, every=before.every)
            else:
                start = _dated(engine, tx, start)
            tx.arm_start(start)


def rearm(engine: Engine, tx: Transaction, *, since: datetime | None = None) -> None:
    """Date every schedule again: the calendar or a parameter has changed, or the clock was set to `since`."""
    for start in tx.armed_starts():
        if since is not None:
            tx.arm_start(_dated(engine, tx, replace(start, since=since, last_at=None, last_period="")))
        elif start.kind == "schedule":
            tx.arm_start(_dated(engine, tx, start))


def disarm_all(tx: Transaction) -> None:
    """Nothing comes true until `rearm` with a new clock."""
    for start in tx.armed_starts():
        tx.arm_start(replace(start, due_at=None))


def fire_starts(engine: Engine, *, until: datetime | None = None, limit: int = BATCH) -> int:
    """Begin up to `limit` cases of the start event that has been due longest. Answers how much was
    done; 0: none is due.

    Safe to run in many processes at once and to be killed at any moment: what was not begun is begun the next time,
    what was is not begun again.
    """
    with engine.transaction(SYSTEM) as tx:
        start = tx.claim_start(until or tx.now)
        if start is None or start.due_at is None:
            return 0
        waiting = _owners(engine, tx, start, start.due_period, start.due_at)
        begun = sum(_begin_safely(engine, tx, start, unit, start.due_period, key) for unit, key in waiting[:limit])
        if begun == len(waiting):
            tx.arm_start(_following(engine, tx, start))
    logger.info("processes begun", action="start.fire", key=start.key, count=begun)
    return max(begun, 1)


def start_missing(engine: Engine) -> int:
    """Begin what is missing of the periods that run: of units opened meanwhile, and what could not begin before."""
    begun = 0
    with engine.transaction(SYSTEM) as tx:
        for start in tx.armed_starts():
            begun += _begin_for_new_units(engine, tx, start)
        for key in tx.keys_of_failed_starts():
            begun += start_failed(engine, tx, key)
    return begun


def start_failed(engine: Engine, tx: Transaction, key: str) -> int:
    """Try again what could not begin of this process. Answers how much has begun; all of it: the incident is closed."""
    starts = {start.node_id: start for start in tx.armed_starts() if start.key == key}
    failed = tx.failed_starts(key)
    begun = 0
    for case in failed:
        start = starts.get(case.node_id)
        unit = engine.reference(tx).organization.unit(case.unit)
        if start is not None and unit is not None:
            begun += _begin_safely(engine, tx, start, unit, case.period, case.business_key)
    if not tx.failed_starts(key):
        tx.resolve_start_incidents(key)
    return begun


def _says_the_same(one: ArmedStart, other: ArmedStart) -> bool:
    return (one.kind, one.expression) == (other.kind, other.expression)


def _dated(engine: Engine, tx: Transaction, start: ArmedStart) -> ArmedStart:
    """With the next moment from `since` on; None where there is none."""
    if start.kind != "schedule":
        arming = first_arming(start.kind, start.expression, start.since)
        if arming is None:
            return replace(start, due_at=None, due_period="", left=0, every="")
        return replace(start, due_at=arming.due_at, due_period="", left=arming.left, every=arming.every)
    reference, schedule = engine.reference(tx), parse_schedule(start.expression)
    choice = parse_period_choice(start.period, schedule)
    found = next_occurrence(schedule, choice, reference.calendar, reference.params, not_before=start.since)
    return replace(start, due_at=found.at if found else None, due_period=found.period if found else "")


def _following(engine: Engine, tx: Transaction, start: ArmedStart) -> ArmedStart:
    """After it has come true: armed for the next time."""
    due_at = start.due_at or tx.now
    done = replace(start, since=due_at + _TICK, last_at=due_at, last_period=start.due_period)
    if start.kind == "schedule":
        return _dated(engine, tx, done)
    arming = next_arming(due_at, start.left, start.every)
    if arming is None:
        return replace(done, due_at=None)
    return replace(done, due_at=arming.due_at, left=arming.left, every=arming.every)


def _owners(engine: Engine, tx: Transaction, start: ArmedStart, period: str, at: datetime) -> list[tuple[Unit, str]]:
    """The units that owe a case now and have none, each with its business key."""
    named = period or f"{local_time(at):%Y%m%dT%H%M%S}"
    keys = {unit: case_key(start.key, unit.code, named) for unit in _units(engine, tx, start, period)}
    begun = tx.begun_units(start.key, keys.values())
    return [(unit, key) for unit, key in keys.items() if key not in begun]


def _units(engine: Engine, tx: Transaction, start: ArmedStart, period: str) -> Iterator[Unit]:
    reference, today = engine.reference(tx), local_day(tx.now)
    span, top = _span(engine, tx, period), reference.organization.top()
    wanted = parse_unit_filter(start.owners) if start.owners else None
    for unit in sorted(reference.organization.units, key=lambda unit: unit.code):
        is_owner = wanted.covers(unit) if wanted is not None else unit.code == top
        if not is_owner or not unit.is_active(today):
            continue
        if span is None or owes(unit, span.first_day, span.last_day, reference.params):
            yield unit


def _span(engine: Engine, tx: Transaction, period: str) -> Span | None:
    reference = engine.reference(tx)
    return span_of(period, reference.calendar, reference.params) if period else None


def _begin_for_new_units(engine: Engine, tx: Transaction, start: ArmedStart) -> int:
    span = _span(engine, tx, start.last_period)
    if start.last_at is None or span is None or span.last_day < local_day(tx.now):
        return 0
    missing = _owners(engine, tx, start, start.last_period, start.last_at)
    return sum(_begin_safely(engine, tx, start, unit, start.last_period, key) for unit, key in missing)


def _begin_safely(engine: Engine, tx: Transaction, start: ArmedStart, unit: Unit, period: str, key: str) -> bool:
    """Begin one case. False: another transaction was in the way, the next round begins it."""
    instance_id: InstanceId | None = None
    try:
        with tx.savepoint():
            instance_id = _begin(engine, tx, start, unit, period, key)
    except Beaten:
        return False
    except Exception as failure:
        # Whatever it was: one unit in which nobody can be found must not keep the others from their work.
        keep_failed_start(engine, tx, start, unit.code, failure)
        tx.ask_for_night()
    tx.note_start(
        PeriodicCase(
            key=start.key,
            business_key=key,
            unit=unit.code,
            period=period,
            node_id=start.node_id,
            instance_id=instance_id,
            at=tx.now.astimezone(UTC),
        )
    )
    return True


def _begin(engine: Engine, tx: Transaction, start: ArmedStart, unit: Unit, period: str, key: str) -> InstanceId:
    definition = engine.definition(tx, start.definition_id)
    variables = {"unit": unit.code, **({"period": period} if period else {})}
    step = begin_case(
        engine, tx, definition, by=SYSTEM, variables=variables, unit=unit.code, business_key=key, timer=start.node_id
    )
    span = _span(engine, tx, period)
    if span is not None:
        step.changes["title"] = OF_PERIOD.written(process=definition.row.name, span=span.zh)
    finish(step)
    return step.instance_id
