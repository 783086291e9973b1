"""Services of S1_RECTIFY: number, deliver, set and renew the limit, sample, close, re-check (domain.md §3 S1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from engine.commands.services import documents
from engine.commands.services.decisions import limits_of
from engine.commands.services.drawing import sample_verification
from engine.errors import InputRejected, StepFailed
from engine.model.clock import OFFICE_OPENS, end_of_day, instant, local_day
from engine.model.deadline import HELD, counted_from
from engine.model.period import shift_months
from engine.model.step import ServiceCall
from engine.store.record import NewDeadlineEntry

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

_NEXT_SEVERITY = {"A": "B", "B": "C", "C": "D", "D": "D"}


def register_problem(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Give the problem its number, unit, issuer and the count of repeats. The issuer is the superior ZF."""
    unit = str(call.data["unit"])
    issuer = step.reference.organization.superior(unit)
    if not issuer:
        raise InputRejected(
            "州委政法委自身的问题由州委书面交办，不在本系统登记。",
            "Problems of the prefecture committee itself are handed over in writing, not registered here.",
            field="unit",
            value=unit,
        )
    number = step.number("WT", unit)
    since = shift_months(step.today, -12)
    repeats = step.tx.count_repeats(unit=unit, nature=str(call.data["nature"]), since=since)
    step.changes |= {
        "unit": unit,
        "issuer_unit": issuer,
        "title": str(call.data["title"]),
        "business_no": number,
    }
    return {
        "business_no": number,
        "issuer_unit": issuer,
        "repeats_12m": repeats,
        "returns": 0,
        "reject_count": 0,
        "nature": call.data["nature"],
    }


def deliver_notice(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Number the 整改通知单. It counts as delivered when the unit opens it, at the latest one working day later."""
    number = step.number("ZG", step.issuer_unit)
    step.note("notice_sent", no=number)
    result: dict[str, object] = {"notice_no": number, "sent_on": step.today.isoformat()}
    documents.make(step, call, "rectification_notice", result)
    severity = str(call.data["severity"])
    if severity != step.fact("severity"):  # the issuer has graded otherwise in the form, with a reason
        step.changes["severity"] = severity
        step.note("regraded", severity=severity, reason="issuer")
        result["verify"] = limits_of(step, severity)["verify"]
    return result


def start_limit(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The limit of the problem: `limit_wd` working days from the delivery."""
    delivered_at = step.delivered_at
    if delivered_at is None:
        raise StepFailed("The notice was not delivered yet.", node_id=call.node_id, cause="not_delivered")
    counted = counted_from(delivered_at, call.data, step.reference.calendar)
    limit_wd = int(str(call.data["limit_wd"]))
    limit = step.reference.calendar.add_working_days(counted, limit_wd)
    _set_limit(step, limit, rule=f"delivered+{limit_wd}wd", kind="set", base=counted)
    return {"delivered": local_day(delivered_at).isoformat(), "limit": limit.isoformat()}


def renew_limit(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """核验退回: a new limit from today, and one return more."""
    redo_wd = step.reference.params.number("rectify_redo_wd")
    limit = step.reference.calendar.add_working_days(step.today, redo_wd)
    returns = int(str(call.data.get("returns", 0))) + 1
    _set_limit(step, limit, rule="created+param(rectify_redo_wd)wd", kind="renewed", base=step.today)
    if returns == 3:
        step.throw("msg.returned_3", call.node_id, returns=returns)
    return {"limit": limit.isoformat(), "returns": returns}


def draw_sample(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Is the work verified by the issuer? All B, C and D are; of A a share that is drawn now."""
    sampled = str(call.data["severity"]) != "A" or sample_verification(step)
    step.note("sample", drawn=sampled)
    # The limit ends with the unit's own submission, which is now; what comes after is the issuer's time.
    return {"sampled": sampled, "submitted_on": step.today.isoformat()}


def close_problem(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """销号: the day of closing, the mark of a late one, and the day of the re-check."""
    if str(call.data.get("submitted_on", "")) > str(call.data["limit"]):
        step.mark("逾期办结")
    return {"closed_on": step.today.isoformat(), "recheck_on": _recheck_at(step, step.today).isoformat()}


def redate_recheck(step: CaseStep, data: Mapping[str, object]) -> tuple[str, datetime] | None:
    """By a changed calendar: the variable behind the timer of the re-check, and its new value."""
    closed_on = data.get("closed_on")
    return ("recheck_on", _recheck_at(step, date.fromisoformat(closed_on))) if isinstance(closed_on, str) else None


def _recheck_at(step: CaseStep, closed_on: date) -> datetime:
    wait_days = step.reference.params.number("recheck_after_cd")
    return instant(step.reference.calendar.on_or_after(closed_on + timedelta(days=wait_days)), OFFICE_OPENS)


def record_recheck(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """回头看: a relapse opens a new problem, linked, one step more severe; this one keeps its end with a mark."""
    effect = str(call.data["effect"])
    step.note("rechecked", effect=effect)
    if effect == "反弹":
        step.mark("反弹")
        old = str(call.data["severity"])
        kept = {name: call.data[name] for name in ("title", "unit", "dept", "nature", "spread") if name in call.data}
        step.start(
            "S1_RECTIFY",
            {
                **kept,
                "public_impact": call.data.get("public_impact", False),
                "source": "回头看反弹",
                "severity_floor": _NEXT_SEVERITY[old],
                "relapse_of": call.data.get("business_no"),
            },
        )
    return {}


def send_clue(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """涉嫌违纪违法: hand the clue to P07 and seal this case; nothing goes to the unit."""
    step.changes["sealed"] = True
    step.throw("msg.clue", call.node_id, source="督查", about_unit=step.unit)
    return {}


def reject_to_issuer(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """申请退回: the unit says that the problem is not its own; the issuer looks again."""
    count = int(str(call.data.get("reject_count", 0))) + 1
    step.note("rejected_by_unit", count=count)
    step.throw("msg.reject_owner", call.node_id)
    step.changes["delivered_at"] = None  # a second notice is delivered anew
    return {"reject_count": count, HELD: 0}


def _set_limit(step: CaseStep, limit: date, *, rule: str, kind: str, base: date) -> None:
    calendar = step.reference.calendar
    step.changes["limit_at"] = end_of_day(limit)
    step.deadlines.append(
        NewDeadlineEntry(
            id=step.engine.ids.v7(step.at),
            kind=kind,
            rule=rule,
            due_on=limit,
            due_at=end_of_day(limit),
            previous_due_on=local_day(step.limit_at) if step.limit_at is not None and kind != "set" else None,
            explanation={
                "base_day": base.isoformat(),
                "working_days": calendar.count(base, limit),
                "first_day": calendar.next_working_day(base).isoformat(),
                "skipped": [days.as_dict() for days in calendar.explain_off(base, limit)],
                "provisional": calendar.is_provisional(base, limit),
            },
        )
    )


SERVICES = {
    function.__name__: function
    for function in (
        register_problem,
        deliver_notice,
        start_limit,
        renew_limit,
        draw_sample,
        close_problem,
        record_recheck,
        send_clue,
        reject_to_issuer,
    )
}
