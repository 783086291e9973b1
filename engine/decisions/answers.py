"""What a decision answered: values for the process, the rules behind them, and how the result is handed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

from engine.decisions.feel import from_feel
from engine.decisions.feel.values import Value

#: How a result becomes one variable, in the words of the field: the value of the one rule, its outputs by name, a list
#: of values, a list of outputs by name.
ResultShape: TypeAlias = Literal["singleEntry", "singleResult", "collectEntries", "resultList"]
SHAPES: frozenset[str] = frozenset(get_args(ResultShape))


class ResultDoesNotFit(ValueError):
    """The result has more rules or outputs than the shape takes. `zh` and `en` say so."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTable:
    """One decision table that was asked on the way. inputs: label and value of each column."""

    decision: str  #: its label
    table_id: str
    inputs: tuple[tuple[str, object], ...]
    matched: tuple[int, ...]
    rule_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a decision answered, and why. Values are those of JSON."""

    decision_id: str
    version: int  #: 0: not published
    inputs: Mapping[str, object]  #: what it was told, of what it reads
    value: object
    outputs: Mapping[str, object]  #: by name, for the process
    entries: tuple[Mapping[str, object], ...]  #: the outputs of each rule that decided
    matched: tuple[int, ...]  #: numbers of the rows that decided, from 1
    rule_ids: tuple[str, ...]
    tables: tuple[AskedTable, ...]
    reasons: tuple[Told, ...]  #: why something is null
    zh: str  #: "D1 第3行：…"
    en: str


def shaped(decision: Decision, shape: ResultShape | Literal[""]) -> object:
    """The result as one variable; "": its value as it is. Raises ResultDoesNotFit."""
    entries = decision.entries
    if shape == "resultList":
        return [dict(entry) for entry in entries]
    if shape == "collectEntries":
        return [_only(entry) for entry in entries]
    if not shape:
        return decision.value
    if len(entries) > 1:
        raise ResultDoesNotFit(f"有 {len(entries)} 条规则同时满足，只能取一条", f"{len(entries)} rules match, not one")
    if not entries:
        return None
    return dict(entries[0]) if shape == "singleResult" else _only(entries[0])


def _only(entry: Mapping[str, object]) -> object:
    if len(entry) != 1:
        names = ", ".join(entry)
        raise ResultDoesNotFit(f"有多个结果列：{names}，只能取一个", f"there are several outputs: {names}, not one")
    return next(iter(entry.values()))


def plain(value: Value) -> object:
    """A value of FEEL as JSON holds it. A fraction is a float where that is exact, else its text."""
    return _plain(from_feel(value))


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        short = float(value)
        return short if Decimal(repr(short)) == value else format(value, "f")
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def entries_of(value: Value, names: Sequence[str]) -> tuple[dict[str, object], ...]:
    """The outputs of each rule behind `value`. names: of the outputs of the table."""
    if value is None:
        return ()
    rows = value if isinstance(value, list) else [value]
    return tuple(_entry(row, names) for row in rows)


def _entry(row: Value, names: Sequence[str]) -> dict[str, object]:
    if isinstance(row, dict) and (len(names) > 1 or row.keys() == set(names)):
        return {name: plain(item) for name, item in row.items()}
    return {names[0]: plain(row)}


def outputs_of(value: Value, names: Sequence[str]) -> dict[str, object]:
    """What the process gets, by name: a list under the name of the only output or of the decision (the last name)."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    *outputs, own = names
    if value is None:
        return dict.fromkeys(outputs or [own])
    return {outputs[0] if len(outputs) == 1 else own: plain(value)}
