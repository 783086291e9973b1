"""值班表 as text: what a line may look like, what is said of one that is none, and how a month is copied."""

from __future__ import annotations

from datetime import date

import pytest

from engine.model.organization import Person, RosterEntry
from engine.model.roster_text import MAX_LINES, copied_turns, read_turns

UNIT = "532503-GA"
PEOPLE = tuple(
    Person(id=account, name=name, unit=UNIT) for account, name in (("u1", "张一"), ("u2", "李二"), ("u3", "李二"))
)


@pytest.mark.parametrize(
    ("line", "roster", "person", "last"),
    [
        ("2026-12-01 张一", "duty", "u1", date(2026, 12, 1)),
        ("2026-12-01 至 2026-12-07，张一，值班领导", "duty_leader", "u1", date(2026, 12, 7)),
        ("2026年12月1日\t带班\tu2", "duty_leader", "u2", date(2026, 12, 1)),
        ("u3; 2026/12/01 ~ 2026/12/03; duty", "duty", "u3", date(2026, 12, 3)),
    ],
)
def test_a_line_names_days_and_a_person_in_any_order(line: str, roster: str, person: str, last: date) -> None:
    turns, problems = read_turns(f"\n{line}\n", UNIT, PEOPLE)
    assert problems == ()
    assert turns == (
        (2, RosterEntry(name=roster, unit=UNIT, person=person, first_day=date(2026, 12, 1), last_day=last)),
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("张一", "没有找到日期"),
        ("2026-02-30 张一", "日期不存在"),
        ("2026-12-01", "每行写一名人员"),
        ("2026-12-01 张一 u2", "每行写一名人员"),
        ("2026-12-01 王五", "本单位没有"),
        ("2026-12-01 李二", "u2、u3"),
        ("2026-12-07 至 2026-12-01 张一", "结束日期早于开始日期"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_with_the_reason(line: str, said: str) -> None:
    turns, problems = read_turns(f"2026-12-01 u1\n{line}", UNIT, PEOPLE)
    assert len(turns) == 1
    assert [(one.number, said in one.zh, bool(one.en)) for one in problems] == [(2, True, True)]


def test_more_lines_than_a_year_of_turns_are_refused() -> None:
    _, problems = read_turns("2026-12-01 u1\n" * (MAX_LINES + 1), UNIT, PEOPLE)
    assert [one.number for one in problems] == [MAX_LINES + 1]


def test_a_copied_month_repeats_the_weekdays_and_leaves_what_is_entered_or_over() -> None:
    def turn(person: str, first: tuple[int, int], last: tuple[int, int], name: str = "duty") -> RosterEntry:
        return RosterEntry(
            name=name, unit=UNIT, person=person, first_day=date(2026, *first), last_day=date(2026, *last)
        )

    november = (
        turn("u1", (11, 2), (11, 8)),
        turn("u2", (11, 9), (11, 30)),
        turn("u3", (11, 1), (11, 30), "duty_leader"),
    )
    entered = turn("u3", (12, 3), (12, 4))
    made = copied_turns((*november, entered), date(2026, 12, 1), date(2026, 12, 31), since=date(2026, 12, 2))
    assert [(t.name, t.person, t.first_day.day, t.last_day and t.last_day.day) for t in made] == [
        ("duty", "u1", 2, 2),
        ("duty_leader", "u3", 2, 31),
        ("duty", "u1", 5, 6),
        ("duty", "u2", 7, 31),
    ]
