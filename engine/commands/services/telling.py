"""The rungs of the ladder that issue no papers: HOUR and CASE tell named people (domain.md §3 S2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast
from uuid import UUID

from engine.model.ladder import ProfileName, level_of
from engine.model.roster import DUTY
from engine.model.step import PersonId, ServiceCall, TaskId
from engine.store.record import HistoryFact, InstanceChanges, StepRecord

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep
    from engine.store.rows import UserTaskRow

LATE_REPORT = "迟报"  #: mark of a case whose report came late, or had not come when its limit passed
#: What lists show beside a task of these profiles, whatever the rung: nobody got a card.
_SHOWN_LEVEL = 1


def tell_level(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Tell those whom this rung concerns. The first rung of HOUR also marks the case as 迟报: a fact, not a verdict."""
    task = step.tx.user_task(TaskId(UUID(str(call.data["task_id"]))))
    profile, level = cast("ProfileName", call.data["profile"]), int(str(call.data["base"]))
    code = level_of(profile, level).code
    step.note("told_of_delay", level=code, case=str(task.instance_id))
    step.tx.set_ladder_level(task.id, _SHOWN_LEVEL)
    for person in dict.fromkeys(_concerned(step, task, code)):
        step.tell(person, code, task_id=task.id, name=task.name)
    if code == "late":
        _mark_late(step, task)
    return {"level": level}


def _concerned(step: CaseStep, task: UserTaskRow, code: str) -> list[PersonId]:
    """CASE: whoever has the task, then the leader in charge of the acting unit, then its main leader.

    HOUR: also the duty officer of the day, then the main leader, then both of the superior of the superior.
    """
    organization, on, unit = step.reference.organization, step.today, task.unit or step.unit

    def holders(of_unit: str, position: str) -> list[PersonId]:
        return [PersonId(held.person) for held in organization.holders(of_unit, position, on)]

    def on_duty(of_unit: str) -> list[PersonId]:
        return [PersonId(person) for person in organization.roster(DUTY, of_unit, on)]

    match code:
        case "case_lead":
            return holders(unit, "LEAD_DIRECT")
        case "approver" | "leader":
            return holders(unit, "LEAD_MAIN")
        case "top":
            above = organization.superior_line(unit)[:2]
            return [*on_duty(above[-1]), *holders(above[-1], "LEAD_MAIN")] if above else []
        case _:
            owners = [task.assignee] if task.assignee else list(step.tx.candidates(task.id))
            return [*owners, *on_duty(unit)] if code == "late" else owners


def _mark_late(step: CaseStep, task: UserTaskRow) -> None:
    """迟报 on the case of the late report, where its own unit is late; a late superior is only told."""
    case = step.tx.lock_instance(task.instance_id)
    if case.is_over or task.unit != case.unit or LATE_REPORT in case.marks:
        return
    step.tx.record(
        StepRecord(
            instance_id=case.id,
            rev=case.rev,
            at=step.at,
            actor=step.by,
            changes=InstanceChanges(marks=[*case.marks, LATE_REPORT]),
            history=(HistoryFact(event="marked", body={"mark": LATE_REPORT, "node": task.node_id}),),
        )
    )


SERVICES = {"tell_level": tell_level}
