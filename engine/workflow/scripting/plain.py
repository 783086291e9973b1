"""Copies a value into plain data under a budget, so that nothing but data crosses the border of the sandbox."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from decimal import Decimal

from engine.workflow.scripting.errors import ScriptError

MAX_NODES = 200_000
MAX_DEPTH = 40
MAX_TEXT = 1024 * 1024  #: characters of one text
MAX_INTEGER_BITS = 256


def plain_copy(value: object) -> object:
    """`value` as None, bool, int, float, str, list and dict with text keys, sharing nothing with the original.

    Dates become ISO 8601 text, durations ISO 8601 durations, Decimal its exact text, tuples lists. Raises ScriptError
    for anything else and when the copy would grow beyond the budget: one list shared 40 times over is small inside
    the sandbox and endless when it is written out.
    """
    return _Copier().copy(value, 0)


class _Copier:
    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_NODES

    def copy(self, value: object, depth: int) -> object:
        self.left -= 1
        if self.left < 0:
            raise _refused(f"more than {MAX_NODES:,} values", f"超过 {MAX_NODES:,} 个值")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            return self._text(value)  # type: ignore[arg-type]
        if kind is int:
            return _integer(value)  # type: ignore[arg-type]
        if kind is float:
            return _real(value)  # type: ignore[arg-type]
        if depth >= MAX_DEPTH:
            raise _refused(f"nested deeper than {MAX_DEPTH} levels", f"嵌套超过 {MAX_DEPTH} 层")
        if kind is dict:
            return {self._key(k): self.copy(v, depth + 1) for k, v in value.items()}  # type: ignore[attr-defined]
        if kind is list or kind is tuple:
            return [self.copy(item, depth + 1) for item in value]  # type: ignore[attr-defined]
        return _scalar(value)

    def _text(self, text: str) -> str:
        if len(text) > MAX_TEXT:
            raise _refused(f"a text longer than {MAX_TEXT:,} characters", f"文本超过 {MAX_TEXT:,} 个字符")
        # Long texts count by length too, else 200,000 of them would be 200 GB.
        self.left -= len(text) >> 8
        return text

    def _key(self, key: object) -> str:
        if type(key) is not str:
            raise _refused(f"a key that is no text: {key!r:.40}", f"键不是文本：{key!r:.40}")
        return self._text(key)


def _integer(value: int) -> int:
    if value.bit_length() > MAX_INTEGER_BITS:
        raise _refused(f"a whole number of more than {MAX_INTEGER_BITS} bits", f"整数超过 {MAX_INTEGER_BITS} 位二进制")
    return value


def _real(value: float) -> float:
    if not math.isfinite(value):
        raise _refused("a number that is not finite", "数值不是有限数")
    return value


def _scalar(value: object) -> str:
    # Exact types only: a subclass could bring behaviour along.
    kind = type(value)
    if kind is date or kind is datetime:
        return value.isoformat()  # type: ignore[attr-defined, no-any-return]
    if kind is timedelta:
        return _duration(value)  # type: ignore[arg-type]
    if kind is Decimal and value.is_finite():  # type: ignore[attr-defined]
        return str(value)
    name = getattr(value, "name", kind.__name__) if kind.__module__ == "pydantic_monty" else kind.__name__
    raise _refused(
        f"a {name!s:.60}; only text, numbers, lists and mappings", f"{name!s:.60}；只能是文本、数值、列表或映射"
    )


def _duration(value: timedelta) -> str:
    if value < timedelta(0):
        raise _refused("a negative duration", "时长为负")
    seconds = f"{value.seconds}" + (f".{value.microseconds:06d}".rstrip("0") if value.microseconds else "")
    return f"P{value.days}DT{seconds}S" if value.seconds or value.microseconds else f"P{value.days}D"


def _refused(en: str, zh: str) -> ScriptError:
    return ScriptError(0, f"the result holds {en}", zh=f"结果包含：{zh}")
