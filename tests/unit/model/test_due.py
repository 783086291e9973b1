"""The `cx:due` grammar and what a rule comes to: architecture.md §2a."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.clock import SHANGHAI, end_of_day, instant, local_day
from engine.model.due import (
    PROVISIONAL_EN,
    PROVISIONAL_ZH,
    DueContext,
    DueSyntaxError,
    DueUnresolved,
    due_of,
    evaluate,
    parse_due,
    worded,
)
from engine.model.params import Params, UnknownParam
from tests.unit.model.given import at, day, due, national


@pytest.mark.parametrize(
    ("rule", "inputs", "on"),
    [
        ("created", {}, "03-02"),
        ("created+0wd", {}, "03-02"),
        ("created+1wd", {}, "03-03"),
        ("created + 10 wd", {}, "03-16"),
        ("created+30cd", {}, "04-01"),
        ("created-1cd", {}, "03-01"),
        ("created+1mo", {}, "04-02"),
        ("delivered+var(plan_wd)wd", {"delivered": "03-02", "plan_wd": 3}, "03-05"),
        ("delivered+param(rectify_redo_wd)wd", {"delivered": "03-02"}, "03-09"),
        ("var(limit)", {"limit": "2026-03-23"}, "03-23"),
        ("var(meeting)-5wd", {"meeting": "2026-03-23"}, "03-16"),
        ("min(created+2wd,var(limit))", {"limit": "2026-03-03"}, "03-03"),
        ("min(created+2wd, var(limit))", {"limit": "2026-03-23"}, "03-04"),
        ("min(created+9wd, min(created+5wd, created+3wd), created+4wd)", {}, "03-05"),
        ("period.start+10wd", {"period_start": "2026-07-01"}, "07-15"),
        ("period.end-5wd", {"period_end": "2026-06-30"}, "06-23"),
        ("fixed(03-31)", {}, "03-31"),
        ("fixed(01-10)", {}, "2027-01-11"),
        ("fixed(01-10)-2wd", {"started": "2026-01-04"}, "01-08"),
        ("param(p01_letter_due)", {}, "03-31"),
        ("lastwd(half)", {}, "06-30"),
        ("lastwd(quarter)", {}, "03-31"),
        ("lastwd(month)", {}, "03-31"),
        ("lastwd(02)", {"started": "2026-01-04"}, "02-28"),
        ("lastwd(02)", {}, "2027-02-26"),
        ("lastwd(half)", {"started": "2025-12-01"}, "2025-12-31"),
        ("lastwd(param(p03_plan_due_month))", {"started": "2026-01-04"}, "02-28"),
        ("min(created+9wd, var(session.due))", {"session": {"due": "2026-03-05"}}, "03-05"),
    ],
)
def test_a_rule_comes_to_a_day_and_ends_with_it(rule, inputs, on):
    found = due(rule, **inputs)
    assert found.on == day(on)
    assert found.at == end_of_day(day(on))


def test_the_month_of_a_last_working_day_may_be_a_parameter():
    rule = parse_due("lastwd(param(p03_plan_due_month))")
    assert rule.params == {"p03_plan_due_month"}
    found = due(rule.text, started="2026-01-04")
    assert [p.key for p in found.params] == ["p03_plan_due_month"]
    assert due_of(rule.text, found.inputs, national()).on == found.on
    with pytest.raises(DueUnresolved, match="must be a month"):
        due("lastwd(param(p03_make_up_wd))")
    with pytest.raises(DueSyntaxError):
        parse_due("lastwd(param())")


def test_a_fixed_day_that_is_off_moves_to_the_next_working_day_and_still_counts_from_there():
    assert due("fixed(01-10)", created="01-04").on == day("01-12")
    assert due("fixed(01-10)", created="01-12").on == day("01-12")
    assert due("fixed(01-10)", created="01-13").on == day("2027-01-11")


def test_a_time_of_day_ends_the_limit_earlier():
    found = due("created+3wd@17:00")
    assert (found.on, found.at) == (day("03-05"), at("03-05", "17:00"))
    assert due("min(created+3wd, created+5wd)@17:00").at == at("03-05", "17:00")
    assert due("min(created+3wd@18:00, created+3wd@12:00)").at == at("03-05", "12:00")


def test_hours_run_through_nights_and_holidays():
    found = due_of("created+2nh", {"created": "2026-10-03T22:40:00+08:00"}, national())
    assert found.at == at("10-04", "00:40")
    assert found.on == day("10-04")
    assert found.is_hourly
    assert found.counted_from == at("10-03", "22:40")
    assert due("var(known)+1nh", known="2026-10-03T22:40:00+08:00").at == at("10-03", "23:40")


def test_a_day_limit_counts_from_the_first_second_of_its_base_day():
    assert due("created+3wd").counted_from == at("03-02", "00:00")


def test_the_explanation_names_base_first_day_and_what_was_skipped():
    found = due("created+6wd", created="02-12")
    assert found.count.base_day == day("02-12")
    assert found.count.first_day == day("02-13")
    assert [r.zh for r in found.count.skipped] == ["春节"]
    assert found.zh == (
        "2026-02-27到期：任务生成日（2026-02-12）起6个工作日，2026-02-13为第1日，不计春节（02-15—02-23），02-14调休上班计入。"
    )
    assert found.en == (
        "Due 2026-02-27: the day the task was created (2026-02-12) + 6 working days, 2026-02-13 is day 1,"
        " not counted: Spring Festival (02-15—02-23), 02-14 counts (make-up working day)."
    )


def test_weekends_are_named_once():
    found = due("created+15wd")
    assert "，不计周末。" in found.zh
    assert "not counted: weekends" in found.en


def test_the_explanation_of_a_min_names_the_other_choices():
    found = due("min(created+2wd,var(limit))", limit="2026-03-23")
    assert [c.on for c in found.others] == [day("03-23")]
    assert found.zh.endswith("；不晚于整改期限（2026-03-23），至2026-03-23。")
    assert found.en.endswith("; not later than the limit of the rectification (2026-03-23) = 2026-03-23.")


def test_the_explanation_says_which_parameters_are_to_be_confirmed():
    found = due("created+param(p03_make_up_wd)wd")
    assert [p.key for p in found.params] == ["p03_make_up_wd"]
    assert "参数“补训时限”=20（待确认参数）" in found.zh
    assert "parameter p03_make_up_wd = 20 (local default, to be confirmed)" in found.en


def test_a_year_without_a_table_makes_the_date_provisional():
    found = due("created+5wd", created="12-29")
    assert found.provisional
    assert found.zh.endswith("。节假日表未维护，期限暂定。")
    assert found.en.endswith("No holiday table yet: provisional.")
    assert not due("created+5wd").provisional


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("delivered-1wd", "送达日（2026-03-02）前1个工作日"),
        ("fixed(03-31)", "每年03-31"),
        ("lastwd(half)", "本半年最后一个工作日"),
        ("lastwd(03)", "3月最后一个工作日"),
        ("lastwd(param(p03_plan_due_month))", "参数p03_plan_due_month所定月份最后一个工作日"),
        ("param(p01_letter_due)", "参数p01_letter_due"),
        ("var(other)", "变量other"),
        ("created+1mo", "起1个月"),
        ("created+2cd", "起2个自然日"),
        ("created+2nh", "起2小时"),
    ],
)
def test_every_base_has_a_name(rule, words):
    found = due(rule, delivered="03-02", other="2026-03-05")
    assert words in found.zh
    assert found.en


def test_the_explanation_is_plain_json():
    found = due("min(created+param(rectify_redo_wd)wd,var(limit))", created="02-12", limit="2026-03-23").as_dict()
    assert found["on"] == "2026-02-26"
    assert found["rule"] == "min(created+param(rectify_redo_wd)wd,var(limit))"
    assert found["count"]["skipped"] == [
        {"first": "2026-02-15", "last": "2026-02-23", "zh": "春节", "en": "Spring Festival"}
    ]
    assert found["count"]["first_day"] == "2026-02-13"
    assert found["others"][0]["first_day"] is None
    assert found["params"][0]["provenance"] == "L"
    assert found["inputs"] == {
        "created": "2026-02-12T09:00:00+08:00",
        "var.limit": "2026-03-23",
        "param.rectify_redo_wd": 5,
    }


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("  ", 2),
        ("gestern", 0),
        ("min(created)", 11),
        ("min created", 4),
        ("min(created,delivered", 21),
        ("created+3", 9),
        ("created+3xd", 9),
        ("created+", 8),
        ("created+9999wd", 8),
        ("created+12345wd", 8),
        ("created+var plan", 12),
        ("created 3", 8),
        ("created+3wd+2wd", 11),
        ("var()", 4),
        ("var(a", 5),
        ("param(3)", 6),
        ("fixed(02-29)", 6),
        ("fixed(13-01)", 6),
        ("fixed 03-01", 6),
        ("fixed(03-01", 11),
        ("lastwd(13)", 7),
        ("lastwd(year)", 7),
        ("lastwd(half", 11),
        ("created+2nh@09:00", 11),
        ("created+5wd@25:00", 12),
        ("created+5wd@", 12),
    ],
)
def test_a_mistake_is_found_at_its_position(text, position):
    with pytest.raises(DueSyntaxError) as caught:
        parse_due(text)
    assert caught.value.position == position
    assert caught.value.text == text
    assert caught.value.zh
    assert caught.value.en


def test_a_rule_tells_which_names_it_reads():
    rule = parse_due("min(delivered+var(plan_wd)wd, var(limit), created+param(rectify_redo_wd)wd)")
    assert rule.variables == {"plan_wd", "limit"}
    assert rule.params == {"rectify_redo_wd"}
    assert parse_due("param(p01_letter_due)").params == {"p01_letter_due"}


@pytest.mark.parametrize(
    ("rule", "inputs", "name"),
    [
        ("delivered+1wd", {}, "delivered"),
        ("period.start", {}, "period.start"),
        ("period.end", {}, "period.end"),
        ("var(limit)", {}, "limit"),
        ("var(limit)", {"limit": 5}, "limit"),
        ("var(limit)", {"limit": "soon"}, "limit"),
        ("var(limit)", {"limit": "2026-02-30"}, "limit"),
        ("var(limit)", {"limit": "2026-03-02T09:00:00"}, "limit"),
        ("created+var(n)wd", {}, "n"),
        ("created+var(n)wd", {"n": "5"}, "n"),
        ("created+var(n)wd", {"n": -1}, "n"),
        ("created+var(n)wd", {"n": True}, "n"),
        ("created+var(n)wd", {"n": 5000}, "n"),
        ("created+param(p01_letter_due)wd", {}, "p01_letter_due"),
        ("param(rectify_redo_wd)", {}, "rectify_redo_wd"),
        ("var(limit)+2nh", {"limit": "2026-03-02"}, "var(limit)"),
    ],
)
def test_what_a_case_lacks_is_named(rule, inputs, name):
    with pytest.raises(DueUnresolved) as caught:
        due(rule, **inputs)
    assert caught.value.facts["name"] == name
    assert caught.value.zh
    assert rule in str(caught.value)


def test_an_unknown_parameter_is_not_found():
    with pytest.raises(UnknownParam):
        due("created+param(nothing)wd")


def test_variables_may_be_days_or_instants_themselves():
    context = DueContext(
        created=at("03-02"), variables={"a": day("03-10"), "b": datetime(2026, 3, 9, 17, tzinfo=SHANGHAI)}
    )
    assert evaluate(parse_due("var(a)"), context, national()).on == day("03-10")
    found = evaluate(parse_due("var(b)+1wd"), context, national())
    assert found.on == day("03-10")
    assert found.inputs["var.b"] == "2026-03-09T17:00:00+08:00"


def test_an_instant_late_in_the_utc_day_is_the_next_day_here():
    assert local_day(datetime.fromisoformat("2026-03-02T17:00:00+00:00")) == day("03-03")
    with pytest.raises(ValueError, match="no time zone"):
        local_day(datetime(2026, 3, 2))  # noqa: DTZ001


def test_stored_inputs_give_the_same_due_again_whatever_the_parameters_are_by_then():
    context = DueContext(
        created=at("03-02"),
        started=day("01-04"),
        delivered=day("03-03"),
        period_start=day("01-01"),
        period_end=day("06-30"),
        params=Params.load({"rectify_redo_wd": 7}),
    )
    for text in (
        "created+param(rectify_redo_wd)wd",
        "delivered+5wd",
        "period.start+3wd",
        "period.end",
        "lastwd(02)",
        "fixed(06-30)",
    ):
        first = evaluate(parse_due(text), context, national())
        assert due_of(text, first.inputs, national()) == first


_amounts = st.integers(0, 60)
_terms = st.one_of(
    st.builds(lambda n, u: f"created+{n}{u}", _amounts, st.sampled_from(["wd", "cd", "nh", "mo"])),
    st.builds(lambda n: f"var(limit)-{n}wd", _amounts),
    st.just("fixed(03-31)"),
    st.just("lastwd(half)"),
)


@settings(print_blob=True)
@given(st.lists(_terms, min_size=2, max_size=4), st.dates(day("2025-01-01"), day("2026-12-31")))
def test_min_is_the_earliest_of_its_choices(terms, created):
    inputs = {"created": instant(created, time(9)).isoformat(), "var.limit": (created + timedelta(40)).isoformat()}
    each = [due_of(term, inputs, national()).at for term in terms]
    assert due_of(f"min({','.join(terms)})", inputs, national()).at == min(each)


@settings(print_blob=True)
@given(st.text(max_size=30))
def test_any_text_is_a_rule_or_a_mistake_with_a_position(text):
    position = 0
    try:
        parse_due(text)
    except DueSyntaxError as mistake:
        position = mistake.position
    assert 0 <= position <= len(text)


def test_an_explanation_is_worded_anew_when_the_day_stops_being_provisional():
    explained = due("created+3wd").as_dict()
    doubtful = worded(explained, provisional=True)
    assert (doubtful["provisional"], doubtful["on"]) == (True, explained["on"])
    assert str(doubtful["zh"]).endswith(PROVISIONAL_ZH)
    assert str(doubtful["en"]).endswith(PROVISIONAL_EN)
    assert worded(doubtful, provisional=True) == doubtful
    assert worded(doubtful, provisional=False) == explained | {"provisional": False}
