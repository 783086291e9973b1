"""Every page of the product, found by following links: hostile words stay words, and the keyboard gets everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from engine.core import Engine
from engine.store.roles import Addresses
from tests.e2e import hostile
from tests.e2e.atlas import DESKS, Atlas, Stop
from tests.e2e.chromium import Watch
from tests.e2e.person import Person
from tests.e2e.served import served
from tests.integration.pages.conftest import app, engine, module_db  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser
SETTLE_MS = 250


@pytest.fixture(scope="module")
def atlas(
    any_browser: Browser,
    app: Flask,  # noqa: F811
    engine: Engine,  # noqa: F811
    module_db: Addresses,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Atlas]:
    """The whole product over a hostile prefecture, on a port of this machine, explored from every desk."""
    more = hostile.furnish(engine, module_db.admin_url)
    with served(app) as address:
        found = Atlas.of(address, tmp_path_factory.mktemp("atlas"))
        found.explore("nobody", any_browser.new_context(locale="zh-CN"))
        for desk, name in DESKS.items():
            if not found.missing():
                break
            context = any_browser.new_context(locale="zh-CN")
            Person(context.new_page(), found.site).sign_in(name)
            found.explore(desk, context, *more)
            context.close()
        yield found


Visit = Callable[..., Iterator[tuple[Stop, Page]]]


@pytest.fixture(scope="module")
def visit(any_browser: Browser, atlas: Atlas) -> Iterator[Visit]:
    """visit(width=390): every page in turn, as its person sees it. What a browser complains of fails the test."""
    contexts: list[BrowserContext] = []

    def stops(*, width: int = 1440, height: int = 900, **options: object) -> Iterator[tuple[Stop, Page]]:
        watch = Watch(atlas.site)
        for desk in dict.fromkeys(stop.desk for stop in atlas.stops.values()):
            context = any_browser.new_context(
                viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce", **options
            )
            contexts.append(context)
            page = context.new_page()
            if desk != "nobody":
                Person(page, atlas.site).sign_in(DESKS[desk])
            watch.on(page)
            for stop in [stop for stop in atlas.stops.values() if stop.desk == desk]:
                page.goto(atlas.site + stop.path)
                page.wait_for_timeout(SETTLE_MS)  # islands draw themselves; a stream never lets the network rest
                yield stop, page
                assert watch.errors == [], stop.name
                assert watch.outside == [], stop.name

    yield stops
    for context in contexts:
        context.close()


@dataclass
class Tour:
    """What was found on one way through all pages."""

    hostile: list[str] = field(default_factory=list)
    focus: list[str] = field(default_factory=list)
    enlarged: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)  #: pages on which hostile words stand


@pytest.fixture(scope="module")
def desk_tour(visit: Visit) -> Tour:
    """At 1440 px: hostile words, then the keyboard."""
    tour = Tour()
    for stop, page in visit():
        look_for_hostile(tour, stop, page)
        walk_by_tab(tour, stop, page)
    return tour


@pytest.fixture(scope="module")
def phone_tour(visit: Visit) -> Tour:
    """At 390 px: hostile words; then, without loading the page again, as somebody sees it who doubles the size."""
    tour = Tour()
    for stop, page in visit(width=390):
        look_for_hostile(tour, stop, page)
        page.set_viewport_size({"width": 720, "height": 450})
        look_enlarged(tour, stop, page)
        page.set_viewport_size({"width": 390, "height": 900})
    return tour


def test_every_page_is_found_from_some_desk(atlas: Atlas) -> None:
    assert ", ".join(atlas.missing()) == "", "make it reachable by a link, or say in atlas.py how one gets there"


DATA = Path(__file__).parent / "data"
WIDEST = (DATA / "widest.js").read_text(encoding="utf-8")
RUNS = "img[src='x'], [onerror], script:not([src]):not([type='application/json']), iframe, object, embed"


def look_for_hostile(tour: Tour, stop: Stop, page: Page) -> None:
    """Nothing runs, nothing is computed, and the page keeps to its width."""
    text = page.locator("body").inner_text()
    if hostile.IMAGE in text or "{{7*7}}" in text:
        tour.shown.add(stop.name)
    if page.evaluate("typeof cxRan") != "undefined" or page.locator(RUNS).count():
        tour.hostile.append(f"{stop.name}: something runs")
    if "${49}" in text or text.count("49") > text.count("7*7") + 3:
        tour.hostile.append(f"{stop.name}: something is computed")
    if out := page.evaluate(WIDEST):
        tour.hostile.append(f"{stop.name}: too wide by {out}")


def test_hostile_words_run_nowhere_and_stay_words(desk_tour: Tour) -> None:
    assert "\n".join(desk_tour.hostile) == ""
    assert {"show_inbox", "show_task", "show_case", "show_incidents", "show_incident", "show_run"} <= desk_tour.shown


def test_hostile_words_keep_the_layout_of_a_phone(phone_tour: Tour) -> None:
    assert "\n".join(phone_tour.hostile) == ""


#: Where the focus is: what one can see of it, whether something else lies over it, and its place among all elements.
FOCUS = (DATA / "focus.js").read_text(encoding="utf-8")
MOST_TABS = 35


def walk_by_tab(tour: Tour, stop: Stop, page: Page) -> None:
    """Press Tab from the top: one sees where one is, goes down the page, and comes out again."""
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")
    places: list[int] = []
    for press in range(MOST_TABS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None or (places and focus["skip"]):  # round once
            break
        again = bool(places) and places[-1] == focus["order"]
        if press == 0 and not focus["skip"] and not page.locator("[autofocus], [data-autofocus]").count():
            tour.focus.append(f"{stop.name}: begins at {focus['name']}, not at the link to the main part")
        if not focus["ring"] and not (again and focus["inner"]):
            tour.focus.append(f"{stop.name}: nothing shows the focus on {focus['name']}")
        if focus["size"] > 0 and not focus["free"]:
            tour.focus.append(f"{stop.name}: {focus['name']} has the focus under something else")
        if focus["positive"]:
            tour.focus.append(f"{stop.name}: {focus['name']} jumps the queue")
        if again and not focus["inner"]:
            tour.focus.append(f"{stop.name}: the focus is trapped at {focus['name']}")
            break
        places.append(focus["order"])
    if places != sorted(places):
        tour.focus.append(f"{stop.name}: the order is not that of the page")


def test_tab_shows_where_one_is_follows_the_page_and_is_never_trapped(desk_tour: Tour) -> None:
    assert "\n".join(dict.fromkeys(desk_tour.focus)) == ""


#: Too small and too near to another (WCAG 2.5.8), unless it stands in running text.
SMALL = (DATA / "small.js").read_text(encoding="utf-8")
#: The distances that a reader may set for himself (WCAG 1.4.12).
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    "p { margin-bottom: 2em !important }"
)
CUT = (DATA / "cut.js").read_text(encoding="utf-8")


#: A sheet that the debugger brings along: the policy of the page is not asked.
SPACE = """css => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
    return getComputedStyle(document.body).letterSpacing
}"""


def look_enlarged(tour: Tour, stop: Stop, page: Page) -> None:
    """At 200 % of 1440 px and with wider spacing."""
    tour.enlarged += [f"{stop.name}: small {found}" for found in page.evaluate(SMALL)]
    if page.evaluate("document.getAnimations().length"):
        tour.enlarged.append(f"{stop.name}: moves although the reader asked for rest")
    assert page.evaluate(SPACE, SPACING) != "normal"
    if out := page.evaluate(WIDEST):
        tour.enlarged.append(f"{stop.name}: wider than the window at 200 % by {out}")
    tour.enlarged += [f"{stop.name}: cut {found}" for found in page.evaluate(CUT)]


def test_at_double_size_and_wider_spacing_nothing_is_lost_and_targets_can_be_hit(phone_tour: Tour) -> None:
    assert "\n".join(dict.fromkeys(phone_tour.enlarged)) == ""


def test_the_link_to_the_main_part_leads_there(visit: Visit) -> None:
    stop, page = next(visit())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main", stop.name
