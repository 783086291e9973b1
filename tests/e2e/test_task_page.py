"""The page of a task under typing hands: nothing covers what is focused, leaving warns, keys work."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_browser import FORM

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

#: Is the middle or the upper edge of the focused element under something that stays on top? A skip link lies over all.
SEEN = """() => {
  const found = document.activeElement, box = found.getBoundingClientRect(), x = box.left + box.width / 2;
  const heights = [box.top + 3, Math.min(box.top + box.height / 2, box.top + 40)];
  const bar = top => top.closest('header.top, .tabbar, [data-offline]');
  const covers = top => top === null || (bar(top) && !bar(top).contains(found));
  return {
    name: found.outerHTML.slice(0, 120), body: found === document.body,
    hidden: heights.some(y => covers(document.elementFromPoint(x, y))) && !found.matches('.skip'),
  };
}"""


def cut_off(page: Page) -> None:
    """The line about the lost connection stands on the page."""
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(page.locator("[data-offline]")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_no_bar_covers_what_is_focused_on_the_way_down_or_up(open_page: Open, width: int) -> None:
    page = open_page("task", width=width)
    expect(page.locator(FORM)).to_be_visible()
    cut_off(page)
    covered = []
    for key in ("Tab", "Shift+Tab"):
        for _ in range(45):
            page.keyboard.press(key)
            seen = page.evaluate(SEEN)
            if seen["body"]:
                break
            if seen["hidden"]:
                covered.append(seen["name"])

    assert covered == []


@pytest.mark.parametrize("typed", [False, True])
def test_leaving_with_unsent_text_warns_and_a_form_only_looked_at_does_not(open_page: Open, typed: bool) -> None:
    page = open_page("task")
    expect(page.locator(FORM)).to_be_visible()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.route("**/draft", lambda route: route.abort())
    page.get_by_label("根本原因").click()
    if typed:
        page.keyboard.type("还没有保存")
        page.wait_for_timeout(700)

    page.reload()

    assert asked == (["beforeunload"] if typed else [])


def test_whoever_wants_less_motion_gets_none(open_page: Open) -> None:
    page = open_page("task", reduced_motion="reduce")
    expect(page.locator(FORM)).to_be_visible()

    moving = page.evaluate(
        """() => [...document.querySelectorAll('*')].filter(found => {
          const style = getComputedStyle(found);
          return [style.transitionDuration, style.animationDuration].some(
            words => words.split(',').some(word => parseFloat(word) * (word.includes('ms') ? 1 : 1000) > 20))
            || style.scrollBehavior === 'smooth';
        }).map(found => found.outerHTML.slice(0, 80))"""
    )

    assert moving == []


def test_j_and_k_go_to_the_tasks_around_and_stay_letters_in_a_field(open_page: Open) -> None:
    page = open_page("task")
    expect(page.locator(FORM)).to_be_visible()
    page.route("**/task/*", lambda route: route.fulfill(body="<title>next</title>", content_type="text/html"))
    page.get_by_label("根本原因").press("j")
    expect(page.get_by_label("根本原因")).to_have_value("j")

    page.locator("h1").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("j")

    page.wait_for_url("**/task/t4")
