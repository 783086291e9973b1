"""What the pages about the reader himself show: absence, messages, search. The rules stand in `views.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from webui.pages.parts import Frame, Option


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceLine:
    """One absence of today or to come."""

    kind: str  #: term: 请假, 出差
    first_day: date
    last_day: date
    reason: str = ""
    has_begun: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLine:
    """A position and who acts in it."""

    unit: str  #: code
    position: str  #: code
    label: str
    substitute: str = ""  #: account
    substitute_name: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInLine:
    """A post of somebody else in which the reader acts."""

    holder: str
    label: str
    first_day: date
    last_day: date | None = None
    is_acting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Absences:
    """请假、出差与代理 of one person."""

    post_url: str
    today: date
    kinds: tuple[str, ...] = ("请假", "出差")  #: terms
    lines: tuple[AbsenceLine, ...] = ()
    posts: tuple[PostLine, ...] = ()
    stands_in: tuple[StandInLine, ...] = ()
    people: tuple[Option, ...] = ()  #: who may act
    open_tasks: int = 0
    values: Mapping[str, str] = field(default_factory=dict)  #: refused, to be mended
    errors: Mapping[str, str] = field(default_factory=dict)  #: by name of the field


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsencePage:
    """The same on a page of its own: of somebody else, or with what is wrong."""

    frame: Frame
    name: str
    unit: str
    absences: Absences
    is_own: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MePage:
    """我的: how pages look, absences, for whom an administrator may enter some."""

    frame: Frame
    account: str = ""
    action: str = "/me"
    absences: Absences | None = None
    manages: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCard:
    """One channel, and what stands in its form."""

    channel_id: str
    kind: str  #: email, webhook, wecom, dingtalk
    address: str
    state: str  #: in words
    mark: str  #: light: green, yellow, red, grey
    active: bool = True
    values: Mapping[str, str] = field(default_factory=dict)  #: rhythm, rests ("on"), language
    groups: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsPage:
    """消息提醒: by which ways the reader, or the group chat of a unit, is told outside this system."""

    frame: Frame
    unit: str = ""  #: code; "": the reader's own
    unit_name: str = ""
    units: tuple[Option, ...] = ()  #: that the reader administers
    channels: tuple[ChannelCard, ...] = ()
    new: ChannelCard | None = None  #: None: no room for another
    groups: tuple[Option, ...] = ()
    secret: str = ""  #: of the web hook that was just made
