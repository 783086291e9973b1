"""What each page shows, as frozen values: the contract between queries, routes and templates.

A route asks the engine, builds one `*Page` and calls `render(page)`; a template reads its page and nothing else.
Rules for whoever fills these in:

- Codes stay codes (`light="red"`, `plate="yellow"`): templates translate them, so no page holds a translated code.
- A *term* is a domain word as stored, in Chinese ("实施整改", "已下发"): templates pass it through the catalogue
  (`|term`); a word the catalogue does not know, for instance from an analyst's own drawing, is shown as it is.
- A *text* is written by a person or already in the reader's language: shown as it is, always escaped.
- Times are aware datetimes; templates show them in Asia/Shanghai. Dates are the calendar's own.
- An empty string, None or () means "there is none": the template then leaves the line, the card or the button out.
  Links and actions that the reader may not use are left out by the route, never hidden by the template.
- `days_left` counts working days in (today, due]: 3 = three left, 0 = due today, -4 = four working days late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from engine.model.preferences import Theme
from webui.pages.case_parts import (
    CalendarDay,
    CardRow,
    ChainCheck,
    CommentsView,
    CopiesView,
    Diagram,
    DiagramNode,
    DiagramToken,
    DocumentLineView,
    HistoryRow,
    LedgerEntry,
)
from webui.pages.inbox_views import ViewChip
from webui.pages.parts import (
    Action,
    Banner,
    ClockBanner,
    Document,
    Due,
    Fact,
    FieldView,
    FilledForm,
    FormView,
    Frame,
    Ladder,
    LadderStep,
    Language,
    Light,
    Mark,
    NavItem,
    Option,
    Plate,
    Severity,
    Step,
    TimelineEvent,
    View,
)

__all__ = [
    "AboutPage",
    "Action",
    "ActionPage",
    "Banner",
    "CalendarDay",
    "CardRow",
    "CasePage",
    "ChainCheck",
    "ClockBanner",
    "DemoLogin",
    "Diagram",
    "DiagramNode",
    "DiagramToken",
    "Document",
    "Due",
    "ErrorPage",
    "Fact",
    "FieldView",
    "FilledForm",
    "Filter",
    "FormView",
    "Frame",
    "HistoryRow",
    "InboxPage",
    "InboxRow",
    "Ladder",
    "LadderStep",
    "Language",
    "LedgerEntry",
    "Light",
    "LoginPage",
    "Mark",
    "NavItem",
    "Option",
    "Plate",
    "Preview",
    "Severity",
    "StartFormPage",
    "StartItem",
    "StartPage",
    "Step",
    "Tab",
    "TaskPage",
    "Theme",
    "TimelineEvent",
    "View",
    "ViewChip",
]


# --- inbox ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One task of the list."""

    task_id: str
    href: str  #: /task/<id>
    peek_href: str  #: the same list with this row in the preview: /inbox?…&task=<id>
    due: Due
    title: str
    business_no: str
    step: str  #: term: name of the user task
    unit: str
    mechanism: str  #: term: "整改"
    marks: tuple[Mark, ...] = ()
    plate: Plate | None = None  #: 督办级别
    unread: bool = False
    selected: bool = False
    claim_href: str = ""  #: offered and claimable: POST /task/<id>/claim
    may_choose: bool = False  #: carries a box to tick
    note: str = ""  #: "用户102 已于 15:02 领取": the row stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The selected task beside the list."""

    row: InboxRow
    actions: tuple[Action, ...] = ()  #: the first is the main button
    facts: tuple[Fact, ...] = ()
    basis: tuple[Fact, ...] = ()  #: 时限依据
    ladder: Ladder = field(default_factory=Ladder)
    steps: tuple[Step, ...] = ()
    links: tuple[Action, ...] = ()  #: 查看流程图 办理记录 附件


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    view: View
    href: str
    count: int
    current: bool = False
    capped: bool = False  #: counted up to `count` only: shown "1000+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A select above the list; its name is the query parameter."""

    name: Literal["mechanism", "step", "level", "unit"]
    options: tuple[Option, ...]  #: without 全部, which the template adds


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDate:
    """One date that a changed calendar has moved."""

    href: str  #: of the case
    title: str
    business_no: str
    step: str  #: the task, or the limit of the case
    unit: str
    old: date
    new: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDates:
    """What one change of the calendar has moved: to the inspectors of the superior unit."""

    at: datetime
    document: str  #: the notice that ordered it
    new: bool  #: not shown before
    lines: tuple[MovedDate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """我的任务. The fragment for htmx is the element #inbox of the same page (`templates/inbox_list.html`)."""

    frame: Frame
    view: View
    tabs: tuple[Tab, ...]
    filters: tuple[Filter, ...]
    rows: tuple[InboxRow, ...]
    preview: Preview | None = None
    total: int = 0  #: rows of this view and filter
    first: int = 1  #: number of the first row shown
    previous_href: str = ""
    next_href: str = ""
    counts: Mapping[Literal["offered", "todo", "red", "yellow", "grey"], int] = field(default_factory=dict)
    query: str = ""  #: what was searched for
    clear_href: str = ""  #: set when a filter or search is active
    batch: tuple[Literal["claim", "transfer"], ...] = ()  #: 领取所选, 批量转办: what the ticked rows can be sent to
    mark: str = ""  #: with which the page asks for what has come since
    as_of: datetime | None = None  #: when what is shown was read
    chips: tuple[ViewChip, ...] = ()  #: saved views
    kept: Mapping[str, str] = field(default_factory=dict)  #: what 保存视图 keeps; {}: nothing to save here
    here: str = "/inbox"  #: to come back to after saving
    start_href: str = ""  #: 发起事项, where the reader may start something
    moved: tuple[MovedDates, ...] = ()  #: in 抄送, above the list
    duties_due: tuple[int, int] | None = None  #: what the reader's unit owes within 30 days, and what is late


# --- task -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """办理: the form on the left, all that explains it on the right."""

    frame: Frame
    task_id: str
    name: str  #: term: name of the user task
    title: str  #: of the case
    business_no: str
    unit: str
    process: str  #: term: "整改闭环"
    due: Due
    form: FormView | None = None  #: None: this reader may only look
    closed: str = ""  #: why there is no form: "用户102 已于 15:02 领取"
    unsent: tuple[Fact, ...] = ()  #: what the reader had filled in when somebody else was faster
    case_href: str = ""
    step_no: int = 0
    step_count: int = 0
    severity: Severity = ""
    marks: tuple[Mark, ...] = ()
    plate: Plate | None = None
    place: int = 0  #: number of this task in the reader's list; 0: unknown
    places: int = 0
    previous_href: str = ""  #: 上一件
    next_href: str = ""  #: 下一件
    list_href: str = "/inbox"  #: the list from which the reader came, as it was filtered
    actions: tuple[Action, ...] = ()
    facts: tuple[Fact, ...] = ()
    basis: tuple[Fact, ...] = ()
    ladder: Ladder = field(default_factory=Ladder)
    steps: tuple[Step, ...] = ()
    timeline: tuple[TimelineEvent, ...] = ()
    filled: tuple[FilledForm, ...] = ()  #: what was written at earlier steps, youngest first
    documents: tuple[Document, ...] = ()
    comments: CommentsView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPage:
    """转办, 退回, 撤回, 申请延期, 申请回避, 牌卡异议: one small form about a task or card, on a page of its own."""

    frame: Frame
    action: Literal["transfer", "return", "withdraw", "extend", "recuse", "object"]
    task: str  #: term: name of the user task
    title: str
    business_no: str
    form: FormView | None  #: None: it cannot be done now, `rule` says why
    back_href: str
    rule: str = ""  #: what the rules say: "到期前可申请一次，最多 7 个工作日"


# --- case -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """事项详情: state, drawing, deadline ledger, escalation, history, documents; cut to what the reader may see."""

    frame: Frame
    case_id: str
    title: str
    business_no: str
    process: str  #: term
    state: str  #: term: case state of domain.md §6.1
    due: Due
    severity: Severity = ""
    marks: tuple[Mark, ...] = ()
    plate: Plate | None = None
    unit: str = ""
    department: str = ""
    owner: str = ""
    task_href: str = ""  #: the reader's own open task in this case
    steer: tuple[Action, ...] = ()  #: 催办 改派 暂停 恢复, for those who may
    stopped: str = ""  #: since when it stands still, by whom and why
    stopped_at: datetime | None = None
    diagram: Diagram | None = None
    ledger: tuple[LedgerEntry, ...] = ()
    calendar: tuple[CalendarDay, ...] = ()  #: whole weeks, from a Monday
    ladder: Ladder = field(default_factory=Ladder)
    cards: tuple[CardRow, ...] = ()
    history: tuple[HistoryRow, ...] = ()  #: newest first
    chain: ChainCheck | None = None
    facts: tuple[Fact, ...] = ()
    timeline: tuple[TimelineEvent, ...] = ()
    filled: tuple[FilledForm, ...] = ()  #: what was written at each step, youngest first
    papers: tuple[DocumentLineView, ...] = ()  #: 公文, oldest first
    documents: tuple[Document, ...] = ()
    comments: CommentsView | None = None
    copies: CopiesView = field(default_factory=CopiesView)
    print_href: str = ""  #: 打印
    notice_href: str = ""  #: 整改通知单, where one has gone out
    readers: str = ""  #: "查阅记录：用户041、用户098，近 30 日共 12 次"


# --- start, login, others -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StartItem:
    """A process that the reader may start."""

    key: str  #: "S1_RECTIFY"
    name: str  #: term
    description: str  #: term or text
    href: str  #: /start/<key>
    group: str = ""  #: term: heading under which it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    frame: Frame
    items: tuple[StartItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartFormPage:
    """发起事项: the start form of one process (S1_T0 for S1_RECTIFY)."""

    frame: Frame
    process: str  #: term
    description: str
    form: FormView
    back_href: str = "/start"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLogin:
    """A demonstration account offered on the login page, demo and rehearsal only."""

    username: str
    name: str
    role: str  #: term
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    frame: Frame
    username: str = ""
    next_url: str = "/inbox"
    error: Literal["", "wrong", "locked", "expired"] = ""  #: expired: the session ended, what was typed is kept
    retry_minutes: int = 0  #: for locked
    demo_logins: tuple[DemoLogin, ...] = ()
    demo_password: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPage:
    frame: Frame
    version: str
    licences: str  #: text of all licences, from `webui.assets.licences()`


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """403, 404, 409, 500. `message` only where there is more to say than the standing text of the status."""

    frame: Frame
    status: Literal[403, 404, 409, 500]
    message: str = ""
    incident: str = ""  #: number to quote to the operator
    back_href: str = "/inbox"
