"""Whose marks a namespace holds."""

from __future__ import annotations

from typing import Final

from engine.workflow.xml import BPMN, CX

#: Engines that descend from one another and share most of their marks.
ACTIVITI_FAMILY: Final = {
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://flowable.org/bpmn": "flowable",
    "http://activiti.org/bpmn": "activiti",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
}
ZEEBE: Final = "http://camunda.org/schema/zeebe/1.0"

_BPMN_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DI = "http://www.omg.org/spec/DD/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_XML = "http://www.w3.org/XML/1998/namespace"
#: Read by the standard or by us; nothing to tell.
OWN: Final = frozenset({BPMN, CX, _BPMN_DI, _DI, _DC, _XSI, _XML})
#: The part of a file that only says where things stand.
DIAGRAM: Final = f"{{{_BPMN_DI}}}BPMNDiagram"

#: Notes of modeling tools about looks and their own bookkeeping: without them nothing runs differently.
_LOOKS = (
    "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    "http://camunda.org/schema/modeler/1.0",
    "http://www.signavio.com",
    "http://www.bizagi.com",
    "http://bpmn.sourceforge.net",
    "http://www.trisotech.com",
    "http://www.softwareag.com/aris",
    "http://www.omg.org/spec/BPMN/20100524/EXTENSIONS",
)


def short_name(namespace: str) -> str:
    """What people call the engine: "camunda", "zeebe"; the namespace itself when it is nobody's we know."""
    return ACTIVITI_FAMILY.get(namespace) or ("zeebe" if namespace == ZEEBE else namespace)


def is_for_looks(namespace: str) -> bool:
    return namespace.startswith(_LOOKS)
