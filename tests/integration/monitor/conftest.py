"""Six problems of three counties, some late, one sealed, on two versions of the process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import pytest

from engine.commands import clock, instances, tasks
from engine.commands.builtin import builtin_files
from engine.commands.deployments import propose
from engine.core import Engine
from engine.model.clock import SHANGHAI
from engine.model.step import InstanceId, PersonId
from engine.store.roles import Addresses
from tests.integration.prepared import opened, rehearsed
from tests.shared_cluster import SharedCluster

BEGINS = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
PREFECTURE, COUNTY = PersonId("u009"), PersonId("u041")  # inspectors
FACTS = "抽查近一个月值班备勤记录，发现交接登记缺少接班人签字，与值班表核对不一致，已当场反馈并留存底稿。"


@pytest.fixture(scope="module")
def module_db(cluster: SharedCluster) -> Iterator[Addresses]:
    with rehearsed(cluster, BEGINS) as addresses:
        yield addresses


@pytest.fixture(scope="module")
def engine(module_db: Addresses) -> Iterator[Engine]:
    """On 2026-03-13, two weeks after the first problems: 蒙自 has three (one waits at 实施整改), 个旧 two, 弥勒 one."""
    with opened(module_db, "rehearsal") as made:
        _play(made)
        yield made


def _play(engine: Engine) -> None:
    early = [register(engine, "532503-GA"), register(engine, "532503-FY"), register(engine, "532501-GA")]
    at_work(engine, early[0])
    files = builtin_files()
    drawing = files["S1_RECTIFY.bpmn"].replace('name="反馈"'.encode(), 'name="结果反馈"'.encode())
    propose(engine, "system", {**files, "S1_RECTIFY.bpmn": drawing}, auto_confirm=True)
    clock.advance(engine, "system", to=datetime(2026, 3, 13, 10, tzinfo=SHANGHAI))
    register(engine, "532503-GA")
    register(engine, "532501-GA")
    seal(engine, register(engine, "532504-GA"))


def register(engine: Engine, unit: str) -> InstanceId:
    with engine.reading("system") as tx:
        organization = engine.reference(tx).organization
    superior = organization.superior(unit)
    person = PersonId(organization.members("inspector", superior, BEGINS.date())[0])
    values = {
        "title": f"{unit}的问题",
        "unit": unit,
        "dept": f"{unit}-03",
        "source": "督查",
        "nature": "作风细节",
        "spread": "个人",
        "public_impact": False,
        "facts": FACTS,
    }
    return instances.start(engine, "S1_RECTIFY", person, values).instance_id


def at_work(engine: Engine, case: InstanceId) -> None:
    """Issued, named and planned on the first day: it waits at 实施整改."""
    people = {"S1_T2": "u041", "S1_T3": "u097", "S1_T4": "u101"}
    values: dict[str, dict[str, object]] = {
        "S1_T2": {"confirm": True},
        "S1_T3": {
            "owner_decision": "指定",
            "owner_dept": "532503-GA-03",
            "owner": "u101",
            "owner_post": "内勤",
        },
        "S1_T4": {
            "root_cause": "日常检查流于形式。",
            "measures": [{"what": "补录登记", "who": "u101", "by": "2026-03-06"}],
        },
    }
    for node, person in people.items():
        with engine.reading("system") as tx:
            (task,) = tx.open_tasks(case)
        tasks.open_task(engine, task.id, PersonId(person))
        if task.assignee is None:
            tasks.claim(engine, task.id, PersonId(person))
        tasks.complete(engine, task.id, PersonId(person), values[node])


def seal(engine: Engine, case: InstanceId) -> None:
    with engine.transaction("system") as tx:
        tx.raw.execute("UPDATE instance SET sealed = true WHERE id = %s", (UUID(str(case)),))
