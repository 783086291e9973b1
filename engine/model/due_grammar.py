"""The grammar of `cx:due`: text to a rule, with the position of every mistake (architecture.md §2a).

due  = expr
expr = ( "min(" expr { "," expr } ")" | base [ ("+" | "-") amount unit ] ) [ "@" HH:MM ]
base = created | delivered | period.start | period.end | var(NAME) | param(NAME)
     | fixed(MM-DD) | lastwd(half | quarter | month | MM | param(NAME))
amount = NUMBER | var(NAME) | param(NAME)        unit = wd | cd | nh | mo
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Literal

from engine.model.params import is_day_of_year
from engine.model.scanner import GrammarError, Scanner

Unit = Literal["", "wd", "cd", "nh", "mo"]
BaseKind = Literal["created", "delivered", "period.start", "period.end", "var", "param", "fixed", "lastwd"]
MAX_AMOUNT = 1000  #: more working days than any limit has; keeps a slip of the pen inside the calendar

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_NUMBER = re.compile(r"\d+")
_DAY_OF_YEAR = re.compile(r"\d\d-\d\d")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_LAST_OF = re.compile(r"half|quarter|month|\d\d")
_PLAIN_BASES = ("created", "delivered", "period.start", "period.end")
_BASES_TEXT = "created、delivered、period.start、period.end、var(…)、param(…)、fixed(MM-DD)、lastwd(…)"


class DueSyntaxError(GrammarError):
    """A `cx:due` text does not follow the grammar. `position` counts characters from 0."""

    code = "due_syntax"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a limit counts from."""

    kind: BaseKind
    argument: str = ""  #: name of the variable or parameter, MM-DD, half, quarter, month, MM or param(NAME)

    def __str__(self) -> str:
        return f"{self.kind}({self.argument})" if self.argument else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How many units: a number written down, or the name of a variable or parameter that holds it."""

    number: int = 0
    source: Literal["number", "var", "param"] = "number"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """base ± amount unit @ clock."""

    base: Base
    sign: Literal[1, -1] = 1
    amount: Amount = Amount()
    unit: Unit = ""  #: empty: no offset, the base day itself
    clock: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earliest:
    """min(a, b, …): the choice that ends first."""

    choices: tuple[Term | Earliest, ...]
    clock: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRule:
    """A parsed `cx:due`."""

    text: str
    expression: Term | Earliest

    @property
    def variables(self) -> frozenset[str]:
        """Names of the process variables that the rule reads; lint asks whether somebody sets them."""
        return frozenset(name for source, name in _references(self.expression) if source == "var")

    @property
    def params(self) -> frozenset[str]:
        """Names of the parameters that the rule reads."""
        return frozenset(name for source, name in _references(self.expression) if source == "param")


def parse_due(text: str) -> DueRule:
    """The rule that `text` writes down. Raises DueSyntaxError with the position of the first mistake."""
    scanner = Scanner(text, DueSyntaxError)
    expression = _expression(scanner)
    scanner.skip_space()
    if scanner.position < len(text):
        raise scanner.error("此处有多余的内容。", "Unexpected text here.")
    return DueRule(text=text, expression=expression)


def _expression(scanner: Scanner) -> Term | Earliest:
    scanner.skip_space()
    start = scanner.position
    word = scanner.take(_WORD)
    if word == "min":
        return _earliest(scanner)
    base = _base(scanner, word, start)
    sign: Literal[1, -1] = 1
    amount, unit = Amount(), ""
    if scanner.accept("+") or scanner.accept("-"):
        sign = -1 if scanner.text[scanner.position - 1] == "-" else 1
        amount = _amount(scanner)
        unit = scanner.take(_WORD)
        if unit not in ("wd", "cd", "nh", "mo"):
            raise scanner.error(
                "单位应为 wd（工作日）、cd（自然日）、nh（小时）或 mo（月）。",
                "The unit must be wd, cd, nh or mo.",
                position=scanner.position - len(unit),
            )
    clock = _clock(scanner, hours=unit == "nh")
    return Term(base=base, sign=sign, amount=amount, unit=unit, clock=clock)  # type: ignore[arg-type]


def _earliest(scanner: Scanner) -> Earliest:
    scanner.expect("(")
    choices = [_expression(scanner)]
    scanner.expect(",")
    choices.append(_expression(scanner))
    while scanner.accept(","):
        choices.append(_expression(scanner))
    scanner.expect(")")
    return Earliest(choices=tuple(choices), clock=_clock(scanner, hours=False))


def _base(scanner: Scanner, word: str, start: int) -> Base:
    if word in _PLAIN_BASES:
        return Base(kind=word)  # type: ignore[arg-type]
    if word in ("var", "param"):
        return Base(kind=word, argument=_name(scanner))  # type: ignore[arg-type]
    if word == "fixed":
        scanner.expect("(")
        position = scanner.position
        day = scanner.take(_DAY_OF_YEAR)
        if not is_day_of_year(day):
            raise scanner.error("应为每年都有的日期 MM-DD。", "A day MM-DD of every year expected.", position=position)
        scanner.expect(")")
        return Base(kind="fixed", argument=day)
    if word == "lastwd":
        scanner.expect("(")
        position = scanner.position
        which = f"param({_name(scanner)})" if scanner.accept("param") else scanner.take(_LAST_OF)
        if not which or (which.isdigit() and not 1 <= int(which) <= 12):
            raise scanner.error(
                "应为 half、quarter、month、月份 MM 或 param(…)。",
                "half, quarter, month, a month MM or param(…) expected.",
                position=position,
            )
        scanner.expect(")")
        return Base(kind="lastwd", argument=which)
    raise scanner.error(f"起算点应为 {_BASES_TEXT}。", "A base expected: " + _BASES_TEXT + ".", position=start)


def _amount(scanner: Scanner) -> Amount:
    scanner.skip_space()
    position = scanner.position
    digits = scanner.take(_NUMBER)
    if digits:
        if len(digits) > 4 or int(digits) > MAX_AMOUNT:
            raise scanner.error(
                f"数量不能超过{MAX_AMOUNT}。", f"The amount must not exceed {MAX_AMOUNT}.", position=position
            )
        return Amount(number=int(digits))
    for source in ("var", "param"):
        if scanner.accept(source):
            return Amount(source=source, name=_name(scanner))
    raise scanner.error("此处应为数字、var(…)或param(…)。", "A number, var(…) or param(…) expected here.")


def _name(scanner: Scanner) -> str:
    scanner.expect("(")
    name = scanner.take(_NAME)
    if not name:
        raise scanner.error("此处应为名称。", "A name expected here.")
    scanner.expect(")")
    return name


def _clock(scanner: Scanner, *, hours: bool) -> time | None:
    scanner.skip_space()
    position = scanner.position
    if not scanner.accept("@"):
        return None
    if hours:
        raise scanner.error(
            "按小时计的期限不能再指定钟点。", "A limit in hours takes no time of day.", position=position
        )
    text = scanner.take(_CLOCK)
    if not text:
        raise scanner.error("“@”后应为 HH:MM。", 'HH:MM expected after "@".')
    return time(int(text[:2]), int(text[3:]))


def _references(expression: Term | Earliest) -> Iterator[tuple[str, str]]:
    if isinstance(expression, Earliest):
        for choice in expression.choices:
            yield from _references(choice)
        return
    if expression.base.kind in ("var", "param"):
        yield expression.base.kind, expression.base.argument
    if expression.base.argument.startswith("param("):
        yield "param", expression.base.argument[6:-1]
    if expression.amount.source != "number":
        yield expression.amount.source, expression.amount.name
