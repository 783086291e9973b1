"""The line to the database is cut, slow, or breaks behind a COMMIT: nothing is done twice, who asks is told soon."""

from __future__ import annotations

import random
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.resilience.cable import Cable, laid
from tests.integration.resilience.office import OFFICERS, deploy
from tests.integration.resilience.service import Client, Station, station, wait_until
from tests.integration.resilience.test_kills import SETTLING_SECONDS, Book, chain_findings, is_quiet, live, violations

#: Nobody waits longer to hear that it did not work.
REFUSED_WITHIN_SECONDS = 5


@pytest.fixture
def seed() -> int:
    return random.SystemRandom().randrange(1_000_000)


@pytest.fixture
def cabled(data_dir: Path, seed: int) -> Iterator[tuple[Station, Cable]]:
    folder = Path(tempfile.gettempdir()) / f"cx-{uuid.uuid4().hex[:8]}"
    with ExitStack() as stack:
        cables: list[Cable] = []

        def way(url: str) -> str:
            target = Path(url.partition("host=")[2].replace("%2F", "/"))
            cables.append(stack.enter_context(laid(folder, target, random.Random(seed))))  # noqa: S311
            return cables[0].address(url)

        service = stack.enter_context(station(data_dir, way=way))
        deploy(service.engine, "RES_LIFE", "RES_LATE")
        yield service, cables[0]


@pytest.mark.parametrize(("lives", "cuts"), [(8, 1), pytest.param(300, 40, marks=pytest.mark.long)])
def test_nothing_is_done_twice_or_lost_whatever_happens_to_the_line(
    cabled: tuple[Station, Cable], capsys: pytest.CaptureFixture[str], tmp_path: Path, seed: int, lives: int, cuts: int
) -> None:
    service, cable = cabled
    chance, book = random.Random(seed), Book()  # noqa: S311 - nothing secret
    with Client(service.port, OFFICERS[0]) as client:
        live(client, "undisturbed", OFFICERS[0], book)
    clients: list[Client] = []

    def work(number: int) -> None:
        with Client(service.port, OFFICERS[number]) as client:
            clients.append(client)
            for life in range(number, lives, len(OFFICERS)):
                live(client, f"life-{life}", OFFICERS[number], book)

    cable.breaks = 0.1
    with ThreadPoolExecutor(len(OFFICERS)) as pool:
        working = [pool.submit(work, number) for number in range(len(OFFICERS))]
        for number in range(cuts):
            time.sleep(chance.uniform(0.1, 1))
            if number % 3 == 1:
                cable.is_slow = True
                time.sleep(2.5)
            else:
                cable.cut()
                time.sleep(chance.uniform(0.1, 1))
            cable.mend()
    for future in working:
        future.result()
    cable.breaks = 0.0
    wait_until(lambda: is_quiet(service), "every case has ended and no job is left", seconds=SETTLING_SECONDS)
    found = [*violations(service, book), *chain_findings(service, tmp_path / "audit.jsonl")]

    slowest = max(client.slowest_refusal for client in clients)
    with capsys.disabled():
        print(
            f"\n{lives + 1} lives, {cuts} cuts, {cable.broken} commits without an answer,"
            f" {sum(client.retries for client in clients)} repeated requests, slowest refusal {slowest:.1f} s,"
            f" seed {seed}"
        )
    assert found == []
    assert cable.broken > 0
    assert slowest <= REFUSED_WITHIN_SECONDS or lives < 100  # beside other tests the machine is the slow one
