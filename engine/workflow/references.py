"""Checks that what an event or task refers to (message, signal, error, escalation) exists in the file."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.elements.kinds import announced_definitions, referred_definition
from engine.workflow.specs import implementation_of
from engine.workflow.xml import BPMN, local

_KINDS = {  #: attribute: (element it must name, attribute of that element that must not be empty, word)
    "messageRef": ("message", "name", "消息"),
    "signalRef": ("signal", "name", "信号"),
    "errorRef": ("error", "errorCode", "错误"),
    "escalationRef": ("escalation", "escalationCode", "升级"),
}
_NEEDED = {
    "messageEventDefinition": "messageRef",
    "signalEventDefinition": "signalRef",
    "receiveTask": "messageRef",
    "sendTask": "messageRef",
}


def check_references(process: etree._Element, root: etree._Element) -> Iterator[tuple[str, etree._Element, str, str]]:
    """Rule ELEM-11: every reference leads to an element that carries what is needed at run time."""
    known = {
        attribute: {element.get("id", ""): element for element in root.iterchildren(f"{{{BPMN}}}{kind}")}
        for attribute, (kind, _, _) in _KINDS.items()
    }
    for element in (*process.iter(f"{{{BPMN}}}*"), *_definitions_beside(process)):
        for attribute, (kind, needed, word) in _KINDS.items():
            reference = element.get(attribute)
            if reference is None or local(element).startswith("correlation"):
                continue
            target = known[attribute].get(reference.split(":")[-1])
            if target is None:
                yield (
                    "ELEM-11", element, f"引用的{word}“{reference}”不存在；请在属性面板中重新选择",
                    f'the {kind} "{reference}" does not exist; choose it again in the properties panel',
                )  # fmt: skip
            elif not target.get(needed):
                yield (
                    "ELEM-11", element, f"{word}“{reference}”没有 {needed}；请补上",
                    f'the {kind} "{reference}" has no {needed}; add it',
                )  # fmt: skip
        yield from _check_needed(element)


def _definitions_beside(process: etree._Element) -> Iterator[etree._Element]:
    """Event definitions that stand beside the processes and that this one refers to, each once."""
    found: dict[etree._Element, None] = {}
    for reference in process.iter(f"{{{BPMN}}}eventDefinitionRef"):
        if (definition := referred_definition(reference)) is not None:
            found[definition] = None
    for many in process.iter(f"{{{BPMN}}}multiInstanceLoopCharacteristics"):
        found |= dict.fromkeys(
            definition for _, definitions in announced_definitions(many) for definition in definitions
        )
    return (definition for definition in found if process not in definition.iterancestors())


def _check_needed(element: etree._Element) -> Iterator[tuple[str, etree._Element, str, str]]:
    attribute = _NEEDED.get(local(element))
    if attribute is None or element.get(attribute):
        return
    if local(element) == "sendTask" and implementation_of(element):
        return
    if element.find(f"{{{BPMN}}}messageEventDefinition") is not None:
        return
    word = _KINDS[attribute][2]
    yield (
        "ELEM-11", element, f"没有选择{word}；请在属性面板中选择", f"no {_KINDS[attribute][0]} is chosen; choose one",
    )  # fmt: skip
