"""The rehearsed prefecture of the scenarios, its administrators, and a case with a task to hand over."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.model.organization import Organization
from engine.model.step import InstanceId, PersonId
from engine.store.rows import UserTaskRow
from tests.integration.scenarios.conftest import db as db
from tests.integration.scenarios.conftest import desk as desk
from tests.integration.scenarios.conftest import engine as engine
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.test_rectification import B_PROBLEM, ISSUER, UNIT, name_owner

ADMIN, SECOND_ADMIN = PersonId("u903"), PersonId("u904")


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A B problem of 532503-GA, delivered on 2026-03-02, in the hands of its people."""

    case: InstanceId
    inspector: PersonId
    leader: PersonId  #: LEAD_DIRECT
    owner: PersonId  #: PERSON_RESP


@pytest.fixture
def begun(desk: Desk) -> Begun:
    """S1_T3 指定整改责任人 waits for the LEAD_DIRECT of the unit."""
    desk.go_to("03-02")
    inspector, leader = desk.inspector(ISSUER), desk.person(UNIT, "LEAD_DIRECT")
    case = desk.register(inspector, **B_PROBLEM)
    desk.do(inspector, "S1_T2", {"confirm": True, "opinion": "请按期整改。"})
    desk.look_at(leader, "S1_T3")
    return Begun(case=case, inspector=inspector, leader=leader, owner=desk.person(UNIT, "PERSON_RESP"))


@pytest.fixture
def owned(desk: Desk, begun: Begun) -> Begun:
    """One step on: S1_T4 签收与制定措施 waits for the owner."""
    name_owner(desk, begun.leader, begun.owner)
    return begun


def organization(engine: Engine) -> Organization:
    with engine.reading(SYSTEM) as tx:
        return tx.organization()


def colleague(engine: Engine, unit: str, *, but: set[str]) -> PersonId:
    """Somebody else of the unit."""
    found = sorted(p.id for p in organization(engine).people if p.unit == unit and p.id not in but and not p.on_paper)
    return PersonId(found[0])


def access_facts(engine: Engine) -> list[tuple[str, str]]:
    """(event, actor) of the access log."""
    with engine.reading(SYSTEM) as tx:
        rows = tx.raw.execute("SELECT event, actor FROM access_log ORDER BY at, shard, seq").fetchall()
    return [(str(event), str(actor)) for event, actor in rows]


def history_of(engine: Engine, case: InstanceId, event: str) -> list[tuple[str, dict[str, object]]]:
    """(actor, body) of the events of this kind."""
    query = (
        "SELECT h.actor, b.body FROM history h JOIN history_body b USING (instance_id, seq)"
        " WHERE h.instance_id = %s AND h.event = %s ORDER BY h.seq"
    )
    with engine.reading(SYSTEM) as tx:
        import json

        return [(str(actor), json.loads(body)) for actor, body in tx.raw.execute(query, (case, event)).fetchall()]


def open_task(engine: Engine, case: InstanceId, node_id: str) -> UserTaskRow:
    with engine.reading(SYSTEM) as tx:
        return next(task for task in tx.open_tasks(case) if task.node_id == node_id)
