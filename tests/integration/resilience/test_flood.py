"""More at once than can be done at once: inboxes stay usable, whoever is served is served in time, nothing is lost."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration.resilience.office import OFFICERS, begin, deploy
from tests.integration.resilience.service import Client, Station, station, wait_until
from tests.integration.resilience.test_kills import SETTLING_SECONDS, Book, is_quiet, live, rows, violations

DRAINED_WITHIN_SECONDS = 600
TIMERS = 10_000


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def timed(client: Client, path: str) -> float:
    began = time.monotonic()
    client.ask("GET", path)
    return time.monotonic() - began


@pytest.mark.long
def test_timers_that_are_all_due_at_once_all_fire_while_inboxes_stay_usable(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with station(data_dir) as service, Client(service.port, OFFICERS[0]) as client:
        deploy(service.engine, "RES_TIMER")
        (worker,) = service.workers
        worker.ask_to_stop()
        worker.make_stop(time.monotonic() + 10)
        for _ in range(TIMERS):
            begin(service.engine, "RES_TIMER", divisor=4)
        time.sleep(1.5)  # the youngest waits for a second
        worker.launch()
        service.sessions.add(worker.pid)
        began, took = time.monotonic(), list[float]()

        while left(service) and time.monotonic() - began < DRAINED_WITHIN_SECONDS:
            took.append(timed(client, "/api/v1/tasks"))
            time.sleep(0.05)

        drained = time.monotonic() - began
        ended = rows(service, "SELECT count(*) FROM instance WHERE status = 'completed'")
        fired = rows(service, "SELECT count(*) FROM history WHERE node_id = 'PAUSE' AND event = 'completed'")
    with capsys.disabled():
        print(
            f"\n{TIMERS} timers drained in {drained:.1f} s, list of tasks {p95(took) * 1000:.0f} ms p95 of {len(took)}"
        )
    assert ended == fired == [(TIMERS,)]
    assert p95(took) <= 1


def left(service: Station) -> int:
    return int(rows(service, "SELECT count(*) FROM timer")[0][0])


@pytest.mark.long
def test_ten_times_as_many_officers_as_can_be_served_at_once_wait_a_little_and_lose_nothing(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Five minutes; the load comes from this machine too, so the service has less than half of it."""
    book, took, number = Book(), list[float](), 80
    with station(data_dir, workers=2) as service:
        deploy(service.engine, "RES_LIFE", "RES_LATE")
        with Client(service.port, OFFICERS[0]) as client:
            live(client, "undisturbed", OFFICERS[0], book)
        end = time.monotonic() + 300

        def work(place: int) -> int:
            officer, round_ = OFFICERS[place % len(OFFICERS)], 0
            with Client(service.port, officer) as client:
                while time.monotonic() < end:
                    live(client, f"life-{place}-{round_}", officer, book)
                    took.append(timed(client, "/api/v1/tasks"))
                    round_ += 1
                return client.retries

        with ThreadPoolExecutor(number) as pool:
            put_off = sum(pool.map(work, range(number)))
        wait_until(lambda: is_quiet(service), "every case has ended", seconds=SETTLING_SECONDS)
        found = violations(service, book)
    with capsys.disabled():
        print(f"\n{len(book.cases)} lives by {number} clients, list {p95(took):.2f} s p95, {put_off} requests repeated")
    assert found == []
    assert p95(took) <= 2
