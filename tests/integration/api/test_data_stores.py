"""GET /data-stores: what analysts and operators learn of values that cases share."""

from __future__ import annotations

from engine.commands import instances
from engine.core import Engine
from engine.model.step import PersonId
from tests.integration.api.conftest import Caller, Sign
from tests.integration.api.test_definitions import propose
from tests.integration.resilience.office import MODELS


def test_analysts_and_operators_see_keys_and_kinds_and_never_a_value(
    engine: Engine, sign_in: Sign, owner: Caller
) -> None:
    analyst, operator = sign_in("u901"), sign_in("u907")
    propose(analyst, {"RES_COUNT.bpmn": (MODELS / "RES_COUNT.bpmn").read_bytes()}, auto_confirm="true")
    for kind in ("A", "A", "B"):
        instances.start(engine, "RES_COUNT", PersonId("u101"), {"kind": kind})

    found = operator.get("/data-stores/register")
    assert found["id"] == "register"
    assert [{**item, "updated_at": ""} for item in found["items"]] == [
        {"key": key, "type": "number", "size": None, "version": version, "updated_at": ""}
        for key, version in (("A", 2), ("B", 1))
    ]
    assert analyst.get("/data-stores/register") == found
    owner.get("/data-stores/register", status=403)
    assert operator.get("/data-stores/nothing", status=404)["code"] == "not_found"
