"""From entries to a marshmallow schema, and from marshmallow's errors to problems with paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from marshmallow import RAISE, Schema, ValidationError

from forms import messages
from forms.expressions import Path, Scope, look_up
from forms.fields import HIDDEN, Branch, FormField, RowsField
from forms.messages import Label
from forms.model import Entry, Leaf, Rows
from forms.problems import Message, ValueProblem

_UNKNOWN = "unknown"


class FormSchema(Schema):
    """Fields of one object. A key that no field has is a problem: a slip of the pen must not pass for silence."""

    error_messages = {"unknown": _UNKNOWN}  # noqa: RUF012  # as in marshmallow

    class Meta:
        unknown = RAISE


def build_schema(entries: Sequence[Entry]) -> Schema:
    """The schema of a form, or of a row of a list."""
    tree: dict[str, object] = {}
    for entry in entries:
        branch = tree
        for name in entry.path[:-1]:
            branch = cast("dict[str, object]", branch.setdefault(name, {}))
        branch[entry.path[-1]] = entry
    return _schema_of(tree)


def _schema_of(tree: Mapping[str, object]) -> Schema:
    fields: dict[str, FormField] = {}
    for name, below in tree.items():
        if isinstance(below, Leaf):
            fields[name] = below.field
        elif isinstance(below, Rows):
            schema = build_schema(below.entries)
            fields[name] = RowsField(below.label, schema, fewest=below.fewest, most=below.most)
        else:
            fields[name] = Branch(Label(name, name), _schema_of(cast("Mapping[str, object]", below)))
    return FormSchema.from_dict(fields)()  # type: ignore[arg-type]  # from_dict takes any mapping of fields


def load(schema: Schema, values: Mapping[str, object]) -> tuple[dict[str, object], list[ValueProblem]]:
    """The values as far as they are good, and what is wrong with the others."""
    try:
        return cast("dict[str, object]", schema.load(values)), []
    except ValidationError as error:
        found = list(_problems(error.messages, ()))
        found.sort(key=lambda problem: (problem.rule == _UNKNOWN, problem.path if problem.rule == _UNKNOWN else ""))
        return cast("dict[str, object]", error.valid_data), found


def _problems(found: object, path: Path) -> Iterator[ValueProblem]:
    if isinstance(found, Mapping):
        for key, below in found.items():
            yield from _problems(below, (*path, str(key)))
        return
    for item in cast("list[object]", found):
        message = messages.unknown_key(path[-1]) if item == _UNKNOWN else cast("Message", item)
        yield ValueProblem(path=".".join(path), rule=message.rule, zh=message.zh, en=message.en)


def hidden_paths(entries: Sequence[Entry], values: Mapping[str, object], scope: Scope, above: Path = ()) -> set[Path]:
    """Paths of all that is hidden or locked, given these values. scope: the names that conditions may use."""
    found: set[Path] = set()
    here = {**scope, "this": values}
    for entry in entries:
        path = above + entry.path
        if (isinstance(entry, Leaf) and entry.locked) or any(hide.value(here) is True for hide in entry.hides):
            found.add(path)
        elif isinstance(entry, Rows):
            for index, row in enumerate(cast("list[Mapping[str, object]]", look_up(values, entry.path) or ())):
                found |= hidden_paths(entry.entries, row, {**here, "parent": values}, (*path, str(index)))
    return found


def with_hidden(values: Mapping[str, object], paths: set[Path]) -> dict[str, object]:
    """A copy of the raw `values` in which HIDDEN stands at each of the paths."""
    found: object = dict(values)
    for path in paths:
        found = _placed(found, path)
    return cast("dict[str, object]", found)


def _placed(node: object, path: Path) -> object:
    """A copy of `node` with HIDDEN at `path`; what has not the shape of the form stays, to be refused later."""
    if not path:
        return HIDDEN
    name, rest = path[0], path[1:]
    if isinstance(node, Mapping):
        below = node.get(name)
        return {**node, name: _placed({} if below is None and rest else below, rest)}
    if isinstance(node, list | tuple) and name.isdecimal() and int(name) < len(node):
        index = int(name)
        return [*node[:index], _placed(node[index], rest), *node[index + 1 :]]
    return node
