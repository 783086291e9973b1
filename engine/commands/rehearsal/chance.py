"""What people are like: punctual or not, here or away; all of it follows from the seed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from engine.model.calendar import WorkCalendar
from engine.model.clock import instant, local_day

#: When people of the rehearsal sit down to their tasks.
DESK_HOURS = (time(9, 40), time(14, 30), time(16, 40))
#: Of a hundred people so many keep their dates in this share of their tasks.
_PUNCTUALITY = ((70, 0.99), (22, 0.95), (8, 0.82))
_LATE_WD = (1, 1, 1, 1, 2, 2, 2, 3, 4, 5, 7, 9, 12)  #: working days by which somebody is late
_SOON = 3  #: with a date so near, in working days, people do not wait


@dataclass(slots=True)
class Chance:
    """Random numbers by name: what is decided about one thing does not depend on how often others were asked."""

    seed: int
    _asked: Counter[str] = field(default_factory=Counter)

    def about(self, *names: object) -> Random:
        """A source of its own for what these names say; each further one of the same name is another."""
        name = "/".join(map(str, names))
        self._asked[name] += 1
        return Random(f"{self.seed}/{name}/{self._asked[name]}")  # noqa: S311 - repeatable on purpose

    def always(self, *names: object) -> Random:
        """The same source at every call."""
        return Random(f"{self.seed}/{'/'.join(map(str, names))}")  # noqa: S311 - repeatable on purpose

    def punctuality(self, person: str) -> float:
        """The share of tasks that this person does in time."""
        drawn = self.always("punctuality", person).randrange(100)
        for share, punctuality in _PUNCTUALITY:
            if drawn < share:
                return punctuality
            drawn -= share
        return _PUNCTUALITY[0][1]


def day_of_work(random: Random, calendar: WorkCalendar, *, opened: date, due: date, punctuality: float) -> date:
    """The working day on which somebody does a task that was opened then and is due then."""
    first = opened if calendar.is_working_day(opened) else calendar.next_working_day(opened)
    left = calendar.count(first, due)
    if random.random() >= punctuality:
        return calendar.add_working_days(max(first, due), random.choice(_LATE_WD))
    if left <= 0:
        return first
    if left <= _SOON:
        return calendar.add_working_days(first, random.randint(0, left))
    # Much is done soon, and much in the last days before it is due.
    share = random.betavariate(1.2, 0.9)
    return calendar.add_working_days(first, min(left, round(share * left)))


def desk_hour(random: Random, day: date, *, after: datetime) -> datetime:
    """An hour of that day at which people work, later than `after`."""
    hours = [instant(day, hour) for hour in DESK_HOURS]
    later = [hour for hour in hours if hour > after]
    return random.choice(later) if later else hours[-1] + timedelta(days=1)


def next_desk_hour(calendar: WorkCalendar, after: datetime) -> datetime:
    """The first hour after `after` at which people work."""
    day = local_day(after)
    while True:
        if calendar.is_working_day(day):
            for hour in DESK_HOURS:
                if instant(day, hour) > after:
                    return instant(day, hour)
        day = calendar.next_working_day(day)
