"""The first hour of a rehearsal: its clock, its people, the shipped processes, and what is owed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from engine.commands import demonstration, nightly
from engine.commands.builtin import builtin_files
from engine.commands.deployments import deploy_builtin
from engine.core import Engine
from engine.errors import InputRejected
from engine.model.preloaded import preloaded_units


def begin(engine: Engine, at: datetime, *, units: Collection[str] = ()) -> None:
    """Set the clock of an empty database to `at`, enter the people and publish what is shipped.

    units: codes as `chosen_units` answers them; none: all. Raises Refused for a database that was used otherwise.
    """
    # The clock first: nothing of the rehearsal may carry the time of the machine, or no two would be the same.
    demonstration.prepare(engine, "rehearsal", at, units=units)
    deploy_builtin(engine, builtin_files())
    nightly.begin(engine, since=demonstration.SINCE)


def chosen_units(words: str) -> frozenset[str]:
    """Codes of the units that "all", "532503" (a region) or "532503-GA,532504-JC" name, with all their superiors.

    () for all. Raises InputRejected for a word that names nothing.
    """
    known = {unit.code: unit for unit in preloaded_units()}
    if words.strip() == "all":
        return frozenset()
    found = set[str]()
    for word in (part.strip() for part in words.split(",")):
        named = {code for code in known if word in {code, code.partition("-")[0]}}
        if not named:
            raise InputRejected(
                f"没有代码为“{word}”的单位或地区，请写 all、地区代码（532503）或单位代码（532503-GA）。",
                f"There is no unit or region {word!r}: say all, a region (532503) or a unit (532503-GA).",
                field="units",
                value=word,
            )
        found |= named
    for code in tuple(found):
        while code:
            found.add(code)
            code = known[code].superior
    return frozenset(found)
