"""FEEL for forms: conditions, rules and limits of a form document run by the one interpreter.

Fields and parts of the case become values of FEEL: numbers exact, dates and date-times as such, also where process data
keep them as ISO text. What cannot be answered is null, which hides nothing and breaks no rule; the log tells where.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

import structlog

from engine.decisions.feel import Date, DateTime, Expression, FeelError, FeelSyntaxError, Time, parse, to_feel, tree
from engine.decisions.feel.reads import Read, reads
from engine.decisions.feel.values import Value
from engine.decisions.working_days import WORKING_DAY_NAMES
from forms.expressions import NotUnderstood, Path, Scope, as_moment, zoned

logger = structlog.get_logger(__name__)

MAX_STEPS = 20_000  #: of one condition; a list has 1,000 rows at most
_CLOCKS = frozenset({"now", "today"})


class FormFeel:
    """Reads the expressions of one form. form_key: for the log."""

    def __init__(self, form_key: str) -> None:
        self._form_key = form_key

    def __call__(self, text: str, where: str) -> FormExpression:
        """Raises NotUnderstood with the place in the text."""
        written = text.strip()
        body = written.removeprefix("=")
        lead = len(written) - len(body)
        try:
            expression = parse(body, WORKING_DAY_NAMES)
        except FeelSyntaxError as error:
            raise NotUnderstood(error.position + lead + 1, error.plain_zh, error.plain_en) from None
        for call in _calls(expression.tree):
            if isinstance(call.function, tree.Name) and call.function.name in _CLOCKS:
                zh, en = "请改用 today（业务日期，不带括号）", "write today, the business day, without brackets"
                raise NotUnderstood(call.at + lead + 1, zh, en)
        return FormExpression(expression, self._form_key, where)


class FormExpression:
    """An expression of a form. Immutable; shared by all threads."""

    __slots__ = ("_expression", "_form_key", "_names", "_reads", "_where")

    def __init__(self, expression: Expression, form_key: str, where: str) -> None:
        self._expression, self._form_key, self._where = expression, form_key, where
        self._reads: tuple[Read, ...] = reads(expression.tree)
        sure = (read.path for read in self._reads if read.is_sure and read.path[0] not in WORKING_DAY_NAMES)
        self._names = tuple(dict.fromkeys(sure))

    def names(self) -> Iterable[Path]:
        return self._names

    def value(self, scope: Scope) -> object:
        context = self._context(scope)
        try:
            outcome = self._expression.evaluate(context, max_steps=MAX_STEPS)
        except FeelError:
            logger.warning(
                "condition of a form beyond its limits", action="form.condition", key=self._form_key, name=self._where
            )
            return None
        if outcome.value is None and outcome.notes and _is_known(context):
            logger.warning(
                "condition of a form without an answer", action="form.condition", key=self._form_key, name=self._where
            )
        return _python(outcome.value)

    def _context(self, scope: Scope) -> dict[str, Value]:
        """What the expression reads, and nothing else: a case may hold much more."""
        context: dict[str, Value] = {}
        for read in self._reads:
            name, *below = read.path
            found = scope.get(name)
            if read.is_sure and below and isinstance(found, Mapping):
                part = context.setdefault(name, {})
                if isinstance(part, dict):
                    part.setdefault(below[0], _feel(found.get(below[0]), is_json=name == "case"))
            elif read.is_sure or name in scope:
                context[name] = _feel(found, is_json=name == "case")
        return context


def _is_known(context: Mapping[str, Value]) -> bool:
    """Nothing that was asked for is missing: then a null is a mistake in the condition, not an empty field."""
    return all(_is_known(value) if isinstance(value, dict) else value is not None for value in context.values())


def _calls(node: object) -> Iterable[tree.Call]:
    if isinstance(node, tree.Call):
        yield node
    if isinstance(node, tuple):
        for part in node:
            yield from _calls(part)


def _feel(value: object, *, is_json: bool) -> Value:
    """is_json: process data, in which dates stand as ISO text; the values of a form have their kinds."""
    if isinstance(value, str):
        moment = as_moment(value) if is_json else None
        return value if moment is None else _feel(moment, is_json=False)
    if isinstance(value, datetime):
        return to_feel(zoned(value))
    if isinstance(value, Mapping):
        return {str(key): _feel(below, is_json=is_json) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [_feel(below, is_json=is_json) for below in value]
    return to_feel(value)


def _python(value: Value) -> object:
    if value is None or isinstance(value, bool | str | Decimal):
        return value
    if isinstance(value, list):
        return [_python(item) for item in value]
    if isinstance(value, dict):
        return {key: _python(below) for key, below in value.items()}
    return _moment(value)


def _moment(value: object) -> date | datetime | time | None:
    try:
        if isinstance(value, Date):
            return date(value.year, value.month, value.day)
        if isinstance(value, DateTime):
            day = date(value.date.year, value.date.month, value.date.day)
            return zoned(datetime.combine(day, _clock(value.time, value.offset)))
        return _clock(value, None) if isinstance(value, Time) else None
    except ValueError:  # a year that Python does not have
        return None


def _clock(value: Time, offset: int | None) -> time:
    zone = timezone(timedelta(seconds=offset)) if offset is not None else None
    return time(value.hour, value.minute, value.second, value.nano // 1000, zone)
