"""A small office for the tests of this folder: eight officers of one unit, an inspector above, test diagrams."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from engine.commands import instances
from engine.commands.accounts import hash_password
from engine.commands.case_step import SYSTEM
from engine.commands.deployments import propose
from engine.core import Engine
from engine.model.organization import Person, RoleGrant
from engine.model.preloaded import preloaded_units
from engine.model.step import InstanceId, PersonId, TaskId
from engine.store.rows import UserTaskRow

MODELS = Path(__file__).parent / "models"
UNIT, ABOVE, TOP = "532503-GA", "532503-ZF", "532500-ZF"
OFFICERS = tuple(PersonId(f"u{number}") for number in range(101, 109))
INSPECTOR, OPERATOR = PersonId("u041"), PersonId("u907")
PASSWORD = "Changxiao-2026"


def furnish(engine: Engine) -> None:
    """Enter the units and people. One hash for all: computing eleven would take a second."""
    password_hash = hash_password(PASSWORD)
    with engine.transaction(SYSTEM) as tx:
        since = tx.now.date().replace(year=2020)
        tx.add_units(unit for unit in preloaded_units() if unit.code in {TOP, ABOVE, UNIT})
        people = [(name, "officer", UNIT) for name in OFFICERS]
        people += [(INSPECTOR, "inspector", ABOVE), (OPERATOR, "operator", ABOVE)]
        tx.add_people(Person(id=name, name=f"用户{name[1:]}", unit=unit) for name, _, unit in people)
        tx.add_grants(
            ((uuid4(), RoleGrant(person=n, role=role, unit=unit, valid_from=since)) for n, role, unit in people),
            confirmed_by=SYSTEM,
        )
        for name, _, _ in people:
            tx.set_password(name, password_hash, at=tx.wall_now())


def deploy(engine: Engine, *keys: str) -> None:
    """Publish test diagrams with their form."""
    files = {path.name: path.read_bytes() for path in (MODELS / f"{key}.bpmn" for key in keys)}
    form = MODELS / "RES_NOTE.json"
    propose(engine, SYSTEM, files | {form.name: form.read_bytes()}, auto_confirm=True)


def begin(engine: Engine, key: str, **values: object) -> InstanceId:
    return instances.start(engine, key, OFFICERS[0], values).instance_id


def open_tasks(engine: Engine, instance_id: InstanceId) -> Sequence[UserTaskRow]:
    with engine.transaction(SYSTEM) as tx:
        return tx.open_tasks(instance_id)


def only_task(engine: Engine, instance_id: InstanceId) -> TaskId:
    (task,) = open_tasks(engine, instance_id)
    return task.id


def status(engine: Engine, instance_id: InstanceId) -> str:
    with engine.transaction(SYSTEM) as tx:
        return tx.instance(instance_id).status
