"""What forms need of FEEL: a condition that was read, the names in it, and its value in a scope.

FEEL itself is injected (`compile_form(…, read=…)`), since forms import nothing of the engine. A scope is a mapping of
names to values of Python; nothing else can be reached. Null means "not known".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Protocol

Scope = Mapping[str, object]
Path = tuple[str, ...]

#: China keeps one time all the year; datetimes without a zone are meant so.
CHINA = timezone(timedelta(hours=8))
#: Words of FEEL that cannot be the names of fields.
KEYWORDS = frozenset(
    {"and", "or", "not", "in", "between", "true", "false", "null", "if", "then", "else", "for", "some", "every"}
    | {"return", "satisfies", "function", "instance", "of", "external"}
)


class Expression(Protocol):
    """A FEEL expression as read: a condition, a limit, a part of a rule."""

    def value(self, scope: Scope) -> object:
        """Numbers as Decimal, dates and times as Python's; None for null and whatever has no kind here."""

    def names(self) -> Iterable[Path]:
        """What it reads: fields, and parts of the context. Names inside of a filter are left out: they may be the
        item's."""


class Read(Protocol):
    """Reads FEEL. Raises NotUnderstood."""

    def __call__(self, text: str, where: str) -> Expression:
        """where: the component or rule in which the text stands. A "=" before the text, as form-js has it, may stay."""


class NotUnderstood(ValueError):
    """The text is no FEEL, or uses what forms do not have. `position` counts characters from 1."""

    def __init__(self, position: int, zh: str, en: str) -> None:
        super().__init__(f"{en} (character {position})")
        self.position, self.zh, self.en = position, zh, en


def look_up(scope: object, path: Path) -> object:
    """The value at `path`, None where there is none. The path of a list's column gives the list of its values."""
    found = scope
    for step, name in enumerate(path):
        if isinstance(found, list | tuple):
            return [look_up(item, path[step:]) for item in found]
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def as_moment(text: str) -> date | datetime | None:
    """A date or date-time in ISO form, as process data keeps them; None for any other text."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-03-23") else datetime.fromisoformat(text)
    except ValueError:
        return None


def as_day(value: object) -> date | None:
    """The day of a date, a date-time or an ISO text; None for anything else."""
    moment = as_moment(value) if isinstance(value, str) else value
    if isinstance(moment, datetime):
        return zoned(moment).astimezone(CHINA).date()
    return moment if isinstance(moment, date) else None


def zoned(moment: datetime) -> datetime:
    """The same with a zone: China's, where it has none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
