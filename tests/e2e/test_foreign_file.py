"""An analyst brings a drawing made for another engine: the report, and the way from it to the element."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.clerk import Clerk
from tests.e2e.person import Person

pytestmark = pytest.mark.browser
FILES = Path(__file__).parents[1] / "unit" / "workflow" / "foreign" / "files"
ANALYST = "u901"


def imported(person: Person, file: Path) -> str:
    """The id of the draft that the file becomes; the page shows what the lint says."""
    page = person.open("/design")
    form = page.locator("form[action='/design/import']")
    form.locator("input[type=file]").set_input_files(file)
    form.get_by_role("button", name="导入").click()
    page.wait_for_url("**/design/publish/**")
    return page.url.split("/design/publish/")[1].split("?")[0]


def test_a_drawing_for_camunda_is_imported_reported_and_its_element_found(
    somebody: Callable[..., Person], clerk: Clerk
) -> None:
    person = somebody(ANALYST)
    design = imported(person, FILES / "camunda7.bpmn")

    page = person.page
    report = page.locator("section", has=page.get_by_role("heading", name="导入报告"))
    expect(report).to_contain_text("无法对应")
    expect(report).to_contain_text("监听器不会执行")
    report.locator("details[open] a", has_text="填写申请").click()

    expect(page.locator("[data-studio][data-ready]")).to_be_attached()
    expect(page.locator("[data-props]")).to_contain_text("填写申请")
    clerk.ask("DELETE", f"/designs/{design}", ANALYST, expect=204)


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.glob("*.bpmn")))
def test_a_file_of_any_tool_opens_on_the_drawing_board_and_one_without_a_drawing_is_laid_out(
    name: str, somebody: Callable[..., Person], clerk: Clerk
) -> None:
    person = somebody(ANALYST)
    design = imported(person, FILES / name)

    page = person.open(f"/design/bpmn/{design}")

    expect(page.locator("[data-studio][data-ready]")).to_be_attached()
    drawn = page.locator("[data-canvas] .djs-shape[data-element-id]")
    tasks = re.findall(r"<(?:\w+:)?\w*[tT]ask\b[^>]* id=", (FILES / name).read_text("utf-8"))
    assert drawn.count() >= len(tasks) + 2
    places = drawn.evaluate_all("shapes => shapes.map(shape => shape.getAttribute('transform'))")
    assert len(set(places)) >= len(tasks) + 2, "they lie upon one another"
    clerk.ask("DELETE", f"/designs/{design}", ANALYST, expect=204)
