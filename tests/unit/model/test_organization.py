"""The organisation: domain.md §1.1–§1.4."""

from dataclasses import replace
from datetime import date

import pytest

from engine.model.holidays import days_between
from engine.model.organization import (
    Absence,
    Department,
    Organization,
    RolesConflict,
    RosterEntry,
    Substitute,
    check_roles,
)
from engine.model.preloaded import position_labels, preloaded_units, regions, role_labels, unit_types
from tests.unit.model.given import a_grant, a_position, an_organization, day


def test_seventy_units_are_preloaded_in_fourteen_regions_and_five_types():
    units = preloaded_units()
    assert len(units) == 70
    assert len({u.code for u in units}) == 70
    assert (len(regions()), len(unit_types())) == (14, 5)
    assert {u.code: u.name for u in units}["532503-GA"] == "蒙自市公安局"
    assert {u.code: u.short_name for u in units}["532525-ZF"] == "石屏县委政法委"
    assert units[0].document_prefix == "红政法"
    assert len({u.document_prefix for u in units}) == 70


def test_positions_and_roles_have_names_in_both_languages():
    assert [p.code for p in position_labels()][:2] == ["LEAD_MAIN", "LEAD_DIRECT"]
    assert {r.code: r.zh for r in role_labels()}["inspector"] == "督查员"
    assert all(label.en for label in (*position_labels(), *role_labels(), *regions(), *unit_types()))


def test_the_top_commission_has_17_direct_subordinates_and_a_county_one_4():
    organization = an_organization()
    assert organization.top() == "532500-ZF"
    assert len(organization.children("532500-ZF")) == 17
    assert organization.children("532503-ZF") == ("532503-FY", "532503-GA", "532503-JC", "532503-SF")
    assert organization.superior("532503-GA") == "532503-ZF"
    assert organization.superior("532500-GA") == "532500-ZF"
    assert organization.superior("532500-ZF") == ""
    assert organization.superior("unknown") == ""
    assert organization.superior_line("532503-GA") == ("532503-ZF", "532500-ZF")


def test_a_subtree_holds_the_unit_and_all_below_it():
    organization = an_organization()
    assert len(organization.subtree("532500-ZF")) == 70
    assert organization.subtree("532503-ZF") == {"532503-ZF", *organization.children("532503-ZF")}
    assert organization.subtree("532503-GA") == {"532503-GA"}
    assert organization.subtree("unknown") == frozenset()
    assert Organization().top() == ""


def test_a_circle_of_superiors_does_not_hang():
    one, two = preloaded_units()[:2]
    circle = Organization(units=(replace(one, superior=two.code), replace(two, superior=one.code)))
    assert circle.superior_line(one.code) == (two.code, one.code)
    assert circle.subtree(one.code) == {one.code, two.code}


def test_fourteen_commissions_the_top_one_first():
    commissions = an_organization().commissions()
    assert len(commissions) == 14
    assert commissions[0] == "532500-ZF"


@pytest.mark.parametrize(("on", "held"), [("06-30", True), ("07-01", False), ("2024-12-31", False)])
def test_a_position_is_held_on_its_last_day_and_not_the_day_after(on, held):
    position = a_position("u101", "LEAD_MAIN", "532503-GA", valid_until=day("06-30"))
    assert position.is_held(day(on)) is held
    holders = Organization(positions=(position,)).holders("532503-GA", "LEAD_MAIN", day(on))
    assert bool(holders) is held


def test_a_closed_unit_is_active_to_its_last_day():
    unit = replace(preloaded_units()[0], active_from=day("01-01"), active_until=day("06-30"))
    assert unit.is_active(day("06-30"))
    assert not unit.is_active(day("07-01"))
    assert not unit.is_active(date(2025, 12, 31))


def test_a_role_covers_the_subtree_but_its_members_are_those_of_one_unit():
    organization = an_organization()
    assert organization.members("inspector", "532503-ZF", day("03-02")) == ("u044", "u045")
    assert organization.members("inspector", "532503-GA", day("03-02")) == ()
    assert organization.has_role("u044", "inspector", "532503-GA", day("03-02"))
    assert not organization.has_role("u044", "inspector", "532504-GA", day("03-02"))
    expired = Organization(grants=(a_grant("u1", "officer", "532503-GA", valid_until=day("03-01")),))
    assert expired.members("officer", "532503-GA", day("03-02")) == ()


def test_absence_substitutes_and_rosters_have_days():
    organization = an_organization(
        absences=(Absence(person="u102", first_day=day("03-02"), last_day=day("03-06")),),
        substitutes=(
            Substitute(holder="u102", unit="532503-GA", position="LEAD_DIRECT", person="u104", valid_from=day("01-01")),
        ),
        rosters=(
            RosterEntry(name="duty", unit="532503-GA", person="u105", first_day=day("03-02"), last_day=day("03-03")),
        ),
        departments=(Department(code="532503-GA-03", unit="532503-GA", name="窗口服务科"),),
    )
    absent = [on for on in days_between(day("03-01"), day("03-08")) if organization.is_absent("u102", on)]
    assert absent == list(days_between(day("03-02"), day("03-06")))
    assert organization.substitute("u102", "532503-GA", "LEAD_DIRECT", day("03-02")) == "u104"
    assert organization.substitute("u102", "", "", day("03-02")) == "u104"
    assert organization.substitute("u102", "532503-GA", "LEAD_MAIN", day("03-02")) == ""
    assert organization.substitute("u102", "532503-GA", "LEAD_DIRECT", date(2025, 12, 31)) == ""
    assert organization.roster("duty", "532503-GA", day("03-03")) == ("u105",)
    assert organization.roster("duty", "532503-GA", day("03-04")) == ()
    assert organization.unit_of_department("532503-GA-03") == "532503-GA"
    assert organization.unit_of_department("x") == ""


def test_people_have_a_name_and_a_home():
    organization = an_organization()
    assert organization.person_name("u101") == "用户101"
    assert organization.person_name("u999") == "u999"
    assert organization.home_unit("u101") == "532503-GA"
    assert organization.home_unit("u999") == ""
    assert organization.unit("532503-GA").name == "蒙自市公安局"


def test_who_served_in_a_unit_is_known_for_years_after():
    organization = an_organization(
        positions=(a_position("u044", "DEPT_RESP", "532503-GA", valid_until=day("2024-06-30")),)
    )
    assert organization.served_in("u044", "532503-GA", day("2024-06-30"))
    assert not organization.served_in("u044", "532503-GA", day("2024-07-01"))
    assert organization.served_in("u044", "532503-ZF", day("03-02"))


@pytest.mark.parametrize("roles", [{"admin", "auditor"}, {"analyst", "operator"}, {"intake", "reviewer"}])
def test_exclusive_roles_are_not_held_together(roles):
    with pytest.raises(RolesConflict) as caught:
        check_roles(roles | {"officer"})
    assert set(caught.value.facts["roles"]) == roles


def test_other_roles_may_be_held_together():
    check_roles({"officer", "unit_leader", "inspector", "reviewer"})
    check_roles({"admin", "intake"})
