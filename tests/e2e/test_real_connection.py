"""What is typed survives: a lost connection, a repeated submission, a second window, somebody who was faster."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.chromium import Watch
from tests.e2e.clerk import COLLEAGUE, OWNER, Clerk
from tests.e2e.live import Service
from tests.e2e.person import Person
from tests.e2e.test_real_mistakes import CAUSE, fill_in, press_submit

pytestmark = pytest.mark.browser
Somebody = Callable[..., Person]


@pytest.fixture(scope="module", autouse=True)
def _begin(service: Service) -> None:
    service.go_to("03-02")


def draft_of(clerk: Clerk, plan: str) -> dict[str, object]:
    found = clerk.ask("GET", f"/tasks/{plan.removeprefix('/task/')}", OWNER)["draft"]
    return dict(found["values"]) if found else {}


def saved(page: Page, words: str) -> None:
    expect(page.locator("[data-saved]")).to_contain_text(words, timeout=8000)


def kept(page: Page) -> list[str]:
    return list(page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('cx:'))"))


def test_a_draft_outlives_a_lost_connection_and_a_reload_and_is_sent_when_it_is_back(
    owner: Person, plan: str, clerk: Clerk, service_watch: Watch
) -> None:
    page = owner.page
    service_watch.offline = True
    page.context.set_offline(True)
    owner.fill("根本原因", CAUSE)
    saved(page, "内容已保存在本浏览器")
    expect(page.locator("[data-offline]")).to_contain_text("本页数据截至 10:00，已过 0 分钟")
    assert draft_of(clerk, plan) == {}
    assert len(kept(page)) == 1

    page.context.set_offline(False)

    saved(page, "草稿已自动保存 10:00")
    expect(page.locator("[data-offline]")).to_be_hidden()
    assert draft_of(clerk, plan)["root_cause"] == CAUSE
    assert kept(page) == []

    page.route("**/draft", lambda route: route.abort())
    owner.fill("根本原因", "断网后又改")
    saved(page, "内容已保存在本浏览器")
    page.unroute("**/draft")
    page.reload()
    owner.ready()
    expect(owner.field("根本原因")).to_have_value("断网后又改")
    saved(page, "草稿已自动保存 10:00")
    assert draft_of(clerk, plan)["root_cause"] == "断网后又改"


def test_a_submission_cut_off_midway_is_repeated_under_its_key_and_counts_once(
    owner: Person, plan: str, clerk: Clerk, service_watch: Watch
) -> None:
    page, keys = owner.page, []
    service_watch.offline = True

    def cut(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()  # it arrives, but its answer does not
            route.abort()
        else:
            route.continue_()

    page.route("**/complete", cut)
    fill_in(owner)
    press_submit(page)
    expect(page.locator("#trouble")).to_contain_text("网络连接中断")
    page.locator("#trouble").get_by_role("button", name="再试一次").click()

    expect(page.locator("main > .note").first).to_contain_text("已提交。")
    assert len(keys) == 2
    assert keys[0] == keys[1]
    task = clerk.ask("GET", f"/tasks/{plan.removeprefix('/task/')}", OWNER)
    tasks = clerk.ask("GET", f"/instances/{task['instance_id']}", OWNER)["tasks"]
    assert [one["node_id"] for one in tasks if one["state"] == "assigned"] == ["S1_T5"]
    assert kept(page) == []


def test_two_windows_are_compared_field_by_field_and_the_reader_chooses(
    owner: Person, plan: str, clerk: Clerk, service_watch: Watch
) -> None:
    service_watch.expected.add(409)
    other = Person(owner.page.context.new_page(), owner.site)
    other.open(plan)
    other.ready()
    fill_in(other)
    saved(other.page, "草稿已自动保存")

    owner.fill("根本原因", "本窗口所写")

    dialog = owner.page.locator("#conflict")
    expect(dialog).to_be_visible(timeout=8000)
    expect(dialog.locator("tr", has_text="根本原因").locator("td p")).to_have_text(["本窗口所写", CAUSE])
    dialog.locator("tr", has_text="整改措施").get_by_label("采用对方的").check()
    dialog.get_by_role("button", name="按所选继续填写").click()
    expect(owner.field("根本原因")).to_have_value("本窗口所写")
    expect(owner.field("措施内容")).to_have_value("补录交接登记并逐日复核")
    saved(owner.page, "草稿已自动保存")
    owner.submit()


def test_who_was_too_late_sees_both_texts_keeps_his_own_and_leaves_nothing_at_sign_out(
    owner: Person, plan: str, clerk: Clerk, service_watch: Watch
) -> None:
    service_watch.expected.add(409)
    fill_in(owner)
    saved(owner.page, "草稿已自动保存")
    task = plan.removeprefix("/task/")
    clerk.ask("POST", f"/tasks/{task}/transfer", OWNER, {"to": COLLEAGUE, "reason": "出差"})
    measures = [{"what": "规范着装", "who": OWNER, "by": "2026-03-20"}]
    clerk.ask(
        "POST", f"/tasks/{task}/complete", COLLEAGUE, {"values": {"root_cause": "他人所写", "measures": measures}}
    )
    press_submit(owner.page)

    dialog = owner.page.locator("#conflict")
    expect(dialog.locator("thead")).to_contain_text("用户102提交的")
    expect(dialog.locator("tr", has_text="根本原因").locator("td p")).to_have_text([CAUSE, "他人所写"])
    expect(dialog.get_by_role("button", name="按所选继续填写")).to_be_hidden()
    dialog.get_by_role("button", name="查看最新情况").click()

    note = owner.page.locator("[data-kept]")
    expect(note.locator("[data-kept-text]")).to_contain_text(f"根本原因：{CAUSE}")
    owner.sign_out()
    assert kept(owner.page) == []


def test_without_scripts_what_was_typed_stays_on_the_page_too(
    somebody: Somebody, plan: str, clerk: Clerk, service_watch: Watch
) -> None:
    service_watch.expected.add(409)
    person = somebody(OWNER, java_script_enabled=False)
    page = person.open(plan)
    page.locator("#f-root_cause").fill(CAUSE)
    clerk.ask("POST", f"/tasks/{plan.removeprefix('/task/')}/transfer", OWNER, {"to": COLLEAGUE, "reason": "出差"})

    page.locator("form[data-plain] button[value=submit]").click()

    expect(page.locator("main > .note.err")).to_contain_text("用户102")
    expect(page.locator("main dl", has_text=CAUSE)).to_contain_text("根本原因")
