"""Types as FEEL writes them: `number`, `list<string>`, `context<a: number>`, `function<date> -> boolean`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.decisions.feel.temporal import UTC_ZONE, Date, midnight
from engine.decisions.feel.values import Function, Range, Value, kind_of

SIMPLE = (
    "number",
    "string",
    "boolean",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
    "Any",
    "Null",
)


@dataclass(frozen=True, slots=True)
class Type:
    """name: of SIMPLE, or list, context, function, range."""

    name: str
    element: Type | None = None  #: of a list or range
    entries: Mapping[str, Type] | None = None  #: of a context
    parameters: tuple[Type, ...] | None = None  #: of a function
    result: Type | None = None  #: of a function

    def accepts(self, value: Value) -> bool:
        """Whether `value` is an instance. Null is of no type but Null."""
        if self.name == "Any":
            return value is not None
        if self.name == "Null":
            return value is None
        if kind_of(value) != self.name:
            return False
        if isinstance(value, list):
            return self.element is None or all(_fits(self.element, item) for item in value)
        if isinstance(value, dict):
            entries = self.entries or {}
            return all(key in value and _fits(wanted, value[key]) for key, wanted in entries.items())
        if isinstance(value, Range) and self.element is not None:
            return all(self.element.accepts(end) for end in (value.start, value.end) if end is not None)
        if isinstance(value, Function) and self.parameters is not None:
            return len(value.parameters) == len(self.parameters)
        return True


def _fits(wanted: Type, value: Value) -> bool:
    """Inside of lists and contexts null may stand for a value that is not known."""
    return value is None or wanted.accepts(value)


def coerced(wanted: Type, value: Value) -> Value:
    """`value` as a parameter of the type takes it: one value for a list, a list of one for a value; else null."""
    if value is None or wanted.name == "Any" or wanted.accepts(value):
        return value
    if wanted.name == "list" and not isinstance(value, list) and wanted.accepts([value]):
        return [value]
    if isinstance(value, list) and len(value) == 1 and wanted.accepts(value[0]):
        return value[0]
    return _to_date_time(wanted, value)


def _to_date_time(wanted: Type, value: Value) -> Value:
    return midnight(value, UTC_ZONE) if wanted.name == "date and time" and isinstance(value, Date) else None
