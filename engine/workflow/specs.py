"""Kinds of tasks that SpiffWorkflow lacks, and the parsers that make them."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.event_parsers import BoundaryEventParser as StockBoundaryEventParser
from SpiffWorkflow.bpmn.parser.event_parsers import SendTaskParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.defaults import NoneTask
from SpiffWorkflow.bpmn.specs.event_definitions import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.task import Task

from engine.workflow.xml import CX

SERVICE, DECISION, START = "urn:changxiao:service:", "urn:changxiao:decision:", "urn:changxiao:start:"

_ISO_TIMER = re.compile(
    r"^(R\d*/)?(P(\d|T\d)[\dYMWDTHS.,]*|\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?)(/[\dPYMWDTHS.,:Z+-]+)?$"
)


def implementation_of(node: etree._Element) -> str:
    """URN of the machine work that the XML element `node` asks for; "" when it asks for none."""
    start, decision = node.get(f"{{{CX}}}start"), node.get(f"{{{CX}}}decision")
    if start:
        return START + start
    if decision:
        return DECISION + decision
    implementation: str = node.get("implementation", "")
    return "" if implementation.startswith("##") else implementation


def timer_expression(text: str) -> str:
    """A timer as an expression: plain ISO 8601, as most modelers write it, is put in quotes."""
    text = text.strip()
    return repr(text) if _ISO_TIMER.match(text) else text


class ServiceCallTask(BpmnSpecMixin):  # type: ignore[misc]
    """Machine work. Stops in STARTED, and is completed when the command layer brings the answer."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, implementation: str, **attributes: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **attributes)
        self.implementation = implementation  #: "urn:changxiao:service:…", "…:decision:…" or "…:start:…"

    def _run_hook(self, my_task: Task) -> None:  # noqa: ARG002 - None is SpiffWorkflow's word for "goes on elsewhere"
        return None


class ServiceCallParser(TaskParser):  # type: ignore[misc]
    """Service tasks, business rule tasks, and plain tasks with cx:start."""

    def create_task(self) -> Any:
        implementation = implementation_of(self.node)
        if not implementation:  # a plain `task` asks for nothing; the compiled engine lets it pass
            return NoneTask(self.spec, self.bpmn_id, **self.bpmn_attributes)
        return ServiceCallTask(self.spec, self.bpmn_id, implementation=implementation, **self.bpmn_attributes)


class SendTaskOrCallParser(SendTaskParser):  # type: ignore[misc]
    """A send task throws its message; with cx:start or an implementation it is machine work."""

    def create_task(self) -> Any:
        implementation = implementation_of(self.node)
        if implementation:
            return ServiceCallTask(self.spec, self.bpmn_id, implementation=implementation, **self.bpmn_attributes)
        return super().create_task()


class BoundaryEventParser(StockBoundaryEventParser):  # type: ignore[misc]
    """Boundary events, whose definitions are read elsewhere (drawn_events.py): to SpiffWorkflow they wait for ever."""

    def create_task(self) -> Any:
        never = SignalEventDefinition(self.bpmn_id)
        return self._create_task(never, self.node.get("cancelActivity", "true") not in {"false", "0"})
