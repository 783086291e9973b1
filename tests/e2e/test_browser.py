"""In a real Chromium: policy, accessibility, both themes and widths, and what the scripts do for the officer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.e2e import sample_editors, sample_studio
from tests.e2e.chromium import Watch
from tests.e2e.samples import Samples

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

SCENES = sorted(Samples().all())
FORM = "[data-form][data-ready]"


def settle(page: Page, scene: str) -> None:
    """Wait until the islands of the page have drawn themselves."""
    if scene.startswith("case"):
        expect(page.locator(".bpmn .pill")).to_be_visible()
    if scene in {"process", "process-compared"}:
        expect(page.locator(".bpmn .pill.late").last).to_be_attached()
    if scene in {*sample_studio.SCENES, *sample_editors.SCENES}:
        expect(page.locator("[data-ready]")).to_be_attached()
        expect(page.locator(".ptabs")).to_be_visible()
    if scene in {"task", "task-next", "task-refused", "start-form", "sign-form"}:
        expect(page.locator(FORM)).to_be_visible()


#: Rules of axe whose answer depends on how a page looks and not only on what it holds.
OF_LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
DESK, PHONE = 1440, 390


@dataclass(frozen=True)
class Reader:
    """A page that goes from scene to scene, and what went wrong on the present one."""

    page: Page
    watch: Watch


@pytest.fixture(scope="module")
def readers(any_browser: Browser, sample_site: str) -> Iterator[dict[str, Reader]]:
    """By language. Not one for each scene: a new page compiles every script again, three times as dear as drawing."""
    locales = {"zh": "zh-CN", "en": "en-GB"}
    found = {name: Reader(any_browser.new_page(locale=locale), Watch(sample_site)) for name, locale in locales.items()}
    for reader in found.values():
        reader.watch.on(reader.page)
    yield found
    for reader in found.values():
        reader.page.close()


@pytest.mark.parametrize(
    ("lang", "first", "then"),
    [
        ("zh", (DESK, "light"), (PHONE, "dark")),
        ("en", (PHONE, "light"), (DESK, "dark")),
    ],
    ids=["zh", "en"],
)
@pytest.mark.parametrize("scene", SCENES)
def test_a_page_fits_stays_inside_the_policy_and_is_accessible(
    readers: dict[str, Reader],
    sample_site: str,
    scene: str,
    lang: str,
    first: tuple[int, str],
    then: tuple[int, str],
) -> None:
    """Each language comes in at one width and turns to the other. What the page holds is the same in all four, so that
    every rule is asked once, and the rules of looks for each language, width and theme."""
    page, watch = readers[lang].page, readers[lang].watch
    page.goto("about:blank")  # what the last scene still has to say is said before this one is watched
    watch.errors.clear()
    watch.outside.clear()
    page.emulate_media(reduced_motion="no-preference")
    page.set_viewport_size({"width": first[0], "height": 900})
    page.goto(f"{sample_site}/{scene}?lang={lang}&theme={first[1]}")
    settle(page, scene)
    assert page.evaluate(OVERFLOW) <= 0
    assert serious(page, rules=() if lang == "zh" else OF_LOOKS) == []

    page.set_viewport_size({"width": then[0], "height": 900})
    page.emulate_media(reduced_motion="reduce")  # else colours would still be on their way
    if not scene.startswith("print-"):  # paper is white in every theme
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", then[1])
    settle(page, scene)
    assert page.evaluate(OVERFLOW) <= 0
    assert serious(page, rules=OF_LOOKS) == []

    assert watch.errors == []
    assert watch.outside == []


OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


def serious(page: Page, *, rules: Sequence[str] = ()) -> list[str]:
    """Findings of axe that a person would meet. axe is injected by the debugger, which the policy does not bind."""
    asked = {"type": "rule", "values": [*rules]} if rules else [*WCAG]
    # Of what passes only the first place is named: naming all of them takes as long as the look itself.
    results = Axe().run(page, options={"runOnly": asked, "resultTypes": ["violations"]})
    assert results.response["passes"], "axe did not look at anything"
    return [
        f"{found['id']}: {node['target']} {node.get('failureSummary', '')}"
        for found in results.response["violations"]
        if found["impact"] in {"serious", "critical"}
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("rules", [(), OF_LOOKS])
def test_axe_finds_words_that_cannot_be_read(open_page: Open, rules: Sequence[str]) -> None:
    page = open_page("about")
    page.evaluate("document.querySelector('h1').style.color = '#ccc'")
    assert [found.split(":")[0] for found in serious(page, rules=rules)] == ["color-contrast"]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(
    ("scene", "logo"),
    [
        ("case", ".bjs-powered-by svg"),
        ("studio", ".bjs-powered-by svg"),
        ("version", ".bjs-powered-by svg"),
        ("task", ".fjs-powered-by-link svg"),
        ("editor-dmn", ".bjs-powered-by svg"),
        ("editor-form", ".fjs-powered-by-link svg"),
    ],
)
def test_the_logo_of_bpmn_io_is_visible_and_uncovered(open_page: Open, scene: str, logo: str, width: int) -> None:
    page = open_page(scene, width=width)
    settle(page, scene)
    place = page.locator(logo).first
    place.evaluate("logo => logo.scrollIntoView({block: 'center'})")

    box = place.bounding_box()
    assert box is not None
    assert box["width"] >= 50
    on_top = page.evaluate(
        "([x, y]) => Boolean(document.elementFromPoint(x, y)?.closest('.bjs-powered-by, .fjs-powered-by'))",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )
    assert on_top


def test_the_drawing_shows_the_path_taken_and_not_the_branch_that_was_not(open_page: Open) -> None:
    page = open_page("case")
    settle(page, "case")

    marked = page.evaluate(
        "() => [...document.querySelectorAll('.bpmn .djs-connection.path')].map(gfx => gfx.dataset.elementId)"
    )

    assert "F_RENEW_S1_T5" in marked  # came back from verification
    assert "F_GW_VERIFY_RENEW" in marked
    assert "F_GW_UNIT_EV_REWORK" not in marked  # the unit did not send it back
    assert "F_GW_VERIFY_S1_T8" not in marked
    expect(page.locator(".bpmn .pill.late")).to_have_text("用户101 · 逾期 2")


def test_the_drawing_speaks_english(open_page: Open) -> None:
    page = open_page("case", lang="en")
    settle(page, "case")

    texts = " ".join(page.locator(".bpmn text").all_text_contents())

    assert re.findall(r"[\u4e00-\u9fff]+", texts) == []
    assert "Carry out the" in texts


def test_list_table_and_text_are_the_equals_of_the_drawing(open_page: Open) -> None:
    page = open_page("case")
    settle(page, "case")
    equals = {"以列表查看": "#diagram-list", "以表格查看": "#diagram-table", "文字说明": "#diagram-text"}

    for name, place in equals.items():
        page.get_by_role("button", name=name).click()

        expect(page.locator("[data-view]:visible")).to_have_count(1)
        expect(page.locator(place)).to_contain_text("当前，已逾期")
        expect(page.locator("[data-diagram]")).to_be_hidden()
    page.get_by_role("button", name="流程图", exact=True).click()
    expect(page.locator("[data-diagram]")).to_be_visible()


def test_the_load_stands_on_the_drawing_and_leads_to_the_cases_by_mouse_and_by_key(open_page: Open) -> None:
    page = open_page("process")
    settle(page, "process")
    load = page.locator(".bpmn a.load", has_text="58")
    expect(load).to_have_text("58逾期 13")
    expect(load).to_have_accessible_name("实施整改：在办 58 件")
    expect(page.locator(".djs-shape.heat5")).to_have_count(1)
    page.route("**/process/S1_RECTIFY**", lambda route: route.fulfill(body="<title>cases</title>"))

    load.press("Enter")

    page.wait_for_url("**/process/S1_RECTIFY?node=S1_T5#cases")
    page.go_back()
    settle(page, "process")
    page.locator(".djs-shape[data-element-id=S1_T7] .djs-hit").click()
    page.wait_for_url("**/process/S1_RECTIFY?node=S1_T7#cases")


def test_two_versions_stand_side_by_side_with_what_differs_marked(open_page: Open) -> None:
    page = open_page("process-compared")
    settle(page, "process-compared")

    expect(page.locator("[data-diagram] .bjs-container")).to_have_count(2)
    expect(page.locator("#other .djs-shape.is-changed")).to_have_count(1)
    expect(page.locator("#load .djs-shape.is-changed")).to_have_count(0)


def test_a_drawing_that_does_not_load_leaves_the_list(open_page: Open, watch: Watch) -> None:
    page = open_page("case")
    page.route("**/xml", lambda route: route.fulfill(status=503))
    page.reload()

    expect(page.get_by_text("流程图未能载入")).to_be_visible()
    expect(page.locator("#diagram-list")).to_be_visible()


def test_the_keys_move_through_the_list_and_open_a_task(open_page: Open, sample_site: str) -> None:
    page = open_page("inbox")
    expect(page.locator("html.js")).to_be_attached()
    page.route("**/inbox?view=todo*", lambda route: route.continue_(url=f"{sample_site}/inbox"))

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile("task=t3"))
    page.route("**/task/t*", lambda route: route.fulfill(body="<title>task</title>", content_type="text/html"))
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/task/t\d$"))


def test_keys_do_nothing_while_somebody_types(open_page: Open) -> None:
    page = open_page("inbox")
    page.keyboard.press("/")
    page.keyboard.type("jkx?")

    expect(page.locator("#find")).to_have_value("jkx?")
    expect(page.locator("#keys")).to_be_hidden()


def test_a_filter_applies_at_once_and_stands_in_the_address(open_page: Open, sample_site: str) -> None:
    page = open_page("inbox")
    page.route("**/inbox?view=todo*", lambda route: route.continue_(url=f"{sample_site}/inbox-filtered"))

    page.get_by_label("督办级别").select_option("red")

    expect(page.get_by_text("没有符合筛选的任务。")).to_be_visible()
    expect(page).to_have_url(re.compile("level=red"))


def test_a_draft_is_saved_by_itself_and_its_time_is_shown(open_page: Open, sample_app: Flask) -> None:
    page = open_page("task")
    settle(page, "task")

    page.get_by_label("根本原因").fill("交接登记表没有装备栏")

    expect(page.locator("[data-saved]")).to_have_text("草稿已自动保存 09:02", timeout=8000)
    assert sample_app.config["ANSWERS"][-1]["draft"]["values"]["root_cause"] == "交接登记表没有装备栏"


def test_missing_fields_are_listed_first_and_focused(open_page: Open) -> None:
    page = open_page("task")
    settle(page, "task")

    page.get_by_role("button", name="提交").click()

    summary = page.locator(".errsum")
    expect(summary).to_be_focused()
    expect(summary.locator("li").first).to_have_text("根本原因：必填。")
    summary.locator("a").first.click()
    expect(page.get_by_label("根本原因")).to_be_focused()


def fill(page: Page) -> None:
    settle(page, "task")
    page.get_by_label("根本原因").fill("交接登记表没有装备栏")
    page.get_by_label("责任人").nth(2).click()
    page.locator(".fjs-dropdownlist-item", has_text="用户100").click()
    page.get_by_label("已核对，措施可以按期完成").check()


def test_a_complete_form_is_sent_once_with_token_and_key(open_page: Open, sample_app: Flask) -> None:
    page = open_page("task")
    fill(page)
    page.route("**/inbox", lambda route: route.fulfill(body="<title>我的任务</title>", content_type="text/html"))

    page.keyboard.press("Control+Enter")

    page.wait_for_url("**/inbox")
    sent = sample_app.config["ANSWERS"][-1]
    assert sent["csrf"] == "csrf"
    assert re.fullmatch(r"[0-9a-f-]{36}", str(sent["key"]))
    assert sent["complete"]["values"]["measures"][2]["who"] == "u100"


def answer(page: Page, status: int, body: dict[str, object]) -> None:
    page.route("**/complete", lambda route: route.fulfill(status=status, json=body))


def test_a_refusal_of_the_server_stands_at_the_field(open_page: Open) -> None:
    page = open_page("task")
    fill(page)
    answer(page, 422, {"code": "form_rejected", "fields": {"measures.1.by": ["12-21 晚于整改期限 12-17"]}})

    page.get_by_role("button", name="提交").click()

    expect(page.locator(".errsum li")).to_have_text(["整改措施 2 完成时限：12-21 晚于整改期限 12-17"])
    expect(page.locator(".fjs-form-field-error")).to_have_text("12-21 晚于整改期限 12-17")


def test_a_conflict_keeps_what_was_typed(open_page: Open) -> None:
    page = open_page("task")
    fill(page)
    answer(page, 409, {"code": "already_claimed", "detail": "该任务已由用户102领取。"})

    page.get_by_role("button", name="提交").click()

    expect(page.locator("#conflict")).to_contain_text("该任务已由用户102领取。")
    page.get_by_role("button", name="留在本页").click()
    expect(page.get_by_label("根本原因")).to_have_value("交接登记表没有装备栏")


def test_a_lost_connection_offers_to_try_again(open_page: Open) -> None:
    page = open_page("task")
    fill(page)
    page.route("**/complete", lambda route: route.abort())

    page.get_by_role("button", name="提交").click()

    expect(page.locator("#trouble")).to_contain_text("网络连接中断")
    page.unroute("**/complete")
    page.route("**/inbox", lambda route: route.fulfill(body="<title>ok</title>", content_type="text/html"))
    page.get_by_role("button", name="再试一次").click()
    page.wait_for_url("**/inbox")


def test_a_signature_asks_for_the_password_and_keeps_it_out_of_the_values(open_page: Open) -> None:
    page = open_page("sign-form")
    settle(page, "sign-form")
    sent: list[dict[str, object]] = []
    page.route("**/complete", lambda route: (sent.append(route.request.post_data_json), route.fulfill(json={})))
    page.route("**/inbox", lambda route: route.fulfill(body="<title>ok</title>", content_type="text/html"))
    page.get_by_label("根本原因").fill("制度缺失")
    page.get_by_label("措施内容").fill("修订登记表")
    page.get_by_label("责任人").click()
    page.locator(".fjs-dropdownlist-item", has_text="用户101").click()
    page.get_by_label("完成时限").fill("2026/12/4")
    page.get_by_label("完成时限").press("Tab")
    page.get_by_label("已核对，措施可以按期完成").check()

    page.get_by_role("button", name="提交").click()
    page.get_by_label("登录密码").fill("secret")
    page.get_by_role("button", name="签名并提交").click()

    page.wait_for_url("**/inbox")
    assert sent[0]["password"] == "secret"
    assert "password" not in sent[0]["variables"]  # type: ignore[operator]


def test_without_scripts_the_form_is_plain_and_whole(open_page: Open) -> None:
    page = open_page("task-refused", java_script_enabled=False)

    expect(page.locator("#f-root_cause")).to_be_visible()
    expect(page.locator("#f-measures-1-by")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("button", name="提交")).to_be_enabled()


def test_the_form_viewer_says_nothing_untranslated(open_page: Open) -> None:
    page = open_page("task")
    fill(page)
    page.get_by_role("button", name="添加一行").click()

    assert page.evaluate("() => (window.cxMissing ?? []).flatMap(found => [...found])") == []


def test_a_part_that_is_fetched_later_does_not_rename_the_page(open_page: Open) -> None:
    page = open_page("process")
    named = page.title()

    expect(page.locator("[data-hx-select='#trend'] svg").first).to_be_visible()

    assert page.title() == named
