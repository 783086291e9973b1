"""Q11: how far the yearly 警示教育 of each unit has got; whom it still misses is named to the unit alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from engine.core import Reference
from engine.model.clock import local_day
from engine.model.declared_words import Words
from engine.model.obligation import State
from engine.model.period import Period
from engine.model.step import InstanceId, PersonId
from engine.queries.narrowing import Narrowing, of_units
from engine.queries.obligations import state_column
from engine.queries.questions.question import (
    LEAST_PEOPLE,
    Asked,
    Bars,
    Found,
    Hidden,
    Question,
    Reading,
    Value,
    column,
    total,
)
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_obligations, visible_tasks

_OWED, _TASK = t.obligation.c, t.user_task.c
WARNING = "O08"
_PROCESS, _MAKE_UPS = "P03_TRAIN", ("P03_T5", "P03_T5_ADDED")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningCoverage:
    """One unit in one year."""

    unit: str
    done: int | None  #: of those who must, who attended or made it up; None: no session was held yet
    of: int | None
    make_ups: int  #: absentees who have to make it up
    absentees: tuple[str, ...]  #: their names, to people of the unit itself; () to everybody else
    due_on: date
    checkpoint_on: date | None
    state: State
    case: InstanceId | None

    @property
    def missing(self) -> int | None:
        return self.of - self.done if self.of is not None and self.done is not None else None


def warning_coverage(
    tx: Transaction, reference: Reference, wanted: Narrowing, year: Period
) -> tuple[WarningCoverage, ...]:
    """The units that owe it, by code."""
    state = state_column(local_day(tx.now)).label("state")
    columns = (_OWED.unit, _OWED.done, _OWED.of, _OWED.due_on, _OWED.checkpoint_on, _OWED.instance_id)
    query = (
        select(*columns, state)
        .where(_OWED.code == WARNING, _OWED.period == year.code, _OWED.lapsed_on.is_(None))
        .where(visible_obligations(tx.actor), *of_units(_OWED.unit, reference, wanted))
        .order_by(_OWED.unit)
    )
    absent, own = _absent(tx), reference.organization.home_unit(PersonId(tx.actor))
    found = []
    for row in tx.connection.execute(query):
        case, people = absent.get(row.unit, (row.instance_id, ()))
        names = (reference.organization.person_name(person) for person in people) if row.unit == own else ()
        found.append(
            WarningCoverage(
                unit=row.unit,
                done=row.done,
                of=row.of,
                make_ups=len(people),
                absentees=tuple(names),
                due_on=row.due_on,
                checkpoint_on=row.checkpoint_on,
                state=row.state,
                case=case,
            )
        )
    return tuple(found)


def _absent(tx: Transaction) -> Mapping[str, tuple[InstanceId, Sequence[str]]]:
    """By unit: the case of the training, and everybody with an open task 补训, once."""
    query = (
        select(_TASK.unit, _TASK.instance_id, _TASK.element["person"].astext.label("person"))
        .where(_TASK.mechanism == _PROCESS, _TASK.node_id.in_(_MAKE_UPS), _TASK.state.in_(t.OPEN_STATES))
        .where(visible_tasks(tx.actor))
        .order_by(_TASK.unit, "person")
    )
    cases: dict[str, InstanceId] = {}
    people: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for row in tx.connection.execute(query):
        cases[row.unit] = InstanceId(row.instance_id)
        people[row.unit][row.person] = None
    return {unit: (case, tuple(people[unit])) for unit, case in cases.items()}


def _told(row: WarningCoverage, value: Value) -> Value:
    """Of so few people a number is one about persons."""
    return Hidden.TOO_FEW if row.of is not None and row.of < LEAST_PEOPLE else value


def _share(row: WarningCoverage) -> float | None:
    return row.done / row.of if row.done is not None and row.of else None


def _answer(reading: Reading, asked: Asked) -> Found[WarningCoverage]:
    rows = warning_coverage(reading.tx, reading.reference, asked.narrowing, asked.span)
    begun = [row for row in rows if row.of is not None]
    done, of = sum(row.done or 0 for row in begun), sum(row.of or 0 for row in begun)
    covered = sum(row.state in {"done", "done_late"} for row in rows)
    share = done / of if of >= LEAST_PEOPLE else Hidden.TOO_FEW if of else None
    return Found(
        rows=rows,
        totals=(
            total("units", "单位", "units", len(rows)),
            total("covered", "已全员覆盖", "with everybody covered", covered),
            total("not_begun", "尚未开展", "without a session", len(rows) - len(begun)),
            total("share", "已开展单位覆盖率", "coverage where begun", share, "percent"),
        ),
    )


COVERAGE: Question[WarningCoverage] = Question(
    number=11,
    group="duties",
    title=Words(zh="警示教育覆盖", en="Coverage of warning education"),
    asks=Words(
        zh="各单位今年警示教育覆盖了多少人，还有多少人要补训？",
        en="How many people has the yearly warning education of each unit reached, and who still has to make it up?",
    ),
    counts=Words(
        zh="覆盖率＝（到场＋补训）÷应训人数，应训＝全员减去长期请假和说明理由的免训（O08）。"
        "待补训姓名只对本单位显示；应训不足5人的，数字不公布。",
        en="Coverage = (present + made up) ÷ those who must; that is all staff but long leave and exempt with "
        "reason (O08). "
        "Names of absentees are shown to their own unit alone; with fewer than five who must, no number is told.",
    ),
    period="year",
    columns=(
        column("unit", "单位", "Unit", lambda row: row.unit, "unit"),
        column("state", "状态", "State", lambda row: row.state, "duty"),
        column("of", "应训", "Must", lambda row: _told(row, row.of), "number"),
        column("done", "已覆盖", "Covered", lambda row: _told(row, row.done), "number"),
        column("missing", "未覆盖", "Missing", lambda row: _told(row, row.missing), "number"),
        column("share", "覆盖率", "Coverage", lambda row: _told(row, _share(row)), "percent"),
        column("make_ups", "待补训", "To make up", lambda row: _told(row, row.make_ups), "number"),
        column(
            "absentees", "待补训人员（本单位）", "Absentees (own unit)", lambda row: row.absentees or None, wide=True
        ),
        column("checkpoint_on", "检查点", "Checkpoint", lambda r: r.checkpoint_on, "date"),
        column("due_on", "期限", "Due", lambda row: row.due_on, "date"),
    ),
    answer=_answer,
    case=lambda row: row.case,
    bars=Bars(label="unit", parts=("done", "missing")),
)
