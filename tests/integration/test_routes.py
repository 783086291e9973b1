"""Every route says who may use it; whoever stands outside a case sees nothing of it by any of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule

from engine.core import Engine
from engine.model.step import PersonId
from engine.queries import instances
from engine.store.record import NewNotice
from tests.integration.api.conftest import (  # noqa: F401 - fixtures
    API,
    Caller,
    Sign,
    app,
    case,
    engine,
    file_part,
    inspector,
    leader,
    module_db,
    nobody,
    outsider,
    owner,
    register,
    sign_in,
)
from tests.integration.api.test_lifecycle import ISSUE, NAMED, PLAN
from webui.app import create_app
from webui.auth import route_rules

CANARY = "金丝雀专用标题"


def test_every_route_declares_a_rule(app: Flask) -> None:  # noqa: F811
    assert [endpoint for endpoint, rule in route_rules(app).items() if not rule] == []


def test_what_strangers_may_reach_is_a_short_list(app: Flask) -> None:  # noqa: F811
    public = {endpoint for endpoint, rule in route_rules(app).items() if rule == "public"}
    api = {endpoint for endpoint in public if not endpoint.startswith("pages.")}
    assert api <= {
        *("static", "plain_styles", "metrics.metrics", "health.healthz", "health.readyz", "openapi", "docs"),
        "sessions.sign_in",
    }


def test_a_route_without_a_rule_is_shut_to_everybody(engine: Engine, sign_in: Sign) -> None:  # noqa: F811
    careless = create_app(engine.settings, engine)
    careless.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "secret")
    caller = Caller(careless.test_client(use_cookies=False), sign_in("u041").token)
    assert caller.get("/forgotten", status=500)["code"] == "rule_missing"


def test_a_stranger_is_sent_away_from_every_route_that_is_not_public(app: Flask, nobody: Caller) -> None:  # noqa: F811
    for rule, method in routes(app):
        declared = route_rules(app)[rule.endpoint]
        if declared in {"public", "clock"}:
            continue
        answer = nobody.client.open(filled(rule, {}), method=method)
        assert answer.status_code in {401, 302, 303}, (rule.rule, method, answer.status_code)


@pytest.fixture
def traces(inspector: Caller, leader: Caller, owner: Caller, engine: Engine) -> dict[str, str]:  # noqa: F811
    """Ids of everything that hangs on one case of 532503-GA: the outsider knows them all."""
    known = str(register(inspector, title=CANARY)["id"])
    inspector.do("S1_T2", ISSUE, instance_id=known)
    leader.do("S1_T3", NAMED, instance_id=known)
    owner.do("S1_T4", PLAN, instance_id=known)
    task = owner.inbox(instance_id=known)["S1_T5"]["id"]
    upload = owner.upload("/attachments", {"file": file_part("底稿.txt", "抽查底稿".encode()), "task_id": task})
    with engine.transaction("system") as tx:
        notice = NewNotice(id=uuid4(), people=(PersonId("u101"),), kind="reminder", facts={"name": CANARY})
        tx.add_notices([notice])
    return {"instance_id": known, "task_id": task, "attachment_id": upload["id"]}


def test_an_outsider_who_knows_every_id_finds_no_trace_of_the_case(
    app: Flask,  # noqa: F811
    outsider: Caller,  # noqa: F811
    traces: dict[str, str],
) -> None:
    walk_as_outsider(app, outsider, traces)


def test_a_planted_leak_is_found_by_the_walk(
    app: Flask,  # noqa: F811
    outsider: Caller,  # noqa: F811
    traces: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = instances.cases

    def leaking(engine: Engine, person: PersonId, *arguments: Any, **options: Any) -> Any:  # noqa: F811
        return real(engine, PersonId("system"), *arguments, **options)

    monkeypatch.setattr(instances, "cases", leaking)
    with pytest.raises(AssertionError, match="GET /api/v1/instances"):
        walk_as_outsider(app, outsider, traces)


def walk_as_outsider(app: Flask, outsider: Caller, traces: dict[str, str]) -> None:  # noqa: F811
    """Ask every route, as list, with every filter, and by id. Nothing of the case may come back, nor change."""
    for rule, method in routes(app):
        names_the_case = bool(set(rule.arguments) & {"instance_id", "task_id", "attachment_id"})
        for query in queries(traces) if method == "GET" and not rule.arguments else ("",):
            answer = outsider.client.open(
                filled(rule, traces) + query,
                method=method,
                headers={"Authorization": f"Bearer {outsider.token}"},
                data=json.dumps(BODIES.get(rule.rule, {})) if method in {"POST", "PUT"} else None,
                content_type="application/json",
            )
            text = answer.get_data(as_text=True)
            where = f"{method} {rule.rule}{query}: {answer.status_code}"
            assert CANARY not in text, where
            assert not [value for value in traces.values() if value in without_echo(text)], where
            if names_the_case:
                assert answer.status_code in {401, 403, 404, 405, 422}, where


#: Bodies that pass the check of the request, so that the refusal comes from who asks and not from what is missing.
BODIES: dict[str, object] = {
    f"{API}/tasks/<uuid:task_id>/complete": {"values": {"result": "已完成"}},
    f"{API}/tasks/<uuid:task_id>/transfer": {"to": "u101", "reason": "转办"},
    f"{API}/tasks/<uuid:task_id>/return": {"reason": "退回"},
    f"{API}/tasks/<uuid:task_id>/comparison": {"values": {}},
    f"{API}/tasks/<uuid:task_id>/withdraw": {"reason": "撤回"},
    f"{API}/tasks/<uuid:task_id>/recusal": {"rule": "R2", "reason": "亲属"},
    f"{API}/tasks/<uuid:task_id>/extension": {"working_days": 1, "reason": "延期"},
    f"{API}/tasks/<uuid:task_id>/draft": {"values": {}},
    f"{API}/tasks/<uuid:task_id>/urge": {"reason": "催办"},
    f"{API}/tasks/<uuid:task_id>/reassign": {"to": "u101", "reason": "改派"},
    f"{API}/instances/<uuid:instance_id>/suspend": {"reason": "暂停"},
    f"{API}/instances/<uuid:instance_id>/resume": {"reason": "恢复"},
}


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:  # noqa: F811
    """Every route and method but those that end the caller's own session, move the shared clock, or never end.

    The stream of an inbox says how many tasks came to whoever asks, by the query behind /api/v1/tasks/news.
    """
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if (
                rule.endpoint not in {"sessions.sign_out", "clock.advance", "pages.inbox_stream", "static"}
                and "logout" not in rule.rule
            ):
                yield rule, method


def filled(rule: Rule, known: dict[str, str]) -> str:
    """The path of a route with the ids that are known, and made-up ones elsewhere."""

    def value(match: re.Match[str]) -> str:
        converter, _, name = match[1].rpartition(":")
        for trace, found in known.items():
            if name == trace or (name in {"id", "case_id"} and trace == "instance_id"):
                return found
        if converter.startswith("any("):
            return converter.removeprefix("any(").rstrip(")").split(",")[0]
        made_up = {"uuid": str(uuid4()), "int": "2026"}
        return made_up.get(converter, "PK-532503GA-2026-0001")

    return re.sub(r"<([^>]+)>", value, rule.rule)


def queries(known: dict[str, str]) -> tuple[str, ...]:
    """Query strings that ask for the case in every way that lists know."""
    case, task = known["instance_id"], known["task_id"]  # noqa: F811
    return (
        "",
        "?view=unit&unit=532503-GA",
        "?view=candidate",
        f"?view=unit&instance_id={case}",
        f"?instance_id={case}&case_id={case}&parent_instance={case}&task={task}",
        "?unit=532503-GA&limit=200",
        "?q=金丝雀",
        "?key=S1_RECTIFY&state=completed&view=unit",
        "?view=unit&unit=532503-GA&format=csv",
        "?status=running&limit=200",
    )


def without_echo(text: str) -> str:
    """The answer without what it repeats of the question: a refusal names the path and id that were asked for."""
    try:
        body = json.loads(text)
    except ValueError:
        return re.sub(r'(href|value|action)="[^"]*"', "", text)
    if isinstance(body, dict) and "code" in body:
        return json.dumps({name: value for name, value in body.items() if name not in {"instance", "facts"}})
    return text
