"""Eight officers send one task at the same moment over REST: one gets 200, seven get 409 with the winner's name."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from engine.model.step import TaskId
from tests.integration.resilience.office import OFFICERS, begin, deploy, only_task, status
from tests.integration.resilience.service import Client, Station, station

SHORT, LONG = 10, 200


@pytest.fixture
def service(data_dir: Path) -> Iterator[Station]:
    with station(data_dir) as running:
        deploy(running.engine, "RES_RACE")
        yield running


def test_of_eight_requests_for_one_task_one_is_served_and_seven_name_the_winner(service: Station) -> None:
    races(service, SHORT)


@pytest.mark.long
def test_of_eight_requests_for_one_task_one_is_served_in_each_of_200_rounds(service: Station) -> None:
    races(service, LONG)


def races(service: Station, rounds: int) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(len(OFFICERS)) as pool:
        clients = [stack.enter_context(Client(service.port, officer)) for officer in OFFICERS]
        for _ in range(rounds):
            race(service, pool, clients)


def race(service: Station, pool: ThreadPoolExecutor, clients: Sequence[Client]) -> None:
    case = begin(service.engine, "RES_RACE")
    task, gate = only_task(service.engine, case), threading.Barrier(len(clients))
    answers = list(pool.map(lambda client: complete(client, task, gate), clients))

    won = [officer for officer, (code, _, _) in zip(OFFICERS, answers, strict=True) if code == 200]
    lost = [(media_type, body) for code, media_type, body in answers if code == 409]
    assert (len(won), len(lost)) == (1, 7), answers
    name = f"用户{won[0][1:]}"
    for media_type, body in lost:
        assert media_type == "application/problem+json"
        assert body["status"] == 409
        assert body["facts"]["by"] == name
        assert name in body["detail"]
    assert status(service.engine, case) == "completed"


def complete(client: Client, task: TaskId, gate: threading.Barrier) -> tuple[int, str, dict[str, Any]]:
    """Status, media type and content of what one of them is answered."""
    gate.wait(timeout=30)
    path, values = f"/api/v1/tasks/{task}/complete", {"values": {"note": "已办理"}}
    code, content, headers = client.once("POST", path, values, {})
    return code, headers.get_content_type(), json.loads(content)
