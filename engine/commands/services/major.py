"""Services of S5_MAJOR: number, limits by category, lateness as a fact, receipt level by level (domain.md §3 S5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.commands.services.telling import LATE_REPORT
from engine.errors import InputRejected, Refused
from engine.model.clock import SHANGHAI, local_day, local_time
from engine.model.due import DueContext, evaluate, parse_due
from engine.model.roster import DUTY, DUTY_LEADER
from engine.model.step import PersonId, ServiceCall

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

EVENT, CAMPAIGN, MODEL = "重大事件", "专项工作", "先进典型"
OWN, ELSEWHERE = "本单位报告", "其他渠道发现"
#: Marks of a case. 瞒报 is none of them: only a conclusion of P07 may say it.
MISSED_REPORT, LATE_FORWARD = "漏报", "转报迟延"
#: Category -> parameters of the first written report and of forwarding. An event counts hours, the others days.
_DAYS = {CAMPAIGN: ("s5_special_wd", "s5_special_forward_wd"), MODEL: ("s5_model_wd", "s5_model_forward_wd")}


def register_major(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Number the matter, find who reports and signs, and set the limits of its category.

    Raises Refused for a unit that is not the person's to report for, InputRejected for a category, a source or a
    moment that cannot stand: a start by message has passed no form.
    """
    category, known_at = _checked(call.data)
    _check_source(step, str(call.data.get("discovered") or OWN))
    unit, organization = step.unit, step.reference.organization
    number = step.number("ZD", unit)
    step.changes |= {"unit": unit, "title": str(call.data["title"]), "business_no": number}
    superior = organization.superior(unit)
    if superior:
        step.changes["issuer_unit"] = superior
    if call.data.get("discovered") == ELSEWHERE:
        step.mark(MISSED_REPORT)
    limits = _limits(step, category)
    return {
        "business_no": number,
        "when_known": known_at.isoformat(),
        "written_due": local_day(_limit(step, limits, known_at, "written")).isoformat(),
        "reporter": _reporter(step),
        "signers": _signers(step),
        "second": bool(superior and organization.superior(superior)),
        "ongoing": False,
        "urgent": False,
        "late": False,
        **limits,
    }


def record_phone(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The call counts by its own time. A late one is 迟报."""
    called = _moment(call.data["phone_at"])
    limit = _known_at(call.data) + timedelta(hours=step.reference.params.number("s5_phone_nh"))
    minutes = _minutes_late(called, limit)
    step.note("told_by_phone", minutes_late=minutes)
    if minutes:
        step.mark(LATE_REPORT)
    return {"phone_minutes_late": minutes}


def file_major_report(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The first written report is sent at this moment; later than its limit it is 迟报, by so many minutes."""
    limit = _limit(step, call.data, _known_at(call.data), "written")
    minutes = _minutes_late(step.at, limit)
    step.note("reported_in_writing", minutes_late=minutes)
    if minutes:
        step.mark(LATE_REPORT)
    now = local_time(step.at).isoformat()
    return {
        "first_report": now,
        "last_report": now,
        "reported_on": step.today.isoformat(),
        "late": minutes > 0,
        "minutes_late": minutes,
    }


def record_followup(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """A follow-up report: the next one is due so many hours after this one. The superior's duty officer is told."""
    step.note("followed_up")
    superior = step.reference.organization.superior(step.unit)
    for person in step.reference.organization.roster(DUTY, superior, step.today) if superior else ():
        step.tell(PersonId(person), "followed_up", no=str(call.data["business_no"]))
    return {"last_report": local_time(step.at).isoformat()}


def record_receipt(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The direct superior has assessed the report. Late forwarding is noted; a suspected breach goes to P07.

    The clue carries the fact that there is one and where, nothing of what was written.
    """
    first = _moment(call.data["first_report"])
    minutes = _minutes_late(step.at, _limit(step, call.data, first, "forward"))
    step.note("received_by_superior", forward=str(call.data["forward"]), minutes_late=minutes)
    if minutes:
        step.mark(LATE_FORWARD)
    if call.data.get("clue"):
        step.throw(
            "msg.clue",
            call.node_id,
            source="移送",
            about_unit=step.unit,
            unit=step.issuer_unit or step.unit,
            title=step.fact("title"),
        )
    return {"forward_minutes_late": minutes}


def archive_major(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Everything is in: the day on which the matter was closed."""
    step.note("archived", no=str(call.data["business_no"]))
    return {"archived_on": step.today.isoformat()}


def _checked(data: Mapping[str, object]) -> tuple[str, datetime]:
    category = str(data.get("category") or "")
    if category != EVENT and category not in _DAYS:
        raise InputRejected(
            f"没有“{category}”这一重大事项类别，可用：{EVENT}、{CAMPAIGN}、{MODEL}。",
            f"There is no category {category!r} of major matters; known: {EVENT}, {CAMPAIGN}, {MODEL}.",
            field="category",
            value=category,
        )
    if not data.get("title"):
        raise InputRejected("请填写事项名称。", "The matter needs a title.", field="title")
    try:
        return category, _known_at(data)
    except (KeyError, ValueError):
        raise InputRejected(
            "请填写知悉时间，例如2026-10-03T22:40。",
            "Say when the matter became known, such as 2026-10-03T22:40.",
            field="when_known",
            value=str(data.get("when_known") or ""),
        ) from None


def _check_source(step: CaseStep, source: str) -> None:
    """A unit reports its own matters; what was found by another channel is registered by an inspector above."""
    organization, unit = step.reference.organization, step.unit
    own = organization.home_unit(step.by) == unit
    if not own and not any(
        organization.has_role(step.by, "inspector", above, step.today) for above in organization.superior_line(unit)
    ):
        raise Refused("You may not report a matter of that unit.", code="unit_not_yours", unit=unit)
    if own == (source == ELSEWHERE):
        raise InputRejected(
            "本单位人员只能登记“本单位报告”；“其他渠道发现”的漏报由上级督查员登记。",
            "A unit registers what it reports itself; what was found by another channel is registered by an inspector.",
            field="discovered",
            value=source,
        )


def _reporter(step: CaseStep) -> str:
    """Who writes the reports: who began the case, if of this unit, else the duty officer, else the PERSON_RESP."""
    organization, unit, on = step.reference.organization, step.unit, step.today
    if organization.home_unit(step.by) == unit:
        return step.by
    found = [
        *organization.roster(DUTY, unit, on),
        *(held.person for held in organization.holders(unit, "PERSON_RESP", on)),
    ]
    return found[0] if found else ""


def _signers(step: CaseStep) -> list[str]:
    """The main leader and the leader on duty: whoever is there first signs."""
    organization, unit, on = step.reference.organization, step.unit, step.today
    leaders = [held.person for held in organization.holders(unit, "LEAD_MAIN", on)]
    return list(dict.fromkeys([*leaders, *organization.roster(DUTY_LEADER, unit, on)]))


def _limits(step: CaseStep, category: str) -> dict[str, int]:
    """Amounts of the two limits, in natural hours and in working days; the one that ends first holds."""
    number = step.reference.params.number
    if category == EVENT:
        return {"written_nh": number("s5_written_nh"), "forward_nh": number("s5_forward_nh")} | {
            "written_wd": _AMPLE_WD,
            "forward_wd": _AMPLE_WD,
        }
    written, forward = _DAYS[category]
    longest = number("s5_longest_nh")
    return {
        "written_nh": longest,
        "forward_nh": longest,
        "written_wd": number(written),
        "forward_wd": number(forward),
    }


#: Working days that no limit in hours reaches.
_AMPLE_WD = 20


def _limit(step: CaseStep, data: Mapping[str, object], since: datetime, what: str) -> datetime:
    """When the limit that began at `since` has ended, as the drawing counts it: min(hours, working days)."""
    rule = parse_due(f"min(var(since)+var({what}_nh)nh,var(since)+var({what}_wd)wd)")
    context = DueContext(created=step.at, variables={**data, "since": since.isoformat()}, params=step.reference.params)
    return evaluate(rule, context, step.reference.calendar).at


def _known_at(data: Mapping[str, object]) -> datetime:
    return _moment(data["when_known"])


def _moment(value: object) -> datetime:
    """An ISO moment; without a zone it is meant in ours. Raises ValueError."""
    found = datetime.fromisoformat(str(value))
    return local_time(found if found.tzinfo is not None else found.replace(tzinfo=SHANGHAI))


def _minutes_late(moment: datetime, limit: datetime) -> int:
    """Whole minutes after the limit, at least 1 for any delay; 0 in time."""
    late = (moment - limit).total_seconds()
    return max(1, int(late // 60)) if late > 0 else 0


SERVICES = {
    function.__name__: function
    for function in (
        register_major,
        record_phone,
        file_major_report,
        record_followup,
        record_receipt,
        archive_major,
    )
}
