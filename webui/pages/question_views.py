"""What the pages of the supervisors' questions show: the index, and one question with its answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from webui.pages.monitor_views import Choice
from webui.pages.parts import Frame

Light = Literal["", "red", "yellow", "green", "blue", "late_done", "grey"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLink:
    """A question in the index. href: "" while its mechanism is not in force."""

    number: int
    title: str
    asks: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionGroup:
    """Questions that belong together."""

    title: str
    questions: tuple[QuestionLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsPage:
    """报表: every question that the reader may ask."""

    frame: Frame
    groups: tuple[QuestionGroup, ...]
    waiting: tuple[QuestionLink, ...] = ()  #: those whose mechanism is not in force yet, with that as their sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One column of the table. sorted: "" or as aria-sort says it."""

    key: str
    label: str
    is_number: bool
    is_wide: bool
    sort_href: str
    sorted: Literal["", "ascending", "descending"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """One value in words. light: the shape beside it."""

    text: str
    light: Light = ""
    is_hidden: bool = False  #: its number is not told


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One row; href: where one looks further."""

    cells: tuple[CellView, ...]
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number over all rows."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of the picture. parts: start and width of each, in thousandths of the longest bar, with its number."""

    label: str
    parts: tuple[tuple[int, int, int], ...]
    whole: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """The table as bars."""

    legend: tuple[str, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPage:
    """One question, asked."""

    frame: Frame
    number: int
    title: str
    asks: str
    counts: str
    as_of: datetime
    choices: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    clear_href: str
    figures: tuple[Figure, ...]
    heads: tuple[Head, ...]
    lines: tuple[LineView, ...]
    more: int  #: rows that the page leaves out; a file has them all
    chart: BarChart | None
    hidden: int
    narrowed: str  #: the chosen filters in words, for paper
