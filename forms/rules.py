"""Cross-field rules (root property cx.rules): conditions over several fields, shares, values that may appear once.

Each rule is an object with `zh`, `en` and `fields` (where the message is shown), and one of
    feel     a condition that must not be false:   {"feel": "attended <= due_attend", …}
    share    {"part": "attended", "whole": "due_attend", "atLeast": "1/2"}
    unique   a column that repeats no value:       {"each": "votes", "unique": "member"}
With `each` (path of a list) the condition is asked for each row, which it sees as `this`; `fields` are then columns.
A rule that meets null answers null and lets the values pass: what must be there is said by `required`. A rule is not
asked while something that it depends on has a problem of its own, nor where all its fields are hidden. `{path}` in a
message stands for the value there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import cast

from forms import messages
from forms.expressions import Expression, Path, Scope, look_up
from forms.messages import Label
from forms.problems import ValueProblem

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_EMPTY = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known about the values before the rules are asked."""

    facts: Scope  #: the context
    wrong: Collection[Path]  #: paths that have a problem already
    hidden: Collection[Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every rule has."""

    zh: str
    en: str
    fields: tuple[Path, ...]  #: from the form, or from the row
    each: Path = ()

    def broken(self, values: Mapping[str, object], standing: Standing) -> Iterator[ValueProblem]:
        """The problems that these values make."""
        scope = {**standing.facts, **values}
        if not self.each:
            yield from self._asked({**scope, "this": values}, (), standing)
            return
        for index, row in enumerate(cast("Sequence[object]", look_up(values, self.each) or ())):
            yield from self._asked({**scope, "this": row, "parent": values}, (*self.each, str(index)), standing)

    def depends_on(self) -> tuple[Path, ...]:
        """The paths that the rule reads, with "this" before those of the row."""
        raise NotImplementedError

    def is_broken(self, scope: Scope) -> bool:
        raise NotImplementedError

    def _asked(self, scope: Scope, row: Path, standing: Standing) -> Iterator[ValueProblem]:
        read = [row + path[1:] if path[0] == "this" else path for path in self.depends_on()]
        shown = [path for path in (row + field for field in self.fields) if not _lies_in(path, standing.hidden)]
        if not shown or any(_touches(path, standing.wrong) for path in (*read, *shown)) or not self.is_broken(scope):
            return
        zh, en = _filled_in(self.zh, scope), _filled_in(self.en, scope)
        for path in shown:
            yield ValueProblem(path=".".join(path), rule="rule", zh=zh, en=en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Rule):
    """`expression` must not be false."""

    expression: Expression

    def depends_on(self) -> tuple[Path, ...]:
        return tuple(self.expression.names())

    def is_broken(self, scope: Scope) -> bool:
        return self.expression.value(scope) is False


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Rule):
    """`part` must be at least this share of `whole`."""

    part: Expression
    whole: Expression
    least: Fraction

    def depends_on(self) -> tuple[Path, ...]:
        return (*self.part.names(), *self.whole.names())

    def is_broken(self, scope: Scope) -> bool:
        part, whole = self.part.value(scope), self.whole.value(scope)
        if not isinstance(part, Decimal) or not isinstance(whole, Decimal):
            return False
        return Fraction(part) < self.least * Fraction(whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique(Rule):
    """No two rows of `each` have the same value in `column`."""

    column: Path
    label: Label

    def broken(self, values: Mapping[str, object], standing: Standing) -> Iterator[ValueProblem]:  # noqa: ARG002
        seen: list[object] = []
        for index, row in enumerate(cast("Sequence[object]", look_up(values, self.each) or ())):
            value = look_up(row, self.column)
            if value is not None and value in seen:
                message = messages.repeated_row(self.label, value)
                path = ".".join((*self.each, str(index), *self.column))
                yield ValueProblem(path=path, rule=message.rule, zh=message.zh, en=message.en)
            seen.append(value)


def placeholders(text: str) -> tuple[str, ...]:
    """The paths that a message names in braces."""
    return tuple(_PLACEHOLDER.findall(text))


def _filled_in(text: str, scope: Scope) -> str:
    def value_of(match: re.Match[str]) -> str:
        value = look_up(scope, tuple(match[1].split(".")))
        return _EMPTY if value is None else messages.shown(value)

    return _PLACEHOLDER.sub(value_of, text)


def _lies_in(path: Path, others: Collection[Path]) -> bool:
    """Is it one of them, or inside of one? A list with a hidden column is there all the same."""
    return any(path[: len(other)] == other for other in others)


def _touches(path: Path, others: Collection[Path]) -> bool:
    """Is `path` one of the others, or above or below one?"""
    return any(path[: len(other)] == other[: len(path)] for other in others)
