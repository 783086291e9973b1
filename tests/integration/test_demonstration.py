"""The demonstration's data: made by the commands themselves, the same at every start, something in every state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from engine.commands import demonstration
from engine.commands.builtin import builtin_files
from engine.commands.demonstration.plans import plans
from engine.commands.deployments import deploy_builtin
from engine.config import Settings
from engine.core import Engine
from engine.errors import Refused
from engine.model.step import PersonId
from engine.queries.inbox import Ask, inbox
from engine.store.database import Database
from engine.store.roles import Addresses

OFFICER = PersonId("u101")
#: Of domain.md §6.1; 草稿 is nobody else's business, 已签收 and 已反馈 last for a moment only.
STATES = {
    *("已登记", "已下发", "已交办", "整改中", "待单位审核", "待核验"),
    *("退回整改", "已核验", "已销号", "已归档"),
}


@pytest.fixture(scope="module")
def engine(module_db: Addresses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), database_url=module_db.app_url, mode="demo")
    database = Database(module_db.app_url, pool_size=4)
    made = Engine(settings, database)
    deploy_builtin(made, builtin_files())
    demonstration.prepare(made, "demo", None)
    yield made
    database.close()


def rows(addresses: Addresses, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(addresses.admin_url) as connection:
        return connection.execute(query).fetchall()


def test_there_is_a_problem_in_every_state(engine: Engine, module_db: Addresses) -> None:
    found = Counter(state for (state,) in rows(module_db, "SELECT case_state FROM instance WHERE key = 'S1_RECTIFY'"))
    assert set(found) >= STATES
    assert sum(found.values()) == len(list(plans()))


def test_every_rung_of_the_ladder_has_cards(engine: Engine, module_db: Addresses) -> None:
    assert {level for (level,) in rows(module_db, "SELECT DISTINCT level FROM card")} == {1, 2, 3, 4, 5}


def test_no_card_and_no_reminder_was_issued_on_a_day_off(engine: Engine, module_db: Addresses) -> None:
    with engine.transaction("system") as tx:
        calendar = engine.reference(tx).calendar
    issued = rows(
        module_db,
        "SELECT (issued_at AT TIME ZONE 'Asia/Shanghai')::date FROM card"
        " UNION ALL SELECT (at AT TIME ZONE 'Asia/Shanghai')::date FROM notice WHERE kind = 'reminder'",
    )
    assert len(issued) > 50
    assert [day for (day,) in issued if not calendar.is_working_day(day)] == []  # type: ignore[arg-type]


def test_the_officer_to_present_has_fourteen_open_tasks_two_of_them_late(engine: Engine, module_db: Addresses) -> None:
    tallies = inbox(engine, OFFICER, Ask(view="todo")).tallies
    assert (tallies.todo + tallies.offered, tallies.red) == (14, 2)


def test_nothing_failed_while_it_was_made_and_the_clock_stands_at_its_start(
    engine: Engine, module_db: Addresses
) -> None:
    assert rows(module_db, "SELECT code, message FROM incident") == []
    ((now,),) = rows(module_db, "SELECT date_trunc('hour', business_at) FROM business_clock")  # it ticks
    assert now == datetime(2026, 12, 1, 1, tzinfo=UTC)


def test_plans_are_the_same_at_every_start() -> None:
    assert list(plans()) == list(plans())


def test_a_second_start_adds_nothing_and_live_mode_refuses_the_data(engine: Engine, module_db: Addresses) -> None:
    before = rows(module_db, "SELECT count(*) FROM history")
    demonstration.prepare(engine, "demo", None)
    assert rows(module_db, "SELECT count(*) FROM history") == before
    with pytest.raises(Refused):
        demonstration.prepare_live(engine)
    with pytest.raises(Refused):
        demonstration.prepare(engine, "rehearsal", None)
