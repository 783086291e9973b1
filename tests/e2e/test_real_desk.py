"""A day at the inbox in the real service: ten tasks by keyboard alone, and what comes while the list is open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.chromium import Watch
from tests.e2e.clerk import FIXED, INSPECTOR, OWNER, Clerk
from tests.e2e.live import Service
from tests.e2e.person import READY, Person

pytestmark = pytest.mark.browser
Somebody = Callable[..., Person]


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


#: What an officer answers in the forms of his two steps; the field is found by its label, and filled by keys alone.
FORMS: dict[str, tuple[tuple[str, str], ...]] = {
    "签收与制定措施": (
        ("根本原因", "交接制度学习不够，日常检查流于形式。"),
        ("措施内容", "补录交接登记并逐日复核"),
        ("责任人", "用户101"),
        ("完成时限", "2026/2/20"),
    ),
    "实施整改": (
        ("日期", "2026/2/5"),
        ("做了什么、效果如何", "已补录交接登记，逐日复核无缺项。"),
        ("整改结果", "措施全部落实，台账已补齐。"),
    ),
}
CHOSEN = ("责任人",)  #: from a list instead of typed


def test_an_officer_clears_ten_tasks_of_two_steps_with_the_keyboard_and_a_cut_in_the_middle(
    somebody: Somebody, clerk: Clerk, service_watch: Watch
) -> None:
    """Five plans, and the five works that they lead to, each with its own form."""
    for number in range(5):
        clerk.assign(clerk.register(f"第{number + 1}个问题"), FIXED)
    page = somebody(OWNER).open("/inbox?view=todo")
    expect(page.locator("table.inbox tbody tr")).to_have_count(5)

    done: list[str] = []
    while len(done) < 10:
        if "/inbox" in page.url:
            expect(page.locator("table.inbox tbody tr")).not_to_have_count(0)
            page.keyboard.press("j")
            page.keyboard.press("Enter")
        done.append(submit_by_keyboard(page, service_watch, cut=len(done) == 4))

    expect(page.locator("main > .note")).to_contain_text("已提交")
    assert sorted(done) == sorted([*FORMS] * 5)
    assert clerk.ask("GET", "/tasks?view=mine", OWNER)["items"] == []


def submit_by_keyboard(page: Page, watch: Watch, *, cut: bool) -> str:
    """Fill in the form that is open by Tab and keys and send it; once without a connection, which loses nothing.

    Answers the step.
    """
    expect(page.locator(READY)).to_be_visible()
    step, here = page.locator("h1").inner_text(), page.url
    page.locator("#main").focus()
    for label, value in FORMS[step]:
        reach(page, page.locator(".fjs").get_by_label(label).first)
        page.keyboard.type(value)
        if label in CHOSEN:
            page.keyboard.press("Enter")
    if cut:
        watch.offline = True
        page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    if cut:
        again = page.locator("#trouble").get_by_role("button", name="再试一次")
        expect(again).to_be_visible()
        page.context.set_offline(False)
        reach(page, again)
        page.keyboard.press("Enter")
    expect(page).not_to_have_url(here)
    return step


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    for _ in range(60):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there.")
