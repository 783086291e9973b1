"""Ad-hoc sub-processes (BPMN 2.0, 13.3.5): work without a drawn beginning and end, until a condition holds.

A person who is offered work chooses by doing it; the standard leaves open how often each activity is offered. Here each
activity to which no flow leads is offered once when the sub-process begins, and flows order the others. In sequential
ordering one activity is at work at a time, those that wait follow in the order in which their tokens came, the first
ones as drawn. After each activity the completion condition is asked. When it holds, what still runs is cancelled or,
where the drawing says so, finished; nothing else begins. Without a condition it ends when nothing is left.

Two helpers do this, drawn by rewriting.py: a `Turn` before and an `Enough` behind each inner activity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from engine.workflow.compiled import EndOfScope, Pass
from engine.workflow.elements.kinds import is_activity, is_ad_hoc
from engine.workflow.in_view import condition_holds, data_of_scope
from engine.workflow.languages import carried
from engine.workflow.task import LiveTask
from engine.workflow.xml import BPMN

if TYPE_CHECKING:
    from engine.workflow.tree import Scope

_OVER = "over"  #: on the token of the sub-process: its condition held, what still runs is being finished


@dataclass(frozen=True, slots=True, kw_only=True)
class AdHoc:
    """What the drawing says about an ad-hoc sub-process."""

    sequential: bool
    condition: str  #: empty: it ends when nothing is left
    cancels: bool  #: what still runs, when the condition holds
    activities: frozenset[str]  #: ids of those inside

    @property
    def takes_turns(self) -> bool:
        """Whether a token may be held, or turned away, before an activity."""
        return self.sequential or bool(self.condition and not self.cancels)


def ad_hoc_of(scope: etree._Element) -> AdHoc:
    """Read the element `scope`."""
    sequential = scope.get("ordering") == "Sequential"
    condition = scope.find(f"{{{BPMN}}}completionCondition")
    return AdHoc(
        sequential=sequential,
        condition=carried(condition) if condition is not None else "",
        cancels=sequential or scope.get("cancelRemainingInstances") not in {"false", "0"},
        activities=frozenset(node.get("id", "") for node in scope.iterchildren(f"{{{BPMN}}}*") if is_activity(node)),
    )


def read_ad_hoc(process: etree._Element) -> dict[str, AdHoc]:
    """The ad-hoc sub-processes of `process` by id."""
    return {scope.get("id", ""): ad_hoc_of(scope) for scope in process.iter(f"{{{BPMN}}}*") if is_ad_hoc(scope)}


class _Helper(Pass):
    plan: AdHoc

    def leave(self, my_task: LiveTask) -> None:
        if _is_over(my_task.workflow):
            my_task.spawn(my_task.workflow.spec.end, my_task.fork)
        else:
            super().leave(my_task)


class Turn(_Helper):
    """Before an activity: its token waits while another activity is at work."""

    settles = True

    def _update_hook(self, my_task: LiveTask) -> bool:
        if not self.plan.sequential:
            return True
        my_task.wait()
        my_task.workflow.top_workflow.unsettled[my_task.id] = my_task
        return False

    def settle(self, my_task: LiveTask) -> bool:
        if any(task.task_spec.name in self.plan.activities for task in my_task.workflow.open_tasks.values()):
            return False
        my_task._ready()
        return True


class Enough(_Helper):
    """Behind an activity: asks the completion condition, with the data of all that has been done."""

    def _run_hook(self, my_task: LiveTask) -> bool:
        scope = my_task.workflow
        if _is_over(scope):
            return True
        data = data_of_scope(scope)
        if condition_holds(my_task, self.plan.condition, data):
            if self.plan.cancels:
                my_task.carried = data
                scope.cancel_all(but=my_task)
            else:
                self._begin_no_more(my_task)
            self._tell(scope)
        return True

    def _tell(self, scope: Scope) -> None:
        assert scope.host is not None  # noqa: S101 - an ad-hoc sub-process stands in a process
        scope.host.internal_data[_OVER] = True

    def _begin_no_more(self, my_task: LiveTask) -> None:
        """Tokens between the activities have nothing to go to; what they carry belongs to the result."""
        scope = my_task.workflow
        for token in list(scope.open_tasks.values()):
            spec = token.task_spec
            at_work = spec.owner is not None or spec.stand_by or spec.name in self.plan.activities
            if token is my_task or at_work or isinstance(spec, Enough | EndOfScope):
                continue
            token.cancel()
            scope.place(scope.spec.end, token.carried, token.fork)


def _is_over(scope: Scope) -> bool:
    return scope.host is not None and _OVER in scope.host.internal_data
