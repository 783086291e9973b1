"""A rehearsed period: nothing is refused, nobody is stuck, and the same seed comes out the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from engine.commands import rehearsal
from engine.commands.rehearsal.chance import Chance, day_of_work
from engine.config import Settings
from engine.core import Engine
from engine.model.calendar import WorkCalendar
from engine.model.clock import SHANGHAI
from engine.queries.outcome import Outcome, outcome
from engine.store.database import Database
from engine.store.roles import Addresses
from tests.integration.prepared import prepared
from tests.shared_cluster import SharedCluster
from webui.cli import main

BEGINS = datetime(2026, 1, 1, tzinfo=SHANGHAI)
UNITS = rehearsal.chosen_units("532503-GA")


@pytest.fixture
def two(cluster: SharedCluster) -> Iterator[tuple[Addresses, Addresses]]:
    """Two databases on the first of January: the same one, copied twice."""

    def fill(engine: Engine) -> None:
        rehearsal.begin(engine, BEGINS, units=UNITS)

    name = "cx_rehearsal_of_three_units"
    with prepared(cluster, name, "rehearsal", fill) as one, prepared(cluster, name, "rehearsal", fill) as other:
        yield one, other


def rehearsed(addresses: Addresses, folder: Path, seed: int) -> tuple[rehearsal.Played, Outcome]:
    settings = Settings(data_dir=folder, database_url=addresses.app_url, mode="rehearsal")
    random = Random(seed)  # noqa: S311 - the same in every run
    database = Database(addresses.app_url, pool_size=4, random=random)
    engine = Engine(settings, database, random=random)
    played = rehearsal.play(engine, until=date(2026, 1, 30), seed=seed)
    found = outcome(engine)
    database.close()
    return played, found


def test_the_same_seed_comes_out_the_same_nothing_is_refused_and_nobody_is_stuck(
    two: tuple[Addresses, Addresses], tmp_path: Path
) -> None:
    played, found = rehearsed(two[0], tmp_path, 7)
    again = rehearsed(two[1], tmp_path, 7)[1]

    assert found.digest == again.digest
    assert (dict(played.refusals), dict(found.dead_ends)) == ({}, {})
    assert played.tasks > 50
    assert set(found.obligations) >= {"O01", "O13", "O15", "O21"}
    assert json.loads(json.dumps(found.as_dict())) == found.as_dict()


def test_an_unknown_unit_and_days_in_the_wrong_order_are_refused_before_anything_starts() -> None:
    unknown = CliRunner().invoke(main, ["rehearse", "--units", "999999"])
    turned = CliRunner().invoke(main, ["rehearse", "--from", "2026-02-01", "--to", "2026-01-01"])

    assert unknown.exit_code != 0
    assert "999999" in unknown.output
    assert turned.exit_code == 2
    assert "--to lies before --from" in turned.output


def test_what_is_drawn_by_a_known_seed_is_no_lot_so_a_live_installation_has_none(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, mode="live")

    with pytest.raises(ValueError, match="live"):
        Engine(settings, Database("postgresql:///nowhere"), random=Random(1))  # noqa: S311


def test_who_is_punctual_works_between_the_opening_and_the_due_day_and_who_is_not_after_it() -> None:
    calendar, opened, due = WorkCalendar.national(), date(2026, 2, 13), date(2026, 3, 2)  # the Spring Festival between
    for number in range(200):
        chance = Chance(number).about("somebody")
        in_time = day_of_work(chance, calendar, opened=opened, due=due, punctuality=1)
        late = day_of_work(chance, calendar, opened=opened, due=due, punctuality=0)

        assert opened <= in_time <= due < late
        assert calendar.is_working_day(in_time)
        assert calendar.is_working_day(late)


def test_units_are_named_with_all_above_them() -> None:
    assert rehearsal.chosen_units("all") == frozenset()
    assert rehearsal.chosen_units("532503-GA, 532504-JC") == {
        *("532503-GA", "532503-ZF", "532504-JC", "532504-ZF", "532500-ZF"),
    }
    assert len(rehearsal.chosen_units("532503")) == 6
