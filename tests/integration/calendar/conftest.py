"""The rehearsed prefecture of the scenarios, with an administrator who changes its calendar while cases run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from engine.commands import calendar
from engine.commands.calendar import CalendarChanged
from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.model.clock import local_day
from engine.model.holidays import Layer
from engine.model.step import InstanceId, PersonId
from engine.queries.case_events import Event, read_history
from engine.store.rows import DeadlineRow, UserTaskRow
from tests.integration.scenarios.conftest import db, desk, engine  # noqa: F401 - fixtures
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.test_rectification import B_PROBLEM, ISSUER, PLAN, UNIT, name_owner

ADMIN = PersonId("u903")


def on(text: str, year: int = 2026) -> date:
    """ "03-12" of 2026."""
    month, number = (int(part) for part in text.split("-"))
    return date(year, month, number)


@dataclass(frozen=True, slots=True)
class Office:
    """What the administrator does to the calendar, and what the files say afterwards."""

    engine: Engine

    def holiday(self, text: str, *, by: PersonId = ADMIN) -> CalendarChanged:
        words = {"name": "火把节", "name_en": "Torch Festival", "document": "红政办发〔2026〕3号"}
        return calendar.enter_local_day(self.engine, by, on(text), **words)

    def correct(self, text: str, *, working: bool) -> CalendarChanged:
        words = {"name": "临时调整", "name_en": "Correction", "document": "红政办函〔2026〕8号"}
        return calendar.correct_day(self.engine, ADMIN, on(text), working=working, **words)

    def drop(self, text: str, layer: Layer = Layer.LOCAL) -> CalendarChanged:
        return calendar.drop_day(self.engine, ADMIN, layer, on(text), reason="通知撤回")

    def works_on(self, day: date) -> bool:
        with self.engine.transaction(SYSTEM) as tx:
            return self.engine.reference(tx).calendar.is_working_day(day)

    def remaining(self, after: date, until: date) -> int:
        with self.engine.transaction(SYSTEM) as tx:
            return self.engine.reference(tx).calendar.count(after, until)

    def ledger(self, case: InstanceId) -> Sequence[DeadlineRow]:
        """Its lines that a change of the calendar has written."""
        with self.engine.transaction(SYSTEM) as tx:
            return [row for row in tx.deadline_entries(case) if row.kind == "redated" and row.reason != "delivered"]

    def history(self, case: InstanceId, event: str) -> Sequence[Event]:
        with self.engine.transaction(SYSTEM) as tx:
            row = tx.instance(case)
            found = read_history(self.engine, tx, row, self.engine.definition(tx, row.definition_id))
        assert found.good == len(found.events)
        return [fact for fact in found.events if fact.event == event]

    def lists(self, person: PersonId) -> Sequence[Mapping[str, Any]]:
        """The lists of moved dates that the person was sent."""
        with self.engine.transaction(SYSTEM) as tx:
            return [notice.facts for notice in tx.notices_of(person) if notice.kind == calendar.NOTICE]

    def drawn(self, case: InstanceId, node: str) -> date:
        """The day of the drawn timer at this node."""
        with self.engine.transaction(SYSTEM) as tx:
            return next(local_day(timer.due_at) for timer in tx.timers_of(case) if timer.node_id == node)

    def ladder(self, task: UserTaskRow) -> InstanceId:
        with self.engine.transaction(SYSTEM) as tx:
            return tx.children_of_task(task.id)[0].id


@pytest.fixture
def office(desk: Desk) -> Office:  # noqa: F811
    return Office(desk.engine)


@dataclass(frozen=True, slots=True)
class People:
    """Of 532503-GA, and of the unit above it."""

    inspector: PersonId
    leader: PersonId
    owner: PersonId


@pytest.fixture
def people(desk: Desk) -> People:  # noqa: F811
    return People(desk.inspector(ISSUER), desk.person(UNIT, "LEAD_DIRECT"), desk.person(UNIT, "PERSON_RESP"))


Begin = Callable[..., InstanceId]


@pytest.fixture
def begin(desk: Desk, people: People) -> Begin:  # noqa: F811
    """Bring a problem to 实施整改: delivered today. Grade B has 15 working days, grade A (一人·作风细节) 5."""

    def started(**changes: object) -> InstanceId:
        case = desk.register(people.inspector, **(B_PROBLEM | changes))
        desk.do(people.inspector, "S1_T2", {"confirm": True, "opinion": "请按期整改。"})
        desk.look_at(people.leader, "S1_T3")
        name_owner(desk, people.leader, people.owner)
        by = desk.inbox(people.owner)["S1_T4"].due_on or date.max
        plan = {"measures": [{"what": "补录交接登记", "who": people.owner, "by": by.isoformat()}]}
        desk.do(people.owner, "S1_T4", PLAN | plan)
        return case

    return started


LIGHT = {"nature": "作风细节", "spread": "个人"}


@pytest.fixture
def running(desk: Desk, begin: Begin) -> InstanceId:  # noqa: F811
    """A B problem delivered on 03-02: its limit is 03-23. Today is 03-10."""
    desk.go_to("03-02")
    case = begin()
    desk.go_to("03-10")
    return case
