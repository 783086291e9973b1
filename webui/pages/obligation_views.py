"""What the pages of obligations show: the list, one of them, the matrix, the catalogue. Rules as in `views.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from webui.pages.monitor_views import Choice
from webui.pages.parts import Due, Fact, FormView, Frame, Light, TimelineEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewTab:
    """One view of the list, with how many stand in it."""

    key: str
    label: str
    href: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """One obligation in the list."""

    href: str
    code: str
    name: str
    mechanism: str
    period: str
    unit: str
    unit_href: str
    owner: str  #: names
    due: Due
    state: str  #: in words
    progress: str  #: "17/19"; "" where there is no share
    percent: int  #: of the share
    evidence: int  #: facts recorded
    is_stopped: bool = False  #: its rule is no longer in force: 未启用


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyGroup:
    """Lines under one head: who is responsible; "" for a list without groups."""

    label: str
    lines: tuple[DutyLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutiesPage:
    """义务清单."""

    frame: Frame
    place: str  #: whose: a unit, or what the filters say
    tabs: tuple[ViewTab, ...]
    choices: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    groups: tuple[DutyGroup, ...]
    ways: tuple[ViewTab, ...]  #: by person, by day; () where there are several units
    has_units: bool  #: the unit of each line is told
    count: int  #: on this page
    empty: str
    clear_href: str = ""
    next_href: str = ""
    first_href: str = ""
    matrix_href: str = ""  #: for supervisors


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """One thing that has to be shown."""

    label: str
    is_met: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One fact, with the case and the papers in which it stands."""

    need: str
    part: str
    on: date
    share: str
    by: str
    at: datetime
    case: str = ""  #: title; "" where the reader may not see the case
    case_no: str = ""
    case_href: str = ""
    papers: tuple[tuple[str, str], ...] = ()  #: (number or title, address)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """Where the case under way stands."""

    name: str
    who: str
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyPage:
    """One obligation."""

    frame: Frame
    code: str
    name: str
    period: str
    due: Due
    state: str
    is_stopped: bool
    owed: tuple[Fact, ...]  #: 应办事项
    dated: tuple[Fact, ...]  #: 期限依据
    needs: tuple[NeedLine, ...]
    evidence: tuple[EvidenceLine, ...]
    timeline: tuple[TimelineEvent, ...]
    running: str = ""  #: title of the case under way
    running_href: str = ""
    steps: tuple[StepLine, ...] = ()
    start_href: str = ""
    waive_href: str = ""
    waive_note: str = ""  #: who may, where the reader may not
    waived: str = ""  #: by whom, when and why


@dataclass(frozen=True, slots=True, kw_only=True)
class WaivePage:
    """免除, with its reason. form None: the reader may not, and `note` says who may."""

    frame: Frame
    name: str
    place: str
    note: str
    back_href: str
    form: FormView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixHead:
    """A column: one duty."""

    code: str
    short: str
    name: str
    how: str  #: 年, 半年, …
    is_first: bool = False  #: of its mechanism
    is_stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixGroup:
    """The duties of one mechanism."""

    label: str
    columns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """Done of owed, with light and words. text "": nothing is owed."""

    text: str = ""
    light: Light | None = None
    words: str = ""
    href: str = ""
    is_first: bool = False

    @property
    def tone(self) -> str:
        """Of its class in the style sheet."""
        return "lated" if self.light == "late_done" else self.light or "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    label: str
    href: str
    cells: tuple[CellView, ...]
    whole: CellView
    red: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BarView:
    """One mechanism in the picture. Lengths in tenths of a per cent, from the left."""

    label: str
    text: str
    href: str
    parts: tuple[tuple[str, int, int], ...]  #: (class, begin, length)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureView:
    """One of the numbers on top."""

    label: str
    value: str
    note: str
    light: Literal["", "red", "yellow"] = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixPage:
    """督办总览: the matrix of a period."""

    frame: Frame
    scope: str
    period: str
    previous_href: str
    next_href: str
    choices: tuple[Choice, ...]
    figures: tuple[FigureView, ...]
    bars: tuple[BarView, ...]
    row_head: str
    groups: tuple[MatrixGroup, ...]
    heads: tuple[MatrixHead, ...]
    rows: tuple[MatrixRow, ...]
    foot: tuple[CellView, ...]
    whole: CellView
    red: int
    path: tuple[tuple[str, str], ...] = ()  #: (words, address) from the whole down to here
    kept: tuple[tuple[str, str], ...] = ()
    clear_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One row of the catalogue."""

    code: str
    name: str
    owner: str
    how: str
    due: tuple[str, ...]
    needs: str
    provenance: str
    is_pending: bool  #: a local default still to be confirmed
    state: str
    is_stopped: bool
    version: int
    changed: str = ""
    href: str = ""  #: to change it; "" for who may not


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    label: str
    lines: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPage:
    """义务规则: what is owed, by whom, until when."""

    frame: Frame
    groups: tuple[RuleGroup, ...]
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectLine:
    """What one period to come would ask for."""

    period: str
    before: date | None
    after: date | None
    owners_before: int
    owners_after: int

    @property
    def is_changed(self) -> bool:
        return (self.before, self.owners_before) != (self.after, self.owners_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """One rule, to be changed: first a preview, then the change."""

    frame: Frame
    line: RuleLine
    facts: tuple[Fact, ...]
    dues: tuple[tuple[str, str], ...]  #: (label, name of the field) of each due day in its year
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    valid_from: date | None = None  #: of a preview
    effects: tuple[EffectLine, ...] | None = None  #: None: not asked for yet
    history: tuple[TimelineEvent, ...] = ()
