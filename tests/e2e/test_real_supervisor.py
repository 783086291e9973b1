"""A day of a supervisor: why is this county late, and what is done about it; also with the connection cut meanwhile."""

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

PREFECTURE = "u009"
LATE = "着装检查记录不全"
REASON = "逾期两周，请本周内办结并报送情况。"


def test_a_supervisor_finds_why_a_county_is_late_and_urges_it(
    somebody: Callable[..., Person], service: Service, service_watch: Watch, clerk: Clerk
) -> None:
    service.go_to("02-05")
    done = clerk.register("已经办完的问题", nature="制度不落实", spread="部门")
    clerk.begin_work(done, "2026-02-12")
    case = clerk.register(LATE)
    clerk.begin_work(case, "2026-02-12")
    service.go_to("02-10")
    clerk.do("u101", done, "S1_T5", {"progress": [{"on": "2026-02-10", "what": "完成。"}], "result": "已落实。"})
    clerk.do("u097", done, "S1_T6", {"unit_decision": "同意", "opinion": "同意报送。"})
    service.go_to("02-24")
    supervisor = somebody(PREFECTURE)
    page = supervisor.page

    # The overview: five numbers, and the county that is late before all others.
    page.get_by_role("link", name="流程监控").first.click()
    expect(page.locator("h1")).to_have_text("督办总览")
    expect(page.locator("#numbers dt")).to_have_count(5)
    expect(page.locator("#watch")).to_contain_text(LATE)
    page.locator("#regions").get_by_role("link", name="蒙自市").click()
    expect(page.locator("#c-region")).to_have_value("532503")

    # The connection is cut: what stands there stays, and says how old it is; taken up again, it is fetched anew.
    fetch = "() => dispatchEvent(new Event('online'))"
    assert service_watch.errors == []
    page.context.set_offline(True)
    page.evaluate(fetch)
    expect(page.locator("[data-stale]")).to_be_visible()
    expect(page.locator("#numbers")).to_be_visible()
    page.context.set_offline(False)  # tells the page that it is online again
    expect(page.locator("[data-stale]")).to_be_hidden()
    service_watch.errors.clear()  # what the browser and htmx say of a request that came to nothing

    # The process on its drawing: where it waits in words, and the way from the numbers to the case.
    page.locator("#processes").get_by_role("link", name="整改闭环").click()
    expect(page.locator(".neck")).to_contain_text("实施整改等待最久：中位 3 个工作日")
    expect(page.locator(".neck")).to_contain_text("其中蒙自市 1 件逾期")
    load = page.locator(".bpmn a.load").filter(has=page.locator(".pill.late")).filter(has_text="逾期")
    expect(load.first).to_be_attached()
    page.locator(".bpmn a.load[href*='S1_T5']").press("Enter")
    page.wait_for_url(re.compile(r"node=S1_T5"))
    expect(page.locator("#cases h2")).to_have_text("在“实施整改”的事项")
    page.locator("#cases").get_by_role("link", name=LATE).click()

    # The case, and 催办 with a reason.
    page.get_by_role("link", name="催办", exact=True).first.click()
    form = page.locator("dialog form, form[data-plain]").last
    form.get_by_label("催办理由").fill(REASON)
    form.get_by_role("button", name="催办").click()
    expect(page.locator("main > .note").first).to_contain_text("催办")
    expect(page.locator("#history")).to_contain_text("催办")
