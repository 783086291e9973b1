"""What supervisors do in the browser, without scripts: 督办, 暂停, 恢复, 改派, 牌卡."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from uuid import UUID

import pytest

from engine.commands import clock, tasks
from engine.core import Engine
from engine.model.clock import SHANGHAI
from engine.model.step import InstanceId, TaskId
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import INSPECTOR, LEADER, OWNER, UNIT, SignIn, register, task_of


def task_id(engine: Engine, case: InstanceId) -> TaskId:
    return TaskId(UUID(task_of(engine, case).removeprefix("/task/")))


@pytest.fixture(scope="module")
def late(engine: Engine) -> InstanceId:
    """A problem delivered on 2026-03-02 that is late on 2026-03-30, with a yellow card."""
    case = register(engine, title="逾期整改事项")
    tasks.complete(engine, task_id(engine, case), INSPECTOR, {"confirm": True, "opinion": "请按期整改。"})
    tasks.open_task(engine, task_id(engine, case), LEADER)
    named = {"owner_decision": "指定", "owner_dept": "532503-GA-03", "owner": OWNER, "owner_post": "具体责任人"}
    tasks.complete(engine, task_id(engine, case), LEADER, named)
    plan = [{"what": "补录交接登记", "who": OWNER, "by": "2026-03-12"}]
    tasks.complete(engine, task_id(engine, case), OWNER, {"root_cause": "检查流于形式，学习不够。", "measures": plan})
    clock.advance(engine, "system", to=datetime(2026, 3, 27, 10, tzinfo=SHANGHAI))
    return case


def acts(browser: Browser) -> list[str]:
    return browser.texts("div.acts a[data-dialog]")


def test_the_late_tasks_of_the_subtree_stand_on_one_page_and_are_urged_from_it(
    inspector: Browser, engine: Engine, late: InstanceId
) -> None:
    inspector.open("/urge")
    assert inspector.texts("table.rowcards th.c-t") == ["逾期整改事项"]
    assert "逾期 4 个工作日" in inspector.text("table.rowcards")
    assert "黄牌" in inspector.text("table.rowcards")
    task = task_id(engine, late)

    inspector.open(f"/urge/urge?task={task}")
    inspector.send(f"/urge/urge?task={task}", {"reason": ""}, status=422)
    assert "请填写理由。" in inspector.text()
    inspector.send(f"/urge/urge?task={task}", {"reason": "请抓紧整改"})
    assert inspector.address.startswith(f"/case/{late}")
    assert "已催办" in inspector.text()

    inspector.open(f"/urge/urge?task={task}")
    inspector.send(f"/urge/urge?task={task}", {"reason": "再催"}, status=409)
    assert "今日已催办过" in inspector.text()


def test_several_are_told_one_by_one(inspector: Browser, engine: Engine, late: InstanceId) -> None:
    other = register(engine, title="另一件事项")
    chosen = f"task={task_id(engine, late)}&task={task_id(engine, other)}"

    inspector.open(f"/urge/reassign?{chosen}")

    assert "不在你的督办范围" in inspector.text("ul.steered")
    inspector.send(f"/urge/reassign?{chosen}", {"to": "u102", "reason": "原责任人借调"})
    assert inspector.texts("ul.steered span.light") == ["已完成", "未完成"]


def test_a_case_is_stopped_and_goes_on_from_its_page(inspector: Browser, leader: Browser, late: InstanceId) -> None:
    inspector.open(f"/case/{late}")
    assert acts(inspector) == ["催办", "改派", "暂停"]
    inspector.open(f"/case/{late}/suspend")
    inspector.send(f"/case/{late}/suspend", {"reason": "等待外部机关意见"})
    assert "已暂停：03-27 起" in inspector.text("div.warn")
    assert "理由：等待外部机关意见。" in inspector.text("div.warn")
    assert acts(inspector) == ["恢复"]
    assert "已中止" in inspector.text("p.chips")

    leader.open(f"/case/{late}")
    assert acts(leader) == []
    leader.post(f"/case/{late}/resume", {"reason": "x", "csrf_token": leader.csrf}, status=403)

    inspector.open(f"/case/{late}/resume")
    inspector.send(f"/case/{late}/resume", {"reason": "外部机关已答复"})
    assert acts(inspector) == ["催办", "改派", "暂停"]
    assert "恢复计时" in inspector.text()


def test_whoever_has_the_task_reads_that_it_stands_still(inspector: Browser, sign_in: SignIn, engine: Engine) -> None:
    case = register(engine, title="停计事项")
    tasks.complete(engine, task_id(engine, case), INSPECTOR, {"confirm": True, "opinion": "请按期整改。"})
    inspector.open(f"/case/{case}/suspend")
    inspector.send(f"/case/{case}/suspend", {"reason": "等待外部机关意见"})

    holder = sign_in(LEADER).open(task_of(engine, case))

    assert "事项已暂停" in holder.text()
    assert holder.find("form[data-plain]") == []


def test_cards_are_listed_by_half_year_counted_and_exported(inspector: Browser, late: InstanceId) -> None:
    inspector.open(f"/cards?unit={UNIT}&half=2026H1&level=yellow")
    assert len(inspector.find("table.rowcards tbody tr")) == 1
    assert "待答复" in inspector.text("table.rowcards")
    inspector.open("/cards?half=2025H1")
    assert "没有符合筛选的牌卡" in inspector.text()

    content = inspector.client.get(f"/cards?unit={UNIT}&format=csv").get_data().decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(content))
    assert head[1] == "牌卡"
    assert sorted(row[1] for row in rows) == ["催办", "黄牌"]


def test_a_card_says_its_grounds_and_who_stands_outside_does_not_see_it(
    inspector: Browser, leader: Browser, outsider: Browser, late: InstanceId
) -> None:
    inspector.open("/cards?level=yellow")
    (href,) = inspector.links("table.rowcards th a")

    inspector.open(href)
    assert "应于 2026-03-23 办结，逾期 3 个工作日" in inspector.text()
    assert "尚未答复" in inspector.text()
    leader.open(href)
    links = leader.links("div.acts a")
    assert [link for link in links if "/document" not in link] == [f"{href}/object"]
    outsider.open(href, status=404)


def test_an_officer_has_no_desk_of_a_supervisor(owner: Browser, late: InstanceId) -> None:
    for path in ("/urge", "/cards"):
        owner.open(path, status=403)
    owner.open("/inbox")
    assert "督办" not in owner.texts("nav.nav a")


def test_the_history_of_a_case_leaves_as_a_file(inspector: Browser, late: InstanceId) -> None:
    content = inspector.client.get(f"/case/{late}?format=csv").get_data().decode("utf-8-sig")
    head, first, *_ = csv.reader(io.StringIO(content))
    assert head == ["序", "时间", "办理人", "动作", "状态变化", "本值"]
    assert first[0] == "1"


def test_the_drawing_of_a_process_tells_how_often_each_step_was_passed_and_so_does_its_table(
    inspector: Browser, late: InstanceId
) -> None:
    inspector.open("/process/S1_RECTIFY?layer=passed")

    shown = {one["id"]: one for one in json.loads(inspector.find("#load-data")[0].text)["elements"]}
    assert re.fullmatch(r"经过 \d+ 次", shown["S1_T4"]["dwell"])
    assert shown["S1_T4"]["heat"] >= 1
    assert (shown["S1_T8"]["dwell"], shown["S1_T8"]["heat"]) == ("", 0)  # nobody has come so far
    (row,) = (row for row in inspector.find("table.lines tr") if "签收与制定措施" in row.text_content())
    (passed,) = row.xpath("./td[@data-head='经过次数']")
    assert shown["S1_T4"]["dwell"] == f"经过 {passed.text_content().strip()} 次"
    assert "经过次数：" in inspector.text("section.load")
    inspector.open("/process/S1_RECTIFY")
    assert all("经过" not in one["dwell"] for one in json.loads(inspector.find("#load-data")[0].text)["elements"])
