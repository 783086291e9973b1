"""Counts for Prometheus: requests by route, and how the machinery does. Routes, never paths; no label names a case."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import structlog
from flask import Blueprint, Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from engine.queries.queues import Vital, vitals
from webui.auth import rule
from webui.guard import elapsed_seconds
from webui.service import current_service

logger = structlog.get_logger(__name__)

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


def install(app: Flask) -> None:
    """Count every answer; serve the counts at /metrics."""
    registry = CollectorRegistry()  # one per application: tests make many in one process
    ProcessCollector(registry=registry)
    registry.register(_Machinery())
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
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.register_blueprint(blueprint)


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
