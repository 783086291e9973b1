"""Each page for each reader: what it shows, in which language, and what outsiders get."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from engine.commands import demonstration
from engine.core import Engine
from engine.model.step import InstanceId
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import INSPECTOR, OWNER, PROBLEM, register, task_of

CHINESE = re.compile(r"[\u4e00-\u9fff]")
READERS = (INSPECTOR, "u097", OWNER, "u036", "u001", "u011", "u901", "u903", "u905", "u907")


@pytest.mark.parametrize("reader", READERS)
def test_the_standing_pages_open_for_every_role(sign_in: object, reader: str) -> None:
    browser = sign_in(reader)  # type: ignore[operator]

    for path in (
        "/",
        *(f"/inbox?view={v}" for v in ("offered", "todo", "soon", "late", "done", "cc")),
        "/start",
        "/me",
    ):
        browser.open(path)
        assert browser.find("h1")


def test_every_way_of_asking_for_the_inbox_is_answered(inspector: Browser) -> None:
    for query in (
        "view=none",
        "view=todo&level=red",
        "view=offered&mechanism=S1_RECTIFY&step=S1_T2",
        "q=100%25_",
        "task=x",
    ):
        assert inspector.open(f"/inbox?{query}").texts("h1") == ["我的任务"]


def test_who_has_nothing_to_do_but_something_to_claim_begins_there(engine: Engine, sign_in: object) -> None:
    register(engine, title="等人领取")
    browser = sign_in("u042")  # type: ignore[operator]

    browser.open("/inbox")

    assert browser.texts("nav.tabs a[aria-current]")[0].startswith("待领取")
    assert browser.texts("table.inbox th a")
    browser.open("/inbox?view=todo")
    assert "/inbox?view=offered" in browser.links(".empty a")


def test_a_cursor_of_another_list_is_refused_in_words(inspector: Browser) -> None:
    inspector.open("/inbox?after=zzz", status=422)

    assert inspector.find("main")


def test_the_inbox_turns_pages_forth_and_back(engine: Engine, sign_in: object) -> None:
    for number in range(23):
        register(engine, title=f"翻页{number:02}")
    browser = sign_in("u042")  # type: ignore[operator]
    browser.open("/inbox?view=offered&q=翻页")
    first = browser.texts("table.inbox th a")

    browser.open(browser.links(".foot a")[0])
    second = browser.texts("table.inbox th a")
    browser.open(browser.links(".foot a")[0])

    assert len(first) == 20
    assert len(second) == 3
    assert len(set(first) | set(second)) == 23
    assert browser.texts("table.inbox th a") == first


def test_a_search_finds_title_and_number_and_can_be_cleared(engine: Engine, sign_in: object) -> None:
    case = register(engine, title="查找我")
    with engine.reading("system") as tx:
        number = tx.instance(case).business_no or ""
    browser = sign_in("u042")  # type: ignore[operator]

    assert browser.open("/inbox?view=offered&q=查找我").texts("table.inbox th a") == ["查找我"]
    assert browser.open(f"/inbox?view=offered&q={number.lower()}").texts("table.inbox th a") == ["查找我"]
    browser.open("/inbox?view=offered&q=没有这样的")
    assert "没有符合筛选的任务" in browser.text()
    assert "/inbox?view=offered" in browser.links(".empty a")


def test_a_chosen_row_stands_in_the_preview_with_its_reasons(engine: Engine, inspector: Browser) -> None:
    here = task_of(engine, register(engine, title="看预览"))

    inspector.open(f"/inbox?view=offered&task={here.removeprefix('/task/')}")

    peek = inspector.text(".peek")
    for words in ("看预览", "时限依据", "任务生成日起 1 个工作日", "下一步升级预告", "办理进度", "定级定限"):
        assert words in peek


@pytest.mark.parametrize("reader", [INSPECTOR, "u097", "u036"])
def test_a_case_is_shown_to_its_unit_its_issuer_and_their_leaders(
    case_id: InstanceId, sign_in: object, reader: str
) -> None:
    browser = sign_in(reader)  # type: ignore[operator]

    browser.open(f"/case/{case_id}")

    assert browser.texts("h1") == [PROBLEM["title"]]
    assert "哈希链校验通过" in browser.text("#history")
    assert browser.find("[data-diagram]")[0].get("data-xml-url").endswith("/xml")


@pytest.mark.parametrize("kind", ["case", "task", "task/transfer", "task/extend", "case/verify"])
def test_an_outsider_finds_nothing(engine: Engine, case_id: InstanceId, outsider: Browser, kind: str) -> None:
    noun, _, action = kind.partition("/")
    path = f"/case/{case_id}" if noun == "case" else task_of(engine, case_id)
    token = outsider.open("/me").csrf

    if action == "verify":
        outsider.post(f"{path}/{action}", {"csrf_token": token}, status=404)
    else:
        outsider.open(f"{path}/{action}".rstrip("/"), status=404)

    assert PROBLEM["title"] not in outsider.text()


def test_an_outsider_does_not_claim_what_he_does_not_see(
    engine: Engine, case_id: InstanceId, outsider: Browser
) -> None:
    here = task_of(engine, case_id)
    token = outsider.open("/me").csrf

    outsider.post(f"{here}/claim", {"csrf_token": token}, status=404)


def test_who_sees_a_task_of_others_has_no_form(engine: Engine, case_id: InstanceId, sign_in: object) -> None:
    browser = sign_in("u036")  # type: ignore[operator]  # leader of the issuer

    browser.open(task_of(engine, case_id))

    assert browser.find("[data-form]") == []
    browser.open(f"{task_of(engine, case_id)}/transfer", status=403)


def test_a_tampered_history_is_shown_as_broken(engine: Engine, module_db: object, inspector: Browser) -> None:
    import psycopg

    from engine.store.urls import libpq_url

    case = register(engine, title="被改动的记录")
    with psycopg.connect(libpq_url(module_db.owner_url), autocommit=True) as owner:  # type: ignore[attr-defined]
        owner.execute("ALTER TABLE history DISABLE TRIGGER ALL")
        owner.execute("SET cx.actor = 'system'")
        owner.execute("UPDATE history SET actor = 'u001' WHERE instance_id = %s AND seq = 2", (case,))

    inspector.open(f"/case/{case}")

    assert "哈希链校验未通过" in inspector.text("#history")
    assert "不一致" in inspector.text("#history")


#: What people have written, or have called themselves (用户041) and their departments, is shown as it is.
WRITTEN = (
    *(str(PROBLEM[name]) for name in ("title", "facts")),
    *("用户", "综合业务科", "政治部", "办公室", "中文", "长"),
)


def test_english_pages_hold_no_chinese_but_what_people_have_written(
    engine: Engine, case_id: InstanceId, sign_in: object
) -> None:
    browser = sign_in("u009")  # type: ignore[operator]  # an inspector of the prefecture
    browser.open("/me").send("/me", {"language": "en"})

    for path in (
        "/inbox",
        task_of(engine, case_id),
        f"/case/{case_id}",
        "/start",
        "/start/S1_RECTIFY",
        "/me",
        "/about",
    ):
        browser.open(path)
        for script in browser.find("script"):
            script.drop_tree()
        text = browser.text("body")
        for words in WRITTEN:
            text = text.replace(words, "")
        assert CHINESE.findall(text) == [], path


def test_how_pages_look_stays_with_the_account(app: object, sign_in: object) -> None:
    browser = sign_in("u102")  # type: ignore[operator]
    browser.open("/me").send("/me", {"theme": "dark", "large_text": "on", "density": "dense"})

    elsewhere = Browser(app.test_client()).sign_in("u102", demonstration.PASSWORD)  # type: ignore[attr-defined]

    root = elsewhere.open("/inbox").page
    assert root.get("data-theme") == "dark"
    assert root.get("data-size") == "large"
    assert root.get("data-density") == "dense"
    assert "data-shortcuts" in elsewhere.page.body.attrib


def test_a_page_that_does_not_exist_is_told_in_the_frame_of_the_reader(inspector: Browser) -> None:
    inspector.open(f"/case/{uuid4()}", status=404)

    assert inspector.texts("h1") == ["没有找到"]
    assert "用户041" in inspector.text(".top")


def test_without_a_session_every_page_leads_to_the_login_and_back(app: object, case_id: InstanceId) -> None:
    browser = Browser(app.test_client())  # type: ignore[attr-defined]

    browser.open(f"/case/{case_id}")
    assert browser.address.startswith("/login?next=%2Fcase")
    browser.send("/login", {"username": INSPECTOR, "password": demonstration.PASSWORD})

    assert browser.address == f"/case/{case_id}"


def test_a_fragment_without_a_session_sends_the_browser_to_the_login(stranger: Browser) -> None:
    response = stranger.client.get("/inbox?view=late", headers={"HX-Request": "true"})

    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == "/login?next=%2Finbox%3Fview%3Dlate"
