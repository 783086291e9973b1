"""Q13: the matrix of the half-year reports: by region and kind of unit, on time, late, returned or missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from engine.core import Reference
from engine.model.clock import local_day
from engine.model.numbering import InstanceKey
from engine.model.organization import COMMISSION
from engine.model.period import Period
from engine.model.report_figures import MISSING, report_state
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing, of_units, region_of
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances, visible_obligations

_OWED, _CASE = t.obligation.c, t.instance.c
REPORTS = ("O10", "O11", "O12")
NOT_DUE, WAIVED = "未到期", "免除"  #: besides the states of engine.model.report_figures
_MECHANISM, _PROCESS = "P04", "P04_REPORT"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReport:
    """The report that one unit owes its superior."""

    unit: str
    kind: str  #: type of the unit: ZF, FY, …
    state: str
    due_on: date
    signed_on: date | None
    number: str  #: 发文字号
    returns: int  #: how often it was sent back
    is_late: bool
    case: InstanceId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A report from below that was not there when its superior locked the figures."""

    unit: str
    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionReports:
    """One region."""

    region: str
    reports: tuple[UnitReport, ...]  #: by code of the unit
    gaps: tuple[Gap, ...]  #: as its commission's own report states them
    stated_in: InstanceId | None  #: the case that states them

    def of_kind(self, kind: str) -> UnitReport | None:
        return next((report for report in self.reports if report.kind == kind), None)

    def count(self, state: str) -> int:
        return sum(report.state == state for report in self.reports)

    @property
    def returned_ever(self) -> int:
        """Reports that were sent back at least once, whatever has come of them."""
        return sum(report.returns > 0 for report in self.reports)


def report_matrix(tx: Transaction, reference: Reference, wanted: Narrowing, half: Period) -> tuple[RegionReports, ...]:
    """By code of the region. The report of the prefecture committee goes to the outside and is not among them."""
    query = (
        select(_OWED.unit, _OWED.due_on, _OWED.waived_at)
        .where(_OWED.code == any_(bindparam(None, list(REPORTS), ARRAY(Text))), _OWED.period == half.code)
        .where(_OWED.lapsed_on.is_(None), visible_obligations(tx.actor), *of_units(_OWED.unit, reference, wanted))
        .order_by(_OWED.unit)
    )
    owed = list(tx.connection.execute(query))
    regions = {region_of(row.unit) for row in owed}
    commissions = {f"{region}-{COMMISSION}" for region in regions}
    cases = _cases(tx, half, sorted({row.unit for row in owed} | commissions))
    found: defaultdict[str, list[UnitReport]] = defaultdict(list)
    for row in owed:
        unit = reference.organization.unit(row.unit)
        kind = unit.type if unit is not None else ""
        found[region_of(row.unit)].append(_report(row, kind, cases.get(row.unit), local_day(tx.now)))
    return tuple(_region(region, found[region], cases.get(f"{region}-{COMMISSION}")) for region in sorted(found))


def _cases(tx: Transaction, half: Period, units: Sequence[str]) -> Mapping[str, Any]:
    """The youngest case of each unit, with what the matrix asks of it and nothing else."""
    keys = [str(InstanceKey(process=_MECHANISM, unit=unit, period=half)) for unit in units]
    asked = ("signed", "returns", "is_late", "doc_no", "signed_on", "gaps")
    query = (
        select(_CASE.id, _CASE.unit, *(_CASE.variables[name].label(name) for name in asked))
        .where(_CASE.key == _PROCESS, _CASE.business_key == any_(bindparam(None, keys, ARRAY(Text))))
        .where(visible_instances(tx.actor))
        .order_by(_CASE.started_at, _CASE.id)
    )
    return {row.unit: row for row in tx.connection.execute(query)}


def _report(owed: Any, kind: str, case: Any, today: date) -> UnitReport:
    state = report_state(case._mapping if case is not None else {})
    if owed.waived_at is not None:
        state = WAIVED
    elif state == MISSING and today <= owed.due_on:
        state = NOT_DUE
    signed_on = case.signed_on if case is not None and case.signed else None
    return UnitReport(
        unit=owed.unit,
        kind=kind,
        state=state,
        due_on=owed.due_on,
        signed_on=date.fromisoformat(signed_on) if signed_on else None,
        number=str(case.doc_no or "") if case is not None else "",
        returns=int(case.returns or 0) if case is not None else 0,
        is_late=bool(case is not None and case.is_late),
        case=InstanceId(case.id) if case is not None else None,
    )


def _region(region: str, reports: Sequence[UnitReport], commission: Any) -> RegionReports:
    stated = commission.gaps or [] if commission is not None else []
    return RegionReports(
        region=region,
        reports=tuple(reports),
        gaps=tuple(Gap(unit=str(gap["unit"]), name=str(gap["name"]), state=str(gap["state"])) for gap in stated),
        stated_in=InstanceId(commission.id) if stated else None,
    )
