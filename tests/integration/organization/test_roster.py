"""值班表: kept by the unit, read from above, and asked by tasks that go to whoever is on duty."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from engine.commands import organization as commands
from engine.commands.case_step import SYSTEM
from engine.commands.organization.rosters import NotYourRoster
from engine.core import Engine
from engine.errors import InputRejected, NotFound
from engine.model.organization import RosterEntry
from engine.model.step import PersonId
from engine.queries.rosters import roster_view

UNIT, ABOVE, BESIDE = "532503-GA", "532503-ZF", "532503-FY"
OFFICER, LEADER, INSPECTOR = PersonId("u101"), PersonId("u096"), PersonId("u041")
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 7)


def turn(**changes: object) -> RosterEntry:
    values = {"name": "duty", "unit": UNIT, "person": OFFICER, "first_day": FIRST, "last_day": LAST}
    return RosterEntry(**(values | changes))  # type: ignore[arg-type]


def on_duty(engine: Engine, day: date, roster: str = "duty") -> tuple[str, ...]:
    with engine.transaction(SYSTEM) as tx:
        return engine.reference(tx).organization.roster(roster, UNIT, day)


def test_a_turn_entered_by_the_unit_counts_on_its_days_and_is_read_from_above_only(engine: Engine) -> None:
    before = on_duty(engine, FIRST)
    made = commands.add_turn(engine, OFFICER, turn())

    assert set(on_duty(engine, LAST)) - set(before) == {OFFICER}
    assert OFFICER not in on_duty(engine, date(2026, 10, 8))
    assert made in {line.id for line in roster_view(engine, INSPECTOR, UNIT).turns}
    assert not roster_view(engine, INSPECTOR, UNIT).may_change
    with pytest.raises(NotFound):
        roster_view(engine, OFFICER, BESIDE)

    commands.end_turn(engine, OFFICER, UNIT, made)
    assert on_duty(engine, FIRST) == before


WRONG: tuple[tuple[dict[str, object], str], ...] = (
    ({"person": "u041"}, "person"),
    ({"first_day": date(2020, 1, 1)}, "first_day"),
    ({"last_day": None}, "first_day"),
    ({"last_day": date(2026, 9, 30)}, "last_day"),
    ({"name": "duty_leader"}, "person"),
    ({"first_day": LAST, "last_day": date(2026, 10, 9)}, "first_day"),  # on this roster already
)


def test_a_turn_that_cannot_stand_is_refused_in_words_and_nobody_keeps_the_roster_of_another_unit(
    engine: Engine,
) -> None:
    commands.add_turn(engine, LEADER, turn())
    before = roster_view(engine, OFFICER).turns

    for wrong, field in WRONG:
        with pytest.raises(InputRejected) as refused:
            commands.add_turn(engine, OFFICER, turn(**wrong))
        assert refused.value.facts["field"] == field, wrong
        assert refused.value.zh
        assert refused.value.en
    with pytest.raises(NotYourRoster):
        commands.add_turn(engine, INSPECTOR, turn(first_day=date(2026, 11, 1), last_day=date(2026, 11, 2)))
    with pytest.raises(NotFound):
        commands.end_turn(engine, OFFICER, UNIT, UUID(int=1))
    assert roster_view(engine, OFFICER).turns == before
