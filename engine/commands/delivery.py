"""Delivery of a notice: the day from which the limits of a case run (domain.md §3 S1 step 2)."""

from __future__ import annotations

from engine.commands.case_step import CaseStep
from engine.commands.opening import DELIVERY, LADDER, REMINDER, due_of_task, profile_of, timers_of
from engine.store.record import ChangedTask, NewDeadlineEntry
from engine.store.rows import UserTaskRow


def deliver_notice(step: CaseStep, task: UserTaskRow) -> None:
    """The notice of the case is delivered now; the waiting task gets its date from today."""
    step.changes["delivered_at"] = step.at
    step.note("delivered", task_id=task.id, by_opening=step.by != "system")
    node = step.node(task.node_id)
    due = due_of_task(step, node, step.variables)
    if due is None:
        return
    if due.on != task.due_on:
        step.deadlines.append(
            NewDeadlineEntry(
                id=step.engine.ids.v7(step.at),
                kind="redated",
                task_id=task.id,
                rule=due.rule,
                due_on=due.on,
                due_at=due.at,
                previous_due_on=task.due_on,
                explanation=due.as_dict(),
                reason="delivered",
            )
        )
    step.changed.append(
        ChangedTask(
            id=task.id,
            changes={
                "opened_at": step.at,
                "due_on": due.on,
                "due_at": due.at,
                "deadline": due.as_dict(),
            },
        )
    )
    # A delivery by timer has taken its own timer away; one by opening leaves it to be removed here.
    step.disarmed += [t.id for t in step.tx.timers_of_task(task.id) if t.kind in {REMINDER, LADDER, DELIVERY}]
    step.timers += timers_of(step, task.id, node, due, profile_of(step, node, due))


def waits_for_delivery(task: UserTaskRow) -> bool:
    """True for a task whose date counts from the delivery of the notice of its case."""
    return "delivered" in str((task.deadline or {}).get("rule", ""))
