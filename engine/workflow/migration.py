"""Carries the stored state of an instance from one compiled definition to another by an explicit node map.

Nothing runs: tokens keep their numbers, data, and the dates of their timers. Events around an activity that the new
drawing adds are armed now; those that it leaves out are disarmed. What cannot go is said, and nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.model.migration import Moved, NodeMap, Obstacle
from engine.model.step import Advance, Token
from engine.workflow import codec
from engine.workflow.carrying import Findings, ScopeCarrier
from engine.workflow.compaction import compact
from engine.workflow.compile import CompiledDefinition
from engine.workflow.correspondence import Correspondence
from engine.workflow.dataflow.stores import NoStores
from engine.workflow.markings import TooMany, marking_of
from engine.workflow.report import report, waits
from engine.workflow.scripting import step_context
from engine.workflow.task import LiveTask
from engine.workflow.tree import LiveSubWorkflow, LiveWorkflow, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """An instance under its new definition. advance: what is armed, disarmed and waited for anew; nothing opened."""

    advance: Advance
    moved: tuple[Moved, ...]  #: open tokens whose node has another id now


class Migration:
    """The way from one definition to another; compute it once for all instances. Safe to share between threads."""

    def __init__(self, old: CompiledDefinition, new: CompiledDefinition, node_map: NodeMap) -> None:
        self._old, self._new = old, new
        self._known = Correspondence(old, new, node_map)

    def carry(
        self, state: bytes, *, at: datetime, seed: int, is_suspended: bool = False
    ) -> Carried | tuple[Obstacle, ...]:
        """The instance under the new definition, or every reason why it cannot go.

        at, seed: clock and chance for the dates of timers that are armed anew. is_suspended: no clock may begin.
        """
        before = LiveWorkflow(self._old, self._old.script_engine, at, NoStores())
        after = LiveWorkflow(self._new, self._new.script_engine, at, NoStores())
        try:
            codec.read(before, state)
        except codec.StateUnreadable:
            return (Obstacle(code="state_unreadable"),)
        compact(before)
        after.seq = before.seq
        after.journal.clear(before.seq)
        carrier = _Carrier(self._known, before, after)
        with step_context(at, seed) as context:
            carrier.run()
            if carrier.found.obstacles:
                return tuple(dict.fromkeys(carrier.found.obstacles))
            compact(after)
            advance = report(after, codec.dump(after), context.printed)
        if is_suspended and advance.timers:
            return (Obstacle(code="new_timer_while_suspended", node_id="", other=advance.timers[0].node_id),)
        return Carried(advance=_with_changes(advance, carrier.found), moved=tuple(carrier.found.moved))


def _with_changes(advance: Advance, found: Findings) -> Advance:
    """With the events that are gone, and those that wait for something else under the token that they had."""
    timers, subscriptions = waits(found.renewed)
    return replace(
        advance,
        closed=tuple((token, "cancelled") for token in (*found.closed, *(Token(task.id) for task in found.renewed))),
        timers=(*advance.timers, *timers),
        subscriptions=(*advance.subscriptions, *subscriptions),
    )


class _Carrier:
    """One instance on its way, scope by scope, the outer ones first."""

    def __init__(self, known: Correspondence, before: LiveWorkflow, after: LiveWorkflow) -> None:
        self._known, self._before, self._after = known, before, after
        self.found = Findings()

    def run(self) -> None:
        pairs: list[tuple[Scope, Scope]] = [(self._before, self._after)]
        for old, new in pairs:  # grows on the way: outer scopes first
            ScopeCarrier(self.found, self._known, old, new).run()
            if self.found.obstacles:
                return
            pairs += self._insides(old, new)
        for old, new in pairs:
            self._check_places(old, new)

    def _insides(self, old: Scope, new: Scope) -> Iterator[tuple[Scope, Scope]]:
        for token, inside in self._before.subprocesses.items():
            if inside.host.workflow is not old:
                continue
            host = new.tasks[token]
            spec = self._after.subprocess_specs[host.task_spec.spec]
            self._after.subprocesses[token] = twin = LiveSubWorkflow(spec, host)
            yield inside, twin

    def _check_places(self, old: Scope, new: Scope) -> None:
        """The tokens of one scope, taken together: can the new drawing bring them there, past all that is protected?"""
        node = next((task.task_spec.node for task in old.open_tasks.values() if not task.task_spec.stand_by), "")
        try:
            if not self._known.markings(new.spec).can_rest_at(marking_of(new)):
                self.found.obstacles.append(Obstacle(code="place_unreachable", node_id=node))
        except TooMany:
            self.found.obstacles.append(Obstacle(code="too_many_places", node_id=node))
        places = [(new.spec, *place) for place in marking_of(new)]
        skipped = self._known.skipped(list(_standing(old)), places)
        if skipped:
            self.found.obstacles.append(Obstacle(code="protected_passed", node_id=node, other=skipped))


def _standing(scope: Scope) -> Iterator[tuple[Any, str, str]]:
    """Where the tokens of a scope stand, and the activities around it."""
    for name, came_from in marking_of(scope):
        yield scope.spec, name, came_from
    if scope.host is not None:
        yield from _hosts(scope.host)


def _hosts(host: LiveTask) -> Iterator[tuple[Any, str, str]]:
    spec = host.task_spec.owner or host.task_spec
    yield host.workflow.spec, spec.name, ""
    if host.workflow.host is not None:
        yield from _hosts(host.workflow.host)
