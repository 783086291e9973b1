"""Protected steps (`cx:protected`) against moves by hand: never skipped, moved away from, or jumped over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.model.moves import Refusal
from engine.workflow.activities import Repeated, Subprocess
from engine.workflow.placing import at_join, position_of
from engine.workflow.regions import regions_in, regions_of
from engine.workflow.task import LiveTask

if TYPE_CHECKING:
    from engine.workflow.tree import LiveWorkflow, Scope


class Protection:
    """What is protected in one loaded instance."""

    def __init__(self, top: LiveWorkflow) -> None:
        self._top = top
        self._nodes = {node.id for node in top.definition.info.nodes.values() if node.protected}

    def refusal(self, scope: Scope, spec: Any, taken: Sequence[LiveTask]) -> Refusal:
        """Why a token on `spec` may not take the place of `taken`."""
        found = regions_of(scope)
        for task in taken:
            if self.holds(task):
                return "protected"
            if found.passes_always(spec, position_of(task)):
                continue  # back to where the token came from: everything ahead of it stays ahead
            if self._jumps_over(scope, task, spec):
                return "jumps_protected"
        return ""

    def holds(self, task: LiveTask) -> bool:
        """Does the token, or one inside of it, stand on a protected step?"""
        if task.task_spec.node in self._nodes and not at_join(task):
            return True
        inside = self._top.subprocesses.get(task.id)
        within = list(inside.open_tasks.values()) if inside is not None else []
        return any(self.holds(found) for found in (*within, *task.children) if found.is_open)

    def is_ahead(self, scope: Scope, task: LiveTask) -> bool:
        """Must the token still pass a protected step before the end of its scope, unless an event takes over there?"""
        here, known = position_of(task), scope.spec.task_specs
        certain = regions_of(scope).must_pass(here) - {here.name}
        return any(self._surely_guards(known[name]) for name in certain)

    def _jumps_over(self, scope: Scope, task: LiveTask, spec: Any) -> bool:
        """Could a protected step come before the target, or must one still come that need not afterwards?"""
        regions, known, here = regions_of(scope), scope.spec.task_specs, position_of(task)
        guarded = {name for name, found in known.items() if found is not spec and self._guards(found)}
        between = (name for name in regions.between(here, spec) & guarded if spec.name in regions.ahead(known[name]))
        if any(between):
            return True
        certain = regions.must_pass(here) & guarded - ({here.name} if at_join(task) else set())
        return bool(certain - regions.must_pass(spec))

    def _surely_guards(self, spec: Any) -> bool:
        """Is it a protected step, or one that nobody goes through without passing one?"""
        if spec.node in self._nodes:
            return True
        work = spec.instance if isinstance(spec, Repeated) else spec
        inside = self._top.subprocess_specs.get(work.spec) if isinstance(work, Subprocess) else None
        if inside is None:
            return False
        return any(self._surely_guards(inside.task_specs[name]) for name in regions_in(inside).surely_passed())

    def _guards(self, spec: Any) -> bool:
        """Is it a protected step, or is one inside of it?"""
        if spec.node in self._nodes:
            return True
        if isinstance(spec, Repeated):
            return self._guards(spec.instance)
        if isinstance(spec, Subprocess):
            inside = self._top.subprocess_specs.get(spec.spec)
            return inside is not None and any(self._guards(found) for found in inside.task_specs.values() if found.node)
        return False
