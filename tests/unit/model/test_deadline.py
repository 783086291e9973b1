"""The deadline ledger: domain.md §6.4 and the extension and suspension rules of S1."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.calendar import WorkCalendar
from engine.model.clock import local_day
from engine.model.deadline import (
    KIND_LABELS,
    DeadlineRefused,
    extend,
    longest_extension,
    open_deadline,
    redate,
    resume,
    suspend,
)
from engine.model.holidays import CalendarDay, Layer
from tests.unit.model.given import at, day, due, national


def a_deadline(rule="delivered+15wd", *, delivered="03-02", **inputs):
    return open_deadline(due(rule, delivered=delivered, created=delivered, **inputs), at=at(delivered))


def local_days(*texts, working=False):
    return [CalendarDay(day=day(t), layer=Layer.LOCAL, working=working, zh="州庆", en="Prefecture Day") for t in texts]


def extended(deadline, days, *, asked="03-10", calendar=None, **changes):
    return extend(
        deadline,
        days,
        asked_at=at(asked),
        at=at(asked, "16:00"),
        by="u042",
        reason="设备到货推迟",
        calendar=calendar or national(),
        **{"maximum_wd": 10} | changes,
    )


def held(deadline, first, last, calendar=None):
    stopped = suspend(deadline, at=at(first), by="u042", reason="等待外部机关意见")
    return resume(stopped, at=at(last), by="u042", reason="已收到意见", calendar=calendar or national())


def test_the_first_entry_is_the_rule_and_explains_itself():
    deadline = a_deadline()
    assert deadline.on == day("03-23")
    assert deadline.latest.kind == "set"
    assert deadline.latest.working_days == 15
    assert deadline.latest.zh.startswith("2026-03-23到期：送达日（2026-03-02）起15个工作日")
    assert open_deadline(due("fixed(03-31)"), at=at("03-02")).latest.working_days == 0
    assert KIND_LABELS["redated"] == ("日历", "Calendar")


def test_an_extension_moves_the_day_once_and_within_half_of_the_limit():
    deadline = a_deadline()
    assert longest_extension(deadline, national(), maximum_wd=10) == 7

    longer = extended(deadline, 7)

    assert longer.on == day("04-01")
    assert longer.is_extended
    assert not deadline.is_extended
    assert longer.in_force.on == day("04-01")
    assert longer.in_force.at == longer.at
    assert longer.latest.zh == "批准延期7个工作日，仅此一次，至2026-04-01"
    with pytest.raises(DeadlineRefused) as again:
        extended(longer, 1)
    assert again.value.reason == "extended_before"


@pytest.mark.parametrize(("days", "reason"), [(8, "too_long"), (0, "too_long"), (-1, "too_long")])
def test_an_extension_is_at_least_one_day_and_at_most_half_of_the_limit(days, reason):
    with pytest.raises(DeadlineRefused) as caught:
        extended(a_deadline(), days)
    assert caught.value.reason == reason


def test_an_extension_of_a_long_limit_is_at_most_ten_days():
    long = a_deadline("delivered+30wd")
    assert longest_extension(long, national(), maximum_wd=10) == 10
    assert longest_extension(long, national(), maximum_wd=12) == 12
    with pytest.raises(DeadlineRefused):
        extended(long, 11)
    assert extended(long, 11, maximum_wd=12).is_extended


def test_an_extension_is_asked_before_the_due_time_and_may_be_approved_later():
    deadline = a_deadline()
    on_time = extend(
        deadline,
        5,
        asked_at=at("03-23", "23:59"),
        at=at("03-25"),
        by="u042",
        reason="x",
        calendar=national(),
        maximum_wd=10,
    )
    assert on_time.on == day("03-30")
    with pytest.raises(DeadlineRefused) as late:
        extended(deadline, 5, asked="03-24")
    assert late.value.reason == "asked_late"


def test_a_suspension_adds_the_working_days_after_it_up_to_the_day_of_resuming():
    stopped = suspend(a_deadline(), at=at("03-10"), by="u042", reason="等待")
    assert stopped.suspended_since == day("03-10")
    assert stopped.on == day("03-23")
    assert stopped.latest.zh == "2026-03-10起停止计时"

    running = resume(stopped, at=at("03-16"), by="u042", reason="收到", calendar=national())

    assert running.suspended_since is None
    assert running.latest.working_days == 4
    assert running.on == day("03-27")


def test_what_is_suspended_is_neither_suspended_again_nor_extended():
    stopped = suspend(a_deadline(), at=at("03-10"), by="u042", reason="等待")
    with pytest.raises(DeadlineRefused):
        suspend(stopped, at=at("03-11"), by="u042", reason="等待")
    with pytest.raises(DeadlineRefused):
        extended(stopped, 3)
    with pytest.raises(DeadlineRefused) as caught:
        resume(a_deadline(), at=at("03-11"), by="u042", reason="", calendar=national())
    assert caught.value.reason == "running"


def test_a_limit_in_hours_never_stands_still():
    hourly = open_deadline(due("created+2nh"), at=at("03-02"))
    with pytest.raises(DeadlineRefused) as caught:
        suspend(hourly, at=at("03-02"), by="u042", reason="x")
    assert caught.value.reason == "hourly"


def test_a_time_of_day_survives_every_move():
    deadline = open_deadline(due("created+10wd@17:00"), at=at("03-02"))
    assert extended(deadline, 2).at == at("03-18", "17:00")


def test_a_new_calendar_dates_again_and_says_old_and_new():
    changed = WorkCalendar.national(local_days("03-10", "03-11"))

    moved = redate(a_deadline(), at=at("03-04"), reason="州节假日通知", calendar=changed)

    assert moved.on == day("03-25")
    assert moved.latest.kind == "redated"
    assert moved.latest.working_days == 2
    assert moved.latest.reason == "州节假日通知"
    assert moved.latest.zh == "日历变更，由2026-03-23改为2026-03-25"


def test_a_new_calendar_that_changes_nothing_leaves_no_entry():
    deadline = a_deadline()
    assert redate(deadline, at=at("03-04"), reason="x", calendar=national()) is deadline


def test_dating_again_never_shortens_a_day_already_delivered():
    changed = WorkCalendar.national(local_days("03-07", "03-08", working=True))
    deadline = a_deadline()
    assert redate(deadline, at=at("03-04"), reason="x", calendar=changed) is deadline

    earlier = redate(deadline, at=at("03-04"), reason="x", calendar=changed, is_delivered=False)

    assert earlier.on == day("03-19")
    assert earlier.latest.working_days == -2


def test_the_ledger_of_the_case_page():
    """The numbers of the mock: limit, local holiday, extension, suspension."""
    deadline = a_deadline("delivered+30wd", delivered="10-09")
    assert deadline.on == day("11-19")
    changed = WorkCalendar.national(local_days("11-18", "11-19"))

    deadline = redate(deadline, at=at("11-02"), reason="州2026年地方节假日通知", calendar=changed)
    assert (deadline.on, deadline.latest.working_days) == (day("11-23"), 2)
    deadline = extended(deadline, 10, asked="11-16", calendar=changed)
    assert deadline.on == day("12-07")
    deadline = held(deadline, "11-25", "12-01", changed)

    assert (deadline.on, deadline.latest.working_days) == (day("12-11"), 4)
    assert [e.kind for e in deadline.entries] == ["set", "redated", "extended", "suspended", "resumed"]


def test_dating_again_keeps_the_extension_and_counts_the_suspension_anew():
    deadline = held(extended(a_deadline(), 5), "03-12", "03-18")
    assert deadline.on == day("04-03")
    changed = WorkCalendar.national(local_days("03-13", "03-24"))

    # Two days off move the end by two, but one of them lay in the suspension and lengthens nothing.
    assert redate(deadline, at=at("03-19"), reason="x", calendar=changed).on == day("04-07")


_dates = st.dates(day("2025-01-01"), day("2026-11-30"))


@settings(print_blob=True)
@given(_dates, st.integers(1, 40), st.integers(0, 60), st.integers(0, 30))
def test_a_suspension_leaves_as_many_working_days_as_there_were(start, limit, wait, length):
    calendar = national()
    deadline = open_deadline(
        due(f"delivered+{limit}wd", delivered=start.isoformat(), created=start.isoformat()), at=at(start.isoformat())
    )
    first = calendar.add_working_days(start, min(wait, limit))
    last = calendar.add_working_days(first, length)

    moved = held(deadline, first.isoformat(), last.isoformat())

    assert calendar.count(last, moved.on) == calendar.count(first, deadline.on)
    assert calendar.is_working_day(moved.on)


@settings(print_blob=True)
@given(
    _dates,
    st.integers(2, 40),
    st.lists(st.tuples(st.integers(0, 90), st.booleans()), max_size=8),
    st.integers(0, 5),
)
def test_a_delivered_day_never_moves_earlier_whatever_calendar_comes(start, limit, changes, extension):
    deadline = open_deadline(
        due(f"delivered+{limit}wd", delivered=start.isoformat(), created=start.isoformat()), at=at(start.isoformat())
    )
    if 1 <= extension <= longest_extension(deadline, national(), maximum_wd=10):
        deadline = extended(deadline, extension, asked=start.isoformat())
    before = deadline.at
    for offset, working in changes:
        on = national().add_working_days(start, offset)
        new = WorkCalendar.national(
            [CalendarDay(day=on, layer=Layer.CORRECTION, working=working, zh="更正", en="correction")]
        )
        deadline = redate(deadline, at=at(start.isoformat()), reason="更正", calendar=new)
        assert deadline.at >= before
        before = deadline.at
    assert all(local_day(entry.due_at) == entry.due_on for entry in deadline.entries)
