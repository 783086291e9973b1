"""Conditions that every page asks are known to fit their indexes, which a slip of a word in either would end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Select, select

from engine.queries.frame import OWN_WORK
from engine.store import tables as t
from engine.store.database import Database
from engine.store.scope import SYSTEM, written
from engine.store.visibility import ways_to_instances

ME = "somebody"


def plan(database: Database, query: Select[Any]) -> str:
    """How the database would answer if it may not read whole tables, as it would with small ones."""
    text = str(query.compile(compile_kwargs={"literal_binds": True}))
    with database.reading(actor=SYSTEM) as tx:
        tx.raw.execute("SET LOCAL enable_seqscan = off")
        return "\n".join(row[0] for row in tx.raw.execute(f"EXPLAIN {text}".encode()).fetchall())


def test_what_is_told_besides_own_work_has_an_index_of_its_own(database: Database) -> None:
    notice = t.notice.c
    query = select(notice.id).where(notice.person_id == ME, notice.kind.not_in(written(OWN_WORK)))
    assert "notice_told_idx" in plan(database, query)


@pytest.mark.parametrize("units", [[], ["A"], ["A", "B"]], ids=["no unit", "one unit", "two units"])
def test_each_way_to_see_a_case_goes_by_an_index(database: Database, units: Sequence[str]) -> None:
    case = t.instance.c
    for way in ways_to_instances(ME, units):
        found = plan(database, select(case.id).where(case.business_no.is_not(None), way))
        assert "Seq Scan" not in found
        assert any(name in found for name in ("instance_party", "instance_unit_id_idx", "instance_issuer_unit_id_idx"))
