"""Numbers: rounding, remainders, roots. DMN 1.5, chapter 10.3.4.5."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from engine.decisions.feel.builtins.declared import Body, Here, builtin
from engine.decisions.feel.numbers import CONTEXT, finite
from engine.decisions.feel.temporal import Days, Months
from engine.decisions.feel.values import Function, Value

MAX_SCALE = 6176  #: digits behind the point that a decimal128 can have


def _rounded(value: Decimal, scale: int, rounding: str) -> Decimal | None:
    """scale: digits behind the point; negative: zeros before it."""
    if abs(scale) > MAX_SCALE:
        return None
    context = CONTEXT.copy()
    context.rounding = rounding
    unit = Decimal((0, (1,), -scale))
    if value.adjusted() + scale >= CONTEXT.prec and value.as_tuple().exponent >= -scale:  # type: ignore[operator]
        return value  # no digit of it lies behind the place
    found = finite(value.quantize(unit, context=context))
    return found if found is not None else value


def _rounding(name: str, rounding: str, *, scale_needed: bool) -> Function:
    def body(here: Here, value: Decimal, scale: int | None = None) -> Value:
        found = _rounded(value, scale or 0, rounding)
        return found if found is not None else here.nothing("位数无效", "the scale is out of range")

    return builtin(name, "n:number scale:whole" + ("" if scale_needed else "?"))(body)


def _function(name: str, form: str, body: Body) -> Function:
    return builtin(name, form)(body)


@builtin("abs", "n:number", "n:days", "n:months")
def absolute(_: Here, value: Value) -> Value:
    if isinstance(value, Days):
        return Days(abs(value.nanos))
    return Months(abs(value.months)) if isinstance(value, Months) else abs(value)  # type: ignore[arg-type]


@builtin("modulo", "dividend:number divisor:number")
def modulo(here: Here, dividend: Decimal, divisor: Decimal) -> Value:
    """The remainder with the sign of the divisor."""
    if not divisor:
        return here.nothing("除数为零", "the divisor is zero")
    exact = CONTEXT.copy()
    exact.prec = max(CONTEXT.prec, dividend.adjusted() - divisor.adjusted() + CONTEXT.prec)  # digits of the quotient
    remainder = CONTEXT.plus(exact.remainder(dividend, divisor))
    if remainder and (remainder < 0) != (divisor < 0):
        remainder = CONTEXT.add(remainder, divisor)
    return finite(remainder)


@builtin("sqrt", "number:number")
def sqrt(here: Here, value: Decimal) -> Value:
    return finite(CONTEXT.sqrt(value)) if value >= 0 else here.nothing("负数没有平方根", "negative numbers have none")


@builtin("log", "number:number")
def log(here: Here, value: Decimal) -> Value:
    return finite(CONTEXT.ln(value)) if value > 0 else here.nothing("应为正数", "the number must be positive")


@builtin("exp", "number:number")
def exp(here: Here, value: Decimal) -> Value:
    if value > 15_000:
        return here.nothing("结果过大", "the result is too large")
    return finite(CONTEXT.exp(value))


@builtin("odd", "number:number")
def odd(_: Here, value: Decimal) -> Value:
    return CONTEXT.remainder(abs(value), Decimal(2)) == 1


@builtin("even", "number:number")
def even(_: Here, value: Decimal) -> Value:
    return CONTEXT.remainder(abs(value), Decimal(2)) == 0


FUNCTIONS = (
    absolute,
    modulo,
    sqrt,
    log,
    exp,
    odd,
    even,
    _rounding("decimal", ROUND_HALF_EVEN, scale_needed=True),
    _rounding("floor", ROUND_FLOOR, scale_needed=False),
    _rounding("ceiling", ROUND_CEILING, scale_needed=False),
    _rounding("round up", ROUND_UP, scale_needed=True),
    _rounding("round down", ROUND_DOWN, scale_needed=True),
    _rounding("round half up", ROUND_HALF_UP, scale_needed=True),
    _rounding("round half down", ROUND_HALF_DOWN, scale_needed=True),
)
