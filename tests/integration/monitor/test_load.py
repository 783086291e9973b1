"""What a supervisor counts is his subtree, without what is sealed; every filter holds for figures and list alike."""

from __future__ import annotations

import pytest

from engine.core import Engine
from engine.errors import InputRejected, NotFound
from engine.model.step import PersonId
from engine.queries.load import process_load
from engine.queries.load_cases import case_tokens
from engine.queries.narrowing import Narrowing
from engine.queries.overview import overview
from engine.queries.processes import processes
from engine.queries.trend import trend
from tests.integration.monitor.conftest import COUNTY, PREFECTURE

KEY = "S1_RECTIFY"
OFFICER = PersonId("u101")


def counts(engine: Engine, person: PersonId, wanted: Narrowing) -> tuple[int, int]:
    """Open tokens of the picture, and lines of the list behind it."""
    load = process_load(engine, person, KEY, wanted)
    return sum(e.open for e in load.elements), len(case_tokens(engine, person, KEY, wanted, limit=100).rows)


@pytest.mark.parametrize(
    ("person", "wanted", "expected"),
    [
        (PREFECTURE, Narrowing(), 5),  # the sealed one is nobody's figure
        (COUNTY, Narrowing(), 3),
        (PREFECTURE, Narrowing(region="532501"), 2),
        (PREFECTURE, Narrowing(type="FY"), 1),
        (PREFECTURE, Narrowing(unit="532503-GA"), 2),
        (PREFECTURE, Narrowing(unit="532503-XX"), 0),
        (COUNTY, Narrowing(region="532501"), 0),
        (PREFECTURE, Narrowing(version=1), 3),
        (PREFECTURE, Narrowing(version=2), 2),
        (PREFECTURE, Narrowing(node="S1_T5"), 1),
        (PREFECTURE, Narrowing(light="red"), 3),
        (PREFECTURE, Narrowing(light="yellow"), 2),
        (PREFECTURE, Narrowing(light="grey"), 0),
        (PREFECTURE, Narrowing(light="green"), 0),
        (PREFECTURE, Narrowing(level=5), 0),
    ],
)
def test_a_filter_holds_for_the_picture_and_for_the_list_behind_it(
    engine: Engine, person: PersonId, wanted: Narrowing, expected: int
) -> None:
    assert counts(engine, person, wanted) == (expected, expected)


def test_the_rungs_of_the_ladder_filter_alike(engine: Engine) -> None:
    by_level = [counts(engine, PREFECTURE, Narrowing(level=level)) for level in range(6)]

    assert all(picture == listed for picture, listed in by_level)
    assert sum(picture for picture, _ in by_level) == 5


def test_somebody_who_supervises_nobody_counts_his_own_unit_only(engine: Engine) -> None:
    load = process_load(engine, OFFICER, KEY, Narrowing())

    assert {unit.unit for unit in load.units} == {"532503-GA"}
    assert load.overseen == ()


def test_the_picture_tells_versions_lights_and_how_long_a_step_takes(engine: Engine) -> None:
    load = process_load(engine, PREFECTURE, KEY, Narrowing())

    assert [(v.row.version, v.running) for v in load.versions] == [(2, 2), (1, 3)]
    assert load.drawn.version == 2
    working = next(e for e in load.elements if e.node.id == "S1_T5")
    assert (working.open, working.red) == (1, 1)
    planned = next(e for e in load.elements if e.node.id == "S1_T4")
    assert planned.dwell is not None
    assert (planned.dwell.count, planned.dwell.median_days, planned.dwell.limit_days) == (1, 0.0, 1.0)
    assert load.running == 5


def test_the_bottleneck_names_the_regions_in_which_it_is_late(engine: Engine) -> None:
    """Nothing has taken a working day yet, so nothing is called a bottleneck."""
    assert process_load(engine, PREFECTURE, KEY, Narrowing()).bottleneck is None


def test_the_list_goes_on_behind_its_cursor_without_a_gap(engine: Engine) -> None:
    whole = [row.row_id for row in case_tokens(engine, PREFECTURE, KEY, Narrowing(), limit=100).rows]
    cursor, walked = "", []
    while True:
        page = case_tokens(engine, PREFECTURE, KEY, Narrowing(), cursor=cursor, limit=2)
        walked += [row.row_id for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break

    assert walked == whole
    with pytest.raises(InputRejected):
        case_tokens(engine, PREFECTURE, KEY, Narrowing(), cursor="x")


@pytest.mark.parametrize("wanted", [Narrowing(version=9)])
def test_a_version_that_never_was_is_not_there(engine: Engine, wanted: Narrowing) -> None:
    with pytest.raises(NotFound):
        process_load(engine, PREFECTURE, KEY, wanted)
    with pytest.raises(NotFound):
        process_load(engine, PREFECTURE, "NO_SUCH", Narrowing())


def test_the_overview_counts_what_its_lists_show(engine: Engine) -> None:
    found = overview(engine, PREFECTURE, Narrowing())

    assert (found.running, found.red, found.yellow, found.late_regions) == (5, 3, 2, 2)
    assert found.units == 70
    assert [(p.region, p.open, p.red) for p in found.places][:2] == [("532503", 3, 2), ("532501", 2, 1)]
    assert {line.reason for line in found.attention.lines} <= {"late", "unanswered"}
    assert found.attention.totals["late"] == len([line for line in found.attention.lines if line.reason == "late"])
    narrowed = overview(engine, PREFECTURE, Narrowing(region="532501"))
    assert (narrowed.running, narrowed.red, narrowed.units) == (2, 1, 5)


def test_the_list_of_processes_and_the_trend_tell_the_same_cases(engine: Engine) -> None:
    rows = {row.current.key: row for row in processes(engine, COUNTY, Narrowing()).rows}
    over_time = trend(engine, COUNTY, KEY, Narrowing())

    assert (rows[KEY].running, rows[KEY].red) == (3, 2)
    assert sum(month.opened for month in over_time.months) == 3
    assert sum(over_time.ages) == 3
