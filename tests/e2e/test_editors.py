"""An analyst changes a decision and a form in the editors of the real service, and a colleague confirms both."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.clerk import Clerk
from tests.e2e.person import Person

pytestmark = pytest.mark.browser
Somebody = Callable[..., Person]
ANALYST, COLLEAGUE = "u901", "u902"


def opened(person: Person, path: str, key: str) -> Page:
    """The editor of a new draft, begun from the version in force."""
    page = person.open(path)
    page.locator(f"#p-{key} form[action='/design/begin'] button").click()
    expect(page.locator("[data-editor][data-ready]")).to_be_attached(timeout=15_000)
    return page


def saved(page: Page) -> None:
    expect(page.locator("[data-saved][data-kind=saved]")).to_be_visible(timeout=12_000)


def published(page: Page, colleague: Person) -> None:
    """Put forward by one, confirmed by the other."""
    page.locator("[data-act=publish]").click()
    page.locator("form[action^='/design/publish/'] button").click()
    expect(page).to_have_url(re.compile("/design/proposal/"))
    proposal = page.url.split("/")[-1].split("?")[0]
    colleague.open(f"/design/proposal/{proposal}").locator("form[action$='/confirm'] button").click()
    expect(colleague.page.locator("h1 .tag")).to_have_text("现行")


def test_a_cell_is_changed_its_cases_fail_are_mended_and_two_people_publish_it(
    somebody: Somebody, clerk: Clerk
) -> None:
    page = opened(somebody(ANALYST), "/design/decisions", "D1_SEVERITY")
    expect(page.locator("#tab-cases b")).to_have_text("✓")

    # Wrong FEEL: the finding names row and column, and leads into the cell.
    cell = page.locator("[data-element-id=D1_R2_I2]")
    cell.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("单位 >")
    page.locator("[data-element-id=D1_R3_I4]").click()
    finding = page.locator("[data-props] .finds a").first
    expect(finding).to_contain_text("第 2 行“范围”")
    finding.click()
    expect(cell).to_have_class(re.compile("focussed|selected"))
    page.keyboard.press("Control+A")
    page.keyboard.type('"单位"')
    page.locator("[data-element-id=D1_R3_I4]").click()
    expect(page.locator("[data-props] .pline .light.red")).to_have_text("错误 0", timeout=8_000)

    # Another limit for the lightest grade: its cases fail and say so, until they expect it too.
    page.locator("[data-element-id=D1_R5_O3]").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("6")
    page.locator("[data-element-id=D1_R3_I4]").click()
    failed = page.locator("[data-case]").filter(has_text="未通过")
    expect(failed.first).to_be_visible(timeout=8_000)
    for row in [failed.nth(number).get_attribute("data-case") for number in range(failed.count())]:
        field = page.locator(f"[data-case='{row}'] input[aria-label*='整改时限']")
        field.fill("6")
        field.blur()
    expect(page.locator("#tab-cases b")).to_have_text("✓", timeout=8_000)

    # A dry run marks the row that decides.
    page.locator("[data-act=try]").click()
    page.locator("form.dry select").nth(0).select_option(label="作风细节")
    page.locator("form.dry select").nth(1).select_option(label="个人")
    page.locator("form.dry input").fill("0")
    page.locator("form.dry select").nth(2).select_option(label="否")
    page.locator("form.dry button").click()
    expect(page.locator(".tried")).to_contain_text("第 5 行")
    saved(page)

    published(page, somebody(COLLEAGUE))
    (asked,) = clerk.ask("GET", "/decisions/D1_SEVERITY", ANALYST)["used_by"]
    assert (asked["version"], asked["decision_version"]) == (2, 2)


def test_a_form_is_changed_looked_at_on_a_phone_and_published_with_its_process(
    somebody: Somebody, clerk: Clerk
) -> None:
    page = opened(somebody(ANALYST), "/design/forms", "S1_T4")
    page.locator("#tab-fields").click()
    page.locator(".fieldlist li button").first.click()
    page.locator("#tab-own").click()
    page.locator("[data-name='cx.label.en']").fill("Why it happened")
    page.locator("[data-name='cx.label.en']").blur()
    page.locator("#tab-fields").click()
    page.locator(".fieldlist [data-step$=' 1']").first.click()
    saved(page)

    page.locator("[data-act=preview]").click()
    frame = page.frame_locator("iframe.narrow")
    expect(frame.locator("[data-form][data-ready]")).to_be_attached(timeout=10_000)
    assert page.locator("iframe.narrow").evaluate("frame => frame.contentWindow.innerWidth") <= 390
    assert (
        page.locator("iframe.narrow").evaluate(
            "frame => frame.contentDocument.documentElement.scrollWidth - frame.contentWindow.innerWidth"
        )
        <= 0
    )
    frame.locator("textarea").first.fill("")
    frame.locator("[data-plain] button.pri").click()
    expect(frame.locator(".errsum")).to_be_visible()
    frame.locator("textarea").first.fill("交接制度没有写明由谁签字。")
    frame.locator("[data-plain] button.pri").click()
    expect(frame.locator("main > .note")).to_contain_text("没有保存任何内容", timeout=10_000)

    known = clerk.ask("GET", "/process-definitions?key=S1_RECTIFY&state=current", ANALYST)["items"][0]["version"]
    published(page, somebody(COLLEAGUE))
    (now,) = clerk.ask("GET", "/process-definitions?key=S1_RECTIFY&state=current", ANALYST)["items"]
    assert now["version"] == known + 1
