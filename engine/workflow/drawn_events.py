"""Reads from the XML what events wait for and throw, with every reference resolved."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from engine.workflow.elements.kinds import EVENTS, announced_definitions, event_definitions, is_event_subprocess
from engine.workflow.languages import carried
from engine.workflow.specs import timer_expression
from engine.workflow.triggers import Announcement, DrawnEvent, Trigger
from engine.workflow.xml import BPMN, local

TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
_THROWING = {"endEvent", "intermediateThrowEvent", "sendTask"}
_TRUE = {"true", "1"}


def read_events(process: etree._Element) -> dict[str, DrawnEvent]:
    """Events, send and receive tasks of `process` and its sub-processes, by id; event sub-processes as they start."""
    book = _Book(process)
    wanted = (f"{{{BPMN}}}{name}" for name in (*EVENTS, "sendTask", "receiveTask"))
    found = {element.get("id", ""): _read(element, book) for element in process.iter(*wanted)}
    for scope in process.iter(f"{{{BPMN}}}subProcess"):
        start = scope.find(f"{{{BPMN}}}startEvent")
        if start is not None and is_event_subprocess(scope):
            found[scope.get("id", "")] = found[start.get("id", "")]
    return found


def read_announcements(process: etree._Element) -> dict[str, tuple[Announcement, ...]]:
    """What the instances of multi-instance activities throw when they complete, by id of the activity."""
    book, found = _Book(process), {}
    for many in process.iter(f"{{{BPMN}}}multiInstanceLoopCharacteristics"):
        announced = tuple(
            Announcement(
                triggers=tuple(book.trigger(definition, throws=True) for definition in definitions),
                condition=carried(condition) if condition is not None else "",
                first_only=many.get("behavior") == "One",
            )
            for condition, definitions in announced_definitions(many)
        )
        activity = many.getparent()
        if announced and activity is not None:
            found[activity.get("id", "")] = announced
    return found


def _read(element: etree._Element, book: _Book) -> DrawnEvent:
    throws = local(element) in _THROWING
    triggers = [book.trigger(definition, throws=throws) for definition in event_definitions(element)]
    if element.get("messageRef"):
        triggers.append(book.message(element, throws=throws))
    stays = {element.get("cancelActivity"), element.get("isInterrupting")} & {"false", "0"}
    return DrawnEvent(
        triggers=tuple(trigger for trigger in triggers if trigger.kind != "link"),  # a link is a flow (rewriting.py)
        all_of=len(triggers) > 1 and element.get("parallelMultiple") in _TRUE,
        interrupting=not stays,
    )


class _Book:
    """The messages, signals, errors, escalations and correlations of a file, looked up for one process."""

    def __init__(self, process: etree._Element) -> None:
        root = process.getroottree().getroot()
        self._known = {element.get("id", ""): element for element in root.iterchildren(f"{{{BPMN}}}*")}
        self._properties = list(root.iterchildren(f"{{{BPMN}}}correlationProperty"))
        #: What the process itself takes as the value of a correlation property, where it says so.
        self._own = {
            binding.get("correlationPropertyRef", "").split(":")[-1]: _text(binding, "dataPath")
            for binding in process.iter(f"{{{BPMN}}}correlationPropertyBinding")
        }
        self._readers: dict[str, Callable[[etree._Element], Trigger]] = {
            "timer": _timer,
            "signal": lambda d: Trigger(kind="signal", name=self._of(d, "signalRef", "name")),
            "error": lambda d: Trigger(kind="error", code=self._of(d, "errorRef", "errorCode")),
            "escalation": lambda d: Trigger(kind="escalation", code=self._of(d, "escalationRef", "escalationCode")),
            "conditional": lambda d: Trigger(kind="conditional", expression=_condition(d)),
            "link": lambda d: Trigger(kind="link", name=d.get("name", "")),
            "compensate": _compensate,
        }

    def trigger(self, definition: etree._Element, *, throws: bool) -> Trigger:
        kind = local(definition).removesuffix("EventDefinition")
        if kind == "message":
            return self.message(definition, throws=throws)
        reader = self._readers.get(kind)
        return reader(definition) if reader is not None else Trigger(kind=kind)

    def message(self, holder: etree._Element, *, throws: bool) -> Trigger:
        """A sender takes the key from what it sends, a receiver from what the process knows, where it says how."""
        reference = holder.get("messageRef", "").split(":")[-1]
        key = []
        for found in self._properties:
            for retrieval in found.iterchildren(f"{{{BPMN}}}correlationPropertyRetrievalExpression"):
                if retrieval.get("messageRef", "").split(":")[-1] == reference:
                    own = "" if throws else self._own.get(found.get("id", ""), "")
                    # bpmn-js writes formalExpression where the schema wants messagePath.
                    key.append(own or _text(retrieval, "messagePath") or _text(retrieval, "formalExpression"))
        return Trigger(kind="message", name=self._of(holder, "messageRef", "name"), key=tuple(filter(None, key)))

    def _of(self, holder: etree._Element, reference: str, attribute: str) -> str:
        target = self._known.get(holder.get(reference, "").split(":")[-1])
        return target.get(attribute, "") if target is not None else ""


def _compensate(definition: etree._Element) -> Trigger:
    """name: the activity that is undone; "" all of them. code: "beside" when the event does not wait for it."""
    beside = "beside" if definition.get("waitForCompletion") in {"false", "0"} else ""
    return Trigger(kind="compensate", name=definition.get("activityRef", "").split(":")[-1], code=beside)


def _timer(definition: etree._Element) -> Trigger:
    for child in definition.iterchildren(f"{{{BPMN}}}*"):
        if local(child) in TIMERS:
            expression = timer_expression(child.text or "")
            literal = expression != (child.text or "").strip()
            return Trigger(kind=TIMERS[local(child)], expression=expression if literal else carried(child))
    return Trigger(kind="duration")


def _condition(definition: etree._Element) -> str:
    child = definition.find(f"{{{BPMN}}}condition")
    return carried(child) if child is not None else ""


def _text(element: etree._Element, name: str) -> str:
    child = element.find(f"{{{BPMN}}}{name}")
    return (child.text or "").strip() if child is not None else ""
