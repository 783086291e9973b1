"""What the pages of the organisation show: the tree of units, and one unit with its posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from webui.pages.change_views import Crumb
from webui.pages.parts import Fact, Frame, Option


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRow:
    """One unit of the tree with those below it."""

    href: str
    name: str
    code: str
    kind: str  #: type in words
    leader: str  #: "" for nobody
    people: int
    vacant: str  #: posts that stand vacant, in words; "" for none
    ends: date | None  #: last day of one that is to be closed
    begins: date | None  #: first day of one that is still to come
    is_closed: bool
    fits: bool  #: False: shown only for what is below it
    below: tuple[TreeRow, ...]
    is_open: bool  #: those below are shown at once


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeFilter:
    """One select above the tree."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationPage:
    """组织机构: the tree, as filtered."""

    frame: Frame
    rows: tuple[TreeRow, ...]
    found: int
    total: int
    filters: tuple[TreeFilter, ...]
    query: str
    only_vacant: bool
    closed_too: bool
    clear_href: str  #: "" where nothing is filtered
    add_href: str  #: "" for who may not
    all_href: str  #: everything opened, or closed again
    all_open: bool
    is_desk: bool  #: tabs of the administrators


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderLine:
    """Somebody in a post."""

    name: str
    first_day: date
    last_day: date | None
    departments: str
    state: str  #: "", 待任, 已离任: in words
    away: str  #: "" or who acts while the holder is away
    end_href: str  #: "" for who may not


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLine:
    """One post of the unit."""

    label: str
    code: str
    holders: tuple[HolderLine, ...]
    past: tuple[HolderLine, ...]
    vacant: str  #: in words, "" where somebody holds it or it may stand empty
    is_vacant: bool  #: today
    appoint_href: str  #: "" for who may not


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentLine:
    """A department, grass-roots post or branch."""

    code: str
    name: str
    kind: str
    is_responsible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationUnitPage:
    """One unit: facts, posts, departments, and for an administrator the ways to change them."""

    frame: Frame
    name: str
    code: str
    crumbs: tuple[Crumb, ...]
    facts: tuple[Fact, ...]
    posts: tuple[PostLine, ...]
    departments: tuple[DepartmentLine, ...]
    below: tuple[Crumb, ...]
    actions: tuple[Crumb, ...]  #: links to the pages of changes
    keep_href: str  #: where the closing that is still to come is taken back; "" where there is none
    notes: tuple[str, ...]
