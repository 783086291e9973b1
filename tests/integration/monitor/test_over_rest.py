"""The same over REST: figures for supervisors, the inside of an instance for operators, nothing for others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from engine.core import Engine
from engine.model.step import InstanceId
from tests.integration.api.conftest import PASSWORD, Caller
from tests.integration.monitor.conftest import COUNTY
from webui.app import create_app

Sign = Callable[[str], Caller]


@pytest.fixture(scope="module")
def app(engine: Engine) -> Flask:
    made = create_app(engine.settings, engine)
    made.testing = True
    return made


@pytest.fixture(scope="module")
def sign(app: Flask) -> Sign:
    known: dict[str, Caller] = {}

    def signed(name: str) -> Caller:
        if name not in known:
            nobody = Caller(app.test_client(use_cookies=False))
            session = nobody.post("/sessions", {"username": name, "password": PASSWORD}, status=201)
            known[name] = Caller(nobody.client, session["token"])
        return known[name]

    return signed


@pytest.fixture
def cases(engine: Engine) -> dict[bool, InstanceId]:
    """An open case and the sealed one."""
    with engine.reading("system") as tx:
        rows = tx.raw.execute("SELECT sealed, id FROM instance WHERE key = 'S1_RECTIFY' ORDER BY id DESC").fetchall()
    return {sealed: InstanceId(found) for sealed, found in rows}


def test_the_load_of_a_process_is_told_with_every_filter(sign: Sign) -> None:
    county = sign(COUNTY)

    load = county.get("/process-definitions/S1_RECTIFY/load")
    late = county.get("/process-definitions/S1_RECTIFY/load?light=red&type=GA&history=all")
    tokens = county.get("/process-definitions/S1_RECTIFY/tokens?light=red&limit=1")

    assert (load["running"], {unit["unit"] for unit in load["units"]}) == (3, {"532503-GA", "532503-FY"})
    assert [e["element_id"] for e in late["elements"] if e["red"]] == ["S1_T5"]
    assert late["since"] is None
    assert len(tokens["items"]) == 1
    assert tokens["items"][0]["light"] == "red"
    assert county.get(f"/process-definitions/S1_RECTIFY/tokens?light=red&cursor={tokens['next_cursor']}")["items"]


def test_the_overview_is_told_as_the_page_shows_it(sign: Sign) -> None:
    found = sign(COUNTY).get("/overview?period=2026H1")

    assert (found["running"], found["red"], found["yellow"]) == (3, 2, 1)
    assert [region["region"] for region in found["regions"]] == ["532503"]
    assert sign(COUNTY).get("/overview?period=nonsense", status=422)["code"] == "input_rejected"


@pytest.mark.parametrize("person", ["u101", "u901", "u907"])
@pytest.mark.parametrize("path", ["/process-definitions/S1_RECTIFY/load", "/overview"])
def test_who_supervises_nobody_is_refused(sign: Sign, person: str, path: str) -> None:
    assert sign(person).get(path, status=403)["code"] == "role_missing"


def test_an_operator_sees_the_inside_of_an_instance_but_no_value(sign: Sign, cases: dict[bool, InstanceId]) -> None:
    operator = sign("u907")

    answer = operator.call("GET", f"/instances/{cases[False]}/internals")

    text = answer.get_data(as_text=True)
    found = answer.get_json()
    assert found["tokens"][0]["element_id"].startswith("S1_")
    assert found["events"]
    assert {"key": "title", "type": "text", "size": None} in found["variables"]
    assert "抽查" not in text
    assert "的问题" not in text
    assert "u041" not in text


def test_an_operator_learns_nothing_of_a_sealed_instance(sign: Sign, cases: dict[bool, InstanceId], app: Flask) -> None:
    sign("u907").get(f"/instances/{cases[True]}/internals", status=404)
    sign("u041").get(f"/instances/{cases[False]}/internals", status=403)
