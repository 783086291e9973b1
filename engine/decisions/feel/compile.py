"""From an expression as read to one that runs: a function for each part, made once, called any number of times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.decisions.feel import tree
from engine.decisions.feel.arithmetic import SIGNS, negate
from engine.decisions.feel.calls import compile_call, compile_definition
from engine.decisions.feel.loops import compile_for, compile_quantified
from engine.decisions.feel.members import MISSING, member
from engine.decisions.feel.numbers import as_whole
from engine.decisions.feel.run import Compiled, Frame
from engine.decisions.feel.values import Range, Value, compare, equal, kind_of

_ORDERS: Mapping[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def compiled(node: tree.Node) -> Compiled:
    """The function that evaluates `node`."""
    return _COMPILERS[type(node)](node)


def _literal(node: tree.Literal) -> Compiled:
    value = node.value
    return lambda _: value


def _name(node: tree.Name) -> Compiled:
    name, at = node.name, node.at

    def evaluate(frame: Frame) -> Value:
        scope: Frame | None = frame
        while scope is not None:
            if name in scope.values:
                return scope.values[name]
            scope = scope.outer
        frame.run.note(f"没有名为“{name}”的变量", f'there is no variable "{name}"', at)
        return None

    return evaluate


def _path(node: tree.Path) -> Compiled:
    source, name, at = compiled(node.source), node.name, node.at

    def evaluate(frame: Frame) -> Value:
        value = source(frame)
        found = member(value, name)
        if found is MISSING:
            kind = kind_of(value)
            frame.run.note(f"{kind} 没有“{name}”这一项", f'a {kind} has no "{name}"', at)
            return None
        return found

    return evaluate


def _filter(node: tree.Filter) -> Compiled:
    by_index = isinstance(node.condition, (tree.Literal, tree.Negate)) and _is_number(node.condition)
    return filtered(compiled(node.source), compiled(node.condition), by_index=by_index, at=node.at)


def filtered(source: Compiled, condition: Compiled, *, by_index: bool, at: int) -> Compiled:
    """The items of a list that meet a condition, or the one at a position. by_index: the condition is a number."""

    def evaluate(frame: Frame) -> Value:
        value = source(frame)
        items = value if isinstance(value, list) else [] if value is None else [value]
        if by_index:
            return _item(frame, items, condition(frame), at)
        found = []
        for item in items:
            frame.run.step()
            outcome = condition(_about(frame, item))
            position = as_whole(outcome)
            if position is not None and not isinstance(outcome, bool):
                return _item(frame, items, outcome, at)
            if outcome is True:
                found.append(item)
        return found

    return evaluate


def _is_number(node: tree.Node) -> bool:
    while isinstance(node, tree.Negate):
        node = node.operand
    return isinstance(node, tree.Literal) and as_whole(node.value) is not None


def _about(frame: Frame, item: Value) -> Frame:
    """A scope in which the entries of `item`, or its parts, can be named directly."""
    entries: dict[str, Value] = {"item": item}
    if isinstance(item, dict):
        entries |= item
    return frame.inside(entries)


def _item(frame: Frame, items: list[Value], position: Value, at: int) -> Value:
    whole = as_whole(position)
    if whole is None or whole == 0 or abs(whole) > len(items):
        frame.run.note("列表中没有这个位置", "the list has no such position", at)
        return None
    return items[whole - 1 if whole > 0 else whole]


def _negate(node: tree.Negate) -> Compiled:
    operand, at = compiled(node.operand), node.at

    def evaluate(frame: Frame) -> Value:
        value = operand(frame)
        found = negate(value)
        if found is None and value is not None:
            frame.run.note(f"{kind_of(value)} 不能取负", f"a {kind_of(value)} cannot be negated", at)
        return found

    return evaluate


def _chain(node: tree.Chain) -> Compiled:
    first, at = compiled(node.first), node.at
    rest = tuple((sign, SIGNS[sign], compiled(operand)) for sign, operand in node.rest)

    def evaluate(frame: Frame) -> Value:
        value = first(frame)
        for sign, operation, operand in rest:
            other = operand(frame)
            found = operation(value, other)
            if found is None and value is not None and other is not None:
                kinds = f"{kind_of(value)} {sign} {kind_of(other)}"
                frame.run.note(f"{kinds} 没有结果", f"{kinds} gives nothing", at)
            value = found
        return value

    return evaluate


def _comparison(node: tree.Comparison) -> Compiled:
    left, right, at = compiled(node.left), compiled(node.right), node.at
    judged = judge(node.sign, at)
    return lambda frame: judged(frame, left(frame), right(frame))


def judge(sign: str, at: int) -> Callable[[Frame, Value, Value], Value]:
    """What `left sign right` gives for two values."""
    if sign in {"=", "!="}:
        return _judge_equality(sign == "=", at)
    holds = _ORDERS[sign]

    def judged(frame: Frame, left: Value, right: Value) -> Value:
        order = compare(left, right)
        if order is not None:
            return holds(order)
        if left is not None and right is not None:
            _not_comparable(frame, left, right, at)
        return None

    return judged


def _judge_equality(wanted: bool, at: int) -> Callable[[Frame, Value, Value], Value]:
    def judged(frame: Frame, left: Value, right: Value) -> Value:
        same = equal(left, right)
        if same is None:
            _not_comparable(frame, left, right, at)
            return None
        return same is wanted

    return judged


def _not_comparable(frame: Frame, left: Value, right: Value, at: int) -> None:
    kinds = kind_of(left), kind_of(right)
    frame.run.note("{} 与 {} 不能比较".format(*kinds), "a {} and a {} cannot be compared".format(*kinds), at)


def _between(node: tree.Between) -> Compiled:
    value, low, high = compiled(node.value), compiled(node.low), compiled(node.high)
    above, below = judge(">=", node.at), judge("<=", node.at)

    def evaluate(frame: Frame) -> Value:
        middle = value(frame)
        return _all_of((above(frame, middle, low(frame)), below(frame, middle, high(frame))))

    return evaluate


def _all_of(found: tuple[Value, ...]) -> Value:
    if any(value is False for value in found):
        return False
    return True if all(value is True for value in found) else None


def _logic(node: tree.Logic) -> Compiled:
    parts = tuple(compiled(part) for part in node.parts)
    decisive = node.word == "or"  #: the value that settles it

    def evaluate(frame: Frame) -> Value:
        unknown = False
        for part in parts:
            value = part(frame)
            if value is decisive:
                return decisive
            unknown = unknown or value is not (not decisive)
        return None if unknown else not decisive

    return evaluate


_CONDITIONS = (tree.Comparison, tree.Logic, tree.Between, tree.In, tree.Quantified, tree.InstanceOf)


def compiled_test(node: tree.Test) -> Callable[[Frame, Value], Value]:
    """The function that says whether a value passes one unary test."""
    operand, at = compiled(node.operand), node.at
    if node.sign is not None:
        judged = judge(node.sign, at)
        return lambda frame, value: judged(frame, value, operand(frame))
    if node.mentions_input:
        return lambda frame, value: operand(frame.inside({"?": value})) is True
    if isinstance(node.operand, _CONDITIONS):
        return lambda frame, _value: operand(frame)  # about other things than the value: it decides by itself
    if isinstance(node.operand, tree.Literal) and isinstance(node.operand.value, bool):
        literal = node.operand.value
        return lambda frame, value: _same(frame, value, literal, at)
    return lambda frame, value: _passes(frame, value, operand(frame), at)


def _passes(frame: Frame, value: Value, wanted: Value, at: int) -> Value:
    if isinstance(wanted, Range) and not isinstance(value, Range):
        inside = wanted.contains(value)
        if inside is None and value is not None:
            _not_comparable(frame, value, wanted, at)
        return inside
    if isinstance(wanted, list) and not isinstance(value, list):
        return _any_of([_passes(frame, value, one, at) for one in wanted])
    if isinstance(wanted, list) and equal(value, wanted) is not True:
        return _any_of([equal(value, one) for one in wanted])
    if isinstance(wanted, bool) and not isinstance(value, bool):
        return wanted  # a condition about other things than the value
    return _same(frame, value, wanted, at)


def _same(frame: Frame, value: Value, wanted: Value, at: int) -> Value:
    same = equal(value, wanted)
    if same is None:
        _not_comparable(frame, value, wanted, at)
    return same


def _any_of(found: list[Any]) -> Value:
    if any(value is True for value in found):
        return True
    return None if any(value is None for value in found) else False


def compiled_tests(node: tree.Tests) -> Callable[[Frame, Value], Value]:
    """The function that says whether a value passes the tests of a cell: true, false or null."""
    tests = tuple(compiled_test(test) for test in node.tests)
    if not tests:
        return lambda _frame, _value: True
    if len(tests) == 1 and not node.negated:
        return tests[0]

    def judged(frame: Frame, value: Value) -> Value:
        found = _any_of([test(frame, value) for test in tests])
        return (not found) if node.negated and found is not None else found

    return judged


def _in(node: tree.In) -> Compiled:
    value = compiled(node.value)
    tests = compiled_tests(tree.Tests(node.at, node.tests))
    return lambda frame: tests(frame, value(frame))


def _if(node: tree.If) -> Compiled:
    condition, then, otherwise = compiled(node.condition), compiled(node.then), compiled(node.otherwise)
    return lambda frame: then(frame) if condition(frame) is True else otherwise(frame)


def _instance(node: tree.InstanceOf) -> Compiled:
    value, wanted = compiled(node.value), node.type
    return lambda frame: wanted.accepts(value(frame))


def _list(node: tree.ListOf) -> Compiled:
    items = tuple(compiled(item) for item in node.items)
    return lambda frame: [item(frame) for item in items]


def _context(node: tree.ContextOf) -> Compiled:
    entries = tuple((key, compiled(value)) for key, value in node.entries)

    def evaluate(frame: Frame) -> Value:
        found: dict[str, Value] = {}
        inner = frame.inside(found)  # later entries see earlier ones
        for key, value in entries:
            found[key] = value(inner)
        return found

    return evaluate


def _range(node: tree.RangeOf) -> Compiled:
    start = compiled(node.start) if node.start is not None else None
    end = compiled(node.end) if node.end is not None else None
    at = node.at

    def evaluate(frame: Frame) -> Value:
        low = start(frame) if start is not None else None
        high = end(frame) if end is not None else None
        fits = _ends_fit(low, high) if start is not None and end is not None else (low is not None or high is not None)
        if not fits:
            frame.run.note("区间的两端不能比较", "the ends of the range cannot be compared", at)
            return None
        return Range(low, high, node.start_included and low is not None, node.end_included and high is not None)

    return evaluate


def _ends_fit(low: Value, high: Value) -> bool:
    if low is None and high is None:
        return False
    return low is None or high is None or compare(low, high) is not None


_COMPILERS: dict[type, Callable[[Any], Compiled]] = {
    tree.Literal: _literal,
    tree.Name: _name,
    tree.Path: _path,
    tree.Filter: _filter,
    tree.Call: lambda node: compile_call(node, compiled),
    tree.Definition: lambda node: compile_definition(node, compiled),
    tree.Negate: _negate,
    tree.Chain: _chain,
    tree.Comparison: _comparison,
    tree.Between: _between,
    tree.Logic: _logic,
    tree.In: _in,
    tree.InstanceOf: _instance,
    tree.If: _if,
    tree.For: lambda node: compile_for(node, compiled),
    tree.Quantified: lambda node: compile_quantified(node, compiled),
    tree.ListOf: _list,
    tree.ContextOf: _context,
    tree.RangeOf: _range,
}
