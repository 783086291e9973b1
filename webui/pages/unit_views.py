"""What the page of a unit shows. Rules as in `views.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from webui.pages.card_views import CardLine
from webui.pages.obligation_views import CellView, FigureView
from webui.pages.parts import Due, Fact, Frame, Plate


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLine:
    """A position, its holders, and the departments in their charge."""

    label: str
    holders: tuple[tuple[str, str], ...]  #: (name, departments)
    is_vacant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MechanismLine:
    label: str
    cell: CellView


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLine:
    """Open cases of one process."""

    name: str
    running: int
    late: int
    href: str
    late_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LateLine:
    """One late task."""

    title: str
    step: str
    href: str
    who: str
    due: Due
    plate: Plate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLine:
    """The last inspection, the last report."""

    label: str
    text: str
    state: str = ""  #: term
    on: date | None = None
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfBar:
    """A half-year in the small picture. Heights in pixels of 40."""

    label: str
    words: str
    share: str
    in_time: int
    late: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPage:
    """One unit."""

    frame: Frame
    code: str
    name: str
    facts: tuple[Fact, ...]
    posts: tuple[PostLine, ...]
    period: str
    figures: tuple[FigureView, ...]
    mechanisms: tuple[MechanismLine, ...]
    list_href: str
    load: tuple[LoadLine, ...]
    late: tuple[LateLine, ...]
    late_total: int
    late_href: str  #: "" for who has no such list
    cards: tuple[CardLine, ...]
    cards_href: str
    last: tuple[LastLine, ...]
    halves: tuple[HalfBar, ...]
    trend: str  #: the small picture as a sentence
    path: tuple[tuple[str, str], ...]  #: (words, address) of the unit above; "" where the reader may not see it
    children: tuple[tuple[str, str], ...]
