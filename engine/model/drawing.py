"""A process drawing as values: where its shapes and lines lie, what they are called, and which way a case has gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A rectangle of the drawing, in its own units (pixels at 100 %)."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One drawn element that has a place: a pool, lane, flow node, data object or note."""

    id: str  #: of the BPMN element
    type: str  #: BPMN element name: "participant", "lane", "userTask", "exclusiveGateway", "boundaryEvent", …
    name: str = ""
    name_en: str = ""
    bounds: Bounds
    label: Bounds | None = None  #: where its name stands, when not inside
    event: str = ""  #: what an event waits for or throws: timer, message, signal, error, terminate, …
    repeated: str = ""  #: "parallel", "sequential" or "loop"
    is_expanded: bool = False  #: of a sub-process: its inside is drawn
    interrupts: bool = True  #: of a boundary event


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One drawn connection."""

    id: str
    type: str  #: "sequenceFlow", "messageFlow", "association", …
    name: str = ""
    name_en: str = ""
    points: tuple[Point, ...]
    source: str = ""
    target: str = ""
    label: Bounds | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The whole plane, frames before what lies in them."""

    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]

    @property
    def bounds(self) -> Bounds:
        """Everything, labels included. A drawing without shapes has no size."""
        places = [s.bounds for s in self.shapes] + [s.label for s in self.shapes if s.label]
        places += [line.label for line in self.lines if line.label]
        xs = [x for b in places for x in (b.x, b.right)] + [x for line in self.lines for x, _ in line.points]
        ys = [y for b in places for y in (b.y, b.bottom)] + [y for line in self.lines for _, y in line.points]
        if not xs:
            return Bounds(x=0, y=0, width=0, height=0)
        return Bounds(x=min(xs), y=min(ys), width=max(xs) - min(xs), height=max(ys) - min(ys))


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What a case has gone through: ids of lines and shapes."""

    lines: frozenset[str]
    done: frozenset[str]
    reached: frozenset[str]


def path_taken(visits: Iterable[tuple[str, str]], lines: Iterable[Line]) -> Path:
    """The way of a case, worked out from the order of its history.

    visits: (node id, "entered" | "completed" | "cancelled"), oldest first. A node is entered through the incoming
    flow whose source was completed last before: so a loop back marks only the branch that was taken.
    """
    incoming: dict[str, list[Line]] = {}
    for line in lines:
        if line.type == "sequenceFlow":
            incoming.setdefault(line.target, []).append(line)
    taken: set[str] = set()
    reached: set[str] = set()
    completed: dict[str, int] = {}
    for moment, (node, event) in enumerate(visits):
        if event == "cancelled":
            continue
        reached.add(node)
        if event == "completed":
            completed[node] = moment
        else:
            taken.update(_latest(incoming.get(node, ()), completed))
    return Path(lines=frozenset(taken), done=frozenset(completed), reached=frozenset(reached))


def _latest(incoming: Iterable[Line], completed: Mapping[str, int]) -> tuple[str, ...]:
    came = [line for line in incoming if line.source in completed]
    return (max(came, key=lambda line: completed[line.source]).id,) if came else ()
