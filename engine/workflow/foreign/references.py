"""Codes and names that other engines let an event say directly, where the standard wants a reference."""

from __future__ import annotations

import re

from lxml import etree

from engine.workflow.foreign.report import Report, quoted
from engine.workflow.xml import BPMN, local

_KINDS = {  #: attribute → element it must name, attributes that carry the code
    "errorRef": ("error", ("name", "errorCode")),
    "escalationRef": ("escalation", ("name", "escalationCode")),
    "signalRef": ("signal", ("name",)),
    "messageRef": ("message", ("name",)),
}
_ROOT_ORDER = ("process", "collaboration", "choreography", "BPMNDiagram")
_PLAIN = re.compile(r"[A-Za-z_][\w.-]*")


def declare_direct_references(root: etree._Element, report: Report) -> None:
    """Declare the error, message … that an event names without its being declared, and complete half-declared ones.

    Only in files of an engine that writes so: elsewhere an unknown reference is a slip, and the lint tells it.
    """
    if not report.lines:
        return
    _complete_codes(root, report)
    for attribute, (kind, carried) in _KINDS.items():
        known = {element.get("id") for element in root.iterchildren(f"{{{BPMN}}}{kind}")}
        taken = {element.get("id") for element in root.iter("*")}
        for element in list(root.iter(f"{{{BPMN}}}*")):
            code = (element.get(attribute) or "").split(":")[-1]
            if not code or code in known or code in taken or not _PLAIN.fullmatch(code):
                continue
            _declare(root, kind, code, carried)
            known.add(code)
            report.mapped(element, quoted(attribute, code), f'<{kind} id="{code}">')


def _complete_codes(root: etree._Element, report: Report) -> None:
    """An error or escalation with a name only: its name is the code, as the engines of others take it."""
    for kind, code in (("error", "errorCode"), ("escalation", "escalationCode")):
        for element in root.iterchildren(f"{{{BPMN}}}{kind}"):
            if not element.get(code) and element.get("name"):
                element.set(code, str(element.get("name")))
                report.mapped(element, quoted("name", str(element.get("name"))), quoted(code, element.get(code, "")))


def _declare(root: etree._Element, kind: str, code: str, carried: tuple[str, ...]) -> None:
    declared = etree.Element(f"{{{BPMN}}}{kind}", {"id": code, **dict.fromkeys(carried, code)})
    for index, child in enumerate(root):
        if local(child) in _ROOT_ORDER:
            root.insert(index, declared)
            return
    root.append(declared)
