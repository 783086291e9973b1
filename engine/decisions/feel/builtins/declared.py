"""How a built-in function is declared: its name, its parameters with their kinds, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.decisions.feel.calls import ABSENT, invoke
from engine.decisions.feel.numbers import as_whole
from engine.decisions.feel.run import Frame, Run
from engine.decisions.feel.values import Function, Value, kind_of

Body = Callable[..., Value]


@dataclass(frozen=True, slots=True)
class Here:
    """The call that a built-in function answers."""

    frame: Frame
    at: int
    name: str

    @property
    def run(self) -> Run:
        return self.frame.run

    def nothing(self, zh: str, en: str) -> Value:
        """Null, and why."""
        self.run.note(f"{self.name}：{zh}", f"{self.name}: {en}", self.at)
        return None

    def call(self, function: Function, *arguments: Value) -> Value:
        """Call a function that came as an argument."""
        return invoke(self.frame, function, arguments, self.at)


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    kind: str  #: as kind_of; "whole": a number without fraction; "any"
    optional: bool
    nullable: bool


#: Names of kinds in a declaration, which has no blanks.
_KINDS = {"days": "days and time duration", "months": "years and months duration", "moment": "date and time"}


def builtin(name: str, *forms: str) -> Callable[[Body], Function]:
    """Declare a function. Each form is a list of parameters, `string_name:kind`, parted by blanks.

    `?` behind the kind: may be left out; `!`: may be null; a last `...`: the parameter takes all arguments left.
    Without a kind anything may come. An argument of another kind makes the result null, and the reason is told.
    """

    def declare(body: Body) -> Function:
        functions = [_function(name, form, body) for form in forms or ("",)]
        first, *others = functions
        if not others:
            return first
        return Function(
            first.name, first.parameters, first.call, first.required, first.variadic, first.kinds, tuple(others)
        )

    return declare


def _function(name: str, form: str, body: Body) -> Function:
    words = form.split()
    variadic = bool(words) and words[-1] == "..."
    parameters = [_parameter(word) for word in words if word != "..."]

    def call(frame: Frame, at: int, *arguments: Value) -> Value:
        here = Here(frame, at, name)
        taken: list[Value] = []
        for parameter, argument in zip(parameters, arguments, strict=True):
            value = _taken(here, parameter, argument)
            if value is _REFUSED:
                return None
            taken.append(value)
        return body(here, *taken)

    return Function(
        name,
        tuple(parameter.name for parameter in parameters),
        call,
        sum(not parameter.optional for parameter in parameters) - variadic,
        variadic,
        tuple(_expected_kind(parameter) for parameter in parameters),
    )


def _parameter(word: str) -> _Parameter:
    name, _, kind = word.partition(":")
    bare = kind.rstrip("?!")
    return _Parameter(
        name.replace("_", " "), _KINDS.get(bare, bare) or "any", "?" in kind, "!" in kind or not bare or bare == "any"
    )


def _expected_kind(parameter: _Parameter) -> str:
    return {"any": "", "whole": "number", "list": ""}.get(parameter.kind, parameter.kind)


_REFUSED = object()


def _taken(here: Here, parameter: _Parameter, argument: Value) -> Value:
    """The argument as the body gets it: an int for a whole number, a list of one for a value where a list goes."""
    if argument is ABSENT or (argument is None and parameter.optional):
        return None
    if argument is None:
        return None if parameter.nullable else _refuse(here, parameter, argument)
    kind = parameter.kind
    if kind == "any":
        return argument
    if kind == "list":
        return argument if isinstance(argument, list) else [argument]
    if isinstance(argument, list) and len(argument) == 1:
        argument = argument[0]
    if kind == "whole":
        whole = as_whole(argument)
        return whole if whole is not None else _refuse(here, parameter, argument)
    return argument if kind_of(argument) == kind else _refuse(here, parameter, argument)


def _refuse(here: Here, parameter: _Parameter, argument: Value) -> Value:
    given = kind_of(argument)
    here.nothing(
        f"参数“{parameter.name}”应为 {parameter.kind}，而不是 {given}",
        f'"{parameter.name}" must be a {parameter.kind}, not a {given}',
    )
    return _REFUSED


def all_of_kind(items: Sequence[Any], kind: type) -> bool:
    return all(isinstance(item, kind) and not (kind is Decimal and isinstance(item, bool)) for item in items)
