"""What the pages of a migration show: versions with cases, the node map with both drawings, a run and its cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from webui.pages.drawing import Picture
from webui.pages.operations_views import Mark
from webui.pages.parts import Frame, Option


@dataclass(frozen=True, slots=True, kw_only=True)
class OldVersionLine:
    """A version that is not in force, with cases on it. href: the map to the version in force."""

    name: str
    key: str
    version: int
    current: int
    running: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationLine:
    href: str
    name: str
    old: int
    new: int
    state: str
    mark: Mark
    by: str
    at: datetime
    total: int
    migrated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationsPage:
    frame: Frame
    versions: tuple[OldVersionLine, ...]
    lines: tuple[MigrationLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLine:
    """One node of the old drawing. options: of its kind in the new one, the chosen one selected."""

    id: str
    name: str
    kind: str
    cases: int
    protected: bool
    options: tuple[Option, ...]
    ground: Literal["same", "suggested", "none"]
    suggestion: str = ""  #: name of the node that might take over
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    text: str
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunView:
    total: int
    can: int
    arms: int
    problems: tuple[str, ...]
    reasons: tuple[ReasonLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPage:
    """dry_run: None before it was asked for."""

    frame: Frame
    name: str
    key: str
    from_id: str
    to_id: str
    old_version: int
    new_version: int
    running: int
    lines: tuple[MapLine, ...]
    old: Picture
    new: Picture
    cases: tuple[str, ...] = ()  #: ids of those that were chosen; (): all of the old version
    all_href: str = ""  #: the same page for all of them, where some were to be chosen
    adopt_href: str = ""  #: the same page with all suggestions taken over; "" where there are none
    dry_run: DryRunView | None = None
    note: str = ""
    new_forms: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationItemLine:
    number: int
    href: str
    instance: str
    mark: Mark
    outcome: str
    why: str
    done_at: datetime | None
    undo_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPage:
    """One run. state: proposed, running, ended, withdrawn; the addresses are empty where a button is not offered."""

    frame: Frame
    href: str
    name: str
    old_version: int
    new_version: int
    note: str
    forms: str
    digest: str
    state: str
    state_word: str
    who: str
    at: datetime
    decided_by: str
    stopped_by: str
    undone_by: str
    total: int
    done: int
    migrated: int
    refused: int
    undone: int
    kept: int
    goes_on: bool
    reasons: tuple[ReasonLine, ...]
    mapped: tuple[tuple[str, str], ...]  #: nodes that get another name or id
    items: tuple[MigrationItemLine, ...]
    more: int = 0  #: cases that are not shown
    confirm_href: str = ""
    withdraw_href: str = ""
    stop_href: str = ""
    undo_href: str = ""
