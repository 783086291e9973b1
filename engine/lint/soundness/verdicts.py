"""What the state spaces of a process say about it: where it gets stuck, goes round for ever, or never comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from engine.lint.soundness.doubling import Doubling, doublings
from engine.lint.soundness.exits import Exits, Summary
from engine.lint.soundness.explore import MAX_STATES, Space, State, explore
from engine.lint.soundness.landing import Place, flatten
from engine.lint.soundness.net import Scope

_Found = TypeVar("_Found")
MAX_EXAMPLES = 12
MAX_TOTAL = 2 * MAX_STATES  #: states of all scopes of a process


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Tokens that nothing moves any more. at: the joins before which they wait. ended: another has reached an end."""

    at: tuple[str, ...]
    missing: tuple[str, ...]  #: flows on which nobody will ever come
    ended: bool
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forever:
    """A round that is never left. at: nodes that it passes, in order of the path's last part."""

    at: tuple[str, ...]
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A terminating end that sweeps away what is still under way."""

    end: str
    swept: tuple[str, ...]
    path: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Verdicts:
    """All that is wrong with the control flow of one process. Nothing is claimed beyond what was explored."""

    stuck: list[Stuck] = field(default_factory=list)
    forever: list[Forever] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)  #: nodes and handlers that no token ever reaches, outermost only
    doubled: list[Doubling] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    bounded: list[str] = field(default_factory=list)  #: scopes that were not explored to the end
    states: int = 0


def judge(process: Scope) -> Verdicts:
    """Explore `process`, the innermost scopes first."""
    spaces = explored(process)
    known = {id_: space.summary for id_, space in spaces.items()}
    verdicts = Verdicts(states=sum(len(space.steps) for space in spaces.values()))
    _judge_flow(process, known, spaces, verdicts)
    top = spaces[process.id]
    verdicts.stuck = _distinct(_stuck(top, spaces), key=lambda found: (found.at, found.ended))
    verdicts.forever = _distinct(_forever(top, spaces), key=lambda found: found.at[:1])[:1]
    return verdicts


def explored(process: Scope) -> dict[str, Space]:
    """State spaces of a process and everything inside of it, by the id of the scope."""
    known: dict[str, Summary] = {}
    spaces: dict[str, Space] = {}
    used = 0
    for scope in process.scopes():
        space = explore(scope, known, max(100, min(MAX_STATES, MAX_TOTAL - used)))
        known[scope.id], spaces[scope.id] = space.summary, space
        used += len(space.steps)
    return spaces


def _judge_flow(process: Scope, known: Mapping[str, Summary], spaces: Mapping[str, Space], verdicts: Verdicts) -> None:
    """What each scope says by itself; the inside of what is never reached is not looked at."""
    todo: list[tuple[Scope, list[str]]] = [(process, [])]
    while todo:
        scope, before = todo.pop()
        space = spaces[scope.id]
        if space.bounded:
            verdicts.bounded.append(scope.id)
        else:
            verdicts.dead += _dead(scope, space)
        verdicts.doubled += doublings(scope, Exits(scope, known), space.alive)
        for end, (state, rope) in space.lost.items():
            way = flatten(rope)
            swept = tuple(dict.fromkeys(_element(place, scope) for place in state.places))
            others = tuple(id_ for id_ in swept if id_ not in way)
            verdicts.lost.append(Lost(end=end, swept=others or swept, path=(*before, *space.path_to(state), *way)))
        inner = (inside for inside in _inner(scope) if inside.id in space.alive and not _is_free(inside))
        todo += [(inside, [*before, inside.id]) for inside in inner]


def _inner(scope: Scope) -> Iterator[Scope]:
    yield from (node.inside for node in scope.nodes.values() if node.inside is not None)
    yield from (handler.inside for handler in scope.handlers)


def _is_free(scope: Scope) -> bool:
    """An ad-hoc sub-process with a condition may be over after anything that is done in it."""
    return scope.kind == "adHocSubProcess"


def _dead(scope: Scope, space: Space) -> Iterator[str]:
    if not scope.beginnings:
        return
    for node in scope.nodes.values():
        if node.id not in space.alive and not _only_undoes(node.catches):
            yield node.id
    for handler in scope.handlers:
        if handler.id not in space.alive and not _only_undoes(handler.catches):
            yield handler.id


def _only_undoes(catches: tuple[object, ...]) -> bool:
    return bool(catches) and all(getattr(catch, "kind", "") == "compensate" for catch in catches)


def _stuck(space: Space, spaces: Mapping[str, Space], depth: int = 0) -> Iterator[Stuck]:
    scope = space.scope
    for state in space.stuck:
        path = tuple(space.path_to(state))
        waiting = {str(place[1]) for place in state.places if place[0] == "flow"}
        joins = {scope.flows[flow].target: scope.nodes[scope.flows[flow].target] for flow in sorted(waiting)}
        if joins:
            missing = tuple(flow for join in joins.values() for flow in join.into if flow not in waiting)
            yield Stuck(at=tuple(joins), missing=missing, ended=state.ended, path=path)
        for place in state.places:
            if place[0] == "in" and depth < 20:
                inner = spaces[str(place[1])]
                for found in _stuck(inner, spaces, depth + 1):
                    yield Stuck(at=found.at, missing=found.missing, ended=found.ended, path=(*path, *found.path))


def _forever(space: Space, spaces: Mapping[str, Space], depth: int = 0) -> Iterator[Forever]:
    for state in space.forever:
        path = tuple(space.path_to(state))
        busy = [place for place in state.places if place[0] == "in" and place[2] == "forever"]
        if busy and depth < 20:
            for found in _forever(spaces[str(busy[0][1])], spaces, depth + 1):
                yield Forever(at=found.at, path=(*path, *found.path))
        else:
            tour = _tour(space, state)
            yield Forever(at=tuple(id_ for id_ in tour if id_ in space.scope.nodes), path=(*path, *tour))


def _tour(space: Space, state: State) -> tuple[str, ...]:
    """Ids of one round: from `state` on until something repeats."""
    seen, at, passed = {state}, state, list[str]()
    while space.steps[at]:
        after = next((s for s in space.steps[at] if s in seen), None) or space.steps[at][0]
        passed += [_element(place, space.scope) for place in after.places]
        if after in seen:
            break
        seen.add(after)
        at = after
    return tuple(dict.fromkeys(passed))


def _element(place: Place, scope: Scope) -> str:
    return scope.flows[str(place[1])].target if place[0] == "flow" else str(place[1])


def _distinct(found: Iterator[_Found], key: Callable[[_Found], object]) -> list[_Found]:
    kept: dict[object, _Found] = {}
    for one in found:
        kept.setdefault(key(one), one)
        if len(kept) >= MAX_EXAMPLES:
            break
    return list(kept.values())
