"""Where the half-yearly reports of the units below stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.model.numbering import InstanceKey
from engine.model.period import Period
from engine.model.report_figures import ChildReport, report_state

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

_MECHANISM, _KEY = "P04", "P04_REPORT"


def key_of(unit: str, period: Period) -> str:
    """Business key of a unit's report."""
    return str(InstanceKey(process=_MECHANISM, unit=unit, period=period))


def reports_of_children(step: CaseStep, period: Period) -> tuple[ChildReport, ...]:
    """One line for each unit directly below, in the order of the codes."""
    organization = step.reference.organization
    units = [organization.unit(code) for code in organization.children(step.unit)]
    active = [unit for unit in units if unit is not None and unit.is_active(step.today)]
    if not active:
        return ()
    cases = step.tx.cases_named(_KEY, [key_of(unit.code, period) for unit in active])
    found = []
    for unit in active:
        _, data = cases.get(key_of(unit.code, period), ("", {}))
        found.append(
            ChildReport(
                unit=unit.code,
                name=unit.name,
                state=report_state(data),
                number=str(data.get("doc_no") or ""),
                signed_on=str(data.get("signed_on") or ""),
            )
        )
    return tuple(found)
