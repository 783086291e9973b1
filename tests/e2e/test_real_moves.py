"""An operator moves the token of a real case in a browser: by mouse on the drawing, by keyboard in the list."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.chromium import Watch
from tests.e2e.clerk import Clerk
from tests.e2e.live import Service
from tests.e2e.person import Person

pytestmark = pytest.mark.browser

OPERATOR = "u907"
REASON = "报送材料传错，按单位书面申请退回"


def test_an_operator_returns_a_case_by_mouse_and_jumps_by_keyboard(
    somebody: Callable[..., Person], service: Service, service_watch: Watch, clerk: Clerk
) -> None:
    service.go_to("02-05")
    case = clerk.register("移动令牌的问题")
    clerk.begin_work(case, "2026-02-12")
    operator = somebody(OPERATOR)
    page = operator.open(f"/instance/{case}/moves")

    # The drawing shows the token and leads to a preview: what ends, what opens, before and after.
    drawing = page.locator(".bpmn svg")
    expect(drawing.first).to_be_visible()
    page.locator(".bpmn [data-element-id='S1_T4'].djs-shape").click()
    page.wait_for_url(re.compile(r"kind=return&node_id=S1_T4"))
    expect(page.locator("h1")).to_have_text("退回到“签收与制定措施”")
    expect(page.locator("svg.dg")).to_have_count(2)
    expect(page.locator("#what-h")).to_be_visible()
    operator.page.get_by_label("操作理由").fill(REASON)
    page.get_by_role("button", name="执行").click()
    page.wait_for_url(re.compile(r"said=moved"))
    expect(page.locator("#record")).to_contain_text(REASON)
    assert [item["node_id"] for item in clerk.ask("GET", "/tasks?view=inbox&limit=100", "u101")["items"]] == ["S1_T4"]

    # By keyboard alone, from the list to the preview and back to the record.
    page.locator("#places").get_by_role("link", name="跳转 实施整改").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"kind=return|kind=jump"))
    page.get_by_label("操作理由").focus()
    page.keyboard.type(REASON)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"said=moved"))
    assert service_watch.errors == []

    # A second operator who saw the case before is told so, and nothing happens.
    stale = somebody("u908")
    told = stale.open(f"/instance/{case}/moves/preview?kind=terminate")
    page.locator("form[data-plain] textarea").first.fill("等待外部机关意见")
    page.get_by_role("button", name="暂停").click()
    page.wait_for_url(re.compile(r"said=suspended"))
    told.get_by_label("操作理由").fill("不再需要")
    told.get_by_role("button", name="执行").click()
    expect(told.locator("main")).to_contain_text("没有执行")
    service_watch.errors.clear()  # the browser says that it was answered 409
