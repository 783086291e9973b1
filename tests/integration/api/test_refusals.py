"""Nine kinds of bad input: each is told in Chinese and English with place and remedy, and nothing is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from werkzeug.test import TestResponse

from engine.store.roles import Addresses
from tests.integration.api.conftest import PROBLEM, Caller, Sign, file_part, register
from tests.integration.api.test_definitions import FORM, PLAIN
from tests.integration.api.test_lifecycle import ISSUE, NAMED, PLAN
from tests.unit.lint.drawings import a_condition, a_process, a_task

CHINESE = re.compile(r"[\u4e00-\u9fff]")
QUOTED = re.compile(r"[\"“'‘].*?[\"”'’]")
#: What every request may write: that somebody was there, and the log of who was refused.
PASSING = {"session", "login_attempt", "api_token"}
Ask = Callable[["Room", str], TestResponse]


@dataclass(frozen=True)
class Room:
    """The people, and what was made ready before the bad input comes."""

    analyst: Caller
    inspector: Caller
    leader: Caller
    owner: Caller


@dataclass(frozen=True, kw_only=True)
class Bad:
    """One kind of bad input and what must be said of it."""

    ask: Ask
    status: int
    place: Mapping[str, str]  #: members of the finding that name the place; "field": key of `fields`
    zh: str  #: the remedy, as it is told
    en: str
    ready: Callable[[Room], None] = lambda _room: None


def send(data: bytes) -> Ask:
    """A body that nobody will read as parts."""

    def ask(room: Room, language: str) -> TestResponse:
        return room.analyst.client.post(
            "/api/v1/deployments",
            data=data,
            content_type="multipart/form-data; boundary=x",
            headers={"Authorization": f"Bearer {room.analyst.token}", "Accept-Language": language},
        )

    return ask


def publish(files: Mapping[str, bytes]) -> Ask:
    def ask(room: Room, language: str) -> TestResponse:
        return room.analyst.client.post(
            "/api/v1/deployments",
            data={"files": [file_part(name, data) for name, data in files.items()]},
            headers={"Authorization": f"Bearer {room.analyst.token}", "Accept-Language": language},
        )

    return ask


def start(key: str, variables: Mapping[str, object]) -> Ask:
    def ask(room: Room, language: str) -> TestResponse:
        path = f"/process-definitions/{key}/instances"
        return room.owner.call("POST", path, {"variables": variables}, Accept_Language=language)

    return ask


def complete(who: str, node: str, values: Mapping[str, object]) -> Ask:
    def ask(room: Room, language: str) -> TestResponse:
        caller = getattr(room, who)
        task = next(t for t in caller.get("/tasks")["items"] if t["node_id"] == node)
        return caller.call("POST", f"/tasks/{task['id']}/complete", {"values": values}, Accept_Language=language)

    return ask


def in_force(key: str, nodes: str) -> Callable[[Room], None]:
    def ready(room: Room) -> None:
        parts = {"files": [file_part(f"{key}.bpmn", a_process(nodes, key=key))], "auto_confirm": "true"}
        room.analyst.upload("/deployments", parts)

    return ready


def named(room: Room) -> None:
    """A problem whose next step is to name the person who rectifies."""
    register(room.inspector)
    complete("inspector", "S1_T2", ISSUE)(room, "zh")


def planned(room: Room) -> None:
    named(room)
    complete("leader", "S1_T3", NAMED)(room, "zh")


SCRIPT = '<scriptTask id="J1Task" name="计算" scriptFormat="text/x-python"><script>{}</script></scriptTask>'
WRONG_TYPE = b"""{"type": "default", "id": "F9", "schemaVersion": 19,
 "components": [{"type": "nonsense", "id": "Field_9", "key": "a", "label": "a"}]}"""

DOCTYPE = a_process(a_task(PLAIN)).replace(b"?>", b"?><!DOCTYPE d [<!ENTITY e 'x'>]>", 1)

BAD = {
    "not XML": Bad(
        ask=publish({"A.bpmn": b"No drawing, only words."}),
        status=422,
        place={"file": "A.bpmn", "rule": "XML-"},
        zh="重新导出",
        en="export it",
    ),
    "a DOCTYPE": Bad(
        ask=publish({"A.bpmn": DOCTYPE, "F_DO.json": FORM}),
        status=422,
        place={"file": "A.bpmn", "rule": "XML-"},
        zh="DOCTYPE",
        en="DOCTYPE",
    ),
    "50 MB": Bad(
        ask=send(b"<" * (50 * 1024**2)),
        status=413,
        place={},
        zh="5 MB，请",
        en="5 MB: send",
    ),
    "duplicate ids": Bad(
        ask=publish({"A.bpmn": a_process(a_task(PLAIN) + a_task(PLAIN)), "F_DO.json": FORM}),
        status=422,
        place={"file": "A.bpmn", "element_id": "T1"},
        zh="请改其一",
        en="change one of them",
    ),
    "an import in a script": Bad(
        ready=in_force("IMPORTS", SCRIPT.format("import socket\nanswer = socket.gethostname()")),
        ask=start("IMPORTS", {}),
        status=409,
        place={"node_id": "J1Task"},
        zh="J1Task”处未能继续：第 1 行：不能导入该模块",
        en="J1Task”: line 1: ModuleNotFoundError",
    ),
    "an endless loop in a condition": Bad(
        ready=in_force("LOOPS", a_condition("len([x for x in range(10**15) if not x + 1]) > 0")),
        ask=start("LOOPS", {}),
        status=409,
        place={"node_id": "X1"},
        zh="X1”处未能继续：运行超过 0.5 秒，已中止",
        en="X1”: took longer than 0.5 s and was stopped",
    ),
    "a form with a wrong type": Bad(
        ask=publish({"F9.json": WRONG_TYPE}),
        status=422,
        place={"file": "F9.json", "element_id": "Field_9", "rule": "FORM-03"},
        zh="可用的有：button",
        en="use one of button",
    ),
    "an unknown user": Bad(
        ready=named,
        ask=complete("leader", "S1_T3", NAMED | {"owner": "u999"}),
        status=422,
        place={"field": "owner"},
        zh="请重新选择",
        en="Choose again",
    ),
    "a past due date": Bad(
        ready=planned,
        ask=complete("owner", "S1_T4", PLAN | {"measures": [{"what": "补录", "who": "u101", "by": "2020-01-01"}]}),
        status=422,
        place={"field": "measures.0.by"},
        zh="不得早于 2026-03-02",
        en="earlier than 2026-03-02",
    ),
}


@pytest.fixture
def room(sign_in: Sign, inspector: Caller, leader: Caller, owner: Caller) -> Room:
    return Room(sign_in("u901"), inspector, leader, owner)


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_told_with_place_and_remedy_in_both_languages_and_writes_nothing(
    room: Room, module_db: Addresses, what: str
) -> None:
    bad = BAD[what]
    bad.ready(room)
    before = rows(module_db)

    answers = {language: bad.ask(room, language) for language in ("zh", "en")}

    after = rows(module_db)
    for language, answer in answers.items():
        body = answer.get_json()
        assert (answer.status_code, answer.mimetype) == (bad.status, "application/problem+json"), body
        words = told(body, bad.place)
        assert getattr(bad, language) in words, words
        foreign = language == "en" and CHINESE.search(QUOTED.sub("", words))
        assert not foreign, words
        assert language == "en" or CHINESE.search(words), words
    assert after == before
    room.inspector.get("/me")  # the server goes on
    assert room.inspector.client.get("/healthz").status_code == 200


def told(body: Any, place: Mapping[str, str]) -> str:
    """The words for the reader about this place; fails where no finding names it."""
    if "field" in place:
        assert place["field"] in body["fields"], body
        return str(body["detail"]) + " ".join(body["fields"][place["field"]])
    if not place:
        return str(body["detail"])
    found = [*body.get("problems", ()), body.get("facts", {})]
    named = [one for one in found if all(str(one.get(name, "")).startswith(text) for name, text in place.items())]
    assert named, body
    return " ".join([str(body["detail"]), *(str(one.get("message") or "") for one in named)])


def rows(db: Addresses) -> dict[str, int]:
    """How many rows each table has, whoever may see them."""
    with psycopg.connect(db.admin_url) as connection:
        query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        tables = [str(row[0]) for row in connection.execute(query)]
        return {
            name: connection.execute(
                psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(name))
            ).fetchone()[0]  # type: ignore[index]
            for name in tables
            if name not in PASSING
        }


def test_a_row_that_was_written_is_seen(room: Room, module_db: Addresses) -> None:
    before = rows(module_db)
    register(room.inspector, **PROBLEM)
    after = rows(module_db)
    assert after["instance"] == before["instance"] + 1
    assert after["history"] > before["history"]


def test_a_form_nested_a_hundred_thousand_deep_is_refused_by_name(room: Room) -> None:
    answer = publish({"F9.json": b"[" * 100_000})(room, "zh")
    assert answer.status_code == 422
    assert {found["file"] for found in answer.get_json()["problems"]} == {"F9.json"}
