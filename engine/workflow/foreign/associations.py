"""Writes what data are called inside of an activity as the associations of the standard."""

from __future__ import annotations

from collections.abc import Collection

from lxml import etree

from engine.workflow.xml import BPMN, local

_ACTIVITIES = {
    "task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask",
    "callActivity", "subProcess", "transaction",
}  # fmt: skip
#: What the schema has before the properties of an activity and of a process, and before its associations.
_BEFORE_PROPERTIES = ("documentation", "extensionElements", "auditing", "monitoring")
_BEFORE = {
    "property": (*_BEFORE_PROPERTIES, "incoming", "outgoing", "ioSpecification", "property"),
    "dataInputAssociation": (*_BEFORE_PROPERTIES, "incoming", "outgoing", "ioSpecification", "property",
                             "dataInputAssociation"),
    "dataOutputAssociation": (*_BEFORE_PROPERTIES, "incoming", "outgoing", "ioSpecification", "property",
                              "dataInputAssociation", "dataOutputAssociation"),
}  # fmt: skip


def may_rename(element: etree._Element) -> bool:
    """Whether data can have other names inside of the element."""
    return local(element) in _ACTIVITIES and bool(element.get("id")) and _process(element) is not None


def _process(element: etree._Element) -> etree._Element | None:
    return next((holder for holder in element.iterancestors() if local(holder) == "process"), None)


def bring_in(activity: etree._Element, name: str, value: str) -> None:
    """Inside, `name` is the value of the expression `value`, and gone with the activity."""
    own = _property(activity, name)
    _associate(activity, "dataInputAssociation", own, value, name)


def bring_out(activity: etree._Element, name: str, value: str) -> None:
    """At the end, the variable `name` outside gets the value of the expression `value` inside."""
    process = _process(activity)
    if process is not None:
        _associate(activity, "dataOutputAssociation", _property(process, name), value, name)


def _associate(activity: etree._Element, kind: str, target: str, value: str, name: str) -> None:
    association = _child(activity, kind, _BEFORE[kind])
    etree.SubElement(association, f"{{{BPMN}}}targetRef").text = target
    assignment = etree.SubElement(association, f"{{{BPMN}}}assignment")
    etree.SubElement(assignment, f"{{{BPMN}}}from").text = value
    etree.SubElement(assignment, f"{{{BPMN}}}to").text = name


def _property(holder: etree._Element, name: str) -> str:
    """Id of the property `name` of an activity or process, which is drawn if it is not there."""
    for known in holder.iterchildren(f"{{{BPMN}}}property"):
        if known.get("name") == name:
            return str(known.get("id", ""))
    before = _BEFORE["property"] if local(holder) != "process" else (*_BEFORE_PROPERTIES, "property")
    own = _child(holder, "property", before)
    own.set("id", f"{holder.get('id')}.{name}")
    own.set("name", name)
    return str(own.get("id"))


def _child(holder: etree._Element, kind: str, before: Collection[str]) -> etree._Element:
    """A new child where the schema wants it."""
    child = etree.Element(f"{{{BPMN}}}{kind}")
    place = 0
    for number, other in enumerate(holder, 1):
        if local(other) in before:
            place = number
    holder.insert(place, child)
    return child
