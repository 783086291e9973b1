"""Small random processes, sound and unsound, for the token game and, as BPMN, for the lint."""

from __future__ import annotations

from random import Random

from tests.unit.lint.drawings import HEAD
from tests.unit.lint.soundness.reference import Box, Event, Handler, Model

_GATEWAYS = {"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"}


class Maker:
    """Draws structured pieces, then spoils some of them: other gateways, flows bent to other places."""

    def __init__(self, random: Random) -> None:
        self.random, self.count = random, 0

    def process(self) -> Model:
        return self._scope(self.random.randint(2, 5), depth=0)

    def _id(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def _scope(self, budget: int, depth: int) -> Model:
        model = Model()
        start, work = self._box(model, "start"), self._box(model, "task")
        self._flow(model, start.id, work.id)
        last = self._piece(model, work.id, budget, depth)
        if last:
            self._flow(model, last, self._end(model, depth).id)
        for _ in range(self.random.choice((0, 0, 0, 1, 1, 2))):
            self._spoil(model)
        if depth < 2 and self.random.random() < 0.12:
            inside = self._scope(1, depth + 2)
            model.handlers.append(Handler(self._id("H"), self.random.random() < 0.5, inside))
        return model

    def _box(self, model: Model, kind: str) -> Box:
        box = Box(self._id({"task": "T", "sub": "U", "start": "S"}.get(kind, "N")), kind)
        model.boxes[box.id] = box
        return box

    def _flow(self, model: Model, source: str, target: str) -> str:
        flow = self._id("F")
        model.flows[flow] = (source, target, False)
        return flow

    def _end(self, model: Model, depth: int) -> Box:
        kinds = ["end"] * 8 + ["terminate"] + (["error", "escalate"] if depth else [])
        return self._box(model, self.random.choice(kinds))

    def _piece(self, model: Model, before: str, budget: int, depth: int) -> str:
        """Continue behind `before`; answers the node that goes on, "" when nothing does."""
        at = before
        while budget > 0 and at:
            kind = self.random.choice(("task", "split", "split", "loop", "sub", "event"))
            budget -= 1
            if kind == "split":
                at, budget = self._branches(model, at, budget, depth)
            elif kind == "loop":
                at = self._loop(model, at)
            elif kind == "sub" and depth < 2:
                at = self._sub(model, at, depth)
            else:
                box = self._box(model, "task")
                self._flow(model, at, box.id)
                at = box.id
                if kind == "event":
                    self._event(model, box, "message")
        return at

    def _branches(self, model: Model, at: str, budget: int, depth: int) -> tuple[str, int]:
        kind = self.random.choice(("xor", "and", "and", "or"))
        split, join = self._box(model, kind), self._box(model, kind)
        self._flow(model, at, split.id)
        for _ in range(self.random.choice((2, 2, 3))):
            spent = self.random.randint(0, min(2, budget))
            budget -= spent
            gate = self._box(model, "task")
            self._flow(model, split.id, gate.id)
            last = self._piece(model, gate.id, spent, depth)
            if last and self.random.random() < 0.9:
                self._flow(model, last, join.id)
            elif last:
                self._flow(model, last, self._end(model, depth).id)
        if not model.into(join.id):
            del model.boxes[join.id]
            return "", budget
        if kind == "or" and self.random.random() < 0.5:
            flow = model.out(split.id)[-1]
            model.flows[flow] = (*model.flows[flow][:2], True)
        return join.id, budget

    def _loop(self, model: Model, at: str) -> str:
        merge, work, back = self._box(model, "xor"), self._box(model, "task"), self._box(model, "xor")
        self._flow(model, at, merge.id)
        self._flow(model, merge.id, work.id)
        self._flow(model, work.id, back.id)
        self._flow(model, back.id, merge.id)
        return back.id

    def _sub(self, model: Model, at: str, depth: int) -> str:
        box = self._box(model, "sub")
        box.inside = self._scope(self.random.randint(0, 2), depth + 1)
        self._flow(model, at, box.id)
        kinds = {inner.kind for inner in box.inside.boxes.values()}
        for kind, thrown in (("error", "error"), ("escalation", "escalate")):
            if thrown in kinds and self.random.random() < 0.7:
                self._event(model, box, kind)
        if self.random.random() < 0.3:
            self._event(model, box, "message")
        return box.id

    def _event(self, model: Model, box: Box, kind: str) -> None:
        event = Event(self._id("E"), kind, kind == "error" or self.random.random() < 0.5)
        box.events.append(event)
        others = [
            other.id for other in model.boxes.values() if other.kind in ("xor", "and", "or") and other.id != box.id
        ]
        if others and self.random.random() < 0.3:
            self._flow(model, event.id, self.random.choice(others))
        else:
            self._flow(model, event.id, self._box(model, "end").id)

    def _spoil(self, model: Model) -> None:
        gateways = [box for box in model.boxes.values() if box.kind in _GATEWAYS]
        if gateways and self.random.random() < 0.6:
            box = self.random.choice(gateways)
            box.kind = self.random.choice([kind for kind in _GATEWAYS if kind != box.kind])
            for flow in model.out(box.id):
                model.flows[flow] = (*model.flows[flow][:2], False)
        elif gateways:
            flow = self.random.choice(list(model.flows))
            source, _, default = model.flows[flow]
            if model.boxes.get(source, Box("", "")).kind != "start":
                model.flows[flow] = (source, self.random.choice(gateways).id, default)


def as_bpmn(model: Model) -> bytes:
    """The drawing of `model`."""
    return (
        f'{HEAD}<error id="ERR" errorCode="e" /><escalation id="ESC" escalationCode="c" /><message id="MSG" name="m" />'
        f'<process id="P1" isExecutable="true">{_body(model)}</process></definitions>'
    ).encode()


def _body(model: Model) -> str:
    return "".join(
        (
            *(_node(model, box) for box in model.boxes.values()),
            *(_drawn_event(box, event) for box in model.boxes.values() for event in box.events),
            *(_drawn_flow(model, flow) for flow in model.flows),
            *(_drawn_handler(handler) for handler in model.handlers),
        )
    )


def _node(model: Model, box: Box) -> str:
    default = next((f' default="{flow}"' for flow in model.out(box.id) if model.flows[flow][2]), "")
    match box.kind:
        case "start":
            return f'<startEvent id="{box.id}" />'
        case "task":
            return f'<userTask id="{box.id}" />'
        case "sub":
            return f'<subProcess id="{box.id}">{_body(box.inside)}</subProcess>'
        case "end":
            return f'<endEvent id="{box.id}" />'
        case "terminate":
            return f'<endEvent id="{box.id}"><terminateEventDefinition /></endEvent>'
        case "error":
            return f'<endEvent id="{box.id}"><errorEventDefinition errorRef="ERR" /></endEvent>'
        case "escalate":
            return f'<endEvent id="{box.id}"><escalationEventDefinition escalationRef="ESC" /></endEvent>'
    return f'<{_GATEWAYS[box.kind]} id="{box.id}"{default} />'


def _drawn_flow(model: Model, flow: str) -> str:
    source, target, default = model.flows[flow]
    asks = model.boxes[source].kind in ("xor", "or") if source in model.boxes else False
    condition = "<conditionExpression>a</conditionExpression>" if asks and not default else ""
    return f'<sequenceFlow id="{flow}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>'


def _definition(kind: str) -> str:
    declared = {"message": "MSG", "error": "ERR", "escalation": "ESC"}[kind]
    return f'<{kind}EventDefinition {kind}Ref="{declared}" />'


def _drawn_event(box: Box, event: Event) -> str:
    cancels = "true" if event.interrupting else "false"
    return (
        f'<boundaryEvent id="{event.id}" attachedToRef="{box.id}" cancelActivity="{cancels}">{_definition(event.kind)}'
        "</boundaryEvent>"
    )


def _drawn_handler(handler: Handler) -> str:
    start = next(box.id for box in handler.inside.boxes.values() if box.kind == "start")
    interrupts = "true" if handler.interrupting else "false"
    body = _body(handler.inside).replace(
        f'<startEvent id="{start}" />',
        f'<startEvent id="{start}" isInterrupting="{interrupts}">{_definition("message")}</startEvent>',
    )
    return f'<subProcess id="{handler.id}" triggeredByEvent="true">{body}</subProcess>'
