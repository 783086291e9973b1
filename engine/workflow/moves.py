"""Moves by hand: put a token somewhere else so that no join is ever stuck and nothing is done twice.

The rule. A target lies in the branches of certain regions (regions.py). Going from the innermost of them outward, the
first that holds tokens decides: all tokens of that branch are taken, at its join or on the way to it, and one is put on
the target; it stands for all of them. So each branch of each open region still holds what its join waits for. Into a
branch that holds none, a token may only be put where the join does not count: an inclusive join and the end of a scope
wait for what can still come. Into a parallel region that is not open nothing is put: its join would lack the others.

So the tokens after a move are tokens that the process could have had by itself, and what is sound goes on sound.
Strands of non-interrupting boundary events are nobody's branch: they live on. Sub-processes go as a whole, with the
token that they are; inside each, the rule holds for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.model.moves import Move, Refusal, Standing, Target, refuse
from engine.model.step import Token
from engine.model.way_back import WayBack
from engine.workflow.activities import Repeated
from engine.workflow.compensation import Undo
from engine.workflow.data import Data, Fork, common_fork, load, merge
from engine.workflow.events import EventSubprocess
from engine.workflow.placing import (
    are_alternatives,
    arming,
    at_join,
    end_branch,
    flowing,
    is_target,
    spec_of,
    stands_by,
    withdraw,
)
from engine.workflow.protection import Protection
from engine.workflow.regions import Frame, Regions, Spot, regions_of
from engine.workflow.task import READY, STARTED, WAITING, LiveTask
from engine.workflow.ways_back import ways_back

if TYPE_CHECKING:
    from engine.workflow.tree import LiveWorkflow, Scope

_STATES = {READY: "ready", WAITING: "waiting", STARTED: "started"}


@dataclass(slots=True)
class _Carrier:
    """What a token hands on when it is taken away."""

    carried: Data
    fork: Fork | None


class Moves:
    """What an operator can do with the tokens of one loaded instance; run it on with Workflow.advance."""

    def __init__(self, top: LiveWorkflow, step: Callable[[], AbstractContextManager[object]]) -> None:
        """Use `Workflow.moves`."""
        self._top, self._step = top, step
        self._protection = Protection(top)

    def standing(self) -> tuple[Standing, ...]:
        """Every token that stands on a node of the diagram, the oldest first."""
        shown = [
            task
            for scope in self._top.scopes()
            for task in scope.open_tasks.values()
            if task.task_spec.node and not isinstance(task.task_spec, Repeated) and not stands_by(task)
        ]
        return tuple(self._standing(task) for task in sorted(shown, key=lambda task: task.id))

    def targets(self) -> tuple[Target, ...]:
        """Every node of every scope that runs, with what a move to it would cancel, or why there is none."""
        return tuple(
            self._target(scope, spec)
            for scope in self._top.scopes()
            for spec in {id(spec): spec for spec in scope.spec.task_specs.values()}.values()
            if is_target(spec)
        )

    def target(self, scope: Token, node_id: str) -> Target:
        """One of them; refusal "no_target" for a node that is none, "gone" for a scope that does not run."""
        found = self._find_scope(scope)
        if found is None:
            return Target(scope=scope, node_id=node_id, refusal="gone")
        spec = spec_of(found, node_id)
        if spec is None:
            return Target(scope=scope, node_id=node_id, refusal="no_target")
        return self._target(found, spec)

    def move(self, scope: Token, node_id: str) -> tuple[Token, ...]:
        """Put a token on the node; answers the tokens that it took the place of. Raises MoveRefused, ProtectedStep."""
        target = self.target(scope, node_id)
        refuse(target.refusal, node_id)
        self.put(scope, node_id)
        return target.cancels

    def put(self, scope: Token, node_id: str) -> None:
        """The same where protection is no question: one step back on a way that `ways_back` has found."""
        inside = self._find_scope(scope)
        spec = spec_of(inside, node_id) if inside is not None else None
        if inside is None or spec is None:
            return refuse("no_target", node_id)
        refusal, taken = self._taken(inside, spec)
        refuse(refusal, node_id)
        data, fork = self._handed_on(taken or list(flowing(inside)))
        with self._step():
            for task in taken:
                withdraw(task)
            inside.place(arming(inside, spec), data, fork)
        return None

    def ways_back(self, token: Token) -> tuple[WayBack, ...]:
        """User tasks to which this one token, and no other beside it, can be sent back. Protection is no question."""
        return tuple(ways_back(self._top.find(token), self._taken))

    def skip(self, token: Token) -> None:
        """Let the token go on as if its work were done, without a result. Raises MoveRefused, ProtectedStep."""
        task = self._find(token)
        refuse(self._no_skip(task), task.task_spec.node)
        with self._step():
            if task.task_spec.kind == "event":
                task.task_spec.fire(task, {}, 0)
            else:
                task.complete()

    def cancel(self, token: Token) -> None:
        """End the branch of the token here. An instance of a multi-instance counts as done, without a result.

        Raises MoveRefused, ProtectedStep.
        """
        task = self._find(token)
        refuse(self._no_cancel(task), task.task_spec.node)
        end_branch(task, self._step)

    def call_off(self, token: Token) -> None:
        """The same where a rule of the engine asks for it: neither protection nor a join is a question then."""
        end_branch(self._find(token), self._step)

    def make(self, move: Move) -> None:
        """Any of them. Raises MoveRefused, ProtectedStep."""
        match move.kind:
            case "skip":
                self.skip(move.token)
            case "cancel":
                self.cancel(move.token)
            case "terminate":
                self.terminate()
            case _:
                self.move(move.scope, move.node_id)

    def terminate(self) -> None:
        """End the whole instance where it stands. Raises ProtectedStep."""
        refuse(self.refusal_to_end(), "")
        self._top.cancel_all()

    def refusal_to_end(self) -> Refusal:
        """Why the whole instance may not be ended by an operator; "" where it may."""
        for scope in self._top.scopes():
            for task in flowing(scope):
                if self._protection.holds(task):
                    return "protected"
                if self._protection.is_ahead(scope, task):
                    return "protected_ahead"
        return ""

    # -- targets

    def _target(self, scope: Scope, spec: Any) -> Target:
        place = Token(scope.host.id if scope.host is not None else 0)
        refusal, taken = self._taken(scope, spec)
        if not refusal:
            refusal = self._protection.refusal(scope, spec, taken)
        if refusal:
            return Target(scope=place, node_id=spec.node, refusal=refusal)
        return Target(scope=place, node_id=spec.node, cancels=tuple(Token(task.id) for task in taken))

    def _taken(self, scope: Scope, spec: Any) -> tuple[Refusal, list[LiveTask]]:
        regions, tokens = regions_of(scope), []
        spot = regions.spot(spec)
        for task in flowing(scope):
            if isinstance(task.task_spec, EventSubprocess):
                if task.task_spec.interrupting:
                    return "instead", []
                continue
            if isinstance(task.task_spec, Undo):
                return "undoing", []
            found = spot_of(regions, task)
            if found is None:
                return "unclear", []
            if spot is not None and found.strand == spot.strand:
                tokens.append((task, found))
        if spot is None or not spot.is_clear:
            return "unclear", []
        if not tokens:
            return ("strand_over" if spot.strand else "flow_over"), []
        if spot.strand and len(tokens) > 1:
            return "strand_many", []
        return _replaced(spot, tokens)

    # -- single tokens

    def _standing(self, task: LiveTask) -> Standing:
        host = task.workflow.host
        return Standing(
            token=Token(task.id),
            node_id=task.task_spec.node,
            state=_STATES[task._state],  # type: ignore[arg-type]
            scope=Token(host.id if host is not None else 0),
            at_join=at_join(task),
            skip=self._no_skip(task),
            cancel=self._no_cancel(task),
        )

    def _no_skip(self, task: LiveTask) -> Refusal:
        if at_join(task):
            return "at_join"
        state = {"task": READY, "call": STARTED, "event": WAITING}.get(task.task_spec.kind)
        if state is None or task._state != state or stands_by(task):
            return "no_work"
        return "protected" if self._protection.holds(task) else ""

    def _no_cancel(self, task: LiveTask) -> Refusal:
        if at_join(task):
            return "at_join"
        if self._protection.holds(task):
            return "protected"
        if task.task_spec.owner is not None:
            return ""
        scope = task.workflow
        if isinstance(task.task_spec, EventSubprocess):
            return "no_work"
        spot = regions_of(scope).spot(task.task_spec)
        if spot is None or not spot.is_clear:
            return "unclear"
        if any(frame.join == "all" for frame in spot.frames):
            return "joined"
        if self._protection.is_ahead(scope, task):
            return "protected_ahead"
        others = [other for other in flowing(scope) if other is not task and not are_alternatives(task, other)]
        return "last" if scope.host is None and not others else ""

    # -- helpers

    def _find_scope(self, host: Token) -> Scope | None:
        return self._top if not host else self._top.subprocesses.get(host)

    def _find(self, token: Token) -> LiveTask:
        task = self._top.find(token)
        if task is None or not task.is_open or isinstance(task.task_spec, Repeated):
            refuse("gone", "")
        return task  # type: ignore[return-value]

    def _handed_on(self, taken: Sequence[LiveTask]) -> tuple[Data, Fork | None]:
        """Data of the tokens as one, as a join would make it; what was done inside a sub-process is kept."""
        carriers = [_Carrier(self._data_of(task), task.fork) for task in taken]
        if len(carriers) == 1:
            return carriers[0].carried, carriers[0].fork
        parted = common_fork(carriers)
        return merge(carriers), parted.outer if parted is not None else None

    def _data_of(self, task: LiveTask) -> Data:
        inside = self._top.subprocesses.get(task.id)
        if inside is None:
            return task.carried
        within = [_Carrier(self._data_of(found), found.fork) for found in flowing(inside)]
        if not within:
            return task.carried
        io = task.task_spec.io
        return io.shown(task, merge(within)) if io is not None else {**load(task.carried), **load(merge(within))}


def _replaced(spot: Spot, tokens: Sequence[tuple[LiveTask, Spot]]) -> tuple[Refusal, list[LiveTask]]:
    """The tokens for which a new one at `spot` stands, by the rule of this module."""
    for depth in range(len(spot.frames), -1, -1):
        branch = spot.frames[:depth]
        if any(_is_astray(found, branch) for _, found in tokens):
            return "unclear", []
        mine = [task for task, found in tokens if found.is_within(branch)]
        beside = bool(depth) and spot.frames[depth - 1].join != "all" and _is_open(branch, tokens)
        if mine or beside:
            counted = any(frame.join == "all" for frame in spot.frames[depth:])
            return ("waits_for_others" if counted else ""), [] if counted else mine
    return "flow_over", []


def _is_astray(found: Spot, branch: tuple[Frame, ...]) -> bool:
    """Does the token stand in one of these regions, but nobody can say in which branch?"""
    return any(
        theirs.split == ours.split and theirs.branch is None for theirs, ours in zip(found.frames, branch, strict=False)
    )


def _is_open(branch: tuple[Frame, ...], tokens: Sequence[tuple[LiveTask, Spot]]) -> bool:
    """Do other branches of the innermost region hold tokens?"""
    outside, depth = branch[:-1], len(branch)
    return any(
        found.is_within(outside) and len(found.frames) >= depth and found.frames[depth - 1].split == branch[-1].split
        for _, found in tokens
    )


def spot_of(regions: Regions, task: LiveTask) -> Spot | None:
    if at_join(task):
        return regions.spot_of_flow(task.internal_data.get("via", ""), task.task_spec)
    return regions.spot(task.task_spec)
