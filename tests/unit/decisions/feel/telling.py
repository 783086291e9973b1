"""What an expression gives, as text: the examples of the chapters read like the standard itself."""

from __future__ import annotations

from collections.abc import Mapping

from engine.decisions.feel import DateTime, FeelSyntaxError, parse, parse_unary_tests, to_feel
from engine.decisions.feel.builtins.conversion import text_of
from engine.decisions.feel.temporal_text import parse_date_time

NOW = parse_date_time("2026-12-01T09:00:00+08:00")


def told(text: str, context: Mapping[str, object] | None = None, *, now: DateTime | None = NOW) -> str:
    """The value, with texts in quotation marks; "✗" for what is no expression."""
    values = {name: to_feel(value) for name, value in (context or {}).items()}
    try:
        return text_of(parse(text, names_in(values)).evaluate(values, now=now).value, quoted=True)
    except FeelSyntaxError:
        return "✗"


def passes(tests: str, value: object, context: Mapping[str, object] | None = None) -> object:
    values = {name: to_feel(one) for name, one in (context or {}).items()}
    return parse_unary_tests(tests, names_in(values)).evaluate(to_feel(value), values, now=NOW).value


def names_in(value: object) -> set[str]:
    """All names in a context, nested ones included."""
    if isinstance(value, Mapping):
        return {str(name) for name in value}.union(*map(names_in, value.values()))
    return set().union(*map(names_in, value)) if isinstance(value, list) else set()


def reasons(text: str) -> list[str]:
    """Why the value is null, in English."""
    return [note.en for note in parse(text).evaluate({}).notes]
