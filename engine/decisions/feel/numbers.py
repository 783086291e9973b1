"""Numbers of FEEL: IEEE 754-2008 decimal128, 34 digits, half to even. What does not fit is no number."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException

#: No traps: an operation without a result gives NaN or infinity, and `finite` turns that into null.
CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
_MAX_PLAIN_DIGITS = 400  #: beyond this a number is told with an exponent


def finite(number: Decimal) -> Decimal | None:
    """None for what no decimal128 holds."""
    return number if number.is_finite() else None


def number(value: int | str | float | Decimal) -> Decimal | None:
    """Raises nothing: None for what is no number."""
    try:
        return finite(CONTEXT.create_decimal(value if not isinstance(value, float) else repr(value)))
    except (DecimalException, ValueError):
        return None


def as_whole(value: object) -> int | None:
    """A number without a fraction as an int; None for anything else."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value) if abs(value.adjusted()) < 40 else None
    return None


def number_text(value: Decimal) -> str:
    """Without an exponent and without zeros that nobody asked for: 1.5, 100, 0.001."""
    if not value:
        return "0"
    if abs(value.adjusted()) > _MAX_PLAIN_DIGITS:
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
