"""Numbers on papers: domain.md §6.3."""

import pytest

from engine.errors import InputRejected
from engine.model.numbering import (
    BusinessNo,
    InstanceKey,
    NumbersExhausted,
    business_no,
    clue_no,
    document_no,
)
from engine.model.period import Period
from tests.unit.model.given import seeded


def test_a_business_number_has_kind_unit_year_and_four_digits():
    assert business_no("WT", "532503-GA", 2026, 7) == "WT-532503GA-2026-0007"
    parsed = BusinessNo.parse("WT-532503GA-2026-0007")
    assert parsed == BusinessNo(kind="WT", unit="532503-GA", year=2026, tail="0007")
    assert str(parsed) == "WT-532503GA-2026-0007"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "WT-532503-GA-2026-0007",
        "QQ-532503GA-2026-0007",
        "WT-532503GA-2026-07",
        "WT-532503GA-2026-123456",
        "XS-532503GA-2026-0007",
        "WT-532503GA-2026-00071",
    ],
)
def test_what_is_no_business_number_is_refused(text):
    with pytest.raises(InputRejected):
        BusinessNo.parse(text)


def test_a_sequence_ends_at_9999_and_clues_have_none():
    with pytest.raises(NumbersExhausted):
        business_no("WT", "532503-GA", 2026, 10_000)
    with pytest.raises(NumbersExhausted):
        business_no("WT", "532503-GA", 2026, 0)
    for kind in ("XS", "QQ"):
        with pytest.raises(InputRejected):
            business_no(kind, "532503-GA", 2026, 1)


def test_a_clue_number_has_a_random_tail_and_is_given_once():
    taken: set[str] = set()
    random = seeded(7)
    for _ in range(50):
        number = clue_no("532503-ZF", 2026, random, taken.__contains__)
        assert BusinessNo.parse(number).kind == "XS"
        assert len(number.rsplit("-", 1)[1]) == 6
        assert number not in taken
        taken.add(number)
    assert sorted(taken) != [f"XS-532503ZF-2026-{i:06d}" for i in range(50)]


def test_a_full_clue_range_says_so():
    with pytest.raises(NumbersExhausted):
        clue_no("532503-ZF", 2026, seeded(1), lambda _number: True)


def test_an_instance_key_names_mechanism_unit_and_period():
    key = InstanceKey.parse("P02:532503-GA:2026H2")
    assert key == InstanceKey(process="P02", unit="532503-GA", period=Period(kind="half", year=2026, number=2))
    assert str(key) == "P02:532503-GA:2026H2"
    assert str(InstanceKey.parse("P04B:532500-ZF:2026")) == "P04B:532500-ZF:2026"
    for text in ("P02:532503GA:2026H2", "P02:532503-GA:2026H3", "P02"):
        with pytest.raises(InputRejected):
            InstanceKey.parse(text)


def test_a_document_number_has_no_leading_zero():
    assert document_no("红政法", "督", 2026, 12) == "红政法督〔2026〕12号"
    for issuer, kind, number in (("红政法", "牌", 1), ("", "督", 1), ("红政法", "督", 0)):
        with pytest.raises(InputRejected):
            document_no(issuer, kind, 2026, number)
