"""Counts for Prometheus: requests by route, and how the machinery does. Routes, never paths; no label names a case.

Each process that answers counts in files of its own, in a folder that all of them share; whichever is asked for
/metrics tells the sum. A process that is started anew goes on with the files of the one that has died.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

import structlog
from flask import Blueprint, Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, ProcessCollector, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from engine.queries.queues import Vital, vitals
from webui.auth import rule
from webui.guard import elapsed_seconds
from webui.service import current_service

logger = structlog.get_logger(__name__)

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_NAME = "metrics"
_PLACE = "process-"
_ROOM_BYTES = 2 << 20  #: a route takes two kB, and there are some hundreds


@dataclass(slots=True)
class _Counting:
    """What this process counts, and where others count with it."""

    own: CollectorRegistry
    folder: Path | None = None
    place: IO[str] | None = None  #: locked as long as this process lives

    def all(self) -> CollectorRegistry:
        """To be asked for what is to be told."""
        told = CollectorRegistry()
        if self.folder is None:
            told.register(self.own)
        else:
            MultiProcessCollector(told, str(self.folder))  # type: ignore[no-untyped-call]
        told.register(_Processes(self.folder))
        told.register(_Machinery())
        return told


def clear(folder: Path) -> None:
    """Make the folder in which processes count together, without what earlier ones have counted."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)


def share(app: Flask, folder: Path) -> None:
    """From now on this process counts together with all that share `folder`. Called before its first request."""
    counting: _Counting = app.extensions[_NAME]
    counting.folder = folder
    number, counting.place = _take_place(folder)
    for kind in ("counter", "histogram"):
        _reserve(folder / f"{kind}_{number}.db")
    values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]


def install(app: Flask) -> None:
    """Count every answer; serve the counts at /metrics."""
    registry = CollectorRegistry()  # one per application: tests make many in one process
    counting = app.extensions[_NAME] = _Counting(registry)
    requests = Counter("changxiao_requests", "Requests", ["method", "route", "status"], registry=registry)
    seconds = Histogram(
        "changxiao_request_seconds",
        "Time to answer, by route",
        ["method", "route"],
        buckets=_BUCKETS,
        registry=registry,
    )

    @cache  # finding the two by their labels takes longer than counting; there are as many as routes and statuses
    def counts(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        return requests.labels(method, route, str(status)), seconds.labels(method, route)

    def count(response: Response) -> Response:
        asked = request.url_rule
        number, took = counts(request.method, asked.rule if asked is not None else "unknown", response.status_code)
        number.inc()
        took.observe(elapsed_seconds())
        return response

    app.after_request(count)
    blueprint = Blueprint("metrics", __name__)

    @blueprint.get("/metrics")
    @rule("public")
    def metrics() -> Response:
        return Response(generate_latest(counting.all()), content_type=CONTENT_TYPE_LATEST)

    app.register_blueprint(blueprint)


def _take_place(folder: Path) -> tuple[int, IO[str]]:
    """The first number that no living process has, and the locked file that says so and who has it."""
    for number in itertools.count(1):
        file = (folder / f"{_PLACE}{number}").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            continue
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return number, file
    raise AssertionError


def _reserve(file: Path) -> None:
    """Give a file of counts its room on the disk now: it is written as memory, where a full disk kills the writer."""
    with file.open("a+b") as opened:
        os.posix_fallocate(opened.fileno(), 0, _ROOM_BYTES)


class _Processes(Collector):
    """CPU, memory and open files of each process that answers, by its number."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for number, pid in self._pids():
            for found in ProcessCollector(pid=lambda pid=pid: pid, registry=None).collect():  # type: ignore[misc]
                family = families.setdefault(found.name, Metric(found.name, found.documentation, found.type))
                for sample in found.samples:
                    family.add_sample(sample.name, {"process": number}, sample.value)
        yield from families.values()

    def _pids(self) -> Iterator[tuple[str, str]]:
        if self._folder is None:
            yield "1", "self"
            return
        for file in sorted(self._folder.glob(f"{_PLACE}*")):
            if pid := file.read_text():  # nobody yet, where somebody is about to write his
                yield file.name.removeprefix(_PLACE), pid


class _Machinery(Collector):
    """Asked anew at each look: queues, workers, incidents, backups, as the operators see them."""

    def describe(self) -> Iterator[Metric]:
        """Nothing: at registration there is no request and no database to ask."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        try:
            found = vitals(current_service().engine)
        except Exception:
            # The counts of this process are wanted most when the database is away.
            logger.exception("vitals not counted", action="metrics.collect")
            yield GaugeMetricFamily("changxiao_database_up", "Does the database answer?", 0)
            return
        yield GaugeMetricFamily("changxiao_database_up", "Does the database answer?", 1)
        yield from _families(found)


def _families(found: tuple[Vital, ...]) -> Iterator[Metric]:
    families: dict[str, GaugeMetricFamily] = {}
    for vital in found:
        labels = list(vital.labels)
        family = families.get(vital.name)
        if family is None:
            family = families[vital.name] = GaugeMetricFamily(f"changxiao_{vital.name}", vital.help, labels=labels)
        family.add_metric(list(vital.labels.values()), vital.value)
    yield from families.values()
