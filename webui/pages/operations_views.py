"""What the pages of an operator show: incidents, runs that try them again, queues, the health of the parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from webui.pages.parts import FormView, Frame, Option

Mark = Literal["red", "yellow", "green", "blue", "grey"]  #: shape and colour; the word stands beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskTab:
    """One of the pages of the desk."""

    key: Literal["incidents", "running", "queues", "health"]
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentItem:
    """One incident. Texts are in the reader's language; process and element are terms."""

    id: str
    href: str
    mark: Mark
    state: str
    kind: str
    reason: str
    remedy: str
    process: str
    element: str
    instance: str  #: opaque id
    opened_at: datetime
    attempts: int
    job: str = ""  #: what a background job does
    note: str = ""
    noted_by: str = ""
    noted_at: datetime | None = None
    resolution: str = ""
    resolved_by: str = ""
    resolved_at: datetime | None = None
    retried: bool = False  #: waits in a run that goes on
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """A select above the list; its name is the query parameter. The first option stands for none."""

    name: Literal["state", "kind", "key"]
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBrief:
    """A run that goes on, or one of the last."""

    href: str
    who: str
    started_at: datetime
    goes_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentsPage:
    """运行维护: what gave up and waits for an operator."""

    frame: Frame
    tabs: tuple[DeskTab, ...]
    items: tuple[IncidentItem, ...]
    total: int
    filters: tuple[ListFilter, ...]
    list_href: str = "/incidents"  #: the list as filtered
    retry_href: str = "/incidents/retries"  #: takes the ticked ones, or with `all` those that the filter finds
    since: str = ""  #: ISO day
    clear_href: str = ""
    next_href: str = ""
    first_href: str = ""
    runs: tuple[RunBrief, ...] = ()
    retry_all: int = 0  #: how many fit the filter and can be tried again in one run; 0: the button is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """One incident: what is known of it, try again, note."""

    frame: Frame
    tabs: tuple[DeskTab, ...]
    item: IncidentItem
    task: str = ""  #: opaque id
    job: str = ""
    code: str = ""
    form: FormView | None = None  #: the note


@dataclass(frozen=True, slots=True, kw_only=True)
class RunItem:
    """One incident of a run and what came of it."""

    number: int
    href: str
    what: str
    mark: Mark
    outcome: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRunPage:
    """批量重试: how far a run is. Looks again by itself while it goes on."""

    frame: Frame
    tabs: tuple[DeskTab, ...]
    href: str
    who: str
    started_at: datetime
    ended_at: datetime | None
    stopped_by: str
    total: int
    done: int
    resolved: int
    failed: int
    items: tuple[RunItem, ...]

    @property
    def goes_on(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    name: str
    planned: int
    ready: int
    running: int
    failed: int
    waiting: str  #: "2 分钟": how long the oldest has waited
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerLine:
    name: str
    waiting: int
    late: int
    behind: str
    next_at: datetime | None
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLine:
    name: str
    alive: bool
    seen: str  #: "8 秒前"
    jobs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedLine:
    """A timer of a case that is not sealed."""

    due_at: datetime
    kind: str
    process: str
    element: str
    instance: str
    held: str = ""  #: why it is set aside


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number on top."""

    label: str
    value: str
    mark: Mark
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    """Messages or starts of one name that nobody takes yet."""

    kind: str
    name: str
    count: int
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuesPage:
    """队列: jobs, timers, workers, what is kept."""

    frame: Frame
    tabs: tuple[DeskTab, ...]
    figures: tuple[Figure, ...]
    jobs: tuple[JobLine, ...]
    timers: tuple[TimerLine, ...]
    workers: tuple[WorkerLine, ...]
    kept: tuple[KeptLine, ...]
    next_timers: tuple[QueuedLine, ...]
    held_timers: tuple[QueuedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One part of the service: its light, how it is, and what to do where it is not well."""

    name: str
    mark: Mark
    word: str
    text: str
    remedy: str = ""
    unconfirmed: bool = False  #: its limit is a parameter still to be confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupLine:
    taken_at: datetime
    folder: str
    size_bytes: int
    rows: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPage:
    """运行状况: every part with a light."""

    frame: Frame
    tabs: tuple[DeskTab, ...]
    mark: Mark
    summary: str
    parts: tuple[PartLine, ...]
    backups: tuple[BackupLine, ...]
