"""Checks while drawing, in the real service: findings by kind, by keyboard, and the way to a deadlock played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.clerk import Clerk
from tests.e2e.person import Person

pytestmark = pytest.mark.browser
Somebody = Callable[..., Person]
ANALYST = "u901"
S4 = Path(__file__).parents[2] / "processes" / "S4_APPROVE.bpmn"


@pytest.fixture
def draft(clerk: Clerk) -> Iterator[str]:
    """The id of a draft of S4_APPROVE, given up afterwards."""
    (version,) = clerk.ask("GET", "/process-definitions?key=S4_APPROVE&state=current", ANALYST)["items"]
    made = clerk.ask("POST", "/designs", ANALYST, {"kind": "bpmn", "based_on": version["id"]}, expect=201)
    yield str(made["id"])
    clerk.ask("DELETE", f"/designs/{made['id']}", ANALYST, expect=204)


@pytest.fixture
def deadlock(tmp_path: Path) -> Path:
    """S4 with a parallel gateway where the three ways of approval meet again, and a task without a limit."""
    text = S4.read_text(encoding="utf-8")
    head, _, tail = text.partition('<bpmn:exclusiveGateway id="GW_DONE"')
    tail = tail.replace("</bpmn:exclusiveGateway>", "</bpmn:parallelGateway>", 1)
    spoilt = head + '<bpmn:parallelGateway id="GW_DONE" name="汇合"' + tail
    file = tmp_path / "S4_APPROVE.bpmn"
    file.write_text(spoilt.replace(' cx:due="created+3wd"', "", 1), encoding="utf-8")
    return file


def checked(somebody: Somebody, draft: str, file: Path) -> Page:
    """The board with `file` on it, and the panel of the checks open."""
    page = somebody(ANALYST).open(f"/design/bpmn/{draft}")
    expect(page.locator("[data-studio][data-ready]")).to_be_attached()
    page.locator("[data-import]").set_input_files(file)
    page.locator("#tab-lint").click()
    expect(page.locator("#tab-lint b.bad")).to_be_visible()
    return page


def test_findings_stand_by_kind_and_the_keyboard_leads_to_their_element(
    draft: str, deadlock: Path, somebody: Somebody
) -> None:
    page = checked(somebody, draft, deadlock)
    panel = page.locator("#panel-lint")

    expect(panel.locator(".kind h3")).to_have_text(["走向 1", "闭环与程序保障 1"])
    expect(panel.locator(".kind").first).to_contain_text("“汇合”会卡死")
    first, last = panel.locator(".kind li > div > a").first, panel.locator(".kind li > div > a").last
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".djs-element.selected[data-element-id=S4_T1]")).to_be_attached()


def test_the_way_to_a_deadlock_is_played_on_the_drawing_and_told_as_a_list(
    draft: str, deadlock: Path, somebody: Somebody
) -> None:
    page = checked(somebody, draft, deadlock)
    panel = page.locator("#panel-lint")
    panel.get_by_role("button", name="播放路径").click()
    steps = panel.locator(".player .way li")

    expect(steps.first).to_have_text("到“提请审批”")
    expect(steps.last).to_contain_text("到“汇合”")
    expect(page.locator(".djs-shape.path-done[data-element-id=GW_MODE]")).to_be_attached(timeout=6000)  # it plays
    toggle = panel.locator("[data-play=toggle]")
    toggle.click()
    expect(toggle).to_have_text("播放")
    stands = panel.locator(".player li[aria-current=step]")
    expect(stands).to_have_count(1)
    before = stands.inner_text()
    panel.locator("[data-play=next]").click()
    assert stands.inner_text() != before
    panel.locator("[data-play=restart]").click()
    toggle.click()
    panel.locator("[data-play=back]").focus()
    for _ in range(steps.count()):
        page.keyboard.press("ArrowRight")
    expect(steps.last).to_have_attribute("aria-current", "step")
    expect(page.locator(".djs-shape.path-now[data-element-id=GW_DONE]")).to_be_attached()
    expect(page.locator(".pathno")).to_have_text("7")
    page.keyboard.press("Escape")
    expect(panel.locator(".kind h3")).to_have_count(2)
    expect(page.locator(".path-done, .path-now, .pathdot, .pathno")).to_have_count(0)
    expect(panel.get_by_role("button", name="播放路径")).to_be_focused()


def test_who_wants_no_motion_plays_step_by_step(draft: str, deadlock: Path, somebody: Somebody) -> None:
    page = checked(somebody, draft, deadlock)
    page.emulate_media(reduced_motion="reduce")
    page.locator("#panel-lint").get_by_role("button", name="播放路径").click()

    expect(page.locator("[data-play=toggle]")).to_have_text("播放")  # nothing moves by itself
    page.locator("[data-play=next]").click()
    expect(page.locator("#panel-lint .player [role=status]")).to_contain_text("第 2 步")
