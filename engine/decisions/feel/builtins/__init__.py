"""The functions of the standard, by name. Names have blanks in them: `string length`, `date and time`."""

from __future__ import annotations

from engine.decisions.feel.builtins import conversion, lists, logic, moments, numbers, ranges, strings
from engine.decisions.feel.values import Function

BUILTINS: dict[str, Function] = {
    function.name: function
    for module in (conversion, logic, numbers, strings, lists, moments, ranges)
    for function in module.FUNCTIONS
}
