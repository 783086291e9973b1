"""Our own picture of a process: a drawing with its words laid out and a case painted on it, as values for SVG.

Used where no script runs and nothing may move: on paper, in comparisons. `parts/drawing.html` makes SVG of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal

from engine.model.drawing import Bounds, Drawing, Line, Path, Shape, path_taken
from webui.pages.words import language, say
from webui.terms import term

Kind = Literal["frame", "lane", "task", "gateway", "event", "data", "note"]
State = Literal["", "todo", "done", "here", "late", "added", "removed", "changed"]

_LINE_HEIGHT = 15.0
_CHARACTER, _LETTER = 12.6, 6.9  #: width of a Chinese character and of a Latin letter at 13 px
_MOST_LINES = 5
_MARGIN = 14.0
_SHEET, _OVERLAP = 1060.0, 40.0  #: of a strip on paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of text, centred at x."""

    x: float
    y: float
    text: str
    turned: bool = False  #: upwards, as on the head of a pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One shape as it is drawn. `icon` names a sign of the template: "user", "timer", "x", …"""

    id: str
    kind: Kind
    bounds: Bounds
    state: State = ""
    icon: str = ""
    rim: Literal["plain", "thick", "double", "dashed"] = "plain"
    repeated: str = ""
    words: tuple[Words, ...] = ()
    head: float = 0.0  #: width of the strip with the name, of pools and lanes
    badge: str = ""  #: on top: who has it, or how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One connection as it is drawn."""

    id: str
    path: str  #: of SVG
    state: State = ""
    dashed: bool = False
    words: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The whole, in the order in which it is painted."""

    title: str  #: read instead of the picture
    view: Bounds
    figures: tuple[Figure, ...]
    ways: tuple[Way, ...]

    @property
    def strips(self) -> tuple[Bounds, ...]:
        """The view cut into as many strips side by side as an upright sheet needs to keep the words readable."""
        count = max(1, ceil(self.view.width / _SHEET))
        width = self.view.width / count + (_OVERLAP if count > 1 else 0.0)
        step = (self.view.width - width) / (count - 1) if count > 1 else 0.0
        return tuple(
            Bounds(x=self.view.x + number * step, y=self.view.y, width=width, height=self.view.height)
            for number in range(count)
        )


def picture(
    drawing: Drawing,
    *,
    title: str,
    visits: Iterable[tuple[str, str]] = (),
    held: Mapping[str, tuple[str, bool]] | None = None,
    states: Mapping[str, State] | None = None,
    badges: Mapping[str, str] | None = None,
) -> Picture:
    """Paint a drawing. title: what is said of it to who does not see it.

    visits, held: the life of one case: what happened, and who has which node now and whether it is late. states: by
    id of shape or line, in place of that: for comparing two versions. badges: words on top of a node.
    """
    bounds = drawing.bounds
    taken = path_taken(visits, drawing.lines) if states is None else None
    painter = _Painter(taken, held or {}, states or {}, badges or {})
    return Picture(
        title=title,
        view=Bounds(
            x=bounds.x - _MARGIN,
            y=bounds.y - _MARGIN,
            width=bounds.width + 2 * _MARGIN,
            height=bounds.height + 2 * _MARGIN,
        ),
        figures=tuple(painter.figure(shape) for shape in drawing.shapes),
        ways=tuple(painter.way(line) for line in drawing.lines),
    )


@dataclass(frozen=True, slots=True)
class _Painter:
    taken: Path | None
    held: Mapping[str, tuple[str, bool]]
    states: Mapping[str, State]
    badges: Mapping[str, str]

    def figure(self, shape: Shape) -> Figure:
        kind = _kind(shape)
        holder, _late = self.held.get(shape.id, ("", False))
        return Figure(
            id=shape.id,
            kind=kind,
            bounds=shape.bounds,
            state=self.state(shape, kind),
            icon=_icon(shape, kind),
            rim=_rim(shape, kind),
            repeated=shape.repeated,
            words=tuple(_words(shape, kind)),
            head=_HEAD if kind in {"frame", "lane"} and shape.type in {"participant", "lane"} else 0.0,
            badge=self.badges.get(shape.id, holder),
        )

    def state(self, shape: Shape, kind: Kind) -> State:
        if shape.id in self.states:
            return self.states[shape.id]
        if self.taken is None or kind in {"frame", "lane", "data", "note"}:
            return ""
        if shape.id in self.held:
            return "late" if self.held[shape.id][1] else "here"
        if shape.id in self.taken.done:
            return "done"
        return "" if shape.id in self.taken.reached or not self.taken.reached else "todo"

    def way(self, line: Line) -> Way:
        state: State = self.states.get(line.id, "")
        if self.taken is not None and self.taken.reached and line.type == "sequenceFlow":
            state = "done" if line.id in self.taken.lines else "todo"
        name = _flow_name(line)
        words: tuple[Words, ...] = ()
        if name:
            place = line.label or _middle(line)
            words = tuple(_lines(name, place.x + place.width / 2, place.y + 11, max(place.width * 1.5, 64.0)))
        return Way(
            id=line.id,
            path="M" + " L".join(f"{x:g},{y:g}" for x, y in line.points),
            state=state,
            dashed=line.type != "sequenceFlow",
            words=words,
        )


_HEAD = 30.0
_GATEWAYS = {
    "exclusiveGateway": "x",
    "parallelGateway": "plus",
    "inclusiveGateway": "circle",
    "eventBasedGateway": "either",
    "complexGateway": "star",
}
_TASKS = {
    "userTask": "user",
    "manualTask": "hand",
    "serviceTask": "gear",
    "businessRuleTask": "table",
    "scriptTask": "script",
    "sendTask": "sent",
    "receiveTask": "message",
    "callActivity": "call",
    "subProcess": "inside",
    "adHocSubProcess": "inside",
}

_SCOPES = {"subProcess", "transaction", "adHocSubProcess"}


def _kind(shape: Shape) -> Kind:
    if shape.type == "lane":
        return "lane"
    if shape.type == "participant" or (shape.type in _SCOPES and shape.is_expanded):
        return "frame"
    if shape.type.endswith("Gateway"):
        return "gateway"
    if shape.type.endswith("Event"):
        return "event"
    if shape.type == "textAnnotation":
        return "note"
    return "data" if shape.type.startswith("data") else "task"


def _icon(shape: Shape, kind: Kind) -> str:
    if kind == "event":
        return shape.event
    return _GATEWAYS.get(shape.type, "") if kind == "gateway" else _TASKS.get(shape.type, "") if kind == "task" else ""


def _rim(shape: Shape, kind: Kind) -> Literal["plain", "thick", "double", "dashed"]:
    if shape.type == "endEvent" or shape.type == "callActivity":
        return "thick"
    if shape.type == "boundaryEvent":
        return "double" if shape.interrupts else "dashed"
    return "double" if kind == "event" and shape.type != "startEvent" else "plain"


def _words(shape: Shape, kind: Kind) -> Iterator[Words]:
    name, place = say(shape.name, shape.name_en), shape.bounds
    if not name:
        return
    if shape.type in {"participant", "lane"}:
        yield Words(x=place.x + 19, y=place.y + place.height / 2, text=name, turned=True)
    elif kind == "frame":
        yield Words(x=place.x + place.width / 2, y=place.y + 18, text=name)
    elif kind in {"task", "note"}:
        lines = list(_lines(name, place.x + place.width / 2, 0, place.width - 10))
        top = place.y + place.height / 2 - (len(lines) - 1) * _LINE_HEIGHT / 2 + 4.5
        for number, line in enumerate(lines):
            yield Words(x=line.x, y=top + number * _LINE_HEIGHT, text=line.text)
    else:
        label = shape.label or Bounds(x=place.x - 32, y=place.bottom + 3, width=place.width + 64, height=14)
        yield from _lines(name, label.x + label.width / 2, label.y + 11, max(label.width * 1.4, 74.0))


def _lines(text: str, x: float, y: float, width: float) -> Iterator[Words]:
    """`text` in lines no wider than `width`, the first at height y."""
    for number, line in enumerate(wrapped(text, width)):
        yield Words(x=x, y=y + number * _LINE_HEIGHT, text=line)


def wrapped(text: str, width: float) -> list[str]:
    """`text` broken into lines: between words, and between any two Chinese characters. What is too much ends in "…"."""
    lines, line, used = [], "", 0.0
    for piece in _pieces(text):
        wide = _width(piece)
        if line and used + wide > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
            piece = piece.lstrip()
        line, used = line + piece, used + wide
    lines.append(line.rstrip())
    kept = [found for found in lines if found]
    return kept if len(kept) <= _MOST_LINES else [*kept[: _MOST_LINES - 1], kept[_MOST_LINES - 1][:-1] + "…"]


def _pieces(text: str) -> Iterator[str]:
    """Words with the space before them; a Chinese character is a word."""
    piece = ""
    for character in text:
        if _is_wide(character) or character == " ":
            if piece:
                yield piece
            piece = ""
            if _is_wide(character):
                yield character
                continue
        piece += character
    if piece:
        yield piece


def _width(text: str) -> float:
    return sum(_CHARACTER if _is_wide(character) else _LETTER for character in text)


def _is_wide(character: str) -> bool:
    return character >= "\u2e80"


def _flow_name(line: Line) -> str:
    if language() == "zh" or not line.name:
        return line.name
    return line.name_en or term(line.name)


def _middle(line: Line) -> Bounds:
    (x1, y1), (x2, y2) = line.points[len(line.points) // 2 - 1], line.points[len(line.points) // 2]
    return Bounds(x=(x1 + x2) / 2 - 30, y=(y1 + y2) / 2 - 16, width=60, height=14)
