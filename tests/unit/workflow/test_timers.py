"""When timers fall due, and that nothing but their token fires them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import StepFailed
from engine.model.step import Token
from engine.workflow.timers import (
    UNLIMITED,
    ZONE,
    arm_cycle,
    arm_date,
    arm_duration,
    first_arming,
    later,
    literal,
    next_arming,
    parse_period,
)
from tests.unit.workflow.models import (
    AT,
    Case,
    boundary,
    catch,
    cycle,
    duration,
    model,
    user,
)
from tests.unit.workflow.models import date as on_date


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("P1D", "2026-02-01T09:00+08:00"),
        ("P1M", "2026-02-28T09:00+08:00"),
        ("P1Y1M", "2027-02-28T09:00+08:00"),
        ("P13M", "2027-02-28T09:00+08:00"),
        ("P2W", "2026-02-14T09:00+08:00"),
        ("PT36H", "2026-02-01T21:00+08:00"),
        ("P1DT1H30M10S", "2026-02-01T10:30:10+08:00"),
        ("PT0.5S", "2026-01-31T09:00:00.500000+08:00"),
    ],
)
def test_durations_count_calendar_months_from_the_moment_of_arming(period, due):
    assert arm_duration(period, at("2026-01-31T09:00+08:00")).due_at == at(due)


@pytest.mark.parametrize("text", ["", "P", "PT", "1D", "P1H", "P-1D", "PT1D", "P1.5D", "P1D ", " x"])
def test_what_is_no_duration_is_refused(text):
    if text.strip() == "P1D":
        assert parse_period(text).rest == timedelta(days=1)
        return
    with pytest.raises(ValueError, match="not an ISO 8601 duration"):
        parse_period(text)


@pytest.mark.parametrize(
    ("value", "due"),
    [
        ("2026-12-05", "2026-12-05T00:00+08:00"),
        ("2026-12-05T10:00", "2026-12-05T10:00+08:00"),
        ("2026-12-05T10:00Z", "2026-12-05T10:00+00:00"),
        (date(2026, 12, 5), "2026-12-05T00:00+08:00"),
        (datetime(2026, 12, 5, 10, tzinfo=UTC), "2026-12-05T10:00+00:00"),
    ],
)
def test_dates_without_a_zone_are_meant_in_shanghai(value, due):
    arming = arm_date(value)

    assert arming.due_at == at(due)
    assert arming.due_at.tzinfo is UTC


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)), st.integers(0, 600))  # noqa: DTZ001
@settings(print_blob=True, max_examples=200)
def test_months_never_skip_a_month(moment, months):
    local = moment.replace(tzinfo=ZONE)

    due = later(local, parse_period(f"P{months}M")).astimezone(ZONE)

    assert (due.year * 12 + due.month) - (local.year * 12 + local.month) == months
    assert due.day <= local.day
    assert due.time() == local.time()


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ('"P15D"', "P15D"),
        ("'P15D'", "P15D"),
        (" P15D ", "P15D"),
        ("2026-12-05T10:00:00+08:00", "2026-12-05T10:00:00+08:00"),
        ("R3/P1D", "R3/P1D"),
        ("P15", "P15"),
        ("deadline", None),
        ('"P1" + "D"', None),
        ("Period", None),
    ],
)
def test_literals_need_no_script(expression, text):
    assert literal(expression) == text


def test_cycles():
    now = at("2026-12-01T09:00+08:00")

    assert (arm_cycle("R3/PT1H", now).due_at, arm_cycle("R3/PT1H", now).left) == (now + timedelta(hours=1), 2)
    assert arm_cycle("R/P1D", now).left == UNLIMITED
    assert arm_cycle("R2/2026-12-10/P1D", now).due_at == at("2026-12-10T00:00+08:00")
    assert arm_cycle("R/P1D/2026-12-04T10:00+08:00", now).left == 2
    for wrong in ("P1D", "R0/P1D", "R3", "R3/x", "R3/P1D/P1D/P1D"):
        with pytest.raises(ValueError, match=r"."):
            arm_cycle(wrong, now)


def test_the_next_round_of_a_cycle_counts_from_the_last():
    first = arm_cycle("R2/P1M", at("2026-01-31T09:00+08:00"))
    second = next_arming(first.due_at, first.left, first.every)

    assert second is not None
    assert second.due_at == at("2026-03-28T09:00+08:00")
    assert next_arming(second.due_at, second.left, second.every) is None


def test_a_timer_is_reported_when_armed_and_closed_when_disarmed():
    definition = model(user("A"), boundary("b", "A", duration("P1D")), user("H"), flows="s>A; A>e; b>H; H>e")
    case = Case(definition)

    (timer,) = case.last.timers
    assert (timer.node_id, timer.due_at) == ("b", AT + timedelta(days=1))
    assert timer.expression.strip("'\"") == "P1D"

    case.complete("A")
    assert (timer.token, "cancelled") in case.last.closed
    assert not any(" b" in entry for entry in case.trail)


def test_time_alone_fires_nothing():
    definition = model(catch("t", duration("PT1S")), user("A"), flows="s>t; t>A; A>e")
    case = Case(definition)

    case.at = AT + timedelta(days=400)
    case.reload()
    case._advance()

    assert (case.open(), case.waiting()) == ([], ["t"])
    assert case.fire("t").open() == ["A"]


def test_a_disarmed_timer_answers_false():
    definition = model(user("A"), boundary("b", "A", duration("P1D")), user("B"), flows="s>A; A>B; B>e; b>e")
    case = Case(definition)
    (token,) = case.timers
    case.complete("A")

    assert case.workflow.fire_timer(token) is False
    assert case.workflow.fire_timer(Token(999)) is False
    assert case.workflow.fire_timer(case.tokens("B")[0]) is False


def test_dates_and_durations_may_come_from_data():
    definition = model(catch("t1", on_date("next_level_at")), catch("t2", duration("pause")), flows="s>t1; t1>t2; t2>e")
    case = Case(definition, {"next_level_at": "2026-12-24T09:00:00+08:00", "pause": "P2M"})
    assert case.last.timers[0].due_at == at("2026-12-24T09:00+08:00")

    case.at = at("2026-12-24T09:00+08:00")
    case.reload()

    assert case.fire("t1").last.timers[0].due_at == at("2027-02-24T09:00+08:00")


@pytest.mark.parametrize("value", ["tomorrow", 5, None])
def test_a_timer_without_time_stops_the_step(value):
    definition = model(catch("t", on_date("when")), flows="s>t; t>e")

    with pytest.raises(StepFailed, match="Timer t") as failed:
        Case(definition, {"when": value})
    assert failed.value.node_id == "t"


def test_a_non_interrupting_timer_leaves_the_task_open_and_fires_once():
    definition = model(
        user("A"), boundary("b", "A", duration("P1D"), interrupting=False), user("H"), flows="s>A; A>e; b>H; H>e"
    )
    case = Case(definition, {"x": 1}).fire("b")

    assert (case.open(), case.timers) == (["A", "H"], {})
    assert case.complete("A").open() == ["H"]
    assert case.complete("H").ended


def test_a_cycle_fires_its_rounds_and_tasks_it_made_outlive_the_activity():
    """Stock kills the reminders that a cycle has made when the activity completes."""
    definition = model(
        user("A"), boundary("b", "A", cycle("R3/P1D"), interrupting=False), user("H"), flows="s>A; A>e; b>H; H>e"
    )
    case = Case(definition)
    dues = []
    for _ in range(3):
        (timer,) = case.timers.values()
        dues.append(timer.due_at - AT)
        case.fire("b")

    assert dues == [timedelta(days=1), timedelta(days=2), timedelta(days=3)]
    assert case.timers == {}
    assert case.complete("A").open() == ["H", "H", "H"]


@pytest.mark.parametrize(
    ("kind", "expression", "expected"),
    [
        ("date", "2026-12-09T09:00:00+08:00", ("2026-12-09T01:00", 0)),
        ("date", "2026-11-01", None),
        ("duration", "PT2H", ("2026-12-01T03:00", 0)),
        ("cycle", "R/2026-01-01T00:00:00Z/P1M", ("2027-01-01T00:00", UNLIMITED)),
        ("cycle", "R/2026-01-01T00:00:00Z/PT5M", ("2026-12-01T01:00", UNLIMITED)),
        ("cycle", "R3/2026-11-30T00:00:00Z/P1D", ("2026-12-02T00:00", 0)),
        ("cycle", "R9/2026-01-01T00:00:00Z/PT5M", None),
        ("cycle", "R2/2026-01-01T00:00:00Z/P1M", None),
        ("cycle", "R2/P1D", ("2026-12-02T01:00", 1)),
    ],
)
def test_a_timer_start_leaves_out_what_was_before_it_was_published(kind, expression, expected):
    found = first_arming(kind, expression, datetime(2026, 12, 1, 1, tzinfo=UTC))
    assert (found and (found.due_at.isoformat()[:16], found.left)) == expected
