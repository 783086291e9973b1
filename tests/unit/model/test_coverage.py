"""Who of a unit must be trained: staff less long leave and exemptions, and who of them has been."""

from __future__ import annotations

from datetime import date

import pytest

from engine.model.coverage import coverage, on_long_leave
from engine.model.organization import Absence

STAFF = [f"u{number:02d}" for number in range(1, 21)]


def leave(first: str, last: str, *, person: str = "u20", kind: str = "请假") -> Absence:
    return Absence(
        person=person,
        first_day=date.fromisoformat(first),
        last_day=date.fromisoformat(last),
        kind=kind,  # type: ignore[arg-type]
    )


def test_a10_of_twenty_with_one_on_leave_seventeen_leave_two_to_make_it_up():
    now = coverage(STAFF, exempt=["u20"], trained=STAFF[:17])
    assert (now.done, now.of, now.missing, now.is_complete) == (17, 19, ("u18", "u19"), False)
    assert coverage(STAFF, exempt=["u20"], trained=STAFF[:19]).is_complete


def test_who_is_exempt_and_came_all_the_same_counts():
    now = coverage(STAFF, exempt=["u20"], trained=["u20"])
    assert (now.done, now.of) == (1, 20)


def test_who_was_trained_elsewhere_or_has_left_counts_neither_way():
    now = coverage(["u01"], exempt=[], trained=["u99"])
    assert (now.done, now.of) == (0, 1)


def test_a_unit_in_which_nobody_must_attend_has_nothing_to_show():
    assert not coverage(["u01"], exempt=["u01"], trained=[]).is_complete


@pytest.mark.parametrize(
    ("absences", "is_long"),
    [
        ([leave("2026-08-01", "2026-09-29")], True),
        ([leave("2026-08-01", "2026-09-28")], False),
        ([leave("2026-08-01", "2026-08-31"), leave("2026-09-01", "2026-09-29")], True),
        ([leave("2026-08-01", "2026-08-30"), leave("2026-09-01", "2026-09-30")], False),
        ([leave("2026-08-01", "2026-10-31"), leave("2026-08-10", "2026-08-20")], True),
        ([leave("2026-08-01", "2026-10-31", kind="出差")], False),
        ([leave("2026-01-01", "2026-06-30")], False),
    ],
)
def test_long_leave_is_sixty_days_without_a_break_around_the_day(absences: list[Absence], is_long: bool):
    found = on_long_leave(absences, on=date(2026, 9, 15), least_days=60)
    assert ("u20" in found) is is_long
