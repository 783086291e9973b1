"""Opening a user task: who gets it, by when, with which reminders and which ladder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from engine.model.clock import OFFICE_OPENS, instant, local_day
from engine.model.deadline import counted_from
from engine.model.due import Due, DueContext, evaluate, parse_due
from engine.model.ladder import ProfileName, next_threshold, parse_ladder
from engine.model.process import FlowNode
from engine.model.reminder import parse_remind, reminders
from engine.model.schedule import span_of_case
from engine.model.step import OpenedTask, TaskId
from engine.store.record import MovedTimer, NewDeadlineEntry, NewTask, NewTimer
from engine.store.rows import UserTaskRow

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

REMINDER, LADDER, DELIVERY, STAGE, HANDOVER = "reminder", "ladder", "delivery", "stage", "handover"


def open_task(step: CaseStep, opened: OpenedTask) -> None:
    """Add the task that the workflow has just opened to `step`. Raises StepFailed where a date cannot be computed,
    NobodyAssignable where nobody is left to do it."""
    from engine.commands.assigning import assign_task

    node = step.node(opened.node_id)
    task_id = TaskId(step.engine.ids.v7(step.at))
    assigned = assign_task(step, node, opened)
    due = due_of_task(step, node, opened.data)
    profile = profile_of(step, node, due)
    name, name_en = _named(node, opened.element)
    form = step.definition.form(node.form) if node.form else None
    step.task_ids[opened.token] = task_id
    step.opened.append(
        NewTask(
            id=task_id,
            token=opened.token,
            node_id=node.id,
            name=name,
            name_en=name_en,
            mechanism=step.definition.row.key,
            form_key=node.form or None,
            form_version_id=form.id if form is not None else None,
            unit=assigned.unit or None,
            lane=node.lane,
            state="assigned" if assigned.assignee else "offered",
            assignee=assigned.assignee,
            on_behalf_of=assigned.on_behalf_of,
            candidates=assigned.candidates,
            due_on=due.on if due is not None else None,
            due_at=due.at if due is not None else None,
            deadline=due.as_dict() if due is not None else None,
            ladder_profile=profile,
            protected=node.protected,
            element=opened.element,
        )
    )
    if due is not None:
        date_task(step, task_id, due)
        step.timers += timers_of(step, task_id, node, due, profile)
        step.timers += stage_timers(step, task_id, node, due, opened.data)
    if "delivered" in node.due and step.delivered_at is None:
        step.timers.append(_delivery_timer(step, task_id, node))
    if assigned.ends_on is not None:
        step.timers.append(handover_timer(task_id, node.id, assigned.ends_on))
    people = (assigned.assignee,) if assigned.assignee else assigned.candidates
    step.tell_all(people, "assigned" if assigned.assignee else "offered", task_id=task_id, name=node.name)


def _named(node: FlowNode, element: object) -> tuple[str, str]:
    """What the task is called; of many like it each says which it is, by the `label` of its row."""
    label = element.get("label") if isinstance(element, Mapping) else None
    zh, en = node.name or node.id, node.name_en
    return (f"{zh}：{label}", f"{en}: {label}" if en else "") if label else (zh, en)


def due_of_task(step: CaseStep, node: FlowNode, data: Mapping[str, object]) -> Due | None:
    """The date of a node's `cx:due` now. Before the delivery it counts as if delivered on the last possible day."""
    asked = str(data.get("approval_due") or "") if node.form and node.form.startswith("S4_") else ""
    rule = step.due_rule or asked or node.due
    if not rule:
        return None
    calendar = step.reference.calendar
    at = step.delivered_at
    delivered = counted_from(at, step.variables, calendar) if at else calendar.next_working_day(step.today)
    period = span_of_case(data, calendar, step.reference.params)
    context = DueContext(
        created=step.at,
        started=local_day(step.case.started_at) if step.case is not None else step.today,
        delivered=delivered,
        period_start=period.first_day if period is not None else None,
        period_end=period.last_day if period is not None else None,
        variables=data,
        params=step.reference.params,
    )
    return evaluate(parse_due(rule), context, calendar)


def timers_of(
    step: CaseStep, task_id: TaskId, node: FlowNode, due: Due, profile: ProfileName | None
) -> Iterable[NewTimer]:
    """Reminders still to come and the first rung of the ladder, by the date in force."""
    calendar = step.reference.calendar
    for reminder in reminders(due, parse_remind(node.remind), step.at, calendar):
        yield NewTimer(
            kind=REMINDER,
            due_at=reminder.at,
            task_id=task_id,
            node_id=node.id,
            rule={"zh": reminder.offset.zh, "en": reminder.offset.en},
        )
    if profile is None:
        return
    third_return = node.form == "S1_T5" and _returns(step) >= 3
    first = next_threshold(due, profile, 0, calendar)
    if third_return:  # domain.md §3 S1: the third return starts the ladder at base 3
        yield NewTimer(
            kind=LADDER,
            due_at=_next_office_hour(step),
            task_id=task_id,
            node_id=node.id,
            rule={"profile": profile},
            payload={"base": 3},
        )
    elif first is not None:
        yield NewTimer(
            kind=LADDER,
            due_at=first.at,
            task_id=task_id,
            node_id=node.id,
            rule={"profile": profile},
            payload={"base": first.level.level},
        )


def date_task(step: CaseStep, task_id: TaskId, due: Due) -> None:
    """The first line of the deadline ledger of a new task."""
    step.deadlines.append(
        NewDeadlineEntry(
            id=step.engine.ids.v7(step.at),
            kind="set",
            task_id=task_id,
            rule=due.rule,
            due_on=due.on,
            due_at=due.at,
            explanation=due.as_dict(),
        )
    )


def profile_of(step: CaseStep, node: FlowNode, due: Due | None) -> ProfileName | None:
    """The ladder profile of a task at this node with this date, None for none."""
    profile = parse_ladder(node.ladder)
    if profile == "HOUR" and due is not None and not due.is_hourly:
        profile = "STD"  # of min(hours, working days) the limit in days has decided: nobody is called at night
    if profile is not None and step.fact("sealed"):
        return "CASE"  # domain.md §3 S2: no cards, nothing in a unit inbox for any sealed task
    # domain.md §3 S2: URG is for severity D and the follow-up of S5; the diagram says STD for all problems.
    return "URG" if profile == "STD" and step.fact("severity") == "D" else profile


def _returns(step: CaseStep) -> int:
    value = step.variables.get("returns", 0)
    return value if isinstance(value, int) else 0


def _next_office_hour(step: CaseStep) -> datetime:
    """Now, while people work today; else 09:00 of the next working day."""
    if step.reference.calendar.is_working_day(step.today):
        return step.at
    return instant(step.reference.calendar.next_working_day(step.today), OFFICE_OPENS)


def _delivery_timer(step: CaseStep, task_id: TaskId, node: FlowNode) -> NewTimer:
    """A notice that nobody opens counts as delivered one working day after it was sent."""
    day = step.reference.calendar.next_working_day(step.today)
    return NewTimer(kind=DELIVERY, due_at=instant(day, OFFICE_OPENS), task_id=task_id, node_id=node.id)


def handover_timer(task_id: TaskId, node_id: str, day: date, *, always: bool = False) -> NewTimer:
    """On that day somebody who has the task will have left the post: it then moves on (交接).

    always: its post is vacant now and held from that day on, so it moves though nobody leaves.
    """
    payload = {"always": True} if always else None
    return NewTimer(kind=HANDOVER, due_at=instant(day, time.min), task_id=task_id, node_id=node_id, payload=payload)


def stage_timers(
    step: CaseStep, task_id: TaskId, node: FlowNode, due: Due, data: Mapping[str, object]
) -> Iterable[NewTimer]:
    """阶段报告: `cx:params="stage=var(stage_wd)"` asks for a report every so many working days from the delivery."""
    every = data.get("stage_wd")
    if "stage=" not in node.params or not isinstance(every, int) or every <= 0 or step.delivered_at is None:
        return
    calendar = step.reference.calendar
    day = calendar.add_working_days(counted_from(step.delivered_at, step.variables, calendar), every)
    while day < due.on:
        at = instant(day, OFFICE_OPENS)
        if at > step.at:
            yield NewTimer(kind=STAGE, due_at=at, task_id=task_id, node_id=node.id, rule={"every_wd": every})
        day = calendar.add_working_days(day, every)


def move_closing(step: CaseStep, task: UserTaskRow, due_at: datetime) -> None:
    """The drawn timer that closes the time of `task` follows it to `due_at`: silence begins when that time is over.

    Meant is the boundary timer that goes off the moment the task is due; of parallel instances, whose timers cannot be
    told apart here, none is moved.
    """
    closing = [
        timer
        for timer in step.tx.timers_of(step.instance_id)
        if timer.kind == "bpmn"
        and timer.due_at == task.due_at
        and timer.held_at is None
        and step.node(timer.node_id).attached_to == task.node_id
    ]
    if len(closing) == 1:
        step.moved.append(MovedTimer(id=closing[0].id, due_at=due_at))
