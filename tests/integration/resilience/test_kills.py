"""`kill -9` of web and worker at random while officers work: every case ends, no event is doubled or missing."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import pytest

from tests.integration.resilience.office import OFFICERS, deploy
from tests.integration.resilience.service import CHANGXIAO, WEB_PROCESSES, Client, Station, kill, station, wait_until

NODES = ("FIRST", "SECOND", "THIRD")
#: What is killed: the server with all it started, its parent alone, one of the processes that answer, all of them, one
#: of two workers, both.
VICTIMS = ("web", "master", "serving", "servings", "worker", "workers")
#: A job of a killed worker counts as lost after 30 s and is looked for every minute.
SETTLING_SECONDS = 150.0


@dataclass(slots=True)
class Book:
    """What the clients have been told, and how far they are."""

    completions: list[tuple[UUID, str, str]] = field(default_factory=list)  #: task, officer, note
    cases: dict[str, UUID] = field(default_factory=dict)  #: business key -> instance
    ended: int = 0
    retries: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    storm_is_over: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def service(data_dir: Path) -> Iterator[Station]:
    with station(data_dir, workers=2) as running:
        deploy(running.engine, "RES_LIFE")
        yield running


def test_no_event_is_lost_or_doubled_when_web_and_worker_are_killed(
    service: Station, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    prove(service, capsys, tmp_path, lives=12, kills=4)


@pytest.mark.long
def test_no_event_is_lost_or_doubled_in_300_lives_under_100_kills(
    service: Station, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    prove(service, capsys, tmp_path, lives=300, kills=100)


def prove(service: Station, capsys: pytest.CaptureFixture[str], tmp_path: Path, *, lives: int, kills: int) -> None:
    seed, began = random.SystemRandom().randrange(1_000_000), time.monotonic()
    book = Book()
    with Client(service.port, OFFICERS[0]) as client:
        live(client, "undisturbed", OFFICERS[0], book)
    storm(service, book, random.Random(seed), lives=lives, kills=kills)  # noqa: S311 - nothing secret
    wait_until(lambda: is_quiet(service), "every case has ended and no job is left", seconds=SETTLING_SECONDS)
    found = [*violations(service, book), *chain_findings(service, tmp_path / "audit.jsonl")]
    service.stop()
    found += service.left_over()
    with capsys.disabled():
        print(
            f"\n{len(book.cases)} lives, {book.killed.total()} kills {dict(book.killed)}, {book.retries} repeated"
            f" requests, {len(found)} violations, {time.monotonic() - began:.0f} s, seed {seed}"
        )
    assert found == []
    assert len(book.cases) >= lives
    assert book.killed.total() >= kills


def live(client: Client, name: str, officer: str, book: Book) -> None:
    """One case from its start to its end, each request under a key of its own."""
    start = {"variables": {}, "business_key": name}
    path = "/api/v1/process-definitions/RES_LIFE/instances"
    case = client.ask("POST", path, start, key=f"{name}-START", expect=201)["id"]
    book.cases[name] = UUID(case)
    for node in NODES:
        task, note = find(client, case, node), f"{name}-{node}"
        done = client.ask("POST", f"/api/v1/tasks/{task}/complete", {"values": {"note": note}}, key=note)
        assert done["instance_id"] == case
        assert done["ended"] == (node == "THIRD")
        book.completions.append((UUID(task), officer, note))
    book.ended += 1


def find(client: Client, case: str, node: str) -> str:
    """The open task at this node, which the worker may have to open first."""
    found: list[dict[str, Any]] = []

    def is_open() -> bool:
        found[:] = client.ask("GET", f"/api/v1/tasks?instance_id={case}")["items"]
        return [item["node_id"] for item in found] == [node]

    wait_until(is_open, f"{node} of {case} is open")
    return str(found[0]["id"])


def storm(service: Station, book: Book, chance: random.Random, *, lives: int, kills: int) -> None:
    """Eight officers live one case after the other until both counts are reached; meanwhile the killer goes round."""
    numbers = itertools.count()  # shared: next() is one step under the interpreter's lock

    def work(officer: str) -> None:
        with Client(service.port, officer) as client:
            for number in numbers:
                if number >= lives and book.storm_is_over.is_set():
                    break
                live(client, f"life-{number}", officer, book)
        book.retries += client.retries

    with ThreadPoolExecutor(len(OFFICERS)) as pool:
        working = [pool.submit(work, officer) for officer in OFFICERS]
        try:
            _kill_at_random(service, book, chance, working, kills)
        finally:
            book.storm_is_over.set()
        while not all(future.done() for future in working):
            service.tend()  # a master may still have to give up the port of its predecessor
            time.sleep(0.1)
    for future in working:
        future.result()


def _kill_at_random(
    service: Station, book: Book, chance: random.Random, working: Sequence[Future[None]], kills: int
) -> None:
    for number in range(kills):
        if number == kills // 2:
            # The kept messages of half the lives now get a process, the other half's start theirs at once.
            deploy(service.engine, "RES_LATE")
        # Not before somebody was served again: a service that only starts and dies would prove nothing.
        wanted = len(book.completions) + chance.randint(1, 6)
        hit_at = time.monotonic() + chance.uniform(0, 0.5)
        while len(book.completions) < wanted or time.monotonic() < hit_at:
            service.tend()
            time.sleep(0.01)
            if any(future.done() for future in working):
                return  # somebody was told something wrong; the caller shows what
        victim = chance.choice(VICTIMS)
        _strike(service, victim, chance)
        book.killed[victim] += 1


def _strike(service: Station, victim: str, chance: random.Random) -> None:
    wait_until(lambda: _serves(service), "the server has all its processes that serve")
    match victim:
        case "web":
            os.killpg(service.web.pid, signal.SIGKILL)
        case "master":
            kill(service.web.pid)
        case "serving":
            kill(chance.choice(service.serving_processes()))
        case "servings":
            for pid in service.serving_processes():
                kill(pid)
        case "worker":
            kill(chance.choice(service.workers).pid)
        case _:
            for worker in service.workers:
                kill(worker.pid)


def _serves(service: Station) -> bool:
    service.tend()
    return len(service.serving_processes()) == WEB_PROCESSES


def rows(service: Station, query: LiteralString) -> list[tuple[Any, ...]]:
    with psycopg.connect(service.addresses.admin_url) as connection:
        return connection.execute(query).fetchall()


def is_quiet(service: Station) -> bool:
    """No case runs, no kept message waits, no job is on its way; the queue's own look for lost jobs does not count."""
    service.tend()
    (waiting,) = rows(
        service,
        "SELECT (SELECT count(*) FROM instance WHERE status = 'running')"
        " + (SELECT count(*) FROM procrastinate_jobs WHERE task_name <> 'recover_stalled_jobs')"
        " + (SELECT count(*) FROM buffered_message WHERE delivered_at IS NULL)",
    )
    return waiting == (0,)


def violations(service: Station, book: Book) -> list[str]:
    """Everything in the database that is not as if nobody had been killed."""
    lives = len(book.cases)
    counted = {
        "cases that have not ended": ("SELECT count(*) FROM instance WHERE status <> 'completed'", 0),
        "cases": ("SELECT count(*) FROM instance WHERE key = 'RES_LIFE'", lives),
        "letters that arrived": ("SELECT count(*) FROM instance WHERE key = 'RES_LATE'", lives),
        "lives whose letter arrived": (
            "SELECT count(DISTINCT coalesce(i.parent_instance, b.from_instance)) FROM instance i"
            " LEFT JOIN buffered_message b ON b.delivered_to = i.id WHERE i.key = 'RES_LATE'",
            lives,
        ),
        "open tasks": ("SELECT count(*) FROM user_task WHERE state <> 'completed'", 0),
        "tasks": ("SELECT count(*) FROM user_task", 3 * lives),
        "submissions": ("SELECT count(*) FROM submission", 3 * lives),
        "armed timers": ("SELECT count(*) FROM timer", 0),
        "tokens that wait": ("SELECT count(*) FROM subscription", 0),
        "incidents": ("SELECT count(*) FROM incident", 0),
        "drafts": ("SELECT count(*) FROM draft", 0),
        "stored answers": ("SELECT count(*) FROM idempotency WHERE status IS NOT NULL", 4 * lives),
        "requests without an answer": ("SELECT count(*) FROM idempotency WHERE status IS NULL", 0),
    }
    wrong = [
        f"{what}: {found} instead of {expected}"
        for what, (query, expected) in counted.items()
        if (found := rows(service, query)[0][0]) != expected
    ]
    return [*wrong, *_other_cases(service, book), *_lost_completions(service, book), *_other_histories(service, book)]


def _other_cases(service: Station, book: Book) -> list[str]:
    stored = dict(rows(service, "SELECT business_key, id FROM instance WHERE key = 'RES_LIFE'"))
    return [
        f"{name} is another case" for name in stored.keys() | book.cases if stored.get(name) != book.cases.get(name)
    ]


def _lost_completions(service: Station, book: Book) -> list[str]:
    """Each completion that a client was told of is stored, by that person, with what he wrote."""
    stored = rows(
        service,
        "SELECT t.id, t.done_by, s.values ->> 'note' FROM user_task t JOIN submission s ON s.task_id = t.id"
        " AND s.person_id = t.done_by",
    )
    return [f"completion {told} is stored otherwise" for told in set(book.completions) ^ set(stored)]


def _other_histories(service: Station, book: Book) -> list[str]:
    """Each life has, event by event, the history of the one that nobody disturbed; likewise each letter."""
    events: dict[UUID, list[tuple[str, ...]]] = {}
    keys: dict[UUID, str] = {}
    query: LiteralString = (
        "SELECT h.instance_id, i.key, h.event, h.node_id, h.node_type,"
        " CASE WHEN h.actor = 'system' THEN 'system' ELSE 'officer' END"
        " FROM history h JOIN instance i ON i.id = h.instance_id ORDER BY h.instance_id, h.seq"
    )
    for case, key, *event in rows(service, query):
        events.setdefault(case, []).append(tuple(event))
        keys[case] = key
    expected = events[book.cases["undisturbed"]]
    wrong = [f"{case}: {found}" for case, found in events.items() if keys[case] == "RES_LIFE" and found != expected]
    # Who sent a letter that is started at once is an officer; the kept ones are delivered by the system.
    letters = Counter(tuple(e[:3] for e in found) for case, found in events.items() if keys[case] == "RES_LATE")
    return wrong if len(letters) == 1 else [*wrong, f"histories of letters differ: {letters}"]


def chain_findings(service: Station, file: Path) -> list[str]:
    """What the offline verifier says to the export, both by the command line."""
    environment = {**service.web.env}
    for command in ("export-audit", "verify-audit"):
        done = subprocess.run(
            [CHANGXIAO, command, str(file)], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            return [f"{command}: {done.stdout}{done.stderr}"]
    return [] if "sound" in done.stdout else [done.stdout]
