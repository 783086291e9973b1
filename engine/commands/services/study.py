"""Services of P02_PUSH: the half-yearly study, from its frame to the problems it hands over (domain.md §2 P02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from engine.model.case_titles import FURTHER_STUDY, STUDY, half_zh
from engine.model.clock import OFFICE_OPENS, instant
from engine.model.period import Period
from engine.model.step import ServiceCall

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

EARLY_SIGN = "违纪违法苗头"
ZERO_PROBLEMS = "零问题说明"  #: mark of a case whose unit found none; weighs in the draw for inspection (D6)
SOURCE = "专题研究"
#: domain.md §2 P02: opinions are heard until five working days before the meeting.
_HEARD_BEFORE_WD = 5


def open_study(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The frame of the study: its half-year, the numbers that its forms are checked by, the day it is given up.

    A further study that an officer begins belongs to the half-year of that day.
    """
    half = Period.parse(str(call.data.get("period") or Period.containing("half", step.today).code))
    params, unit = step.reference.params, step.reference.organization.unit(step.unit)
    title = FURTHER_STUDY if call.data.get("issuer") else STUDY  # the issuer is who has begun it by hand
    step.changes["title"] = title.written(year=half.year, half=half_zh(half.number))
    least = params.number("p02_opinions_min_people")
    return {
        "period": half.code,
        "half_start": half.first_day.isoformat(),
        "half_end": half.last_day.isoformat(),
        "earliest_meeting": step.reference.calendar.add_working_days(step.today, _HEARD_BEFORE_WD).isoformat(),
        "people_min": min(least, unit.staff) if unit is not None and unit.staff else least,
        "attend_part": params.number("p02_attend_part"),
        "attend_whole": params.number("p02_attend_whole"),
        "problems": [],
        "closes_at": _closes_at(step, half.last_day).isoformat(),
    }


def redate_closing(step: CaseStep, data: Mapping[str, object]) -> tuple[str, datetime] | None:
    """By a changed calendar: the variable behind the timer 期满未召开, and its new value."""
    half_end = data.get("half_end")
    return ("closes_at", _closes_at(step, date.fromisoformat(half_end))) if isinstance(half_end, str) else None


def _closes_at(step: CaseStep, half_end: date) -> datetime:
    days = step.reference.params.number("p02_close_wd")
    return instant(step.reference.calendar.add_working_days(half_end, days), OFFICE_OPENS)


def list_hearers(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:  # noqa: ARG001
    """Who hears opinions: every leader in charge and every head of a responsible department, each once."""
    organization = step.reference.organization
    found = dict.fromkeys(
        held.person
        for position in ("LEAD_DIRECT", "DEPT_RESP")
        for held in organization.holders(step.unit, position, step.today)
    )
    # A unit in which both posts are vacant still hears: the fallback of assignment finds who stands in.
    return {"hearers": [{"hearer": person} for person in found] or [{"hearer": ""}]}


def sort_problems(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Part the rows of the meeting: what S1 gets, with the fields of its form S1_T0, and early signs, for P08 only.

    What early signs say leaves the list at once; from here on the case shows how many there were. The prefecture
    commission has no superior in the system: its own problems stay on the list, for the external written record.
    """
    rows = cast("Sequence[Mapping[str, object]]", call.data.get("problems") or ())
    early = [row for row in rows if row.get("category") == EARLY_SIGN]
    listed = [row for row in rows if row.get("category") != EARLY_SIGN]
    is_top = not step.reference.organization.superior(step.unit)
    step.note("problems_sorted", listed=len(listed), early_signs=len(early))
    return {
        "problem_count": len(rows),
        "problems": listed,
        "handed": [] if is_top else [_as_problem(step, row) for row in listed],
        "early_signs": early,
    }


def _as_problem(step: CaseStep, row: Mapping[str, object]) -> dict[str, object]:
    """A row of the analysis as the start of S1."""
    kept = {name: row[name] for name in ("title", "dept", "nature", "spread", "category", "post") if name in row}
    return {
        **kept,
        "unit": step.unit,
        "source": SOURCE,
        "public_impact": row.get("public_impact") is True,
        "facts": row.get("basis", ""),
    }


def send_early_signs(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """msg.early_sign for each of them; P08 shows them to the leader in charge alone. Nothing of them stays here."""
    for row in cast("Sequence[Mapping[str, object]]", call.data.get("early_signs") or ()):
        step.throw(
            "msg.early_sign",
            call.node_id,
            unit=step.unit,
            about="部门",
            source=SOURCE,
            dept=row.get("dept"),
            title=row.get("title"),
            fact=row.get("basis"),
        )
    return {"early_signs": []}


def note_zero_problems(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:  # noqa: ARG001
    """零问题说明: the mark by which the draw for inspection gives the unit more weight in this half-year."""
    step.mark(ZERO_PROBLEMS)
    return {"zero_problems": True}


SERVICES = {
    function.__name__: function
    for function in (open_study, list_hearers, sort_problems, send_early_signs, note_zero_problems)
}
DATED = {("P02_PUSH", "GIVEN_UP"): redate_closing}
