"""An analyst brings a drawing made for another engine: the report, and the way from it to the element."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.clerk import Clerk
from tests.e2e.person import Person

pytestmark = pytest.mark.browser
FILE = Path(__file__).parents[1] / "unit" / "workflow" / "foreign" / "files" / "camunda7.bpmn"
ANALYST = "u901"


def test_a_drawing_for_camunda_is_imported_reported_and_its_element_found(
    somebody: Callable[..., Person], clerk: Clerk
) -> None:
    page = somebody(ANALYST).open("/design")
    form = page.locator("form[action='/design/import']")
    form.locator("input[type=file]").set_input_files(FILE)
    form.get_by_role("button", name="导入").click()

    report = page.locator("section", has=page.get_by_role("heading", name="导入报告"))
    expect(report).to_contain_text("无法对应")
    expect(report).to_contain_text("监听器不会执行")
    report.locator("details[open] a", has_text="填写申请").click()

    expect(page.locator("[data-studio][data-ready]")).to_be_attached()
    expect(page.locator("[data-props]")).to_contain_text("填写申请")
    design = page.url.split("/design/bpmn/")[1].split("#")[0]
    clerk.ask("DELETE", f"/designs/{design}", ANALYST, expect=204)
