"""The drawing board loses nothing of a drawing, and speaks one language in every panel and menu."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chromium import Watch
from tests.e2e.drawings import content, every_kind
from tests.e2e.page_reader import CHINESE

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PROCESSES = Path(__file__).parents[2] / "processes"
TABS = ("lint", "outline", "simulate", "trial", "compare", "xml", "revisions")
#: What is no word of the drawing board: names of formats, ids, examples of expressions.
WORD = re.compile(r"[A-Za-z][A-Za-z_]{2,}\w*")
NO_WORDS = re.compile(
    r"^(XML|EN|JSON|BPMN|Enter|Delete|Ctrl|SVG|PNG|bpmn|svg|png|result|half|quarter|month|[A-Z][A-Z0-9_]+|[A-Z]\w*\d)$"
)


def opened(open_page: Open, xml: str | bytes, lang: str = "zh") -> Page:
    """The drawing board with this drawing on it."""
    page = open_page("about", lang=lang)
    page.route("**/api/v1/designs/*/xml", lambda route: route.fulfill(body=xml, headers={"ETag": '"1"'}))
    for path in ("**/revisions", "**/process-definitions?*"):
        page.route(path, lambda route: route.fulfill(json={"items": []}))
    page.goto(page.url.replace("/about", "/studio"))
    expect(page.locator("[data-studio][data-ready]")).to_be_attached()
    return page


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["S1_RECTIFY", "S2_LADDER", "S4_APPROVE"])
def test_a_drawing_that_is_opened_and_saved_says_the_same(open_page: Open, name: str, lang: str) -> None:
    before = (PROCESSES / f"{name}.bpmn").read_bytes()
    page = opened(open_page, before, lang)

    page.locator("#tab-xml").click()
    field = page.locator("textarea.xml")
    expect(field).to_have_value(re.compile("definitions>"))

    assert content(field.input_value()) == content(before)


def test_a_condition_stays_in_the_language_in_which_it_was_written(open_page: Open) -> None:
    flow, feel = "F_GW_CLUE_SEND_CLUE", 'language="https://www.omg.org/spec/DMN/20191111/FEEL/"'
    text = (PROCESSES / "S1_RECTIFY.bpmn").read_text(encoding="utf-8")
    begin = text.index("<bpmn:conditionExpression", text.index(f'id="{flow}"')) + len("<bpmn:conditionExpression")
    page = opened(open_page, f"{text[:begin]} {feel}{text[begin:]}")

    box = page.locator(f".djs-connection[data-element-id={flow}]").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.55)
    expect(page.locator("select[data-name=language] option:checked")).to_have_text("FEEL")
    page.locator("textarea[data-name=condition]").fill("to_p07 = true")
    page.locator("textarea[data-name=condition]").blur()
    page.locator("#tab-xml").click()
    field = page.locator("textarea.xml")
    expect(field).to_have_value(re.compile("to_p07 = true"))

    assert re.search(rf"{re.escape(feel)}[^>]*>to_p07 = true", field.input_value())


def is_word(text: str) -> bool:
    return NO_WORDS.match(text) is None


LISTEN = """() => {
    window.said = new Set();
    window.listen = () => {
        const skip = '.djs-visual, textarea.xml, [hidden], .sprite, script, code, kbd, .bjs-powered-by, svg';
        for (const one of document.querySelectorAll('main *, .djs-popup-parent *, .djs-popup *, dialog[open] *')) {
            if (one.closest(skip)) continue;
            for (const name of ['title', 'aria-label', 'placeholder']) said.add((one.getAttribute(name) ?? '').trim());
            for (const node of one.childNodes) if (node.nodeType === 3) said.add(node.textContent.trim());
        }
    };
    listen();
}"""
#: In one go inside of the page: hundreds of menus.
CHOOSE_ALL = """async () => {
    const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
    for (const id of [...document.querySelectorAll('.outline [data-id]')].map(row => row.dataset.id)) {
        document.querySelector(`.outline [data-id="${id}"]`).click();
        await drawn();
        listen();
        for (const action of ['replace', 'append.more', 'set-color']) {
            const entry = document.querySelector(`.djs-context-pad .entry[data-action="${action}"]`);
            if (!entry) continue;
            entry.click();
            await drawn();
            listen();
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
            document.querySelector('.djs-popup-backdrop')?.click();
        }
    }
}"""


def walk(page: Page) -> set[str]:
    """Open every panel and menu, and choose every element; returns what was said outside of the drawing."""
    page.evaluate(LISTEN)
    for tab in TABS:
        page.locator(f"#tab-{tab}").click()
        page.evaluate("() => listen()")
    page.locator("#tab-simulate").click()
    page.locator("#panel-simulate button").first.click()
    expect(page.locator("[data-stage] .bts-context-pad").first).to_be_attached()
    page.locator("#panel-simulate button").first.click()
    page.evaluate("() => listen()")
    page.locator("#tab-outline").click()
    page.locator("#panel-outline button").click()
    page.evaluate("() => listen()")
    page.keyboard.press("Escape")
    page.evaluate(CHOOSE_ALL)
    return {str(text) for text in page.evaluate("() => [...said]") if text}


def test_the_drawing_board_says_nothing_untranslated_and_shows_hostile_names_as_text(
    open_page: Open, watch: Watch
) -> None:
    page = opened(open_page, every_kind("环节&lt;img src=x onerror=alert(1)&gt;"))

    said = walk(page)

    assert {text for text in said if not CHINESE.search(text) and any(map(is_word, WORD.findall(text)))} == set()
    assert page.evaluate("() => (window.cxMissing ?? []).flatMap(found => [...found])") == []
    assert any("<img src=x" in text for text in said)
    assert page.locator("img").count() == 0
    assert watch.errors == []


def test_the_english_drawing_board_says_nothing_chinese(open_page: Open, watch: Watch) -> None:
    page = opened(open_page, every_kind("Step"), "en")

    assert {text for text in walk(page) if CHINESE.search(text)} == set()
    assert watch.errors == []


def test_what_the_engine_refuses_is_not_offered(open_page: Open) -> None:
    page = opened(open_page, every_kind("环节"))

    page.locator("[data-palette] button").last.click()
    menu = page.locator(".djs-popup")
    expect(menu).to_be_visible()
    offered = " ".join(menu.locator(".entry").all_inner_texts())

    assert "用户任务" in offered
    assert all(kind in offered for kind in ("事件子流程", "链接", "补偿", "随意子流程"))
    assert not re.search("复杂网关|定时开始|条件开始|错误开始", offered)
