"""Windows for objections and the days for answers become longer by a changed calendar, never shorter."""

from __future__ import annotations

from datetime import date

import pytest

from engine.model.card import ObjectionRefused
from engine.model.holidays import Layer
from engine.store.cards import CardRow
from tests.integration.calendar.conftest import LIGHT, Begin, Office, People, on
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.test_rectification import ISSUER, UNIT


@pytest.fixture
def yellow(desk: Desk, begin: Begin) -> CardRow:
    """A yellow card of 03-12 (Thu): answer by 03-16, objection until 03-17, effective from 03-18. Today is 03-12."""
    desk.go_to("03-02")
    begin(**LIGHT)
    desk.go_to("03-12")
    return card(desk)


def card(desk: Desk) -> CardRow:
    """The yellow card as it stands."""
    return next(found for found in desk.cards(UNIT) if found.level == 2)


def days(found: CardRow) -> tuple[date | None, date | None]:
    return found.answer_due_on, found.effective_on


def test_a_holiday_gives_more_time_to_answer_and_to_object(
    desk: Desk, office: Office, people: People, yellow: CardRow
) -> None:
    assert days(yellow) == (on("03-16"), on("03-18"))

    office.holiday("03-13")

    assert days(card(desk)) == (on("03-17"), on("03-19"))
    assert desk.inbox(people.leader)["S2_T2"].due_on == on("03-17")
    told = [fact.body for fact in office.history(yellow.instance_id, "redated") if "no" in fact.body]
    assert told == [
        {
            "no": yellow.no,
            "old": ["2026-03-18", "2026-03-16"],
            "new": ["2026-03-19", "2026-03-17"],
            "reason": "红政办发〔2026〕3号",
        }
    ]


@pytest.mark.parametrize("how", ["dropped", "corrected"])
def test_no_change_takes_time_away_and_an_objection_on_the_last_day_told_is_taken(
    desk: Desk, office: Office, people: People, yellow: CardRow, how: str
) -> None:
    office.holiday("03-13")
    office.drop("03-13") if how == "dropped" else office.correct("03-14", working=True)

    assert days(card(desk)) == (on("03-17"), on("03-19"))
    assert desk.inbox(people.leader)["S2_T2"].due_on == on("03-17")
    desk.go_to("03-18")
    desk.object_to(people.leader, yellow.no, "系统停机检修，请予核减。")
    assert card(desk).state == "objected"


def test_after_the_last_day_told_no_objection_is_taken(
    desk: Desk, office: Office, people: People, yellow: CardRow
) -> None:
    office.holiday("03-13")
    desk.go_to("03-19")
    with pytest.raises(ObjectionRefused, match="2026-03-18"):
        desk.object_to(people.leader, yellow.no, "系统停机检修，请予核减。")


def test_a_card_whose_objection_is_decided_keeps_the_day_from_which_it_counts(
    desk: Desk, office: Office, people: People, yellow: CardRow
) -> None:
    desk.object_to(people.leader, yellow.no, "系统停机检修，请予核减。")
    desk.do(desk.person(ISSUER, "LEAD_DIRECT"), "S2_T6", {"decision": "维持", "reason": "理由不成立。"})
    assert card(desk).effective_on == on("03-12")

    office.holiday("03-13")

    assert card(desk).effective_on == on("03-12")


def test_an_answered_card_keeps_its_answer_day(desk: Desk, office: Office, people: People, yellow: CardRow) -> None:
    desk.do(people.leader, "S2_T2", {"reason": "轮休安排不当，已调整。", "new_date": "2026-03-20"})

    office.holiday("03-13")

    assert days(card(desk)) == (on("03-16"), on("03-19"))


def test_the_red_card_waits_for_the_day_that_the_unit_was_given(desk: Desk, office: Office, yellow: CardRow) -> None:
    office.holiday("03-13")
    office.correct("03-13", working=True)
    office.drop("03-13", Layer.CORRECTION)
    desk.go_to("03-17", "23:00")
    assert [level for level, _ in desk.issued(UNIT)] == [1, 2]
    desk.go_to("03-18")
    assert desk.issued(UNIT)[-1] == (3, "03-18 09:00")
