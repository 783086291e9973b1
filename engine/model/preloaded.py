"""What the program brings along: regions, unit types, the 70 units, and the names of positions and roles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from engine.model.organization import COMMISSION, Unit, UnitLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A code with its names: a unit type, a region, a position or a role."""

    code: str
    zh: str
    en: str


def position_labels() -> tuple[Labelled, ...]:
    return _labelled("positions")


def role_labels() -> tuple[Labelled, ...]:
    return _labelled("roles")


def unit_types() -> tuple[Labelled, ...]:
    return _labelled("unit_types")


def regions() -> tuple[Labelled, ...]:
    """The prefecture first, then its 13 counties and cities."""
    return _labelled("regions")


def preloaded_units() -> tuple[Unit, ...]:
    """The 70 units of domain.md §1.1 with the superior line of §1.4, the top one first."""
    tables = _tables()
    top = f"{tables['regions'][0]['code']}-{COMMISSION}"
    return tuple(_preloaded(region, kind, tables, top) for region in tables["regions"] for kind in tables["unit_types"])


def _preloaded(region: Mapping[str, str], kind: Mapping[str, str], tables: Mapping[str, Any], top: str) -> Unit:
    code = f"{region['code']}-{kind['code']}"
    level: UnitLevel = "PREF" if region["level"] == "PREF" else "COUNTY"
    if level == "COUNTY" and kind["code"] != COMMISSION:
        superior = f"{region['code']}-{COMMISSION}"
    else:
        superior = "" if code == top else top
    return Unit(
        code=code,
        name=tables["names"][level][kind["code"]].format(region=region["zh"]),
        short_name=tables["short_names"][level][kind["code"]].format(short=region["short"]),
        document_prefix=region["mark"] + kind["mark"],
        level=level,
        type=kind["code"],
        superior=superior,
    )


@cache
def _tables() -> dict[str, Any]:
    text = (files("engine.model") / "tables" / "organization.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def _labelled(table: str) -> tuple[Labelled, ...]:
    return tuple(Labelled(code=row["code"], zh=row["zh"], en=row["en"]) for row in _tables()[table])
