"""`kill -9` while a case is stopped and let go on: it stands still as a whole, or not at all."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.commands.case_step import SYSTEM
from engine.model.step import InstanceId
from tests.integration.operators.conftest import deploy_parts
from tests.integration.resilience.office import OFFICERS, OPERATOR, begin, only_task
from tests.integration.resilience.service import Client, Station, kill, station

ROUNDS = 4


@pytest.fixture
def service(data_dir: Path) -> Iterator[Station]:
    with station(data_dir) as running:
        deploy_parts(running.engine)
        yield running


def standing(service: Station, case: InstanceId) -> set[bool]:
    """Whether the case, each of its tasks and each of its timers stands still: one answer, if it is one transaction."""
    with service.engine.transaction(SYSTEM) as tx:  # one statement sees one moment
        found = tx.raw.execute(
            "SELECT 1, status = 'suspended' FROM instance WHERE id = %(case)s"
            " UNION ALL SELECT 1, suspended_at IS NOT NULL FROM instance WHERE id = %(case)s"
            " UNION ALL SELECT 2, state = 'suspended' FROM user_task WHERE instance_id = %(case)s AND done_at IS NULL"
            " UNION ALL SELECT 3, held_at IS NOT NULL FROM timer WHERE instance_id = %(case)s",
            {"case": case},
        ).fetchall()
    assert {kind for kind, _ in found} == {1, 2, 3}
    return {stands for _, stands in found}


def test_a_case_is_stopped_and_goes_on_whole_whenever_the_web_part_is_killed(
    service: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    case = begin(service.engine, "OPS_PARTS")
    with Client(service.port, OFFICERS[0]) as officer:
        task = only_task(service.engine, case)
        officer.ask("POST", f"/api/v1/tasks/{task}/complete", {"values": {"note": "已办"}}, key="prepare")

    with ThreadPoolExecutor(1) as pool, Client(service.port, OPERATOR) as operator:
        for number in range(ROUNDS):
            act = "resume" if number % 2 else "suspend"
            path = f"/api/v1/instances/{case}/{act}"
            asked = pool.submit(operator.ask, "POST", path, {"reason": "停电检修"}, key=f"{act}-{number}")
            time.sleep(chance.random() * 0.06)
            for pid in service.serving_processes() or [service.web.pid]:
                kill(pid)
            assert len(standing(service, case)) == 1, f"seed {seed}: half of it stands still"
            while not asked.done():
                service.tend()
                time.sleep(0.05)
            asked.result()
            assert standing(service, case) == {act == "suspend"}, f"seed {seed}"

    with service.engine.transaction(SYSTEM) as tx:
        told = tx.raw.execute(
            "SELECT event FROM history WHERE instance_id = %s AND event IN ('suspended', 'resumed') ORDER BY seq",
            (case,),
        ).fetchall()
    assert [event for (event,) in told] == ["suspended", "resumed"] * (ROUNDS // 2)
    with capsys.disabled():
        print(f"\n{ROUNDS} kills, {operator.retries} repeated requests, seed {seed}")
