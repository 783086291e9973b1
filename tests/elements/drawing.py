"""The models of the table in short: builders of the unit tests, plus the elements that only the table draws."""

from __future__ import annotations

from tests.elements.diagram import with_diagram
from tests.unit.workflow.models import definitions, end, process, sequence, start

__all__ = ["attached", "bpmn", "drawn", "element", "event_sub", "in_p", "sequence", "undone"]


def element(tag: str, name: str, inside: str = "", **attributes: str) -> str:
    """Any element of BPMN."""
    words = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<bpmn:{tag} id="{name}" name="{name}"{words}>{inside}</bpmn:{tag}>'


def bpmn(tag: str, text: str = "", **attributes: str) -> str:
    """An element without id: a definition, a reference."""
    words = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<bpmn:{tag}{words}>{text}</bpmn:{tag}>"


def drawn(*parts: str) -> bytes:
    """A whole file of processes and what stands beside them."""
    return with_diagram(definitions(*parts))


def in_p(*nodes: str, flows: str, beside: str = "") -> bytes:
    """Process `p` from the plain start `s` to the plain end `e`; `beside` stands outside of it."""
    return drawn(beside, process("p", start(), *nodes, end(), flows=flows))


def attached(name: str, host: str, event: str, *, interrupting: bool = True) -> str:
    flag = "true" if interrupting else "false"
    return element("boundaryEvent", name, event, attachedToRef=host, cancelActivity=flag)


def undone(name: str, handler: str) -> str:
    """A compensation event `c_<name>` on the activity `name`, joined to the user task `handler`, which undoes it."""
    event = attached(f"c_{name}", name, "<bpmn:compensateEventDefinition/>")
    task = element("userTask", handler, isForCompensation="true")
    return event + task + bpmn("association", id=f"a_{name}", sourceRef=f"c_{name}", targetRef=handler)


def event_sub(name: str, event: str, *nodes: str, flows: str, interrupting: bool = True) -> str:
    """An event sub-process `name` that begins with the start event `s_<name>`."""
    flag = "true" if interrupting else "false"
    first = element("startEvent", f"s_{name}", event, isInterrupting=flag)
    return element("subProcess", name, first + "".join(nodes) + sequence(flows), triggeredByEvent="true")
