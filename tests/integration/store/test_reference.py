"""Organisation, calendar and parameters come back as they were entered, and a stamp tells when they changed."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import select

from engine.model.holidays import CalendarDay, Layer
from engine.model.organization import Absence, Department, Person, Position, Substitute
from engine.model.step import PersonId
from engine.store import tables as t
from engine.store.database import Database
from engine.store.organization import RecusalRow
from tests.integration.store.conftest import SYSTEM, add_organization

TODAY = date(2026, 3, 2)


def test_the_subtree_of_a_unit_is_kept_with_its_depth(database: Database) -> None:
    add_organization(database)
    with database.reading(actor=SYSTEM) as tx:
        below = tx.connection.execute(
            select(t.unit_closure.c.descendant, t.unit_closure.c.depth)
            .where(t.unit_closure.c.ancestor == "532500-ZF")
            .order_by(t.unit_closure.c.depth, t.unit_closure.c.descendant)
        ).all()
    assert [tuple(row) for row in below] == [
        ("532500-ZF", 0),
        ("532503-ZF", 1),
        ("532503-FY", 2),
        ("532503-GA", 2),
    ]


def test_the_organisation_comes_back_as_the_model_knows_it(database: Database) -> None:
    add_organization(database)
    position = Position(person="u101", unit="532503-GA", code="PERSON_RESP", valid_from=date(2026, 1, 1))
    substitute = Substitute(
        holder="u101", unit="532503-GA", position="PERSON_RESP", person="u102", valid_from=date(2026, 1, 1)
    )
    with database.transaction(actor=SYSTEM) as tx:
        tx.add_departments([Department(code="532503-GA-03", unit="532503-GA", name="法制大队", is_responsible=True)])
        tx.add_positions([(uuid4(), position)])
        tx.add_substitute(uuid4(), substitute)
        tx.add_absence(uuid4(), Absence(person="u101", first_day=TODAY, last_day=TODAY))
        tx.move_person(Person(id="u102", name="李某某", unit="532503-GA", department="532503-GA-03"))
        unit = tx.organization().unit("532503-FY")
        assert unit is not None
        tx.change_unit(unit)
    with database.reading(actor=SYSTEM) as tx:
        found = tx.organization()
    assert found.holders("532503-GA", "PERSON_RESP", TODAY) == (position,)
    assert found.substitute("u101", "532503-GA", "PERSON_RESP", TODAY) == "u102"
    assert found.is_absent("u101", TODAY)
    assert found.person_name("u102") == "李某某"
    assert found.unit_of_department("532503-GA-03") == "532503-GA"
    assert found.superior_line("532503-GA") == ("532503-ZF", "532500-ZF")
    assert found.members("inspector", "532503-ZF", TODAY) == ("u041",)


def test_a_position_ends_on_its_last_day(database: Database) -> None:
    add_organization(database)
    position = Position(person="u101", unit="532503-GA", code="LEAD_MAIN", valid_from=date(2026, 1, 1))
    with database.transaction(actor=SYSTEM) as tx:
        tx.add_positions([(uuid4(), position)])
        assert tx.end_position(position, TODAY) == 1
        found = tx.organization()
    assert found.holders("532503-GA", "LEAD_MAIN", TODAY)
    assert not found.holders("532503-GA", "LEAD_MAIN", TODAY + timedelta(days=1))


def test_declared_relations_hold_for_their_time(database: Database) -> None:
    add_organization(database)
    with database.transaction(actor=SYSTEM) as tx:
        recusal = RecusalRow(
            id=uuid4(),
            person_id=PersonId("u041"),
            relation="kin",
            about_person="u101",
            about_unit=None,
            valid_from=TODAY,
            valid_until=TODAY,
            declared_at=tx.now,
        )
        tx.add_recusal(recusal)
        assert tx.recusals_of(["u041", "u001"], TODAY) == (recusal,)
        assert tx.recusals_of(["u041"], TODAY + timedelta(days=1)) == ()
        assert tx.recusals_of(["u001"], TODAY) == ()


def test_a_day_entered_by_hand_wins_over_the_shipped_table_until_it_is_dropped(database: Database) -> None:
    day = CalendarDay(
        day=date(2026, 11, 18), layer=Layer.LOCAL, working=False, zh="州庆", en="Founding day", document="1"
    )
    with database.transaction(actor="u903") as tx:
        assert tx.work_calendar().is_working_day(day.day)
        tx.set_calendar_day(day)
        tx.set_calendar_day(day)
        assert tx.work_calendar().entry(day.day) == day
        tx.drop_calendar_day(Layer.LOCAL, day.day)
        assert tx.work_calendar().is_working_day(day.day)
        assert tx.work_calendar().is_provisional(date(2031, 1, 1), date(2031, 1, 2))
        tx.add_national_year(2031, "国务院办公厅通知")
        assert not tx.work_calendar().is_provisional(date(2031, 1, 1), date(2031, 1, 2))


def test_a_parameter_that_was_set_replaces_the_shipped_value(database: Database) -> None:
    with database.transaction(actor="u903") as tx:
        key = next(param.key for param in tx.params() if param.type == "int")
        tx.set_param(key, 7)
        tx.set_param(key, 9)
        assert tx.params().number(key) == 9


def test_the_stamp_moves_with_every_change_and_with_nothing_else(database: Database) -> None:
    with database.reading(actor=SYSTEM) as tx:
        first = tx.reference_stamp
    add_organization(database)
    with database.transaction(actor=SYSTEM) as tx:
        second = tx.reference_stamp
        tx.next_number("WT", "532503-GA", 2026)
    with database.reading(actor=SYSTEM) as tx:
        assert first < second == tx.reference_stamp
