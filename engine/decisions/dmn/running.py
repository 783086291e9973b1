"""What an evaluation of a model leaves behind: which tables were asked, what they were told, which rules answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.decisions.feel.run import Note, Run
from engine.decisions.feel.temporal import DateTime
from engine.decisions.feel.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class TableTrace:
    """One decision table that was asked."""

    decision: str  #: name of the decision or model that it stands in
    table_id: str
    inputs: tuple[tuple[str, Value], ...]  #: label and value of each input
    matched: tuple[int, ...]  #: numbers of the rules that decided, in the order in which they count
    rule_ids: tuple[str, ...]
    value: Value
    annotations: tuple[tuple[str, ...], ...] = ()  #: of the rules that decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a decision gave. decisions: values of all that were evaluated on the way, by name."""

    value: Value
    tables: tuple[TableTrace, ...]
    decisions: Mapping[str, Value]
    notes: tuple[Note, ...]
    steps: int = 0  #: rounds, calls and items that it took


class ModelRun(Run):
    """One evaluation of a model."""

    __slots__ = ("decisions", "tables")

    def __init__(self, now: DateTime | None = None) -> None:
        super().__init__(now)
        self.tables: list[TableTrace] = []
        self.decisions: dict[str, Value] = {}
