"""What this engine runs and what it refuses, element by element, told in words that name the remedy.

SpiffWorkflow accepts many drawings that it then runs differently from what they say; those never reach it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from engine.errors import Problem
from engine.workflow.elements.activities import check_activity, check_receive, check_rule, check_service
from engine.workflow.elements.compensation import check_handler
from engine.workflow.elements.data import check_data
from engine.workflow.elements.events import check_event
from engine.workflow.elements.flows import check_flows, check_gateway
from engine.workflow.elements.kinds import (
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    HELPERS,
    SILENT,
    TASKS,
    Found,
    event_kinds,
    is_handler,
    scopes_of,
)
from engine.workflow.elements.refusals import NOT_RUN
from engine.workflow.elements.scopes import check_scope
from engine.workflow.references import check_references
from engine.workflow.sources import check_sources
from engine.workflow.xml import BPMN, ParsedFile, element_problem, local

__all__ = ["EVENTS", "FLOW_NODES", "GATEWAYS", "SILENT", "TASKS", "check_process", "event_kinds"]

RESERVED_IDS = {"Start", "End", "Root"}
_RESERVED = (".BoundaryEventSplit", ".BoundaryEventJoin", ".EndJoin", *HELPERS)


def check_process(process: etree._Element, parsed: ParsedFile) -> list[Problem]:
    """Everything in `process` that this engine does not run as drawn."""
    found: list[Found] = []
    for scope in scopes_of(process):
        found += check_scope(scope)
        found += check_flows(scope)
        for node in scope.iterchildren(f"{{{BPMN}}}*"):
            found += _check_node(node)
    found += check_data(process)
    found += check_references(process, parsed.root)
    found += check_sources(process)
    return [element_problem(rule, element, parsed.file, zh, en) for rule, element, zh, en in found]


def _check_node(node: etree._Element) -> Iterator[Found]:
    kind = local(node)
    if kind in NOT_RUN:
        rule, zh, en = NOT_RUN[kind]
        yield rule, node, zh, en
        return
    if kind not in FLOW_NODES:
        if kind not in SILENT:
            yield (
                "ELEM-02",
                node,
                f"不认识的元素 {kind}；请删除或换成别的元素",
                f"unknown element {kind}; remove or replace it",
            )
        return
    name = node.get("id", "")
    if not name:
        yield "ELEM-09", node, "没有编号（id）；请从建模工具重新导出", "it has no id; export it from the modeler again"
    if name in RESERVED_IDS or name.endswith(_RESERVED):
        yield "ELEM-09", node, f"编号“{name}”为系统保留；请改名", f'the id "{name}" is reserved; choose another'
    if is_handler(node):
        yield from check_handler(node)
    yield from _CHECKS.get(kind, check_activity)(node)


_CHECKS: dict[str, Callable[[etree._Element], Iterator[Found]]] = {
    **dict.fromkeys(EVENTS, check_event),
    **dict.fromkeys(GATEWAYS, check_gateway),
    "serviceTask": check_service,
    "receiveTask": check_receive,
    "businessRuleTask": check_rule,
}
