"""Vacant posts: since when, and on which day the superior is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from engine.model.calendar import WorkCalendar
from engine.model.organization import Organization, Position, Unit
from engine.model.vacancy import REQUIRED, Vacancy, vacancies

UNIT = Unit(
    code="532503-GA",
    name="蒙自市公安局",
    short_name="蒙自公安",
    document_prefix="",
    level="COUNTY",
    type="GA",
    superior="",
    active_from=date(2025, 1, 1),
)
BEGIN = date(2025, 1, 1)


def found(*changes: tuple[str, date, date | None], on: date, unit: Unit = UNIT) -> list[tuple[str, date, date]]:
    """(position, since, told on); a position that `changes` names is held by nobody else."""
    named = {position for position, *_ in changes}
    posts = [
        *((position, BEGIN, None) for position in REQUIRED if position not in named),
        *(change for change in changes if change[1] is not None),
    ]
    held = tuple(
        Position(person=f"u{n}", unit=unit.code, code=position, valid_from=first, valid_until=last)
        for n, (position, first, last) in enumerate(posts)
    )
    there = Organization(units=(unit,), positions=held)
    return [
        (vacancy.position, vacancy.since, vacancy.told_on)
        for vacancy in vacancies(there, on, WorkCalendar.national(), alert_wd=5)
    ]


def test_a_unit_whose_posts_are_held_without_end_has_no_vacancy():
    assert found(on=date(2026, 3, 2)) == []


def test_the_superior_is_told_on_the_sixth_working_day_of_a_gap():
    """Vacant from Monday 2026-03-02: five working days may pass, 03-09 is the sixth."""
    gap = ("LEAD_MAIN", BEGIN, date(2026, 3, 1))
    told = [("LEAD_MAIN", date(2026, 3, 2), date(2026, 3, 9))]

    assert found(gap, on=date(2026, 3, 20)) == told
    assert found(gap, on=date(2026, 1, 5)) == told  # known before it begins


def test_a_successor_closes_the_gap_and_a_past_gap_is_over():
    gap = ("LEAD_DIRECT", BEGIN, date(2026, 3, 1))

    assert found(gap, ("LEAD_DIRECT", date(2026, 3, 2), None), on=date(2026, 3, 5)) == []
    later = ("LEAD_DIRECT", date(2026, 4, 1), None)
    assert found(gap, later, on=date(2026, 3, 5)) == [("LEAD_DIRECT", date(2026, 3, 2), date(2026, 3, 9))]
    assert found(gap, later, on=date(2026, 4, 1)) == []


def test_one_of_several_holders_is_enough():
    first, second = ("DEPT_RESP", BEGIN, date(2026, 3, 1)), ("DEPT_RESP", date(2025, 6, 1), None)
    assert found(first, second, on=date(2026, 3, 20)) == []


def test_a_post_that_nobody_ever_held_is_vacant_since_the_unit_stands_and_a_closed_unit_has_no_posts():
    nobody = replace(UNIT, active_from=date(2026, 3, 2))
    there = Organization(units=(nobody,))
    assert vacancies(there, date(2026, 3, 3), WorkCalendar.national(), alert_wd=5)[0] == Vacancy(
        unit=UNIT.code, position="LEAD_MAIN", since=date(2026, 3, 2), told_on=date(2026, 3, 9)
    )
    assert found(("LEAD_MAIN", BEGIN, date(2026, 3, 1)), on=date(2026, 3, 3), unit=closing(date(2026, 3, 1))) == []
    assert found(("LEAD_MAIN", BEGIN, date(2026, 3, 1)), on=date(2026, 3, 1), unit=closing(date(2026, 3, 1))) == []
    unknown = replace(UNIT, active_from=None)
    assert vacancies(Organization(units=(unknown,)), date(2026, 3, 3), WorkCalendar.national(), alert_wd=5) == ()


def closing(last_day: date) -> Unit:
    return replace(UNIT, active_until=last_day)
