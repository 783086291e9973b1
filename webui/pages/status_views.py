"""What 督办总览 shows. Rules as in `views.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from webui.pages.monitor_views import Choice, ProcessLine
from webui.pages.parts import Due, Frame, Plate


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One of the five on top; it leads to its list."""

    label: str
    value: str
    note: str
    href: str
    light: Literal["", "red", "yellow"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLine:
    """One line of 需要关注, with the reason in words."""

    title: str
    reason: str
    href: str
    due: Due | None = None
    plate: Plate | None = None
    tag: str = ""  #: where neither light nor plate says why it stands here


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLevel:
    """How many papers of one kind were issued in the half-year."""

    plate: Plate
    count: int
    note: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """One paper of the half-year."""

    number: str
    plate: Plate
    unit: str
    title: str
    on: date
    answer: str
    href: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionLine:
    """A region with what it has open and was sent."""

    name: str
    href: str
    late_href: str
    units: int
    open: int
    red: int
    yellow: int
    cards: int
    cards_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """督办总览. Fetched again every minute as the element #status of the same page."""

    frame: Frame
    scope: str  #: "全州 70 个单位"
    choices: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    period: str  #: "2026 年下半年"
    previous_href: str
    next_href: str  #: "" for the present half-year
    numbers: tuple[Number, ...]
    watch: tuple[WatchLine, ...]
    watch_total: int
    watch_href: str
    card_levels: tuple[CardLevel, ...]
    cards: tuple[CardLine, ...]
    cards_href: str
    regions: tuple[RegionLine, ...]
    processes: tuple[ProcessLine, ...]
    clear_href: str = ""
