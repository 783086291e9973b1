"""What a question is: what it asks and counts, of whom and for when, what it answers in which columns.

A question is declared once, beside its query, and its page, its file and its answer over REST follow from that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, Generic, Literal, TypeVar

from engine.core import Engine, Reference
from engine.model.declared_words import Words
from engine.model.period import Period, PeriodKind
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing
from engine.store.transaction import Transaction

Row = TypeVar("Row")

#: Fewer people than this: a number would be about persons (domain.md §6.5).
LEAST_PEOPLE = 5
SUPERVISORS = frozenset({"inspector", "unit_leader"})
ANALYSTS = frozenset({"analyst"})


class Hidden(Enum):
    """Stands in a cell whose number is not told."""

    TOO_FEW = "too_few"  #: it would be about fewer than LEAST_PEOPLE people


Value = str | int | float | date | datetime | tuple[str, ...] | Words | Hidden | None
#: How a value is said. text: as it stands; term: a word of the field, said in both languages; unit, region, post: codes
#: with names; duty: a state of an obligation; severity: A…D; decimal: with one digit; percent: a share of 1.
Kind = Literal[
    "text", "term", "unit", "region", "post", "duty", "severity", "number", "decimal", "percent", "date", "moment"
]
Group = Literal["duties", "problems", "supervision", "processes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """One column of the answer."""

    key: str  #: its name over REST
    words: Words
    value: Callable[[Row], Value]
    kind: Kind = "text"
    is_wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of a filter of its own."""

    value: str
    words: Words | None = None  #: None: the value says it, as a cell of the choice's kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A filter that only this question has; its first option holds where nothing is asked."""

    name: str
    words: Words
    options: tuple[Option, ...] = ()
    found: Callable[[Reading], tuple[Option, ...]] | None = None  #: the options, where they are not always the same
    kind: Kind = "term"  #: how options without words are said


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One number over all rows."""

    key: str
    words: Words
    value: Value
    kind: Kind = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A picture of the table: one bar for each row, of these columns on top of each other."""

    parts: tuple[str, ...]  #: keys of the columns that are drawn, of whole numbers
    label: str = ""  #: key of the column that names the row; "": the first one that says something


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a line has counted, one by one: a list of ours, or a narrower question, with filters as these know them."""

    of: Literal["obligations", "cards"] | int  #: a number: that question
    filters: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked, checked. period: None where the question is about now."""

    narrowing: Narrowing
    period: Period | None
    options: Mapping[str, str]

    @property
    def span(self) -> Period:
        """The period of a question that has one."""
        assert self.period is not None  # noqa: S101 - given where the question declares one
        return self.period


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """With what a question is answered: one transaction that reads, in the name of whoever asks."""

    engine: Engine
    tx: Transaction
    reference: Reference
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[Row]):
    """What a question has found."""

    rows: Sequence[Row]
    totals: tuple[Total, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[Row]):
    """One question of domain.md §7.1."""

    number: int
    group: Group
    title: Words
    asks: Words  #: the question, as a sentence
    counts: Words  #: what exactly is counted: the definition
    columns: tuple[Column[Row], ...]
    answer: Callable[[Reading, Asked], Found[Row]]
    period: PeriodKind | None
    is_about_last: bool = False  #: asked without a period, it is about the last one and not about this
    roles: frozenset[str] = SUPERVISORS
    by_place: bool = True  #: region and type of the unit narrow it
    choices: tuple[Choice, ...] = ()
    case: Callable[[Row], InstanceId | None] = field(default=lambda _row: None)
    lists: Callable[[Row, Asked], Listed | None] = field(default=lambda _row, _asked: None)
    bars: Bars | None = None


AnyQuestion = Question[Any]


def column(
    key: str, zh: str, en: str, value: Callable[[Row], Value], kind: Kind = "text", *, wide: bool = False
) -> Column[Row]:
    """One column, said shortly."""
    return Column(key=key, words=Words(zh=zh, en=en), value=value, kind=kind, is_wide=wide)


def option(value: str, zh: str, en: str) -> Option:
    """One choice of a filter."""
    return Option(value=value, words=Words(zh=zh, en=en))


def total(key: str, zh: str, en: str, value: Value, kind: Kind = "number") -> Total:
    """One number over all rows."""
    return Total(key=key, words=Words(zh=zh, en=en), value=value, kind=kind)
