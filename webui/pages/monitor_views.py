"""What the pages of a supervisor show: processes, pictures of the load, their tables, cases. Rules as in `views.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from webui.pages.parts import Due, Frame, Mark, Option, Plate

Layer = Literal["", "passed"]  #: of the drawing: how long cases stay, or how often they pass
Change = Literal["", "added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A select above a page; its name is the query parameter."""

    name: str
    label: str
    options: tuple[Option, ...]  #: without 全部, which the template adds
    whole: bool = True  #: offer 全部


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementLine:
    """One element of a drawing with its figures."""

    id: str
    name: str
    href: str  #: its cases
    open: int
    red: int
    yellow: int
    median: str  #: working days, "2.5"; "" where nothing was measured
    limit: str
    done: int
    late_done: int
    share: int  #: per cent of the time of all elements
    heat: int  #: of the stay: 0 (not measured) to 5
    chip: str  #: what stands on the drawing: "中位 11 / 限 14 日", "经过 34 次"
    label: str  #: the numbers in words, for who hears them
    late_words: str = ""  #: "逾期 8"
    is_event: bool = False  #: nobody works there, so there is no light
    is_chosen: bool = False
    has_ladder: bool = False
    change: Change = ""  #: against the other version
    passed_heat: int = 0  #: how often it was passed against the most passed element, 0 to 5
    layer: Layer = ""  #: which of the two the drawing shows

    @property
    def facts(self) -> dict[str, object]:
        """For src/load_marks.js."""
        return {
            "id": self.id,
            "open": self.open,
            "late": self.red,
            "heat": self.passed_heat if self.layer else self.heat,
            "dwell": self.chip,
            "label": self.label,
            "lateLabel": self.late_words,
            "href": self.href,
            "ladder": self.has_ladder,
            "current": self.is_chosen,
            "change": self.change,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPicture:
    """A version of a process on its drawing, with its equals as list, table and text."""

    anchor: str  #: id of the section; others are made from it
    version: int
    is_current: bool
    running: int
    xml_url: str
    lines: tuple[ElementLine, ...]
    text: tuple[str, ...]  #: sentences
    layer: Layer = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version in use."""

    version: int
    running: int
    href: str  #: only its cases
    compare_href: str  #: beside the one that is shown; "" for that one
    is_shown: bool = False
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An element that two versions do not share, or declare differently."""

    name: str
    change: Change
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """A region or unit and what it has open."""

    name: str
    href: str
    open: int
    red: int
    yellow: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """One place at which a case stands."""

    href: str  #: the case
    title: str
    number: str
    step: str
    unit: str
    due: Due
    assignee: str = ""
    plate: Plate | None = None
    marks: tuple[Mark, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLine:
    """A process in the list."""

    key: str
    name: str
    href: str
    late_href: str
    running: int
    red: int
    yellow: int
    closed: int
    median: str
    versions: tuple[str, ...]  #: "v2 · 12"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessesPage:
    """流程监控: the list of processes."""

    frame: Frame
    choices: tuple[Choice, ...]
    lines: tuple[ProcessLine, ...]
    since: date
    clear_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPage:
    """One process: picture, bottleneck, places, cases. Every filter stands in the address."""

    frame: Frame
    key: str
    name: str
    choices: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]  #: parameters that the filters leave as they are
    running: int
    red: int
    yellow: int
    red_href: str
    yellow_href: str
    all_href: str
    bottleneck: tuple[str, ...]  #: sentences; () where nothing was measured yet
    since: date | None  #: None: all of the history
    picture: LoadPicture
    versions: tuple[VersionLine, ...]
    places_by: Literal["region", "unit"]
    places: tuple[PlaceLine, ...]
    tokens: tuple[TokenLine, ...]
    tokens_of: str = ""  #: the element whose cases are listed
    next_href: str = ""
    first_href: str = ""  #: back to the first page
    clear_href: str = ""
    trend_href: str = ""
    running_href: str = ""  #: the same cases as an operator sees them; "" for who is none
    other: LoadPicture | None = None
    apart_href: str = ""  #: without the other version
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One group of a bar chart; lengths are shares of the chart's height, in tenths of a per cent."""

    label: str
    values: tuple[int, ...]
    heights: tuple[int, ...]
    text: str = ""  #: the group in words


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPage:
    """Opened and closed per month, and the age of what is open: as pictures and as tables."""

    frame: Frame
    key: str
    name: str
    back_href: str
    months: tuple[Bar, ...]
    ages: tuple[Bar, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedLine:
    """A case that ended in the half-year."""

    href: str
    title: str
    number: str
    unit: str
    due: Due  #: blue, or done late
    on: date
    days: int  #: working days from begin to end
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPage:
    """Cases of a process that ended in one half-year."""

    frame: Frame
    key: str
    name: str
    period: str
    back_href: str
    lines: tuple[ClosedLine, ...]
    next_href: str = ""
    first_href: str = ""
