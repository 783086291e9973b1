"""What the half-year report locks besides its figures: comparisons by place, overdue problems, cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from engine.model.ladder_levels import RED
from engine.model.organization import Organization
from engine.model.preloaded import regions, unit_types
from engine.model.report_places import PlaceCounts, gathered

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

_CARD_STATES = {"issued": "已送达", "objected": "异议审定中", "withdrawn": "已撤回"}


def report_lists(step: CaseStep, first: date, last: date) -> dict[str, object]:
    """By name of the list in the form of the figures. The comparisons are of the top unit alone."""
    tx, organization = step.tx, step.reference.organization
    lists: dict[str, object] = {
        "overdue": [
            {
                "number": problem.number,
                "title": problem.title,
                "unit": _short(organization, problem.unit),
                "severity": problem.severity,
                "limit": problem.limit.isoformat(),
            }
            for problem in tx.overdue_list(step.unit, last)
        ],
        "cards": [
            {
                "number": card.number,
                "level": "红牌" if card.level == RED.level else "黄牌",
                "unit": _short(organization, card.unit),
                "title": card.title,
                "issued_on": card.issued_on.isoformat(),
                "state": _CARD_STATES.get(card.state, card.state),
            }
            for card in tx.card_list(step.unit, first, last)
        ],
    }
    if organization.superior(step.unit):
        return lists
    by_unit, own = tx.report_by_unit(step.unit, first, last), step.unit.partition("-")[0]
    counties = gathered(by_unit, lambda unit: _region(unit) if _region(unit) != own else "")
    types = {unit.code: unit.type for unit in organization.units}
    lines = gathered(by_unit, lambda unit: types.get(unit, ""))
    names = {one.code: one.zh for one in (*regions(), *unit_types())}
    return lists | {"regions": _rows(counties, names), "lines": _rows(lines, names)}


def _rows(places: Mapping[str, PlaceCounts], names: Mapping[str, str]) -> list[dict[str, object]]:
    return [{"name": names.get(code, code), **asdict(counts)} for code, counts in places.items()]


def _region(unit: str) -> str:
    return unit.partition("-")[0]


def _short(organization: Organization, code: str) -> str:
    unit = organization.unit(code)
    return unit.short_name or unit.name if unit is not None else code
