"""Services of P05B_VISIT and P05C_REPLY: one unit is inspected, says its word, and gets its answer (domain.md §2 P05).

The visit is the team's alone, since a suspicion may stand in its record; the unit gets a case of its own with what it
is asked about, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from engine.commands.attachments import MAX_NAME
from engine.commands.case_step import StartRequest
from engine.errors import InputRejected
from engine.model import case_titles
from engine.model.clock import end_of_day, local_day
from engine.model.inspection import said_and_held
from engine.model.step import ServiceCall

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

REPLY = "P05C_REPLY"
NO_REPLY, DROPPED = "未回复", "不予认定"
_TITLE = 60  #: characters of a fact in the title of its problem


def open_visit(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The visit is the organizer's; its unit knows nothing of it."""
    name = _name(step, str(call.data["target"]))
    step.changes |= {
        "title": case_titles.VISIT.written(round=call.data.get("title") or case_titles.ROUND.zh, unit=name),
        "business_no": step.number("DC", step.unit),
    }
    return {"round_no": call.data.get("business_no"), "business_no": step.changes["business_no"]}


def check_in(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The team was there: the visit counts. What may be a breach of discipline goes to P07 as a fact and nowhere else;
    a good practice goes to P10.

    Raises InputRejected for a time that is still to come.
    """
    at = datetime.fromisoformat(str(call.data["checkin_time"]))
    if at > step.at:
        raise InputRejected(
            "到场签到时间不能晚于现在。", "The time of arrival lies in the future.", field="checkin_time"
        )
    findings = cast("Sequence[Mapping[str, Any]]", call.data.get("findings") or [])
    clues = [finding for finding in findings if finding.get("suspected")]
    for clue in clues:
        step.send(
            "msg.clue",
            call.node_id,
            "",
            source="督查",
            about_unit=call.data["target"],
            facts=clue["fact"],
            topic=clue["topic"],
        )
    if call.data.get("good_practice"):
        story = call.data["good_practice"]
        step.send("msg.good_practice", call.node_id, "", unit=call.data["target"], source="督查", story=story)
    kind, target = str(call.data.get("kind") or ""), str(call.data["target"])
    step.tx.add_visit(step.instance_id, unit=target, organizer=step.unit, kind=kind, at=at)
    step.note("checked_in", unit=target, findings=len(findings) - len(clues))
    open_findings = [
        {
            "no": number,
            "topic": one["topic"],
            "fact": one["fact"],
            "dept": one.get("dept") or "",
            "evidence": one.get("evidence") or [],
        }
        for number, one in enumerate((one for one in findings if not one.get("suspected")), start=1)
    ]
    return {"findings": open_findings, "findings_open": len(open_findings)}


def ask_reply(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Put what was found before the unit: a case that it sees, with these findings alone."""
    visit, target = str(step.instance_id), str(call.data["target"])
    variables = {
        "unit": target,
        "organizer": step.unit,
        "visit": visit,
        "title": case_titles.REPLY.written(unit=_name(step, target)),
        "findings": call.data["findings"],
        "checkin_time": call.data["checkin_time"],
    }
    step.starts.append(StartRequest(key=REPLY, unit=target, variables=variables))
    return {"visit": visit}


def open_reply(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The unit is asked: until the end of the last of `wd` working days, with the evidence of what was found."""
    wait_wd = int(str(step.values_of(call)["wd"]))
    last = step.reference.calendar.add_working_days(step.today, wait_wd)
    step.changes |= {"issuer_unit": str(call.data["organizer"])}
    findings = cast("Sequence[Mapping[str, Any]]", call.data["findings"])
    return {"reply_until": end_of_day(last).isoformat(), "findings": [_with_evidence(step, one) for one in findings]}


def return_reply(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Hand the word of the unit to the team: to each finding, 未回复 where it said nothing, which admits nothing."""
    findings = cast("Sequence[Mapping[str, Any]]", call.data["findings"])
    said = cast("Sequence[Mapping[str, Any]]", call.data.get("replies") or [])
    replies = [
        {**finding, "reply": reply.get("reply", NO_REPLY), "reason": reply.get("reason", "")}
        for finding, reply in zip(findings, [*said, *({} for _ in findings[len(said) :])], strict=False)
    ]
    step.note("replied" if said else "not_replied", count=len(said))
    step.send("msg.inspection_reply", call.node_id, str(call.data["visit"]), replies=replies)
    return {}


def settle_findings(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """What the team holds of each finding, with its answer: what it accepts becomes a problem to put right."""
    replies = cast("Sequence[Mapping[str, Any]]", call.data["replies"])
    decisions = cast("Sequence[Mapping[str, Any]]", call.data["decisions"])
    accepted = []
    for finding, decided in zip(replies, decisions, strict=True):
        if decided["decision"] == DROPPED:
            continue
        fact = str(decided.get("fact_final") or finding["fact"])
        where = f"（责任部门：{finding['dept']}）" if finding["dept"] else ""
        accepted.append(
            {
                "title": f"{finding['topic']}：{fact[:_TITLE]}",
                "unit": call.data["target"],
                "source": "督查",
                "nature": decided["nature"],
                "spread": decided["spread"],
                "public_impact": bool(decided.get("public_impact")),
                "facts": fact + where,
                "topic": finding["topic"],
            }
        )
    step.note("determined", accepted=len(accepted), dropped=len(decisions) - len(accepted))
    contested, adopted = said_and_held(replies, decisions)
    return {"accepted": accepted, "accepted_count": len(accepted), "contested": contested, "adopted": adopted}


def report_visit(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Tell the round what came of this unit: numbers and topics."""
    accepted = cast("Sequence[Mapping[str, Any]]", call.data.get("accepted") or [])
    result = {
        "unit": call.data["target"],
        "visit_no": step.fact("business_no"),
        "visited_on": local_day(datetime.fromisoformat(str(call.data["checkin_time"]))).isoformat(),
        "accepted": len(accepted),
        "topics": sorted(str(one["topic"]) for one in accepted),
        "findings": len(cast("Sequence[object]", call.data.get("findings") or [])),
        "contested": call.data.get("contested") or 0,
        "adopted": call.data.get("adopted") or 0,
    }
    step.send("msg.visit_done", call.node_id, str(call.data["draw_id"]), visit_result=result)
    return {}


def _with_evidence(step: CaseStep, finding: Mapping[str, Any]) -> Mapping[str, Any]:
    """The finding with its evidence as documents of this case: those of the visit stay the team's.

    The bytes are the same and lie where they lay; named after the finding, since the unit reads them in one list.
    """
    with step.tx.as_system():
        found = step.tx.attachments(UUID(str(one)) for one in finding.get("evidence") or [])
        shown = [
            replace(
                one,
                id=step.engine.ids.v4(),
                instance_id=step.instance_id,
                task_id=None,
                field=None,
                name=f"问题{finding['no']}佐证-{one.name}"[-MAX_NAME:],
            )
            for one in found
        ]
        for one in shown:
            step.tx.add_attachment(one)
    return {**finding, "evidence": [str(one.id) for one in shown]}


def _name(step: CaseStep, unit: str) -> str:
    found = step.reference.organization.unit(unit)
    return found.short_name or found.name if found is not None else unit


SERVICES = {
    f.__name__: f
    for f in (
        open_visit, check_in, ask_reply, open_reply, return_reply, settle_findings, report_visit,
    )
}  # fmt: skip
