"""Who goes on with the work of somebody who has left a post or lost a role."""

import pytest

from engine.model.assign_grammar import parse_assign
from engine.model.organization import Substitute
from engine.model.succession import ground_ends, has_left, has_lost_ground, successors
from tests.unit.model.given import a_grant, a_position, an_organization, day

GA = "532503-GA"
BEGAN, LAST, NEXT = day("01-05"), day("03-31"), day("04-01")


def an_office(*positions, grants=(), substitutes=()):
    return an_organization(positions=positions, grants=grants, substitutes=substitutes)


def a_post(person="u101", code="PERSON_RESP", *, until=None, since=BEGAN, departments=()):
    return a_position(person, code, GA, valid_from=since, valid_until=until, departments=departments)


def lost(rule, organization, person="u101", on=NEXT):
    return has_lost_ground(parse_assign(rule), person, GA, organization, on)


def test_somebody_has_left_the_day_after_the_last_post_ends():
    office = an_office(a_post(until=LAST))
    assert not has_left(office, "u101", GA, LAST)
    assert has_left(office, "u101", GA, NEXT)
    assert not has_left(office, "u104", GA, NEXT)  # was never there


def test_somebody_with_another_post_has_not_left():
    assert not has_left(an_office(a_post(until=LAST), a_post(code="DEPT_RESP")), "u101", GA, NEXT)


def test_the_successor_holds_the_post_now():
    office = an_office(a_post(until=LAST), a_post("u104", since=NEXT))
    assert successors(office, "u101", GA, NEXT) == ("u104",)
    assert successors(office, "u104", GA, NEXT) == ()


def test_of_several_holders_those_of_the_same_departments_follow():
    office = an_office(
        a_post(code="DEPT_RESP", until=LAST, departments=("03",)),
        a_post("u104", "DEPT_RESP", departments=("03", "04")),
        a_post("u102", "DEPT_RESP", departments=("05",)),
    )
    assert successors(office, "u101", GA, NEXT) == ("u104",)


def test_where_no_holder_has_the_same_departments_all_of_them_follow():
    office = an_office(
        a_post(code="DEPT_RESP", until=LAST, departments=("03",)),
        a_post("u104", "DEPT_RESP", departments=("04",)),
        a_post("u102", "DEPT_RESP", departments=("05",)),
    )
    assert set(successors(office, "u101", GA, NEXT)) == {"u104", "u102"}


def test_only_the_post_held_last_counts():
    office = an_office(
        a_post(code="DEPT_RESP", until=day("02-27")), a_post("u104", "DEPT_RESP"),
        a_post(until=LAST), a_post("u102", since=NEXT),
    )  # fmt: skip
    assert successors(office, "u101", GA, NEXT) == ("u102",)


def test_for_a_vacant_post_the_substitute_follows_and_without_one_nobody():
    named = Substitute(holder="u101", unit=GA, position="PERSON_RESP", person="u104", valid_from=day("01-05"))
    assert successors(an_office(a_post(until=LAST), substitutes=(named,)), "u101", GA, NEXT) == ("u104",)
    assert successors(an_office(a_post(until=LAST)), "u101", GA, NEXT) == ()


@pytest.mark.parametrize(
    ("rule", "positions", "expected"),
    [
        ("self:pos:PERSON_RESP", [a_post(until=LAST)], True),
        ("self:pos:PERSON_RESP", [a_post(until=LAST), a_post(since=NEXT)], False),
        ("self:pos:PERSON_RESP", [a_post(until=LAST), a_post(code="DEPT_RESP")], True),
        ("self:pos:LEAD_DIRECT", [a_post(code="DEPT_RESP")], False),  # handed on by hand
        ("self:pos:PERSON_RESP", [a_post(code="LEAD_MAIN", until=LAST), a_post(code="DEPT_RESP")], True),  # fallback
        ("self:user:var(owner)", [a_post(until=LAST)], True),
        ("self:user:var(owner)", [a_post(until=LAST), a_post(code="DEPT_RESP")], False),
    ],
)
def test_a_task_by_post_or_name_stays_as_long_as_its_ground(rule, positions, expected):
    assert lost(rule, an_office(*positions)) is expected
    assert not lost(rule, an_office(*positions), on=LAST)


def test_a_task_by_role_stays_as_long_as_the_role():
    rule = "self:role:officer"
    ended = a_grant("u101", "officer", GA, valid_until=LAST)
    assert lost(rule, an_office(grants=(ended,)))
    assert not lost(rule, an_office(grants=(ended,)), on=LAST)
    assert not lost(rule, an_office(grants=(ended, a_grant("u101", "officer", GA, valid_from=NEXT))))
    assert not lost(rule, an_office(grants=(a_grant("u101", "reviewer", GA, valid_until=LAST),)))


def test_a_task_by_pool_does_not_change_hands():
    assert not lost("self:pool:INSPECTION", an_office(a_post(until=LAST)))


def test_the_day_on_which_the_ground_ends_is_the_first_day_without_it():
    rule = parse_assign("self:pos:PERSON_RESP")
    office = an_office(a_post(until=LAST), a_post("u104", until=day("06-30")), a_post("u102", "DEPT_RESP"))
    today = day("03-02")
    assert ground_ends(rule, ["u104", "u101"], GA, office, today) == NEXT
    assert ground_ends(rule, ["u104"], GA, office, today) == day("07-01")
    assert ground_ends(rule, ["u102"], GA, office, today) is None
    assert ground_ends(rule, ["u101"], GA, office, NEXT) is None  # over already


def test_a_role_that_ends_moves_the_task_on_the_next_day():
    office = an_office(grants=(a_grant("u105", "officer", GA, valid_until=LAST),))
    assert ground_ends(parse_assign("self:role:officer"), ["u105"], GA, office, day("03-02")) == NEXT
