"""Search and messages: what may be seen is found and told, what may not is not, and everything typed is text."""

from __future__ import annotations

import pytest

from engine.core import Engine
from engine.model.step import PersonId
from engine.queries.search import search
from engine.store.record import NewNotice
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import INSPECTOR, LEADER, OWNER, register
from webui.pages.search import pieces

EVIL = "<b>装备</b>登记缺失"


@pytest.fixture(scope="module")
def number(engine: Engine) -> str:
    case = register(engine, title=EVIL)
    with engine.reading("system") as tx:
        return str(tx.instance(case).business_no)


def test_a_case_is_found_by_title_number_and_unit(engine: Engine, number: str) -> None:
    for words in ("装备", number, number[:12].lower(), "蒙自市公安局", "532503-GA"):
        found = search(engine, INSPECTOR, words)
        assert number in {case.business_no for case in found.cases}, words
        assert number in {task.business_no for task in found.tasks}, words


def test_nobody_finds_what_he_may_not_see(engine: Engine, number: str, outsider: Browser) -> None:
    outsider.open(f"/search?q={number}")

    assert not outsider.find("ul.hits li")
    assert "没有找到" in outsider.text("main")


def test_signs_of_patterns_are_letters_like_others(engine: Engine, number: str) -> None:
    assert search(engine, INSPECTOR, "%").cases == ()
    assert search(engine, INSPECTOR, "___").cases == ()
    assert search(engine, INSPECTOR, "   ").cases == ()


def test_what_was_searched_for_is_marked_and_everything_is_text(inspector: Browser, number: str) -> None:
    inspector.open("/search?q=装备")

    assert inspector.texts("ul.hits mark")[0] == "装备"
    assert EVIL in inspector.texts("ul.hits li a")
    assert not inspector.find("ul.hits a b")
    assert pieces("A-1 a-1", "a-1") == (("A-1", True), (" ", False), ("a-1", True))


def test_the_field_of_the_top_bar_leads_to_the_search_on_every_page(inspector: Browser) -> None:
    for path in ("/inbox", "/me", "/help", "/messages"):
        assert inspector.open(path).find("form.find")[0].get("action") == "/search"


def tell(engine: Engine, person: PersonId, kind: str, **facts: object) -> str:
    with engine.transaction("system") as tx:
        new = NewNotice(id=engine.ids.v7(tx.now), people=(person,), kind=kind, facts=facts)
        tx.add_notices([new])
    return str(new.id)


def test_unread_messages_stand_first_and_are_marked_one_by_one_or_together(engine: Engine, owner: Browser) -> None:
    one, _other = tell(engine, OWNER, "copy", no="PK-1"), tell(engine, OWNER, "yellow", no="PK-2")
    tell(engine, OWNER, "reminder", name="不计入")

    owner.open("/messages")
    assert len(owner.find("ul.hits li.unread")) == 2
    assert "，2 条未读" in owner.find("a.iconbtn")[0].get("aria-label")
    owner.post("/messages/read", {"csrf_token": owner.csrf, "notice": one, "next": "/messages"})
    assert len(owner.find("ul.hits li.unread")) == 1

    owner.post("/messages/read", {"csrf_token": owner.csrf, "all": "1", "kind": "", "next": "/messages"})
    assert not owner.find("ul.hits li.unread")
    assert "PK-1" in owner.text("ul.hits")
    assert len(owner.open("/messages?kind=own").find("ul.hits li.unread")) == 1
    assert "PK-1" not in owner.open("/messages?kind=cards").text("ul.hits")


def test_copies_that_are_shown_leave_other_messages_unread(engine: Engine, leader: Browser) -> None:
    tell(engine, LEADER, "yellow", no="PK-3")

    leader.open("/inbox?view=cc")

    assert leader.open("/messages").find("ul.hits li.unread")
