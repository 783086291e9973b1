"""What every act of a supervisor on a case of others begins with: the locked case, and may he?

Not commands: the functions here run inside the transaction of the command that calls them.
"""

from __future__ import annotations

from engine.core import Engine
from engine.errors import NotFound
from engine.model import steering
from engine.model.clock import local_day
from engine.model.steering import GoesWithCase, NotSteering, is_operator, may_steer
from engine.model.step import InstanceId, PersonId, TaskId
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.transaction import Transaction


def lock_to_steer(
    engine: Engine, tx: Transaction, person: PersonId, instance_id: InstanceId, *, technical: bool = False
) -> InstanceRow:
    """The case, locked, where the person may steer it. technical: an operator may, too, without seeing it.

    Raises NotFound for a case that is hidden from the person, NotSteering, GoesWithCase.
    """
    organization, on = engine.reference(tx).organization, local_day(tx.now)
    if technical and is_operator(organization, person, on):
        with tx.as_system():
            case = tx.lock_instance(instance_id)
        if case.sealed:
            raise NotFound(f"There is no instance {instance_id}.", id=str(instance_id))
    else:
        case = tx.lock_instance(instance_id)
        check_may_steer(engine, tx, person, case)
    if is_companion(case):
        raise GoesWithCase(f"The case {case.id} goes with the one it is about.")
    return case


def lock_task_to_steer(
    engine: Engine, tx: Transaction, person: PersonId, task_id: TaskId
) -> tuple[UserTaskRow, InstanceRow]:
    """The same for one task: task and case, locked; the person stands above the unit that must act, too.

    Raises NotFound, NotSteering.
    """
    task, case = tx.lock_task(task_id)
    check_may_steer(engine, tx, person, case)
    if not may_steer(engine.reference(tx).organization, person, task.unit or case.unit or "", local_day(tx.now)):
        raise NotSteering(f"{person} does not steer the unit of the task {task.id}.")
    return task, case


def check_may_steer(engine: Engine, tx: Transaction, person: PersonId, case: InstanceRow) -> None:
    """Raises NotSteering."""
    if not may_steer_case(engine, tx, person, case):
        raise NotSteering(f"{person} does not steer the case {case.id}.")


def may_steer_case(engine: Engine, tx: Transaction, person: PersonId, case: InstanceRow) -> bool:
    """Above the responsible unit, not the subject, and never a sealed case."""
    return steering.may_steer_case(
        engine.reference(tx).organization,
        person,
        unit=case.unit or "",
        is_sealed=case.sealed,
        variables=case.variables,
        on=local_day(tx.now),
    )


def is_companion(case: InstanceRow) -> bool:
    """Does the case exist for a task of another one only, and stand still with it?"""
    return case.parent_task is not None and steering.is_companion(case.key, case.variables)
