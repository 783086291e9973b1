"""Q4 红灯任务: every task past its date in the subtree, the longest overdue first, with the level of its ladder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from engine.core import Reference
from engine.model.clock import local_day
from engine.model.declared_words import Words
from engine.model.ladder_levels import PROFILES
from engine.model.step import InstanceId
from engine.queries.late_tasks import RUNNING
from engine.queries.narrowing import Narrowing, of_units
from engine.queries.questions.question import Asked, Choice, Found, Question, Reading, column, option, total
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_tasks

_CASE, _TASK = t.instance.c, t.user_task.c
_LEVELS: Mapping[tuple[str, int], Words] = {
    (profile, rung.level.level): Words(zh=rung.level.zh, en=rung.level.en)
    for profile, rungs in PROFILES.items()
    for rung in rungs
}
_NONE = Words(zh="未升级", en="Not escalated")
_YELLOW, _RED = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RedTask:
    """One task past its date."""

    case: InstanceId
    title: str
    number: str
    step: Words
    unit: str  #: that must act
    person: str  #: name of who has it in hand; "" while it is only offered
    due_on: date
    days_late: int  #: working days after the due day
    level: int  #: of the ladder
    rung: Words  #: what that level is called


def red_tasks(tx: Transaction, reference: Reference, wanted: Narrowing, *, level: int = 0) -> tuple[RedTask, ...]:
    """Open ones at `level` of the ladder or above. A suspended task is not late: its clock stands still."""
    query = (
        select(
            *(_TASK.instance_id, _TASK.name, _TASK.name_en, _TASK.unit, _TASK.assignee, _TASK.due_on),
            *(_TASK.ladder_level, _TASK.ladder_profile, _CASE.title, _CASE.business_no),
        )
        .join(t.instance, _CASE.id == _TASK.instance_id)
        .where(_TASK.state.in_(RUNNING), _TASK.due_at < tx.now, visible_tasks(tx.actor))
        .where(_TASK.ladder_level >= level, *of_units(_TASK.unit, reference, wanted))
        .order_by(_TASK.due_at, _TASK.id)
    )
    today, organization, count = local_day(tx.now), reference.organization, reference.calendar.count
    late: dict[date, int] = {}  # many tasks share a day
    found = []
    for row in tx.connection.execute(query):
        if row.due_on not in late:
            late[row.due_on] = count(row.due_on, today) if row.due_on < today else 0
        found.append(
            RedTask(
                case=InstanceId(row.instance_id),
                title=row.title,
                number=row.business_no or "",
                step=Words(zh=row.name, en=row.name_en or row.name),
                unit=row.unit or "",
                person=organization.person_name(row.assignee) if row.assignee else "",
                due_on=row.due_on,
                days_late=late[row.due_on],
                level=row.ladder_level,
                rung=_LEVELS.get((row.ladder_profile or "STD", row.ladder_level), _NONE) if row.ladder_level else _NONE,
            )
        )
    return tuple(found)


_LEAST: Mapping[str, int] = {"all": 0, "yellow": _YELLOW, "red": _RED}


def _answer(reading: Reading, asked: Asked) -> Found[RedTask]:
    every = red_tasks(reading.tx, reading.reference, asked.narrowing)
    least = _LEAST[asked.options["level"]]
    return Found(
        rows=[row for row in every if row.level >= least],
        totals=(
            total("all", "红灯任务", "red tasks", len(every)),
            total("yellow", "黄牌及以上", "yellow card or beyond", sum(row.level >= _YELLOW for row in every)),
            total("red", "红牌及以上", "red card or beyond", sum(row.level >= _RED for row in every)),
            total(
                "longest",
                "最长逾期（工作日）",
                "longest (working days)",
                max((r.days_late for r in every), default=None),
            ),
        ),
    )


RED_TASKS: Question[RedTask] = Question(
    number=4,
    group="supervision",
    title=Words(zh="红灯任务与升级层级", en="Red tasks and their ladder"),
    asks=Words(
        zh="所辖范围内哪些任务已逾期，逾期几天，升级到了哪一级？",
        en="Which tasks of my subtree are overdue, for how long, and how far has each escalated?",
    ),
    counts=Words(
        zh="已过期限、仍未办结的任务；已暂停的不计。逾期天数按期限次日起的工作日计，逾期最久的排在最前。",
        en="Open tasks past their date; suspended ones do not count. Overdue days are working days after the due day, "
        "the longest first.",
    ),
    period=None,
    choices=(
        Choice(
            name="level",
            words=Words(zh="升级层级", en="Ladder"),
            options=(
                option("all", "全部", "All"),
                option("yellow", "黄牌及以上", "Yellow card or beyond"),
                option("red", "红牌及以上", "Red card or beyond"),
            ),
        ),
    ),
    columns=(
        column("title", "事项", "Matter", lambda row: row.title, wide=True),
        column("step", "环节", "Step", lambda row: row.step),
        column("days_late", "逾期工作日", "Working days overdue", lambda row: row.days_late, "number"),
        column("level", "升级层级", "Ladder", lambda row: row.rung),
        column("unit", "责任单位", "Unit", lambda row: row.unit, "unit"),
        column("person", "承办人", "In hand of", lambda row: row.person or None),
        column("due_on", "期限", "Due", lambda row: row.due_on, "date"),
        column("number", "业务编号", "Number", lambda row: row.number or None),
    ),
    answer=_answer,
    case=lambda row: row.case,
)
