"""SOUND rules: what is wrong with the control flow, told with the way that leads there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from engine.errors import Problem, Severity
from engine.lint.findings import names_listed
from engine.lint.soundness.net import Scope
from engine.lint.soundness.reading import read_net
from engine.lint.soundness.verdicts import Verdicts, judge
from engine.workflow.xml import CX


def soundness_problems(process: etree._Element, root: etree._Element, *, file: str) -> Iterator[Problem]:
    """SOUND-01 to SOUND-07 of one process: deadlock, livelock, dead element, improper end, doubled and lost work.

    Conditions are taken to be free, so a way that two gateways rule out together is played all the same.
    """
    net = read_net(process, root)
    yield from _Teller(process, net, file).problems(judge(net))


def reachable(net: Scope) -> set[str]:
    """Ids of everything to which flows lead from a beginning, whether or not a token comes along."""
    found: set[str] = set()
    todo = [(net, node) for together in net.beginnings for node in together]
    while todo:
        scope, id_ = todo.pop()
        if id_ in found:
            continue
        found.add(id_)
        node = scope.nodes[id_]
        todo += [(scope, scope.flows[flow].target) for flow in node.out] + [(scope, event) for event in node.boundary]
        inner = [node.inside] if node.inside is not None else []
        todo += [(inside, first) for inside in inner for together in inside.beginnings for first in together]
        for handler in scope.handlers:
            found.add(handler.id)
            todo += [(handler.inside, first) for together in handler.inside.beginnings for first in together]
    return found


class _Teller:
    def __init__(self, process: etree._Element, net: Scope, file: str) -> None:
        self.net, self.file = net, file
        self.elements: Mapping[str, etree._Element] = {
            element.get("id", ""): element for element in process.iter(etree.Element) if element.get("id")
        }

    def problems(self, found: Verdicts) -> Iterator[Problem]:
        yield from self._stuck(found)
        yield from self._forever(found)
        yield from self._dead(found)
        yield from self._doubled(found)
        yield from self._lost(found)
        yield from self._bounded(found)

    def _stuck(self, found: Verdicts) -> Iterator[Problem]:
        told = set()
        for stuck in found.stuck:
            for join in stuck.at:
                if (join, stuck.ended) in told:
                    continue
                told.add((join, stuck.ended))
                lacking = [flow for flow in stuck.missing if self._target(flow) == join]
                zh, en = self._ways(lacking)
                if stuck.ended:
                    yield self._problem(
                        "SOUND-04", join, stuck.path,
                        f"会遗留一个走不完的分支：有分支已到结束，这里仍在等{zh}，不会再来，案件无法办结。"
                        "请让分叉与合并成对：按条件分开的用排他网关合并，同时进行的用并行网关合并。",
                        f"leaves a branch behind: another one has reached an end, this one waits for {en}, which never"
                        " comes, and the case never ends. Pair splits and joins: exclusive with exclusive, parallel"
                        " with parallel.",
                    )  # fmt: skip
                else:
                    yield self._problem(
                        "SOUND-01", join, stuck.path,
                        f"会卡死：这里要等{zh}，但按图中的走法它不会来，案件停在这里。"
                        "请让分叉与合并成对：按条件分开的用排他网关合并，同时进行的用并行网关合并。",
                        f"can get stuck: it waits for {en}, which never comes on the way shown, and the case stops"
                        " here. Pair splits and joins: exclusive with exclusive, parallel with parallel.",
                    )  # fmt: skip

    def _forever(self, found: Verdicts) -> Iterator[Problem]:
        for round_ in found.forever:
            place = next((id_ for id_ in round_.at if self._name(id_)), round_.at[0] if round_.at else self.net.id)
            zh, en = self._named(round_.at)
            yield self._problem(
                "SOUND-02", place, round_.path,
                f"一旦走到，就只能在{zh}之间循环，永远到不了结束。请加一条走出循环的连线，并写明条件。",
                f"leads into a round without a way out ({en}): the case never ends. Draw a flow that leaves the"
                " round, with a condition.",
            )  # fmt: skip

    def _dead(self, found: Verdicts) -> Iterator[Problem]:
        dead = set(found.dead)
        if found.stuck or found.forever:  # what only lies behind these is mended with them
            dead -= reachable(self.net)
        for id_ in self._first(dead):
            behind = len(dead) - 1
            zh = f"（连同其后共 {len(dead)} 个环节）" if behind else ""
            en = f" (with what follows, {len(dead)} elements)" if behind else ""
            yield self._problem(
                "SOUND-03", id_, (),
                f"永远到不了{zh}：没有一种走法会经过它。请检查通向它的连线和网关，或删除它。",
                f"is never reached{en}: no way through the drawing passes it. Check the flows and gateways that lead"
                " to it, or delete it.",
            )  # fmt: skip

    def _first(self, dead: set[str]) -> Iterator[str]:
        """Dead elements behind living ones; joins that can only get stuck are told as such."""
        for scope in self.net.scopes():
            for node in scope.nodes.values():
                if node.id not in dead or node.is_join:
                    continue
                hosts = [host.id for host in scope.nodes.values() if node.id in host.boundary]
                before = [scope.flows[flow].source for flow in node.into] + hosts
                if not before or not all(source in dead for source in before):
                    yield node.id
            yield from (handler.id for handler in scope.handlers if handler.id in dead)

    def _doubled(self, found: Verdicts) -> Iterator[Problem]:
        for doubling in found.doubled:
            zh, en = self._named((doubling.split,))
            path = (doubling.split, *doubling.paths[0], doubling.split, *doubling.paths[1])
            yield self._problem(
                "SOUND-05", doubling.meeting, path,
                f"会重复办理：从{zh}同时走出的两个分支都单独走到这里，其后的工作各办一次。"
                "如应合为一次，请在此前用并行网关（或包容网关）合并。",
                f"is done more than once: two branches that leave {en} together both come here by themselves. To go"
                " on once, join them before with a parallel (or inclusive) gateway.",
                severity="warning",
            )  # fmt: skip

    def _lost(self, found: Verdicts) -> Iterator[Problem]:
        for lost in found.lost:
            zh, en = self._named(lost.swept)
            yield self._problem(
                "SOUND-06", lost.end, lost.path,
                f"会丢弃未完的工作：走到这个终止事件时，{zh}可能还在办理，将被取消，不留结果。"
                "如不是有意如此，请改用普通结束事件，或先合并各分支。",
                f"throws work away: when this terminating end is reached, {en} may still be under way and is"
                " cancelled. Unless this is meant, use a plain end event, or join the branches first.",
                severity="warning",
            )  # fmt: skip

    def _bounded(self, found: Verdicts) -> Iterator[Problem]:
        for scope in found.bounded:
            yield self._problem(
                "SOUND-07", scope, (),
                f"走法太多，只检查了其中 {found.states} 种状态，其余未作判断。可把一部分移到子流程，分开检查。",
                f"has more ways than are looked at: {found.states} states were checked, the rest is not vouched for."
                " Move a part into a sub-process, which is checked by itself.",
                severity="info",
            )  # fmt: skip

    def _problem(
        self, rule: str, id_: str, path: Iterable[str], zh: str, en: str, *, severity: Severity = "error"
    ) -> Problem:
        element = self.elements.get(id_)
        name = self._name(id_)
        english = element.get(f"{{{CX}}}name-en", "") if element is not None else ""
        return Problem(
            rule=rule,
            severity=severity,
            file=self.file,
            element_id=id_,
            element_name=name,
            element_name_en=english,
            zh=f"“{name or id_}”{zh}",
            en=f'"{english or name or id_}" {en}',
            path=tuple(step for step in path if not step.startswith("~")),
        )

    def _name(self, id_: str) -> str:
        element = self.elements.get(id_)
        return element.get("name", "").strip() if element is not None else ""

    def _target(self, flow: str) -> str:
        element = self.elements.get(flow)
        return element.get("targetRef", "") if element is not None else ""

    def _ways(self, flows: list[str]) -> tuple[str, str]:
        """The branches that are missing at a join, by their last element."""
        if not flows:
            return "另一个分支", "another branch"
        zh, en = self._named(tuple(self.elements[flow].get("sourceRef", "") for flow in flows if flow in self.elements))
        return f"来自{zh}的分支", f"the branch from {en}"

    def _named(self, ids: tuple[str, ...]) -> tuple[str, str]:
        names = [self._name(id_) or id_ for id_ in ids]
        english = [self._english(id_) for id_ in ids]
        return names_listed(names, quotes="“”", gap="、"), names_listed(english, quotes='""', gap=", ")

    def _english(self, id_: str) -> str:
        element = self.elements.get(id_)
        return (element.get(f"{{{CX}}}name-en", "") if element is not None else "") or self._name(id_) or id_
