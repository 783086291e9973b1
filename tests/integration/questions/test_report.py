"""The lists and comparisons of the half-year report, counted by hand on the prefecture of the questions."""

from __future__ import annotations

from datetime import date

from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.model.report_places import PlaceCounts
from tests.integration.questions.conftest import COUNTY, FY, GA, JC, OTHER_GA, TOP

HALF = date(2025, 7, 1), date(2025, 12, 31)


def test_what_stands_behind_each_unit_is_counted_once_and_cards_and_late_problems_are_listed(engine: Engine) -> None:
    with engine.transaction(SYSTEM) as tx:
        by_unit, below = tx.report_by_unit(TOP, *HALF), tx.report_by_unit(COUNTY, *HALF)
        overdue, cards = tx.overdue_list(TOP, HALF[1]), tx.card_list(TOP, *HALF)
        visits = tx.report_visits(COUNTY, date(2026, 7, 1), date(2026, 12, 31))

    assert by_unit == {
        GA: PlaceCounts(owed=2, on_time=1, overdue=1, found=2, closed=2, yellow=1, red=1),
        FY: PlaceCounts(owed=1, found=1, late=1, yellow=1),  # held late: neither in time nor overdue
        OTHER_GA: PlaceCounts(owed=1, overdue=1, found=1, closed=1, yellow=1),
    }
    assert JC not in by_unit  # its only problem is sealed
    assert below == {unit: counts for unit, counts in by_unit.items() if unit != OTHER_GA}
    assert [(one.unit, one.severity, one.limit) for one in overdue] == [(FY, "C", date(2025, 10, 10))]
    assert [(one.unit, one.level, one.state) for one in cards] == [
        (OTHER_GA, 2, "issued"),
        (GA, 2, "issued"),
        (GA, 2, "withdrawn"),
        (GA, 3, "issued"),
        (FY, 2, "objected"),
    ]
    assert visits == ({"经常": 1, "节点": 2}, 3)
