"""Statements that are built once and sent past SQLAlchemy answer what SQLAlchemy would have answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Text, bindparam, case, cast, func, literal, literal_column, select

from engine.store import tables as t
from engine.store.database import Database
from engine.store.scope import written
from tests.integration.store.conftest import SYSTEM


def test_rows_have_the_names_and_types_that_sqlalchemy_gives(database: Database) -> None:
    query = select(t.business_clock.c.mode, t.business_clock.c.ticking, cast(bindparam("word"), Text).label("word"))
    with database.reading(actor=SYSTEM) as tx:
        (row,) = tx.rows(query, {"word": "甲", "left_out": 1})
        (expected,) = tx.connection.execute(query, {"word": "甲"})
    assert row._asdict() == expected._asdict()


def test_a_parameter_that_stands_in_two_places_is_the_same_one(database: Database) -> None:
    """Else the database does not see that a column is the expression by which it is grouped."""
    late = case((t.notice.c.at < bindparam("now"), "late"), else_="early")
    query = select(late.label("group"), func.count()).group_by(late)
    with database.reading(actor=SYSTEM) as tx:
        assert tx.rows(query, {"now": tx.now}) == []


def test_signs_of_per_cent_and_dollars_in_a_text_stay_what_they_are(database: Database) -> None:
    query = select((literal_column("'7%s $1'") + bindparam("word", type_=Text)).label("said"))
    with database.reading(actor=SYSTEM) as tx:
        assert [row.said for row in tx.rows(query, {"word": "%d"})] == ["7%s $1%d"]


def test_times_come_back_aware(database: Database) -> None:
    at = datetime(2026, 3, 2, 1, tzinfo=UTC)
    query = select(literal(at).label("at"))
    with database.reading(actor=SYSTEM) as tx:
        (row,) = tx.rows(query, {})
    assert row.at == at


def test_in_with_parameters_is_refused_where_the_statement_is_built(database: Database) -> None:
    query = select(t.notice.c.id).where(t.notice.c.kind.in_(["reminder", "stage"]))
    with database.reading(actor=SYSTEM) as tx, pytest.raises(ValueError, match="written"):
        tx.rows(query, {})


def test_constants_written_into_a_statement_cannot_leave_their_quotes(database: Database) -> None:
    words = ["plain", "o'clock", "'); DROP TABLE notice; --"]
    query = select(
        literal("o'clock").in_(written(words)).label("found"), *(w.label(f"w{n}") for n, w in enumerate(written(words)))
    )
    with database.reading(actor=SYSTEM) as tx:
        (row,) = tx.rows(query, {})
    assert list(row) == [True, *words]
