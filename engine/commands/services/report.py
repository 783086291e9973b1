"""Services of P04_REPORT: due day by level, locked figures, the report handed up and received (domain.md §2 P04)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from engine.commands import documents
from engine.commands.services.report_lists import report_lists
from engine.commands.services.reports_below import key_of, reports_of_children
from engine.model import case_titles
from engine.model.clock import OFFICE_OPENS, instant, local_time
from engine.model.history import canonical_json
from engine.model.organization import COMMISSION
from engine.model.period import Period
from engine.model.report_figures import MISSING, QUERIES, RETURNED, ChildReport, figures_of
from engine.model.similarity import similarity_percent
from engine.model.step import PersonId, ServiceCall
from engine.store.record import NewSubmission

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep
    from engine.store.documents import DocumentRow

FIGURES, DRAFT = "P04_T1", "P04_T2"  #: forms: the locked figures, the text
REPORT = "half_year_report"  #: template of the paper
CHILD_REPORT = "msg.child_report"
ADDENDUM = "补报"  #: mark of a case that got a report from below after its own figures were locked
UNSENT, LATE_SENT = "未报送", "逾期报送"
#: domain.md §2 P04: the draft lies ready two working days before the report is due; a returned one at once.
_DRAFT_BEFORE_WD = 2


def open_report(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The frame of one report: its due day by the level of the unit, and from whom it waits for reports."""
    period, calendar = Period.parse(str(call.data["period"])), step.reference.calendar
    due = calendar.on_or_after(_due_day(step, period))
    step.changes["title"] = case_titles.REPORT.written(year=period.year, half=case_titles.half_zh(period.number))
    superior = step.reference.organization.superior(step.unit)
    if superior:
        step.changes["issuer_unit"] = superior
    wait_wd = step.reference.params.number("p04_wait_wd")
    waits_until = instant(calendar.add_working_days(due, -wait_wd), OFFICE_OPENS)
    return {
        "unit": step.unit,
        "period": period.code,
        "title": step.changes["title"],
        "due_on": due.isoformat(),
        "report_due": due.isoformat(),
        "draft_wd": _DRAFT_BEFORE_WD,
        "waits_until": waits_until.isoformat(),
        "children": _children(step),
        "returns": 0,
        "signed": False,
        "ever_signed": False,
        "is_late": False,
        "gaps": [],
        "similar": False,
        "similarity": 0,
    }


def redate_wait(step: CaseStep, data: Mapping[str, object]) -> tuple[str, datetime] | None:
    """By a changed calendar: the variable behind the timer that ends the wait for reports, and its new value."""
    period = data.get("period")
    if not isinstance(period, str):
        return None
    calendar = step.reference.calendar
    due = calendar.on_or_after(_due_day(step, Period.parse(period)))
    wait_wd = step.reference.params.number("p04_wait_wd")
    return "waits_until", instant(calendar.add_working_days(due, -wait_wd), OFFICE_OPENS)


def pull_figures(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Take the figures as they stand now and lock them: a form of the case by the engine, its digest in the history."""
    period = Period.parse(str(call.data["period"]))
    last = min(period.last_day, step.today)
    counts = step.tx.report_counts(step.unit, period.first_day, last, step.tx.obligation_catalogue())
    visits, visited = step.tx.report_visits(step.unit, period.first_day, last)
    counts = replace(counts, visits=visits, visited=visited, to_visit=len(_children(step)))
    children = reports_of_children(step, period)
    rows = [
        {"code": f.code, "name": f.name, "value": f.value, "query": QUERIES[f.query]}
        for f in figures_of(counts, children, period)
    ]
    below = [{name: value for name, value in asdict(child).items() if value} for child in children]
    values: dict[str, object] = {
        "as_of": local_time(step.at).isoformat(),
        "figures": rows,
        "reports": below,
        **report_lists(step, period.first_day, last),
    }
    _keep(step, call.node_id, values)
    gaps = [_gap(child) for child in children if child.state in {MISSING, RETURNED}]
    if gaps:
        step.note("gap_stated", count=len(gaps))
    return {"as_of": values["as_of"], "gaps": gaps}


def compare_report(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """How much of the draft stood in the report before: above the limit, whoever checks it is asked to look."""
    before = _texts_of_last(step, Period.parse(str(call.data["period"])))
    percent = similarity_percent(_texts_of_draft(step), before)
    similar = percent > step.reference.params.number("p04_similarity_percent")
    step.note("compared", percent=percent, similar=similar)
    return {"similarity": percent, "similar": similar}


def issue_report(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """签发: the signature goes onto the file that was drawn up with it, and the report is handed up.

    The superior's case gets it as the report that it waits for, or as a supplement to figures locked already.
    """
    made = call.data.get(REPORT)
    number = str(made["no"]) if isinstance(made, Mapping) else ""
    _sign(step)
    step.note("report_signed", no=number)
    # A report that was returned is as timely as when it was first sent.
    signed_on = str(call.data.get("signed_on") or step.today.isoformat())
    late = signed_on > str(call.data["report_due"])
    if late:
        step.mark(LATE_SENT)
    _hand_up(step, call, number)
    return {"doc_no": number, "signed": True, "ever_signed": True, "signed_on": signed_on, "is_late": late}


def link_addendum(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """A report from below that nobody waits for: mended, or late. It is linked and told; locked figures stay.

    补报 is the mark of a case whose figures were locked before.
    """
    unit, number = str(call.data.get("child") or ""), str(call.data.get("child_doc_no") or "")
    if call.data.get("as_of"):
        step.mark(ADDENDUM)
    step.note("addendum_linked", unit=unit, no=number, case=str(call.data.get("child_case") or ""))
    for held in step.reference.organization.holders(step.unit, "PERSON_RESP", step.today):
        step.tell(PersonId(held.person), "addendum", no=number or unit)
    return {}


def record_reception(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The superior has looked at the report: accepted or returned; a clue or a good practice goes its own way."""
    result = str(call.data["result"])
    step.note("report_received", result=result)
    if call.data.get("untrue"):
        step.throw("msg.clue", call.node_id, source="移送", about_unit=step.unit, unit=step.issuer_unit or step.unit)
    if result == "合格" and call.data.get("good_practice"):
        step.throw("msg.good_practice", call.node_id, unit=step.unit, source="半年报告", title=step.fact("title"))
    return {}


def return_report(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """退回补正: the paper that was sent is void, and a better one is due in some working days."""
    for paper in _papers(step):
        step.tx.make_void(paper.id, by=step.by, reason=RETURNED)
    days = step.reference.params.number("p04_fix_wd")
    due = step.reference.calendar.add_working_days(step.today, days)
    return {"returns": int(str(call.data["returns"])) + 1, "due_on": due.isoformat(), "draft_wd": 0, "signed": False}


def mark_unsent(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:  # noqa: ARG001
    """未报送: the next half-year's reports begin and this one is not there. The case stays open: it is still owed."""
    step.mark(UNSENT)
    return {}


# -- parts


def _due_day(step: CaseStep, period: Period) -> date:
    """The day of the parameters for this level, before it is moved to a working day."""
    organization = step.reference.organization
    unit, is_top = organization.unit(step.unit), not organization.superior(step.unit)
    if is_top:
        level = "prefecture"
    else:
        is_middle = unit is not None and (unit.type == COMMISSION or unit.level == "PREF")
        level = "county_zf" if is_middle else "county_dept"
    month, day = (int(part) for part in str(step.reference.params[f"p04_{level}_h{period.number}"].value).split("-"))
    return date(period.last_day.year + (1 if period.number == 2 else 0), month, day)


def _children(step: CaseStep) -> list[str]:
    """The units below that report to this one."""
    organization = step.reference.organization
    found = (organization.unit(code) for code in organization.children(step.unit))
    return [unit.code for unit in found if unit is not None and unit.is_active(step.today)]


def _gap(child: ChildReport) -> dict[str, str]:
    return {"unit": child.unit, "name": child.name, "state": child.state}


def _keep(step: CaseStep, node_id: str, values: Mapping[str, object]) -> None:
    """Store what the engine filled in, as a form of the case."""
    (form,) = step.tx.forms_of(step.definition.row, [FIGURES]) or (None,)
    digest = sha256(canonical_json(values)).digest()
    sent = NewSubmission(
        id=step.engine.ids.v7(step.at),
        form_key=FIGURES,
        form_version_id=form.id if form is not None else None,
        values=values,
        digest=digest,
        node_id=node_id,
        person_id=PersonId(step.by),
    )
    step.submit(sent)


def _texts_of_draft(step: CaseStep) -> list[str]:
    drafts = [sent for sent in step.submissions if sent.form_key == DRAFT]
    return _long_texts(drafts[-1].values) if drafts else []


def _texts_of_last(step: CaseStep, period: Period) -> list[str]:
    """The texts of the unit's report of the half-year before."""
    before = Period.containing("half", period.first_day - timedelta(days=1))
    case = step.tx.youngest_case(step.definition.row.key, key_of(step.unit, before))
    sent = step.tx.submissions_of(case) if case is not None else ()
    drafts = [one for one in sent if one.form_key == DRAFT]
    return _long_texts(drafts[-1].values) if drafts else []


def _long_texts(values: Mapping[str, object]) -> list[str]:
    return [value for name, value in values.items() if isinstance(value, str) and name != "opinion"]


def _papers(step: CaseStep) -> list[DocumentRow]:
    return [row for row in step.tx.documents_of(step.instance_id) if row.template == REPORT and not row.is_void]


def _sign(step: CaseStep) -> None:
    """The form of this step, with its signature, signs the file that was made from it."""
    signed = [sent for sent in step.submissions if sent.form_key == "P04_T4"]
    if signed and (rows := _papers(step)):
        step.tx.sign_documents([documents.signature_of(step.tx, rows[-1], signed[-1], step.by)])


def _hand_up(step: CaseStep, call: ServiceCall, number: str) -> None:
    organization = step.reference.organization
    superior, period = organization.superior(step.unit), str(call.data["period"])
    if not superior:
        return
    awaited = f"{superior}/{period}/{step.unit}"
    waiting = step.tx.waiting_for("message", CHILD_REPORT, awaited)
    for found in waiting:  # held, so that the wait does not end between this question and the delivery
        step.tx.lock_instance(found.instance_id)
    is_awaited = any(one.correlation_key == awaited for one in step.tx.waiting_for("message", CHILD_REPORT, awaited))
    step.send(
        CHILD_REPORT,
        call.node_id,
        awaited if is_awaited else f"{superior}/{period}",
        child=step.unit,
        child_doc_no=number,
        child_case=str(step.instance_id),
        child_signed_on=step.today.isoformat(),
    )


SERVICES = {
    function.__name__: function
    for function in (
        open_report,
        pull_figures,
        compare_report,
        issue_report,
        link_addendum,
        record_reception,
        return_report,
        mark_unsent,
    )
}
