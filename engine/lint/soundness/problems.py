"""SOUND rules: what is wrong with the control flow, told with the way that leads there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.errors import Problem
from engine.lint.drawn import Drawn
from engine.lint.soundness.verdicts import Verdicts, judge
from engine.lint.soundness.ways import reachable

_PAIR_ZH = "请让分叉与合并成对：按条件分开的用排他网关合并，同时进行的用并行网关合并。"
_PAIR_EN = "Pair splits and joins: exclusive with exclusive, parallel with parallel."


def soundness_problems(drawn: Drawn) -> Iterator[Problem]:
    """SOUND-01 to SOUND-07 of one process: deadlock, livelock, dead element, improper end, doubled and lost work.

    Conditions are taken to be free, so a way that two gateways rule out together is played all the same.
    """
    found = judge(drawn.net)
    for tell in (_stuck, _forever, _dead, _doubled, _lost, _bounded):
        yield from tell(drawn, found)


def _stuck(drawn: Drawn, found: Verdicts) -> Iterator[Problem]:
    told = set()
    for stuck in found.stuck:
        for join in stuck.at:
            if (join, stuck.ended) in told:
                continue
            told.add((join, stuck.ended))
            zh, en = _lacking(drawn, join, stuck.missing)
            if stuck.ended:
                yield drawn.problem(
                    "SOUND-04",
                    join,
                    f"会遗留走不完的分支：另有分支已到结束，这里仍在等{zh}，不会再来，案件无法办结。{_PAIR_ZH}",
                    f"leaves a branch behind: another one has reached an end, this one waits for {en}, which never"
                    f" comes, and the case never ends. {_PAIR_EN}",
                    path=(*stuck.path, join),
                )
            else:
                yield drawn.problem(
                    "SOUND-01",
                    join,
                    f"会卡死：这里要等{zh}，但按图中的走法它不会来，案件停在这里。{_PAIR_ZH}",
                    f"can get stuck: it waits for {en}, which never comes on the way shown, and the case stops here."
                    f" {_PAIR_EN}",
                    path=(*stuck.path, join),
                )


def _lacking(drawn: Drawn, join: str, missing: Iterable[str]) -> tuple[str, str]:
    """The branches that do not come to `join`, by their last element."""
    flows = [element for flow in missing if (element := drawn.elements.get(flow)) is not None]
    sources = [flow.get("sourceRef", "") for flow in flows if flow.get("targetRef") == join]
    if not sources:
        return "另一个分支", "another branch"
    zh, en = drawn.named(sources)
    return f"来自{zh}的分支", f"the branch from {en}"


def _forever(drawn: Drawn, found: Verdicts) -> Iterator[Problem]:
    for tour in found.forever:
        place = next((id_ for id_ in tour.at if drawn.name(id_)), tour.at[0] if tour.at else drawn.key)
        zh, en = drawn.named(tour.at)
        yield drawn.problem(
            "SOUND-02",
            place,
            f"一旦走到，就只能在{zh}之间循环，永远到不了结束。请加一条走出循环的连线，并写明条件。",
            f"leads into a round without a way out ({en}): the case never ends. Draw a flow that leaves the round,"
            " with a condition.",
            path=tour.path,
        )


def _dead(drawn: Drawn, found: Verdicts) -> Iterator[Problem]:
    connected = reachable(drawn.net)
    dead = set(found.dead) & connected
    if found.stuck or found.forever:
        return  # what lies behind these is mended with them
    for id_ in _first(drawn, dead):
        event = drawn.kind(id_) == "boundaryEvent" or id_ not in _nodes(drawn)
        if event:
            yield drawn.problem(
                "SOUND-03",
                id_,
                "永远不会发生：它等待的错误、升级或取消，没有环节会抛出。请更正它等待的内容，或删除它和其后的环节。",
                "never happens: nothing throws the error, escalation or cancel that it waits for. Mend what it waits"
                " for, or delete it and what follows.",
                severity="warning",
            )
        else:
            yield drawn.problem(
                "SOUND-03",
                id_,
                "永远到不了：虽有连线，但没有一种走法会经过它。请检查通向它的网关和事件，或删除它。",
                "is never reached: flows lead to it, but no way through the drawing passes it. Check the gateways and"
                " events before it, or delete it.",
                severity="warning",
            )


def _nodes(drawn: Drawn) -> set[str]:
    return {id_ for scope in drawn.net.scopes() for id_ in scope.nodes}


def _first(drawn: Drawn, dead: set[str]) -> Iterator[str]:
    """Dead elements behind living ones."""
    for scope in drawn.net.scopes():
        for node in scope.nodes.values():
            hosts = [host.id for host in scope.nodes.values() if node.id in host.boundary]
            before = [scope.flows[flow].source for flow in node.into] + hosts
            if node.id in dead and not (before and all(source in dead for source in before)):
                yield node.id
        yield from (handler.id for handler in scope.handlers if handler.id in dead)


def _doubled(drawn: Drawn, found: Verdicts) -> Iterator[Problem]:
    for doubling in found.doubled:
        zh, en = drawn.named((doubling.split,))
        yield drawn.problem(
            "SOUND-05",
            doubling.meeting,
            f"会重复办理：从{zh}同时走出的两个分支都单独走到这里，其后的工作各办一次。"
            "如应合为一次，请在此前用并行网关（或包容网关）合并。",
            f"is done more than once: two branches that leave {en} together both come here by themselves. To go on"
            " once, join them before with a parallel (or inclusive) gateway.",
            severity="warning",
            path=(doubling.split, *doubling.paths[0], doubling.split, *doubling.paths[1]),
        )


def _lost(drawn: Drawn, found: Verdicts) -> Iterator[Problem]:
    for lost in found.lost:
        zh, en = drawn.named(lost.swept)
        yield drawn.problem(
            "SOUND-06",
            lost.end,
            f"会丢弃未完的工作：走到这个终止事件时，{zh}可能还在办理，将被取消，不留结果。"
            "如不是有意如此，请改用普通结束事件，或先合并各分支。",
            f"throws work away: when this terminating end is reached, {en} may still be under way and is cancelled."
            " Unless this is meant, use a plain end event, or join the branches first.",
            severity="warning",
            path=lost.path,
        )


def _bounded(drawn: Drawn, found: Verdicts) -> Iterator[Problem]:
    for scope in found.bounded:
        yield drawn.problem(
            "SOUND-07",
            scope,
            f"走法太多，只检查了其中 {found.states} 种状态，其余未作判断。可把一部分移到子流程，分开检查。",
            f"has more ways than are looked at: {found.states} states were checked, the rest is not vouched for. Move a"
            " part into a sub-process, which is checked by itself.",
            severity="info",
        )
