"""Which units something concerns, and whether a unit owes what a period asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.model.owing import owes
from engine.model.params import Params
from engine.model.preloaded import preloaded_units
from engine.model.unit_filter import UnitFilterSyntaxError, parse_unit_filter

UNITS = preloaded_units()
FIRST, LAST = date(2026, 7, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("all", 70),
        ("ZF", 14),
        ("county-ZF", 13),
        ("type:GA,FY", 28),
        ("level:PREF", 5),
        ("level:COUNTY; type:FY,JC,GA,SF", 52),
        ("level:PREF;type:FY,JC,GA,SF", 4),
        ("unit:532503-GA", 1),
    ],
)
def test_a_filter_covers_the_units_it_names(text, number):
    assert sum(parse_unit_filter(text).covers(unit) for unit in UNITS) == number


@pytest.mark.parametrize(
    ("text", "position"),
    [("", 0), ("everybody", 0), ("type", 4), ("type:", 5), ("level:CITY", 6), ("type:GA;type:FY", 8), ("type:GA x", 8)],
)
def test_a_mistake_is_named_with_its_position(text, position):
    with pytest.raises(UnitFilterSyntaxError) as caught:
        parse_unit_filter(text)
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("opened", "closed", "is_owed"),
    [
        (None, None, True),
        (date(2026, 7, 1), None, True),
        (date(2026, 12, 1), None, True),  # 30 days remain
        (date(2026, 12, 2), None, False),
        (date(2027, 1, 1), None, False),
        (None, date(2026, 6, 30), False),
        (None, date(2026, 7, 1), True),
    ],
)
def test_a_unit_opened_in_the_period_owes_only_if_enough_of_it_remains(opened, closed, is_owed):
    unit = replace(UNITS[0], active_from=opened, active_until=closed)
    assert owes(unit, FIRST, LAST, Params.load()) is is_owed
