"""What supervisors ask about duties (domain.md §7.1): each question with the step and the case behind every row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.organization import Unit, UnitLevel
from engine.model.period import Period
from engine.model.step import InstanceId, PersonId
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances

_CASE, _TASK = t.instance.c, t.user_task.c
STUDY = "P02_PUSH"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyNotHeld:
    """A unit that has not held the study of a half-year, and where it stands."""

    unit: str
    unit_name: str
    level: UnitLevel
    days_left: int  #: working days to the last one of the half-year; negative: over for so many
    instance_id: InstanceId | None  #: None: nothing has begun
    steps: tuple[str, ...]  #: node ids of the open tasks, in the order of opening
    step_names: tuple[str, ...]


def studies_not_held(
    engine: Engine,
    person: PersonId,
    period: str,
    *,
    region: str = "",
    unit_type: str = "",
    level: UnitLevel | None = None,
) -> tuple[StudyNotHeld, ...]:
    """Q1: units of the person's own subtree that have not held the study of `period` ("2026H2"), by code.

    A meeting counts from the moment its form is sent, whether or not its minutes are filed yet. region: the first
    digits of the unit codes asked for. Raises InputRejected for a code that names no period.
    """
    half = Period.parse(period)
    with engine.reading(person) as tx:
        reference, on = engine.reference(tx), local_day(tx.now)
        organization, calendar = reference.organization, reference.calendar
        own = organization.subtree(organization.home_unit(person))
        asked = [
            unit
            for unit in organization.units
            if unit.code in own
            and unit.is_active(on)
            and unit.code.startswith(region)
            and unit_type in ("", unit.type)
            and level in (None, unit.level)
        ]
        held, running = _studies(tx, person, half.code)
        steps = _steps(tx, tuple(running.values()))
    last = calendar.last_working_day("half", half.first_day)
    left = calendar.count(on, last) if on <= last else -calendar.count(last, on)
    return tuple(
        _row(unit, left, running.get(unit.code), steps)
        for unit in sorted(asked, key=lambda unit: unit.code)
        if unit.code not in held
    )


def _studies(tx: Transaction, person: PersonId, period: str) -> tuple[set[str], dict[str, InstanceId]]:
    """Units that have met in the half-year, and the newest running case of each that has not."""
    query = (
        select(_CASE.id, _CASE.unit, _CASE.status, _CASE.variables["meeting_date"].as_string().label("met"))
        .where(_CASE.key == STUDY, _CASE.variables["period"].as_string() == period, visible_instances(person))
        .order_by(_CASE.started_at, _CASE.id)
    )
    held, running = set[str](), dict[str, InstanceId]()
    for found in tx.connection.execute(query).mappings():
        if found["met"]:
            held.add(found["unit"])
        elif found["status"] in {"running", "suspended"}:
            running[found["unit"]] = InstanceId(found["id"])
    return held, running


def _steps(tx: Transaction, cases: Sequence[InstanceId]) -> Mapping[InstanceId, list[tuple[str, str]]]:
    """(node, name) of the open tasks of each case, in the order in which they opened; many of one node once."""
    query = (
        select(_TASK.instance_id, _TASK.node_id, _TASK.name)
        .where(_TASK.instance_id.in_(cases), _TASK.state.in_(t.OPEN_STATES))
        .order_by(_TASK.instance_id, _TASK.created_at, _TASK.id)
    )
    found: dict[InstanceId, dict[str, str]] = defaultdict(dict)
    for row in tx.connection.execute(query).mappings():
        found[InstanceId(row["instance_id"])].setdefault(row["node_id"], row["name"])
    return {case: list(steps.items()) for case, steps in found.items()}


def _row(
    unit: Unit, left: int, case: InstanceId | None, steps: Mapping[InstanceId, list[tuple[str, str]]]
) -> StudyNotHeld:
    here = steps.get(case, []) if case is not None else []
    return StudyNotHeld(
        unit=unit.code,
        unit_name=unit.name,
        level=unit.level,
        days_left=left,
        instance_id=case,
        steps=tuple(node for node, _ in here),
        step_names=tuple(name for _, name in here),
    )
