"""What the pages of search, messages and help show. The rules stand in `views.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from webui.pages.parts import Due, Frame, Plate

#: Pieces of a text, each with whether it was searched for: shown marked, escaped like everything.
Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing that was found."""

    href: str
    title: Pieces
    number: Pieces
    unit: Pieces
    detail: str = ""  #: "实施整改 · 用户101"
    due: Due | None = None
    plate: Plate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HitGroup:
    key: Literal["tasks", "cases", "cards"]
    hits: tuple[Hit, ...]
    more_href: str = ""  #: all of this group
    capped: bool = False  #: there is more than can be shown


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """全局搜索."""

    frame: Frame
    query: str
    groups: tuple[HitGroup, ...] = ()
    alone: str = ""  #: the one group that is shown
    all_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One notice in words."""

    notice_id: str
    text: str
    at: datetime
    unread: bool = False
    title: str = ""
    number: str = ""
    step: str = ""  #: term
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDay:
    on: date
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageGroup:
    """A choice of the filter."""

    key: Literal["", "cards", "hands", "decided", "copy", "calendar", "own"]
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesPage:
    """消息."""

    frame: Frame
    groups: tuple[MessageGroup, ...]
    unread: tuple[Message, ...] = ()
    days: tuple[MessageDay, ...] = ()
    next_href: str = ""
    here: str = "/messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPage:
    """帮助: keys, pictures and words."""

    frame: Frame
