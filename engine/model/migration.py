"""Moving running cases to another version of their process: which node becomes which, and why a case cannot go.

Pure. A node of the old drawing is mapped by its id where everything else about it fits; what goes by name or
neighbourhood is a suggestion that somebody confirms, and is never applied by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from engine.model.step import Token

Ground = Literal["same", "suggested", "none"]
MIGRATED, UNDONE = "migrated", "migration_undone"  #: facts in the history of a case
NodeMap = Mapping[str, str]  #: node id in the old drawing -> node id in the new one

ObstacleCode = Literal[
    "node_gone",
    "kind_changed",
    "nesting_changed",
    "trigger_changed",
    "join_changed",
    "place_unreachable",
    "too_many_places",
    "protected_passed",
    "cannot_arm",
    "undoing",
    "state_unreadable",
    "new_timer_while_suspended",
    "not_on_version",
    "moved_since",
    "unexpected",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A node on which a token may rest, with what tells it from others. Lists are of node ids, helpers left out."""

    id: str
    name: str
    name_en: str = ""
    type: str  #: BPMN element name
    kind: str  #: how the engine runs it: another kind never takes over a token
    scope: str = ""  #: id of the process or sub-process in which it stands
    protected: bool = False
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What becomes of an old node. target: "" where nothing is settled; a suggestion is settled by a person only."""

    place: Place
    target: str = ""
    ground: Ground = "none"
    suggestion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why a case cannot go. node_id: in the old drawing; other: what else it is about, in the new one."""

    code: ObstacleCode
    node_id: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A token that stands on a node of another id or kind now."""

    token: Token
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapProblem:
    """Why a map as a whole cannot be used. code: protected_unmapped, unknown_node, mapped_twice, kind_changed."""

    code: Literal["protected_unmapped", "unknown_node", "mapped_twice", "kind_changed"]
    node_id: str
    other: str = ""


def propose(old: Mapping[str, Place], new: Mapping[str, Place]) -> tuple[Link, ...]:
    """One link for each old place, in its order: settled by id, else with a suggestion where just one fits best."""
    same = {place.id: place.id for place in old.values() if _is_same(place, new.get(place.id), old, new)}
    free = {id_: place for id_, place in new.items() if id_ not in same.values()}
    homes = {place.scope: place.scope for place in old.values() if place.scope not in old} | same
    suggested = _suggestions([place for place in old.values() if place.id not in same], free, homes)
    return tuple(
        Link(place=place, target=place.id, ground="same")
        if place.id in same
        else Link(place=place, ground="suggested" if place.id in suggested else "none", suggestion=suggested[place.id])
        if place.id in suggested
        else Link(place=place)
        for place in old.values()
    )


def _is_same(place: Place, other: Place | None, old: Mapping[str, Place], new: Mapping[str, Place]) -> bool:
    """The same id, run alike, in the same process or in a sub-process that is the same in turn."""
    if other is None or other.kind != place.kind:
        return False
    if other.scope != place.scope:
        return False
    host, other_host = old.get(place.scope), new.get(place.scope)
    return host is None or other_host is None or _is_same(host, other_host, old, new)


def _suggestions(rest: list[Place], free: Mapping[str, Place], homes: NodeMap) -> dict[str, str]:
    """The one new place that fits each old one best, and that no other old one fits as well.

    homes: the process or sub-process in which what lay in another has to be looked for.
    """
    wishes: dict[str, str] = {}
    for place in rest:
        home = {**homes, **wishes}.get(place.scope)
        inside = [other for other in free.values() if other.scope == home]
        scored = sorted(((_likeness(place, other), other.id) for other in inside), reverse=True)
        if scored and scored[0][0] >= 1 and (len(scored) == 1 or scored[0][0] > scored[1][0]):
            wishes[place.id] = scored[0][1]
    wanted = list(wishes.values())
    return {id_: target for id_, target in wishes.items() if wanted.count(target) == 1}


def _likeness(place: Place, other: Place) -> float:
    """0: never; 1 or more: worth a look. A name weighs as much as all neighbours together."""
    if place.kind != other.kind:
        return 0
    neighbours = _overlap(place.before, other.before) + _overlap(place.after, other.after)
    return 2.0 * (place.name == other.name != "") + neighbours


def _overlap(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / len(one | two) if one | two else 0


def check_map(node_map: NodeMap, old: Mapping[str, Place], new: Mapping[str, Place]) -> tuple[MapProblem, ...]:
    """Problems of the map as a whole. Every protected step of the old drawing needs a protected one in the new."""
    found: list[MapProblem] = []
    targets = list(node_map.values())
    for id_, target in node_map.items():
        if id_ not in old or target not in new:
            found.append(MapProblem(code="unknown_node", node_id=id_, other=target))
        elif targets.count(target) > 1:
            found.append(MapProblem(code="mapped_twice", node_id=id_, other=target))
        elif old[id_].kind != new[target].kind:
            found.append(MapProblem(code="kind_changed", node_id=id_, other=target))
    for place in old.values():
        target = node_map.get(place.id, "")
        if place.protected and (target not in new or not new[target].protected):
            found.append(MapProblem(code="protected_unmapped", node_id=place.id, other=target))
    return tuple(found)


def digest_of(node_map: NodeMap) -> str:
    """SHA-256 of the map, as the history of each migrated case names it."""
    return sha256(json.dumps(dict(sorted(node_map.items())), separators=(",", ":")).encode()).hexdigest()
