"""Scenario A5 of domain.md §9 by hand: a B problem, returned once, closed in time; clicks and keys only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.live import Service
from tests.e2e.person import Person

pytestmark = pytest.mark.browser

INSPECTOR, LEADER, OWNER = "u041", "u097", "u101"
TITLE = "值班备勤交接登记不完整"
FACTS = "抽查近一个月值班备勤记录，发现交接登记缺少接班人签字，与值班表核对不一致，已当场反馈并留存底稿。"
TEXT = "补录的交接登记，共十二日，逐日签字。\n"


def test_a5_is_worked_by_mouse_and_keyboard_from_registration_to_closing(
    somebody: Callable[..., Person], service: Service, tmp_path: Path
) -> None:
    evidence = tmp_path / "交接登记补录.txt"
    evidence.write_text(TEXT, encoding="utf-8")
    person = somebody()

    service.go_to("03-02")
    register_and_issue(person)
    name_the_owner(person)
    service.go_to("03-05")
    plan(person)
    service.go_to("03-20")
    report(person, "2026-03-19", evidence)
    service.go_to("03-23")
    check(person, due="03-23", next_due="03-30")
    service.go_to("03-27")
    send_back(person)
    service.go_to("04-02")
    report_again(person)
    service.go_to("04-03")
    check(person, due="04-03", next_due="04-13")
    service.go_to("04-08")
    verify_and_close(person, service)

    everything_is_explained(open_case(person))
    the_file_is_the_same(person.page, evidence)
    service.go_to("06-08")  # no sample of the month is drawn here (S1B_SAMPLE): nobody has to look again
    expect(open_case(person).locator(".head .tag.on")).to_have_text("已归档")


def register_and_issue(person: Person) -> None:
    person.sign_in(INSPECTOR)
    person.page.get_by_role("navigation", name="主导航").get_by_role("link", name="发起事项").click()
    person.page.get_by_role("link", name="整改闭环").click()
    person.ready()
    person.fill("问题名称", TITLE)
    person.choose("责任单位", "蒙自市公安局")
    person.choose("责任部门", "蒙自市公安局 · 综合业务科")
    person.choose("问题来源", "督查")
    person.choose("问题性质", "制度不落实")
    person.tick("部门")
    person.fill("问题事实", FACTS)
    person.submit("已登记，系统已编号并开始计时。")

    person.take(TITLE)
    expect(person.page.locator(".head")).to_contain_text("B 一般")
    person.tick("已核对问题事实、级别和时限，同意下发")
    person.fill("意见", "请按期整改。")
    person.submit()
    person.sign_out()


def name_the_owner(person: Person) -> None:
    person.sign_in(LEADER)
    person.work_on(TITLE)  # the first look delivers the notice, from when on the limit counts
    expect(fact(person.page, "到期")).to_have_text("03-03 23:59")
    person.tick("指定整改责任人")
    person.choose("责任部门", "综合业务科")
    person.choose("整改责任人", "用户101")
    person.fill("岗位", "具体责任人")
    person.submit()
    person.sign_out()


def plan(person: Person) -> None:
    person.sign_in(OWNER)
    is_due(person, TITLE, "03-05", step="签收与制定措施")
    person.work_on(TITLE)
    expect(fact(person.page, "整改期限").first).to_have_text("03-23")
    person.fill("根本原因", "交接制度学习不够，日常检查流于形式。")
    person.fill("措施内容", "补录交接登记并逐日复核")
    person.choose("责任人", "用户101")
    person.date("完成时限", "2026/3/20")
    person.page.get_by_role("button", name="添加一行").click()
    person.fill("措施内容", "每周抽查一次交接登记", 1)
    person.choose("责任人", "用户102", 1)
    person.date("完成时限", "2026/3/23", 1)
    person.submit()
    is_due(person, TITLE, "03-23", step="实施整改")
    person.work_on(TITLE)
    expect(fact(person.page, "提醒")).to_have_text("03-18 09:00、03-23 09:00")
    person.sign_out()


def report(person: Person, on: str, evidence: Path) -> None:
    person.sign_in(OWNER)
    person.work_on(TITLE)
    expect(person.page.locator("#history li").filter(has_text="到期提醒").first).to_contain_text("03-18 09:00")
    progress(person, on, "完成补录并组织学习。")
    person.fill("整改结果", "已按措施逐项落实，建立每周复核机制。")
    person.attach("附件", evidence)
    person.submit()
    person.sign_out()


def progress(person: Person, on: str, what: str) -> None:
    person.date("日期", on.replace("-0", "/").replace("-", "/"))
    person.fill("做了什么、效果如何", what)


def check(person: Person, *, due: str, next_due: str) -> None:
    """The unit's leader agrees; the inspector finds it to verify."""
    person.sign_in(LEADER)
    is_due(person, TITLE, due, step="单位审核")
    person.work_on(TITLE)
    person.tick("同意报送核验")
    person.fill("意见", "同意报送核验。")
    person.submit()
    person.sign_out()
    person.sign_in(INSPECTOR)
    is_due(person, TITLE, next_due, step="核验", view="offered")
    person.sign_out()


def send_back(person: Person) -> None:
    person.sign_in(INSPECTOR)
    person.take(TITLE)
    person.tick("退回整改")
    person.fill("意见", "仍有两日登记缺签。")
    person.submit()
    person.sign_out()


def report_again(person: Person) -> None:
    person.sign_in(OWNER)
    is_due(person, TITLE, "04-03", step="实施整改")
    case = open_case(person)
    expect(case.locator(".head .tag.on")).to_have_text("退回整改")
    expect(case.locator(".bpmn .pill")).to_have_text("用户101")
    expect(case.locator(".bpmn [data-element-id=F_RENEW_S1_T5].path")).to_be_attached()
    person.work_on(TITLE)
    progress(person, "2026-04-02", "补齐两日登记签字。")
    person.fill("整改结果", "两日登记已补齐签字。")
    person.submit()
    person.sign_out()


def verify_and_close(person: Person, service: Service) -> None:
    person.sign_in(INSPECTOR)
    person.take(TITLE)
    person.tick("通过")
    person.fill("意见", "已整改到位。")
    person.submit()
    is_due(person, TITLE, "04-13", step="反馈", view="offered")
    service.go_to("04-09")
    person.take(TITLE)
    person.fill("反馈内容", "整改情况已核验通过，请巩固成果。")
    person.submit()


def is_due(person: Person, title: str, on: str, *, step: str, view: str = "todo") -> None:
    row = person.row(title, view)
    expect(row.locator(".c-s")).to_contain_text(step)
    expect(row.locator(".c-d")).to_have_text(on)


def fact(page: Page, label: str) -> Locator:
    """The value beside a label in the lists of facts."""
    return page.locator(f"dl.kv dt:text-is('{label}') + dd")


def open_case(person: Person) -> Page:
    """事项详情, by way of the last task that one has done oneself."""
    person.row(TITLE, "done").locator("a[data-open]").click()
    person.page.get_by_role("link", name="事项详情").click()
    expect(person.page.locator("main.p-case")).to_be_visible()
    return person.page


def everything_is_explained(case: Page) -> None:
    """Drawing, ledger, timeline and chain of the closed case; and no card."""
    expect(case.locator(".head .tag.on")).to_have_text("已销号")
    expect(case.locator(".bpmn .pill")).to_have_text("06-08")  # waits for the second look
    lines = case.locator("table.led tbody tr")
    expect(lines).to_have_count(2)
    for words in ("03-02", "B 一般，送达后 15 个工作日", "03-03 为第 1 日", "不计周末", "15 日", "03-23"):
        expect(lines.nth(0)).to_contain_text(words)
    for words in ("03-27", "核验退回，重新给予 5 个工作日", "+5 日", "04-03"):
        expect(lines.nth(1)).to_contain_text(words)
    told = case.locator("aside .tl li")
    expect(told.filter(has_text="已核验 → 已销号")).to_contain_text("04-09 10:00")
    expect(told.filter(has_text="待核验 → 退回整改")).to_contain_text("03-27 10:00")
    expect(told.filter(has_text="打开即视为送达")).to_contain_text("03-02 10:00")
    expect(case.locator("#history .light")).to_contain_text("哈希链校验通过")
    case.get_by_role("button", name="重新校验").click()
    expect(case.locator("main > .note")).to_contain_text("已重新校验办理记录。")
    expect(case.locator("#history td.t-red")).to_have_count(0)
    expect(case.locator("#cards")).to_have_count(0)


def the_file_is_the_same(page: Page, evidence: Path) -> None:
    with page.expect_download() as download:
        page.locator("#files").get_by_role("link", name=evidence.name).click()
    sent, back = evidence.read_bytes(), download.value.path().read_bytes()
    assert hashlib.sha256(back).hexdigest() == hashlib.sha256(sent).hexdigest()
