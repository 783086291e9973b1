"""Counts and times of requests by route, for Prometheus. Routes, never paths: an address of a case is no label."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest

from webui.auth import rule
from webui.guard import elapsed_seconds

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


def install(app: Flask) -> None:
    """Count every answer; serve the counts at /metrics."""
    registry = CollectorRegistry()  # one per application: tests make many in one process
    ProcessCollector(registry=registry)
    requests = Counter("changxiao_requests", "Requests", ["method", "route", "status"], registry=registry)
    seconds = Histogram(
        "changxiao_request_seconds",
        "Time to answer, by route",
        ["method", "route"],
        buckets=_BUCKETS,
        registry=registry,
    )

    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule is not None else "unknown"
        requests.labels(request.method, route, str(response.status_code)).inc()
        seconds.labels(request.method, route).observe(elapsed_seconds())
        return response

    app.after_request(count)
    blueprint = Blueprint("metrics", __name__)

    @blueprint.get("/metrics")
    @rule("public")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.register_blueprint(blueprint)
