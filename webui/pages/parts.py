"""Parts that several pages show: the frame, deadlines, ladders, timelines, forms. The rules stand in `views.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from engine.model.preferences import Density, Theme
from webui.language import Language as Language

Light = Literal["red", "yellow", "green", "blue", "late_done", "grey"]  #: domain.md §6.2; late_done = 蓝灯 + 逾期办结
Plate = Literal["urge", "yellow", "red", "report", "propose"]  #: 催办 黄牌 红牌 上报上级 问责启动建议
Severity = Literal["A", "B", "C", "D", ""]
View = Literal["offered", "todo", "soon", "late", "done", "cc"]  #: 待领取 待办 即将到期 已逾期 已办 抄送


# --- frame ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One entry of the main navigation and of the phone's bottom bar. Leave out what has no page yet."""

    key: Literal[
        "inbox",
        "duties",
        "status",
        "urge",
        "cards",
        "questions",
        "done",
        "start",
        "operations",
        "design",
        "manage",
        "me",
    ]  #: fixes label and icon
    href: str
    current: bool = False
    place: Literal["both", "top", "phone"] = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockBanner:
    """The demonstration or rehearsal clock. Live mode has none.

    The three buttons post `by` = "hour" | "workday" | "deadline" (and csrf_token, next) to `action`.
    """

    mode: Literal["demo", "rehearsal"]
    now: datetime
    action: str = "/clock/advance"
    next_deadline: datetime | None = None  #: where 到下一期限 leads; None: nothing is due, button disabled


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """A line above the page: after an action ("已提交"), or a lasting warning (节假日表未维护)."""

    text: str
    kind: Literal["info", "warn", "err"] = "info"
    href: str = ""
    link: str = ""  #: text of the link, or of the button
    post: str = ""  #: where the button posts `fields` to
    fields: tuple[tuple[str, str], ...] = ()
    more_href: str = ""  #: a second link
    more_link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What surrounds every page. For the login and error pages of an anonymous reader `user` is empty."""

    now: datetime  #: business clock at the time of the answer; decides which dates show their year
    user: str = ""  #: name, "用户101"
    account: str = ""  #: "u101": whose text a browser keeps
    unit: str = ""  #: name of the unit
    roles: tuple[str, ...] = ()  #: terms: "经办人", "督查员"
    unread: int = 0  #: notices not yet read
    unread_href: str = "/messages"
    nav: tuple[NavItem, ...] = ()
    clock: ClockBanner | None = None
    banners: tuple[Banner, ...] = ()
    language: Language = "zh"
    theme: Theme = "system"
    large_text: bool = False  #: 大字: everything one size larger
    density: Density = "normal"  #: dense: rows of 38 px instead of 48
    csrf_token: str = ""
    path: str = "/"  #: path and query of this page, to come back to after a change of language, theme or clock
    shortcuts: bool = True  #: single-key shortcuts (WCAG 2.1.4: may be switched off under 我的)


# --- small parts shared by pages ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A deadline in short: the light, the day and what is left of it."""

    light: Light
    on: date | None = None  #: last day on which it is still in time
    at: datetime | None = None  #: only for limits within a day (natural hours, 17:00)
    days_left: int | None = None  #: working days, see above
    suspended: bool = False  #: 已中止: the clock stands still
    late_days: int = 0  #: working days late at completion, for late_done
    provisional: bool = False  #: 期限暂定: a year on the way has no holiday table


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A small tag beside a title: 立行立改, 已延期, 新到."""

    term: str
    tone: Literal["plain", "on", "acc"] = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of a key-value list."""

    label: str  #: term: "责任部门"
    text: str
    number: str = ""  #: shown after the text in fixed width, "DC-532503ZF-2026-0019"
    href: str = ""  #: link of the number, or of the text without a number
    unconfirmed: bool = False  #: the value is a parameter still to be confirmed: tag 待确认参数
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """One step of 下一步升级预告. `text` says who gets what; the engine knows it, so it comes in the reader's words."""

    at: datetime
    plate: Plate
    text: str
    status: Literal["sent", "next", "later", "withdrawn"] = "later"
    number: str = ""  #: business number of a card already issued


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The escalation ladder of the task that is open now."""

    steps: tuple[LadderStep, ...] = ()
    before: date | None = None  #: "若 12-11 前未提交"
    note: str = ""  #: text below: "今日提交则停止升级…"
    paused: bool = False  #: 中止期间升级停止


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the process as a person counts them, done, current or still to come."""

    name: str  #: term: "签收与制定措施"
    status: Literal["done", "now", "todo"]
    short: str = ""  #: term of at most four characters for the small map: "签收"
    who: str = ""  #: person or unit
    on: date | None = None  #: day done, or due day of what is to come
    mine: bool = False  #: the current step waits for the reader: 待你办理


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """One fact of the history in words."""

    at: datetime
    title: str  #: term or text: "已下发", "待你签收与制定措施"
    detail: str = ""
    tone: Literal["past", "now", "held"] = "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that the reader may open."""

    name: str
    size_bytes: int = 0
    href: str = ""
    note: str = ""  #: "已扫描"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """A form that was sent earlier in the case, to read."""

    title: str  #: term: name of the user task, or of the start form
    who: str
    at: datetime
    facts: tuple[Fact, ...]
    on_behalf_of: str = ""  #: whose substitute the sender was


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button beside the main one. All lead to a page of their own (ActionPage), so they work without scripts."""

    key: Literal[
        "open", "look", "claim", "unclaim", "transfer", "return", "extend", "recuse", "withdraw", "diagram", "history",
        "files", "urge", "reassign", "suspend", "resume",
    ]  # fmt: skip
    href: str
    post: bool = False  #: claim and unclaim: a form post to `href` with csrf_token and next
    refused: str = ""  #: why not now ("已申请过一次延期，不得再次申请"): the button stays, disabled, with the reason
    count: int | None = None  #: 办理记录（6）


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of a select, radio group or filter."""

    value: str
    label: str  #: term or text
    selected: bool = False


# --- forms ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field of a form as plain HTML. Made from the form JSON by `webui.pages.fields.fields_of`."""

    kind: Literal[
        "text", "area", "int", "dec", "date", "datetime", "time", "check", "radio", "select", "checks", "picks",
        "file", "sign", "list", "group", "note",
    ]  # fmt: skip
    key: str = ""  #: name in the values; empty for group and note
    label: str = ""
    hint: str = ""
    text: str = ""  #: of a note
    required: bool = False
    readonly: bool = False
    options: tuple[Option, ...] = ()
    columns: tuple[FieldView, ...] = ()  #: of a list (one row) or a group
    minimum: str = ""
    maximum: str = ""
    max_length: int = 0
    min_rows: int = 0
    max_rows: int = 0
    accept: str = ""
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """A form to fill in: the same JSON for the browser's form viewer and, as fields, for plain HTML.

    Submission: with scripts, JSON to `complete_url` (REST); without, a form post to `post_url` whose names are
    "title", "measures-0-what" (read it with `webui.pages.fields.values_of`). Files go to `upload_url` first.
    """

    key: str  #: "S1_T4"
    schema: Mapping[str, object]  #: form-js JSON in the reader's language
    fields: tuple[FieldView, ...]
    values: Mapping[str, object] = field(default_factory=dict)  #: draft, refused submission or prefilled
    options: Mapping[str, tuple[Option, ...]] = field(
        default_factory=dict
    )  #: by field key: persons, departments, units
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: by path "measures.0.by"; "" = whole form
    post_url: str = ""
    complete_url: str = ""  #: POST /api/v1/tasks/{id}/complete, or …/process-definitions/{key}/instances
    draft_url: str = ""  #: PUT; empty: no drafts
    upload_url: str = "/api/v1/attachments"
    next_url: str = "/inbox"  #: where to go after a successful submission; "{id}" stands for what was made
    files: tuple[Document, ...] = ()  #: already uploaded
    draft_at: datetime | None = None  #: the draft shown was saved then
    draft_revision: str = ""  #: mark of the draft shown; "" for none
    form_version: str = ""  #: id of the version of the form; "" where the page does not say
    compare_url: str = ""  #: POST: what is typed beside what is kept; "" where nothing can be compared
    note: str = ""  #: "提交即视为签收整改通知单"
    sign: bool = False  #: the password is asked for again on submission and sent beside the values as `password`
    payload: Literal["values", "variables"] = "values"  #: name of the values in the JSON sent to `complete_url`
    idempotency_key: str = ""  #: fresh for each page shown; repeats of the same submission carry the same
