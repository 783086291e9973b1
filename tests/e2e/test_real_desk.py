"""A day at the inbox in the real service: ten tasks by keyboard alone, and what comes while the list is open."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chromium import Watch
from tests.e2e.clerk import INSPECTOR, Clerk
from tests.e2e.live import Service
from tests.e2e.person import READY, Person

pytestmark = pytest.mark.browser
Somebody = Callable[..., Person]
CONFIRM = "已核对问题事实、级别和时限，同意下发"


@pytest.fixture(scope="module", autouse=True)
def _day(service: Service) -> None:
    service.go_to("02-05")


def titles(page: Page) -> list[str]:
    return page.locator("table.inbox a[data-open]").all_text_contents()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_what_a_colleague_does_is_announced_and_enters_the_list_on_request_only(
    somebody: Somebody, clerk: Clerk
) -> None:
    clerk.register("先到的问题")
    page = somebody(INSPECTOR).open("/inbox?view=offered")
    page.locator("input[name=task]").first.check()
    page.locator("a[data-open]").first.focus()
    before = titles(page)

    clerk.register("后到的问题")

    expect(page.locator("#news")).to_contain_text("有 1 件新到任务")
    assert titles(page) == before
    assert focused(page) == before[0]

    page.keyboard.press("n")
    expect(page.locator("table.inbox")).to_contain_text("后到的问题")
    expect(page.locator("#news")).to_be_empty()
    expect(page.locator("input[name=task]:checked")).to_have_count(1)
    assert focused(page) == before[0]
    clerk.register("第三件")  # the new list listens from where it stands
    expect(page.locator("#news")).to_contain_text("有 1 件新到任务")


def test_where_no_stream_can_be_had_the_page_asks_by_itself(
    somebody: Somebody, clerk: Clerk, service_watch: Watch
) -> None:
    person = somebody(INSPECTOR)
    page = person.page
    page.route("**/inbox/stream*", lambda route: route.fulfill(status=204))

    def sooner(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        body = answer.text().replace('data-poll-seconds="60"', 'data-poll-seconds="1"')
        route.fulfill(response=answer, body=body)  # type: ignore[attr-defined]

    page.route("**/inbox?view=offered", sooner)
    person.open("/inbox?view=offered")

    clerk.register("轮询到的问题")
    expect(page.locator("#news")).to_contain_text("有 1 件新到任务")

    service_watch.offline = True
    page.context.set_offline(True)
    expect(page.locator("#news")).to_contain_text("连接中断。显示的是 10:00 的数据")
    page.context.set_offline(False)
    expect(page.locator("#news")).to_contain_text("有 1 件新到任务")


def test_an_officer_clears_an_inbox_of_ten_with_the_keyboard_and_a_cut_in_the_middle(
    somebody: Somebody, clerk: Clerk, service_watch: Watch
) -> None:
    for task in clerk.ask("GET", "/tasks?view=candidate&limit=100", INSPECTOR)["items"]:  # of the tests before
        clerk.ask("POST", f"/tasks/{task['id']}/complete", INSPECTOR, {"values": {"confirm": True}})
    for number in range(10):
        clerk.register(f"第{number + 1}个问题")
    page = somebody(INSPECTOR).open("/inbox?view=offered")
    expect(page.locator("table.inbox tbody tr")).to_have_count(10)

    page.keyboard.press("Shift+X")
    page.keyboard.press("c")
    expect(page.locator("main > .note")).to_contain_text("已领取")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    for done in range(10):
        submit_by_keyboard(page, service_watch, cut=done == 5)

    expect(page).to_have_url(re.compile(r"/inbox"))
    expect(page.locator("main > .note")).to_contain_text("已提交")
    assert clerk.ask("GET", "/tasks?view=mine", INSPECTOR)["items"] == []


def submit_by_keyboard(page: Page, watch: Watch, *, cut: bool) -> None:
    """Walk to the box with Tab, tick it, send the form; once without a connection, which loses nothing."""
    expect(page.locator(READY)).to_be_visible()
    box = page.locator(".fjs").get_by_label(CONFIRM)
    page.locator("#main").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        if box.evaluate("box => box === document.activeElement"):
            break
    page.keyboard.press("Space")
    here = page.url
    if cut:
        watch.offline = True
        page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    if cut:
        again = page.locator("#trouble").get_by_role("button", name="再试一次")
        expect(again).to_be_visible()
        page.context.set_offline(False)
        for _ in range(5):
            if again.evaluate("button => button === document.activeElement"):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    expect(page).not_to_have_url(here)
