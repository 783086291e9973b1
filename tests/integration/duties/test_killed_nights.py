"""A worker that is killed in the night's work, or while a month begins, leaves nothing doubled and nothing missing."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from engine.commands import nightly, starts
from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.model.clock import SHANGHAI
from engine.store import tables as t
from engine.store.roles import Addresses
from tests.integration.duties.test_obligations import proving, publish, scheduled

SHORT, LONG = 2, 50


def months(engine: Engine, db: Addresses, rounds: int, seed: int) -> None:
    """Month after month a worker begins the night's work and the cases of the month, and is killed on the way."""
    chance = Random(seed)  # noqa: S311 - the same moments in every run
    start = scheduled("firstwd(month)", "all")
    publish(engine, proving("P06_EDUCATE", "obligation=O21,evidence=entry,branch=var(branch)", start=start))
    nightly.begin(engine, since=date(2025, 1, 1))
    month = date(2026, 2, 1)
    for _ in range(rounds):
        with engine.transaction(SYSTEM) as tx:  # after the first working day: the night before and the morning are due
            tx.set_clock("rehearsal", datetime(month.year, month.month, 9, 12, tzinfo=SHANGHAI))
        with subprocess.Popen(
            [sys.executable, "-m", "tests.integration.duties.child", db.app_url], stdout=subprocess.PIPE
        ) as worker:
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"at work\n"
            time.sleep(chance.random() * 0.8)
            worker.kill()
        while nightly.run_nightly(engine) or starts.fire_starts(engine):
            pass
        month = (month + timedelta(days=32)).replace(day=1)


def check(engine: Engine, rounds: int) -> None:
    owed, cases = t.obligation.c, t.instance.c
    with engine.transaction(SYSTEM) as tx:
        per_month = tx.connection.execute(
            select(owed.period, func.count()).where(owed.code == "O21").group_by(owed.period)
        ).all()
        begun = tx.connection.execute(
            select(cases.business_key, func.count()).where(cases.key == "P06_EDUCATE").group_by(cases.business_key)
        ).all()
    assert len(per_month) >= rounds + 1
    assert {number for _, number in per_month} == {140}
    assert len(begun) == 70 * (rounds + 1)  # January began when it was published
    assert {number for _, number in begun} == {1}


def test_killed_twice_nothing_is_doubled_or_missing(engine: Engine, db: Addresses) -> None:
    months(engine, db, SHORT, seed=7)
    check(engine, SHORT)


@pytest.mark.long
def test_killed_fifty_times_nothing_is_doubled_or_missing(engine: Engine, db: Addresses) -> None:
    months(engine, db, LONG, seed=11)
    check(engine, LONG)
