"""延期: asked once before the limit ends, decided by the issuer's leader in charge in an approval of its own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from engine.commands.attempts import again_when_beaten
from engine.commands.case_step import CaseStep, StartRequest
from engine.commands.cases import begin_now, load_case
from engine.commands.opening import LADDER, REMINDER, move_closing, timers_of
from engine.commands.reasons import checked_reason
from engine.commands.tasks import check_may_act
from engine.core import Engine
from engine.errors import Conflict
from engine.model.clock import end_of_day, local_day
from engine.model.deadline import DeadlineRefused, counted_from, longest_extension_wd
from engine.model.due import Due
from engine.model.ladder import ProfileName
from engine.model.step import InstanceId, PersonId, TaskId
from engine.store.record import ChangedTask, HistoryFact, NewDeadlineEntry, StepRecord
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.transaction import Transaction

APPROVAL = "S4_APPROVE"
PURPOSE = "extension"


def longest(engine: Engine, tx: Transaction, task: UserTaskRow, case: InstanceRow) -> int:
    """Working days for which this task's limit may be extended: min(10 [L], half of the limit)."""
    reference = engine.reference(tx)
    if task.due_on is None:
        return 0
    if counts_to_limit(task) and case.delivered_at is not None:
        whole = reference.calendar.count(
            counted_from(case.delivered_at, case.variables, reference.calendar), task.due_on
        )
    else:
        held_wd = sum(entry.held_wd for entry in tx.deadline_entries(case.id) if entry.task_id == task.id)
        whole = reference.calendar.count(local_day(task.created_at), task.due_on) - held_wd
    return longest_extension_wd(whole, maximum_wd=reference.params.number("extension_max_wd"))


@again_when_beaten
def request(engine: Engine, person: PersonId, task_id: TaskId, working_days: int, reason: str) -> InstanceId | None:
    """Ask for `working_days` more. Answers the case in which the issuer decides.

    Raises DeadlineRefused after the due time, for a second request and for more than the rule allows.
    """
    reason = checked_reason(reason, zh="请填写延期理由。")
    with engine.transaction(person) as tx:
        task, case = tx.lock_task(task_id)
        check_may_act(engine, tx, task, person)
        _check(engine, tx, task, case, working_days)
        organization, on = engine.reference(tx).organization, local_day(tx.now)
        decider_unit = case.issuer_unit or organization.superior(task.unit or "")
        approvers = [p.person for p in organization.holders(decider_unit, "LEAD_DIRECT", on)]
        if not approvers:
            raise Conflict(f"{decider_unit} has no leader in charge to decide.", unit=decider_unit)
        with tx.as_system():
            tx.record(
                StepRecord(
                    instance_id=case.id,
                    rev=case.rev,
                    at=tx.now,
                    actor=person,
                    deadlines=(
                        NewDeadlineEntry(
                            id=engine.ids.v7(tx.now),
                            kind="requested",
                            task_id=task.id,
                            due_on=task.due_on,
                            due_at=task.due_at,
                            explanation={"working_days": working_days},
                            reason=reason,
                        ),
                    ),
                    history=(
                        HistoryFact(event="extension_requested", task_id=task.id, body={"working_days": working_days}),
                    ),
                )
            )
            return begin_now(
                engine,
                tx,
                StartRequest(
                    key=APPROVAL,
                    variables={
                        "purpose": PURPOSE,
                        "mode": "单人",
                        "approvers": approvers,
                        "title": case.title,
                        "about_task": str(task.id),
                        "about_case": str(case.id),
                        "working_days": working_days,
                        "unit": decider_unit,
                    },
                    unit=decider_unit,
                    parent_task=task.id,
                    mark="延期申请",
                ),
                by=person,
                parent_instance=case.id,
            )


def apply_decision(approval: CaseStep) -> None:
    """An approval of an extension has ended: move the limit, or note that it was refused."""
    data = approval.variables
    task, case = approval.tx.lock_task(TaskId(UUID(str(data["about_task"]))))
    if case.is_over or not task.is_open:
        return
    step = load_case(approval.engine, approval.tx, case, by=approval.by)
    working_days = int(str(data["working_days"]))
    if data.get("decision") in {"同意", "修改后同意"}:
        extend(step, task, working_days)
    else:
        step.deadlines.append(
            NewDeadlineEntry(
                id=step.engine.ids.v7(step.at), kind="refused", task_id=task.id, due_on=task.due_on, due_at=task.due_at
            )
        )
        step.note("extension_refused", task_id=task.id)
    if task.assignee:
        step.tell(task.assignee, "extension_decided", task_id=task.id, decision=str(data.get("decision", "")))
    step.save()


def extend(step: CaseStep, task: UserTaskRow, working_days: int) -> None:
    """Move the date of `task` and, where it is the limit of the case, the limit itself."""
    if task.due_on is None:
        return
    due_on = step.reference.calendar.add_working_days(task.due_on, working_days)
    limited = counts_to_limit(task)
    if limited:
        step.workflow.set_variables({"limit": due_on.isoformat()})
        step.run()
        step.changes["limit_at"] = end_of_day(due_on)
    step.mark("已延期")
    step.note("extended", task_id=task.id, working_days=working_days, due_on=due_on.isoformat())
    move_task(step, task, due_on, kind="extended", explanation={"working_days": working_days})


def move_task(step: CaseStep, task: UserTaskRow, due_on: date, *, kind: str, explanation: dict[str, object]) -> None:
    """Give an open task another date: ledger, reminders, the first rung of its ladder and what closes it follow."""
    from dataclasses import replace

    from engine.commands.services.ladder import due_in_force

    due: Due = replace(due_in_force(task, step.reference.calendar), on=due_on, at=end_of_day(due_on))
    step.deadlines.append(
        NewDeadlineEntry(
            id=step.engine.ids.v7(step.at),
            kind=kind,
            task_id=task.id,
            rule=due.rule,
            due_on=due_on,
            due_at=due.at,
            previous_due_on=task.due_on,
            explanation=explanation,
        )
    )
    step.changed.append(ChangedTask(id=task.id, changes={"due_on": due_on, "due_at": due.at}))
    step.disarmed += [t.id for t in step.tx.timers_of_task(task.id) if t.kind in {REMINDER, LADDER}]
    move_closing(step, task, due.at)
    profile: ProfileName | None = task.ladder_profile  # type: ignore[assignment]
    step.timers += timers_of(step, task.id, step.node(task.node_id), due, profile)


def counts_to_limit(task: UserTaskRow) -> bool:
    """True for a task whose date is the limit of the case."""
    return str((task.deadline or {}).get("rule", "")) == "var(limit)"


def _check(engine: Engine, tx: Transaction, task: UserTaskRow, case: InstanceRow, working_days: int) -> None:
    if task.due_at is None or tx.now > task.due_at:
        raise DeadlineRefused(
            "asked_late", "延期应在到期前申请。", "An extension must be asked for before the due time."
        )
    if any(entry.kind in {"requested", "extended"} for entry in tx.deadline_entries(case.id)):
        raise DeadlineRefused("extended_before", "每件事项只能申请延期一次。", "An extension is asked for only once.")
    most, maximum_wd = longest(engine, tx, task, case), engine.reference(tx).params.number("extension_max_wd")
    if not 1 <= working_days <= most:
        raise DeadlineRefused(
            "too_long",
            f"最多可延长{most}个工作日（不超过{maximum_wd}个工作日且不超过原期限的一半）。",
            f"At most {most} working days (no more than {maximum_wd} and no more than half of the limit).",
            longest=most,
        )
