"""A worker that is killed while it draws: there is one result, that of seed and anchor, and never a second."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from engine.commands import clock
from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.model.clock import SHANGHAI
from engine.model.draw import draw, lots_of
from engine.store.roles import Addresses
from tests.integration.prepared import opened, rehearsed
from tests.integration.scenarios.desk import Desk
from tests.shared_cluster import SharedCluster

TOP = "532500-ZF"
KILLS = 4
#: A worker in a process of its own, so that it can be killed at any moment of the draw.
WORKER = """
import sys
from pathlib import Path
from engine.commands.timers import fire_due
from engine.config import Settings
from engine.core import Engine
from engine.store.database import Database
url, folder = sys.argv[1:]
engine = Engine(Settings(data_dir=Path(folder), database_url=url), Database(url, pool_size=2))
print("ready", flush=True)
sys.stdin.readline()
while fire_due(engine):
    pass
"""
PLAN = {
    "kind": "节点",
    "team_size": 3,
    "topics": ["值班备勤"],
    "window_from": "2026-09-22",
    "window_to": "2026-10-10",
    "method": "查看值班表和交接登记，随机抽问值守人员。",
}


@pytest.fixture
def db(cluster: SharedCluster) -> Iterator[Addresses]:
    begins = datetime(2026, 9, 9, 8, tzinfo=SHANGHAI)
    with rehearsed(cluster, begins, mechanisms="P05 P05B P05C") as addresses:
        yield addresses


@pytest.fixture
def engine(db: Addresses, tmp_path: Path) -> Iterator[Engine]:
    with opened(db, "rehearsal", data_dir=tmp_path) as made:
        yield made


def outcomes(db: Addresses) -> list[tuple[bytes, bytes, list[dict[str, object]], int, list[str]]]:
    with psycopg.connect(db.admin_url) as connection:
        rows = connection.execute("SELECT root, seed, pool, size, drawn FROM draw_outcome").fetchall()
        visits = connection.execute("SELECT count(*) FROM instance WHERE key = 'P05B_VISIT'").fetchone()
    assert visits == (len(rows[0][4]) if rows else 0,)  # all of the step or nothing
    return rows


def test_a_killed_draw_is_made_once_and_comes_out_the_same(engine: Engine, db: Addresses) -> None:
    desk = Desk(engine)
    clock.advance(engine, SYSTEM, to=datetime(2026, 9, 9, 9, 20, tzinfo=SHANGHAI))
    desk.do(desk.inspector(TOP), "P05_T1", PLAN)
    desk.do(desk.person(TOP, "LEAD_DIRECT"), "S4_T1", {"decision": "同意"})
    with engine.transaction(SYSTEM) as tx:
        tx.set_clock("rehearsal", datetime(2026, 9, 9, 10, tzinfo=SHANGHAI))
    chance = random.Random(20260909)  # noqa: S311 - only moments

    for _ in range(KILLS):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, db.app_url, str(engine.settings.data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdout.readline()
        worker.stdin.write(b"\n")
        worker.stdin.flush()
        time.sleep(chance.uniform(0, 0.25))
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()
        outcomes(db)
    clock.advance(engine, SYSTEM, to=datetime(2026, 9, 9, 11, tzinfo=SHANGHAI))

    ((root, seed, pool, size, drawn),) = outcomes(db)
    assert tuple(drawn) == draw(lots_of(pool), size, seed=bytes(seed), root=bytes(root))
    with engine.reading(SYSTEM) as tx:
        assert bytes(root) in {anchor.root for anchor in tx.anchors_behind(0)}


def test_a_result_cannot_be_changed_or_made_a_second_time(module_db: Addresses) -> None:
    with psycopg.connect(module_db.app_url) as connection:
        for table in (b"draw", b"draw_secret", b"draw_outcome", b"anchor"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(b"DELETE FROM " + table)
            connection.rollback()
