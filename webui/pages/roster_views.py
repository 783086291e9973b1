"""What the page of 值班表 shows: one month of one unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from webui.pages.parts import Frame, Option


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyCell:
    """One day; number 0: a blank before the first."""

    number: int = 0
    day: date | None = None
    is_off: bool = False
    is_today: bool = False
    leaders: tuple[str, ...] = ()
    duty: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()  #: in words


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnLine:
    """One turn that is not over."""

    name: str
    account: str
    roster: str  #: in words
    first_day: date
    last_day: date | None
    is_now: bool
    end_url: str  #: "" for who may not


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPage:
    """值班表: a month as a grid, its turns, and for who keeps it three ways to fill it."""

    frame: Frame
    unit: str
    code: str
    month: str  #: "2026-12"
    title: str  #: "2026年12月"
    cells: tuple[DutyCell, ...]
    lacking: int  #: days from today on without a 值班员 or 值班领导
    turns: tuple[TurnLine, ...]
    units: tuple[Option, ...]
    previous_href: str
    next_href: str
    may_change: bool
    post_url: str
    rosters: tuple[Option, ...]
    people: tuple[Option, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()  #: of pasted lines
