"""What is owed, when it is due, and where it stands: the catalogue met with organisation, calendar and evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.errors import InputRejected
from engine.model.calendar import WorkCalendar
from engine.model.obligation import Evidence, Standing, light_of, light_of_group, reckon, state_of
from engine.model.obligation_rules import Rule, UnknownObligation, catalogue
from engine.model.organization import Department, Organization, Person, Position
from engine.model.owed import Debtor, check_datable, debtors, previous_period, running_periods, term_of
from engine.model.params import Params
from engine.model.preloaded import preloaded_units

CALENDAR, PARAMS, KNOWN = WorkCalendar.national(), Params.load(), catalogue()
DUE = date(2026, 6, 30)
POSTS = ("LEAD_MAIN", "LEAD_DIRECT", "LEAD_OTHER", "DEPT_RESP", "PERSON_RESP")


def prefecture(*changes: Position) -> Organization:
    """The 70 units, each with its five posts, two more members of staff and two branches."""
    units = preloaded_units()
    return Organization(
        units=units,
        departments=tuple(
            Department(code=f"{u.code}-{n}", unit=u.code, name="支部", kind="支部") for u in units for n in (91, 92)
        ),
        people=tuple(Person(id=f"{u.code}.{n}", name="某", unit=u.code) for u in units for n in range(7)),
        positions=(
            *(
                Position(person=f"{u.code}.{n}", unit=u.code, code=code, valid_from=date(2025, 1, 1))
                for u in units
                for n, code in enumerate(POSTS)
            ),
            *changes,
        ),
    )


def owed(code: str, period: str, today: str = "2026-01-01", organization: Organization | None = None) -> list[Debtor]:
    term = term_of(KNOWN.rule(code), period, CALENDAR, PARAMS)
    return list(debtors(term, organization or prefecture(), PARAMS, date.fromisoformat(today)))


@pytest.mark.parametrize(
    ("code", "period", "number", "due"),
    [
        ("O01", "2026", 70, "2026-01-22"),
        ("O02", "2026", 70, "2026-03-31"),
        ("O03", "2026", 280, "2026-03-31"),
        ("O05", "2026H2", 70, "2026-12-31"),
        ("O06", "2026H1", 70, "2026-06-23"),
        ("O07", "2026", 70, "2026-02-28"),
        ("O08", "2026", 70, "2026-12-31"),
        ("O09", "2026", 490, "2026-12-31"),
        ("O10", "2025H2", 52, "2026-01-12"),
        ("O10", "2026H1", 52, "2026-07-10"),
        ("O11", "2026H1", 13, "2026-07-20"),
        ("O12", "2026H2", 4, "2027-01-20"),
        ("O13", "2025", 210, "2026-02-02"),
        ("O15", "2026Q3", 14, "2026-09-30"),
        ("O16", "2026W0925", 14, "2026-10-10"),
        ("O18", "2026H2", 140, "2026-12-31"),
        ("O19", "2026", 210, "2026-12-31"),
        ("O21", "2026M02", 140, "2026-02-28"),
        ("O26", "2026H1", 14, "2026-06-22"),
        ("O27", "2026H2", 14, "2027-02-01"),
        ("O30", "2026H1", 14, "2026-06-30"),
    ],
)
def test_each_row_of_the_catalogue_is_owed_by_the_right_number_on_the_right_day(code, period, number, due):
    assert len(owed(code, period)) == number
    assert term_of(KNOWN.rule(code), period, CALENDAR, PARAMS).due_on.isoformat() == due


def test_every_row_can_be_dated_and_the_periods_it_runs_in_are_known():
    for rule in KNOWN:
        first, last = date(2026, 3, 31), date(2026, 4, 1)
        for period in running_periods(rule.period, first, last, CALENDAR, PARAMS):
            assert term_of(rule, period, CALENDAR, PARAMS).due_on >= date(2026, 1, 1)
    assert len(list(KNOWN)) == 30
    assert running_periods("quarter", first, last, CALENDAR, PARAMS) == ["2026Q1", "2026Q2"]
    assert running_periods("window", date(2026, 5, 1), date(2026, 5, 1), CALENDAR, PARAMS) == ["2026W0501"]
    assert running_periods("event", first, last, CALENDAR, PARAMS) == []
    assert (previous_period("half", first), previous_period("window", first)) == ("2025H2", "")


def test_the_catalogue_is_grouped_by_clause_and_holds_back_what_waits_for_later_mechanisms():
    assert {rule.code: rule.mechanism for rule in KNOWN}["O30"] == "P02"
    assert [rule.code for rule in KNOWN if not rule.active] == [f"O{n}" for n in range(22, 30)]
    with pytest.raises(UnknownObligation):
        KNOWN.rule("O99")


def test_who_takes_a_post_over_owes_the_lecture_only_if_enough_of_the_year_remains():
    def came(day: str) -> list[str]:
        post = Position(person="532503-GA.6", unit="532503-GA", code="LEAD_DIRECT", valid_from=date.fromisoformat(day))
        return [d.person for d in owed("O19", "2026", "2026-12-15", prefecture(post)) if d.unit == "532503-GA"]

    assert "532503-GA.6" in came("2026-12-01")
    assert "532503-GA.6" not in came("2026-12-02")


def test_a_closed_unit_owes_nothing_more():
    units = tuple(replace(u, active_until=date(2026, 3, 1)) if u.code == "532503-GA" else u for u in preloaded_units())
    closed = replace(prefecture(), units=units)

    assert Debtor(unit="532503-GA") in owed("O05", "2026H1", "2026-02-01", closed)
    assert Debtor(unit="532503-GA") not in owed("O05", "2026H1", "2026-03-02", closed)


def standing(**given: object) -> Standing:
    return Standing(**{"opens_on": date(2026, 1, 1), "due_on": DUE, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "today", "state", "color"),
    [
        ({}, "2025-12-31", "upcoming", "grey"),
        ({}, "2026-06-24", "open", "green"),
        ({}, "2026-06-25", "open", "yellow"),
        ({}, "2026-06-30", "open", "yellow"),
        ({}, "2026-07-01", "overdue", "red"),
        ({"checkpoint_on": date(2026, 3, 31)}, "2026-04-01", "open", "yellow"),
        ({"dated_on": DUE}, "2026-07-06", "open", "yellow"),  # held in time, accepted later
        ({"dated_on": date(2026, 7, 1)}, "2026-07-06", "overdue", "red"),
        ({"done_on": DUE}, "2026-07-06", "done", "blue"),
        ({"done_on": date(2026, 7, 2)}, "2026-07-06", "done_late", "blue"),
        ({"waived": True}, "2026-07-06", "waived", "grey"),
        ({"lapsed": True}, "2026-07-06", "lapsed", "grey"),
    ],
)
def test_state_and_light_follow_from_days_alone(given, today, state, color):
    day = date.fromisoformat(today)
    light = light_of(standing(**given), day, CALENDAR)
    assert (state_of(standing(**given), day), light.color) == (state, color)


def test_what_is_not_owed_yet_has_the_working_days_left_until_it_is_due():
    day = date(2025, 12, 29)
    assert light_of(standing(), day, CALENDAR).days_left == CALENDAR.count(day, DUE) > 100
    assert light_of(standing(waived=True), day, CALENDAR).days_left == 0


def test_what_is_late_says_by_how_many_working_days():
    assert light_of(standing(), date(2026, 7, 2), CALENDAR).late_days == 2
    assert light_of(standing(done_on=date(2026, 7, 2)), DUE, CALENDAR).mark_zh == "逾期办结（2日）"


def on(need: str, day: str, **more: object) -> Evidence:
    return Evidence(need=need, on=date.fromisoformat(day), **more)  # type: ignore[arg-type]


def test_the_meeting_decides_whether_the_study_was_in_time_and_the_acceptance_whether_it_is_done():
    meeting, accepted = on("meeting", "2026-12-31"), on("accepted", "2027-01-13")

    assert reckoned("O05", meeting).dated_on == date(2026, 12, 31)
    assert reckoned("O05", meeting).done_on is None
    assert reckoned("O05", meeting, accepted).done_on == date(2026, 12, 31)


def test_a_meeting_held_again_counts_until_everything_is_there_and_nothing_afterwards():
    again = on("meeting", "2027-01-05")

    assert reckoned("O05", on("meeting", "2026-12-01"), again, on("accepted", "2027-01-13")).done_on == again.on
    assert reckoned("O19", on("lecture", "2026-03-01"), on("lecture", "2026-09-01")).done_on == date(2026, 3, 1)
    assert reckoned("O19", on("substitute", "2026-03-01")).done_on is None  # a word that the rule does not know


def test_a_share_is_enough_at_its_percentage_and_shows_how_far_it_is():
    assert reckoned("O08", on("coverage", "2026-09-15", done=17, of=19)).done_on is None
    assert reckoned("O08", on("coverage", "2026-09-15", done=17, of=19)).done == 17
    assert reckoned("O08", on("coverage", "2026-09-29", done=19, of=19)).done_on == date(2026, 9, 29)
    assert reckoned("O18", on("study", "2026-09-29", done=9, of=10)).done_on == date(2026, 9, 29)
    assert reckoned("O18", on("study", "2026-09-29", done=0, of=0)).done_on is None


def test_what_each_branch_brings_is_done_when_all_have_and_by_the_last():
    one, two = on("record", "2026-08-12", part="91"), on("record", "2026-08-20", part="92")
    rule, parts = KNOWN.rule("O20"), frozenset({"91", "92"})

    half = reckon(rule, [one], parts, PARAMS)
    assert (half.done_on, half.done, half.of) == (None, 1, 2)
    assert reckon(rule, [one, two], parts, PARAMS).done_on == date(2026, 8, 20)
    assert reckon(rule, [one], frozenset(), PARAMS).done_on is None


def test_a_changed_rule_holds_for_periods_that_begin_after_it():
    known = catalogue([("O05", {"due": "lastwd(half)-10wd", "units": "ZF", "active": False}, date(2026, 3, 2))])

    assert known.for_period("O05", date(2026, 1, 1)).version == 1
    assert known.for_period("O05", date(2026, 7, 1)).due_rule(2) == "lastwd(half)-10wd"
    assert (known.rule("O05").owner.units, known.rule("O05").active) == ("ZF", False)
    assert known.version("O05", 1).active
    assert known.version("O05", 9).version == 2
    assert catalogue([("O99", {}, date(2026, 3, 2))]).versions.keys() == KNOWN.versions.keys()


@pytest.mark.parametrize(
    "changes",
    [
        {"needs": []},
        {"zh": " "},
        {"en": "x" * 101},
        {"active": 1},
        {"units": "everybody"},
        {"due": ""},
        {"due": {}},
        {"due": "param(unheard_of)"},
        {"due": "var(meeting)"},
        {"due": "delivered+3wd"},
    ],
)
def test_a_change_that_cannot_hold_is_refused_in_both_languages(changes):
    with pytest.raises(InputRejected) as caught:
        KNOWN.rule("O05").changed(changes, valid_from=DUE)
    assert caught.value.zh
    assert caught.value.en


@pytest.mark.parametrize("code", ["O05", "O14"])
def test_a_due_rule_that_comes_to_no_day_is_refused_before_the_night_fails_at_it(code):
    wrong = KNOWN.rule(code).changed({"due": "param(o01_list_wd)"}, valid_from=DUE)
    with pytest.raises(InputRejected, match="no day") as caught:
        check_datable(wrong, DUE, CALENDAR, PARAMS)
    assert caught.value.facts["field"] == "due"
    check_datable(KNOWN.rule(code), DUE, CALENDAR, PARAMS)


def test_names_and_due_days_can_be_changed():
    made = KNOWN.rule("O05").changed({"zh": "半年研究", "en": "Study", "due": {"1": "fixed(06-20)"}}, valid_from=DUE)
    assert (made.zh, made.en) == ("半年研究", "Study")
    assert made.due_rule(1) == made.due_rule(2) == "fixed(06-20)"
    assert made.as_changes()["due"] == {"1": "fixed(06-20)"}


@pytest.mark.parametrize(
    ("counts", "soon", "light"),
    [
        ({"done": 69, "overdue": 1}, 0, "red"),
        ({"done": 4, "open": 1}, 1, "yellow"),
        ({"done": 4, "open": 1}, 0, "green"),
        ({"done": 4, "upcoming": 1}, 0, "green"),
        ({"done": 4, "done_late": 1, "waived": 1}, 0, "late_done"),
        ({"done": 4, "waived": 1}, 0, "blue"),
        ({"upcoming": 3}, 0, "grey"),
        ({"waived": 3}, 0, "grey"),
        ({}, 0, "grey"),
    ],
)
def test_a_group_has_the_worst_light_of_those_in_it(counts, soon, light):
    assert light_of_group(counts, soon) == light


def reckoned(code: str, *facts: Evidence):
    rule: Rule = KNOWN.rule(code)
    return reckon(rule, facts, frozenset(), PARAMS)
