"""Services of S2_LADDER: issue a level, find the next threshold, take answers and decisions (domain.md §3 S2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID

from engine.commands.case_step import CaseStep, LapseRequest
from engine.commands.services import telling
from engine.commands.services.documents import make_card
from engine.errors import InputRejected
from engine.model.clock import OFFICE_OPENS, instant
from engine.model.due import Due, due_of
from engine.model.ladder import QUIET_PROFILES, ProfileName, check_final_date, looks_again, next_threshold
from engine.model.period import shift_months
from engine.model.step import PersonId, ServiceCall, TaskId
from engine.store.record import NewCard

if TYPE_CHECKING:
    from engine.model.calendar import WorkCalendar
    from engine.store.rows import UserTaskRow

URGE, YELLOW, RED, REPORT, PROPOSE = 1, 2, 3, 4, 5
FINAL_DATE = "final_date"  #: process variable: until when the superior has let the ladder wait (限期办结)
_KIND_OF_LEVEL = {URGE: "urge", YELLOW: "yellow", RED: "red", REPORT: "report", PROPOSE: "propose"}
#: Above the top of the ladder, and where no superior could act: a day that never comes.
NEVER = date(2060, 12, 30)


def issue_level(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Issue the paper of this level in the superior's name and tell everybody whom it concerns."""
    level = _int(call.data["level"])
    task = _late_task(step, call)
    unit, calendar = step.unit, step.reference.calendar
    issuer = step.reference.organization.superior(unit) or unit
    number = step.number("PK", unit)
    window_wd = step.reference.params.number("objection_window_wd")
    answer_wd = step.reference.params.number("card_answer_wd")
    is_paper = level in (YELLOW, RED)
    card = NewCard(
        no=number,
        level=level,
        unit=unit,
        issuer_unit=issuer,
        issued_on=step.today,
        case_id=task.instance_id,
        task_id=task.id,
        title=str(call.data.get("task_title", task.name)),
        grounds={
            "task": task.name,
            "due_on": task.due_on.isoformat() if task.due_on else None,
            "days_late": calendar.count(task.due_on, step.today) if task.due_on else None,
            "profile": call.data.get("profile"),
        },
        effective_on=_day_after_window(calendar, step.today, window_wd) if is_paper else step.today,
        answer_due_on=calendar.add_working_days(step.today, answer_wd) if level == YELLOW else None,
    )
    step.cards.append(card)
    step.note("card_issued", no=number, level=level, case=str(task.instance_id))
    make_card(step, card, call.node_id)
    step.tx.set_ladder_level(task.id, level)
    for person in _addressees(step, task, level):
        step.tell(person, _KIND_OF_LEVEL[level], task_id=task.id, no=number, name=task.name)
    return {"card_no": number} | ({"yellow_card_no": number} if level == YELLOW else {})


def next_threshold_service(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """When the ladder looks again, and at which base level."""
    task = _late_task(step, call)
    found = threshold_after(
        task,
        profile=cast("ProfileName", call.data["profile"]),
        level=_int(call.data["level"]),
        calendar=step.reference.calendar,
        final_date=_final_date(call.data),
    )
    if found is None or not step.reference.organization.superior(step.unit):
        return {"base": _int(call.data["level"]), "next_level_at": instant(NEVER, OFFICE_OPENS).isoformat()}
    level, at = found
    if call.data["profile"] not in QUIET_PROFILES:  # notices may follow each other on one day, papers may not
        at = looks_again(at, step.today, step.reference.calendar)
    return {"base": level, "next_level_at": at.isoformat()}


def redate_threshold(step: CaseStep, data: Mapping[str, object]) -> tuple[str, datetime] | None:
    """By a changed calendar: the variable behind the ladder's timer, and its new value; None at the top."""
    calendar = step.reference.calendar
    task = step.tx.user_task(TaskId(UUID(str(data["task_id"]))))
    papers = step.tx.cards_of_task(task.id)
    found = threshold_after(
        task,
        profile=cast("ProfileName", data["profile"]),
        level=_int(data["level"]),
        calendar=calendar,
        final_date=_final_date(data),
    )
    if found is None or not step.reference.organization.superior(step.unit):
        return None
    if data["profile"] in QUIET_PROFILES:
        return "next_level_at", found[1]
    if not papers:
        return None
    return "next_level_at", looks_again(found[1], papers[-1].issued_on, calendar)


def threshold_after(
    task: UserTaskRow, *, profile: ProfileName, level: int, calendar: WorkCalendar, final_date: date | None = None
) -> tuple[int, datetime] | None:
    """The next level of a late task's ladder and its moment, by the due date now in force; None at the top."""
    found = next_threshold(due_in_force(task, calendar), profile, level, calendar, final_date=final_date)
    return (found.level.level, found.at) if found is not None else None


def due_in_force(task: UserTaskRow, calendar: WorkCalendar) -> Due:
    """The task's Due as its rule gave it, at the day to which it was moved since."""
    deadline = task.deadline or {}
    due = due_of(str(deadline["rule"]), cast("Mapping[str, str | int]", deadline["inputs"]), calendar)
    if task.due_on is None or task.due_at is None:
        return due
    return replace(due, on=task.due_on, at=task.due_at)


def record_answer(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """书面说明 on a yellow card: the card is answered; the superior's inspectors are told."""
    number = str(call.data["yellow_card_no"])
    step.tx.answer_card(number)
    step.note("card_answered", no=number)
    return {"yellow_answered": True}


def apply_decision(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """上级决定 at level 4: a final date (once), a talk, or the proposal at once."""
    decision = str(call.data["decision"])
    step.note("superior_decided", decision=decision)
    calendar = step.reference.calendar
    if decision == "限期办结":
        final = date.fromisoformat(str(call.data["new_date"]))
        check_final_date(final, step.at, calendar, already_paused=bool(call.data.get(FINAL_DATE)))
        step.tx.move_drawn_timer(step.instance_id, "WAIT", instant(calendar.next_working_day(final), OFFICE_OPENS))
        return {FINAL_DATE: final.isoformat()}
    if decision == "约谈":
        step.start("S6_TALK", {"unit": step.unit, "kind": "约谈", "case_id": call.data.get("case_id")})
    if decision == "提请问责":
        step.tx.move_drawn_timer(step.instance_id, "WAIT", step.at)
    return {}


def start_accountability(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """启动问责: S3 begins with its first two steps answered; kept and shown while S3 is not deployed."""
    step.start(
        "S3_ACCOUNT", {"unit": step.unit, "source": "升级阶梯", "case_id": call.data.get("case_id"), "approved": True}
    )
    return {}


def close_ladder(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The late task is done: every further level stops; papers already issued stay."""
    step.note("ladder_closed", task=str(call.data["task_id"]))
    return {}


def decide_objection(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """牌卡异议审定: the card is withdrawn (its number stays) or upheld and from then on effective."""
    number = str(call.data["card_no"])
    withdrawn = str(call.data["decision"]) == "撤回"
    reason = str(call.data.get("reason", ""))
    step.tx.decide_objection(number, withdrawn=withdrawn, on=step.today, by=step.by, reason=reason)
    step.note("objection_decided", no=number, withdrawn=withdrawn)
    if withdrawn:
        step.lapses += [
            LapseRequest(instance_id=ladder, token=token, reason=f"{number} 已撤回")
            for ladder, token in step.tx.same_day_proposals(number)
        ]
    return {}


def level_inputs(step: CaseStep, data: Mapping[str, object]) -> Mapping[str, object]:
    """What D2 asks for, read at the moment it is asked: cards and answers change while the ladder waits."""
    history = step.tx.cards_of_unit(step.unit, since=shift_months(step.today, -12))
    red = sum(1 for c in history if c.level == RED and c.counts_on(step.today))
    yellow = str(data.get("yellow_card_no", ""))
    unanswered = any(
        c.no == yellow
        and c.answered_at is None
        and c.answer_due_on is not None
        and c.answer_due_on < step.today
        and not c.is_objected
        and not c.is_withdrawn
        for c in history
    )
    return {
        "base": _int(data["base"]),
        "red_12m": red,
        "yellow_unanswered": unanswered,
        "red_reply_rejected": _int(data.get("red_reply_rejected", 0)),
    }


def _late_task(step: CaseStep, call: ServiceCall) -> UserTaskRow:
    return step.tx.user_task(TaskId(UUID(str(call.data["task_id"]))))


def _final_date(data: Mapping[str, object]) -> date | None:
    text = data.get(FINAL_DATE)
    return date.fromisoformat(str(text)) if text else None


def _day_after_window(calendar: WorkCalendar, issued_on: date, window_wd: int) -> date:
    return date.fromordinal(calendar.add_working_days(issued_on, window_wd).toordinal() + 1)


def _addressees(step: CaseStep, task: UserTaskRow, level: int) -> tuple[PersonId, ...]:
    """Who is told of this level (domain.md §3 S2, column effect), each once."""
    organization, on, unit = step.reference.organization, step.today, step.unit

    def holders(of_unit: str, position: str) -> list[str]:
        return [held.person for held in organization.holders(of_unit, position, on)]

    superior = organization.superior(unit)
    found: list[str] = [task.assignee] if task.assignee else list(step.tx.candidates(task.id))
    if level in (URGE, YELLOW):
        found += holders(unit, "LEAD_DIRECT")
    if level == RED:
        found += [*holders(unit, "LEAD_MAIN"), *organization.members("inspector", superior, on)]
    if level == REPORT:
        found += [*holders(unit, "LEAD_MAIN"), *holders(superior, "LEAD_DIRECT")]
    if level == PROPOSE:
        found += [*holders(unit, "LEAD_MAIN"), *holders(superior, "LEAD_MAIN")]
    return tuple(dict.fromkeys(PersonId(person) for person in found))


def _int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputRejected(f"级别“{value}”应为整数。", f"{value!r} is not a whole number.", value=str(value))
    return value


SERVICES = {
    **telling.SERVICES,
    "issue_level": issue_level,
    "next_threshold": next_threshold_service,
    "record_answer": record_answer,
    "apply_decision": apply_decision,
    "start_accountability": start_accountability,
    "close_ladder": close_ladder,
    "decide_objection": decide_objection,
}
