"""A compiled form from the inside: entries in the order of the form, each with its field and its conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import Literal, cast

from forms.expressions import Expression, Path, look_up
from forms.fields import FormField
from forms.messages import Label

#: Types of domain.md, as the REST interface names them.
FieldType = Literal[
    "text", "int", "dec", "date", "time", "datetime", "bool", "enum", "multi",
    "user", "users", "dept", "unit", "table", "file", "sign",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice: `value` is what is stored, in every language the same."""

    value: str
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class DateEdge:
    """A day that a date may not pass."""

    is_latest: bool  #: False: the earliest day
    limit: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every entry has. `path` counts from the form or, in a list, from the row."""

    id: str  #: of the component
    path: Path
    label: Label
    description: Label
    hides: tuple[Expression, ...] = ()  #: hidden when any is true; those of the groups around it are among them
    hide_texts: tuple[str, ...] = ()  #: the same as they were written


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf(Common):
    """A field with one value."""

    type: FieldType
    field: FormField
    required: bool = False
    locked: bool = False  #: readonly or disabled: shown only; what is sent for it is dropped
    process: bool = False  #: its value goes into the process variables
    outcome: bool = False  #: its value is the outcome of the task
    scope: str = ""  #: "unit" or "field:<key>": the unit to which the person or department must belong
    edges: tuple[DateEdge, ...] = ()
    options: tuple[Option, ...] = ()
    facts: Mapping[str, object] = made(default_factory=dict)  #: limits, for the public description


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows(Common):
    """A list of rows."""

    entries: tuple[Entry, ...]
    fewest: int
    most: int
    process: bool = False  #: its rows go into the process variables


Entry = Leaf | Rows


def leaves(entries: tuple[Entry, ...]) -> Iterator[tuple[Path, Leaf]]:
    """Every field with its path from the form, columns of lists included ("measures", "by")."""
    for entry in entries:
        if isinstance(entry, Leaf):
            yield entry.path, entry
        else:
            for path, leaf in leaves(entry.entries):
                yield entry.path + path, leaf


def filled(
    entries: tuple[Entry, ...], values: Mapping[str, object], above: Path = ()
) -> Iterator[tuple[Path, Leaf, object]]:
    """Every field that has a value, with the path of the value ("measures", "0", "by")."""
    for entry in entries:
        value = look_up(values, entry.path)
        if value is None:
            continue
        if isinstance(entry, Leaf):
            yield above + entry.path, entry, value
        else:
            for index, row in enumerate(cast("Sequence[Mapping[str, object]]", value)):
                yield from filled(entry.entries, row, (*above, *entry.path, str(index)))
