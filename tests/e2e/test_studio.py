"""An analyst's day at the drawing board of the real service: by mouse and by keyboard, alone and with a colleague."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.chromium import Watch
from tests.e2e.clerk import INSPECTOR, LEADER, Clerk
from tests.e2e.person import Person

pytestmark = pytest.mark.browser
Somebody = Callable[..., Person]
ANALYST, COLLEAGUE = "u901", "u902"
SAVED = re.compile("已保存|Saved")


SAVING = re.compile(r"/api/v1/designs/[^/]+/xml")


@pytest.fixture
def draft(clerk: Clerk) -> Iterator[str]:
    """The id of a draft of S1_RECTIFY, given up afterwards."""
    (version,) = clerk.ask("GET", "/process-definitions?key=S1_RECTIFY&state=current", ANALYST)["items"]
    made = clerk.ask("POST", "/designs", ANALYST, {"kind": "bpmn", "based_on": version["id"]}, expect=201)
    yield str(made["id"])
    if clerk.ask("GET", f"/designs/{made['id']}", ANALYST)["state"] == "editing":
        clerk.ask("DELETE", f"/designs/{made['id']}", ANALYST, expect=204)


def board(person: Person, draft: str) -> Page:
    page = person.open(f"/design/bpmn/{draft}")
    expect(page.locator("[data-studio][data-ready]")).to_be_attached()
    return page


def saved(page: Page) -> None:
    expect(page.locator("[data-saved][data-kind=saved]")).to_be_visible(timeout=12_000)


def cut_saving(page: Page) -> None:
    """No save reaches the server until SAVING is unrouted."""
    page.route(SAVING, lambda route: route.abort() if route.request.method == "PUT" else route.continue_())


def choose(page: Page, node: str) -> Locator:
    """Choose an element in the outline; returns the panel with its properties."""
    page.locator("#tab-outline").click()
    page.locator(f".outline [data-id='{node}']").click()
    return page.locator("[data-props]")


def test_the_limit_is_changed_with_pickers_read_back_in_words_and_saved(draft: str, somebody: Somebody) -> None:
    page = board(somebody(ANALYST), draft)
    props = choose(page, "S1_T2")

    props.locator("[data-name=due-0-amount]").fill("3")
    props.locator("[data-name=due-0-amount]").press("Enter")

    expect(props.locator("[data-group=due] .readback")).to_contain_text("3 个工作日")
    saved(page)
    page.reload()
    expect(page.locator("[data-studio][data-ready]")).to_be_attached()
    expect(choose(page, "S1_T2").locator("[data-name=due-0-amount]")).to_have_value("3")


def test_a_task_is_drawn_by_keyboard_and_its_findings_come_and_go(draft: str, somebody: Somebody) -> None:
    page = board(somebody(ANALYST), draft)
    expect(page.locator("#tab-lint b.good")).to_have_text("0")
    choose(page, "S1_T5")

    page.keyboard.press("a")
    page.locator("dialog[open] select").select_option("user-task")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("F2")
    page.keyboard.type("补充材料")
    page.keyboard.press("Enter")

    row = page.locator(".outline [data-id^=Activity_]", has_text="补充材料")
    expect(row).to_be_focused()
    expect(page.locator("#tab-lint b.bad")).to_be_visible()  # in a mechanism every task has a limit
    page.locator("#tab-lint").click()
    expect(page.locator("#panel-lint")).to_contain_text("没有期限")
    expect(page.locator(".lintmark.red").first).to_be_attached()
    page.locator("#tab-outline").click()
    row.press("Delete")
    expect(page.locator("#tab-lint b.good")).to_have_text("0")


def test_a_task_is_drawn_by_mouse(draft: str, somebody: Somebody) -> None:
    page = board(somebody(ANALYST), draft)
    before = page.locator(".djs-shape[data-element-id^=Activity_]").count()

    page.locator("[data-palette]").get_by_role("button", name="用户任务", exact=True).click()
    canvas = page.locator("[data-canvas]").bounding_box()
    assert canvas is not None
    page.mouse.move(canvas["x"] + 300, canvas["y"] + 330, steps=4)
    page.mouse.click(canvas["x"] + 300, canvas["y"] + 330)

    expect(page.locator(".djs-shape[data-element-id^=Activity_]")).to_have_count(before + 1)
    saved(page)


def test_a_cut_connection_loses_nothing(draft: str, somebody: Somebody, service_watch: Watch) -> None:
    page = board(somebody(ANALYST), draft)
    props = choose(page, "S1_T2")
    cut_saving(page)

    props.locator("[data-name=due-0-amount]").fill("4")
    props.locator("[data-name=due-0-amount]").press("Enter")

    expect(page.locator("[data-saved][data-kind=offline]")).to_contain_text("已存本机", timeout=8000)
    page.reload()  # as if the machine had been switched off in between
    expect(page.locator("[data-notes]")).to_contain_text("已恢复本机")
    page.unroute(SAVING)
    saved(page)
    service_watch.errors.clear()  # Chromium reports each request that found no way
    expect(choose(page, "S1_T2").locator("[data-name=due-0-amount]")).to_have_value("4")


def test_a_second_analyst_sees_who_writes_and_can_only_read(
    draft: str, somebody: Somebody, service_watch: Watch
) -> None:
    service_watch.expected.add(409)
    first = somebody(ANALYST)
    board(first, draft)

    page = board(somebody(COLLEAGUE), draft)

    expect(page.locator("[data-notes]")).to_contain_text("用户901 正在编辑")
    expect(page.get_by_role("button", name="请求接手")).to_be_disabled()
    expect(page.locator("[data-palette]")).to_be_hidden()
    expect(choose(page, "S1_T2").locator("[data-name=due-0-amount]")).to_have_attribute("readonly", "")


def test_what_came_too_late_is_compared_and_nothing_is_lost(
    draft: str, somebody: Somebody, service_watch: Watch
) -> None:
    service_watch.expected.add(409)
    page = board(somebody(ANALYST), draft)
    other = board(somebody(ANALYST), draft)  # the same analyst at a second machine
    for where, days in ((other, "6"), (page, "5")):
        props = choose(where, "S1_T2")
        props.locator("[data-name=due-0-amount]").fill(days)
        props.locator("[data-name=due-0-amount]").press("Enter")
        if where is other:
            saved(other)

    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("created+6wd → created+5wd", timeout=8000)
    dialog.get_by_role("button", name="采用我的").click()

    saved(page)
    page.locator("#tab-revisions").click()
    expect(page.locator("#panel-revisions tbody tr")).not_to_have_count(1)


def test_an_analyst_changes_a_limit_adds_a_task_and_publishes_with_a_colleague_despite_a_cut(
    draft: str, somebody: Somebody, clerk: Clerk, service_watch: Watch
) -> None:
    old = clerk.register("旧版本的事项")
    page = board(somebody(ANALYST), draft)
    props = choose(page, "S1_T2")
    props.locator("[data-name=due-0-amount]").fill("2")
    props.locator("[data-name=due-0-amount]").press("Enter")

    cut_saving(page)
    page.locator(".outline [data-id=F_S1_T4_EV_SIGNED]").click()
    page.keyboard.press("a")
    page.locator("dialog[open] select").select_option("user-task")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("F2")
    page.keyboard.type("补充材料")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    props.locator("[data-name=form]").select_option("S2_T2")
    props.locator("[data-name=due-add]").click()
    expect(page.locator("#tab-lint b.good")).to_have_text("0")
    expect(page.locator("[data-saved][data-kind=offline]")).to_be_visible(timeout=12_000)
    page.unroute(SAVING)
    saved(page)
    service_watch.errors.clear()  # Chromium reports each request that found no way
    page.locator("#tab-simulate").click()
    page.get_by_role("button", name="开始模拟").click()
    page.get_by_role("button", name="发起一件").click()
    expect(page.locator("#panel-simulate .log")).to_contain_text("到达“登记编号”")
    saved(page)
    page.get_by_role("button", name="发布", exact=True).click()
    page.locator("textarea[name=note]").fill("签收后补充材料；下发时限改为 2 个工作日。")
    page.locator("#publish form button").click()
    expect(page.locator("main")).to_contain_text("补充材料")
    address = page.url.split("?")[0].removeprefix(page.url.split("/design/")[0])

    second = somebody(COLLEAGUE).open(address)
    second.get_by_role("button", name="确认发布").click()
    expect(second.locator("main")).to_contain_text("已确认发布")

    new = clerk.register("新版本的事项")
    versions = [clerk.ask("GET", f"/instances/{case}", INSPECTOR)["version"] for case in (old, new)]
    assert versions[1] == versions[0] + 1


def test_a_draft_is_tried_out_to_its_end_and_nothing_live_is_touched(
    draft: str, somebody: Somebody, clerk: Clerk, service_watch: Watch
) -> None:
    service_watch.expected.add(422)
    live = live_facts(clerk)
    page = board(somebody(ANALYST), draft)
    page.locator("#tab-trial").click()
    panel = page.locator("#panel-trial")
    panel.get_by_role("button", name="开始试运行").click()
    panel.get_by_label("问题名称").fill("试着走一遍")
    panel.get_by_label("问题事实").fill("太短")
    panel.get_by_role("button", name="发起试运行").click()
    expect(panel.get_by_role("alert")).to_contain_text("问题事实")
    expect(panel.get_by_label("问题名称")).to_have_value("试着走一遍")  # a refusal keeps what was typed

    panel.get_by_label("问题事实").fill("九月至十月，值班交接记录缺少接班人签名，共计十二次，涉及三个班组。")
    panel.get_by_role("button", name="发起试运行").click()

    expect(panel.locator(".kv")).to_contain_text("试着走一遍")
    way = [str(standing(page).get_attribute("data-container-id"))]
    while way[-1] != "EV_60D":
        panel.get_by_role("button", name="办结").click()
        expect(standing(page)).not_to_have_attribute("data-container-id", way[-1])
        way.append(str(standing(page).get_attribute("data-container-id")))
    # What another test of this file has published between the steps may be there too.
    steps = ["S1_T2", "S1_T3", "S1_T4", "S1_T5", "S1_T6", "S1_T7", "S1_T8", "EV_60D"]
    assert [node for node in way if not node.startswith("Activity_")] == steps
    panel.get_by_role("button", name="到下一时点").click()
    expect(standing(page)).to_have_attribute("data-container-id", "S1_T10")
    panel.get_by_role("button", name="办结").click()
    expect(panel.locator(".tag", has_text="已办结")).to_be_visible()
    expect(page.locator(".djs-overlay-trial")).to_have_count(0)
    expect(page.locator(".djs-connection.trial-path[data-element-id=F_RECORD_END]")).to_be_attached()
    assert live_facts(clerk) == live


def standing(page: Page) -> Locator:
    """Where the one token of a try-out stands: the box of overlays of that element."""
    return page.locator(".djs-overlays:has(> .djs-overlay-trial)")


def live_facts(clerk: Clerk) -> list[object]:
    """What a try-out could disturb: cases, tasks and messages of the people whose posts it plays, and the clock."""
    paths = ("/instances?limit=100", "/tasks?view=inbox&limit=100", "/notices?limit=100")
    return [
        clerk.service.today(),
        *(clerk.ask("GET", path, who)["items"] for who in (INSPECTOR, LEADER) for path in paths),
    ]
