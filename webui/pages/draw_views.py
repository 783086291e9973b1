"""What the pages of the draws by lot show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from webui.pages.monitor_views import Choice
from webui.pages.parts import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawLine:
    """One draw of the log."""

    href: str
    kind: str
    unit: str  #: in whose name
    slot: str  #: what for, once: window, quarter, month, case number
    attempt: int
    state: str
    light: str
    committed_at: datetime
    commitment: str  #: its first digits
    result: str  #: how many came out, or why it was cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawsPage:
    """The log, the youngest first."""

    frame: Frame
    choices: tuple[Choice, ...]
    clear_href: str
    lines: tuple[DrawLine, ...]
    next_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One entry of the pool. place: in the order in which they came out; 0: it did not."""

    name: str
    weight: str
    is_first: bool
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLine:
    """Who inspects which unit."""

    unit: str
    people: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPage:
    """One draw, with all that it came about by."""

    frame: Frame
    line: DrawLine
    commitment: str
    committed_by: str
    ended_at: datetime | None
    reason: str
    anchor: int | None
    root: str
    seed: str
    size: int
    lots: tuple[Lot, ...]
    teams: tuple[TeamLine, ...]
    is_told: bool  #: seed and pool are there to draw again
    is_secret: bool  #: it was drawn, and the reader may not see what
    findings: tuple[str, ...]  #: of drawing again; none: it comes out the same
    case_href: str
    data_href: str
