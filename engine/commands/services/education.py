"""Services of P06_EDUCATE and P06B_ENTRY: branches, leaders, attendance, verification, bulletins (domain.md §2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from engine.commands.services.drawing import is_sampled
from engine.errors import InputRejected
from engine.model.branch_study import is_enough
from engine.model.organization import LEADERS, Department
from engine.model.period import Period
from engine.model.step import PersonId, ServiceCall

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

BRANCH = "支部"
OWN_LECTURE = "本人主讲"
#: Steps that a unit has left undone when one of them is open at the end of the half.
_STUDY_STEPS = frozenset({"P06_T1", "P06_T2", "P06_T4", "P06_T2_REDO"})
_LECTURE_STEP = "P06_T3"
Row = Mapping[str, Any]


def list_branches(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The branches of the unit, and its leaders who have not lectured themselves this year."""
    period = _period(call)
    branches, organization = _branches(step), step.reference.organization
    leaders = [held.person for post in LEADERS for held in organization.holders(step.unit, post, step.today)]
    return {
        "branches": [{"dept": one.code, "label": one.name, "staff": _members(step, one)} for one in branches],
        "branch_codes": [one.code for one in branches],
        "leaders": [{"leader": person} for person in dict.fromkeys(leaders) if not _has_lectured(step, person, period)],
        "period_start": period.first_day.isoformat(),
        "period_end": period.last_day.isoformat(),
        "year_start": period.first_day.replace(month=1).isoformat(),
        "half_over": False,
        "lectures_move": False,
    }


def count_study(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Present and made up, against those entitled."""
    rows = cast("list[Row]", call.data.get("absentees") or [])
    made_up = sorted({*cast("list[str]", call.data.get("made_up") or []), *(str(row["person"]) for row in rows)})
    eligible, studied = _int(call.data["eligible"]), _int(call.data["present"]) + len(made_up)
    percent = step.reference.params.number("p06_attendance_percent")
    return {
        "made_up": made_up,
        "absentees": [],
        "studied": min(studied, eligible),
        "enough": is_enough(studied, eligible, percent=percent),
    }


def draw_study(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Is this record verified by the superior's inspectors? Drawn by lot (D6), once: one that was returned stays."""
    branch, percent = str(cast("Row", call.data["branch"])["dept"]), step.reference.params.number("p06_verify_sample")
    superior = step.reference.organization.superior(step.unit)
    drawn = call.data.get("sampled") is True
    if superior and not drawn:
        drawn = is_sampled(step, branch, f"{call.data['period']}/{branch}", percent, unit=superior)
    step.note("sample", drawn=drawn, branch=branch)
    return {"sampled": drawn}


def check_lecture(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """A lecture counts when the leader gave it and says so himself.

    Another's is kept, the leader is told, and the task comes again.
    """
    leader = str(cast("Row", call.data["lecture"])["leader"])
    own = call.data["lecturer"] == OWN_LECTURE and step.by == leader
    step.note("lecture", leader=leader, own=own)
    if not own:
        step.tell(PersonId(leader), "lecture_not_counted")
    return {"own_lecture": own}


def close_half(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The half is over: was anything left undone? Lectures of the first half go over to the case of the second."""
    is_first = _period(call).number == 1
    owed = _STUDY_STEPS | (frozenset() if is_first else {_LECTURE_STEP})
    late = sorted({node for _, node, _ in step.workflow.open_tokens()} & owed)
    step.note("half_closed", open=late)
    result = {"closed_in_time": not late, "half_over": True, "lectures_move": is_first}
    step.workflow.set_variables(result)
    return result


def open_bulletin_study(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Which branches study a bulletin: all, but none of the unit that issued it, and none once the half is over."""
    number = str(call.data["bulletin_no"])
    if call.data["bulletin_issuer"] == step.unit or call.data.get("half_over"):
        return {"studies": []}
    due = step.reference.calendar.add_working_days(
        date.fromisoformat(str(call.data["bulletin_on"])), step.reference.params.number("p06_bulletin_wd")
    )
    return {
        "studies": [{"dept": one.code, "label": f"{one.name}（{number}）"} for one in _branches(step)],
        "study_due": due.isoformat(),
    }


def check_branch(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """P06B_ENTRY: the department that was chosen is a branch of the unit. Raises InputRejected."""
    code = str(call.data["branch"])
    found = next((one for one in _branches(step) if one.code == code), None)
    if found is None:
        raise InputRejected(
            "所选部门不是本单位的党支部，请改选党支部。",
            "What was chosen is no branch of the unit: choose a branch.",
            field="branch",
            value=code,
        )
    step.changes["title"] = f"{found.name} {call.data['entry_on']}"
    return {"tagged": bool(call.data.get("tagged"))}


def _branches(step: CaseStep) -> tuple[Department, ...]:
    found = (one for one in step.reference.organization.departments_of(step.unit) if one.kind == BRANCH)
    return tuple(sorted(found, key=lambda one: one.code))


def _has_lectured(step: CaseStep, person: str, period: Period) -> bool:
    """Has the leader lectured in person this year already, in the first half, or need not?"""
    owed = step.tx.find_obligation("O19", step.unit, person, period=f"{period.year:04d}")
    return owed is not None and (owed.done_on is not None or owed.waived_at is not None)


def _members(step: CaseStep, branch: Department) -> int | None:
    """How many belong to the branch, None while nobody has been entered as its member."""
    return len(step.reference.organization.members_of(branch.code)) or None


def _period(call: ServiceCall) -> Period:
    return Period.parse(str(call.data["period"]))


def _int(value: object) -> int:
    return value if isinstance(value, int) else int(str(value))


SERVICES = {
    function.__name__: function
    for function in (
        list_branches,
        count_study,
        draw_study,
        check_lecture,
        close_half,
        open_bulletin_study,
        check_branch,
    )
}
