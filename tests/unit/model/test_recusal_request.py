"""回避申请: the next level decides, whoever asks."""

import pytest

from engine.model.recusal_request import DECIDED_WITHIN, GROUNDS, deciders, is_request_of
from tests.unit.model.given import POSTS, a_position, an_organization, day, due

ON = day("03-02")


@pytest.mark.parametrize(
    ("asks", "decides"),
    [
        ("u105", ("u102",)),  # an officer: the leader in charge of the unit
        ("u101", ("u102",)),
        ("u102", ("u103",)),  # the leader in charge: the main leader
        ("u103", ("u043",)),  # the main leader: that of the superior unit
        ("u044", ("u042",)),  # an inspector, in his own commission
        ("u043", ("u001",)),
        ("u001", ()),  # above him there is only 州委
    ],
)
def test_the_next_level_decides(asks, decides):
    assert deciders(asks, an_organization(), ON) == decides


def test_a_vacant_post_gives_way_to_the_next_one_up():
    posts = {p: post for p, post in POSTS.items() if p not in {"u102", "u103"}}
    vacant = an_organization(positions=tuple(a_position(p, code, unit) for p, (code, unit) in posts.items()))

    assert deciders("u105", vacant, ON) == ("u043",)


def test_nobody_decides_his_own_request():
    both = (*an_organization().positions, a_position("u102", "LEAD_MAIN", "532503-GA"))

    assert deciders("u102", an_organization(positions=both), ON) == ("u043",)


def test_two_working_days_and_six_grounds():
    assert due(DECIDED_WITHIN, created="03-06").on == day("03-10")
    assert tuple(GROUNDS) == ("R1", "R2", "R3", "R4", "R5", "R6")


def test_a_request_is_known_by_process_purpose_and_person():
    asked = {"purpose": "recusal", "person": "u101"}
    assert is_request_of("u101", "S4_APPROVE", asked)
    assert not is_request_of("u102", "S4_APPROVE", asked)
    assert not is_request_of("u101", "S4_APPROVE", asked | {"purpose": "extension"})
    assert not is_request_of("u101", "S1_RECTIFY", asked)
