"""The user task: its states, and who may claim, complete, hand on or give it back. Pure: it asks no clock, no store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.errors import AlreadyClaimed, Conflict, InputRejected, Refused, TaskNotOpen

TaskState = Literal["offered", "assigned", "started", "suspended", "completed", "returned", "transferred", "cancelled"]
#: domain.md §6.1, in the order of a life.
STATE_LABELS: dict[TaskState, tuple[str, str]] = {
    "offered": ("待领取", "To be claimed"),
    "assigned": ("待办", "To do"),
    "started": ("办理中", "In progress"),
    "suspended": ("已暂停", "Suspended"),
    "completed": ("已办结", "Done"),
    "returned": ("已退回", "Returned"),
    "transferred": ("已转办", "Handed on"),
    "cancelled": ("已撤销", "Cancelled"),
}
OPEN_STATES: frozenset[TaskState] = frozenset({"offered", "assigned", "started", "suspended"})


class NotAssigned(Refused):
    """The user task belongs to somebody else. Facts: assignee."""

    code = "not_assigned"


class NotACandidate(Refused):
    """The user task is offered to others."""

    code = "not_a_candidate"


class NotClaimedByYou(Refused):
    """Only the person who claimed a task gives it back to its group."""

    code = "not_claimed_by_you"


class ProtectedTask(Refused):
    """A protected task is never handed on, returned, skipped or completed in bulk."""

    code = "protected"


class TaskSuspended(Conflict):
    """The user task is suspended; its deadline stands still until it is resumed."""

    code = "task_suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTask:
    """Work that waits, or waited, for a person."""

    id: str
    state: TaskState
    unit: str = ""
    assignee: str = ""  #: "" while it is offered
    on_behalf_of: str = ""  #: the absent holder for whom the assignee acts; both names are shown
    candidates: tuple[str, ...] = ()  #: of an offered task
    claimed_at: datetime | None = None
    is_protected: bool = False  #: cx:protected
    done_by: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def check_open(self) -> None:
        """Raises TaskNotOpen with who ended it."""
        if not self.is_open:
            raise TaskNotOpen(f"Task {self.id} is {self.state}.", state=self.state, by=self.done_by)

    def check_running(self) -> None:
        """Raises TaskNotOpen, TaskSuspended."""
        self.check_open()
        if self.state == "suspended":
            raise TaskSuspended(f"Task {self.id} is suspended.")

    def check_claimable_by(self, person: str) -> None:
        """May `person` take this offered task? Raises TaskNotOpen, TaskSuspended, AlreadyClaimed, NotACandidate."""
        self.check_running()
        if self.assignee:
            raise AlreadyClaimed(f"Task {self.id} is taken.", by=self.assignee, at=self.claimed_at)
        if person not in self.candidates:
            raise NotACandidate(f"Task {self.id} is not offered to {person}.")

    def check_unclaimable_by(self, person: str) -> None:
        """May `person` give it back to its group? Raises TaskNotOpen, TaskSuspended, NotClaimedByYou."""
        self.check_running()
        if self.assignee != person or self.claimed_at is None:
            raise NotClaimedByYou(f"Task {self.id} was not claimed by {person}.")

    def check_completable_by(self, person: str) -> None:
        """May `person` complete this task now? An offered task may be completed by a candidate: that claims it.

        Raises TaskNotOpen, TaskSuspended, NotACandidate; AlreadyClaimed when a candidate was first, else NotAssigned.
        """
        self.check_running()
        if not self.assignee:
            self.check_claimable_by(person)
        elif self.assignee != person:
            self._refuse_other()

    def check_transferable_by(self, person: str, to: str, reason: str) -> None:
        """转办: may `person` hand it to `to`? Whether `to` may take it is a question of assignment and recusal.

        Raises what check_completable_by raises; ProtectedTask; InputRejected without a reason or to oneself.
        """
        self.check_completable_by(person)
        self._check_moved(reason, "转办", "hand a task on")
        if to == person:
            raise InputRejected("不能转办给本人。", "A task is not handed on to oneself.", field="to", value=to)

    def check_returnable_by(self, person: str, reason: str) -> None:
        """退回: may `person` send it back to whoever sent it? Raises as check_transferable_by does."""
        self.check_completable_by(person)
        self._check_moved(reason, "退回", "return a task")

    def _check_moved(self, reason: str, zh: str, en: str) -> None:
        if self.is_protected:
            raise ProtectedTask(f"Task {self.id} is protected.")
        if not reason.strip():
            raise InputRejected(f"{zh}应说明理由。", f"Give a reason to {en}.", field="reason")

    def _refuse_other(self) -> None:
        if self.claimed_at is not None:
            raise AlreadyClaimed(f"Task {self.id} is taken.", by=self.assignee, at=self.claimed_at)
        raise NotAssigned(f"Task {self.id} belongs to {self.assignee}.", assignee=self.assignee)
