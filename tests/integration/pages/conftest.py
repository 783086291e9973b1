"""A rehearsed prefecture and the browsers of its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask

from engine.commands import clock, demonstration, instances, tasks
from engine.core import Engine
from engine.model.clock import SHANGHAI
from engine.model.step import InstanceId, PersonId, TaskId
from engine.store.roles import Addresses
from tests.integration.pages.browser import Browser
from tests.integration.prepared import opened, rehearsed
from tests.shared_cluster import SharedCluster
from webui.app import create_app

BEGINS = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
INSPECTOR, LEADER, OWNER = PersonId("u041"), PersonId("u097"), PersonId("u101")
ANALYST, OPERATOR = PersonId("u901"), PersonId("u907")
UNIT = "532503-GA"
PROBLEM = {
    "title": "值班备勤交接登记不完整",
    "unit": UNIT,
    "dept": "532503-GA-03",
    "source": "督查",
    "nature": "制度不落实",
    "spread": "部门",
    "public_impact": False,
    "facts": "抽查近一个月值班备勤记录，发现交接登记缺少接班人签字，与值班表核对不一致，已当场反馈并留存底稿。",
}
SignIn = Callable[[str], Browser]


@pytest.fixture(scope="module")
def module_db(cluster: SharedCluster) -> Iterator[Addresses]:
    with rehearsed(cluster, BEGINS) as addresses:
        yield addresses


@pytest.fixture(scope="module")
def engine(module_db: Addresses) -> Iterator[Engine]:
    """The rehearsal on 2026-03-02 09:00, with the built-in processes deployed; shared by the tests of a module."""
    with opened(module_db, "rehearsal") as made:
        yield made


@pytest.fixture(scope="module")
def app(engine: Engine) -> Flask:
    made = create_app(engine.settings, engine)
    made.testing = True
    return made


@pytest.fixture(scope="module")
def sign_in(app: Flask) -> SignIn:
    """The browser of somebody who is signed in; once in a module, since each time costs a tenth of a second."""
    known: dict[str, Browser] = {}

    def sign(name: str) -> Browser:
        if name not in known:
            known[name] = Browser(app.test_client()).sign_in(name, demonstration.PASSWORD)
        return known[name]

    return sign


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """Nobody we know."""
    return Browser(app.test_client())


@pytest.fixture
def inspector(sign_in: SignIn) -> Browser:
    return sign_in(INSPECTOR)


@pytest.fixture
def leader(sign_in: SignIn) -> Browser:
    """LEAD_DIRECT of 532503-GA."""
    return sign_in(LEADER)


@pytest.fixture
def owner(sign_in: SignIn) -> Browser:
    """PERSON_RESP of 532503-GA."""
    return sign_in(OWNER)


@pytest.fixture
def operator(sign_in: SignIn) -> Browser:
    return sign_in(OPERATOR)


@pytest.fixture
def analyst(sign_in: SignIn) -> Browser:
    return sign_in(ANALYST)


@pytest.fixture
def outsider(sign_in: SignIn, engine: Engine) -> Browser:
    """An officer of another county."""
    with engine.reading("system") as tx:
        organization = engine.reference(tx).organization
    return sign_in(organization.members("officer", "532527-GA", BEGINS.date())[0])


@pytest.fixture
def case_id(engine: Engine) -> InstanceId:
    """A fresh problem of 532503-GA, registered by the inspector above it."""
    return register(engine)


def register(engine: Engine, **changes: object) -> InstanceId:
    return instances.start(engine, "S1_RECTIFY", INSPECTOR, {**PROBLEM, **changes}).instance_id


def task_of(engine: Engine, case_id: InstanceId) -> str:
    """Address of the one open task of a case."""
    with engine.reading("system") as tx:
        (task,) = tx.open_tasks(case_id)
    return f"/task/{task.id}"


def over_new_year(engine: Engine, **changes: object) -> InstanceId:
    """A problem delivered on 2026-12-21, with a limit that ends on 2027-01-11 while 2027 has no holiday table."""
    clock.advance(engine, "system", to=datetime(2026, 12, 21, 10, tzinfo=SHANGHAI))
    made = register(engine, **{"title": "跨年整改", **changes})

    def waiting() -> TaskId:
        return TaskId(UUID(task_of(engine, made).removeprefix("/task/")))

    tasks.complete(engine, waiting(), INSPECTOR, {"confirm": True, "opinion": "请按期整改。"})
    tasks.open_task(engine, waiting(), LEADER)
    named = {"owner_decision": "指定", "owner_dept": "532503-GA-03", "owner": OWNER, "owner_post": "具体责任人"}
    tasks.complete(engine, waiting(), LEADER, named)
    measures = [{"what": "补录交接登记", "who": OWNER, "by": "2026-12-24"}]
    plan = {"root_cause": "交接制度学习不够，日常检查流于形式。", "measures": measures}
    tasks.complete(engine, waiting(), OWNER, plan)
    return made
