"""What the service costs from outside: a life over HTTP, a page of an inbox, due timers, the memory of the web part."""

from __future__ import annotations

import json
import os
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from benchmarks.harness import appoint_inspector, bench_database, fill
from benchmarks.harness_web import (
    Client,
    Cpu,
    Web,
    all_resident_bytes,
    counted,
    furnished_engine,
    idle_seconds,
    resident_bytes,
    web,
)
from engine.commands import instances
from engine.commands.several import complete_several
from engine.commands.timers import fire_due
from engine.model.step import PersonId, TaskId

Figures = dict[str, tuple[float, str, float | None]]

WARM_LIVES, LIVES, CLIENTS = 120, 160, 8
CORES = len(os.sched_getaffinity(0))
PAGES = 200
DUE, WARM_DUE = 1_000, 100
STARTER = PersonId("u0")
NODES = ("FIRST", "SECOND", "THIRD")


def life_over_http() -> Figures:
    """Start a case, find and complete its three user tasks: seven requests, among 100,000 open tasks of others."""
    fill()
    running = web()
    # Every connection of every process prepares its statements.
    _lives(running, lives=WARM_LIVES * len(running.serving_processes), clients=CLIENTS)
    alone_seconds, alone = _lives(running, clients=1)
    idle_before = idle_seconds()
    together_seconds, together = _lives(running, clients=CLIENTS)
    idle = (idle_seconds() - idle_before) / (together_seconds * CORES)
    return {
        "life over HTTP, 1 client": (alone.total * 1_000 / LIVES, "CPU ms", 20.0),
        "… of it the web part": (alone.web * 1_000 / LIVES, "CPU ms", None),
        "… of it the database": (alone.database * 1_000 / LIVES, "CPU ms", None),
        "lives per second, 1 client": (LIVES / alone_seconds, "lives/s", None),
        f"life over HTTP, {CLIENTS} clients": (together.total * 1_000 / LIVES, "CPU ms", 20.0),
        f"lives per second, {CLIENTS} clients": (LIVES / together_seconds, "lives/s", None),
        f"lives per second, {CLIENTS} clients / 1": (alone_seconds / together_seconds, "times", None),
        f"time of {CLIENTS} clients / time of 1": (together_seconds / alone_seconds, "times", 0.625),
        f"cores busy with {CLIENTS} clients": (100 - idle * 100, "%", None),
        f"cores left idle by {CLIENTS} clients": (idle * 100, "%", 15.0),
        "state of a life, typical": (_state_bytes() / 1_000, "kB", 1.0),
    }


def inbox_page() -> Figures:
    """The first page of 20 of 我的任务, of several people, as JSON and as the page of the browser."""
    fill()
    running = web()
    return {
        "inbox page of 20, page in the browser": (_median_ms(running, "/inbox", _rows_of_page), "ms p50", 15.0),
        "inbox page of 20, API": (_median_ms(running, "/api/v1/tasks?limit=20", _rows_of_json), "ms p50", 15.0),
    }


def supervisor_pages() -> Figures:
    """What an inspector of all 69 units sees of 100,000 open cases: a process on its drawing, and the overview."""
    fill()
    appoint_inspector(STARTER)
    running = web()
    return {
        "process page among 100,000 open cases": (_page_cpu_ms(running, "/process/S1_RECTIFY"), "CPU ms", 150.0),
        "overview among 100,000 open cases": (_page_cpu_ms(running, "/status"), "CPU ms", None),
    }


def _page_cpu_ms(running: Web, path: str) -> float:
    """CPU of the web part and the database together, for one answer."""
    client = Client(running.port, STARTER)
    for _ in range(5):
        client.get(path)
    with counted(running) as spent:
        for _ in range(20):
            client.get(path)
    return spent.total * 1_000 / 20


def timers_fired() -> Figures:
    """Fire 1,000 of 100,000 timers; each lets its case go on to a user task with seven candidates."""
    fill()
    engine = furnished_engine()
    _arm_due_timers(instances.start(engine, "BENCH_WAIT", STARTER, {}).instance_id)
    fired = 0
    fire_due(engine)  # the connection prepares its statements
    with counted() as spent:
        began = time.process_time()
        while fired < DUE:
            fired += fire_due(engine)
        here = time.process_time() - began
    return {
        "1,000 of 100,000 timers fired": (here + spent.database, "CPU s", 2.0),
        "… one of them": ((here + spent.database) * 1_000 / DUE, "CPU ms", 0.5),
        "… of it the worker": (here, "CPU s", None),
        "… of it the database": (spent.database, "CPU s", None),
    }


def bulk_approval() -> Figures:
    """Somebody completes 1,000 tasks of one step with one submission: offered to eight, their cases end with it."""
    fill()
    engine = furnished_engine()
    _arm_due_timers(instances.start(engine, "BENCH_WAIT", STARTER, {}).instance_id, salt="bulk")
    fired = 0
    while fired < DUE + WARM_DUE:
        fired += fire_due(engine)
    ids = _offered_tasks("BENCH_WAIT")
    complete_several(engine, ids[DUE:], STARTER, {"note": "同意"})
    with counted() as spent:
        began = time.process_time()
        several = complete_several(engine, ids[:DUE], STARTER, {"note": "同意"})
        here = time.process_time() - began
    if len(several.completed) != DUE:
        raise AssertionError(f"{len(several.completed)} were completed instead of {DUE}: {several.refused}")
    total = here + spent.database
    return {
        "bulk approval, one step of 1,000": (total * 1_000 / DUE, "CPU ms", 0.5),
        "… steps per CPU second": (DUE / total, "steps/s", None),
    }


def _offered_tasks(key: str) -> list[TaskId]:
    with bench_database().reading(actor=STARTER) as tx:
        query = "SELECT id FROM user_task WHERE mechanism = %s AND state = 'offered' ORDER BY created_at, id LIMIT %s"
        return [TaskId(row[0]) for row in tx.raw.execute(query, (key, DUE + WARM_DUE))]


def web_memory() -> Figures:
    """The processes that answer requests, after all of the above."""
    running = web()
    _lives(running, lives=WARM_LIVES, clients=CLIENTS)
    largest = max(resident_bytes(pid) for pid in running.serving_processes)
    return {
        "memory of a serving process, the largest": (largest / 1e6, "MB", 150.0),
        "… of all of the web part": (all_resident_bytes(running) / 1e6, "MB", None),
    }


def _lives(running: Web, *, clients: int, lives: int = LIVES) -> tuple[float, Cpu]:
    """Seconds of the clock and of CPU that all lives took."""
    ready = [Client(running.port, f"u{number + 1}") for number in range(clients)]
    gate = threading.Barrier(clients + 1)

    def work(client: Client, count: int) -> None:
        gate.wait()
        for _ in range(count):
            _live(client)

    shares = [lives // clients + (number < lives % clients) for number in range(clients)]
    with ThreadPoolExecutor(clients) as pool, counted(running) as spent:
        futures = [pool.submit(work, client, share) for client, share in zip(ready, shares, strict=True)]
        gate.wait()
        began = time.perf_counter()
        for future in futures:
            future.result()
        seconds = time.perf_counter() - began
    for client in ready:
        client.__exit__()
    return seconds, spent


def _live(client: Client) -> None:
    started = client.ask("POST", "/api/v1/process-definitions/BENCH_LIFE/instances", {"variables": {"note": "开始"}})
    for node in NODES:
        (task,) = client.ask("GET", f"/api/v1/tasks?instance_id={started['id']}")["items"]
        if task["node_id"] != node:
            raise AssertionError(f"{task['node_id']} is open instead of {node}")
        done = client.ask("POST", f"/api/v1/tasks/{task['id']}/complete", {"values": {"note": "同意整改"}})
    if not done["ended"]:
        raise AssertionError("the life has not ended")


def _median_ms(running: Web, path: str, rows: Callable[[bytes], int]) -> float:
    """Time until the answer has arrived, seen by a client that has the service to itself."""
    took = []
    clients = [Client(running.port, f"u{number * 7}") for number in range(10)]
    for turn in range(PAGES + 50):
        client = clients[turn % len(clients)]
        began = time.perf_counter()
        content = client.get(path)
        took.append((time.perf_counter() - began) * 1_000)
        if rows(content) != 20:
            raise AssertionError(f"{path} shows {rows(content)} rows instead of a full page")
    return statistics.median(took[50:])


def _rows_of_json(content: bytes) -> int:
    return len(json.loads(content)["items"])


def _rows_of_page(content: bytes) -> int:
    return content.count(b'<tr id="row-')


def _state_bytes() -> float:
    with bench_database().reading(actor="system") as tx:
        row = tx.raw.execute(
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY length(state)) FROM instance WHERE key = 'BENCH_LIFE'"
        ).fetchone()
    return float(row[0]) if row else 0.0


def _arm_due_timers(model: UUID, *, salt: str = "due") -> None:
    """Copy a case that waits for its timer eleven hundred times, with the timer due; what else was due goes."""
    with bench_database().transaction(actor="system") as tx:
        for statement in _ARM:
            tx.raw.execute(statement.encode(), {"model": model, "due": DUE + WARM_DUE, "salt": salt})


_ARM = (
    "DELETE FROM timer WHERE due_at <= now()",
    "INSERT INTO instance (id, definition_id, key, rev, state, variables, title, unit, started_by, started_at,"
    " updated_at, history_seq, history_head) SELECT md5(%(salt)s || n)::uuid, definition_id, key, rev, state,"
    " variables, title, unit, started_by, started_at, updated_at, history_seq, history_head"
    " FROM instance, generate_series(1, %(due)s) n WHERE id = %(model)s",
    "INSERT INTO timer (instance_id, kind, token, node_id, due_at, rule) SELECT md5(%(salt)s || n)::uuid, kind, token,"
    " node_id, now() - interval '1 h', rule FROM timer, generate_series(1, %(due)s) n WHERE instance_id = %(model)s",
)
