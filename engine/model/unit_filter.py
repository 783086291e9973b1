"""Which units something concerns (`cx:owners`, owners of obligations): a short text, read and asked about one unit.

filter = all | ZF | county-ZF | part { ";" part }        every part must hold
part   = type:GA,FY | level:PREF | unit:532503-GA,…       any of the values does
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.model.organization import COMMISSION, Unit
from engine.model.scanner import GrammarError, Scanner

Aspect = Literal["type", "level", "unit"]
_SHORT: Mapping[str, Mapping[Aspect, tuple[str, ...]]] = {
    "all": {},
    COMMISSION: {"type": (COMMISSION,)},
    f"county-{COMMISSION}": {"level": ("COUNTY",), "type": (COMMISSION,)},
}
_WORD = re.compile(r"[A-Za-z-]+")
_VALUE = re.compile(r"[A-Z0-9][A-Z0-9-]*")
_LEVELS = ("PREF", "COUNTY")


class UnitFilterSyntaxError(GrammarError):
    """A unit filter does not follow the grammar. `position` counts characters from 0."""

    code = "unit_filter_syntax"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFilter:
    """Which units are meant."""

    text: str
    wanted: Mapping[Aspect, tuple[str, ...]]

    def covers(self, unit: Unit) -> bool:
        has: Mapping[Aspect, str] = {"type": unit.type, "level": unit.level, "unit": unit.code}
        return all(has[aspect] in values for aspect, values in self.wanted.items())


def parse_unit_filter(text: str) -> UnitFilter:
    """Raises UnitFilterSyntaxError with the position of the first mistake."""
    if short := _SHORT.get(text.strip()):
        return UnitFilter(text=text, wanted=short)
    if text.strip() == "all":
        return UnitFilter(text=text, wanted={})
    scanner = Scanner(text, UnitFilterSyntaxError)
    wanted: dict[Aspect, tuple[str, ...]] = {}
    while True:
        scanner.skip_space()
        position = scanner.position
        aspect = scanner.take(_WORD)
        if aspect not in ("type", "level", "unit") or aspect in wanted:
            raise scanner.error(
                f"应为 all、{COMMISSION}、county-{COMMISSION}，或各写一次的 type:…、level:…、unit:…。",
                f"all, {COMMISSION}, county-{COMMISSION} expected, or type:…, level:…, unit:…, each once.",
                position=position,
            )
        scanner.expect(":")
        wanted[aspect] = _values(scanner, aspect)  # type: ignore[index]
        if not scanner.accept(";"):
            break
    scanner.skip_space()
    if scanner.position < len(text):
        raise scanner.error("此处有多余的内容。", "Unexpected text here.")
    return UnitFilter(text=text, wanted=wanted)


def _values(scanner: Scanner, aspect: str) -> tuple[str, ...]:
    found = []
    while True:
        scanner.skip_space()
        position = scanner.position
        value = scanner.take(_VALUE)
        if not value or (aspect == "level" and value not in _LEVELS):
            raise scanner.error(
                "应为层级 PREF 或 COUNTY。" if aspect == "level" else "此处应为代码，如 GA、532503-GA。",
                "PREF or COUNTY expected." if aspect == "level" else "A code expected here, such as GA or 532503-GA.",
                position=position,
            )
        found.append(value)
        if not scanner.accept(","):
            return tuple(found)
