"""FEEL, the expression language of DMN 1.3 to 1.5, complete and exact.

    >>> from engine.decisions.feel import parse, to_feel
    >>> parse("if 金额 > 1000 then \\"大额\\" else \\"小额\\"", names=["金额"]).evaluate({"金额": to_feel(1200)}).value
    '大额'

Needs nothing but Python's standard library. An expression is read once and may then be evaluated any number of times,
on any thread. Evaluating gives null where the standard says so, with the reasons beside it (`Outcome.notes`).
"""

from engine.decisions.feel.builtins import BUILTINS
from engine.decisions.feel.conversions import from_feel, to_feel
from engine.decisions.feel.errors import FeelError, FeelLimitExceeded, FeelSyntaxError
from engine.decisions.feel.expression import Expression, Outcome, UnaryTests, parse, parse_unary_tests
from engine.decisions.feel.run import Note
from engine.decisions.feel.temporal import Date, DateTime, Days, Months, Time, Zone
from engine.decisions.feel.types import Type
from engine.decisions.feel.values import Function, Range, kind_of

__all__ = [
    "BUILTINS",
    "Date",
    "DateTime",
    "Days",
    "Expression",
    "FeelError",
    "FeelLimitExceeded",
    "FeelSyntaxError",
    "Function",
    "Months",
    "Note",
    "Outcome",
    "Range",
    "Time",
    "Type",
    "UnaryTests",
    "Zone",
    "from_feel",
    "kind_of",
    "parse",
    "parse_unary_tests",
    "to_feel",
]
