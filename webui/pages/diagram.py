"""The drawing of a case with its tokens, and its equal as a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_babel import gettext

from engine.model.clock import local_time
from engine.model.process import FlowNode
from engine.queries.case_events import Event
from engine.queries.case_view import CaseView
from engine.queries.tasks import TaskRow
from webui.pages.case_parts import Diagram, DiagramNode, DiagramToken
from webui.pages.words import say

#: Nodes that people know by name; gateways and start events say nothing in a list.
_LISTED = frozenset(
    {
        *("userTask", "manualTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask", "scriptTask"),
        *("callActivity", "subProcess", "intermediateCatchEvent", "endEvent"),
    }
)


def diagram(view: CaseView) -> Diagram:
    """Everything that the browser needs to paint the case on its drawing."""
    case = view.case
    return Diagram(
        xml_url=f"/api/v1/process-definitions/{case.definition_id}/xml",
        label=f"{case.key} v{case.version}",
        visits=view.history.visits,
        tokens=tuple(_tokens(view)),
        nodes=tuple(_nodes(view)),
    )


def held_nodes(view: CaseView) -> dict[str, tuple[str, bool]]:
    """{node id: (who has it, or until when it waits; is it late)} of every node that waits now."""
    held: dict[str, tuple[str, bool]] = {}
    for token in _tokens(view):
        label, late = held.get(token.node_id, (token.label, False))
        if token.late_days and not late:
            label = f"{token.label} · {gettext('逾期 %(n)s', n=token.late_days)}"
        held[token.node_id] = (label, late or token.late_days > 0)
    return held


def _tokens(view: CaseView) -> Iterator[DiagramToken]:
    for row in view.tasks:
        if row.is_open:
            yield DiagramToken(node_id=row.node_id, label=_holder(row), late_days=_late_days(row))
    for waiting in view.waiting:
        label = f"{local_time(waiting.until):%m-%d}" if waiting.until is not None else str(gettext("等待中"))
        yield DiagramToken(node_id=waiting.node_id, label=label)


def _holder(row: TaskRow) -> str:
    return row.assignee_name or str(gettext("待领取"))


def _late_days(row: TaskRow) -> int:
    return max(1, row.light.late_days) if row.light is not None and row.light.color == "red" else 0


def _nodes(view: CaseView) -> Iterator[DiagramNode]:
    """Nodes reached in the order in which they were first reached, then those still to come as they are drawn."""
    reached: dict[str, list[Event]] = {}
    for event in view.history.events:
        if event.node_id and event.event in {"entered", "completed", "cancelled"}:
            reached.setdefault(event.node_id, []).append(event)
    by_id = {node.id: node for node in view.nodes}
    for node_id, events in reached.items():
        node = by_id.get(node_id)
        if node is not None and _is_listed(node):
            yield _reached(node, events, view)
    if view.case.is_over:
        return
    for node in view.nodes:
        if node.id not in reached and _is_listed(node) and node.type != "endEvent":
            yield DiagramNode(name=say(node.name, node.name_en), status="todo")


def _is_listed(node: FlowNode) -> bool:
    return node.type in _LISTED and bool(node.name)


def _reached(node: FlowNode, events: Iterable[Event], view: CaseView) -> DiagramNode:
    happened = list(events)
    last = happened[-1]
    open_rows = [row for row in view.tasks if row.is_open and row.node_id == node.id]
    is_waiting = bool(open_rows) or any(waiting.node_id == node.id for waiting in view.waiting)
    late = any(_late_days(row) for row in open_rows)
    return DiagramNode(
        name=say(node.name, node.name_en),
        status="late" if late else "now" if is_waiting else "done",
        who=_holder(open_rows[0]) if open_rows else last.actor_name,
        at=last.at,
        times=sum(event.event == "entered" for event in happened),
    )
