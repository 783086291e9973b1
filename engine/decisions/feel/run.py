"""What an evaluation carries along: the names in reach, the reasons for nulls, and what it has used of its limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from engine.decisions.feel.errors import FeelLimitExceeded
from engine.decisions.feel.temporal import DateTime
from engine.decisions.feel.values import Value

MAX_STEPS = 1_000_000  #: loop rounds, calls and items looked at in one evaluation
MAX_CALLS = 100  #: functions in functions
MAX_NOTES = 100


@dataclass(frozen=True, slots=True)
class Note:
    """Why something is null. at: position in the text of the expression, from 0; -1: unknown."""

    zh: str
    en: str
    at: int = -1


class Run:
    """One evaluation. now: what now() and today() say; None: these are null."""

    __slots__ = ("calls", "max_steps", "notes", "now", "steps")

    def __init__(self, now: DateTime | None = None, max_steps: int = MAX_STEPS) -> None:
        self.now = now
        self.max_steps = max_steps
        self.steps = 0
        self.calls = 0
        self.notes: list[Note] = []

    def note(self, zh: str, en: str, at: int = -1) -> None:
        """Keep why a null came about; the same reason at one place once."""
        if len(self.notes) < MAX_NOTES:
            found = Note(zh, en, at)
            if found not in self.notes:
                self.notes.append(found)

    def step(self, count: int = 1) -> None:
        """Raises FeelLimitExceeded."""
        self.steps += count
        if self.steps > self.max_steps:
            raise FeelLimitExceeded(
                f"计算超过 {self.max_steps:,} 步，已中止；请缩小范围或列表",
                f"more than {self.max_steps:,} steps; use a smaller range or list",
            )


class Frame:
    """Names and values of one scope, and the scope around it."""

    __slots__ = ("outer", "run", "values")

    def __init__(self, values: Mapping[str, Value], run: Run, outer: Frame | None = None) -> None:
        self.values = values
        self.run = run
        self.outer = outer

    def inside(self, values: Mapping[str, Value]) -> Frame:
        return Frame(values, self.run, self)


#: A compiled expression: never raises anything but FeelLimitExceeded.
Compiled: TypeAlias = Callable[[Frame], Value]
