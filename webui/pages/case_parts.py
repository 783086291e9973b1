"""Parts of the case page: drawing, ledger, calendar, hash chain, cards, comments. The rules stand in `views.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from webui.pages.parts import Option, Plate


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagramToken:
    """A token on the drawing, with the person or unit that holds it."""

    node_id: str
    label: str
    late_days: int = 0  #: working days; > 0 paints it red with the word 逾期 n


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagramNode:
    """One line of 以列表查看, the equal of the drawing for who cannot see it."""

    name: str  #: term
    status: Literal["done", "now", "late", "todo"]
    who: str = ""
    at: datetime | None = None
    times: int = 1  #: how often it was reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """A process drawing with the life of one case on it. The browser derives the path taken from `visits`."""

    xml_url: str  #: GET /api/v1/process-definitions/{id}/xml
    label: str  #: "S1_RECTIFY v3"
    visits: tuple[tuple[str, str], ...] = ()  #: (node id, "entered" | "completed" | "cancelled") in history order
    tokens: tuple[DiagramToken, ...] = ()
    nodes: tuple[DiagramNode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One change of the deadline and why: each date explains itself."""

    on: date
    kind: Literal["rule", "calendar", "extension", "suspension", "resumption", "return"]
    basis: str
    detail: str = ""
    effect_days: int | None = None  #: working days, signed; None: 停计
    due: date | None = None  #: the new due day; None while suspended
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One day of the small working calendar beside the ledger."""

    on: date
    kind: Literal["rest", "counted", "extended", "suspended", "local", "plain"]  #: local: 州庆 and other local days off
    start: bool = False
    due: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One link of the hash chain."""

    seq: int
    at: datetime
    actor: str
    action: str  #: term or text
    change: str = ""  #: term or text: "已登记 → 已下发"
    previous_hash: str = ""  #: first 8 characters
    this_hash: str = ""
    ok: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCheck:
    """The last verification of the chain."""

    good: int
    total: int
    at: datetime
    href: str = ""  #: POST: verify again


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A numbered paper of the ladder."""

    number: str
    plate: Plate
    issued_at: datetime
    to: str
    status: str  #: term: "已送达", "已答复", "异议审定中", "已撤回"
    withdrawn: bool = False
    answer_by: date | None = None
    href: str = ""
    object_href: str = ""  #: where the reader may object; "" where he may not
    object_until: date | None = None


DocumentState = Literal["made", "signed", "void"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLineView:
    """One paper of a list."""

    href: str
    number: str
    name: str
    title: str
    sender: str
    subject: str
    on: date
    state: DocumentState
    state_word: str
    signed_by: str
    file_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentLineView:
    """One comment on a case."""

    id: str  #: anchor
    who: str
    unit: str
    at: datetime
    text: str  #: "" once it is withdrawn
    told: str = ""  #: names of those it mentions
    withdrawn_at: datetime | None = None
    withdraw_href: str = ""  #: POST; only the author's own


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentsView:
    """留言: what was said beside the forms, and a field to say more."""

    lines: tuple[CommentLineView, ...]  #: oldest first
    post_url: str = ""  #: "": the case has ended
    back: str = ""  #: the page on which they are read
    people: tuple[Option, ...] = ()  #: who may be told by a choice
    text: str = ""  #: what was typed and refused
    error: str = ""  #: why
    most_characters: int = 0
    once: str = ""  #: key of this form: it is sent once


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLineView:
    """A receiver of a copy."""

    name: str
    read_at: datetime | None  #: when it was first opened


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyUnitView:
    """The receivers of one unit."""

    unit: str
    lines: tuple[CopyLineView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCopyView:
    """A case was pointed out to people, once."""

    sender_name: str
    at: datetime
    note: str
    units: tuple[CopyUnitView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesView:
    """抄送: to whom, who has opened it, and who may get a further copy."""

    sent: tuple[SentCopyView, ...] = ()  #: oldest first
    read: int = 0  #: of `total` receivers, those who have opened it
    total: int = 0
    people: tuple[Option, ...] = ()
    units: tuple[Option, ...] = ()
    post_url: str = ""
    export_href: str = ""
    once: str = ""  #: key of this form: it is sent once
    chosen: tuple[str, ...] = ()  #: what was chosen and refused: accounts, codes of units
    note: str = ""  #: what was typed and refused
    error: str = ""  #: why
