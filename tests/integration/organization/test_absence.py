"""Absences and substitutes: what happens to tasks that come, and to those that are there already (domain.md §1.2)."""

from __future__ import annotations

from datetime import date

import pytest

from engine.commands import organization as commands
from engine.core import Engine
from engine.errors import InputRejected, NotFound
from engine.model.organization import Absence, Substitute
from engine.model.step import PersonId
from engine.queries.absences import absence_view
from tests.integration.organization.conftest import (
    ADMIN,
    Begun,
    colleague,
    open_task,
)
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.test_rectification import B_PROBLEM, UNIT

LEAVE = (date(2026, 3, 2), date(2026, 3, 6))


def name_substitute(engine: Engine, leader: PersonId, other: PersonId) -> None:
    named = Substitute(
        holder=leader, unit=UNIT, position="LEAD_DIRECT", person=other, valid_from=LEAVE[0], valid_until=None
    )
    commands.name_substitute(engine, leader, named)


def away(person: PersonId, first: date = LEAVE[0], last: date = LEAVE[1]) -> Absence:
    return Absence(person=person, first_day=first, last_day=last, kind="出差")


def test_tasks_that_are_open_when_an_absence_begins_stay_and_new_ones_go_to_the_substitute(
    desk: Desk, engine: Engine, begun: Begun
) -> None:
    before = open_task(engine, begun.case, "S1_T3")
    other = colleague(engine, UNIT, but={begun.leader, begun.owner})
    name_substitute(engine, begun.leader, other)

    commands.declare_absence(engine, begun.leader, away(begun.leader), reason="州里开会")
    new = desk.register(begun.inspector, **{**B_PROBLEM, "title": "新到的问题"})
    desk.do(begun.inspector, "S1_T2", {"confirm": True, "opinion": "请按期整改。"})

    assert open_task(engine, begun.case, "S1_T3").assignee == before.assignee == begun.leader
    came = open_task(engine, new, "S1_T3")
    assert (came.assignee, came.on_behalf_of) == (other, begun.leader)


def test_the_day_of_coming_back_ends_the_substitution_of_new_tasks(desk: Desk, engine: Engine, begun: Begun) -> None:
    other = colleague(engine, UNIT, but={begun.leader, begun.owner})
    name_substitute(engine, begun.leader, other)
    commands.declare_absence(engine, begun.leader, away(begun.leader))

    desk.go_to("03-04")
    commands.cut_absence(engine, begun.leader, begun.leader, date(2026, 3, 4))
    new = desk.register(begun.inspector, **{**B_PROBLEM, "title": "返岗后的问题"})
    desk.do(begun.inspector, "S1_T2", {"confirm": True, "opinion": "请按期整改。"})

    assert open_task(engine, new, "S1_T3").assignee == begun.leader


def test_an_absence_that_has_not_begun_is_taken_back_and_one_that_has_is_not(
    desk: Desk, engine: Engine, begun: Begun
) -> None:
    later = away(begun.leader, date(2026, 3, 16), date(2026, 3, 20))
    commands.declare_absence(engine, begun.leader, away(begun.leader))
    commands.declare_absence(engine, begun.leader, later)

    commands.withdraw_absence(engine, begun.leader, begun.leader, later.first_day)
    with pytest.raises(InputRejected):
        commands.withdraw_absence(engine, begun.leader, begun.leader, LEAVE[0])

    assert [row.absent_from for row in absence_view(engine, begun.leader, begun.leader).absences] == [LEAVE[0]]


def test_a_substitution_that_is_ended_gives_no_more_tasks(desk: Desk, engine: Engine, begun: Begun) -> None:
    other = colleague(engine, UNIT, but={begun.leader, begun.owner})
    name_substitute(engine, begun.leader, other)
    assert [one.holder_name for one in absence_view(engine, other, other).stands_in]

    commands.end_substitution(engine, begun.leader, begun.leader, UNIT, "LEAD_DIRECT")

    assert absence_view(engine, other, other).stands_in == ()
    posts = absence_view(engine, begun.leader, begun.leader).posts
    assert [post.substitute for post in posts if post.position.code == "LEAD_DIRECT"] == [""]
    with pytest.raises(InputRejected):
        commands.end_substitution(engine, begun.leader, begun.leader, UNIT, "PERSON_RESP")


def test_an_administrator_enters_absences_for_others_and_nobody_else_sees_them(
    desk: Desk, engine: Engine, begun: Begun
) -> None:
    commands.declare_absence(engine, ADMIN, away(begun.leader), reason="病假")

    seen = absence_view(engine, ADMIN, begun.leader)
    assert [(row.kind, row.reason) for row in seen.absences] == [("出差", "病假")]
    assert begun.leader in {one.id for one in seen.manages}
    with pytest.raises(NotFound):
        absence_view(engine, begun.owner, begun.leader)
    with pytest.raises(commands.NotYours):
        commands.withdraw_absence(engine, begun.owner, begun.leader, LEAVE[0])
