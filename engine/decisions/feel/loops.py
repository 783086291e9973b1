"""`for`, `some` and `every`: rounds over lists and ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from engine.decisions.feel import tree
from engine.decisions.feel.numbers import as_whole
from engine.decisions.feel.run import Compiled, Frame
from engine.decisions.feel.temporal import Date
from engine.decisions.feel.values import Range, Value

_Compile = Callable[[tree.Node], Compiled]
_Domain = Callable[[Frame], "Iterator[Value] | None"]


def compile_for(node: tree.For, compiled: _Compile) -> Compiled:
    names = [iterator.name for iterator in node.iterators]
    domains = [_domain(iterator, compiled) for iterator in node.iterators]
    body = compiled(node.body)

    def evaluate(frame: Frame) -> Value:
        partial: list[Value] = []
        for values in _rounds(frame, names, domains, {"partial": partial}):
            if values is None:
                return None
            partial.append(body(frame.inside(values)))
        return partial

    return evaluate


def compile_quantified(node: tree.Quantified, compiled: _Compile) -> Compiled:
    names = [iterator.name for iterator in node.iterators]
    domains = [_domain(iterator, compiled) for iterator in node.iterators]
    condition = compiled(node.condition)
    decisive = node.word == "some"

    def evaluate(frame: Frame) -> Value:
        unknown = False
        for values in _rounds(frame, names, domains, {}):
            if values is None:
                return None
            found = condition(frame.inside(values))
            if found is decisive:
                return decisive
            unknown = unknown or found is not (not decisive)
        return None if unknown else not decisive

    return evaluate


def _rounds(
    frame: Frame, names: Sequence[str], domains: Sequence[_Domain], values: dict[str, Value]
) -> Iterator[dict[str, Value] | None]:
    """Every combination, the last iterator fastest; None once when something cannot be gone over."""
    if not names:
        yield values
        return
    found = domains[0](frame.inside(values))
    if found is None:
        yield None
        return
    for value in found:
        frame.run.step()
        yield from _rounds(frame, names[1:], domains[1:], {**values, names[0]: value})


def _domain(node: tree.Iterator, compiled: _Compile) -> _Domain:
    domain = compiled(node.domain)
    if node.until is None:
        return lambda frame: _over(frame, domain(frame), node.at)
    until = compiled(node.until)
    return lambda frame: _from_to(frame, domain(frame), until(frame), node.at)


def _over(frame: Frame, value: Value, at: int) -> Iterator[Value] | None:
    if isinstance(value, list):
        return iter(value)
    if isinstance(value, Range):
        return _over_range(frame, value, at)
    if value is None:
        frame.run.note("没有可遍历的列表", "there is no list to go over", at)
        return None
    return iter([value])


def _over_range(frame: Frame, value: Range, at: int) -> Iterator[Value] | None:
    start, end = value.start, value.end
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        low, high = as_whole(start), as_whole(end)
        if low is not None and high is not None:
            return _numbers(low + (not value.start_included), high - (not value.end_included))
    if isinstance(start, Date) and isinstance(end, Date):
        first, last = start.days + (not value.start_included), end.days - (not value.end_included)
        return (Date.from_days(days) for days in range(first, last + 1))
    frame.run.note("只能遍历整数或日期的区间", "only a range of whole numbers or dates can be gone over", at)
    return None


def _from_to(frame: Frame, start: Value, end: Value, at: int) -> Iterator[Value] | None:
    """`start..end`, upward or downward, both ends included."""
    low, high = as_whole(start), as_whole(end)
    if low is not None and high is not None:
        return _numbers(low, high) if low <= high else (Decimal(value) for value in range(low, high - 1, -1))
    if isinstance(start, Date) and isinstance(end, Date):
        step = 1 if start.days <= end.days else -1
        return (Date.from_days(days) for days in range(start.days, end.days + step, step))
    frame.run.note("只能遍历整数或日期", "only whole numbers and dates can be gone over", at)
    return None


def _numbers(low: int, high: int) -> Iterator[Value]:
    return (Decimal(value) for value in range(low, high + 1))
