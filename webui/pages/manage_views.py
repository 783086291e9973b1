"""What the pages of the administrators show. The rules stand in `views.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from webui.pages.parts import Frame, Option

Pending = Literal["", "pending", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamRow:
    """One parameter of the list."""

    key: str
    label: str
    value: str  #: with its unit, in words
    provenance: str  #: 源文件规定, 公开规定, 待确认参数
    source: str  #: mechanism or paragraph
    pending: bool = False
    changed: bool = False
    changed_by: str = ""
    changed_at: datetime | None = None
    href: str = ""  #: to change it; "" for who may not


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamsPage:
    """参数: all of them, those to be confirmed, those that were changed."""

    frame: Frame
    rows: tuple[ParamRow, ...]
    filters: tuple[Option, ...]
    query: str = ""
    chosen: Pending = ""
    pending: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamPage:
    """One parameter, to be set or confirmed."""

    frame: Frame
    row: ParamRow
    kind: Literal["int", "percent", "mmdd"]
    unit: str  #: in words; "" for a bare number or a day
    shipped: str
    value: str
    reason: str = ""
    confirmed: bool = True
    error: str = ""
    error_field: str = ""


DayMark = Literal["", "off", "weekend", "work", "local"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarCell:
    """One day of a month; number 0: a blank before the first."""

    number: int = 0
    mark: DayMark = ""
    title: str = ""  #: name of the day, where it is not ordinary
    is_today: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarMonth:
    """A month as a grid, Mondays first."""

    label: str
    cells: tuple[CalendarCell, ...]
    working_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """What one layer says of a day."""

    day: date
    layer: str  #: in words
    layer_key: str  #: local, correction: can be taken back; "" for the others
    working: bool
    name: str
    document: str
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLine:
    """A date that moves: by unit and task, without the case itself."""

    unit: str
    task: str
    old: date
    new: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPreview:
    """What a change would lead to, before it is made."""

    days: tuple[date, ...]
    moved: tuple[MovedLine, ...]
    moved_count: int
    sealed_count: int
    confirmed: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPage:
    """日历: a year in twelve months, what each layer says, and the forms of an administrator."""

    frame: Frame
    year: int
    source: str
    working_days: int
    months: tuple[CalendarMonth, ...]
    entries: tuple[CalendarEntry, ...]
    previous_href: str
    next_href: str
    may_change: bool
    do: str = ""  #: the form that was sent: day, drop, year
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    preview: CalendarPreview | None = None
