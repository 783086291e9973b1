"""What was found for one case is kept for others only where no case has a say in it."""

import pytest

from engine.model.assign_keeping import depends_on_nothing_else
from engine.model.assignment import AssignContext, NobodyAssignable, parse_assign, resolve
from engine.model.recusal import CaseParties, Relation
from tests.unit.model.given import an_organization, day

GA = "532503-GA"
ON = day("03-02")

ALIKE = (
    *("self:pos:LEAD_DIRECT", "superior:pos:LEAD_DIRECT", "top:pos:LEAD_MAIN", "superior-or-self:pos:LEAD_MAIN"),
    *("superior:role:inspector", "self:role:officer", "children:pos:LEAD_DIRECT", "self:roster:duty"),
)
OTHERWISE = (
    *("self:user:owner", "var(team);claim", "dept(owner_dept):pos:DEPT_RESP", "self:pos:LEAD_DIRECT;-var(author)"),
    *("self:role:officer;draw", "self:role:officer;least_load", "superior:role:reviewer"),
    *("self:pos:LEAD_MAIN;-coi", "self:role:inspector;-prev(T7)"),
)


@pytest.mark.parametrize("text", ALIKE)
def test_a_rule_that_reads_nothing_of_the_case_answers_alike_whatever_the_case_holds(text):
    rule, organization = parse_assign(text), an_organization()
    plain = AssignContext(unit=GA, on=ON)
    full = AssignContext(unit=GA, on=ON, variables={"owner": "u103", "team": ["u102"], "author": "u102"})
    assert depends_on_nothing_else(rule, plain)
    assert depends_on_nothing_else(rule, full)
    assert _outcome(rule, plain, organization) == _outcome(rule, full, organization)


@pytest.mark.parametrize("text", OTHERWISE)
def test_a_rule_that_reads_the_case_is_asked_anew_for_each(text):
    assert not depends_on_nothing_else(parse_assign(text), AssignContext(unit=GA, on=ON))


@pytest.mark.parametrize(
    "context",
    [
        {"case": CaseParties(subjects=frozenset({"u102"}))},
        {"case": CaseParties(inspected_unit=GA)},
        {"case": CaseParties(relations=(Relation(person="u102", other="u103", kind="近亲属"),))},
        {"recused": frozenset({"u102"})},
        {"target": GA},
        {"element": GA},
        {"stage": "inspect"},
        {"node_actors": {"S1_T7": ("u102",)}},
        {"needed": 2},
        {"substitutes_allowed": False},
    ],
)
def test_a_case_that_concerns_somebody_is_asked_anew(context):
    rule = parse_assign("self:pos:LEAD_DIRECT")
    assert not depends_on_nothing_else(rule, AssignContext(unit=GA, on=ON, **context))


def _outcome(rule, context, organization):
    try:
        return resolve(rule, context, organization)
    except NobodyAssignable as nobody:
        return str(nobody)
