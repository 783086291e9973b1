"""Reads what a diagram says about its flow nodes into frozen values: names, lanes, `cx:` declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.model.assign_grammar import DEFAULT_ASSIGN
from engine.model.process import WORK_OF_PEOPLE, FlowNode, TimerStart
from engine.workflow.drawn_events import TIMERS, read_events
from engine.workflow.elements.kinds import FLOW_NODES, beginnings, event_definitions, event_kinds
from engine.workflow.languages import is_schedule
from engine.workflow.timers import literal
from engine.workflow.triggers import DrawnEvent
from engine.workflow.xml import BPMN, CX, local

_TIMES = {f"{{{BPMN}}}{name}": kind for name, kind in TIMERS.items()}
_COPIED = ("form", "due", "remind", "ladder", "reason", "params", "start", "decision", "result", "state")


@dataclass(frozen=True, slots=True)
class _Lane:
    name: str
    assign: str


def read_nodes(process: etree._Element, root: etree._Element) -> Iterator[FlowNode]:
    """Flow nodes of `process` and of its embedded sub-processes, in document order."""
    lanes = _lanes(process)
    names = {
        element.get("id", ""): element.get("name", "")
        for element in root.iterchildren(f"{{{BPMN}}}message", f"{{{BPMN}}}signal")
    }
    for element in process.iter(f"{{{BPMN}}}*"):
        if local(element) in FLOW_NODES and element.get("id"):
            yield _node(element, process, _lane_of(element, lanes), names)


def cx(element: etree._Element, name: str) -> str:
    """Value of the attribute cx:`name`, "" without it."""
    return str(element.get(f"{{{CX}}}{name}", "")).strip()


def start_form(process: etree._Element) -> str:
    """cx:form of the plain start event of `process`."""
    for start in process.iterchildren(f"{{{BPMN}}}startEvent"):
        if not event_kinds(start):
            return cx(start, "form")
    return ""


def started_by(process: etree._Element, events: Mapping[str, DrawnEvent], kind: str) -> tuple[str, ...]:
    """Names of the messages or signals (`kind`) that start an instance of `process`."""
    triggers = (trigger for element in beginnings(process) for trigger in events[element.get("id", "")].triggers)
    return tuple(dict.fromkeys(trigger.name for trigger in triggers if trigger.kind == kind))


def timed_by(process: etree._Element) -> tuple[TimerStart, ...]:
    """The start events of `process` that come true by the calendar or a clock."""
    found = []
    for element in process.iterchildren(f"{{{BPMN}}}startEvent"):
        for definition in event_definitions(element):
            for time in definition.iterchildren(*_TIMES):
                text = (time.text or "").strip()
                found.append(
                    TimerStart(
                        node_id=element.get("id", ""),
                        kind="schedule" if is_schedule(time) else _TIMES[str(time.tag)],
                        expression=text if is_schedule(time) else literal(text) or "",
                        owners=cx(element, "owners"),
                        period=cx(element, "period"),
                    )
                )
    return tuple(found)


def received_by(process: etree._Element) -> frozenset[str]:
    """Names of all messages that `process` can receive, at its start or later."""
    throwing = {f"{{{BPMN}}}{kind}" for kind in ("endEvent", "intermediateThrowEvent", "sendTask")}
    thrown = {element.get("id", "") for element in process.iter(*throwing)}
    events = read_events(process)
    triggers = (trigger for name, event in events.items() if name not in thrown for trigger in event.triggers)
    return frozenset(trigger.name for trigger in triggers if trigger.kind == "message")


def _node(element: etree._Element, process: etree._Element, lane: _Lane, names: Mapping[str, str]) -> FlowNode:
    return FlowNode(
        id=element.get("id", ""),
        name=element.get("name", ""),
        name_en=cx(element, "name-en"),
        type=local(element),
        process=process.get("id", ""),
        lane=lane.name,
        assign=cx(element, "assign") or lane.assign or (DEFAULT_ASSIGN if local(element) in WORK_OF_PEOPLE else ""),
        protected=cx(element, "protected") in {"true", "1"},
        implementation=element.get("implementation", ""),
        attached_to=element.get("attachedToRef", ""),
        message=_message(element, names),
        documentation=_documentation(element),
        result_shape=cx(element, "result-shape"),
        **{name: cx(element, name) for name in _COPIED},
    )


def _message(element: etree._Element, names: Mapping[str, str]) -> str:
    for holder in (element, *event_definitions(element)):
        for attribute in ("messageRef", "signalRef"):
            if holder.get(attribute):
                return names.get(holder.get(attribute, "").split(":")[-1], "")
    return ""


def _documentation(element: etree._Element) -> str:
    texts = (child.text or "" for child in element.iterchildren(f"{{{BPMN}}}documentation"))
    return "\n".join(text.strip() for text in texts if text.strip())


def _lanes(process: etree._Element) -> dict[str, _Lane]:
    """Id of a flow node: its innermost lane. A lane without cx:assign takes that of the lane around it."""
    found: dict[str, _Lane] = {}

    def walk(lane_set: etree._Element, outer: str) -> None:
        for lane in lane_set.iterchildren(f"{{{BPMN}}}lane"):
            assign = cx(lane, "assign") or outer
            for reference in lane.iterchildren(f"{{{BPMN}}}flowNodeRef"):
                found[(reference.text or "").strip()] = _Lane(lane.get("name", ""), assign)
            # After the own references: a modeler that lists a node in both lanes means the inner one.
            for inner in lane.iterchildren(f"{{{BPMN}}}childLaneSet"):
                walk(inner, assign)

    for lane_set in process.iter(f"{{{BPMN}}}laneSet"):
        walk(lane_set, "")
    return found


def _lane_of(element: etree._Element, lanes: Mapping[str, _Lane]) -> _Lane:
    """The lane of the node, or that of the sub-process around it."""
    holder: etree._Element | None = element
    while holder is not None:
        lane = lanes.get(holder.get("id", ""))
        if lane is not None:
            return lane
        holder = holder.getparent()
    return _Lane("", "")
