"""撤回: may somebody take back a task that he has just completed, while nobody else has read what came of it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from engine.errors import Conflict
from engine.model.process import WORK_OF_PEOPLE, FlowNode
from engine.model.step import TaskId, Token
from engine.model.way_back import WayBack, tasks_before

#: Why not: the text for people stands in `WithdrawalRefused`. "" where it may be taken back.
Refusal = Literal["", "not_done", "protected", "branched", "passed", "read", "final", "late"]


class Done(Protocol):
    """A user task that somebody has completed."""

    @property
    def id(self) -> TaskId: ...
    @property
    def node_id(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def protected(self) -> bool: ...
    @property
    def element(self) -> object: ...
    @property
    def done_by(self) -> str | None: ...
    @property
    def done_at(self) -> datetime | None: ...
    @property
    def due_at(self) -> datetime | None: ...


class Waiting(Protocol):
    """A user task that waits now."""

    @property
    def token(self) -> Token: ...
    @property
    def created_at(self) -> datetime | None: ...
    @property
    def assignee(self) -> str | None: ...
    @property
    def claimed_at(self) -> datetime | None: ...
    @property
    def opened_at(self) -> datetime | None: ...


Following = TypeVar("Following", bound=Waiting)


class WithdrawalRefused(Conflict):
    """The task can no longer be taken back; `zh` and `en` say by which rule."""

    code = "withdrawal_refused"

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"This task is not taken back: {refusal}.", refusal=refusal)
        self.zh, self.en = _WORDS[refusal]


_WORDS: Mapping[Refusal, tuple[str, str]] = {
    "": ("", ""),
    "not_done": ("这件任务不是由你办结的，不能撤回。", "You did not complete this task, so you cannot take it back."),
    "protected": ("受保护的环节，提交后不得撤回。", "A protected step is never taken back once it is submitted."),
    "branched": (
        "提交后同时开始了几个环节，或要与其他环节汇合，不能撤回。",
        "It led to several tasks at once, or waits to be joined with others: it cannot be taken back.",
    ),
    "passed": (
        "后续环节已经办结，不能撤回，可以请现在的办理人退回。",
        "The next task was completed: ask whoever has the case now to return it.",
    ),
    "read": (
        "下一环节已有人打开或领取，不能撤回，可以请对方退回。",
        "Somebody has opened or claimed the next task: ask for it to be returned instead.",
    ),
    "final": (
        "提交后已经编号、送达或生效，不能撤回。",
        "What followed from it (a number, a delivery, a decision) stands, so it cannot be taken back.",
    ),
    "late": ("已过到期日，不能撤回。", "Its due date has passed, so it cannot be taken back."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What has happened in the case, and where its tokens can have come from."""

    completed: Sequence[tuple[str, str]]  #: (node id, node type), the youngest first
    nodes: Mapping[str, FlowNode]
    last_here: TaskId | None  #: the task that was completed last at the node of the one to take back
    ways_back: Callable[[Token], Iterable[WayBack]]  #: of an open token


def came_of(done: Done, waiting: Sequence[Following], past: Past) -> tuple[tuple[Following, Token] | None, Refusal]:
    """The one open task that came straight of `done`, and the scope in which `done` stood; else None and why not.

    waiting: the open user tasks of the case. Other branches and instances do not count, as long as only the token of
    that task would go back.
    """
    if past.last_here != done.id and done.element is None:
        return None, "passed"
    begun = [task for task in waiting if task.created_at == done.done_at]
    found = [
        (task, way.scope)
        for task in begun
        for way in tasks_before(past.ways_back(task.token), past.completed, past.nodes)
        if way.node_id == done.node_id
    ]
    if len(found) == 1:
        return found[0], ""
    if len(begun) == 1:
        return None, "final"
    since = next((n for n, (node, _) in enumerate(past.completed) if node == done.node_id), 0)
    if not begun and any(kind in WORK_OF_PEOPLE for _, kind in past.completed[:since]):
        return None, "passed"
    return None, "branched" if waiting else "final"


def refusal_to_withdraw(
    done: Done,
    following: Waiting | None,
    *,
    person: str,
    stands: Refusal,
    now: datetime,
) -> Refusal:
    """The rule that stands against taking `done` back; "" where none does.

    following: the open user task that came of it, in its own branch, with nothing final in between; None: there is
    none, for the reason `stands`. What the person has opened himself counts as unread: nobody else has seen it. Past
    its due date a task is not taken back, because it would be late from that moment on.
    """
    if done.state != "completed" or done.done_by != person:
        return "not_done"
    if done.protected:
        return "protected"
    if following is None:
        return stands
    if following.claimed_at is not None or (following.opened_at is not None and following.assignee != person):
        return "read"
    return "late" if done.due_at is not None and now > done.due_at else ""
