"""A late task as its people see it: lights, plates, escalation to come, written explanation, objection by a click."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chromium import Watch
from tests.e2e.clerk import INSPECTOR, LEADER, OWNER, Clerk
from tests.e2e.live import Service
from tests.e2e.person import Person

pytestmark = pytest.mark.browser

TITLE = "着装检查记录不全"


def test_a_late_task_turns_red_and_its_ladder_runs_before_the_eyes_of_unit_and_superior(
    somebody: Callable[..., Person], service: Service, service_watch: Watch, clerk: Clerk
) -> None:
    service_watch.expected.add(422)
    service.go_to("02-05")
    case = clerk.register(TITLE)
    clerk.begin_work(case, "2026-02-12")
    owner = somebody(OWNER)

    service.go_to("02-12")
    stands(owner, "soon", light="黄灯", left="今日")
    owner.work_on(TITLE)
    announces(owner.page, ("02-13", "催办"), ("02-24", "黄牌"), ("02-27", "红牌"), ("03-02", "上报上级"))

    service.go_to("02-13")
    stands(owner, "late", light="红灯", left="逾期 1", plate="催办")
    service.go_to("02-24")
    stands(owner, "late", light="红灯", left="逾期 3", plate="黄牌")
    announces_what_was_sent(owner)

    leader = somebody(LEADER)
    the_leader_objects_once(leader, case)
    the_leader_explains(leader)
    service.go_to("02-27")
    stands(owner, "late", light="红灯", left="逾期 6", plate="红牌")
    inspector = somebody(INSPECTOR)
    expect(inspector.row(TITLE, "offered").locator(".c-s")).to_contain_text("跟踪督办")

    page = owner.open(f"/case/{case}")
    expect(page.locator("#cards .plate")).to_have_text(["红牌", "黄牌", "催办"])
    expect(page.locator(".bpmn .pill.late")).to_have_text("用户101 · 逾期 6")
    expect(page.locator("#cards").get_by_role("link", name="提出异议")).to_have_count(0)  # that is for leaders


def stands(person: Person, view: str, *, light: str, left: str, plate: str = "") -> None:
    """How the late task stands in the list."""
    row = person.row(TITLE, view)
    expect(row.locator(".light")).to_have_text(light)
    expect(row.locator(".c-r .dsk")).to_have_text(left)
    expect(row.locator(".plate")).to_have_text([plate] if plate else [])


def announces(page: Page, *steps: tuple[str, str]) -> None:
    """下一步升级预告: what will happen, and when."""
    ladder = page.locator("ol.ladder li")
    for number, (on, plate) in enumerate(steps):
        expect(ladder.nth(number).locator("time")).to_have_text(on)
        expect(ladder.nth(number).locator(".plate")).to_have_text(plate)


def announces_what_was_sent(owner: Person) -> None:
    owner.work_on(TITLE)
    ladder = owner.page.locator("ol.ladder li")
    expect(owner.page.locator(".head .plate")).to_have_text("黄牌")
    expect(ladder.filter(has_text="已发")).to_have_count(2)
    expect(ladder.nth(2)).to_have_class(re.compile("next"))


def the_leader_objects_once(leader: Person, case: str) -> None:
    page = leader.open(f"/case/{case}")
    yellow = page.locator("#cards tbody tr").filter(has_text="黄牌")
    expect(yellow).to_contain_text("至 02-27")
    yellow.get_by_role("link", name="提出异议").click()
    form = page.url
    expect(page.locator("h1")).to_have_text("牌卡异议")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".errsum")).to_be_focused()
    expect(page.locator(".errsum a")).to_have_attribute("href", "#f-reason")
    page.get_by_label("异议理由").fill("系统停机检修，请予核减。")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("main > .note")).to_contain_text("异议已提交，等待上级审定")
    expect(yellow).to_contain_text("异议审定中")
    expect(yellow.get_by_role("link", name="提出异议")).to_have_count(0)

    leader.open(form.removeprefix(leader.site))
    expect(page.locator("main > .stack > .note")).to_have_text("这张牌卡现在不能由你提出异议。")
    expect(page.locator("form[data-plain]")).to_have_count(0)


def the_ladder_itself_is_a_case(leader: Person) -> None:
    """Its drawing marks what goes on inside of the frame, not the frame; its timeline tells each card once."""
    page = leader.page
    page.get_by_role("link", name="事项详情").click()
    expect(page.locator(".bpmn .djs-shape.around")).to_have_count(1)
    expect(page.locator(".bpmn .pill").filter(has_text="用户097")).to_be_visible()
    cards = page.locator("aside .tl li").filter(has=page.get_by_text(re.compile("^(催办|黄牌)$")))
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("用户097")


def the_leader_explains(leader: Person) -> None:
    """书面说明, due two working days after the yellow card."""
    row = leader.row(TITLE)
    expect(row.locator(".c-s")).to_contain_text("书面说明")
    expect(row.locator(".c-d")).to_have_text("02-26")
    leader.work_on(TITLE)
    the_ladder_itself_is_a_case(leader)
    leader.work_on(TITLE)
    leader.fill("未按期办结的原因", "春节前后人员轮休，安排不当。")
    leader.date("承诺办结日期", "2026/3/10")
    leader.submit()
