"""A migration on pages, without scripts: choose, map, try, propose, confirm, watch, take back.

Alone in its module, since it counts the running cases of the whole engine.
"""

from __future__ import annotations

import csv
from io import StringIO
from uuid import UUID

from engine.commands import migrations
from engine.core import Engine
from engine.model.step import InstanceId
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import register
from tests.integration.pages.test_migrations import renamed


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
