"""Identifiers: time-ordered v7, v4 where the time must not show."""

from datetime import timedelta
from random import Random
from uuid import RFC_4122

import pytest

from engine.model.identity import IdGenerator, moment_of
from tests.unit.model.given import at, seeded


def test_a_v7_carries_the_business_time_in_milliseconds():
    moment = at("03-02") + timedelta(milliseconds=123)
    made = IdGenerator(seeded(1)).v7(moment)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert moment_of(made) == pytest.approx(moment.timestamp(), abs=0.001)


def test_identifiers_of_one_millisecond_ascend():
    ids = IdGenerator(seeded(1))
    made = [ids.v7(at("03-02")) for _ in range(1000)]
    assert made == sorted(made)
    assert len(set(made)) == 1000


def test_a_later_millisecond_is_a_greater_identifier():
    ids = IdGenerator(seeded(1))
    assert ids.v7(at("03-02")) < ids.v7(at("03-02") + timedelta(milliseconds=1))


def test_an_exhausted_tail_starts_anew():
    class Full(Random):
        def getrandbits(self, k):
            return (1 << k) - 1

    ids = IdGenerator(Full())
    made = [ids.v7(at("03-02")) for _ in range(3)]
    ids._tail = (1 << 74) - 1
    assert ids.v7(at("03-02")).version == 7
    assert made == sorted(made)


def test_the_same_seed_makes_the_same_identifiers():
    one, two = IdGenerator(seeded(5)), IdGenerator(seeded(5))
    assert [one.v7(at("03-02")), one.v4()] == [two.v7(at("03-02")), two.v4()]


def test_sealed_things_get_v4_that_carries_no_time():
    made = IdGenerator().v4()
    assert made.version == 4
    assert moment_of(made) is None
