"""Random changes of a drawing, as an analyst makes them between two versions, with the node map that goes with them."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from random import Random

from lxml import etree

_B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}type"
WORK = ("userTask", "serviceTask")


@dataclass
class Edited:
    """The new drawing, and what an analyst knows about it: which node was renamed, which are gone."""

    xml: bytes
    renamed: dict[str, str] = field(default_factory=dict)
    edits: list[str] = field(default_factory=list)


class Editor:
    """Changes a drawing step by step."""

    def __init__(self, xml: bytes, seed: int, *, first: int = 0) -> None:
        self.root = copy.deepcopy(etree.fromstring(xml))
        self.random = Random(seed)  # noqa: S311
        self.edited = Edited(xml)
        self._number = first  # of the names it gives; two editors of one drawing must not meet

    def edit(self, count: int) -> Edited:
        kinds = (self.insert, self.insert, self.rename, self.remove, self.attach, self.detach, self.branch, self.widen)
        for _ in range(count):
            kind = self.random.choice(kinds)
            if kind():
                self.edited.edits.append(kind.__name__)
        self.edited.xml = etree.tostring(self.root)
        return self.edited

    # -- each answers whether it found something to change

    def insert(self) -> bool:
        """A user task on a flow."""
        flow = self._flow()
        if flow is None:
            return False
        made = self._add(flow.getparent(), "userTask", _strand(flow) or "n")
        self._connect(flow.getparent(), made.get("id"), flow.get("targetRef"))
        flow.set("targetRef", made.get("id"))
        return True

    def rename(self) -> bool:
        node = self._pick(*WORK, "subProcess", "boundaryEvent", "intermediateCatchEvent")
        if node is None:
            return False
        old = node.get("id")
        new = self._name(f"{old[0]}r")
        for element in self.root.iter():
            for name in ("sourceRef", "targetRef", "attachedToRef", "id"):
                if element.get(name) == old:
                    element.set(name, new)
        first = next((key for key, value in self.edited.renamed.items() if value == old), old)
        self.edited.renamed[first] = new
        return True

    def remove(self) -> bool:
        """A user task that nothing hangs on; the flows around it become one."""
        node = self._pick("userTask")
        if node is None or self._attached(node) or len(node):
            return False
        (incoming,) = self._flows("targetRef", node.get("id")) or (None,)
        (outgoing,) = self._flows("sourceRef", node.get("id")) or (None,)
        if incoming is None or outgoing is None:
            return False
        incoming.set("targetRef", outgoing.get("targetRef"))
        outgoing.getparent().remove(outgoing)
        node.getparent().remove(node)
        return True

    def attach(self) -> bool:
        """A timer around an activity, with somebody who deals with it."""
        node = self._pick("userTask", "subProcess")
        if node is None or node.get("isForCompensation") or node.get("triggeredByEvent"):
            return False
        if node.getparent().tag == f"{_B}adHocSubProcess":  # no end event stands in there
            return False
        scope = node.getparent()
        event = self._add(scope, "boundaryEvent", "b")
        event.set("attachedToRef", node.get("id"))
        event.set("cancelActivity", self.random.choice(("true", "false")))
        timer = etree.SubElement(event, f"{_B}timerEventDefinition")
        duration = etree.SubElement(timer, f"{_B}timeDuration")
        duration.set(_XSI, "bpmn:tFormalExpression")
        duration.text = "P30D"
        handler, end = self._add(scope, "userTask", "h"), self._add(scope, "endEvent", "z")
        self._connect(scope, event.get("id"), handler.get("id"))
        self._connect(scope, handler.get("id"), end.get("id"))
        self._mend(event)
        return True

    def detach(self) -> bool:
        """A boundary event with what it leads to."""
        event = self._pick("boundaryEvent")
        if event is None or _undoes(event):
            return False
        todo = [event]
        while todo:
            node = todo.pop()
            for flow in self._flows("sourceRef", node.get("id")):
                flow.getparent().remove(flow)
                if not self._flows("targetRef", flow.get("targetRef")):
                    todo += [found for found in self.root.iter() if found.get("id") == flow.get("targetRef")]
            todo += self._attached(node)
            if node.getparent() is not None:
                node.getparent().remove(node)
        return True

    def branch(self) -> bool:
        """Two things at once in place of a flow: tokens beyond or before it are not concerned."""
        flow = self._flow()
        if flow is None:
            return False
        scope, target = flow.getparent(), flow.get("targetRef")
        strand = _strand(flow)
        split, join = (self._add(scope, "parallelGateway", strand or prefix) for prefix in "pq")
        flow.set("targetRef", split.get("id"))
        for _ in range(2):
            made = self._add(scope, "userTask", strand or "n")
            self._connect(scope, split.get("id"), made.get("id"))
            self._connect(scope, made.get("id"), join.get("id"))
        self._connect(scope, join.get("id"), target)
        return True

    def widen(self) -> bool:
        """One more branch between a parallel split and its join: whoever is in between cannot go over."""
        splits = [
            node
            for node in self.root.iter(f"{_B}parallelGateway")
            if len(self._flows("sourceRef", node.get("id"))) > 1 and node.get("id", "").startswith("g")
        ]
        if not splits:
            return False
        split = self.random.choice(splits)
        join = self._join_of(split)
        if join is None:
            return False
        made = self._add(split.getparent(), "userTask", "n")
        self._connect(split.getparent(), split.get("id"), made.get("id"))
        self._connect(split.getparent(), made.get("id"), join.get("id"))
        return True

    # -- helpers

    def mend(self) -> bytes:
        """The drawing, with what interrupts an activity leading back behind it: no join waits for it in vain."""
        for event in list(self.root.iter(f"{_B}boundaryEvent")):
            self._mend(event)
        return bytes(etree.tostring(self.root))

    def _mend(self, event: etree._Element) -> None:
        if event.get("cancelActivity") == "false" or _undoes(event):
            return
        (last,) = self._flows("sourceRef", self._flows("sourceRef", event.get("id"))[0].get("targetRef"))
        scope = event.getparent()
        (onward,) = self._flows("sourceRef", event.get("attachedToRef"))
        merge = self._add(scope, "exclusiveGateway", "m").get("id")
        self._connect(scope, merge, onward.get("targetRef"))
        onward.set("targetRef", merge)
        end = next(node for node in scope if node.get("id") == last.get("targetRef"))
        last.set("targetRef", merge)
        scope.remove(end)

    def _join_of(self, split: etree._Element) -> etree._Element | None:
        """In the models of random_models: the gateway named in the moment when its split was."""
        wanted = f"j{int(split.get('id', 'g0')[1:]) + 1}"
        return next((node for node in self.root.iter() if node.get("id") == wanted), None)

    def _name(self, prefix: str) -> str:
        self._number += 1
        return f"{prefix}x{self._number}"

    def _add(self, scope: etree._Element, tag: str, prefix: str) -> etree._Element:
        name = self._name(prefix)
        made = etree.Element(f"{_B}{tag}", {"id": name, "name": name})
        scope.insert(0, made)
        return made

    def _connect(self, scope: etree._Element, source: str, target: str) -> None:
        attributes = {"id": self._name("fx"), "sourceRef": source, "targetRef": target}
        scope.append(etree.Element(f"{_B}sequenceFlow", attributes))

    def _flows(self, end: str, node: str) -> list[etree._Element]:
        return [flow for flow in self.root.iter(f"{_B}sequenceFlow") if flow.get(end) == node]

    def _flow(self) -> etree._Element | None:
        """A flow on which something may stand: not right behind an event-based gateway."""
        gates = {gate.get("id") for gate in self.root.iter(f"{_B}eventBasedGateway")}
        found = [flow for flow in self.root.iter(f"{_B}sequenceFlow") if flow.get("sourceRef") not in gates]
        return self.random.choice(found) if found else None

    def _pick(self, *tags: str) -> etree._Element | None:
        found = [node for tag in tags for node in self.root.iter(f"{_B}{tag}")]
        return self.random.choice(found) if found else None

    def _attached(self, node: etree._Element) -> list[etree._Element]:
        return [event for event in self.root.iter(f"{_B}boundaryEvent") if event.get("attachedToRef") == node.get("id")]


def _strand(flow: etree._Element) -> str:
    """The prefix of what follows an event, where that may run several times at once; "" elsewhere."""
    return "h" if flow.get("sourceRef", "").startswith(("b", "h")) else ""


def _undoes(event: etree._Element) -> bool:
    """A compensation event leads to its handler by an association, and interrupts nothing."""
    return event.find(f"{_B}compensateEventDefinition") is not None
