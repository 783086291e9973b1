"""运行维护 · 在办实例: what stands where, which cases, how they are filtered and taken out, and what is never shown."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask

from engine.commands import standstill
from engine.commands.case_step import SYSTEM
from engine.commands.deployments import propose
from engine.core import Engine
from engine.queries.running import running_view, versions_in_use
from engine.store.incidents import NewIncident
from engine.store.record import StepRecord
from tests.integration.operators.conftest import HERE, Work, furnish_parts
from tests.integration.pages.browser import Browser
from tests.integration.prepared import opened, prepared
from tests.integration.resilience.moving import KEY, TWO, publish
from tests.integration.resilience.office import OPERATOR, PASSWORD, begin
from tests.shared_cluster import SharedCluster
from webui.app import create_app


@pytest.fixture(scope="module")
def engine(cluster: SharedCluster) -> Iterator[Engine]:
    office = prepared(cluster, "cx_office_parts", "live", furnish_parts)
    with office as addresses, opened(addresses, "live") as made:
        yield made


@pytest.fixture(scope="module")
def works(engine: Engine) -> tuple[Work, ...]:
    """In two branches, at the beginning, suspended, with an incident, sealed; all on a version of before."""
    found = tuple(Work(engine, begin(engine, "OPS_PARTS")) for _ in range(5))
    found[0].do("PREPARE")
    standstill.suspend(engine, OPERATOR, found[2].case, "等待外部机关意见")
    with engine.transaction(SYSTEM) as tx:
        tx.open_incident(NewIncident(id=uuid4(), kind="step", code="x", message="x", instance_id=found[3].case))
        row = tx.lock_instance(found[4].case)
        tx.record(StepRecord(instance_id=row.id, rev=row.rev, at=tx.now, actor=SYSTEM, changes={"sealed": True}))
    newer = (HERE / "OPS_PARTS.bpmn").read_bytes().replace("归档".encode(), "归档留存".encode())
    propose(engine, SYSTEM, {"OPS_PARTS.bpmn": newer}, auto_confirm=True)
    begin(engine, "OPS_PARTS")
    return found


@pytest.fixture(scope="module")
def operator(engine: Engine, works: tuple[Work, ...]) -> Browser:
    app: Flask = create_app(engine.settings, engine)
    app.testing = True
    return Browser(app.test_client()).sign_in(OPERATOR, PASSWORD)


def test_each_element_says_how_many_cases_stand_there_and_a_sealed_one_is_not_counted(
    engine: Engine, works: tuple[Work, ...]
) -> None:
    view = running_view(engine, OPERATOR, works[0].row.definition_id)

    assert {found.node.id: found.open for found in view.elements} == {"PREPARE": 3, "COMPARE": 1, "CONSULT": 1}
    assert (view.cases.running, view.cases.suspended, view.cases.failed) == (4, 1, 1)
    assert works[4].case not in {row.instance_id for row in view.page.rows}
    in_use = [found for found in versions_in_use(engine, OPERATOR)[1] if found.row.key == "OPS_PARTS"]
    (old, new) = sorted(in_use, key=lambda found: found.row.version)
    assert (old.cases.running, new.cases.running) == (4, 1)


def test_a_process_of_which_one_version_runs_is_counted_alike(engine: Engine) -> None:
    version = publish(engine, TWO)
    Work(engine, begin(engine, KEY)).do("ENTER")
    begin(engine, KEY)

    view = running_view(engine, OPERATOR, version)

    assert {found.node.id: found.open for found in view.elements} == {"ENTER": 1, "CHECK": 1}


@pytest.mark.parametrize(
    ("which", "node", "expected"),
    [
        ("suspended", "", [2]),
        ("failed", "", [3]),
        ("running", "PREPARE", [1, 3]),
        ("", "CONSULT", [0]),
        ("late", "", []),
    ],
)
def test_the_list_is_filtered_by_element_and_by_how_its_cases_do(
    engine: Engine, works: tuple[Work, ...], which: str, node: str, expected: list[int]
) -> None:
    view = running_view(engine, OPERATOR, works[0].row.definition_id, node=node, which=which)  # type: ignore[arg-type]

    assert [row.instance_id for row in view.page.rows] == [works[number].case for number in expected]


def test_page_by_page_every_case_comes_once_for_each_element(engine: Engine, works: tuple[Work, ...]) -> None:
    seen, cursor = [], ""
    while True:
        page = running_view(engine, OPERATOR, works[0].row.definition_id, cursor=cursor, limit=2).page
        seen += [(row.instance_id, row.node.id if row.node is not None else "") for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break

    assert len(seen) == len(set(seen)) == 5


def test_from_the_list_a_case_is_moved_and_those_ticked_are_migrated(
    operator: Browser, engine: Engine, works: tuple[Work, ...]
) -> None:
    operator.open("/running")
    path = f"/running/{works[0].row.definition_id}"
    assert path in operator.links("main a")
    shown = operator.open(f"{path}?node=PREPARE").text()
    assert "停在“准备材料”的实例" in shown
    assert f"/instance/{works[1].case}/moves" in operator.links("main a")
    taken = operator.client.get(f"{path}?node=PREPARE&format=csv").get_data(as_text=True)
    assert taken.count("准备材料") == 3
    assert str(works[4].case) not in taken
    with engine.reading(SYSTEM) as tx:
        current = tx.current_definition("OPS_PARTS")
    assert current is not None
    asked = f"/migrations/map?from={works[0].row.definition_id}&to={current.id}&some=1"

    assert "没有勾选实例" in operator.open(asked).text()
    chosen = operator.open(f"{asked}&case={works[1].case}&case={works[2].case}")
    assert "只迁移所选的 2 件" in chosen.text()
    fields = {s.get("name"): s.value for s in chosen.find("select[name^=node-]")}
    ids = {"from": str(works[0].row.definition_id), "to": str(current.id), "csrf_token": operator.csrf}
    operator.post("/migrations/map", ids | fields | {"case": [str(works[1].case)], "some": "1", "try": "1"})
    assert "共 1 件，可迁移 1 件" in operator.text()
    operator.post(
        "/migrations/map",
        ids | fields | {"case": [str(works[1].case)], "some": "1", "propose": "1", "note": "先迁一件"},
    )
    assert "共 1 件" in operator.text()
