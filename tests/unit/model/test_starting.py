"""Who may begin a process where: officers at home, inspectors below, the engine its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.model.organization import Organization, Person, Position, RoleGrant, Unit
from engine.model.starting import may_start_anywhere, may_start_for, units_to_start_for

TODAY = date(2026, 3, 2)


def a_unit(code: str, superior: str = "") -> Unit:
    return Unit(
        code=code, name=code, short_name=code, document_prefix="", level="COUNTY", type=code[-2:], superior=superior
    )


def a_grant(person: str, role: str, unit: str, until: date | None = None) -> RoleGrant:
    return RoleGrant(person=person, role=role, unit=unit, valid_from=date(2026, 1, 1), valid_until=until)


@pytest.fixture
def county() -> Organization:
    return Organization(
        units=(a_unit("1-ZF"), a_unit("1-GA", "1-ZF"), a_unit("1-SF", "1-ZF")),
        people=(
            Person(id="officer", name="", unit="1-GA"),
            Person(id="inspector", name="", unit="1-ZF"),
            Person(id="analyst", name="", unit="1-ZF"),
            Person(id="former", name="", unit="1-ZF"),
        ),
        grants=(
            a_grant("officer", "officer", "1-GA"),
            a_grant("inspector", "inspector", "1-ZF"),
            a_grant("former", "inspector", "1-ZF", until=date(2026, 3, 1)),
        ),
    )


@pytest.mark.parametrize(
    ("person", "units"),
    [("officer", ("1-GA",)), ("inspector", ("1-GA", "1-SF")), ("analyst", ()), ("former", ()), ("nobody", ())],
)
def test_officers_start_at_home_and_inspectors_below(county: Organization, person: str, units: tuple[str, ...]) -> None:
    assert units_to_start_for(county, "S1_RECTIFY", person, TODAY) == units
    assert may_start_anywhere(county, "S1_RECTIFY", person, TODAY) is bool(units)
    for unit in ("1-ZF", "1-GA", "1-SF"):
        assert may_start_for(county, "S1_RECTIFY", person, unit, TODAY) is (unit in units)


def test_inspectors_begin_a_round_of_their_own_unit_and_of_no_other(county: Organization) -> None:
    assert units_to_start_for(county, "P05_SUPERVISE", "inspector", TODAY) == ("1-ZF",)
    assert not may_start_for(county, "P05_SUPERVISE", "inspector", "1-GA", TODAY)
    assert not may_start_anywhere(county, "P05_SUPERVISE", "officer", TODAY)


def test_the_secretary_of_a_branch_enters_what_it_did_while_he_holds_the_post(county: Organization) -> None:
    post = Position(
        person="analyst", unit="1-ZF", code="BRANCH_SEC", valid_from=date(2026, 1, 1), valid_until=date(2026, 3, 31)
    )
    with_secretary = replace(county, positions=(post,))

    assert units_to_start_for(with_secretary, "P06B_ENTRY", "analyst", TODAY) == ("1-ZF",)
    assert units_to_start_for(with_secretary, "P06B_ENTRY", "analyst", date(2026, 4, 1)) == ()
    assert units_to_start_for(with_secretary, "S1_RECTIFY", "analyst", TODAY) == ()


@pytest.mark.parametrize("key", ["S2_LADDER", "S4_APPROVE", "P05B_VISIT", "P05C_REPLY", "S1B_SAMPLE"])
def test_nobody_starts_what_the_engine_starts(county: Organization, key: str) -> None:
    assert units_to_start_for(county, key, "officer", TODAY) == ()
    assert not may_start_for(county, key, "officer", "1-GA", TODAY)
