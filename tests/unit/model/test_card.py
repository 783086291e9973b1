"""Cards and objections: domain.md §3 S2."""

import pytest

from engine.model.card import (
    KIND_LABELS,
    STATE_LABELS,
    ObjectionRefused,
    decide_objection,
    effective_cards,
    issue,
    object_to,
    stops_unanswered_rule,
)
from tests.unit.model.given import day, national

GA = "532503-GA"


def a_card(issued="02-24", *, no="PK-532503GA-2026-0001", kind="yellow", unit=GA):
    return issue(no, kind, unit, day(issued), national(), window_wd=3)


def objected(card, on):
    return object_to(card, on=day(on), by="u103", reason="已按期说明", calendar=national(), decision_wd=2)


def decided(card, on, *, upheld):
    return decide_objection(card, on=day(on), by="u042", upheld=upheld)


def test_a_card_counts_from_the_day_after_its_window():
    card = a_card("02-27", kind="red")
    assert card.window_ends == day("03-03")
    assert card.effective_from == day("03-04")
    assert card.state(day("03-03")) == "open"
    assert card.state(day("03-04")) == "effective"


def test_a_pending_objection_holds_a_card_back():
    card = objected(a_card(), "02-25")
    assert card.objection.due_on == day("02-27")
    assert card.effective_from is None
    assert card.state(day("03-20")) == "objected"
    assert card.state(day("02-24")) == "open"
    assert stops_unanswered_rule(card)


def test_an_upheld_objection_withdraws_the_card_but_not_its_number():
    card = decided(objected(a_card(), "02-25"), "02-27", upheld=True)
    assert card.state(day("02-27")) == "withdrawn"
    assert card.no == "PK-532503GA-2026-0001"
    assert card.effective_from is None
    assert stops_unanswered_rule(card)
    assert effective_cards([card], unit=GA, kind="yellow", on=day("06-01")) == ()


def test_a_rejected_objection_makes_the_card_count_from_the_decision():
    card = decided(objected(a_card(), "02-25"), "02-26", upheld=False)
    assert card.effective_from == day("02-26")
    assert card.state(day("02-25")) == "objected"
    assert card.state(day("02-26")) == "effective"
    assert not stops_unanswered_rule(card)
    assert not stops_unanswered_rule(a_card())


def test_an_objection_comes_within_the_window_and_once():
    assert objected(a_card(), "02-27").objection.filed_on == day("02-27")
    with pytest.raises(ObjectionRefused) as late:
        objected(a_card(), "02-28")
    assert late.value.reason == "window_closed"
    with pytest.raises(ObjectionRefused) as again:
        objected(objected(a_card(), "02-25"), "02-26")
    assert again.value.reason == "filed_before"


def test_only_an_open_objection_is_decided():
    with pytest.raises(ObjectionRefused):
        decided(a_card(), "02-26", upheld=True)
    with pytest.raises(ObjectionRefused):
        decided(decided(objected(a_card(), "02-25"), "02-26", upheld=True), "02-27", upheld=False)


def test_the_count_of_twelve_months_takes_effective_cards_of_one_unit_and_kind():
    old = a_card("2025-03-10", no="1", kind="red")
    counted = a_card("2025-03-12", no="2", kind="red")
    open_one = a_card("03-10", no="3", kind="red")
    other_kind, other_unit = a_card("02-24", no="4"), a_card("02-24", no="5", kind="red", unit="532503-FY")

    found = effective_cards([old, counted, open_one, other_kind, other_unit], unit=GA, kind="red", on=day("2026-03-11"))

    assert [card.no for card in found] == ["2"]


def test_kinds_and_states_have_names_in_both_languages():
    assert KIND_LABELS["red"] == ("红牌", "Red card")
    assert STATE_LABELS["withdrawn"] == ("已撤回", "Withdrawn")
