"""撤回: may somebody take back a task that he has just completed, while nobody else has read what came of it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from engine.errors import Conflict
from engine.model.process import FlowNode
from engine.model.way_back import task_before

#: Why not: the text for people stands in `WithdrawalRefused`. "" where it may be taken back.
Refusal = Literal["", "not_done", "protected", "branched", "read", "final", "late"]


class Done(Protocol):
    """A user task that somebody has completed."""

    @property
    def node_id(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def protected(self) -> bool: ...
    @property
    def due_at(self) -> datetime | None: ...


class Waiting(Protocol):
    """A user task that waits now."""

    @property
    def node_id(self) -> str: ...
    @property
    def assignee(self) -> str | None: ...
    @property
    def claimed_at(self) -> datetime | None: ...
    @property
    def opened_at(self) -> datetime | None: ...


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
    "branched": ("事项另有其他环节正在办理，不能撤回。", "The case has other open tasks: it cannot be taken back."),
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


def refusal_to_withdraw(
    done: Done,
    waiting: Sequence[Waiting],
    *,
    person: str,
    is_last_done: bool,
    completed: Iterable[tuple[str, str]],
    nodes: Mapping[str, FlowNode],
    now: datetime,
) -> Refusal:
    """The rule that stands against taking `done` back; "" where none does.

    waiting: the open user tasks of the case. is_last_done: `person` completed it, and nothing was completed since.
    completed: (node id, node type) of what was completed in the case, the youngest first.
    What the person has opened himself counts as unread: nobody else has seen it. Past its due date a task is not
    taken back, because it would be late from that moment on.
    """
    if done.state != "completed" or not is_last_done:
        return "not_done"
    if done.protected:
        return "protected"
    if len(waiting) > 1:
        return "branched"
    if not waiting or task_before(completed, nodes, waiting[0].node_id) != done.node_id:
        return "final"
    following = waiting[0]
    if following.claimed_at is not None or (following.opened_at is not None and following.assignee != person):
        return "read"
    return "late" if done.due_at is not None and now > done.due_at else ""
