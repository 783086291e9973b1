"""Services of P03_TRAIN: date the sessions, count who attended and who has to make it up (domain.md §2 P03).

What parallel sessions must know of each other stands in three variables of the whole case: `warned` (who had 警示教育
this year), `exempt` (who need not, and why) and `open_warnings` (planned sessions of it without an attendance list).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from engine.model.coverage import Coverage, coverage, on_long_leave
from engine.model.period import Period
from engine.model.step import ServiceCall

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

WARNING = "警示教育"
MADE_UP, EXEMPT = "已补训", "免训"
Row = Mapping[str, Any]


def schedule_sessions(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Number the planned sessions and date each: the last working day of its month."""
    period, calendar = Period.parse(str(call.data["period"])), step.reference.calendar
    sessions = [
        {
            "no": number,
            "label": row["title"],
            "form": row["form"],
            "due": calendar.last_working_day("month", date(period.year, int(row["month"]), 1)).isoformat(),
        }
        for number, row in enumerate(cast("list[Row]", call.data["sessions"]), start=1)
    ]
    return {
        "sessions": sessions,
        "period_start": period.first_day.isoformat(),
        "warned": sorted(_warned(call)),  # a bulletin may have added a session before the plan was approved
        "exempt": _exempt(call),
        "open_warnings": sum(1 for session in sessions if session["form"] == WARNING),
    }


def consider_bulletin(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Not where the unit issued the bulletin itself, and not once the year is over."""
    return {"to_consider": call.data["bulletin_issuer"] != step.unit and not call.data.get("year_over")}


def add_session(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """A session of 警示教育 that a case bulletin has brought about."""
    step.note("session_added", by=str(call.data["added_by"]))
    return {
        "session": {"label": call.data["added_title"], "form": WARNING, "due": call.data["added_by"], "added": True}
    }


def count_attendance(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Who was there, who is exempt, and who of the others has to make it up.

    Absent are those who are listed as such; after the last planned session of 警示教育, everybody who has not had it.
    """
    session, held_on = cast("Row", call.data["session"]), date.fromisoformat(str(call.data["held_on"]))
    rows = cast("list[Row]", call.data["rows"])
    attended = [str(row["person"]) for row in rows if row.get("present")]
    exempt = {**_exempt(call), **{str(row["person"]): str(row["exempt"]) for row in rows if row.get("exempt")}}
    warned, open_warnings = _warned(call), _count(call, "open_warnings")
    listed = {str(row["person"]) for row in rows} - set(attended)
    absent = listed
    if session["form"] == WARNING:
        warned |= set(attended)
        open_warnings -= 0 if session.get("added") else 1
    now = _coverage(step, warned, exempt, held_on)
    exempt |= {person: reason for person, reason in _leave(step, held_on).items() if person not in set(now.eligible)}
    if session["form"] == WARNING:
        is_last = open_warnings <= 0 and not session.get("added")
        absent = set(now.missing) if is_last else listed & set(now.missing)
    shared = {"warned": sorted(warned), "exempt": exempt, "open_warnings": open_warnings}
    step.workflow.set_variables(shared)
    names = step.reference.organization.person_name
    pending = [{"person": person, "label": names(person)} for person in sorted(absent - set(exempt))]
    step.note("attendance_counted", present=len(attended), of=now.of, absent=len(pending))
    return {
        **shared,
        "pending_added" if session.get("added") else "pending": pending,
        "attended": attended,
        "rows": [],  # the submission keeps them; the state of the case need not
        **_progress(now),
    }


def record_make_up(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """One absentee has made it up, is exempt, or has to be asked again."""
    person = str(cast("Row", call.element)["person"])
    session, result = cast("Row", call.data["session"]), str(call.data["make_up"])
    warned, exempt = _warned(call), _exempt(call)
    made_up_on = str(call.data.get("made_up_on") or step.today) if result == MADE_UP else step.today.isoformat()
    if result == MADE_UP and session["form"] == WARNING:
        warned.add(person)
    if result == EXEMPT:
        exempt[person] = str(call.data["exempt_reason"])
    shared = {"warned": sorted(warned), "exempt": exempt}
    step.workflow.set_variables(shared)
    return {
        **shared,
        "settled": result in (MADE_UP, EXEMPT) or not _belongs(step, person),
        "trained": [person] if result == MADE_UP else [],
        "covered_on": made_up_on,
        **_progress(_coverage(step, warned, exempt, step.today)),
    }


def check_coverage(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """31 December: has everybody who must had 警示教育 this year?"""
    now = _coverage(step, _warned(call), _exempt(call), step.today)
    step.note("coverage_checked", done=now.done, of=now.of)
    result = {"covered_in_time": bool(_warned(call)) and now.is_complete, "year_over": True}
    step.workflow.set_variables(result)
    return result


def _coverage(step: CaseStep, warned: Iterable[str], exempt: Iterable[str], on: date) -> Coverage:
    return coverage(_staff(step), exempt={*exempt, *_leave(step, on)}, trained=warned)


def _staff(step: CaseStep) -> tuple[str, ...]:
    return tuple(person.id for person in step.reference.organization.staff_of(step.unit))


def _belongs(step: CaseStep, person: str) -> bool:
    return step.reference.organization.home_unit(person) == step.unit


def _leave(step: CaseStep, on: date) -> dict[str, str]:
    """Who of the unit is on long leave that day, with the words for the list."""
    reference, unit = step.reference, step.unit
    absences = [a for a in reference.organization.absences if reference.organization.home_unit(a.person) == unit]
    least = reference.params.number("p03_long_leave_cd")
    found = on_long_leave(absences, on=on, least_days=least)
    return {person: f"长期请假（{leave.first_day}至{leave.last_day}）" for person, leave in found.items()}


def _progress(now: Coverage) -> dict[str, object]:
    return {"done": now.done, "of": now.of}


def _warned(call: ServiceCall) -> set[str]:
    return set(cast("list[str]", call.data.get("warned") or []))


def _exempt(call: ServiceCall) -> dict[str, str]:
    return dict(cast("Mapping[str, str]", call.data.get("exempt") or {}))


def _count(call: ServiceCall, name: str) -> int:
    value = call.data.get(name)
    return value if isinstance(value, int) else 0


SERVICES = {
    function.__name__: function
    for function in (
        schedule_sessions,
        consider_bulletin,
        add_session,
        count_attendance,
        record_make_up,
        check_coverage,
    )
}
