"""Small BPMN models for the tests of the engine, and a driver that tells a story on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from engine.model.moves import TOP
from engine.model.step import Advance, ArmedTimer, ServiceCall, Subscription, Token
from engine.workflow import CompiledDefinition, HeldStores, Workflow, compile_definition
from tests.unit.workflow.tiny_script import TinyScriptEngine

AT = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
SEED = 7

_NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:cx="urn:changxiao:bpmn:1"'
)
COMMON = (
    '<bpmn:message id="message_one" name="msg.one"/><bpmn:message id="message_two" name="msg.two"/>'
    '<bpmn:signal id="sig1" name="sig.one"/>'
    '<bpmn:error id="err1" name="error one" errorCode="E1"/><bpmn:error id="err2" name="error two" errorCode="E2"/>'
    '<bpmn:escalation id="esc1" name="escalation one" escalationCode="S1"/>'
)
MESSAGE = '<bpmn:messageEventDefinition messageRef="message_one"/>'
MESSAGE_TWO = '<bpmn:messageEventDefinition messageRef="message_two"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="sig1"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="err1"/>'
ERROR_TWO = '<bpmn:errorEventDefinition errorRef="err2"/>'
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="esc1"/>'
COMPENSATION = "<bpmn:compensateEventDefinition/>"
TERMINATE = "<bpmn:terminateEventDefinition/>"


def definitions(*parts: str) -> bytes:
    body = COMMON + "".join(parts)
    return f'<bpmn:definitions {_NAMESPACES} id="model" targetNamespace="urn:test">{body}</bpmn:definitions>'.encode()


def process(key: str, *nodes: str, flows: str, attributes: str = "") -> str:
    attributes = f'id="{key}" name="{key}" isExecutable="true" {attributes}'
    return f"<bpmn:process {attributes}>{''.join(nodes)}{sequence(flows)}</bpmn:process>"


def sequence(flows: str) -> str:
    """'a>b; b>c?condition' as sequence flows with ids f_a_b."""
    return "".join(_flow(part.strip()) for part in flows.split(";") if part.strip())


def _flow(text: str) -> str:
    path, _, condition = text.partition("?")
    source, target = (part.strip() for part in path.split(">"))
    inside = _expression("conditionExpression", condition) if condition else ""
    attributes = f'id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}"'
    return f"<bpmn:sequenceFlow {attributes}>{inside}</bpmn:sequenceFlow>"


def _expression(tag: str, text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<bpmn:{tag} xsi:type="bpmn:tFormalExpression">{escaped}</bpmn:{tag}>'


def _element(tag: str, name: str, inside: str = "", attributes: str = "") -> str:
    return f'<bpmn:{tag} id="{name}" name="{name}" {attributes}>{inside}</bpmn:{tag}>'


def start(name: str = "s", event: str = "", attributes: str = "") -> str:
    return _element("startEvent", name, event, attributes)


def end(name: str = "e", event: str = "") -> str:
    return _element("endEvent", name, event)


def user(name: str, inside: str = "") -> str:
    return _element("userTask", name, inside)


def script(name: str, source: str) -> str:
    return _element("scriptTask", name, f"<bpmn:script>{source}</bpmn:script>")


def service(name: str, implementation: str = "urn:changxiao:service:work", inside: str = "") -> str:
    return _element("serviceTask", name, inside, f'implementation="{implementation}"')


def send(name: str, attributes: str = 'messageRef="message_one"', inside: str = "") -> str:
    return _element("sendTask", name, inside, attributes)


def receive(name: str) -> str:
    return _element("receiveTask", name, "", 'messageRef="message_one"')


def rule(name: str, decision: str) -> str:
    return _element("businessRuleTask", name, "", f'cx:decision="{decision}"')


def exclusive(name: str, default: str = "") -> str:
    return _gateway("exclusiveGateway", name, default)


def inclusive(name: str, default: str = "") -> str:
    return _gateway("inclusiveGateway", name, default)


def parallel(name: str) -> str:
    return _element("parallelGateway", name)


def event_gateway(name: str) -> str:
    return _element("eventBasedGateway", name)


def _gateway(tag: str, name: str, default: str) -> str:
    return _element(tag, name, "", f'default="f_{name}_{default}"' if default else "")


def duration(text: str) -> str:
    return f"<bpmn:timerEventDefinition>{_expression('timeDuration', text)}</bpmn:timerEventDefinition>"


def date(text: str) -> str:
    return f"<bpmn:timerEventDefinition>{_expression('timeDate', text)}</bpmn:timerEventDefinition>"


def cycle(text: str) -> str:
    return f"<bpmn:timerEventDefinition>{_expression('timeCycle', text)}</bpmn:timerEventDefinition>"


def conditional(text: str) -> str:
    return f"<bpmn:conditionalEventDefinition>{_expression('condition', text)}</bpmn:conditionalEventDefinition>"


def catch(name: str, event: str) -> str:
    return _element("intermediateCatchEvent", name, event)


def throw(name: str, event: str = "") -> str:
    return _element("intermediateThrowEvent", name, event)


def boundary(name: str, host: str, event: str, *, interrupting: bool = True) -> str:
    flag = "true" if interrupting else "false"
    return _element("boundaryEvent", name, event, f'attachedToRef="{host}" cancelActivity="{flag}"')


def subprocess(name: str, *nodes: str, flows: str, inside: str = "") -> str:
    return _element("subProcess", name, inside + "".join(nodes) + sequence(flows))


def ad_hoc(name: str, *nodes: str, flows: str, sequential: bool = False, until: str = "", cancels: bool = True) -> str:
    condition = _expression("completionCondition", until) if until else ""
    order = "Sequential" if sequential else "Parallel"
    attributes = f'ordering="{order}" cancelRemainingInstances="{str(cancels).lower()}"'
    return _element("adHocSubProcess", name, "".join(nodes) + sequence(flows) + condition, attributes)


def event_subprocess(name: str, *nodes: str, flows: str) -> str:
    return _element("subProcess", name, "".join(nodes) + sequence(flows), 'triggeredByEvent="true"')


def call(name: str, key: str, inside: str = "") -> str:
    return _element("callActivity", name, inside, f'calledElement="{key}"')


def instances(
    *, items: str = "", count: str = "", sequential: bool = False, item: str = "item", out: str = "", until: str = ""
) -> str:
    """Multi-instance characteristics over the list `items`, or `count` of them; results are collected in `out`."""
    inside = _expression("loopCardinality", count) if count else ""
    inside += f"<bpmn:loopDataInputRef>{items}</bpmn:loopDataInputRef>" if items else ""
    inside += f"<bpmn:loopDataOutputRef>{out}</bpmn:loopDataOutputRef>" if out else ""
    inside += f'<bpmn:inputDataItem id="{item}" name="{item}"/>' if items else ""
    inside += '<bpmn:outputDataItem id="result" name="result"/>' if out else ""
    inside += _expression("completionCondition", until) if until else ""
    flag = "true" if sequential else "false"
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{flag}">{inside}</bpmn:multiInstanceLoopCharacteristics>'
    )


def loop(condition: str = "", maximum: int = 0) -> str:
    inside = _expression("loopCondition", condition) if condition else ""
    limit = f'loopMaximum="{maximum}"' if maximum else ""
    return f'<bpmn:standardLoopCharacteristics testBefore="false" {limit}>{inside}</bpmn:standardLoopCharacteristics>'


def compiled(*parts: str, key: str = "p") -> CompiledDefinition:
    """The process `key` of the given parts, compiled, with scripts run in-process."""
    definition = compile_definition({"model.bpmn": definitions(*parts)}, key)
    return replace(definition, script_engine=TinyScriptEngine())


def model(*nodes: str, flows: str, attributes: str = "") -> CompiledDefinition:
    """One process `p` with a plain start `s` and a plain end `e` added."""
    return compiled(process("p", start(), *nodes, end(), flows=flows, attributes=attributes))


class Case:
    """A story on one instance: reloaded from its stored state before every step, unless `keep` is set."""

    def __init__(
        self,
        definition: CompiledDefinition,
        variables: Mapping[str, object] | None = None,
        *,
        keep: bool = False,
        message: str | None = None,
        signal: str | None = None,
        timer: str | None = None,
        at: datetime = AT,
        stores: HeldStores | None = None,
    ) -> None:
        self.definition, self.keep, self.at = definition, keep, at
        self.stores = stores if stores is not None else HeldStores()
        self.workflow = Workflow.start(
            definition,
            variables=variables or {},
            at=at,
            seed=SEED,
            message=message,
            signal=signal,
            timer=timer,
            stores=self.stores,
        )
        self.timers: dict[Token, ArmedTimer] = {}
        self.calls: dict[Token, ServiceCall] = {}
        self.subscriptions: dict[Token, Subscription] = {}
        self.elements: dict[Token, object] = {}
        self.thrown: list[tuple[str, str]] = []
        self.trail: list[str] = []
        self._advance()

    def _advance(self) -> None:
        self.last: Advance = self.workflow.advance()
        self.timers |= {timer.token: timer for timer in self.last.timers}
        self.calls |= {service_call.token: service_call for service_call in self.last.calls}
        self.subscriptions |= {subscription.token: subscription for subscription in self.last.subscriptions}
        self.elements |= {opened.token: opened.element for opened in self.last.opened}
        for token, _ in self.last.closed:
            self.timers.pop(token, None)
            self.calls.pop(token, None)
            self.subscriptions.pop(token, None)
        self.thrown += [(event.kind, event.name) for event in self.last.thrown]
        self.trail += [f"{event.event} {event.node_id}" for event in self.last.events]
        if not self.keep:
            self.reload()

    def reload(self) -> None:
        self.workflow = Workflow.load(self.definition, self.last.state, at=self.at, seed=SEED, stores=self.stores)

    def tokens(self, node: str, state: str = "") -> list[Token]:
        return [token for token, found, now in self.workflow.open_tokens() if found == node and state in {"", now}]

    def open(self) -> list[str]:
        """Nodes of open user tasks, sorted."""
        return sorted(node for _, node, state in self.workflow.open_tokens() if state == "ready")

    def waiting(self) -> list[str]:
        return sorted(node for _, node, state in self.workflow.open_tokens() if state == "waiting")

    def complete(self, node: str, **values: object) -> Case:
        self.workflow.complete(self.tokens(node, "ready")[0], values)
        self._advance()
        return self

    def finish(self, node: str, **result: object) -> Case:
        self.workflow.finish_service(self.tokens(node, "started")[0], result)
        self._advance()
        return self

    def fail(self, node: str, code: str) -> Case:
        self.workflow.fail_service(self.tokens(node, "started")[0], code)
        self._advance()
        return self

    def fire(self, node: str) -> Case:
        (token, *_) = [token for token, timer in self.timers.items() if timer.node_id == node]
        assert self.workflow.fire_timer(token)
        self._advance()
        return self

    def message(self, name: str, **payload: object) -> Case:
        assert self.workflow.message(name, payload)
        self._advance()
        return self

    def signal(self, name: str, **payload: object) -> Case:
        assert self.workflow.signal(name, payload)
        self._advance()
        return self

    def move(self, node: str, scope: Token = TOP) -> Case:
        """An operator puts a token on the node."""
        self.workflow.moves().move(scope, node)
        self._advance()
        return self

    @property
    def ended(self) -> bool:
        return self.last.ended

    @property
    def data(self) -> Mapping[str, Any]:
        return self.last.variables


def stories(definition: CompiledDefinition, **arguments: Any) -> Iterable[Case]:
    """The same story with a reload before every step, finished tasks dropped or kept, and without any."""
    yield Case(definition, keep=False, **arguments)
    yield Case(replace(definition, compaction=False), keep=False, **arguments)
    yield Case(definition, keep=True, **arguments)
