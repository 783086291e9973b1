"""Several tasks at once, and how many have come: over REST, with the stream that open pages listen to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from engine.core import Engine
from tests.integration.api.conftest import Caller, Sign, register
from tests.integration.api.test_lifecycle import ISSUE, NAMED
from webui.streams import Streams


def planned(inspector: Caller, leader: Caller, title: str) -> str:
    """A task of u101: to make a plan for a problem."""
    case = str(register(inspector, title=title)["id"])
    inspector.do("S1_T2", ISSUE, instance_id=case)
    leader.do("S1_T3", NAMED, instance_id=case)
    return case


def test_what_can_be_handed_on_goes_and_what_cannot_says_why(
    inspector: Caller, leader: Caller, owner: Caller, sign_in: Sign
) -> None:
    tasks = [owner.inbox(instance_id=planned(inspector, leader, title))["S1_T4"]["id"] for title in ("甲", "乙")]
    offered = sign_in("u041").inbox(instance_id=str(register(inspector, title="丙")["id"]))["S1_T2"]["id"]

    answer = owner.post("/tasks/transfer", {"ids": [*tasks, offered], "to": "u102", "reason": "本周外出办案"})

    assert answer["done"] == tasks
    assert [left["task_id"] for left in answer["not_done"]] == [offered]
    assert answer["not_done"][0]["detail"]
    assert [owner.get(f"/tasks/{task}")["assignee"] for task in tasks] == ["u102", "u102"]


def test_a_batch_without_a_reason_is_refused_as_a_whole(inspector: Caller, leader: Caller, owner: Caller) -> None:
    task = owner.inbox(instance_id=planned(inspector, leader, "丁"))["S1_T4"]["id"]

    refused = owner.post("/tasks/transfer", {"ids": [task], "to": "u102", "reason": " "}, status=422)

    assert "reason" in str(refused)
    assert owner.get(f"/tasks/{task}")["assignee"] == "u101"


def test_a_batch_that_comes_twice_is_done_once(inspector: Caller, leader: Caller, owner: Caller) -> None:
    task = owner.inbox(instance_id=planned(inspector, leader, "戊"))["S1_T4"]["id"]
    body = {"ids": [task], "to": "u102", "reason": "本周外出办案"}

    first = owner.post("/tasks/transfer", body, Idempotency_Key="batch-1")

    assert owner.post("/tasks/transfer", body, Idempotency_Key="batch-1") == first
    assert first["done"] == [task]


def test_several_are_claimed_and_given_back(inspector: Caller) -> None:
    ids = [inspector.inbox(instance_id=str(register(inspector)["id"]))["S1_T2"]["id"] for _ in range(2)]

    assert inspector.post("/tasks/claim", {"ids": ids})["done"] == ids
    assert inspector.post("/tasks/unclaim", {"ids": ids})["done"] == ids
    assert [left["code"] for left in inspector.post("/tasks/unclaim", {"ids": ids})["not_done"]] == [
        "not_claimed_by_you"
    ] * 2


def test_several_are_completed_with_one_submission_and_a_second_sending_changes_nothing(
    inspector: Caller, leader: Caller
) -> None:
    cases = [str(register(inspector)["id"]) for _ in range(2)]
    ids = [inspector.inbox(instance_id=case)["S1_T2"]["id"] for case in cases]
    body = {"ids": ids, "values": ISSUE}

    assert inspector.post("/tasks/complete", {"ids": ids, "values": {"confirm": "x"}}, status=422)["fields"]
    first = inspector.post("/tasks/complete", body, Idempotency_Key="bulk-1")

    assert (first["done"], first["not_done"]) == (ids, [])
    assert [list(leader.inbox(instance_id=case)) for case in cases] == [["S1_T3"], ["S1_T3"]]
    assert inspector.post("/tasks/complete", body, Idempotency_Key="bulk-1") == first
    again = inspector.post("/tasks/complete", body)
    assert [(left["code"], bool(left["detail"])) for left in again["not_done"]] == [("task_not_open", True)] * 2


def test_only_what_still_waits_is_news(inspector: Caller, sign_in: Sign) -> None:
    mark = inspector.get("/tasks/news")["mark"]
    case = str(register(inspector)["id"])
    assert inspector.get(f"/tasks/news?since={mark}")["new"] == 1

    task = inspector.inbox(instance_id=case)["S1_T2"]["id"]
    colleague = sign_in("u042")
    colleague.post(f"/tasks/{task}/claim")

    assert inspector.get(f"/tasks/news?since={mark}")["new"] == 0
    assert inspector.get(f"/tasks/news?since={inspector.get('/tasks/news')['mark']}")["new"] == 0


def test_a_mark_that_is_not_ours_is_refused(inspector: Caller) -> None:
    assert inspector.get("/tasks/news?since=nonsense", status=422)["code"] == "input_rejected"


@pytest.fixture
def streams(engine: Engine) -> Iterator[Streams]:
    """Those of a process with twelve threads: three places."""
    stopping = threading.Event()
    made = Streams(engine.settings, stopping)
    yield made
    stopping.set()
    made.close()


def test_a_quarter_of_the_threads_may_stream_and_the_next_one_is_sent_away(app: Flask, streams: Streams) -> None:
    with app.app_context():
        opened = [streams.open(f"u10{number}", lambda: 0) for number in range(4)]

        assert [answer.status_code for answer in opened] == [200, 200, 200, 204]
        opened[0].close()
        assert streams.open("u109", lambda: 0).status_code == 200
        for answer in opened[1:3]:
            answer.close()


def test_a_stream_says_how_many_came_when_they_come_and_ends_in_time(
    app: Flask, streams: Streams, inspector: Caller
) -> None:
    mark = inspector.get("/tasks/news")["mark"]

    def count() -> int:
        return int(inspector.get(f"/tasks/news?since={mark}")["new"])

    with app.app_context():
        answer = streams.open("u041", count, life_seconds=6)
    events: list[Any] = []
    reader = threading.Thread(target=lambda: events.extend(answer.response))
    reader.start()
    register(inspector)
    reader.join(12)
    answer.close()

    assert "event: news\ndata: 1\n\n" in events
    assert events[-1] == "event: end\ndata:\n\n"


def test_a_newer_page_of_the_same_person_takes_the_place_of_the_one_before(app: Flask, streams: Streams) -> None:
    with app.app_context():
        first, _second, _third = (streams.open(person, lambda: 0) for person in ("u101", "u102", "u103"))
        reader = threading.Thread(target=lambda: (list(first.response), first.close()))
        reader.start()

        assert streams.open("u101", lambda: 0).status_code == 200
        reader.join(3)


def test_a_stream_ends_when_the_service_is_asked_to_stop(app: Flask, engine: Engine) -> None:
    stopping = threading.Event()
    stopping.set()

    with app.app_context():
        answer = Streams(engine.settings, stopping).open("u101", lambda: 0)

    assert list(answer.response) == ["event: end\ndata:\n\n"]
    answer.close()
