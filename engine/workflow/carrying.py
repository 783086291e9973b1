"""Carries the tokens of one scope over to the scope that stands for it: each task gets a twin with its token."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.model.migration import Moved, Obstacle
from engine.model.step import Token
from engine.workflow.activities import Repeated
from engine.workflow.compile import CompiledDefinition
from engine.workflow.compiled import Join
from engine.workflow.correspondence import Cannot, Correspondence
from engine.workflow.data import Data, Fork, common_fork, merge
from engine.workflow.events import Alternative
from engine.workflow.markings import is_ring, ring_of
from engine.workflow.records import Done
from engine.workflow.task import COMPLETED, WAITING, LiveTask
from engine.workflow.tree import Scope


@dataclass(slots=True)
class Findings:
    """What came out on the way, for the whole instance."""

    obstacles: list[Obstacle] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    closed: list[Token] = field(default_factory=list)  #: events that are gone
    renewed: list[LiveTask] = field(default_factory=list)  #: events that wait for a message of another name now


class ScopeCarrier:
    """The tokens of one scope."""

    def __init__(self, found: Findings, known: Correspondence, old: Scope, new: Scope) -> None:
        self._found, self._known, self._old, self._new = found, known, old, new

    def run(self) -> None:
        old, new = self._old, self._new
        root = new.task_tree = self._copy(old.task_tree, new.spec.start, None)
        new.open_tasks.pop(root.id, None)
        standing = [task for task in old.open_tasks.values() if not self._is_armed(task)]
        for task in standing:
            try:
                self._carry(task)
            except Cannot as cannot:
                self._found.obstacles.append(cannot.obstacle)
        self._carry_done()
        if self._found.obstacles:
            return
        try:
            for task in standing:
                self._arm_around(task)
            self._arm_scope_events()
        except Cannot as cannot:
            self._found.obstacles.append(cannot.obstacle)
        for task in new.tasks.values():
            if task._parent is not None and task.id not in new.tasks[task._parent]._children:
                new.tasks[task._parent]._children.append(task.id)

    def _carry_done(self) -> None:
        """What was completed can be undone in the new drawing too, or the instance stays with the old one."""
        try:
            self._new.done = self._records(self._old.done, self._old.spec, self._new.spec)
        except Cannot as cannot:
            self._found.obstacles.append(cannot.obstacle)

    def _records(self, records: Iterable[Done], old: Any, new: Any) -> list[Done]:
        """The same under the names of the new drawing, inside of completed sub-processes too."""
        carried = []
        for done in records:
            spec = old.task_specs[done.name]
            twin = self._known.done_twin(spec, new)
            inner: list[Done] = []
            if done.inner:
                inner = self._records(done.inner, _inside(self._known.old, spec), _inside(self._known.new, twin))
            carried.append(Done(twin.name, done.data, inner, done.holder))
        return carried

    @staticmethod
    def _is_armed(task: LiveTask) -> bool:
        return bool(task.task_spec.stand_by and task._state == WAITING)

    def _carry(self, task: LiveTask) -> None:
        spec = task.task_spec
        if isinstance(spec, Alternative):
            return self._carry_alternative(task)
        twin = self._known.twin(spec, self._new.spec)
        parent = task.parent
        is_instance = spec.owner is not None and parent is not None
        made = self._copy(task, twin, parent.id if is_instance and parent is not None else self._new.task_tree.id)
        if isinstance(spec, Join) and "via" in task.internal_data:
            made.internal_data["via"] = self._known.came_from(spec, twin, task.internal_data["via"])
        if task._state == WAITING and twin.settles:
            self._new.top_workflow.unsettled[task.id] = made
        self._note(task, made)
        return None

    def _carry_alternative(self, task: LiveTask) -> None:
        """One of the events behind an event-based gateway; when none of them is left, the token has no place."""
        gateway = task.parent
        if gateway is None or gateway.id in self._new.tasks:
            return
        twin = self._known.twin(gateway.task_spec, self._new.spec)
        made = self._copy(gateway, twin, self._new.task_tree.id)
        self._rearm(made, [other for other in gateway.children if other.is_open], twin.after, task)
        if not made._children:
            raise Cannot("node_gone", task.task_spec.node)

    def _arm_around(self, task: LiveTask) -> None:
        """The events attached to an activity: those that stay keep their dates, new ones are armed now."""
        spec, parent = task.task_spec, task.parent
        if isinstance(spec, Alternative) or spec.owner is not None:
            return
        made = self._new.tasks[task.id]
        armed = []
        if parent is not None and is_ring(parent.task_spec):
            armed = [other for other in parent.children if other.task_spec.attached and other.is_open]
        ring = ring_of(made.task_spec)
        if ring is None:
            self._disarm(armed)
            return
        if parent is not None and is_ring(parent.task_spec):
            split = self._copy(parent, ring, self._new.task_tree.id)
        else:
            split = LiveTask(self._new, ring, self._new.task_tree, made.carried, made.fork)
            split._state = COMPLETED
            self._new.open_tasks.pop(split.id)
        made._parent = split.id
        split._children = [made.id]
        self._rearm(split, armed, ring.after[1:], task)

    def _rearm(self, split: LiveTask, armed: Sequence[LiveTask], wanted: Sequence[Any], host: LiveTask) -> None:
        """Bring the events behind `split` over. One that has fired stays fired, one that was not there is armed."""
        kept: set[int] = set()
        for spec in wanted:
            source = self._known.sources.get(spec.node, "")
            same = [task for task in armed if task.task_spec.node == source and self._fits(task, spec)]
            for task in same:
                kept.add(task.id)
                self._note(task, self._copy(task, spec, split.id))
                split._children.append(task.id)
            if not same and not self._was_around(host, source, spec):
                self._arm(LiveTask(self._new, spec, split, host.carried, host.fork))
        self._disarm(task for task in armed if task.id not in kept)

    @staticmethod
    def _arm(task: LiveTask) -> None:
        try:
            task.task_spec._update(task)
        except Exception as error:  # whatever the expression of a timer or of a correlation key comes to
            raise Cannot("cannot_arm", task.task_spec.node) from error

    def _fits(self, task: LiveTask, spec: Any) -> bool:
        try:
            return bool(self._known.twin(task.task_spec, self._new.spec) is spec)
        except Cannot:
            return False

    def _was_around(self, host: LiveTask, source: str, spec: Any) -> bool:
        """Was this event armed before, around this very activity, and in the same way? Then it has fired."""
        ring = host.parent.task_spec if host.parent is not None and host.parent.task_spec.keeps_scope else None
        former = next((event for event in ring.after if event.node == source), None) if ring and source else None
        if former is None:
            return False
        try:
            return bool(self._known.twin(former, self._new.spec) is spec)
        except Cannot:
            return False

    def _arm_scope_events(self) -> None:
        """Event sub-processes of this scope. What is new is armed with the data that the scope has now."""
        armed = [task for task in self._old.open_tasks.values() if self._is_armed(task) and not task.task_spec.attached]
        kept: set[int] = set()
        root = self._new.task_tree
        for spec in self._new.spec.scope_events:
            same = [task for task in armed if self._fits(task, spec)]
            for task in same:
                kept.add(task.id)
                self._note(task, self._copy(task, spec, root.id))
            if not same and not self._stood_before(spec):
                data, fork = self._data_of_scope()
                self._arm(LiveTask(self._new, spec, root, data, fork))
        self._disarm(task for task in armed if task.id not in kept)

    def _stood_before(self, spec: Any) -> bool:
        for former in self._old.spec.scope_events:
            try:
                if self._known.twin(former, self._new.spec) is spec:
                    return True
            except Cannot:
                continue
        return False

    def _data_of_scope(self) -> tuple[Data, Fork | None]:
        tokens = [task for task in self._new.open_tasks.values() if not task.task_spec.stand_by]
        return (merge(tokens), common_fork(tokens)) if tokens else ({}, None)

    def _copy(self, task: LiveTask, spec: Any, parent: int | None) -> LiveTask:
        made = LiveTask.__new__(LiveTask)
        made.__dict__ = {
            **task.__dict__,
            "workflow": self._new,
            "task_spec": spec,
            "_parent": parent,
            "_children": [],
            "internal_data": dict(task.internal_data),
        }
        self._new.tasks[task.id] = made
        if made.is_open:
            self._new.open_tasks[task.id] = made
            if made._state == WAITING and spec.settles:
                self._new.top_workflow.unsettled[task.id] = made
        return made

    def _note(self, task: LiveTask, made: LiveTask) -> None:
        old, new = task.task_spec, made.task_spec
        if old.node != new.node:
            self._found.moved.append(Moved(token=Token(task.id), old=old.node, new=new.node))
        if old.kind == "event" and [t.name for t in old.triggers] != [t.name for t in new.triggers]:
            self._found.renewed.append(made)

    def _disarm(self, tasks: Iterable[LiveTask]) -> None:
        self._found.closed += [Token(task.id) for task in tasks if task.task_spec.kind]


def _inside(definition: CompiledDefinition, spec: Any) -> Any:
    """What is drawn inside a sub-process, itself or each of its instances."""
    work = spec.instance if isinstance(spec, Repeated) else spec
    return definition.subprocess_specs[work.spec]
