"""What the pages of 用户 and of roles show to administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from webui.pages.change_views import Crumb
from webui.pages.organization_views import TreeFilter
from webui.pages.parts import Fact, FormView, Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLine:
    """One person of the list."""

    href: str
    account: str
    name: str
    where: str  #: unit and department
    posts: str
    roles: str
    state: str  #: in words
    is_locked: bool
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersPage:
    """用户: the list, as filtered."""

    frame: Frame
    rows: tuple[UserLine, ...]
    found: int
    filters: tuple[TreeFilter, ...]
    query: str
    clear_href: str
    next_href: str
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantView:
    """A role of somebody."""

    role: str
    unit: str
    first_day: date
    last_day: date | None
    by: str  #: who asked and who confirmed; "" where nobody was asked
    is_over: bool
    end_href: str  #: "" where it cannot be ended here


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A role that waits for a second administrator."""

    name: str
    account: str
    href: str
    role: str
    unit: str
    first_day: date
    last_day: date | None
    requested_by: str
    requested_at: datetime
    reason: str
    confirm_url: str  #: "" for who may not confirm
    refuse_href: str
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A session or token, with the way to end it."""

    what: str
    detail: str
    at: datetime | None
    end_url: str  #: "" for the reader's own


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPage:
    """One person: account, roles, where signed in."""

    frame: Frame
    name: str
    account: str
    state: str
    is_locked: bool
    facts: tuple[Fact, ...]
    grants: tuple[GrantView, ...]
    requests: tuple[RequestView, ...]
    sessions: tuple[PlaceView, ...]
    tokens: tuple[PlaceView, ...]
    sessions_url: str  #: ends all of them; "" where there are none, or they are the reader's own
    actions: tuple[Crumb, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsPage:
    """授权审批: what waits for a second administrator."""

    frame: Frame
    requests: tuple[RequestView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimePage:
    """A password for one sign-in, shown this once."""

    frame: Frame
    name: str
    account: str
    password: str
    back_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPage:
    """修改密码: of the reader."""

    frame: Frame
    form: FormView
    back_href: str  #: "" while another password must be chosen first
    must: bool
