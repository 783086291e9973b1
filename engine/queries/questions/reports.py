"""Q13: the matrix of the half-year reports: by region and kind of unit, on time, late, returned or missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from engine.core import Reference
from engine.model.clock import local_day
from engine.model.declared_words import Words
from engine.model.numbering import InstanceKey
from engine.model.organization import COMMISSION
from engine.model.period import Period
from engine.model.report_figures import LATE, MISSING, ON_TIME, RETURNED, report_state
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing, of_units, region_of
from engine.queries.questions.question import Asked, Bars, Found, Question, Reading, column, total
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


_KINDS = {"ZF": ("政法委", "Commission"), "FY": ("法院", "Court"), "JC": ("检察院", "Procuratorate")} | {
    "GA": ("公安", "Police"),
    "SF": ("司法行政", "Justice"),
}
_STATES = (
    ("on_time", ON_TIME, "按期", "On time"),
    ("late", LATE, "逾期", "Late"),
    ("returned", RETURNED, "退回补正", "Returned"),
    ("missing", MISSING, "未报", "Missing"),
    ("not_due", NOT_DUE, "未到期", "Not due"),
)


def _state_of(kind: str) -> Callable[[RegionReports], str | None]:
    def state(row: RegionReports) -> str | None:
        report = row.of_kind(kind)
        return report.state if report is not None else None

    return state


def _count_of(state: str) -> Callable[[RegionReports], int]:
    return lambda row: row.count(state)


def _answer(reading: Reading, asked: Asked) -> Found[RegionReports]:
    rows = report_matrix(reading.tx, reading.reference, asked.narrowing, asked.span)
    every = sum(len(row.reports) for row in rows)
    counted = [total(key, zh, en, sum(row.count(state) for row in rows)) for key, state, zh, en in _STATES]
    returned = sum(row.returned_ever for row in rows)
    return Found(
        rows=rows,
        totals=(
            total("owed", "应报", "Owed", every),
            *counted,
            total("returned_ever", "曾被退回", "Returned at least once", returned),
        ),
    )


REPORT_MATRIX: Question[RegionReports] = Question(
    number=13,
    group="supervision",
    title=Words(zh="半年报告报送情况", en="Half-year reports"),
    asks=Words(
        zh="各县市半年报告哪些按期、逾期、被退回、未报？政法委汇总时缺了谁的？",
        en="Which half-year reports of each county came in time, late, were returned or are missing, and what "
        "gaps were stated?",
    ),
    counts=Words(
        zh="应报以义务O10、O11、O12为准；被退回未重新签发的算“退回补正”；期限未过的未报算“未到期”。"
        "缺报说明是政法委报告锁定数据时载明的。州委政法委的报告报州委，不在此列。",
        en="Owed by O10, O11 and O12. Returned and not signed again counts as returned; not there, with the "
        "limit still to come, "
        "as not due. Gaps are those that the commission's own report stated when its figures were locked. The "
        "prefecture "
        "commission reports outside of the system.",
    ),
    period="half",
    is_about_last=True,
    columns=(
        column("region", "县市", "Region", lambda row: row.region, "region"),
        *(column(kind.lower(), zh, en, _state_of(kind), "term") for kind, (zh, en) in _KINDS.items()),
        *(column(key, f"{zh}（份）", f"{en} (n)", _count_of(state), "number") for key, state, zh, en in _STATES),
        column("returned_ever", "曾退回（份）", "Ever returned (n)", lambda row: row.returned_ever, "number"),
        column(
            "gaps",
            "缺报说明",
            "Gaps stated",
            lambda row: tuple(gap.unit for gap in row.gaps) or None,
            "unit",
            wide=True,
        ),
    ),
    answer=_answer,
    case=lambda row: row.stated_in,
    bars=Bars(label="region", parts=("on_time", "late", "returned", "missing", "not_due")),
)
