"""FLOW rules: flows, gateways and events that do not fit together, whatever the tokens do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lxml import etree

from engine.errors import Problem
from engine.lint.drawn import Drawn
from engine.lint.elements import BPMN, local_name
from engine.lint.soundness.net import ACTIVITIES, Node, Scope, catcher
from engine.lint.soundness.ways import reachable

_DECIDING = ("exclusiveGateway", "inclusiveGateway")
#: Where a token rests until somebody or something comes; everything else the engine passes at once.
_WAITING = frozenset(
    {"userTask", "manualTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway", "callActivity"}
    | {"subProcess", "transaction", "adHocSubProcess"}
)
_TIMES = ("timeDate", "timeDuration", "timeCycle")


def structure_problems(drawn: Drawn) -> Iterator[Problem]:
    """FLOW-01 to FLOW-07 of one process."""
    connected = reachable(drawn.net)
    for scope in drawn.net.scopes():
        if scope.kind == "adHocSubProcess":
            continue  # it may be over after anything that is done in it
        yield from _unconnected(drawn, scope, connected)
        for node in scope.nodes.values():
            yield from _no_way_out(drawn, scope, node)
            yield from _boundary(drawn, node)
            yield from _uncaught(drawn, scope, node)
            yield from _same_twice(drawn, scope, node)
        yield from _rounds(drawn, scope)


def _unconnected(drawn: Drawn, scope: Scope, connected: set[str]) -> Iterator[Problem]:
    """The first nodes of every part to which no flow leads. Where the host is not reached, it is told of that."""
    if scope.host is not None and scope.host.id not in connected:
        return
    for node in scope.nodes.values():
        sources = [scope.flows[flow].source for flow in node.into]
        hosted = node.kind == "boundaryEvent" and any(node.id in other.boundary for other in scope.nodes.values())
        if node.id in connected or hosted or any(source not in connected for source in sources):
            continue
        yield drawn.problem(
            "FLOW-01",
            node.id,
            "没有连线从开始事件通到这里，永远不会办到。请画出通向它的连线，或删除它。",
            "cannot be reached: no flow leads here from a start event. Draw one, or delete it.",
        )


def _no_way_out(drawn: Drawn, scope: Scope, node: Node) -> Iterator[Problem]:
    if node.kind not in _DECIDING or not node.out or node.default in node.out:
        return
    if all(scope.flows[flow].conditional for flow in node.out):
        yield drawn.problem(
            "FLOW-02",
            node.id,
            "的每条连线都有条件，又没有默认流：条件都不成立时案件会停住，由运维处理。请把其中一条设为默认流。",
            "has a condition on every flow and no default: when none holds the case stops and waits for an operator."
            " Make one of the flows the default.",
            severity="warning",
        )


def _boundary(drawn: Drawn, node: Node) -> Iterator[Problem]:
    if node.kind != "boundaryEvent":
        return
    if not node.out and not any(catch.kind == "compensate" for catch in node.catches):
        yield drawn.problem(
            "FLOW-03",
            node.id,
            "没有流出的连线，发生后什么也不做。请连到接下来的环节或结束事件。",
            "leads nowhere: nothing follows when it happens. Connect it to what comes next, or to an end event.",
            severity="warning",
        )
    if not node.interrupting and any(catch.kind in ("error", "cancel") for catch in node.catches):
        yield drawn.problem(
            "FLOW-05",
            node.id,
            "等待错误或取消，必然中断所附的环节，不能设为不中断。请改为中断，或改用升级事件。",
            "waits for an error or cancel, which always ends the activity; it cannot leave it running. Make it"
            " interrupting, or use an escalation.",
        )


def _same_twice(drawn: Drawn, scope: Scope, node: Node) -> Iterator[Problem]:
    """Of two events of one activity, or behind one event gateway, that wait for the same only the first ever comes."""
    if node.kind == "eventBasedGateway":
        waiting = [scope.flows[flow].target for flow in node.out]
    else:
        waiting = [id_ for id_ in node.boundary if scope.nodes[id_].interrupting]
    seen: dict[tuple[str, ...], str] = {}
    for id_ in waiting:
        for what in _waits_for(drawn.elements[id_]):
            first = seen.setdefault(what, id_)
            if first != id_:
                zh, en = drawn.named((first,))
                yield drawn.problem(
                    "FLOW-04",
                    id_,
                    f"与{zh}等待的相同，永远轮不到它。请改为等待别的消息、信号、错误或时间，或删除其中一个。",
                    f"waits for the same as {en} and never has its turn. Let it wait for something else, or delete it.",
                    severity="warning",
                )


def _waits_for(element: etree._Element) -> Iterator[tuple[str, ...]]:
    reference = element.get("messageRef", "")
    if local_name(element) == "receiveTask" and reference:
        yield ("message", reference)
    for definition in element.iterchildren(etree.Element):
        kind = local_name(definition).removesuffix("EventDefinition")
        if kind == local_name(definition):
            continue
        named = next(
            (definition.get(f"{k}Ref", "") for k in ("message", "signal", "error", "escalation") if k == kind), ""
        )
        times = "".join((time.text or "").strip() for name in _TIMES for time in definition.findall(f"{BPMN}{name}"))
        condition = "".join((text.text or "").strip() for text in definition.findall(f"{BPMN}condition"))
        if named or times or condition or kind == "error":
            yield (kind, named, times, condition)


def _uncaught(drawn: Drawn, scope: Scope, node: Node) -> Iterator[Problem]:
    for thrown in node.throws:
        if thrown.kind not in ("error", "escalation") or catcher(scope, thrown).by is not None:
            continue
        if thrown.kind == "error":
            yield drawn.problem(
                "FLOW-06",
                node.id,
                f"抛出的错误“{thrown.code}”在本图中无处接收：案件到此整体结束，除非调用它的流程接收。"
                "请在外层子流程上画错误边界事件，或改用普通结束事件。",
                f'throws the error "{thrown.code}", which nothing in this drawing catches: the whole case ends here,'
                " unless a process that calls it does. Draw an error boundary event around it, or use a plain end.",
                severity="warning",
            )
        else:
            yield drawn.problem(
                "FLOW-06",
                node.id,
                f"抛出的升级“{thrown.code}”在本图中无处接收，不会有任何后果。请画接收它的边界事件，或改用普通事件。",
                f'throws the escalation "{thrown.code}", which nothing in this drawing catches: nothing comes of it.'
                " Draw a boundary event that does, or use a plain event.",
                severity="warning",
            )


def _rounds(drawn: Drawn, scope: Scope) -> Iterator[Problem]:
    """Rounds in which nothing waits: the engine would turn in them until it gives up."""
    after: dict[str, list[str]] = defaultdict(list)
    for flow in scope.flows.values():
        if not {scope.nodes[end].kind for end in (flow.source, flow.target) if end in scope.nodes} & _WAITING:
            after[flow.source].append(flow.target)
    for round_ in _components(after):
        work = [id_ for id_ in round_ if scope.nodes[id_].kind in ACTIVITIES]
        place = next(iter(work or [id_ for id_ in round_ if drawn.name(id_)] or round_))
        zh, en = drawn.named(round_)
        yield drawn.problem(
            "FLOW-07",
            place,
            f"处在一个没有等待的循环里（{zh}）：系统会不停地转，直到被强行停下。请在循环中加入用户任务或定时事件。",
            f"stands in a round without a wait ({en}): the engine turns in it until it is stopped. Put a user task or a"
            " timer into the round.",
            severity="warning",
        )


def _components(after: dict[str, list[str]]) -> list[list[str]]:
    """Sets of nodes that all lead to each other, by the order in which they were found."""
    ahead = {id_: _ahead(after, id_) for id_ in list(after)}
    found: list[list[str]] = []
    told: set[str] = set()
    for id_, others in ahead.items():
        if id_ in others and id_ not in told:
            together = [other for other in ahead if other in others and id_ in ahead[other]]
            told.update(together)
            found.append(together)
    return found


def _ahead(after: dict[str, list[str]], start: str) -> set[str]:
    found: set[str] = set()
    todo = [start]
    while todo:
        for target in after.get(todo.pop(), ()):
            if target not in found:
                found.add(target)
                todo.append(target)
    return found
