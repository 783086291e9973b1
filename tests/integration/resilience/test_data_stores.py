"""Data stores: cases share them, one writes at a time, and nothing of a sealed case goes into them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.commands.case_step import SYSTEM, StartRequest
from engine.commands.cases import begin_now
from engine.core import Engine
from engine.errors import NotFound, StepFailed
from engine.model.step import InstanceId, PersonId
from engine.queries.data_stores import data_store
from engine.store.scope import Scope
from tests.integration.resilience.office import OPERATOR, UNIT, begin, deploy

CASES = 16


def stored(engine: Engine, key: str) -> object:
    with engine.transaction(SYSTEM) as tx:
        return tx.stored_value("register", key, lock=False)


def number_of(engine: Engine, case: InstanceId) -> object:
    with engine.transaction(SYSTEM) as tx:
        return tx.instance(case).variables["number"]


def test_cases_that_count_at_the_same_moment_lose_nothing(engine: Engine) -> None:
    deploy(engine, "RES_COUNT")

    with ThreadPoolExecutor(8) as pool:
        cases = list(pool.map(lambda _: begin(engine, "RES_COUNT", kind="A"), range(CASES)))

    assert sorted(number_of(engine, case) for case in cases) == list(range(1, CASES + 1))  # type: ignore[type-var]
    assert stored(engine, "A") == CASES
    begin(engine, "RES_COUNT", kind="B")
    assert stored(engine, "B") == 1
    found = data_store(engine, OPERATOR, "register")
    assert [(v.masked.key, v.masked.type, v.version) for v in found] == [("A", "number", CASES), ("B", "number", 1)]


def test_who_wrote_to_a_data_store_stands_in_the_history_without_the_value(engine: Engine) -> None:
    deploy(engine, "RES_COUNT")
    case = begin(engine, "RES_COUNT", kind="A")

    with engine.transaction(SYSTEM) as tx:
        (told,) = _facts(tx, case)
    assert told == ("COUNT", '{"store":"register"}')


def _facts(tx: Scope, case: InstanceId) -> list[tuple[object, ...]]:
    return tx.raw.execute(
        "SELECT h.node_id, b.body FROM history h JOIN history_body b USING (instance_id, seq)"
        " WHERE h.instance_id = %s AND h.event = 'stored'",
        (case,),
    ).fetchall()


def test_data_of_a_sealed_case_are_refused_and_nothing_is_written(engine: Engine) -> None:
    deploy(engine, "RES_COUNT")
    request = StartRequest(key="RES_COUNT", variables={"kind": "A"}, unit=UNIT, sealed=True)

    with pytest.raises(StepFailed) as failed, engine.transaction(SYSTEM) as tx:
        begin_now(engine, tx, request, by=SYSTEM, parent_instance=None, depth=0)  # type: ignore[arg-type]
    assert (failed.value.cause, failed.value.node_id) == ("sealed_store", "COUNT")
    assert stored(engine, "A") is None


def test_nobody_but_the_system_sees_the_rows_themselves(engine: Engine) -> None:
    deploy(engine, "RES_COUNT")
    begin(engine, "RES_COUNT", kind="A")

    for person in (OPERATOR, PersonId("u101")):
        with engine.transaction(person) as tx:
            assert tx.stored("register", limit=10) == ()
    with pytest.raises(NotFound):
        data_store(engine, OPERATOR, "nothing")
