"""Parameters: numbers that a local authority may change without touching code or diagrams, each with its provenance."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from engine.errors import InputRejected, NotFound

Provenance = Literal["S", "R", "L"]
ParamType = Literal["int", "percent", "mmdd"]
ParamValue = int | str
_MMDD = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_PROVENANCE_LABELS: dict[Provenance, tuple[str, str]] = {
    "S": ("源文件规定", "stated by the source document"),
    "R": ("公开规定", "follows a public rule"),
    "L": ("待确认参数", "local default, to be confirmed"),
}


class UnknownParam(NotFound):
    """There is no parameter of this name. Facts: name."""

    code = "unknown_param"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no parameter {name!r}.", name=name)
        self.zh = f"没有名为“{name}”的参数。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One parameter and where its value comes from."""

    key: str
    value: ParamValue
    type: ParamType  #: int: whole number >= 0; percent: 0 to 100; mmdd: a day of the year, "03-31"
    unit: str  #: wd, cd, nh, month, year, %, person, …
    provenance: Provenance
    zh: str
    en: str
    source: str  #: where in the specification it stands

    @property
    def is_pending(self) -> bool:
        """A local default that the client has not confirmed: shown as 待确认参数."""
        return self.provenance == "L"

    @property
    def provenance_labels(self) -> tuple[str, str]:
        """What the provenance is called, in Chinese and in English."""
        return _PROVENANCE_LABELS[self.provenance]

    def with_value(self, value: object) -> Param:
        """The same parameter with another value. Raises InputRejected when `value` does not fit its type."""
        if not isinstance(value, int | str) or not _fits(self.type, value):
            raise InputRejected(
                f"参数“{self.zh}”的值“{value}”无效。",
                f"{value!r} is not a value for the parameter {self.key} ({self.type}).",
                field=self.key,
                value=value,
            )
        return replace(self, value=value)


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters in force. `overrides` of the shipped values are what an administrator stored."""

    by_key: Mapping[str, Param]

    @classmethod
    def load(cls, overrides: Mapping[str, object] | None = None) -> Params:
        """The shipped parameters with `overrides`. Raises UnknownParam, InputRejected."""
        params = dict(_shipped())
        for key, value in (overrides or {}).items():
            if key not in params:
                raise UnknownParam(key)
            params[key] = params[key].with_value(value)
        return cls(params)

    def __getitem__(self, key: str) -> Param:
        try:
            return self.by_key[key]
        except KeyError:
            raise UnknownParam(key) from None

    def __contains__(self, key: object) -> bool:
        return key in self.by_key

    def __iter__(self) -> Iterator[Param]:
        return iter(self.by_key.values())

    def __len__(self) -> int:
        return len(self.by_key)

    def number(self, key: str) -> int:
        """The value of an int or percent parameter. Raises UnknownParam, TypeError for a day of the year."""
        value = self[key].value
        if not isinstance(value, int):
            raise TypeError(f"The parameter {key} is a day of the year, not a number.")
        return value


@cache
def _shipped() -> Mapping[str, Param]:
    text = (files("engine.model") / "tables" / "params.json").read_text(encoding="utf-8")
    return {row["key"]: Param(**row) for row in json.loads(text)}


def _fits(kind: ParamType, value: object) -> bool:
    if kind == "mmdd":
        return isinstance(value, str) and is_day_of_year(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return 0 <= value <= (100 if kind == "percent" else 10_000)


def is_day_of_year(text: str) -> bool:
    """True for "MM-DD" of a day that every year has, so never 02-29."""
    match = _MMDD.fullmatch(text)
    if match is None:
        return False
    try:
        date(2025, int(match[1]), int(match[2]))
    except ValueError:
        return False
    return True
