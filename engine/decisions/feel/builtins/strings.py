"""Texts: DMN 1.5, chapter 10.3.4.3. Positions and lengths count code points."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.decisions.feel.arithmetic import MAX_TEXT
from engine.decisions.feel.builtins.declared import Here, builtin
from engine.decisions.feel.pattern import Pattern, PatternError, compile_pattern
from engine.decisions.feel.values import Value


@builtin("substring", "string:string start_position:whole length:whole?")
def substring(here: Here, text: str, start: int, length: int | None = None) -> Value:
    begin = start - 1 if start > 0 else len(text) + start
    if start == 0 or not 0 <= begin < max(len(text), 1):
        return here.nothing("起始位置超出文字", "the start lies outside of the text")
    if length is None:
        return text[begin:]
    return text[begin : begin + length] if length >= 0 else here.nothing("长度不能为负", "the length is negative")


@builtin("string length", "string:string")
def string_length(_: Here, text: str) -> Value:
    return Decimal(len(text))


@builtin("upper case", "string:string")
def upper_case(_: Here, text: str) -> Value:
    return text.upper()


@builtin("lower case", "string:string")
def lower_case(_: Here, text: str) -> Value:
    return text.lower()


@builtin("substring before", "string:string match:string")
def substring_before(_: Here, text: str, match: str) -> Value:
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after", "string:string match:string")
def substring_after(_: Here, text: str, match: str) -> Value:
    return text.partition(match)[2] if match else text


@builtin("contains", "string:string match:string")
def contains(_: Here, text: str, match: str) -> Value:
    return match in text


@builtin("starts with", "string:string match:string")
def starts_with(_: Here, text: str, match: str) -> Value:
    return text.startswith(match)


@builtin("ends with", "string:string match:string")
def ends_with(_: Here, text: str, match: str) -> Value:
    return text.endswith(match)


@builtin("string join", "list:list delimiter:string?! prefix:string?! suffix:string?!")
def string_join(
    here: Here, items: list[Value], delimiter: str | None = None, prefix: str | None = None, suffix: str | None = None
) -> Value:
    texts = [item for item in items if item is not None]
    if not all(isinstance(item, str) for item in texts):
        return here.nothing("列表中有不是文字的项", "an item is no text")
    return _limited(here, [prefix or "", (delimiter or "").join(map(str, texts)), suffix or ""])


def _limited(here: Here, parts: Sequence[str]) -> Value:
    if sum(map(len, parts)) > MAX_TEXT:
        return here.nothing("文字过长", "the text is too long")
    return "".join(parts)


def _pattern(here: Here, pattern: str, flags: str | None) -> Pattern | None:
    try:
        return compile_pattern(pattern, flags or "")
    except PatternError as error:
        here.nothing(f"正则表达式有误：{error.zh}", f"the pattern is wrong: {error.en}")
        return None


@builtin("matches", "input:string pattern:string flags:string?!")
def matches(here: Here, text: str, pattern: str, flags: str | None = None) -> Value:
    found = _pattern(here, pattern, flags)
    return found.search(text, 0, here.run.step) is not None if found is not None else None


@builtin("replace", "input:string pattern:string replacement:string flags:string?!")
def replace(here: Here, text: str, pattern: str, replacement: str, flags: str | None = None) -> Value:
    found = _pattern(here, pattern, flags)
    if found is None:
        return None
    if found.search("", 0, here.run.step) is not None:
        return here.nothing("能匹配空文字的表达式不能用于替换", "a pattern that matches nothing cannot be replaced")
    try:
        parts = found.replace(text, replacement, here.run.step)
    except PatternError as error:
        return here.nothing(error.zh, error.en)
    return _limited(here, parts)


@builtin("split", "string:string delimiter:string")
def split(here: Here, text: str, delimiter: str) -> Value:
    found = _pattern(here, delimiter, "")
    if found is None:
        return None
    if found.search("", 0, here.run.step) is not None:
        return here.nothing("能匹配空文字的表达式不能用于拆分", "a pattern that matches nothing cannot part a text")
    parts, start = [], 0
    for begin, end in found.spans(text, here.run.step):
        parts.append(text[start:begin])
        start = end
    return [*parts, text[start:]]


FUNCTIONS = (
    substring,
    string_length,
    upper_case,
    lower_case,
    substring_before,
    substring_after,
    contains,
    starts_with,
    ends_with,
    string_join,
    matches,
    replace,
    split,
)
