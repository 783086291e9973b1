"""What the tests of the store share: an open database and the smallest case that can be written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID, uuid4

import pytest

from engine.model.organization import Person, RoleGrant, Unit
from engine.model.step import DefinitionId, InstanceId, PersonId, TaskId, Token
from engine.store.database import Database
from engine.store.record import ClosedToken, HistoryFact, NewInstance, NewTask, StepRecord
from engine.store.roles import Addresses
from engine.store.transaction import Transaction

SYSTEM = "system"
DEFINITION = DefinitionId(UUID(int=1))


@pytest.fixture
def database(db: Addresses) -> Iterator[Database]:
    """The test's own database as the service sees it. Not Database.open: the test cluster is not durable."""
    opened = Database(db.app_url, pool_size=12)
    yield opened
    opened.close()


class Undone(Exception):
    """What undoes a transaction on purpose."""


@contextmanager
def undone(database: Database, actor: str = SYSTEM) -> Iterator[Transaction]:
    """A transaction that an error leaves at its end."""
    with suppress(Undone), database.transaction(actor=actor) as tx:
        yield tx
        raise Undone


@contextmanager
def undone_part(tx: Transaction) -> Iterator[None]:
    """A part of a transaction that an error leaves at its end."""
    with suppress(Undone), tx.savepoint():
        yield
        raise Undone


def a_task(**changes: object) -> NewTask:
    values: dict[str, object] = {
        "id": TaskId(uuid4()),
        "token": Token(7),
        "node_id": "S1_T5",
        "name": "整改落实",
        "mechanism": "S1_RECTIFY",
        "assignee": PersonId("u101"),
    }
    return NewTask(**(values | changes))  # type: ignore[arg-type]


def a_start(tx: Transaction, **changes: object) -> StepRecord:
    """The first step of a case of 532503-GA with one open user task of u101."""
    values: dict[str, object] = {
        "instance_id": InstanceId(uuid4()),
        "rev": 0,
        "at": tx.now,
        "actor": "u041",
        "state": b"state-1",
        "variables": {"unit": "532503-GA"},
        "new": NewInstance(definition_id=DEFINITION, key="S1_RECTIFY"),
        "changes": {"unit": "532503-GA", "issuer_unit": "532503-ZF", "title": "接待群众态度生硬"},
        "opened": (a_task(),),
        "history": (HistoryFact(event="started"), HistoryFact(event="entered", node_id="S1_T5", node_type="userTask")),
    }
    return StepRecord(**(values | changes))  # type: ignore[arg-type]


def a_step(tx: Transaction, instance_id: InstanceId, rev: int, **changes: object) -> StepRecord:
    """A step that completes the open user task."""
    values: dict[str, object] = {
        "instance_id": instance_id,
        "rev": rev,
        "at": tx.now,
        "actor": "u101",
        "state": b"state-2",
        "variables": {"unit": "532503-GA", "result": "通过"},
        "closed": (ClosedToken(token=Token(7), outcome="通过"),),
        "history": (HistoryFact(event="completed", node_id="S1_T5", node_type="userTask", body={"outcome": "通过"}),),
    }
    return StepRecord(**(values | changes))  # type: ignore[arg-type]


def written_past_us(instance_id: InstanceId, rev: int) -> tuple[str, tuple[str]]:
    """A statement with its values: a step on the instance at that revision, by nobody's rules but the database's."""
    row = {"id": str(instance_id), "rev": rev, "history_seq": 3, "history_head": ""}
    argument = {"at": "2026-01-04T01:00:00Z", "moved_on": [row]}
    return "SELECT apply_steps(%s::jsonb)", (json.dumps(argument),)


def start_case(database: Database, **changes: object) -> StepRecord:
    """Write a case and commit it."""
    with database.transaction(actor=SYSTEM) as tx:
        step = a_start(tx, **changes)
        tx.record(step)
    return step


def add_organization(database: Database) -> None:
    """Three units in a line, and a neighbour: 532500-ZF > 532503-ZF > 532503-GA, 532503-FY; people with their roles."""
    with database.transaction(actor=SYSTEM) as tx:
        tx.add_units(_unit(code, above) for code, above in _UNITS)
        tx.add_people(Person(id=name, name=name, unit=unit) for name, _, unit in _PEOPLE)
        grants = (
            RoleGrant(person=name, role=role, unit=unit, valid_from=tx.now.date().replace(year=2020))
            for name, role, unit in _PEOPLE
        )
        tx.add_grants((uuid4(), grant) for grant in grants)


_UNITS = (("532500-ZF", ""), ("532503-ZF", "532500-ZF"), ("532503-GA", "532503-ZF"), ("532503-FY", "532503-ZF"))
_PEOPLE = (
    ("u001", "unit_leader", "532500-ZF"),
    ("u041", "inspector", "532503-ZF"),
    ("u101", "officer", "532503-GA"),
    ("u102", "officer", "532503-GA"),
    ("u201", "officer", "532503-FY"),
    ("u901", "analyst", "532500-ZF"),
    ("u903", "admin", "532500-ZF"),
    ("u905", "auditor", "532500-ZF"),
    ("u907", "operator", "532500-ZF"),
)


def _unit(code: str, above: str) -> Unit:
    return Unit(
        code=code,
        name=code,
        short_name=code,
        document_prefix="红",
        level="PREF" if not above else "COUNTY",
        type=code.partition("-")[2],
        superior=above,
    )
