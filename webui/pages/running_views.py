"""What an operator sees of the running cases of a version. Rules as in `views.py`; no content of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from webui.pages.monitor_views import Choice
from webui.pages.operations_views import DeskTab, Mark
from webui.pages.parts import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningLine:
    """A version with its cases."""

    href: str
    name: str
    key: str
    version: int
    is_current: bool
    running: int
    suspended: int
    failed: int
    failed_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningListPage:
    """运行维护 · 在办实例: every version in use."""

    frame: Frame
    tabs: tuple[DeskTab, ...]
    lines: tuple[RunningLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementLine:
    """An element at which cases stand."""

    id: str
    name: str
    href: str
    open: int
    late: int
    label: str  #: the numbers in words, for who hears them
    late_words: str  #: "逾期 8"
    is_chosen: bool

    @property
    def facts(self) -> dict[str, object]:
        """For src/load_marks.js."""
        return {
            "id": self.id,
            "open": self.open,
            "late": self.late,
            "label": self.label,
            "lateLabel": self.late_words,
            "href": self.href,
            "current": self.is_chosen,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingLine:
    """A case at one element."""

    id: str
    instance_href: str
    moves_href: str
    element: str
    mark: Mark
    state: str
    since: datetime | None
    due_at: datetime | None
    tokens: int
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningPage:
    """One version on its drawing, and its cases as filtered."""

    frame: Frame
    name: str
    key: str
    version: int
    is_current: bool
    running: int
    suspended: int
    failed: int
    suspended_href: str
    failed_href: str
    xml_url: str
    elements: tuple[ElementLine, ...]
    text: tuple[str, ...]
    choices: tuple[Choice, ...]
    path: str
    clear_href: str  #: "": nothing is filtered
    lines: tuple[StandingLine, ...]
    at: str  #: element whose cases are listed; "": all
    from_id: str = ""  #: for the migration: this version and the one in force; "": this is it
    to_id: str = ""
    to_version: int = 0
    all_href: str = ""  #: migrates all of them
    next_href: str = ""
    first_href: str = ""
