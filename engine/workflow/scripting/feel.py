"""Expressions in FEEL: read once, evaluated here. The language has nothing that could reach outside, so no sandbox.

To the rest of the engine such an expression is text that begins with a mark: what the drawing says in `language` has to
travel with the text, and no expression in Python begins so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from engine.decisions.answers import plain
from engine.decisions.feel import Expression, FeelLimitExceeded, FeelSyntaxError, Outcome, parse, to_feel
from engine.decisions.feel.reads import reads
from engine.decisions.feel.temporal import DateTime
from engine.workflow.scripting.clock import current_step
from engine.workflow.scripting.errors import ScriptError

CONDITION, VALUE = "feel-condition:", "feel:"


class Prepared(NamedTuple):
    """An expression as it was read. names: that it mentions anywhere; only these leave the process data."""

    expression: Expression
    names: frozenset[str]
    is_condition: bool


def marked(text: str, *, condition: bool) -> str:
    """`text` as the engine carries it; what is marked stays as it is. condition: it must give true or false."""
    if is_marked(text):
        return text
    return f"{CONDITION if condition else VALUE}{text.strip()}"


def is_marked(expression: str) -> bool:
    return expression.startswith((CONDITION, VALUE))


@lru_cache(maxsize=1024)
def prepared(expression: str) -> Prepared:
    """Read a marked expression. Raises ScriptError with the place of the mistake."""
    mark, _, text = expression.partition(":")
    try:
        found = parse(text)
    except FeelSyntaxError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ScriptError(line, f"FEEL, {error.en}", kind="SyntaxError", zh=f"FEEL {error.zh}") from None
    return Prepared(found, frozenset(read.path[0] for read in reads(found.tree)), is_condition=f"{mark}:" == CONDITION)


def evaluate(expression: str, *scopes: Mapping[str, object]) -> object:
    """The value of a marked expression as plain data; of several scopes that know a name the last counts.

    Raises ScriptError where a condition is neither true nor false, with the reason: null is no way to go.
    """
    found = prepared(expression)
    known = {name: to_feel(scope[name]) for scope in scopes for name in found.names if name in scope}
    now = to_feel(current_step().at)
    try:
        outcome = found.expression.evaluate(known, now=now if isinstance(now, DateTime) else None)
    except FeelLimitExceeded as error:
        raise ScriptError(0, f"FEEL: {error.en}", kind="TimeoutError", zh=f"FEEL：{error.zh}") from None
    if found.is_condition and not isinstance(outcome.value, bool):
        missing = [name for name in sorted(found.names) if name not in known]
        raise _without_answer(outcome, missing[0] if missing and outcome.value is None else "")
    return plain(outcome.value)


def _without_answer(outcome: Outcome, missing: str) -> ScriptError:
    """missing: a variable that has no value. It is told as in the other language: conditional events wait for one."""
    zh = "；".join(note.zh for note in outcome.notes[:3]) or "结果不是 true 或 false"
    en = "; ".join(note.en for note in outcome.notes[:3]) or "the result is neither true nor false"
    if missing:
        zh, en = f"变量“{missing}”没有值：{zh}", f"{missing} has no value: {en}"
    kind = "NameError" if missing else "TypeError"
    return ScriptError(0, f"the FEEL condition gives no answer: {en}", kind=kind, zh=f"FEEL 条件没有结果：{zh}")
