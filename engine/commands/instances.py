"""Starting cases by hand: the form or message with which a process begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.cases import begin_case, finish
from engine.commands.filling import fill_start
from engine.core import Engine
from engine.errors import Conflict, InputRejected, NotFound, Refused
from engine.model.clock import local_day
from engine.model.starting import ENGINE_STARTS, may_start_anywhere, may_start_for
from engine.model.step import InstanceId, PersonId
from engine.store.record import NewTask
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

PROBLEM = "S1_RECTIFY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A case that has just begun."""

    instance_id: InstanceId
    key: str
    version: int
    business_key: str | None
    business_no: str | None
    case_state: str
    ended: bool
    opened: tuple[NewTask, ...]  #: the starter is a party of the case and may see them


@again_when_beaten
def start(
    engine: Engine,
    key: str,
    person: PersonId,
    values: Mapping[str, object],
    *,
    business_key: str | None = None,
) -> Started:
    """Start a case of process `key` with its start form, or with plain variables where it has none.

    Raises NotFound for a process that is not deployed, Refused where the person may not start it for this unit,
    FormRejected for wrong values, Conflict when an open case has the same business key.
    """
    with engine.transaction(person) as tx:
        row = tx.current_definition(key)
        if row is None:
            raise NotFound(f"There is no process {key}.", key=key)
        if business_key is not None and tx.has_open_case(key, business_key):
            raise Conflict(f"A case of {key} with the key {business_key} is open.", business_key=business_key)
        definition = engine.definition(tx, row.id)
        filled = fill_start(engine, tx, definition, person, values)
        unit = _unit_of(engine, tx, key, person, filled.process_values)
        variables = {**filled.process_values, "unit": unit, "issuer": person}
        step = begin_case(engine, tx, definition, by=person, variables=variables, unit=unit, business_key=business_key)
        step.parties.append(person)
        if filled.submission is not None:
            step.submit(filled.submission, filled.attachments)
        finish(step)
    logger.info("case started", action="instance.start", key=key, instance_id=str(step.instance_id), person_id=person)
    return Started(
        instance_id=step.instance_id,
        key=key,
        version=row.version,
        business_key=business_key,
        business_no=step.fact("business_no"),
        case_state=step.fact("case_state") or "",
        ended=step.ended,
        opened=tuple(step.opened),
    )


def startable_by(engine: Engine, tx: Transaction, key: str, person: PersonId) -> bool:
    """May the person start this process for any unit at all? Decides what 发起事项 offers."""
    return may_start_anywhere(engine.reference(tx).organization, key, person, local_day(tx.now))


def _unit_of(engine: Engine, tx: Transaction, key: str, person: PersonId, values: Mapping[str, object]) -> str:
    """The responsible unit of the new case, after asking whether the person may begin one there.

    An officer registers for the own unit, an inspector for units below the own one (domain.md §1.3).
    """
    organization, on = engine.reference(tx).organization, local_day(tx.now)
    if key in ENGINE_STARTS:
        raise Refused("The engine starts this process itself.", code="not_startable")
    home = organization.home_unit(person)
    unit = str(values.get("unit") or home)
    if organization.unit(unit) is None:
        raise InputRejected(f"没有代码为“{unit}”的单位。", f"There is no unit {unit!r}.", field="unit", value=unit)
    if may_start_for(organization, key, person, unit, on):
        return unit
    raise Refused("You may not start this process for that unit.", code="unit_not_yours", unit=unit)
