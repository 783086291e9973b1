"""Q11: how far the yearly 警示教育 of each unit has got; whom it still misses is named to the unit alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from engine.core import Reference
from engine.model.clock import local_day
from engine.model.obligation import State
from engine.model.period import Period
from engine.model.step import InstanceId, PersonId
from engine.queries.narrowing import Narrowing, of_units
from engine.queries.obligations import state_column
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
