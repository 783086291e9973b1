"""What the real service says and keeps when something goes wrong: wrong input, others were faster, time ran out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chromium import Watch
from tests.e2e.clerk import COLLEAGUE, INSPECTOR, LEADER, NAMED, OWNER, Clerk
from tests.e2e.live import Service
from tests.e2e.person import Person

pytestmark = pytest.mark.browser
Somebody = Callable[..., Person]

CAUSE = "交接制度学习不够，日常检查流于形式。"
OUTSIDER = "u229"  # of another county


@pytest.fixture(scope="module", autouse=True)
def _begin(service: Service) -> None:
    service.go_to("03-02")


def fill_in(person: Person) -> None:
    person.fill("根本原因", CAUSE)
    person.fill("措施内容", "补录交接登记并逐日复核")
    person.choose("责任人", "用户101")
    person.date("完成时限", "2026/3/20")


def press_submit(page: Page) -> None:
    page.locator("form[data-plain] button[value=submit]").click()


def submit_or_be_told(page: Page) -> None:
    """Submit. The draft that saves itself may already have met what another has done: then its dialog is in front."""
    page.locator("form[data-plain] button[value=submit]").dispatch_event("click")


def test_what_is_missing_is_listed_focused_linked_and_told_at_its_field_in_chinese(owner: Person) -> None:
    page = owner.page
    press_submit(page)

    summary = page.locator(".errsum")
    expect(summary).to_be_focused()
    expect(summary.locator("h2")).to_have_text("未能提交：有 4 处需要修改")
    expect(summary.locator("li")).to_have_text(
        ["根本原因：必填。", "整改措施 1 措施内容：必填。", "整改措施 1 责任人：必填。", "整改措施 1 完成时限：必填。"]
    )
    for number, label in enumerate(("根本原因", "措施内容", "责任人", "完成时限")):
        summary.locator("a").nth(number).click()
        expect(owner.field(label)).to_be_focused()
    expect(page.locator(".fjs .fjs-form-field-error li")).to_have_text(["必填。"] * 4)


def test_what_only_the_server_knows_comes_back_to_its_row(owner: Person, service_watch: Watch) -> None:
    service_watch.expected.add(422)
    fill_in(owner)
    owner.page.get_by_role("button", name="添加一行").click()
    owner.fill("措施内容", "拖到期限以后", 1)
    owner.choose("责任人", "用户102", 1)
    owner.date("完成时限", "2026/4/30", 1)
    press_submit(owner.page)

    summary = owner.page.locator(".errsum")
    expect(summary).to_be_focused()
    expect(summary.locator("li")).to_have_text(["整改措施 2 完成时限：“完成时限”不得晚于 2026-03-23。"])
    summary.locator("a").click()
    expect(owner.field("完成时限", 1)).to_be_focused()
    expect(owner.field("根本原因")).to_have_value(CAUSE)


def test_the_same_mistakes_are_told_in_english_to_who_chooses_english(
    somebody: Somebody, plan: str, service_watch: Watch
) -> None:
    service_watch.expected.add(422)
    person = somebody(OWNER)
    try:
        choose_language(person, "English")
        page = person.open(plan)
        person.ready()
        press_submit(page)
        expect(page.locator(".errsum h2")).to_have_text("Not submitted: 4 to correct")
        expect(page.locator(".errsum li").first).to_have_text("Root cause: Field is required.")

        person.fill("Root cause", "Rules of handover were not known well enough.")
        person.fill("What is done", "Complete the register")
        person.choose("By whom", "用户101")
        person.date("By when", "2026/4/30")
        press_submit(page)
        expect(page.locator(".errsum li")).to_have_text(
            ["Measures 1 By when: No measure may end after the limit of the problem, 2026-03-23."]
        )
        assert re.findall(r"[\u4e00-\u9fff]+", page.locator(".errsum").inner_text()) == []
    finally:
        choose_language(person, "中文")


def choose_language(person: Person, name: str) -> None:
    person.page.locator("summary.me").click()
    person.page.locator("details.menu a[href='/me']").click()
    person.page.get_by_label(name).check()
    person.page.locator("form.card button.pri").click()
    expect(person.page.locator("html")).to_have_attribute("lang", "en" if name == "English" else "zh-CN")


def test_who_comes_second_reads_who_was_first_and_keeps_his_text(
    owner: Person, plan: str, clerk: Clerk, service_watch: Watch
) -> None:
    service_watch.expected.add(409)
    fill_in(owner)
    task = plan.removeprefix("/task/")
    clerk.ask("POST", f"/tasks/{task}/transfer", OWNER, {"to": COLLEAGUE, "reason": "出差"})
    measures = [{"what": "规范着装", "who": OWNER, "by": "2026-03-20"}]
    values = {"root_cause": "他人所写", "measures": measures}
    clerk.ask("POST", f"/tasks/{task}/complete", COLLEAGUE, {"values": values})

    submit_or_be_told(owner.page)

    dialog = owner.page.locator("#conflict")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-detail]")).to_contain_text("用户102")
    dialog.get_by_role("button", name="留在本页").click()
    expect(owner.field("根本原因")).to_have_value(CAUSE)
    press_submit(owner.page)
    dialog.get_by_role("button", name="查看最新情况").click()
    expect(owner.page.locator("main")).to_contain_text("用户102 已于 03-02 10:00 办结。")


def test_of_two_tabs_the_second_submission_changes_nothing_and_says_so(
    owner: Person, plan: str, service_watch: Watch
) -> None:
    service_watch.expected.add(409)
    other = Person(owner.page.context.new_page(), owner.site)
    other.open(plan)
    other.ready()
    fill_in(owner)
    fill_in(other)
    owner.submit()

    submit_or_be_told(other.page)

    expect(other.page.locator("#conflict [data-detail]")).to_contain_text("用户101")
    other.page.get_by_role("button", name="留在本页").click()
    expect(other.field("根本原因")).to_have_value(CAUSE)


def test_a_draft_saved_by_itself_is_there_after_a_reload(owner: Person) -> None:
    owner.fill("根本原因", CAUSE)
    expect(owner.page.locator("[data-saved]")).to_contain_text("草稿已自动保存 10:00", timeout=8000)

    owner.page.reload()
    owner.ready()

    expect(owner.field("根本原因")).to_have_value(CAUSE)
    expect(owner.page.locator("[data-saved]")).to_contain_text("草稿已保存 03-02 10:00")


def test_after_the_session_has_ended_signing_in_leads_back_to_the_page(owner: Person, plan: str) -> None:
    owner.page.context.clear_cookies()
    owner.page.reload()
    expect(owner.page.locator("#username")).to_be_visible()

    owner.sign_in(OWNER)

    expect(owner.page).to_have_url(owner.site + plan)
    owner.ready()


def test_a_form_filled_in_before_the_session_ended_is_submitted_after_signing_in_beside_it(
    owner: Person, service_watch: Watch
) -> None:
    service_watch.expected |= {401, 403}
    fill_in(owner)
    owner.page.context.clear_cookies()
    press_submit(owner.page)
    trouble = owner.page.locator("#trouble")
    expect(trouble.locator("[data-detail]")).to_contain_text("登录已过期")

    Person(owner.page.context.new_page(), owner.site).sign_in(OWNER)
    trouble.get_by_role("button", name="再试一次").click()

    expect(owner.page.locator("main > .note")).to_contain_text("已提交。")


def test_an_outsider_finds_a_plain_page_and_nothing_of_the_case(
    somebody: Somebody, clerk: Clerk, service_watch: Watch
) -> None:
    service_watch.expected.add(404)
    case = clerk.register("外人不可见的问题")
    page = somebody(OUTSIDER).open(f"/case/{case}")

    expect(page.locator("h1")).to_have_text("没有找到")
    assert "外人不可见的问题" not in page.content()
    page.locator("main a").first.click()
    expect(page.locator("h1")).to_have_text("我的任务")


def test_ctrl_enter_submits_from_inside_a_field(owner: Person) -> None:
    fill_in(owner)
    owner.field("根本原因").press("Control+Enter")

    expect(owner.page.locator("main > .note")).to_contain_text("已提交。")


def test_j_k_and_enter_walk_through_the_real_inbox(somebody: Somebody, clerk: Clerk) -> None:
    for number in range(2):
        case = clerk.register(f"键盘{number}")
        clerk.issue(case)
        clerk.task(LEADER, case, "S1_T3")
    leader = somebody(LEADER)
    page = leader.open("/inbox?view=todo")
    rows = page.locator("table.inbox tr[data-peek]")
    expect(page.locator("html.js")).to_be_attached()
    expect(rows.nth(0)).to_have_class(re.compile(r"\bon\b"))

    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_class(re.compile(r"\bon\b"))
    expect(page.locator(".peek h2")).to_have_text(rows.nth(1).locator("a[data-open]").inner_text())
    page.keyboard.press("k")
    expect(rows.nth(0)).to_have_class(re.compile(r"\bon\b"))
    expect(page.locator(".peek h2")).to_have_text(rows.nth(0).locator("a[data-open]").inner_text())
    page.keyboard.press("Enter")

    leader.ready()
    leader.tick("指定整改责任人")
    leader.choose("责任部门", "综合业务科")
    leader.choose("整改责任人", "用户101")
    leader.fill("岗位", str(NAMED["owner_post"]))
    leader.field("岗位").press("Control+Enter")
    expect(page.locator("main > .note")).to_contain_text("已提交。")


def test_on_a_phone_the_current_tab_is_in_sight_and_nothing_asks_for_ticks_that_cannot_be_set(
    somebody: Somebody, clerk: Clerk
) -> None:
    clerk.register("手机上领取")
    page = somebody(INSPECTOR, width=390).open("/inbox?view=offered")
    expect(page.locator("table.inbox tr[data-peek]").first).to_be_visible()
    expect(page.get_by_role("button", name="领取所选")).to_be_hidden()

    page.goto(f"{page.url.split('?')[0]}?view=cc")

    expect(page.locator("nav.tabs a[aria-current]")).to_be_in_viewport(ratio=0.9)
