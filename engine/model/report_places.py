"""The half-year report compared by place (domain.md §7.2): regions and professional lines; the rows of its annexes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date

#: Where a comparison comes from, as it stands below the table.
PLACES_QUERY = "义务清单、整改问题（S1）和牌卡，按责任单位汇总，口径与正文相同；免除的义务、已撤回的牌卡、涉密事项不计"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCounts:
    """What one unit, region or line comes to in the period."""

    owed: int = 0  #: obligations that have begun, without waived ones
    on_time: int = 0  #: of these, done in time
    overdue: int = 0  #: of these, over their date and not done
    found: int = 0  #: problems registered
    closed: int = 0  #: problems closed
    late: int = 0  #: problems open over their limit at the end
    yellow: int = 0
    red: int = 0

    def __add__(self, other: PlaceCounts) -> PlaceCounts:
        return PlaceCounts(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueProblem:
    """A problem that is open over its limit."""

    number: str
    title: str
    unit: str
    severity: str
    limit: date


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCard:
    """A yellow or red card of the period; withdrawn ones keep their number and count nowhere."""

    number: str
    level: int
    unit: str
    title: str
    issued_on: date
    state: str


def gathered(by_unit: Mapping[str, PlaceCounts], place_of: Callable[[str], str]) -> dict[str, PlaceCounts]:
    """The same by place, in the order of their codes. place_of: code of the place of a unit; "" leaves it out."""
    found: dict[str, PlaceCounts] = {}
    for unit, counts in by_unit.items():
        place = place_of(unit)
        if place:
            found[place] = found.get(place, PlaceCounts()) + counts
    return dict(sorted(found.items()))
