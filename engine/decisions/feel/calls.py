"""Calls of functions, built in or defined in the expression, and the definitions themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.decisions.feel import tree
from engine.decisions.feel.errors import FeelLimitExceeded
from engine.decisions.feel.run import MAX_CALLS, Compiled, Frame
from engine.decisions.feel.types import Type, coerced
from engine.decisions.feel.values import Function, Value, kind_of

_Compile = Callable[[tree.Node], Compiled]


class Absent:
    """Stands for an argument that was not given: null is a value."""


ABSENT = Absent()


def compile_call(node: tree.Call, compiled: _Compile) -> Compiled:
    function, at = _callee(node.function, compiled), node.at
    arguments = tuple(compiled(argument) for argument in node.arguments)
    names = node.names

    def evaluate(frame: Frame) -> Value:
        called = function(frame)
        if not isinstance(called, Function):
            if called is not None:
                kind = kind_of(called)
                frame.run.note(f"{kind} 不是函数", f"a {kind} is no function", at)
            return None
        given = [argument(frame) for argument in arguments]
        for candidate in (called, *called.others):
            ordered = _ordered(candidate, given, names)
            if ordered is not None and _suits(candidate, ordered):
                return invoke(frame, candidate, ordered, at)
        for candidate in (called, *called.others):
            ordered = _ordered(candidate, given, names)
            if ordered is not None:
                return invoke(frame, candidate, ordered, at)
        _tell_parameters(frame, called, at)
        return None

    return evaluate


def _callee(node: tree.Node, compiled: _Compile) -> Compiled:
    """What is called. A name means the nearest function of that name: a field called `date` does not hide date()."""
    found = compiled(node)
    if not isinstance(node, tree.Name):
        return found
    name = node.name

    def evaluate(frame: Frame) -> Value:
        scope: Frame | None = frame
        while scope is not None:
            value = scope.values.get(name)
            if isinstance(value, Function):
                return value
            scope = scope.outer
        return found(frame)

    return evaluate


def _suits(function: Function, arguments: Sequence[Value]) -> bool:
    """Whether a function with several forms means this one."""
    if not function.others and not function.kinds:
        return True
    pairs = zip(function.kinds, arguments, strict=False)
    return all(not kind or value is None or value is ABSENT or kind_of(value) == kind for kind, value in pairs)


def _tell_parameters(frame: Frame, function: Function, at: int) -> None:
    forms = [", ".join(one.parameters) for one in (function, *function.others)]
    frame.run.note(
        f"{function.name} 的参数不对，应为（{'）或（'.join(forms)}）",
        f"{function.name} takes ({') or ('.join(forms)})",
        at,
    )


def _ordered(function: Function, given: Sequence[Value], names: Sequence[str]) -> list[Value] | None:
    """The arguments as the function wants them; None when they do not fit."""
    count = len(function.parameters)
    required = count if function.required < 0 else function.required
    if names:
        by_name = dict(zip(names, given, strict=True))
        if len(by_name) != len(names) or not by_name.keys() <= set(function.parameters):
            return None
        found: list[Value] = [by_name.get(name, ABSENT) for name in function.parameters]
        if any(value is ABSENT for value in found[:required]):
            return None
        if function.variadic and not isinstance(found[-1], list):
            found[-1] = [] if found[-1] is ABSENT else [found[-1]]
        return found
    if function.variadic:
        if len(given) < required:
            return None
        fixed = count - 1
        return [*given[:fixed], list(given[fixed:])]
    if not required <= len(given) <= count:
        return None
    return [*given, *([ABSENT] * (count - len(given)))]


def invoke(frame: Frame, function: Function, arguments: Sequence[Value], at: int = -1) -> Value:
    """Call with arguments that are in order. Raises FeelLimitExceeded for functions that call without end."""
    run = frame.run
    run.step()
    run.calls += 1
    if run.calls > MAX_CALLS:
        raise FeelLimitExceeded(
            f"函数嵌套调用超过 {MAX_CALLS} 层；请检查是否无限递归",
            f"functions call one another more than {MAX_CALLS} deep; is there a recursion without end?",
        )
    try:
        return function.call(frame, at, *arguments)
    finally:
        run.calls -= 1


def compile_definition(node: tree.Definition, compiled: _Compile) -> Compiled:
    at = node.at
    if node.body is None:

        def outside(frame: Frame) -> Value:
            frame.run.note("不运行外部函数", "external functions are not run", at)
            return None

        return outside
    body, parameters, types = compiled(node.body), node.parameters, node.types

    def evaluate(frame: Frame) -> Value:
        def call(caller: Frame, called_at: int, *arguments: Value) -> Value:
            values = _taken(caller, parameters, types, arguments, called_at)
            # The names of the place where the function was written, the limits of the one where it runs.
            return body(Frame(values, caller.run, frame)) if values is not None else None

        return Function("function", parameters, call)

    return evaluate


def _taken(
    frame: Frame, parameters: Sequence[str], types: Sequence[Type | None], arguments: Sequence[Value], at: int
) -> dict[str, Value] | None:
    values: dict[str, Value] = {}
    for name, wanted, value in zip(parameters, types, arguments, strict=True):
        values[name] = coerced(wanted, value) if wanted is not None else value
        if values[name] is None and value is not None:
            kind = wanted.name if wanted is not None else ""
            frame.run.note(f"参数“{name}”应为 {kind}", f'the argument "{name}" must be a {kind}', at)
            return None
    return values
