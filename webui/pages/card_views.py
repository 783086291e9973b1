"""What the pages about cards show: 牌卡 by unit and half-year, and one card as a paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from webui.pages.parts import Fact, FilledForm, Frame, Option, Plate


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFilterView:
    """A select above the list; its name is the query parameter."""

    name: Literal["region", "unit", "half", "level", "state", "answered", "objection", "kind", "year"]
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """One card of a list."""

    number: str
    href: str
    plate: Plate
    title: str
    unit: str
    issued_on: date
    status: str  #: term
    withdrawn: bool = False
    answer_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many cards of one level the filter finds; withdrawn ones are told apart."""

    plate: Plate
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsPage:
    """牌卡."""

    frame: Frame
    filters: tuple[CardFilterView, ...]
    tallies: tuple[Tally, ...]
    withdrawn: int
    rows: tuple[CardLine, ...]
    clear_href: str = ""
    next_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionLine:
    """One objection to a card and what became of it."""

    who: str
    at: datetime
    reason: str
    decision: str = ""  #: term; "" while it is open
    decided_by: str = ""
    decided_at: datetime | None = None
    decision_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPage:
    """One card."""

    frame: Frame
    number: str
    plate: Plate
    title: str
    status: str  #: term
    withdrawn: bool
    facts: tuple[Fact, ...]
    counts: str  #: whether and from when it counts, in words
    answer: FilledForm | None = None
    answer_note: str = ""  #: why there is none
    objections: tuple[ObjectionLine, ...] = ()
    kin: tuple[CardLine, ...] = ()
    case_href: str = ""
    paper_href: str = ""  #: its paper, to read and to print
    file_href: str = ""  #: the same as a Word file
    object_href: str = ""
    object_until: date | None = None
