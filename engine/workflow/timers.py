"""When a timer falls due: ISO 8601 dates, durations and cycles, relative to the moment of arming."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

#: Dates without a zone are meant here, and days and months are counted here.
ZONE = ZoneInfo("Asia/Shanghai")

_PERIOD = re.compile(
    r"P(?=[\dT])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_LITERAL = re.compile(r"P[\dT][\dYMWDTHS.]*|\d{4}-\d\d-\d\d\S*|R\d*/\S+")
_QUOTED = re.compile(r"""(["'])([^"'\\]*)\1""")

UNLIMITED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A duration whose months are calendar months."""

    months: int
    rest: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Arming:
    """When a timer fires, and how often again afterwards."""

    due_at: datetime  #: aware, UTC
    left: int = 0  #: firings after this one; UNLIMITED: no end
    every: str = ""  #: ISO duration between them


def literal(expression: str) -> str | None:
    """The text of a quoted or bare ISO expression; None when it has to be evaluated."""
    text = expression.strip()
    if quoted := _QUOTED.fullmatch(text):
        return quoted[2]
    return text if _LITERAL.fullmatch(text) else None


def parse_period(text: str) -> Period:
    """Raises ValueError for anything but an ISO 8601 duration of years … seconds."""
    match = _PERIOD.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not an ISO 8601 duration")
    years, months, weeks, days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return Period(months=int(years * 12 + months), rest=rest)


def later(moment: datetime, period: Period) -> datetime:
    """`moment` plus `period`; the 31st plus one month is the last day of that month."""
    local = moment.astimezone(ZONE)
    if period.months:
        year, month = divmod(local.year * 12 + local.month - 1 + period.months, 12)
        local = local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))
    return (local + period.rest).astimezone(UTC)


def parse_moment(value: object) -> datetime:
    """A date or moment given as ISO text, date or datetime; a bare date means its first second in ZONE."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=ZONE)
    if not isinstance(value, datetime):
        raise ValueError(f"{value!r} is not a date")
    return (value if value.tzinfo else value.replace(tzinfo=ZONE)).astimezone(UTC)


def arm_date(value: object) -> Arming:
    return Arming(due_at=parse_moment(value))


def arm_duration(value: object, at: datetime) -> Arming:
    if isinstance(value, timedelta):
        return Arming(due_at=(at + value).astimezone(UTC))
    return Arming(due_at=later(at, parse_period(str(value))))


def arm_cycle(value: object, at: datetime) -> Arming:
    """R[n]/[start/]duration or R[n]/duration/end; counted from `at` where no start is given."""
    head, *parts = str(value).strip().split("/")
    if not re.fullmatch(r"R\d*", head) or not 1 <= len(parts) <= 2:
        raise ValueError(f"{value!r} is not an ISO 8601 repetition")
    left = int(head[1:]) - 1 if len(head) > 1 else UNLIMITED
    if left < UNLIMITED or head == "R0":
        raise ValueError(f"{value!r} never fires")
    if len(parts) == 1:
        return Arming(due_at=later(at, parse_period(parts[0])), left=left, every=parts[0])
    if not parts[0].startswith("P"):
        parse_period(parts[1])
        return Arming(due_at=parse_moment(parts[0]), left=left, every=parts[1])
    return _until(at, parse_moment(parts[1]), parts[0], left)


def _until(at: datetime, end: datetime, every: str, left: int) -> Arming:
    period = parse_period(every)
    first = later(at, period)
    moment, fits = first, 0
    while moment <= end and (left == UNLIMITED or fits <= left) and fits < 10_000:
        moment, fits = later(moment, period), fits + 1
    return Arming(due_at=first, left=max(fits - 1, 0), every=every)


def next_arming(due_at: datetime, left: int, every: str) -> Arming | None:
    """The firing of a cycle after the one at `due_at`; None when there is none left."""
    if left == 0 or not every:
        return None
    return Arming(due_at=later(due_at, parse_period(every)), left=left if left == UNLIMITED else left - 1, every=every)


def first_arming(kind: str, expression: str, since: datetime) -> Arming | None:
    """When a timer start of a process first fires, of what is not before `since`; None: never.

    kind: date, duration (counted from `since`) or cycle.
    """
    if kind == "date":
        arming = arm_date(expression)
        return arming if arming.due_at >= since else None
    if kind == "duration":
        return arm_duration(expression, since)
    found: Arming | None = arm_cycle(expression, since)
    if found is not None and found.due_at < since:
        found = _skipped(found, since)
    while found is not None and found.due_at < since:
        found = next_arming(found.due_at, found.left, found.every)
    return found


def _skipped(arming: Arming, since: datetime) -> Arming | None:
    """Far on towards `since` in one leap, where the interval has the same length each time."""
    period = parse_period(arming.every)
    if period.months or period.rest <= timedelta(0):
        return arming
    rounds = max((since - arming.due_at) // period.rest - 1, 0)
    if arming.left != UNLIMITED and rounds > arming.left:
        return None
    left = arming.left if arming.left == UNLIMITED else arming.left - rounds
    return Arming(due_at=arming.due_at + rounds * period.rest, left=left, every=arming.every)
