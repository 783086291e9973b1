"""What two versions of a process do not share: elements that came or went, and declarations that changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.model.process import FlowNode, ProcessInfo

#: Declarations that people know by name, in the order in which a form of properties shows them.
COMPARED = ("name", "assign", "form", "due", "remind", "ladder", "protected", "start", "decision", "params")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeDifference:
    """One element. change: added, removed (seen from the older version), or changed in `fields`."""

    node: FlowNode  #: of the newer version; of the older one where it was removed
    change: Literal["added", "removed", "changed"]
    fields: tuple[tuple[str, str, str], ...] = ()  #: (declaration, before, after), of what was changed


def differences(older: ProcessInfo, newer: ProcessInfo) -> tuple[NodeDifference, ...]:
    """In the order of the newer drawing, then what only the older one has."""
    return tuple(_differences(older, newer))


def _differences(older: ProcessInfo, newer: ProcessInfo) -> Iterator[NodeDifference]:
    for node in newer.nodes.values():
        before = older.nodes.get(node.id)
        if before is None:
            yield NodeDifference(node=node, change="added")
        elif changed := tuple(_changed(before, node)):
            yield NodeDifference(node=node, change="changed", fields=changed)
    for node in older.nodes.values():
        if node.id not in newer.nodes:
            yield NodeDifference(node=node, change="removed")


def _changed(before: FlowNode, after: FlowNode) -> Iterator[tuple[str, str, str]]:
    for name in COMPARED:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield name, str(old), str(new)
