"""值班表 as lines of text, the way people paste it from a table: day or days, who, and which roster."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from engine.model.organization import Person, RosterEntry
from engine.model.roster import DUTY, DUTY_LEADER, RosterName

MAX_LINES = 400
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_BETWEEN = re.compile(r"(?<=\d|日)\s*(?:至|到|—|–|~|～|to)\s*(?=\d)")
_ROSTERS: Mapping[str, RosterName] = {
    "值班": DUTY,
    "值班员": DUTY,
    "duty": DUTY,
    "值班领导": DUTY_LEADER,
    "带班": DUTY_LEADER,
    "带班领导": DUTY_LEADER,
    "leader": DUTY_LEADER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProblem:
    """Why a line cannot be read. number: from 1."""

    number: int
    zh: str
    en: str


def read_turns(
    text: str, unit: str, people: Iterable[Person]
) -> tuple[tuple[tuple[int, RosterEntry], ...], tuple[LineProblem, ...]]:
    """The turns with the numbers of their lines, and what is wrong with lines that are none; empty ones say nothing.

    A line: "2026-12-01 至 2026-12-07, 用户101, 值班领导", parted by commas, tabs or blanks; the second day and the
    roster may be left out. people: of the unit, named by account, or by a name that only one of them has.
    """
    by_name: dict[str, list[str]] = {}
    for person in people:
        by_name.setdefault(person.id, []).append(person.id)
        if person.name != person.id:
            by_name.setdefault(person.name, []).append(person.id)
    turns: list[tuple[int, RosterEntry]] = []
    problems: list[LineProblem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if number > MAX_LINES:
            problems.append(
                LineProblem(
                    number=number, zh=f"一次最多{MAX_LINES}行，请分次粘贴。", en=f"At most {MAX_LINES} lines at a time."
                )
            )
            break
        found = _turn(line.strip(), unit, by_name)
        if isinstance(found, RosterEntry):
            turns.append((number, found))
        else:
            problems.append(LineProblem(number=number, zh=found[0], en=found[1]))
    return tuple(turns), tuple(problems)


def copied_turns(entries: Iterable[RosterEntry], first: date, last: date, *, since: date) -> tuple[RosterEntry, ...]:
    """The days from `first` to `last`, each filled as the same weekday of the month before.

    entries: turns of one unit. Days before `since`, and days on which a roster has somebody already, stay as they are.
    """
    known = tuple(entries)
    filled = {
        (name, day)
        for name in {entry.name for entry in known}
        for day in _days(first, last)
        if any(entry.name == name and _covers(entry, day) for entry in known)
    }
    open_turns: dict[tuple[str, str], RosterEntry] = {}
    made: list[RosterEntry] = []
    for day in _days(max(first, since), last):
        model = day - timedelta(days=28 if day.day <= 28 else 35)
        for entry in known:
            if not _covers(entry, model) or (entry.name, day) in filled:
                continue
            key = (entry.name, entry.person)
            before = open_turns.get(key)
            grown = before is not None and before.last_day == day - timedelta(days=1)
            begins = before.first_day if before is not None and grown else day
            if before is not None and not grown:
                made.append(before)
            open_turns[key] = RosterEntry(
                name=entry.name, unit=entry.unit, person=entry.person, first_day=begins, last_day=day
            )
    return tuple(sorted((*made, *open_turns.values()), key=lambda turn: (turn.first_day, turn.name, turn.person)))


def _turn(line: str, unit: str, by_name: Mapping[str, list[str]]) -> RosterEntry | tuple[str, str]:
    days = _DAY.findall(line)
    if not days or len(days) > 2:
        return (
            f"没有找到日期：“{line[:40]}”。请写作“2026-12-01 至 2026-12-07，姓名”。",
            f"No day found in {line[:40]!r}. Write: 2026-12-01 to 2026-12-07, name.",
        )
    try:
        first, last = (date(*map(int, found)) for found in (days[0], days[-1]))
    except ValueError:
        return f"日期不存在：“{line[:40]}”。", f"There is no such day: {line[:40]!r}."
    rest = _DAY.sub(" ", _BETWEEN.sub(" ", line))
    words = [word for word in re.split(r"[\s,，、;；:：]+", rest) if word]
    rosters = [_ROSTERS[word] for word in words if word in _ROSTERS]
    names = [word for word in words if word not in _ROSTERS]
    if len(names) != 1:
        return (
            f"每行写一名人员：“{line[:40]}”。",
            f"One person a line: {line[:40]!r}.",
        )
    fitting = sorted(set(by_name.get(names[0], ())))
    if not fitting:
        return (
            f"本单位没有“{names[0][:20]}”。请写本单位人员的姓名或用户名。",
            f"There is no {names[0][:20]!r} in this unit. Give a name or account of somebody of the unit.",
        )
    if len(fitting) > 1:
        return (
            f"“{names[0][:20]}”有重名，请改写用户名：{'、'.join(fitting[:5])}。",
            f"{names[0][:20]!r} is the name of several: use the account, {', '.join(fitting[:5])}.",
        )
    if last < first:
        return f"结束日期早于开始日期：“{line[:40]}”。", f"It ends before it begins: {line[:40]!r}."
    return RosterEntry(
        name=rosters[0] if rosters else DUTY, unit=unit, person=fitting[0], first_day=first, last_day=last
    )


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _covers(entry: RosterEntry, day: date) -> bool:
    return entry.first_day <= day and (entry.last_day is None or day <= entry.last_day)
