"""From where a token came, and where it can go back alone: without a token of another branch, instance or strand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from engine.model.step import Token
from engine.model.way_back import WayBack
from engine.workflow.activities import Repeated
from engine.workflow.placing import flowing, is_target
from engine.workflow.regions import regions_of
from engine.workflow.task import LiveTask

if TYPE_CHECKING:
    from engine.workflow.tree import Scope

#: (why no token is put on a spec of the scope, the tokens whose place it would take)
Taken = Callable[["Scope", Any], tuple[str, list[LiveTask]]]


def ways_back(task: LiveTask | None, taken: Taken) -> Iterator[WayBack]:
    """To user tasks from which the token can have come, in its own scope and in those around it.

    Outward of a sub-process or of one of several instances only while nobody else is at work there.
    """
    inside: set[str] = set()  #: nodes inside of what would go as a whole
    while task is not None:
        scope, body = task.workflow, task.parent if task.task_spec.owner is not None else task
        if body is None or any(other.is_open and other is not task for other in body.children):
            return
        regions, specs, here = regions_of(scope), scope.spec.task_specs, body.task_spec
        leading = {name for name, spec in specs.items() if here.name in regions.ahead(spec)}
        for name in leading:
            spec = specs[name]
            if spec is not here and _is_work(spec) and taken(scope, spec) == ("", [body]):
                between = {specs[other].node for other in regions.ahead(spec) & leading}
                yield WayBack(
                    node_id=spec.node,
                    scope=Token(scope.host.id if scope.host is not None else 0),
                    between=frozenset((between | inside) - {"", spec.node, here.node}),
                )
        inside |= {spec.node for spec in specs.values()}  # another instance may have come further
        if list(flowing(scope)) != [body]:
            return
        task = scope.host


def _is_work(spec: Any) -> bool:
    work = spec.instance if isinstance(spec, Repeated) else spec
    return bool(is_target(spec) and work.kind == "task")
