"""What a condition is made of once it is read, and its value in a scope. FEEL's meaning: null is "not known".

Equality with null is answered (null = null); an ordering with null, or between values of different kinds, is null;
`and`, `or` and `not` carry null on as in FEEL. A scope is a mapping of names to values; nothing else can be reached.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from typing import Literal as OneOf

Scope = Mapping[str, object]
Path = tuple[str, ...]
Ordering = OneOf["=", "!=", "<", "<=", ">", ">="]

_ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
#: China keeps one time all the year; datetimes without a zone are meant so.
CHINA = timezone(timedelta(hours=8))


class Expression:
    """A node of the tree."""

    def value(self, scope: Scope) -> object:
        raise NotImplementedError

    def parts(self) -> Sequence[Expression]:
        """The nodes directly below."""
        return ()

    def names(self) -> Iterator[Path]:
        """Every name that the value depends on."""
        for part in self.parts():
            yield from part.names()


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    constant: object

    def value(self, scope: Scope) -> object:  # noqa: ARG002
        return self.constant


@dataclass(frozen=True, slots=True)
class Name(Expression):
    """A value of the form or of the context. The path of a list's column gives the list of its values."""

    path: Path

    def value(self, scope: Scope) -> object:
        return look_up(scope, self.path)

    def names(self) -> Iterator[Path]:
        yield self.path


@dataclass(frozen=True, slots=True)
class ListOf(Expression):
    items: tuple[Expression, ...]

    def value(self, scope: Scope) -> object:
        return [item.value(scope) for item in self.items]

    def parts(self) -> Sequence[Expression]:
        return self.items


@dataclass(frozen=True, slots=True)
class Comparison(Expression):
    sign: Ordering
    left: Expression
    right: Expression

    def value(self, scope: Scope) -> object:
        left, right = self.left.value(scope), self.right.value(scope)
        if self.sign in _ORDERED:
            return in_order(self.sign, left, right)
        same = equal(left, right)
        return same if same is None or self.sign == "=" else not same

    def parts(self) -> Sequence[Expression]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Membership(Expression):
    """`left in right`; a single value on the right counts as a list of one."""

    left: Expression
    right: Expression

    def value(self, scope: Scope) -> object:
        left, right = self.left.value(scope), self.right.value(scope)
        if right is None:
            return None
        choices = right if isinstance(right, list | tuple) else (right,)
        return any(equal(left, choice) is True for choice in choices)

    def parts(self) -> Sequence[Expression]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Conjunction(Expression):
    """`and` (decisive False) and `or` (decisive True)."""

    decisive: bool
    items: tuple[Expression, ...]

    def value(self, scope: Scope) -> object:
        found = [_truth(item.value(scope)) for item in self.items]
        if self.decisive in found:
            return self.decisive
        return None if None in found else not self.decisive

    def parts(self) -> Sequence[Expression]:
        return self.items


@dataclass(frozen=True, slots=True)
class Negation(Expression):
    inner: Expression

    def value(self, scope: Scope) -> object:
        truth = _truth(self.inner.value(scope))
        return None if truth is None else not truth

    def parts(self) -> Sequence[Expression]:
        return (self.inner,)


@dataclass(frozen=True, slots=True)
class Count(Expression):
    inner: Expression

    def value(self, scope: Scope) -> object:
        items = self.inner.value(scope)
        return len(items) if isinstance(items, list | tuple) else None

    def parts(self) -> Sequence[Expression]:
        return (self.inner,)


@dataclass(frozen=True, slots=True)
class ToDate(Expression):
    inner: Expression

    def value(self, scope: Scope) -> object:
        found = self.inner.value(scope)
        moment = as_moment(found) if isinstance(found, str) else found
        return moment if isinstance(moment, date) else None

    def parts(self) -> Sequence[Expression]:
        return (self.inner,)


def look_up(scope: object, path: Path) -> object:
    """The value at `path`, None where there is none."""
    found = scope
    for step, name in enumerate(path):
        if isinstance(found, list | tuple):
            return [look_up(item, path[step:]) for item in found]
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def equal(left: object, right: object) -> bool | None:
    """FEEL's `=`: None where the two cannot be compared."""
    if left is None or right is None:
        return left is right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    pair = _comparable(left, right)
    return None if pair is None else pair[0] == pair[1]


def in_order(sign: str, left: object, right: object) -> bool | None:
    """FEEL's `<`, `<=`, `>`, `>=`: None where the two have no order."""
    pair = _comparable(left, right)
    return None if pair is None or isinstance(pair[0], bool) else _ORDERED[sign](*pair)


def as_moment(text: str) -> date | datetime | None:
    """A date or date-time in ISO form, as process data keeps them; None for any other text."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-03-23") else datetime.fromisoformat(text)
    except ValueError:
        return None


def as_day(value: object) -> date | None:
    """The day of a date, a date-time or an ISO text; None for anything else."""
    moment = as_moment(value) if isinstance(value, str) else value
    return _day(moment) if isinstance(moment, date) else None


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _comparable(left: object, right: object) -> tuple[object, object] | None:
    """Both values as one kind; None where they are of different kinds."""
    if isinstance(left, date | datetime) or isinstance(right, date | datetime):
        return _moments(left, right)
    if _is_number(left) and _is_number(right):
        return Decimal(str(left)), Decimal(str(right))
    for kind in (bool, str, time):
        if isinstance(left, kind) and isinstance(right, kind):
            return left, right
    return None


def _moments(left: object, right: object) -> tuple[object, object] | None:
    first, second = (as_moment(side) if isinstance(side, str) else side for side in (left, right))
    if isinstance(first, datetime) and isinstance(second, datetime):
        return _zoned(first), _zoned(second)
    if isinstance(first, date) and isinstance(second, date):
        return _day(first), _day(second)
    return None


def _zoned(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _day(moment: date) -> date:
    return _zoned(moment).astimezone(CHINA).date() if isinstance(moment, datetime) else moment


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and Decimal(str(value)).is_finite()
