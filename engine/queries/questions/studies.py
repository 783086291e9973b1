"""Q1 专题研究: which units have not held the study of a half-year, and on which step each stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from sqlalchemy import any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from engine.core import Reference
from engine.model.clock import instant, local_day
from engine.model.declared_words import Words
from engine.model.organization import UnitLevel
from engine.model.period import Period
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing, units_asked
from engine.queries.questions.question import Asked, Choice, Found, Question, Reading, Total, column, option, total
from engine.store import tables as t
from engine.store.tables_base import Id
from engine.store.transaction import Transaction
from engine.store.visibility import oversees, visible_instances, visible_tasks

_CASE, _TASK = t.instance.c, t.user_task.c
STUDY = "P02_PUSH"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyNotHeld:
    """A unit that has not held the study, and where it stands."""

    unit: str
    level: UnitLevel
    days_left: int  #: working days to the last one of the half-year; negative: over for so many
    case: InstanceId | None  #: None: nothing has begun
    steps: tuple[str, ...] = ()  #: node ids of the open tasks, in the order of opening
    names: tuple[Words, ...] = ()  #: what these are called

    @property
    def stands_on(self) -> Words:
        """Its open steps in words."""
        if self.case is None:
            return Words(zh="尚未启动", en="Not begun")
        zh, en = "、".join(name.zh for name in self.names), ", ".join(name.en for name in self.names)
        return Words(zh=zh or "等待中", en=en or "Waiting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Studies:
    """Of one half-year."""

    missing: tuple[StudyNotHeld, ...]  #: by code of the unit
    units: int  #: that hold one


def studies_not_held(
    tx: Transaction, reference: Reference, wanted: Narrowing, half: Period, level: UnitLevel | None = None
) -> Studies:
    """Of the units that the asking person oversees.

    A meeting counts from the moment its form is sent, whether or not its minutes are filed yet.
    """
    organization, calendar, on = reference.organization, reference.calendar, local_day(tx.now)
    seen, asked = set(tx.connection.execute(oversees(tx.actor)).scalar_one()), units_asked(organization, wanted)
    units = [
        unit
        for unit in organization.units
        if unit.code in seen
        and unit.is_active(on)
        and (asked is None or unit.code in asked)
        and level in (None, unit.level)
    ]
    held, running = _studies(tx, half)
    steps = _steps(tx, tuple(running.values()))
    last = calendar.last_working_day("half", half.first_day)
    left = calendar.count(on, last) if on <= last else -calendar.count(last, on)
    missing = []
    for unit in sorted(units, key=lambda one: one.code):
        if unit.code in held:
            continue
        case = running.get(unit.code)
        here = steps.get(case, {}) if case is not None else {}
        missing.append(
            StudyNotHeld(
                unit=unit.code,
                level=unit.level,
                days_left=left,
                case=case,
                steps=tuple(here),
                names=tuple(here.values()),
            )
        )
    return Studies(missing=tuple(missing), units=len(units))


def _studies(tx: Transaction, half: Period) -> tuple[set[str], dict[str, InstanceId]]:
    """Units that have met in the half-year, and the newest running case of each that has not."""
    query = (
        select(_CASE.id, _CASE.unit, _CASE.status, _CASE.variables["meeting_date"].astext.label("met"))
        .where(_CASE.key == STUDY, _CASE.variables["period"].astext == half.code, visible_instances(tx.actor))
        # Each side by the index that it has: what ended before the half-year cannot be its study.
        .where(or_(_CASE.ended_at.is_(None), _CASE.ended_at >= instant(half.first_day, time.min)))
        .order_by(_CASE.started_at, _CASE.id)
    )
    held, running = set[str](), dict[str, InstanceId]()
    for row in tx.connection.execute(query):
        if row.met:
            held.add(row.unit)
        elif row.status in {"running", "suspended"}:
            running[row.unit] = InstanceId(row.id)
    return held, running


def _steps(tx: Transaction, cases: Sequence[InstanceId]) -> Mapping[InstanceId, Mapping[str, Words]]:
    """{case: {node: its name}} of the open tasks, in the order in which they opened; many of one node once."""
    query = (
        select(_TASK.instance_id, _TASK.node_id, _TASK.name, _TASK.name_en)
        .where(_TASK.instance_id == any_(bindparam(None, list(cases), ARRAY(Id))), _TASK.state.in_(t.OPEN_STATES))
        .where(visible_tasks(tx.actor))
        .order_by(_TASK.instance_id, _TASK.created_at, _TASK.id)
    )
    found: defaultdict[InstanceId, dict[str, Words]] = defaultdict(dict)
    for row in tx.connection.execute(query):
        found[InstanceId(row.instance_id)].setdefault(row.node_id, Words(zh=row.name, en=row.name_en or row.name))
    return found


_LEVELS: Mapping[str, UnitLevel | None] = {"county": "COUNTY", "prefecture": "PREF", "all": None}


def _answer(reading: Reading, asked: Asked) -> Found[StudyNotHeld]:
    level = _LEVELS[asked.options["level"]]
    found = studies_not_held(reading.tx, reading.reference, asked.narrowing, asked.span, level)
    begun = sum(row.case is not None for row in found.missing)
    left = next((row.days_left for row in found.missing), None)
    totals: tuple[Total, ...] = (
        total("units", "单位", "units", found.units),
        total("missing", "未召开", "not held", len(found.missing)),
        total("begun", "其中已启动", "of these begun", begun),
    )
    if left is not None:
        totals += (total("days_left", "距期末工作日", "working days left", left),)
    return Found(rows=found.missing, totals=totals)


STUDIES: Question[StudyNotHeld] = Question(
    number=1,
    group="duties",
    title=Words(zh="未召开专题研究会的单位", en="Studies not held"),
    asks=Words(
        zh="哪些单位本半年还没有召开专题研究会？各停在哪一步？",
        en="Which units have not held the study of the half-year, and on which step does each stand?",
    ),
    counts=Words(
        zh="推进机制（P02）本半年的专题研究会：会议表单送出即为已召开，与纪要是否归档无关。"
        "剩余天数算到本半年最后一个工作日，负数为已超过的工作日。",
        en="Study of the half-year (P02): held once the form of the meeting was sent, whether or not its minutes are "
        "filed. Days left run to the last working day of the half-year; negative ones have passed since.",
    ),
    period="half",
    choices=(
        Choice(
            name="level",
            words=Words(zh="层级", en="Level"),
            options=(
                option("all", "全部单位", "All units"),
                option("county", "县市单位", "County units"),
                option("prefecture", "州级单位", "Prefecture units"),
            ),
        ),
    ),
    columns=(
        column("unit", "单位", "Unit", lambda row: row.unit, "unit"),
        column("step", "当前环节", "Current step", lambda row: row.stands_on, wide=True),
        column("days_left", "剩余工作日", "Working days left", lambda row: row.days_left, "number"),
    ),
    answer=_answer,
    case=lambda row: row.case,
)
