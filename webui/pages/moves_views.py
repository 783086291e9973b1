"""What an operator sees where he moves tokens. Rules as in `views.py`; no value of a case and no name of an officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from webui.pages.drawing import Picture
from webui.pages.parts import FormView, Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedToken:
    """A token and what can be done with it; in place of a link the reason why not."""

    element: str
    inside: str  #: sub-process around it
    state: str
    skip_href: str = ""
    skip_why: str = ""
    cancel_href: str = ""
    cancel_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTo:
    """A node to which a token can be moved."""

    element: str
    inside: str
    href: str
    verb: str  #: 退回 or 跳转
    ends: tuple[str, ...]  #: elements of the tokens that it takes the place of


@dataclass(frozen=True, slots=True, kw_only=True)
class NoMove:
    element: str
    inside: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One act of an operator, as it was written down."""

    at: datetime
    who: str
    what: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDrawing:
    """One element for src/load_marks.js."""

    id: str
    open: int
    label: str
    href: str
    target: bool  #: a token can be moved there
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesPage:
    """运行维护 · 实例 · 移动令牌."""

    frame: Frame
    id: str
    process: str
    version: int
    status: str  #: term
    back_href: str
    xml_url: str
    elements: tuple[OnDrawing, ...]
    text: tuple[str, ...]  #: the same in sentences
    tokens: tuple[MovedToken, ...]
    places: tuple[MoveTo, ...]
    refused: tuple[NoMove, ...]
    end_href: str
    end_why: str
    form: FormView | None  #: 暂停 or 恢复
    act: str  #: suspend or resume
    record: tuple[RecordLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """One line of what comes of a move."""

    head: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePage:
    """What one move would do, before it is done."""

    frame: Frame
    id: str
    process: str
    title: str
    refused: str  #: why it is not made; empty: it can be
    before: Picture | None
    after: Picture | None
    before_text: str
    after_text: str
    consequences: tuple[Consequence, ...]
    form: FormView | None
    back_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariablePage:
    """One variable: its value only after a reason was given for looking at it."""

    frame: Frame
    id: str
    process: str
    name: str
    kind: str
    value: str | None  #: JSON; None: masked
    form: FormView | None
    act: str  #: reveal or edit
    refused: str
    back_href: str
