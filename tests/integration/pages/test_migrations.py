"""The migration of running cases on pages, without scripts: choose, map, try, propose, confirm, watch, take back."""

from __future__ import annotations

import csv
from io import StringIO
from uuid import UUID

import pytest

from engine.commands import designs, migrations
from engine.commands.deployments import propose
from engine.core import Engine
from engine.model.step import InstanceId, PersonId
from tests.integration.api.conftest import shipped
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import INSPECTOR, SignIn, register


@pytest.fixture
def operator(sign_in: SignIn) -> Browser:
    return sign_in("u907")


@pytest.fixture
def analyst(sign_in: SignIn) -> Browser:
    return sign_in("u901")


def renamed(engine: Engine, number: int) -> None:
    """S1 with another id for the step at which a registered problem stands."""
    changed = shipped("S1_RECTIFY.bpmn").replace(b"S1_T2", f"S1_T2_{number}".encode())
    # The form keeps its key: only the step has another id.
    changed = changed.replace(f'cx:form="S1_T2_{number}"'.encode(), b'cx:form="S1_T2"')
    propose(engine, "system", {"S1_RECTIFY.bpmn": changed}, auto_confirm=True)


def test_an_operator_maps_tries_and_proposes_and_an_analyst_confirms(
    engine: Engine, operator: Browser, analyst: Browser, case_id: InstanceId
) -> None:
    second = register(engine, title="门禁记录缺失")
    renamed(engine, 1)

    (href,) = analyst.open("/migrations").links("table.lines a.btn")
    assert "整改闭环" in analyst.text()
    operator.open(href)
    lost = operator.find("select[name=node-S1_T2]")[0]
    assert [option.get("value") for option in lost.xpath("option[@selected]")] == [""]
    assert "建议：" in operator.text("table.map")
    operator.send("/migrations/map", {"try": "1"})
    assert "共 2 件，可迁移 0 件，留在原版本 2 件。" in operator.text("#trial")
    assert "在新版本中没有对应环节" in operator.text("#trial")
    assert not operator.find("button[name=propose]")

    operator.open(href + "&adopt=1").send("/migrations/map", {"try": "1"})
    assert "共 2 件，可迁移 2 件，留在原版本 0 件。" in operator.text("#trial")
    operator.send("/migrations/map", {"propose": "1", "note": " "}, status=422)
    assert "请写明迁移原因。" in operator.text()
    operator.send("/migrations/map", {"propose": "1", "note": "环节编号统一"})
    page = operator.address.partition("?")[0]
    assert "待确认" in operator.text()
    assert "须由另一名分析员或运行维护人员确认" in operator.text()

    analyst.open(page).send(f"{page}/confirm")
    assert "正在迁移" in analyst.text()
    assert analyst.find("#run")[0].get("data-hx-trigger") == "every 2s"
    assert str(case_id) not in analyst.text(), "an analyst sees numbers and no case"
    migrations.work_off(engine, UUID(page.rpartition("/")[2]))

    shown = operator.open(page).text()
    assert "已完成 共 2 件，已迁移 2 件，留在原版本 0 件" in shown
    assert {str(case_id), str(second)} <= set(operator.texts("table.lines a.num"))
    file = operator.client.get(f"{page}?format=csv").get_data().decode("utf-8-sig")
    assert {row["实例"] for row in csv.DictReader(StringIO(file))} == {str(case_id), str(second)}

    operator.open(page).send(f"{page}/items/{case_id}/undo")
    assert "已撤回 1 件" in operator.text()
    operator.send(f"{page}/undo")
    migrations.undo_off(engine, UUID(page.rpartition("/")[2]))
    assert "已撤回 2 件" in operator.open(page).text()
    operator.post(f"{page}/undo", {"csrf_token": operator.csrf}, status=409)
    assert "不能撤回" in operator.text()


def test_the_history_of_a_case_tells_the_migration_and_names_the_steps_of_before(
    engine: Engine, sign_in: SignIn, case_id: InstanceId
) -> None:
    from tests.integration.resilience.moving import node_map

    with engine.reading("system") as tx:
        old = tx.instance(case_id).definition_id
    renamed(engine, 2)
    with engine.reading("system") as tx:
        new = tx.current_definition("S1_RECTIFY")
    assert new is not None
    here = next(node for node in node_map(engine, old, old) if node.startswith("S1_T2"))
    run = migrations.propose(
        engine,
        INSPECTOR,
        from_id=old,
        to_id=new.id,
        node_map=node_map(engine, old, new.id, **{here: "S1_T2_2"}),
        note="编号统一",
        chosen=[case_id],
    )
    migrations.confirm(engine, INSPECTOR, run.id, alone=True)
    migrations.work_off(engine, run.id)

    shown = sign_in(INSPECTOR).open(f"/case/{case_id}").text()

    assert "迁移到新版本" in shown
    assert "任务、期限和草稿不变" in shown


def test_whoever_publishes_reads_which_cases_a_change_touches(engine: Engine, analyst: Browser) -> None:
    register(engine)
    with engine.reading("system") as tx:
        current = tx.current_definition("S1_RECTIFY")
        assert current is not None
        content = tx.bundle_files(current.deployment_id, kind="bpmn")[current.file]
    design = designs.begin_from(engine, PersonId("u901"), current.id)
    changed = content.replace("下发整改通知单".encode(), "下发整改通知".encode())
    assert changed != content
    designs.save(engine, PersonId("u901"), design, changed, rev=1)

    shown = analyst.open(f"/design/publish/{design}").text()

    assert "“下发整改通知”有修改" in shown
    assert "件停在此处；发布后可在“迁移”中转到新版本。" in shown


def test_an_address_that_names_no_versions_finds_nothing(operator: Browser) -> None:
    assert "没有找到" in operator.open("/migrations/map?from=nonsense&to=nonsense", status=404).text()
