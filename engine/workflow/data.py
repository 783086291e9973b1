"""What a token carries: shared snapshots of process data, and the forks that tell at a join who changed what.

A snapshot is never changed in place, so tokens, their successors and the caller may all hold the same one, and
"unchanged" is an identity test. Whoever changes data makes a new dictionary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from engine.errors import InputRejected

Values = dict[str, Any]

#: Forks nested deeper than this forget the outermost: a loop around a split without a join would grow the state.
MAX_FORK_DEPTH = 12

#: Values nested deeper than this are refused: process data holds what gateways need, not documents.
MAX_VALUE_DEPTH = 30


class Snapshot:
    """Data as it lay in a stored state: a base and what differs from it. Put together on first touch."""

    __slots__ = ("_values", "base", "gone", "own")

    def __init__(self, base: Snapshot | None, own: Values, gone: tuple[str, ...] = ()) -> None:
        self.base, self.own, self.gone = base, own, gone
        self._values: Values | None = own if base is None else None

    def load(self) -> Values:
        if self._values is None:
            base = self.base.load() if self.base is not None else {}
            self._values = {**base, **self.own}
            for name in self.gone:
                self._values.pop(name, None)
        return self._values


Data = Values | Snapshot


def load(data: Data) -> Values:
    """The values of `data`; not to be changed in place."""
    return data.load() if isinstance(data, Snapshot) else data


class Fork:
    """Data at the moment when one token became several; `outer` is the fork around it."""

    __slots__ = ("data", "depth", "outer")

    def __init__(self, data: Data, outer: Fork | None) -> None:
        if outer is not None and outer.depth >= MAX_FORK_DEPTH:
            outer = None
        self.data = data
        self.outer = outer
        self.depth: int = outer.depth + 1 if outer is not None else 1


class Carrier(Protocol):
    """Anything that carries data: a token."""

    carried: Data
    fork: Fork | None


_ABSENT = object()


def merge(tokens: Sequence[Carrier]) -> Data:
    """Data of several tokens as one: what a token changed since they parted beats what it merely carried along.

    Between two that changed the same variable the later in `tokens` wins.
    """
    if not tokens:
        return {}
    parted = common_fork(tokens)
    base = load(parted.data) if parted is not None else {}
    first, *others = tokens
    result = first.carried
    for token in others:
        if token.carried is result:
            continue
        merged = dict(load(result))
        for name, value in load(token.carried).items():
            if name not in merged or changed(base.get(name, _ABSENT), value):
                merged[name] = value
        result = merged
    return result


def overlay(tokens: Sequence[Carrier], news: Values, outside: Fork | None = None) -> None:
    """Merge `news` into the data of all tokens and forks, so that it counts as changed by none of them.

    outside: the fork of the activity of which they are the inside, to which all of it is news.
    """
    forks: dict[int, Fork] = {}
    beyond = {id(fork) for fork in _outwards(outside)}
    for token in tokens:
        fork = token.fork
        while fork is not None and id(fork) not in forks and id(fork) not in beyond:
            forks[id(fork)] = fork
            fork = fork.outer
    old = [token.carried for token in tokens] + [fork.data for fork in forks.values()]
    renewed = {id(data): {**load(data), **news} for data in old}  # who shared data goes on sharing it
    for token in tokens:
        token.carried = renewed[id(token.carried)]
    for fork in forks.values():
        fork.data = renewed[id(fork.data)]


def _outwards(fork: Fork | None) -> Iterator[Fork]:
    while fork is not None:
        yield fork
        fork = fork.outer


def changed(before: object, after: object) -> bool:
    return before is not after and (before.__class__ is not after.__class__ or before != after)


def common_fork(tokens: Sequence[Carrier]) -> Fork | None:
    """The fork where the ways of `tokens` parted; None when they share none."""
    common = tokens[0].fork
    for token in tokens[1:]:
        other = token.fork
        while common is not other:
            if common is None or other is None:
                return None
            if common.depth >= other.depth:
                common = common.outer
            else:
                other = other.outer
    return common


def plain(values: Mapping[str, object]) -> Values:
    """`values` as process data may hold them: text, numbers, truth, nothing, lists and objects of these.

    Dates become ISO text and decimals numbers, so that a condition sees the same before and after a store.
    Raises InputRejected for anything else.
    """
    return {_key(name): _plain(value, name, 0) for name, value in values.items()}


def _key(name: object) -> str:
    if not isinstance(name, str):
        raise InputRejected(f"变量名必须是文本：{name!r}", f"A variable name must be text: {name!r}", field=str(name))
    return name


def _plain(value: object, name: str, depth: int) -> object:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if depth > MAX_VALUE_DEPTH:
        raise InputRejected(f"变量 {name} 嵌套过深", f"Variable {name} is nested too deeply", field=name)
    if isinstance(value, Mapping):
        return {_key(key): _plain(item, name, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, name, depth + 1) for item in value]
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, UUID):
        return str(value)
    kind = type(value).__name__
    raise InputRejected(f"变量 {name} 的类型 {kind} 不能存入流程数据", f"Variable {name} is a {kind}", field=name)
