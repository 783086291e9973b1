"""The frame of the questions over REST and on pages: roles, filters, files, what is hidden, and its cost."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from functools import cache
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import event, text

from engine.commands.case_step import SYSTEM
from engine.commands.preferences import set_preferences
from engine.core import Engine
from engine.model.draw_check import check_draws, read_draws
from engine.model.preferences import Preferences
from engine.model.step import PersonId
from engine.queries.questions.asking import ask as ask_question
from engine.queries.questions.catalogue import QUESTIONS
from engine.queries.questions.question import ANALYSTS, SUPERVISORS
from tests.integration.api.conftest import Caller
from tests.integration.pages.browser import Browser
from tests.integration.questions.conftest import PREFECTURE
from webui.app import create_app

PASSWORD = "Changxiao-2026"
WHOLE = re.compile(r"Seq Scan on (obligation|instance|user_task|submission)")
SignIn = Callable[[str], Caller]


@pytest.fixture(scope="module")
def app(engine: Engine) -> Flask:
    return create_app(engine.settings, engine)


@pytest.fixture(scope="module")
def call(app: Flask) -> SignIn:
    @cache
    def sign_in(person: str) -> Caller:
        client = app.test_client(use_cookies=False)
        given = Caller(client).post("/sessions", {"username": person, "password": PASSWORD}, status=201)
        return Caller(client, given["token"])

    return sign_in


def test_each_role_is_offered_the_questions_that_are_its_own_to_ask(call: SignIn) -> None:
    inspector, analyst = call("u041"), call("u901")

    offered = {item["number"] for item in inspector.get("/queries")["items"]}
    assert offered == {number for number, question in QUESTIONS.items() if "inspector" in question.roles}
    assert {item["number"] for item in analyst.get("/queries")["items"]} == {
        number for number, question in QUESTIONS.items() if question.roles == ANALYSTS
    }
    assert inspector.get("/queries/25", status=403)["code"] == "question_not_yours"
    assert analyst.get("/queries/9", status=403)["code"] == "question_not_yours"
    assert inspector.get("/queries/24", status=404)["code"] == "unknown_question"
    call("u101").get("/queries", status=403)  # an officer


@pytest.mark.parametrize(
    ("query", "field"),
    [("regoin=532503", "regoin"), ("region=999999", "region"), ("period=2026", "period"), ("sort=nothing", "sort")],
)
def test_a_filter_that_is_not_known_is_named_with_what_is(call: SignIn, query: str, field: str) -> None:
    refused = call("u041").get(f"/queries/9?{query}", status=422)

    assert refused["code"] == "input_rejected"
    assert field in str(refused)


def test_an_answer_is_sorted_filtered_hidden_and_dated(call: SignIn) -> None:
    inspector = call("u041")

    found = inspector.get("/queries/11?sort=-done")
    assert [row["values"]["done"] for row in found["rows"]] == [20, 17, None, None]
    assert (found["period"], found["hidden"], found["totals"]["covered"]) == ("2026", 5, 1)
    few = next(row["values"] for row in found["rows"] if row["values"]["unit"] == "532503-SF")
    assert [few[key] for key in ("done", "of", "missing", "share", "make_ups")] == [None] * 5
    names = {row["values"]["unit"]: row["values"]["absentees"] for row in found["rows"]}
    assert set(names.values()) == {None}
    assert inspector.get("/queries/13")["period"] == "2026H1"  # about the last half
    assert [row["values"]["unit"] for row in inspector.get("/queries/15")["rows"]] == ["532503-ZF", "532503-SF"]
    assert len(inspector.get("/queries/15?which=all")["rows"]) == 5
    assert inspector.get("/queries/12?which=posts")["rows"] == []
    assert inspector.get("/queries/12")["rows"][0]["values"]["lacks"] == ["上级签字"]
    process = call("u901").get("/queries/25?process=S2_LADDER&view=paths")
    assert [(row["values"]["count"], row["instance_id"]) for row in process["rows"]] == [(6, None)]


def test_every_page_and_every_file_of_a_question_is_there_in_both_languages(app: Flask, engine: Engine) -> None:
    for person, roles in (("u009", SUPERVISORS), ("u901", ANALYSTS)):
        browser = Browser(app.test_client())
        browser.sign_in(person, PASSWORD)
        for language in ("en", "zh"):
            set_preferences(engine, PersonId(person), language, Preferences())
            for number, question in QUESTIONS.items():
                if not question.roles & roles:
                    continue
                page = browser.client.get(f"/questions/{number}?utm_source=x")
                text_of_page = unescape(page.get_data(as_text=True))
                assert page.status_code == 200, (number, text_of_page[:500])
                said = getattr(question.counts, language)
                assert said in text_of_page, (number, language)
                assert browser.client.get(f"/questions/{number}?format=csv").status_code == 200
                assert browser.client.get(f"/questions/{number}?format=xlsx").data[:2] == b"PK"
    browser = Browser(app.test_client())
    browser.sign_in("u009", PASSWORD)
    rows = list(csv.reader(io.StringIO(browser.client.get("/questions/9?format=csv").get_data(as_text=True))))
    assert len(rows) == 7
    assert [row[-2] for row in rows].count("WT-1 → WT-2 → WT-3") == 2
    assert browser.client.get("/questions/9?region=999999").status_code == 422


def test_no_question_reads_the_whole_of_a_table_that_grows(engine: Engine) -> None:
    """Each statement has an index to go by. Beside 200,000 obligations and three years of cases: 20 to 100 ms."""
    asked: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        asked.append((statement, values))

    event.listen(SqlEngine, "before_cursor_execute", keep)
    try:
        for number, question in QUESTIONS.items():
            ask_question(engine, PersonId("u901") if question.roles == ANALYSTS else PREFECTURE, number, {})
    finally:
        event.remove(SqlEngine, "before_cursor_execute", keep)
    scans = set()
    with engine.reading(SYSTEM) as tx:
        tx.connection.execute(text("SET LOCAL enable_seqscan = off"))  # small tables are read whole otherwise
        for statement, values in asked:
            plan = tx.connection.exec_driver_sql(f"EXPLAIN {statement}", values)
            scans |= {
                line for (line,) in plan if re.search(r"Seq Scan on (obligation|instance|user_task|submission)", line)
            }

    assert len(asked) > len(QUESTIONS)
    assert scans == set()


def test_a_draw_shows_how_it_came_about_and_is_drawn_again_on_sight(app: Flask) -> None:
    inspector, auditor = Browser(app.test_client()), Browser(app.test_client())
    inspector.sign_in("u041", PASSWORD)
    auditor.sign_in("u905", PASSWORD)

    (href,) = inspector.open("/draws").links("tbody th a")  # the other round is still secret
    told = inspector.open(href).text()
    assert "重新抽取，结果与记录一致" in told
    assert told.count("个抽出") == 2
    data = inspector.links("a[download]")[0]
    exported = inspector.client.get(data).get_data()
    assert list(check_draws(read_draws(exported))) == []
    assert len(read_draws(exported)) == 1

    secret = next(link for link in auditor.open("/draws").links("tbody th a") if link != href)
    assert "督查尚未解密" in auditor.open(secret).text()
    assert "抽出" not in auditor.text("table")
    assert auditor.open("/questions").links(".asks a") == ["/draws"]
    Browser(app.test_client()).sign_in("u102", PASSWORD).open("/draws", status=403)
    inspector.open(secret, status=404)
