"""Form: a compiled form document. Checks values and says which of them the process, the files and the guard concern."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal, cast

from forms import messages
from forms.context import FormContext
from forms.description import FieldInfo, describe, in_language
from forms.document import Json, is_too_big
from forms.expressions import Scope, as_day, look_up
from forms.messages import Label
from forms.model import Entry, Leaf, Rows, filled, leaves
from forms.prefill import prefilled
from forms.problems import FormValuesRejected, Message, ValueProblem
from forms.rules import Rule, Standing
from forms.schema import build_schema, hidden_paths, load, with_hidden

MAX_VALUE_DEPTH = 12
MAX_VALUES = 20_000

Guard = Literal["refuse", "warn"]


class Form:
    """Immutable and safe to share between threads."""

    def __init__(
        self,
        *,
        document: Json,
        form_id: str,
        title: Label,
        guard: Guard,
        entries: tuple[Entry, ...],
        rules: tuple[Rule, ...],
    ) -> None:
        self.id = form_id
        self.title = title
        self.guard: Guard = guard  #: what a hit of the text guard means here
        self._document, self._entries, self._rules = document, entries, rules
        self._schema = build_schema(entries)
        self._leaves = tuple(leaves(entries))
        self._has_hidden = any(entry.hides for entry in _all(entries)) or any(leaf.locked for _, leaf in self._leaves)
        self.fields: tuple[FieldInfo, ...] = describe(entries)
        self.data_keys = tuple(".".join(entry.path) for entry in entries)
        self.process_keys = tuple(entry.path[0] for entry in entries if entry.process)
        self.sign_keys = tuple(".".join(path) for path, leaf in self._leaves if leaf.type == "sign")
        self.file_keys = tuple(".".join(path) for path, leaf in self._leaves if leaf.type == "file")

    def load(self, values: Mapping[str, object], context: FormContext) -> dict[str, object]:
        """The values, cleaned and typed (date, Decimal, bool, …); empty and hidden ones are left out.

        Raises FormValuesRejected with every problem.
        """
        clean, problems = self._checked(values, context)
        if problems:
            raise FormValuesRejected(problems)
        return clean

    def problems(self, values: Mapping[str, object], context: FormContext) -> tuple[ValueProblem, ...]:
        """What is wrong with the values, in the order of the form; () when they would be accepted."""
        return tuple(self._checked(values, context)[1])

    def document(self, language: str = "zh") -> dict[str, object]:
        """The form-js JSON in the reader's language."""
        return in_language(self._document, language)

    def prefilled(self, data: Mapping[str, object]) -> dict[str, object]:
        """The values with which it begins, of what the case knows (`cx.prefill`)."""
        return prefilled(self._document, data)

    def process_values(self, clean: Mapping[str, object]) -> dict[str, object]:
        """Of what `load` gave: the process variables, as plain JSON values. What was left out stays as it was."""
        return {key: plain(clean[key]) for key in self.process_keys if key in clean}

    def outcome(self, clean: Mapping[str, object]) -> str:
        """The stored code of the decision in this form (同意, 退回, …); "" for a form that decides nothing."""
        for path, leaf in self._leaves:
            if leaf.outcome:
                return str(look_up(clean, path) or "")
        return ""

    def texts(self, clean: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        """(path, text) of everything that was written freely: what the text guard reads."""
        for path, leaf, value in filled(self._entries, clean):
            if leaf.type == "text":
                yield ".".join(path), str(value)

    def file_values(self, clean: Mapping[str, object]) -> tuple[str, ...]:
        """Ids of all documents that the values name, each once."""
        found: dict[str, None] = {}
        for _, leaf, value in filled(self._entries, clean):
            if leaf.type == "file":
                found |= dict.fromkeys(cast("list[str]", value))
        return tuple(found)

    def _checked(
        self, values: Mapping[str, object], context: FormContext
    ) -> tuple[dict[str, object], list[ValueProblem]]:
        if not isinstance(values, Mapping):
            return {}, [_at("", messages.not_values())]
        if is_too_big(values, depth=MAX_VALUE_DEPTH, nodes=MAX_VALUES):
            return {}, [_at("", messages.too_big())]
        facts = context.facts()
        hidden = self._hidden(values, facts)
        clean, problems = load(self._schema, with_hidden(values, hidden))
        problems += self._reference_problems(clean, context)
        problems += self._date_problems(clean, facts)
        wrong = [tuple(problem.path.split(".")) for problem in problems]
        standing = Standing(facts=facts, wrong=wrong, hidden=hidden)
        for rule in self._rules:
            problems += rule.broken(clean, standing)
        return clean, problems

    def _hidden(self, values: Mapping[str, object], facts: Scope) -> set[tuple[str, ...]]:
        """Paths of what is hidden. What hides may itself be hidden by something else, so this is repeated until nothing
        new is found; the set only grows, so that it ends."""
        hidden: set[tuple[str, ...]] = set()
        while self._has_hidden:
            clean, _ = load(self._schema, with_hidden(values, hidden))
            found = hidden_paths(self._entries, clean, {**facts, **clean})
            if found <= hidden:
                break
            hidden |= found
        return hidden

    def _reference_problems(self, clean: Mapping[str, object], context: FormContext) -> Iterator[ValueProblem]:
        """Codes that only the organisation knows."""
        for path, leaf, value in filled(self._entries, clean):
            for message in _unknown_references(leaf, value, clean, context):
                yield _at(".".join(path), message)

    def _date_problems(self, clean: Mapping[str, object], facts: Scope) -> Iterator[ValueProblem]:
        """Days that are passed."""
        scope = {**facts, **clean}
        for path, leaf, value in filled(self._entries, clean):
            for edge in leaf.edges:
                row = look_row(clean, path, leaf)
                limit = as_day(edge.limit.value({**scope, "this": row}))
                day = as_day(value)
                if limit is None or day is None:
                    continue
                if edge.is_latest and day > limit:
                    yield _at(".".join(path), messages.too_late(leaf.label, limit))
                if not edge.is_latest and day < limit:
                    yield _at(".".join(path), messages.too_early(leaf.label, limit))


def look_row(clean: Mapping[str, object], path: tuple[str, ...], leaf: Leaf) -> object:
    """The row (or the form) in which the value at `path` stands."""
    row: object = clean
    for name in path[: len(path) - len(leaf.path)]:
        row = row[int(name)] if isinstance(row, list) else look_up(row, (name,))
    return row


def plain(value: object) -> object:
    """A value of `load` as JSON has it: dates as ISO texts, decimals as text."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {key: plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [plain(below) for below in value]
    return value


def _unknown_references(
    leaf: Leaf, value: object, clean: Mapping[str, object], context: FormContext
) -> Iterator[Message]:
    if leaf.type == "file":
        for name in cast("list[str]", value):
            if not context.is_attachment(name):
                yield messages.not_uploaded(leaf.label, name)
    elif leaf.type == "unit" and not context.is_unit(str(value)):
        yield messages.unknown_reference(leaf.label, "unit", value, "")
    elif leaf.type in {"user", "users", "dept"}:
        unit = _scope_unit(leaf.scope, clean, context)
        for name in cast("list[str]", value) if leaf.type == "users" else [str(value)]:
            if leaf.type == "dept" and not (
                context.is_department(name) and name.startswith(f"{unit}-" if unit else "")
            ):
                yield messages.unknown_reference(leaf.label, "dept", name, unit)
            if leaf.type != "dept" and not context.is_person(name, unit):
                yield messages.unknown_reference(leaf.label, "user", name, unit)


def _scope_unit(scope: str, clean: Mapping[str, object], context: FormContext) -> str:
    """The unit to which a person or department must belong; "" for any."""
    if scope == "unit":
        return context.unit
    key = scope.removeprefix("field:")
    return str(look_up(clean, tuple(key.split("."))) or "") if scope else ""


def _at(path: str, message: Message) -> ValueProblem:
    return ValueProblem(path=path, rule=message.rule, zh=message.zh, en=message.en)


def _all(entries: tuple[Entry, ...]) -> Iterator[Entry]:
    for entry in entries:
        yield entry
        if isinstance(entry, Rows):
            yield from _all(entry.entries)
