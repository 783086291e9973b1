"""What a supervisor may do with a case of others, for its buttons and small forms. The commands ask again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.core import Engine
from engine.errors import NotFound
from engine.model.assign_eligibility import OWN_PART
from engine.model.assign_grammar import parse_assign
from engine.model.assign_values import AssignContext
from engine.model.clock import local_day
from engine.model.reassignment import people_for
from engine.model.recusal import CaseParties
from engine.model.steering import is_companion, may_steer, may_steer_case
from engine.model.step import PersonId, TaskId
from engine.queries.case_head import CaseHead, head_of, visible_case
from engine.queries.choices import PersonChoice, people_of
from engine.queries.frame import FrameFacts, UnitName, read_frame, unit_named
from engine.queries.tasks import TaskRow, find_task
from engine.store.rows import InstanceRow
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Since when a case stands still, by whose decision and why."""

    at: datetime
    by: str  #: name
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """What the reader may do; nothing for most."""

    may_suspend: bool = False
    may_resume: bool = False
    urge: tuple[TaskId, ...] = ()
    reassign: tuple[TaskId, ...] = ()
    stop: Stop | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SteeredTask:
    """One open task that a supervisor has chosen."""

    row: TaskRow
    unit: UnitName  #: that must act
    may_urge: bool
    may_reassign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SteeringView:
    """Some tasks for the forms 催办 and 改派."""

    frame: FrameFacts
    tasks: tuple[SteeredTask, ...]
    people: tuple[PersonChoice, ...]  #: who may have all of those that may be given to others


@dataclass(frozen=True, slots=True, kw_only=True)
class StandstillView:
    """A case for the forms 暂停 and 恢复."""

    frame: FrameFacts
    case: CaseHead
    steering: Steering


def steering_of(engine: Engine, tx: Transaction, case: InstanceRow, rows: Iterable[TaskRow]) -> Steering:
    """For the actor of this transaction."""
    stop = _stop(engine, tx, case) if case.status == "suspended" else None
    if not _may_steer(engine, tx, case):
        return Steering(stop=stop)
    open_rows = [row for row in rows if row.is_open]
    alone = not is_companion(case.key, case.variables)
    own = any(row.assignee == tx.actor for row in open_rows)
    steered = [row for row in open_rows if row.state != "suspended" and _stands_above(engine, tx, row)]
    return Steering(
        may_suspend=alone and case.status == "running" and not own,
        may_resume=alone and case.status == "suspended",
        urge=tuple(row.id for row in steered),
        reassign=tuple(row.id for row in steered if not row.protected),
        stop=stop,
    )


def standstill_view(engine: Engine, person: PersonId, instance_id: object) -> StandstillView:
    """Raises NotFound for a case that the person may not see."""
    from engine.queries.tasks import tasks_of_case

    with engine.reading(person) as tx:
        case = visible_case(tx, instance_id)  # type: ignore[arg-type]
        definition = engine.definition(tx, case.definition_id)
        return StandstillView(
            frame=read_frame(engine, tx),
            case=head_of(engine, tx, case, definition),
            steering=steering_of(engine, tx, case, tasks_of_case(engine, tx, case.id)),
        )


def steering_view(engine: Engine, person: PersonId, task_ids: Sequence[TaskId]) -> SteeringView:
    """The chosen tasks that the person may see; what is gone or hidden is left out."""
    with engine.reading(person) as tx:
        organization = engine.reference(tx).organization
        found: list[SteeredTask] = []
        common: set[str] | None = None
        for task_id in dict.fromkeys(task_ids):
            row = find_task(engine, tx, task_id)
            if row is None:
                continue
            case = tx.instance(row.instance_id)
            acts = row.is_open and row.state != "suspended" and _may_steer(engine, tx, case)
            acts = acts and _stands_above(engine, tx, row)
            found.append(
                SteeredTask(
                    row=row,
                    unit=unit_named(organization, row.unit),
                    may_urge=acts,
                    may_reassign=acts and not row.protected,
                )
            )
            if found[-1].may_reassign:
                may = set(_people_for(engine, tx, case, row)) - {row.assignee or ""}
                common = may if common is None else common & may
        units = sorted({organization.home_unit(name) for name in common or ()})
        people = tuple(choice for choice in people_of(engine, tx, units) if choice.id in (common or ()))
        return SteeringView(frame=read_frame(engine, tx), tasks=tuple(found), people=people)


def _may_steer(engine: Engine, tx: Transaction, case: InstanceRow) -> bool:
    return may_steer_case(
        engine.reference(tx).organization,
        tx.actor,
        unit=case.unit or "",
        is_sealed=case.sealed,
        variables=case.variables,
        on=local_day(tx.now),
    )


def _stands_above(engine: Engine, tx: Transaction, row: TaskRow) -> bool:
    organization = engine.reference(tx).organization
    return may_steer(organization, tx.actor, row.unit or row.case_unit or "", local_day(tx.now))


def _people_for(engine: Engine, tx: Transaction, case: InstanceRow, row: TaskRow) -> tuple[str, ...]:
    reference, task = engine.reference(tx), tx.user_task(row.id)
    node = engine.definition(tx, case.definition_id).info.nodes.get(row.node_id)
    if node is None:
        raise NotFound(f"There is no node {row.node_id}.")
    rule = parse_assign(node.assign)
    element: Mapping[str, object] = task.element if isinstance(task.element, Mapping) else {}
    variables = {**case.variables, **element}
    subjects = frozenset(name for key in OWN_PART for name in _texts(variables.get(key)))
    inspected = (case.unit or "") if rule.scope == "superior" else ""
    context = AssignContext(
        unit=case.unit or "",
        on=local_day(tx.now),
        variables=variables,
        case=CaseParties(
            subjects=subjects,
            relations=reference.relations if subjects or inspected else (),
            inspected_unit=inspected,
        ),
        recused=frozenset(_texts(variables.get("recused"))),
        params=reference.params,
        node_actors=tx.node_actors(case.id) if any(exclude.kind == "prev" for exclude in rule.excludes) else {},
    )
    return people_for(rule, context, reference.organization, unit=row.unit or case.unit or "")


def _stop(engine: Engine, tx: Transaction, case: InstanceRow) -> Stop | None:
    stops = [entry for entry in tx.deadline_entries(case.id) if entry.task_id is None and entry.kind == "suspended"]
    if not stops:
        return None
    return Stop(
        at=stops[-1].at,
        by=engine.reference(tx).organization.person_name(stops[-1].actor),
        reason=stops[-1].reason,
    )


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()
