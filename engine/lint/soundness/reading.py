"""Reads the net of one process from its checked XML; independent of what the engine compiles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from lxml import etree

from engine.lint.elements import BPMN, FLOW_NODES, local_name
from engine.lint.soundness.net import SCOPES, Catch, Flow, Handler, Node, Scope

_CODES = {"error": ("errorRef", "errorCode"), "escalation": ("escalationRef", "escalationCode")}
_THROWN = frozenset({"error", "escalation", "cancel", "terminate"})
_SUFFIX = "EventDefinition"


def read_net(process: etree._Element, root: etree._Element) -> Scope:
    """The net of `process`. Elements that do not fit together (a flow to nowhere) are left out: others report them."""
    return _Reader(root).scope(process, parent=None)


class _Reader:
    """Codes of errors and escalations, and event definitions that are declared once, by id."""

    def __init__(self, root: etree._Element) -> None:
        self.codes = {
            (kind, element.get("id", "")): element.get(attribute, "") or element.get("id", "")
            for kind, (_, attribute) in _CODES.items()
            for element in root.iterchildren(f"{BPMN}{kind}")
        }
        self.definitions: Mapping[str, etree._Element] = {
            child.get("id", ""): child
            for child in root.iterchildren(etree.Element)
            if local_name(child).endswith(_SUFFIX)
        }

    def scope(self, element: etree._Element, *, parent: Scope | None) -> Scope:
        scope = Scope(id=element.get("id", ""), kind=_kind_of(element), parent=parent)
        drawn = {
            child.get("id", ""): child
            for child in element.iterchildren(etree.Element)
            if local_name(child) in FLOW_NODES and child.get("id")
        }
        scope.flows = self._flows(element, drawn)
        into, out = defaultdict(list), defaultdict(list)
        for flow in scope.flows.values():
            into[flow.target].append(flow.id)
            out[flow.source].append(flow.id)
        boundary = defaultdict(list)
        for id_, child in drawn.items():
            if local_name(child) == "boundaryEvent":
                boundary[child.get("attachedToRef", "").split(":")[-1]].append(id_)
        nodes: dict[str, Node] = {}
        scope.nodes = nodes
        handlers = []
        for id_, child in drawn.items():
            if _is_event_subprocess(child):
                handlers.append(self._handler(child, scope))
            elif child.get("isForCompensation") != "true":
                nodes[id_] = self._node(child, scope, tuple(into[id_]), tuple(out[id_]), tuple(boundary[id_]))
        for node in nodes.values():
            if node.inside is not None:
                node.inside.host = node
        scope.handlers = tuple(handlers)
        scope.beginnings = _beginnings(scope, drawn)
        return scope

    def _flows(self, element: etree._Element, drawn: Mapping[str, etree._Element]) -> dict[str, Flow]:
        found: dict[str, Flow] = {}
        for number, flow in enumerate(element.iterchildren(f"{BPMN}sequenceFlow")):
            source, target = flow.get("sourceRef", ""), flow.get("targetRef", "")
            condition = flow.find(f"{BPMN}conditionExpression")
            id_ = flow.get("id", "") or f"~{number}"
            if source in drawn and target in drawn:
                found[id_] = Flow(id_, source, target, condition is not None and bool((condition.text or "").strip()))
        catching = {}
        for id_, child in drawn.items():
            if local_name(child) == "intermediateCatchEvent" and (name := _link(child)):
                catching[name] = id_
        for id_, child in drawn.items():
            if local_name(child) == "intermediateThrowEvent" and (name := _link(child)) in catching:
                found[f"~{id_}"] = Flow(f"~{id_}", id_, catching[name], drawn=False)
        return found

    def _node(
        self,
        element: etree._Element,
        scope: Scope,
        into: tuple[str, ...],
        out: tuple[str, ...],
        boundary: tuple[str, ...],
    ) -> Node:
        kind = local_name(element)
        events = self._events(element)
        inside = self.scope(element, parent=scope) if kind in SCOPES else None
        throwing = kind in ("endEvent", "intermediateThrowEvent")
        return Node(
            id=element.get("id", ""),
            kind=kind,
            into=into,
            out=out,
            default=element.get("default", ""),
            catches=() if throwing else events,
            throws=tuple(event for event in events if event.kind in _THROWN) if throwing else (),
            announces=self._announced(element),
            interrupting=element.get("cancelActivity") != "false",
            boundary=boundary,
            inside=inside,
        )

    def _announced(self, element: etree._Element) -> tuple[Catch, ...]:
        many = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
        if many is None:
            return ()
        references = (many.get(f"{many.get('behavior', '').lower()}BehaviorEventRef", "").split(":")[-1],)
        named = [self.definitions[name] for name in references if name in self.definitions]
        events = [self._catch(definition) for definition in named]
        events += [catch for event in many.iter(f"{BPMN}event") for catch in self._events(event)]
        return tuple(event for event in events if event.kind == "escalation")

    def _handler(self, element: etree._Element, scope: Scope) -> Handler:
        start = element.find(f"{BPMN}startEvent")
        return Handler(
            id=element.get("id", ""),
            catches=self._events(start) if start is not None else (),
            interrupting=start is None or start.get("isInterrupting") != "false",
            inside=self.scope(element, parent=scope),
        )

    def _events(self, element: etree._Element) -> tuple[Catch, ...]:
        found = []
        for child in element.iterchildren(etree.Element):
            name = local_name(child)
            definition = (
                self.definitions.get((child.text or "").split(":")[-1]) if name == "eventDefinitionRef" else child
            )
            if definition is None or not local_name(definition).endswith(_SUFFIX):
                continue
            found.append(self._catch(definition))
        return tuple(found)

    def _catch(self, definition: etree._Element) -> Catch:
        kind = local_name(definition).removesuffix(_SUFFIX)
        attribute = _CODES.get(kind, ("", ""))[0]
        reference = definition.get(attribute, "").split(":")[-1] if attribute else ""
        return Catch(kind, self.codes.get((kind, reference), reference))


def _kind_of(element: etree._Element) -> str:
    """An ad-hoc sub-process without completion condition ends, as any other, when nothing is left in it."""
    kind = local_name(element)
    condition = element.findtext(f"{BPMN}completionCondition") or ""
    return "subProcess" if kind == "adHocSubProcess" and not condition.strip() else kind


def _is_event_subprocess(element: etree._Element) -> bool:
    return local_name(element) == "subProcess" and element.get("triggeredByEvent") in ("true", "1")


def _link(element: etree._Element) -> str:
    link = element.find(f"{BPMN}linkEventDefinition")
    return link.get("name", "") if link is not None else ""


def _beginnings(scope: Scope, drawn: Mapping[str, etree._Element]) -> tuple[tuple[str, ...], ...]:
    """Each start event begins by itself; where nothing starts, everything without an incoming flow begins together."""
    starts = [node.id for node in scope.nodes.values() if node.kind == "startEvent"]
    starts += [
        id_ for id_ in scope.nodes if drawn[id_].get("instantiate") in ("true", "1") and not scope.nodes[id_].into
    ]
    if starts:
        return tuple((start,) for start in starts)
    together = tuple(
        node.id
        for node in scope.nodes.values()
        if not node.into and node.kind != "boundaryEvent" and not _is_link_target(drawn[node.id])
    )
    return (together,) if together else ()


def _is_link_target(element: etree._Element) -> bool:
    return local_name(element) == "intermediateCatchEvent" and bool(_link(element))
