"""The values that a drawing hands to a service: `cx:params`, read and filled in (architecture.md §2a).

params = pair { ("," | ";") pair } [ ";" ]      pair = NAME "=" value
value  = var(NAME { "." NAME }) | param(NAME) | text

A text of digits is a whole number. `var` names a process variable, or with dots a part of one (the row of a
multi-instance activity: `var(branch.dept)`), and gives its value as the service's branch sees it, None where it has
none; `param` names an entry of the parameter table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from engine.model.params import Params

_PAIR = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*(var\(\s*[\w.]+\s*\)|param\(\s*\w+\s*\)|[^,;=()]*[^,;=()\s])\s*")
_REFERENCE = re.compile(r"(var|param)\(\s*([\w.]+)\s*\)")


def is_well_formed(text: str) -> bool:
    """Does `text` follow the grammar? An empty one does not: then the attribute is left out."""
    return bool(_pairs(text))


def service_values(text: str, data: Mapping[str, object], params: Params) -> dict[str, object]:
    """What the names in `text` stand for; {} for an empty or broken text, which lint refuses.

    data: process variables as the service sees them. Raises UnknownParam.
    """
    return {name: _value(value, data, params) for name, value in _pairs(text).items()}


@lru_cache(maxsize=1024)
def _pairs(text: str) -> Mapping[str, str]:
    """{name: value as written}, {} for a broken text."""
    found: dict[str, str] = {}
    position, text = 0, text.strip().removesuffix(";")
    while match := _PAIR.match(text, position):
        if match[1] in found:
            return {}
        found[match[1]] = match[2].strip()
        position = match.end()
        if position == len(text):
            return found
        if text[position] not in ",;":
            return {}
        position += 1
    return {}


def _value(text: str, data: Mapping[str, object], params: Params) -> object:
    reference = _REFERENCE.fullmatch(text)
    if reference is None:
        return int(text) if text.isdecimal() else text
    return part_of(data, reference[2]) if reference[1] == "var" else params[reference[2]].value


def part_of(data: Mapping[str, object], name: str) -> object:
    """The value of a variable, or of a part of one by its path (`branch.dept`); None where there is none."""
    if name in data:
        return data[name]
    found: object = data
    for key in name.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found
