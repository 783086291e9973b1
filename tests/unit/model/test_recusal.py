"""Recusal R1–R6: domain.md §1.6."""

import pytest

from engine.model.assign_eligibility import Eligibility
from engine.model.assign_grammar import parse_assign
from engine.model.assign_values import AssignContext
from engine.model.params import Params
from engine.model.recusal import CaseParties, Relation, must_be_transferred, reasons_against, units_led_by_subjects
from tests.unit.model.given import POSTS, a_position, an_organization, day

ON = day("03-02")


def rules(person, case, *, organization=None, on=ON, **changes):
    years = {"colleague_years": 3, "served_years": 3} | changes
    found = reasons_against(person, case, organization or an_organization(), on, **years)
    assert all(r.person == person and r.zh.startswith(r.rule) and r.en.startswith(r.rule) for r in found)
    return [r.rule for r in found]


def test_nobody_is_recused_from_a_case_without_parties():
    assert rules("u044", CaseParties()) == []


def test_r1_subjects_and_complainants():
    case = CaseParties(subjects=frozenset({"u101"}), complainants=frozenset({"u044"}))
    assert rules("u101", case) == ["R1"]
    assert rules("u044", case) == ["R1"]
    assert rules("u045", case) == []


@pytest.mark.parametrize("pair", [("u044", "u101"), ("u101", "u044")])
def test_r2_a_declared_relation_counts_in_both_directions(pair):
    relation = Relation(person=pair[0], other=pair[1], kind="近亲属")
    case = CaseParties(subjects=frozenset({"u101"}), relations=(relation,))
    assert rules("u044", case) == ["R2"]
    assert rules("u045", case) == []
    assert rules("u044", CaseParties(complainants=frozenset({"u101"}), relations=(relation,))) == ["R2"]


def test_r2_former_colleagues_for_three_years():
    relation = Relation(person="u044", other="u101", kind="原同事", ended_on=day("2023-06-30"))
    case = CaseParties(subjects=frozenset({"u101"}), relations=(relation,))
    assert rules("u044", case, on=day("2026-06-30")) == ["R2"]
    assert rules("u044", case, on=day("2026-07-01")) == []
    assert rules("u044", case, on=day("2025-07-01"), colleague_years=2) == []
    still = Relation(person="u044", other="u101", kind="原同事")
    assert rules("u044", CaseParties(subjects=frozenset({"u101"}), relations=(still,))) == ["R2"]


def test_r3_who_acted_in_another_stage_does_not_act_in_this_one():
    case = CaseParties(actors={"inspect": frozenset({"u044"}), "": frozenset({"u045"})})
    assert rules("u044", case, stage="review") == ["R3"]
    assert rules("u044", case, stage="inspect") == []
    assert rules("u044", case) == []
    assert rules("u045", case, stage="review") == []


def test_r4_inspectors_do_not_inspect_where_they_serve_or_served_within_three_years():
    served = a_position("u044", "DEPT_RESP", "532503-GA", valid_until=day("2023-03-02"))
    organization = an_organization(positions=(served,))
    case = CaseParties(inspected_unit="532503-GA")
    assert rules("u044", case, organization=organization, is_check=True) == ["R4"]
    assert rules("u044", case, organization=organization, is_check=True, on=day("03-03")) == []
    assert rules("u044", case, organization=organization) == []
    assert rules("u101", case, is_check=True) == ["R4"]
    assert rules("u101", CaseParties(), is_check=True) == []


def test_r5_nobody_of_a_unit_acts_when_its_main_leader_is_the_subject():
    case = CaseParties(subjects=frozenset({"u103"}))
    assert units_led_by_subjects(case, an_organization(), ON) == {"532503-GA"}
    assert rules("u102", case) == ["R5"]
    assert rules("u103", case) == ["R1", "R5"]
    assert rules("u042", case) == []
    assert units_led_by_subjects(CaseParties(subjects=frozenset({"u102"})), an_organization(), ON) == frozenset()


@pytest.mark.parametrize("leader", [p for p, (code, unit) in POSTS.items() if unit == "532500-ZF"])
def test_r6_a_case_about_the_top_leadership_is_only_transferred(leader):
    case = CaseParties(subjects=frozenset({leader}))
    is_leader = POSTS[leader][0] != "PERSON_RESP"
    assert must_be_transferred(case, an_organization(), ON) is is_leader
    assert ("R6" in rules("u044", case)) is is_leader


def test_the_years_of_r2_and_r4_are_the_parameters_in_force():
    relation = Relation(person="u044", other="u101", kind="原同事", ended_on=day("2024-06-30"))
    case = CaseParties(subjects=frozenset({"u101"}), relations=(relation,))
    rule = parse_assign("var(who)")

    def reasons(**stored):
        context = AssignContext(unit="532503-GA", on=ON, case=case, params=Params.load(stored))
        return [r.rule for r in Eligibility(rule, context, an_organization(), checked_unit="").reasons("u044")]

    assert reasons() == ["R2"]
    assert reasons(recusal_former_colleague_years=1) == []


def test_a_relation_that_was_declared_until_a_day_counts_on_it_and_not_after():
    relation = Relation(person="u044", other="u101", kind="近亲属", valid_until=day("03-02"))
    case = CaseParties(subjects=frozenset({"u101"}), relations=(relation,))
    assert rules("u044", case, on=day("03-02")) == ["R2"]
    assert rules("u044", case, on=day("03-03")) == []
