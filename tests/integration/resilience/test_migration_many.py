"""Hundreds of cases go over while the worker is killed and officers go on working."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial

from engine.commands import migrations, tasks
from engine.commands.case_step import SYSTEM
from engine.commands.failures import keep_failed_job
from engine.core import Engine
from engine.errors import ChangxiaoError
from engine.model.step import InstanceId
from engine.queries import migrations as queries
from engine.store.queue_worker import drain
from engine.store.roles import Addresses
from engine.worker import handlers
from tests.integration.resilience.moving import ONE, RENAMED, SECOND, TWO, cases, proposed, publish
from tests.integration.resilience.office import OFFICERS, OPERATOR, open_tasks

MANY = 300
#: A worker in a process of its own, so that it can be killed: it stops for a moment between two chunks.
WORKER = """
import sys, time
from pathlib import Path
from uuid import UUID
from engine.commands import migrations
from engine.config import Settings
from engine.core import Engine
from engine.store.database import Database
url, folder, run = sys.argv[1:]
engine = Engine(Settings(data_dir=Path(folder), database_url=url), Database(url, pool_size=2))
next_chunk = migrations.migrate_next
def slowly(*arguments):
    time.sleep(0.05)
    return next_chunk(*arguments)
migrations.migrate_next = slowly
migrations.work_off(engine, UUID(run))
"""


def where(engine: Engine, instances: Sequence[InstanceId]) -> Counter[object]:
    with engine.transaction(SYSTEM) as tx:
        rows = tx.raw.execute(
            b"SELECT definition_id, (SELECT count(*) FROM history h WHERE h.instance_id = i.id AND event = 'migrated')"
            b" FROM instance i WHERE id = ANY(%s)",
            (list(instances),),
        )
        return Counter((row[0], row[1]) for row in rows)


def test_a_run_whose_worker_is_killed_goes_on_where_it_stood(engine: Engine, db: Addresses) -> None:
    old = publish(engine, ONE)
    many = cases(engine, MANY)
    new = publish(engine, TWO)
    run = migrations.confirm(engine, SECOND, proposed(engine, old, new, **RENAMED).id)
    folder = str(engine.settings.data_dir)
    worker = subprocess.Popen([sys.executable, "-c", WORKER, db.app_url, folder, str(run.id)])
    done = 0
    while not done:
        assert worker.poll() is None, "the worker was through, or had failed, before it could be killed"
        time.sleep(0.02)
        done = queries.run(engine, OPERATOR, run.id)[1].counts.get("migrated", 0)

    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    half = queries.run(engine, OPERATOR, run.id)[1].counts
    drain(db.app_url, handlers(engine), partial(keep_failed_job, engine))  # its job was never taken by a worker

    assert 0 < half["migrated"] < MANY, half
    assert queries.run(engine, OPERATOR, run.id)[1].counts == {"migrated": MANY}
    assert where(engine, many) == {(new, 1): MANY}


def test_an_officer_who_completes_meanwhile_wins_or_loses_cleanly(engine: Engine) -> None:
    old = publish(engine, ONE)
    many = cases(engine, 60)
    new = publish(engine, TWO)
    run = migrations.confirm(engine, SECOND, proposed(engine, old, new, **RENAMED).id)
    work = {case: open_tasks(engine, case)[0].id for case in many}
    failures: list[str] = []

    def complete_all() -> None:
        for case in reversed(many):
            try:
                tasks.complete(engine, work[case], OFFICERS[0], {"note": "好"})
            except ChangxiaoError as failure:
                failures.append(failure.code)

    officer = threading.Thread(target=complete_all)
    officer.start()
    migrations.work_off(engine, run.id)
    officer.join()

    assert failures == [], "the task keeps its id, so whoever is second finds it where it is now"
    assert where(engine, many) == {(new, 1): 60}
    stands = Counter(task.node_id for case in many for task in open_tasks(engine, case))
    # Before the migration the step after 受理 was 办理, after it 审核: each case went one of the two ways.
    assert set(stands) <= {"SECOND", "CHECK"}
    assert stands.total() == 60
