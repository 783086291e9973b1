"""What moves are called, and what they would do, in the reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from flask_babel import gettext, ngettext

from engine.model.process import FlowNode
from engine.model.step import Token
from engine.queries.moves import MoveRecord, MovesView, Preview
from webui.pages.moves_views import Consequence
from webui.pages.words import say


def name_of(node: FlowNode) -> str:
    """Its name, or what kind of node it is with its id: gateways mostly have none."""
    known = say(node.name, node.name_en)
    if known:
        return known
    kinds = {
        "exclusiveGateway": gettext("判断网关"),
        "inclusiveGateway": gettext("包容网关"),
        "parallelGateway": gettext("并行网关"),
        "eventBasedGateway": gettext("事件网关"),
        "endEvent": gettext("结束事件"),
    }
    kind = str(kinds.get(node.type, ""))
    return f"{kind} {node.id}" if kind else node.id


def inside_of(view: MovesView) -> Mapping[Token, str]:
    """Names of the sub-processes that run, numbered where one runs several times."""
    several = Counter(node.id for _, node in view.scopes)
    number: Counter[str] = Counter()
    names: dict[Token, str] = {}
    for token, node in view.scopes:
        number[node.id] += 1
        which = str(gettext("（第 %(n)s 个）", n=number[node.id])) if several[node.id] > 1 else ""
        names[token] = name_of(node) + which
    return names


def title_of(kind: str, node: FlowNode | None) -> str:
    """The heading: what is done, and where."""
    name = name_of(node) if node is not None else ""
    titles = {
        "return": gettext("退回到“%(name)s”", name=name),
        "jump": gettext("跳转到“%(name)s”", name=name),
        "skip": gettext("跳过“%(name)s”", name=name),
        "cancel": gettext("取消“%(name)s”的令牌", name=name),
        "terminate": gettext("终止事项"),
        "edit": gettext("修改变量 %(name)s", name=name),
    }
    return str(titles[kind])


def state_word(state: str, *, at_join: bool) -> str:
    words = {"ready": gettext("等待办理"), "waiting": gettext("等待事件"), "started": gettext("系统办理中")}
    return str(gettext("在汇合处等待") if at_join else words[state])


def places_text(nodes: Iterable[FlowNode]) -> str:
    """Where tokens stand, in one line."""
    counted = Counter(name_of(node) for node in nodes)
    told = [name if count == 1 else f"{name} ×{count}" for name, count in counted.items()]
    return str(gettext("、")).join(told) or str(gettext("没有令牌"))


def record_text(record: MoveRecord) -> str:
    return title_of(record.kind, record.what)


def consequences(found: Preview, nodes: Mapping[str, FlowNode]) -> Iterator[Consequence]:
    """What ends, what is lost, what stays and what opens, each with its names."""

    def named(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(name_of(nodes[node]) if node in nodes else node for node in ids)

    if found.gone:
        yield Consequence(head=str(gettext("以下任务撤销，办理人会收到通知")), items=tuple(_gone(found)))
    if found.timers:
        number = len(found.timers)
        told = ngettext("%(num)s 项提醒和定时", "%(num)s 项提醒和定时", number)
        yield Consequence(head=str(gettext("以下定时取消")), items=(str(told),))
    if found.awaited:
        yield Consequence(head=str(gettext("不再等待以下消息")), items=found.awaited)
    if found.opens:
        yield Consequence(
            head=str(gettext("以下任务开启，按规则重新确定办理人和期限")), items=tuple(name_of(n) for n in found.opens)
        )
    if found.stays:
        yield Consequence(head=str(gettext("以下令牌不受影响")), items=named(found.stays))
    if found.ends:
        yield Consequence(head=str(gettext("事项随之结束")), items=(str(gettext("结束后不能再移动令牌。")),))


def _gone(found: Preview) -> Iterator[str]:
    for gone in found.gone:
        name = say(gone.task.name, gone.task.name_en)
        lost = ngettext("%(num)s 份草稿作废", "%(num)s 份草稿作废", gone.drafts) if gone.drafts else ""
        yield str(gettext("%(name)s（%(lost)s）", name=name, lost=lost)) if lost else name
