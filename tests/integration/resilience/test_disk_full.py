"""The disk runs full while officers work: they are told so, no half step is kept, all goes on once there is room."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.resilience.office import OFFICERS, deploy
from tests.integration.resilience.service import Client, Station, station, wait_until
from tests.integration.resilience.test_kills import Book, chain_findings, is_quiet, live, violations

SIZE = "256m"
REQUESTS = 200
WELL_AGAIN_SECONDS = 30


@pytest.fixture
def small_disk(data_dir: Path) -> Iterator[Path]:
    """A data folder on a file system of its own with little room."""
    data_dir.mkdir(mode=0o711)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0711", "tmpfs", str(data_dir)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        data_dir.rmdir()
        pytest.skip("only root can make a small file system, and not in every container")
    yield data_dir
    subprocess.run(["umount", "--lazy", str(data_dir)], check=True)


@pytest.mark.long
def test_a_full_disk_is_told_nothing_is_half_kept_and_work_goes_on_when_there_is_room(
    small_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Book()
    with station(small_disk) as service:
        deploy(service.engine, "RES_LIFE", "RES_LATE")
        with Client(service.port, OFFICERS[0]) as client:
            live(client, "undisturbed", OFFICERS[0], book)
        with ExitStack() as stack:
            clients = {name: stack.enter_context(Client(service.port, name)) for name in OFFICERS}

            filler = fill(small_disk)
            answers = Counter(begin(clients[name_of(n)], f"full-{n}") for n in range(REQUESTS))
            filler.unlink()
            freed_at = time.monotonic()
            wait_until(lambda: is_well(service), "the service is well again", seconds=WELL_AGAIN_SECONDS)
            took = time.monotonic() - freed_at

            def again(officer: str) -> None:
                for number in range(REQUESTS):  # each under its old key, whatever was said to it
                    if name_of(number) == officer:
                        live(clients[officer], f"full-{number}", officer, book)

            with ThreadPoolExecutor(len(OFFICERS)) as pool:
                list(pool.map(again, OFFICERS))
        wait_until(lambda: is_quiet(service), "every case has ended")
        found = [*violations(service, book), *chain_findings(service, tmp_path / "audit.jsonl")]
    with capsys.disabled():
        print(f"\n{REQUESTS} requests on a full disk: {dict(answers)}; well again after {took:.1f} s")
    assert found == []
    assert answers["503"] > 0
    assert set(answers) <= {"201", "503"}


def name_of(number: int) -> str:
    return OFFICERS[number % len(OFFICERS)]


def fill(folder: Path) -> Path:
    """Take all the room that is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1 << 16)):
                pass
        except OSError:
            pass
    return filler


def begin(client: Client, name: str) -> str:
    start = {"variables": {}, "business_key": name}
    path = "/api/v1/process-definitions/RES_LIFE/instances"
    return str(client.once("POST", path, start, {"Idempotency-Key": f"{name}-START"})[0])


def is_well(service: Station) -> bool:
    """Ready to work; the database is started again where it ended, as `changxiao serve` does it."""
    if not service.database.is_running():
        service.database.launch()
    service.tend()
    return service.is_ready()
