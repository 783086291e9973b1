"""How a task opens in a try-out: test people, the date by the real calendar, and what would happen when it is late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from engine.commands.trial_run import TrialRun, TrialTask
from engine.core import Reference
from engine.errors import ChangxiaoError
from engine.model.assign_grammar import DEFAULT_ASSIGN, AssignRule, parse_assign
from engine.model.clock import local_day
from engine.model.declared_words import Words, assign_words, selected_words
from engine.model.due import Due, DueContext, due_of, evaluate, parse_due
from engine.model.ladder import parse_ladder, thresholds
from engine.model.period import Period
from engine.model.process import FlowNode
from engine.model.reminder import parse_remind, reminders
from engine.model.schedule import span_of, span_of_case
from engine.model.step import OpenedTask


def open_task(node: FlowNode, opened: OpenedTask, run: TrialRun, reference: Reference) -> TrialTask:
    """The task with its people and its date; a date that cannot be counted says why."""
    name = node.name or node.id
    assign, people = _people(node.assign or DEFAULT_ASSIGN, opened, reference)
    task = TrialTask(
        token=int(opened.token),
        element_id=node.id,
        name=Words(zh=name, en=node.name_en or name),
        assign=assign,
        people=people,
        form=node.form,
        opened_at=run.now,
        remind=node.remind,
        ladder=node.ladder,
    )
    if node.due:
        _date(task, node.due, opened, run, reference)
    return task


def past_due(run: TrialRun, until: datetime, reference: Reference) -> list[tuple[datetime, str, Words]]:
    """Reminders and rungs of open tasks that fall into the time from `run.now` to `until`, in order."""
    found = [event for task in run.tasks for event in _late(task, run.now, until, reference)]
    return sorted(found, key=lambda event: event[0])


def _people(text: str, opened: OpenedTask, reference: Reference) -> tuple[Words, list[Words]]:
    try:
        rule = parse_assign(text)
    except ChangxiaoError as error:
        said = Words(zh=str(getattr(error, "zh", error)), en=str(getattr(error, "en", error)))
        return said, [Words(zh="测试人员", en="test person")]
    return assign_words(rule), _named(rule, opened, reference)


def _named(rule: AssignRule, opened: OpenedTask, reference: Reference) -> list[Words]:
    """Whoever a variable names, by name; for a post or role somebody made up."""
    value = opened.data.get(rule.name) if rule.selector == "user" else None
    names = value if isinstance(value, list) else [value] if isinstance(value, str) and value else []
    organization = reference.organization
    found = [organization.person_name(str(name)) for name in names[:5]]
    if found:
        return [Words(zh=f"{name}（测试）", en=f"{name} (test)") for name in found]
    who = selected_words(rule)
    return [Words(zh=f"测试人员（{who.zh}）", en=f"test person ({who.en})")]


def _date(task: TrialTask, text: str, opened: OpenedTask, run: TrialRun, reference: Reference) -> None:
    half, calendar, params = Period.containing("half", run.started), reference.calendar, reference.params
    try:
        span = span_of_case(opened.data, calendar, params) or span_of(half.code, calendar, params)
        due = evaluate(
            parse_due(text),
            DueContext(
                created=run.now,
                started=run.started,
                delivered=run.delivered or calendar.next_working_day(local_day(run.now)),
                period_start=span.first_day,
                period_end=span.last_day,
                variables=opened.data,
                params=params,
            ),
            calendar,
        )
    except ChangxiaoError as error:
        zh, en = str(getattr(error, "zh", "") or error), str(getattr(error, "en", "") or error)
        task.due_words = Words(zh=f"时限无法计算：{zh}", en=f"The limit cannot be counted: {en}")
        return
    task.due_on, task.due_at, task.rule = due.on, due.at, text
    task.due_words = Words(zh=due.zh, en=due.en)
    task.inputs = dict(due.inputs)


def _late(
    task: TrialTask, since: datetime, until: datetime, reference: Reference
) -> Iterator[tuple[datetime, str, Words]]:
    if not task.rule:
        return
    due: Due = due_of(task.rule, task.inputs, reference.calendar)
    try:
        offsets, profile = parse_remind(task.remind), parse_ladder(task.ladder)
    except ChangxiaoError:  # the lint has said so
        return
    name = task.name
    for reminder in reminders(due, offsets, task.opened_at, reference.calendar):
        if since < reminder.at <= until:
            zh = f"提醒“{name.zh}”：{reminder.offset.zh}"
            yield reminder.at, task.element_id, Words(zh=zh, en=f'Reminder of "{name.en}": {reminder.offset.en}')
    if since < due.at <= until:
        yield due.at, task.element_id, Words(zh=f"“{name.zh}”到期", en=f'"{name.en}" is due')
    for threshold in thresholds(due, profile, reference.calendar) if profile is not None else ():
        if since < threshold.at <= until:
            level = threshold.level
            zh, en = f"“{name.zh}”{level.zh}：{level.effect_zh}", f'"{name.en}" {level.en}: {level.effect_en}'
            yield threshold.at, task.element_id, Words(zh=zh, en=en)
