"""Everything that can become of a model: all choices, all orders, up to a limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.oracle.deeds import Deed, results
from tests.oracle.game import Livelock, NoWayOut, begin
from tests.oracle.marking import Running
from tests.oracle.model import Scope

STEPS = 8  #: played for each marking of the limit, at most: a step has as many results as its choices have answers


@dataclass(frozen=True, slots=True)
class Verdict:
    """What exploring found. `sound` and `complete` say together that it always can end, and that all was seen."""

    markings: int
    complete: bool  #: False: the limit was reached
    stuck: int  #: markings at rest in which nothing can happen any more, though tokens are left
    trapped: int  #: markings from which no end can be reached
    livelock: bool
    crowded: bool  #: somewhere two tokens stood on one flow

    @property
    def sound(self) -> bool:
        return self.complete and not (self.stuck or self.trapped or self.livelock or self.crowded)


def explore(scope: Scope, limit: int = 400, *, give_up: bool = False) -> Verdict:
    """Every marking at rest that can be reached by completing, firing and triggering, with every answer of a choice.

    give_up: stop at the first marking that is stuck or crowded.
    """
    seen: dict[object, set[object]] = {}
    ended: set[object] = set()
    todo: list[Running] = []
    stuck, livelock, crowded, steps = 0, False, False, 0

    def note(found: list[Running], source: object) -> None:
        for marking in found:
            if marking.key not in seen:
                seen[marking.key] = set()
                todo.append(marking)
            seen[marking.key].add(source)

    try:
        note([m for answers in every_answer(lambda v: begin(scope, v)) for m in answers], None)
        while todo and len(seen) <= limit and not (give_up and (stuck or crowded)):
            marking = todo.pop()
            crowded = crowded or any(count > 1 for r in marking.walk() for count in r.tokens.values())
            if marking.is_empty:
                ended.add(marking.key)
                continue
            deeds = list(possible(marking))
            stuck += not deeds
            for deed in deeds:
                for found in every_answer(_step(marking, deed)):
                    note(found, marking.key)
                    steps += 1
                if steps > STEPS * limit:
                    return Verdict(len(seen), False, stuck, 0, False, crowded)
    except (Livelock, NoWayOut):
        livelock = True
    trapped = len(seen) - len(_backwards(seen, ended))
    return Verdict(len(seen), not todo and not livelock, stuck, trapped, livelock, crowded)


def _step(marking: Running, deed: Deed) -> Callable[[Mapping[str, bool]], list[Running]]:
    return lambda values: results(marking, deed, values.__getitem__)


def _backwards(seen: Mapping[object, set[object]], ended: set[object]) -> set[object]:
    reached, todo = set(ended), list(ended)
    while todo:
        for source in seen.get(todo.pop(), ()):
            if source is not None and source not in reached:
                reached.add(source)
                todo.append(source)
    return reached


class _Answers(dict[str, bool]):
    """Values of conditions; asking for one that is not there stops the step."""

    def __missing__(self, name: str) -> bool:
        raise _Asked(name)


class _Asked(Exception):
    pass


def every_answer(step: Callable[[Mapping[str, bool]], list[Running]]) -> Iterator[list[Running]]:
    """The results of a step under every answer to the conditions that it asks."""
    todo = [_Answers()]
    while todo:
        answers = todo.pop()
        try:
            yield step(answers)
        except _Asked as asked:
            for answer in (True, False):
                more = _Answers(answers)
                more[str(asked.args[0])] = answer
                todo.append(more)


def possible(marking: Running) -> Iterator[Deed]:
    """What the world outside can do, each thing once."""
    found: set[Deed] = set()
    for running in marking.walk():
        known = running.of.by_id
        for activity in running.working:
            if activity.open:
                found.add(Deed("complete" if activity.node.kind == "task" else "finish", activity.node.id))
                errors = [known[name].name for name in activity.armed if known[name].event == "error"]
                found |= {
                    Deed("fail", activity.node.id, name or "E1") for name in errors if activity.node.kind == "service"
                }
            for name in activity.armed:
                found |= _trigger(known[name].event, name, known[name].name)
        found |= {Deed("complete", undoing.handler) for undoing in running.undoing if undoing.handler}
        for names in running.waiting:
            for name in names:
                found |= _trigger(known[name].event, name, known[name].name)
        for name in running.armed:
            found |= _trigger(known[name].event, name, known[name].name)
    return iter(sorted(found, key=str))


def _trigger(event: str, node: str, name: str) -> set[Deed]:
    match event:
        case "timer":
            return {Deed("fire", node)}
        case "message":
            return {Deed("message", node)}
        case "signal":
            return {Deed("signal", name)}
    return set()
