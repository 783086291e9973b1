"""What a decision reads, and whether that is what it was told: names, types and allowed values of its inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.decisions.dmn import Model
from engine.decisions.dmn.model import Decision, DecisionTable, Definitions, InputData
from engine.decisions.feel import BUILTINS, UnaryTests, parse, parse_unary_tests, to_feel, tree
from engine.decisions.feel.numbers import number
from engine.decisions.feel.run import Frame, Run
from engine.decisions.feel.temporal_text import parse_date, parse_date_time, parse_duration, parse_time
from engine.decisions.feel.values import Value
from engine.decisions.words import label_of

_READERS: Mapping[str, Callable[[str], Value]] = {
    "number": number,
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "dateTime": parse_date_time,
    "days and time duration": parse_duration,
    "dayTimeDuration": parse_duration,
    "years and months duration": parse_duration,
    "yearMonthDuration": parse_duration,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """One input of a decision.

    allowed: tests of the tables that read it as it is, as written. entries: of a structure, the only ones it reads.
    """

    name: str
    label: str
    label_en: str
    type: str = ""
    allowed: tuple[str, ...] = ()
    tests: tuple[UnaryTests, ...] = ()
    entries: tuple[str, ...] = ()

    def read(self, value: object) -> Value:
        """A value of process data as FEEL knows it: dates, durations and exact numbers stand there as text."""
        reader = _READERS.get(self.type)
        if reader is not None and isinstance(value, str):
            found = reader(value)
            return found if found is not None else value
        if self.entries and isinstance(value, Mapping):
            value = {name: value[name] for name in self.entries if name in value}
        return to_feel(value)

    def is_allowed(self, model: Model, value: Value) -> bool:
        """Of the declared type, and among the values that the tables know."""
        frame = Frame(BUILTINS, Run())
        if value is not None and model.types.checked(frame, value, self.type) is None:
            return False
        return all(test.within(frame, value) is True for test in self.tests)


def needed_inputs(model: Model, key: str) -> tuple[Needed, ...]:
    """What the decision or service `key` and everything behind it reads, each once. Raises KeyError without it."""
    found: dict[str, Needed] = {}
    definitions = model.definitions
    tables = [one.expression for one in _behind(model, key) if isinstance(one.expression, DecisionTable)]
    for data in _inputs(model, key):
        tests = _allowed(tables, data.name)
        found[data.name] = Needed(
            name=data.name,
            label=label_of(data).zh,
            label_en=label_of(data).en,
            type=data.type,
            allowed=tests,
            tests=tuple(parse_unary_tests(test, definitions.inputs.keys()) for test in tests),
            entries=_entries(model, data.type),
        )
    for name, label in _undrawn(model, key):
        found.setdefault(name, Needed(name=name, label=label or name, label_en=label or name))
    return tuple(found.values())


def draws_nothing(decision: Decision) -> bool:
    """It says nowhere what it reads, as other engines draw it: then it sees all that there is."""
    return not decision.inputs and not decision.decisions


def _behind(model: Model, key: str) -> Iterator[Decision]:
    """The decision and all that it requires in this file."""
    definitions = model.definitions
    service = definitions.service(key)
    decision = definitions.decision(key)
    waiting = [decision.name] if decision is not None else list(service.outputs) if service is not None else None
    if waiting is None:
        raise KeyError(key)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in definitions.decisions:
            continue
        seen.add(name)
        yield definitions.decisions[name]
        waiting += definitions.decisions[name].decisions


def _inputs(model: Model, key: str) -> Iterator[InputData]:
    definitions = model.definitions
    for decision in _behind(model, key):
        for name in decision.inputs:
            if name in definitions.inputs:
                yield definitions.inputs[name]
        yield from _of_others(model, (*decision.inputs, *decision.decisions))


def _of_others(model: Model, references: Iterable[str]) -> Iterator[InputData]:
    """Inputs of imported models behind references "namespace#id"."""
    for prefix in model.prefixes:
        other = model.imported(prefix)
        if other is None:
            continue
        for reference in references:
            namespace, _, target = reference.partition("#")
            if target and namespace == other.definitions.namespace:
                yield from _behind_id(other, other.definitions, target)


def _behind_id(model: Model, definitions: Definitions, target: str) -> Iterator[InputData]:
    own = next((one for one in definitions.inputs.values() if one.id == target), None)
    if own is not None:
        yield own
    elif definitions.decision(target) is not None:
        yield from _inputs(model, target)


def _allowed(tables: Iterable[DecisionTable], name: str) -> tuple[str, ...]:
    found = (one.allowed for table in tables for one in table.inputs if one.expression == name and one.allowed.strip())
    return tuple(dict.fromkeys(found))


def _entries(model: Model, kind: str) -> tuple[str, ...]:
    declared = model.types.declared.get(kind)
    return tuple(declared.components or ()) if declared is not None and not declared.is_collection else ()


def _undrawn(model: Model, key: str) -> Iterator[tuple[str, str]]:
    """Columns of tables without drawn requirements that read one name."""
    for decision in _behind(model, key):
        if draws_nothing(decision) and isinstance(decision.expression, DecisionTable):
            for clause in decision.expression.inputs:
                read = parse(clause.expression).tree if clause.expression.strip() else None
                if isinstance(read, tree.Name):
                    yield read.name, clause.label
