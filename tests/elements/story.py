"""Plays the story of a row on the engine: every line is one thing that happens and where the tokens then wait."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from engine.errors import StepFailed
from engine.workflow import CompiledDefinition
from tests.elements.table import Row
from tests.unit.workflow.models import Case

_STARTED = {"msg.": "message", "sig.": "signal"}
#: (reload before every step, drop finished tasks from the stored state)
WAYS = {
    "straight": (False, False),
    "compacted": (False, True),
    "reloaded": (True, False),
    "reloaded and compacted": (True, True),
}


class Player:
    """One case of the row's process, and the words that a story may use on it."""

    def __init__(self, definition: CompiledDefinition, way: str) -> None:
        self.reload, compaction = WAYS[way]
        self.definition = replace(definition, compaction=compaction)
        self.case: Case | None = None

    def tell(self, line: str) -> str:
        """Do what the left side of the line says; answers the line as it came true."""
        deed, _, _ = line.partition(" > ")
        verb, *words = deed.split()
        try:
            self._do(verb, [word for word in words if "=" not in word], _values(words))
        except StepFailed as failure:
            return f"{deed} > failed {failure.cause}"
        return f"{deed} > {self.rest()}"

    def _do(self, verb: str, names: list[str], values: Mapping[str, object]) -> None:
        if verb == "start":
            by = {_STARTED.get(name[:4], "timer"): name for name in names}
            self.case = Case(self.definition, values, keep=not self.reload, **by)
            return
        assert self.case is not None, "a story begins with a start"
        if verb == "set":
            self.case.workflow.set_variables(values)
            self.case._advance()
        else:
            getattr(self.case, verb)(*names, **values)

    def rest(self) -> str:
        """`end E`, or the nodes at which tokens wait, sorted; a node with two tokens stands twice."""
        assert self.case is not None
        if self.case.ended:
            return f"end {self.case.last.end_node}".strip()
        return " ".join(sorted(node for _, node, _ in self.case.workflow.open_tokens()))


def _values(words: list[str]) -> dict[str, object]:
    """`x=1 y="b"` as data; a value is a literal of Python without blanks."""
    pairs = (word.split("=", 1) for word in words if "=" in word)
    return {name: ast.literal_eval(value) for name, value in pairs}


def play(row: Row, definition: CompiledDefinition, way: str) -> Player:
    """Tell the whole story; fails at the first line that does not come true."""
    player = Player(definition, way)
    for line in row.story:
        assert player.tell(line) == line, f"{row.id}, {way}"
    return player
