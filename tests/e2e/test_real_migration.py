"""An operator finds cases on their drawing, moves one, and brings the others to a new version and back."""

from __future__ import annotations

import http.client
import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chromium import Watch
from tests.e2e.clerk import Clerk
from tests.e2e.live import Service
from tests.e2e.person import Person

pytestmark = pytest.mark.browser

OPERATOR, ANALYST = "u907", "u901"
S1 = Path(__file__).parents[2] / "processes" / "S1_RECTIFY.bpmn"
CASES = 26
WHY = "按单位书面申请处理"


def publish(service: Service, clerk: Clerk, drawing: bytes) -> None:
    """A new version, put into force at once, as a rehearsal may."""
    mark = uuid.uuid4().hex
    parts = [
        (f'name="files"; filename="{S1.name}"', drawing),
        ('name="auto_confirm"', b"true"),
    ]
    body = b"".join(
        f"--{mark}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
        for head, content in parts
    )
    headers = {
        "Content-Type": f"multipart/form-data; boundary={mark}",
        "Authorization": f"Bearer {clerk.token_of(ANALYST)}",
        "Idempotency-Key": uuid.uuid4().hex,
    }
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    connection.request("POST", "/api/v1/deployments", body + f"--{mark}--\r\n".encode(), headers)
    answer = connection.getresponse()
    assert answer.status == 201, answer.read().decode()
    connection.close()


def act(page: Page, done: str) -> None:
    """Give the reason that the preview asks for, and do it."""
    page.get_by_label("操作理由").fill(WHY)
    page.get_by_role("button", name="执行").click()
    page.wait_for_url(re.compile(rf"said={done}"))


def test_cases_are_found_on_the_drawing_moved_migrated_with_progress_and_taken_back(
    somebody: Callable[..., Person], service: Service, service_watch: Watch, clerk: Clerk
) -> None:
    moved = clerk.register("退回的一件")
    clerk.begin_work(moved, "2026-01-09")
    for number in range(CASES - 1):
        clerk.register(f"迁移的第 {number} 件")
    before = S1.read_bytes()
    changed = before.replace("下发整改通知单".encode(), "下发整改通知".encode())
    assert changed != before
    publish(service, clerk, changed)

    # From the desk to the older version, and on its drawing to the cases of one step.
    page = somebody(OPERATOR).open("/incidents")
    page.get_by_role("link", name="在办实例").click()
    row = page.locator("table tbody tr").filter(has_text="S1_RECTIFY").filter(has_text="v1")
    expect(row.locator("td.r").first).to_have_text(str(CASES))
    row.get_by_role("link").first.click()
    page.locator(".bpmn [data-element-id='S1_T5'].djs-shape").click()
    page.wait_for_url(re.compile(r"node=S1_T5"))
    expect(page.locator("#cases tbody tr")).to_have_count(1)
    version = page.url.partition("?")[0]

    # One case: back one step, then over it again, each with a preview.
    page.locator("#cases").get_by_role("link", name=re.compile("^移动令牌")).click()
    page.locator("#places").get_by_role("link", name="退回 签收与制定措施").click()
    expect(page.locator("svg.dg")).to_have_count(2)
    act(page, "moved")
    page.locator("#tokens").get_by_role("link", name=re.compile("^跳过")).click()
    act(page, "moved")
    expect(page.locator("#record li")).to_have_count(2)

    # The others: ticked in the list, tried, put forward; somebody else confirms.
    page.goto(f"{version}?node=S1_T2#cases")
    boxes = page.locator("#cases input[name=case]")
    expect(boxes).to_have_count(CASES - 1)
    page.get_by_label("选择本页全部").check()
    page.get_by_role("button", name="所选迁移到 v2").click()
    expect(page.locator("main")).to_contain_text(f"只迁移所选的 {CASES - 1} 件")
    page.get_by_role("button", name="试运行").click()
    expect(page.locator("#trial")).to_contain_text(f"可迁移 {CASES - 1} 件")
    page.get_by_label("迁移原因").fill("新版本改了环节名称")
    page.get_by_role("button", name="提交迁移").click()
    page.wait_for_url(re.compile(r"said=migration_proposed"))
    run = page.url.partition("?")[0]
    expect(page.locator("main")).to_contain_text("须由另一名分析员或运行维护人员确认")

    analyst = somebody(ANALYST).open(run.removeprefix(service.origin))
    analyst.get_by_role("button", name="确认迁移").click()
    bar = analyst.locator("#run progress")
    expect(bar).to_have_attribute("value", str(CASES - 1), timeout=15_000)
    expect(analyst.locator("#run .run-state")).to_contain_text("已完成", timeout=15_000)

    # The operator sees each of them, on the new version, and takes all of them back.
    page.goto(run)
    expect(page.locator("#run tbody tr")).to_have_count(CASES - 1)
    page.get_by_role("button", name="全部撤回").click()
    expect(page.locator("#run .run-state")).to_contain_text(f"已撤回 {CASES - 1} 件", timeout=15_000)
    page.goto(version)
    expect(page.locator("main .head")).to_contain_text(f"在办 {CASES} 件")
    assert service_watch.errors == []
