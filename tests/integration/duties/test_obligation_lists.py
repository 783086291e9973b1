"""Obligations as lists and as a matrix: filtered, counted and shown to those who oversee them, in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select, text, update

from engine.commands import nightly
from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.model.obligation import STATE_LABELS, state_of
from engine.queries.obligations import state_column
from engine.store import tables as t
from engine.store.obligations import ObligationRow
from engine.store.roles import Addresses
from tests.integration.api.conftest import Caller
from tests.integration.duties.test_obligations import proving, publish
from tests.integration.prepared import opened
from webui.app import create_app

HELD = date(2026, 1, 4)
PASSWORD = "Changxiao-2026"


@pytest.fixture
def engine(db: Addresses, tmp_path: Path) -> Iterator[Engine]:
    """Two mechanisms in force since long; of the study some are held, waived, late."""
    with opened(db, "rehearsal", data_dir=tmp_path) as made:
        publish(made, proving("P02_PUSH", "obligation=O05,evidence=meeting"))
        publish(made, proving("P06_EDUCATE", "obligation=O19,evidence=lecture,owner=var(leader)"))
        nightly.begin(made, since=date(2025, 1, 1))
        yield made


def caller(engine: Engine, person: str) -> Caller:
    client = create_app(engine.settings, engine).test_client()
    given = Caller(client).post("/sessions", {"username": person, "password": PASSWORD}, status=201)
    return Caller(client, given["token"])


def test_lists_matrix_waiver_and_rules_over_rest(engine: Engine) -> None:
    owed = t.obligation.c
    with engine.transaction(SYSTEM) as tx:
        county = owed.unit.startswith("532503-")
        tx.connection.execute(
            update(t.obligation)
            .where(owed.code == "O05", county)
            .values(done_on=date(2026, 1, 4), dated_on=date(2026, 1, 4))
        )
    leader, above, beside = caller(engine, "u001"), caller(engine, "u036"), caller(engine, "u201")

    found = leader.get("/obligations?code=O05&period=2026H1&limit=200")["items"]
    assert Counter(row["state"] for row in found) == {"done": 5, "open": 65}
    assert {row["light"] for row in found} == {"blue", "green"}
    assert len(leader.get("/obligations?code=O05&type=GA&region=532504")["items"]) == 1
    mine = above.get("/obligations?owner=u097")["items"]
    assert [(row["code"], row["person"], row["state_zh"]) for row in mine] == [("O19", "u097", "进行中")]
    worker = above.get("/obligations?owner=u101&code=O05")["items"]
    assert [(row["unit"], row["responsible"]) for row in worker] == [("532503-GA", ["用户101"])]
    first = leader.get("/obligations?limit=2")
    second = leader.get(f"/obligations?limit=2&cursor={first['next_cursor']}")
    assert len({row["id"] for row in first["items"] + second["items"]}) == 4
    assert all(row["unit"].startswith("5325") for row in beside.get("/obligations")["items"])
    assert beside.get(f"/obligations/{mine[0]['id']}", status=404)["code"] == "not_found"

    matrix = leader.get("/obligations/matrix?period=2026H1")
    assert (len(matrix["rows"]), matrix["period_zh"]) == (14, "2026年上半年")
    cells = {(cell["row"], cell["code"]): cell["counts"] for cell in matrix["cells"]}
    assert cells["532503", "O05"] == {"done": 5}
    assert cells["532504", "O19"] == {"open": 15}
    by_unit = above.get("/obligations/matrix?period=2026H1&rows=unit&mechanism=P02")
    assert (by_unit["codes"], len(by_unit["rows"])) == (["O05", "O06", "O30"], 5)

    csv = leader.call("GET", "/obligations?code=O05&period=2026H1&format=csv").get_data(as_text=True)
    assert csv.count("半年专题研究") == 70
    assert leader.get("/obligations?code=O99", status=404)["code"] == "unknown_obligation"
    assert leader.get("/obligations?period=2026X1", status=422)

    study = above.get("/obligations?code=O19&unit=532503-GA&state=open")["items"][0]
    refused = leader.post(f"/obligations/{study['id']}/waiver", {"reason": "借调"}, status=403)
    assert refused["code"] == "only_the_superior"
    waived = above.post(f"/obligations/{study['id']}/waiver", {"reason": "借调一年"})["obligation"]
    assert (waived["state"], waived["light"], waived["waived_by"]) == ("waived", "grey", "u036")

    rules = {row["code"]: row for row in leader.get("/obligations/rules")["items"]}
    assert (len(rules), rules["O05"]["in_force"], rules["O28"]["in_force"]) == (30, True, False)
    leader.post("/obligations/rules/O05", {"reason": "红政法〔2026〕3号", "active": False}, status=403)
    admin = caller(engine, "u903")
    changed = admin.post("/obligations/rules/O05", {"reason": "红政法〔2026〕3号", "due": "lastwd(half)-5wd"})
    assert {row["code"]: row["version"] for row in changed["items"]}["O05"] == 2


def test_the_state_in_sql_is_the_state_of_the_model(engine: Engine) -> None:
    chance, today = Random(7), date(2026, 6, 1)  # noqa: S311 - the same days in every run

    def some_day() -> date | None:
        return today + timedelta(days=chance.randint(-3, 3)) if chance.random() < 0.5 else None

    with engine.transaction(SYSTEM) as tx:
        ids = [row.id for row in tx.connection.execute(select(t.obligation.c.id).limit(200))]
        for one in ids:
            days = {"due_on": some_day() or today, "opens_on": some_day() or today, "dated_on": some_day()}
            sides = {"done_on": some_day(), "lapsed_on": some_day() if chance.random() < 0.2 else None}
            waived = tx.now if chance.random() < 0.2 else None
            tx.connection.execute(
                update(t.obligation).where(t.obligation.c.id == one).values(**days, **sides, waived_at=waived)
            )
        rows = tx.connection.execute(select(t.obligation, state_column(today).label("said")))
        said = [(ObligationRow(**{k: v for k, v in row._mapping.items() if k != "said"}), row.said) for row in rows]

    assert {state for _, state in said} == set(STATE_LABELS)
    assert all(state_of(row.standing, today) == state for row, state in said)


def test_two_hundred_thousand_obligations_are_counted_by_their_indexes(engine: Engine) -> None:
    """The whole of three years, made by the database itself: the matrix of a half touches that half and its year."""
    with engine.transaction(SYSTEM) as tx:
        made = (
            "INSERT INTO obligation (id, code, rule_version, period, unit, owner_key, event, first_day, last_day,"
            " opens_on, due_on, created_at) SELECT gen_random_uuid(), 'O21', 1, '2024M01', unit, '', n::text, d,"
            " d + 30, d, d + 30,"
            " now() FROM (SELECT DISTINCT unit FROM obligation) u, generate_series(1, 120) n,"
            " LATERAL (SELECT date '2023-01-01' + (n % 24) * 30 AS d) days"
        )
        tx.connection.execute(text(made))
        tx.connection.execute(text("ANALYZE obligation"))
        plan = "\n".join(
            row[0]
            for row in tx.connection.execute(
                text(
                    "EXPLAIN SELECT unit, code, count(*) FROM obligation WHERE last_day >= date '2026-01-01'"
                    " AND first_day <= date '2026-06-30' GROUP BY 1, 2"
                )
            )
        )
        unfinished = "\n".join(
            row[0]
            for row in tx.connection.execute(
                text(
                    "EXPLAIN SELECT * FROM obligation WHERE unit = '532503-GA' AND done_on IS NULL"
                    " AND waived_at IS NULL AND lapsed_on IS NULL ORDER BY due_on, id LIMIT 21"
                )
            )
        )
        listed = "\n".join(
            row[0]
            for row in tx.connection.execute(
                text("EXPLAIN SELECT * FROM obligation WHERE unit = '532503-GA' ORDER BY due_on, id LIMIT 21")
            )
        )
    assert "obligation_days_idx" in plan
    assert "obligation_unfinished_idx" in unfinished
    assert "obligation_unit_idx" in listed
