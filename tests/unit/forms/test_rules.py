"""Rules between fields, limits of dates, and codes that only the organisation knows."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.forms.given import a_choice, a_field, a_form, a_list, a_rule, loaded, problems, rules_of, said

INT = {"decimalDigits": 0}
LIMIT = {"cx.type": "date-limit", "cx.notBefore": "today", "cx.notAfter": "case.limit"}


def a_number(key, **attributes):
    return a_field("number", key, **INT, **attributes)


def test_a_rule_speaks_at_each_of_its_fields_in_both_languages():
    rule = a_rule("a <= b", "a", "b", zh="甲不得大于乙（{b}）。", en="a is more than b ({b}).")
    form = a_form(a_number("a"), a_number("b"), rules=[rule])
    assert loaded(form, {"a": 1, "b": 1})
    assert [(p.path, p.rule, p.zh, p.en) for p in problems(form, {"a": 2, "b": 1})] == [
        ("a", "rule", "甲不得大于乙（1）。", "a is more than b (1)."),
        ("b", "rule", "甲不得大于乙（1）。", "a is more than b (1)."),
    ]


def test_a_rule_without_an_answer_lets_pass():
    form = a_form(a_number("a"), a_number("b"), rules=[a_rule("a <= b", "a")])
    assert loaded(form, {"a": 2}) == {"a": 2}


def test_a_rule_is_not_asked_while_its_fields_have_problems_of_their_own():
    form = a_form(a_number("a"), a_number("b"), rules=[a_rule("b != null and a <= b", "a")])
    assert rules_of(form, {"a": 2, "b": "x"}) == [("b", "type")]
    assert rules_of(form, {"a": "x", "b": 1}) == [("a", "type")]
    assert rules_of(form, {"a": 2}) == [("a", "rule")]


def test_a_rule_for_each_row_sees_the_row_the_form_and_the_case():
    rule = a_rule(
        "this.n <= most and this.n <= case.most and parent.most != null", "n", each="rows", zh="{this.n}超过{most}。"
    )
    form = a_form(a_number("most"), a_list(a_number("n")), rules=[rule])
    found = problems(form, {"most": 3, "rows": [{"n": 1}, {"n": 9}, {}]}, case={"most": 5})
    assert [(p.path, p.zh) for p in found] == [("rows.1.n", "9超过3。")]
    assert loaded(form, {"most": 3}) == {"most": 3}
    assert rules_of(form, {"most": 3, "rows": [{"n": "x"}, {"n": 4}]}) == [("rows.0.n", "type"), ("rows.1.n", "rule")]


def test_a_rule_may_count_rows():
    form = a_form(a_number("n"), a_list(a_field()), rules=[a_rule("count(rows) = n", "rows")])
    assert loaded(form, {"n": 2, "rows": [{"note": "a"}, {"note": "b"}]})
    assert rules_of(form, {"n": 1, "rows": [{"note": "a"}, {"note": "b"}]}) == [("rows", "rule")]


@pytest.mark.parametrize(("part", "whole", "passes"), [(2, 3, True), (1, 2, False), (4, 6, True), (399, 600, False)])
def test_a_share_is_compared_exactly(part, whole, passes):
    share = {"part": "part", "whole": "whole", "atLeast": "2/3"}
    rule = {"share": share, "zh": "不足三分之二。", "en": "Under two thirds.", "fields": ["part"]}
    form = a_form(a_number("part"), a_number("whole"), rules=[rule])
    assert (rules_of(form, {"part": part, "whole": whole}) == []) is passes
    assert loaded(form, {"part": 1}) == {"part": 1}


def test_a_unique_column_repeats_no_value():
    form = a_form(a_list(a_field(), a_field(key="other")), rules=[{"each": "rows", "unique": "note"}])
    rows = [{"note": "甲"}, {"other": "x"}, {"note": "乙"}, {"note": "甲"}, {"other": "x"}]
    (problem,) = problems(form, {"rows": rows})
    assert (problem.path, problem.rule) == ("rows.3.note", "unique")
    assert problem.zh == "“说明”重复填写了“甲”。"
    assert loaded(form, {}) == {}


def test_a_date_may_not_lie_outside_of_its_limits():
    form = a_form(a_list(a_field("datetime", "by", properties=LIMIT)))
    good = {"rows": [{"by": "2026-03-05"}, {"by": "2026-03-23"}]}
    assert loaded(form, good)["rows"][1] == {"by": date(2026, 3, 23)}
    assert said(form, {"rows": [{"by": "2026-03-04"}]}) == (
        "“说明”不得早于 2026-03-05。",
        "“Note” must not be earlier than 2026-03-05.",
    )
    assert said(form, {"rows": [{}, {"by": "2026-03-24"}]}) == (
        "“说明”不得晚于 2026-03-23。",
        "“Note” must not be later than 2026-03-23.",
    )
    assert loaded(form, {"rows": [{"by": "2030-01-01"}]}, case={})


def test_a_date_may_be_limited_by_another_one_by_a_fixed_day_and_by_today():
    form = a_form(
        a_field("datetime", "start", disallowPassedDates=True),
        a_field("datetime", "end", properties={"cx.notBefore": "start", "cx.notAfter": '@"2026-12-31"'}),
        a_list(
            a_field("datetime", "a"),
            a_field("datetime", "b", subtype="datetime", properties={"cx.notBefore": "this.a"}),
            a_field("datetime", "c", subtype="time", properties={"cx.notBefore": "today"}),
        ),
    )
    assert rules_of(form, {"start": "2026-03-04"}) == [("start", "date")]
    assert rules_of(form, {"start": "2026-04-01", "end": "2026-03-31"}) == [("end", "date")]
    assert rules_of(form, {"end": "2027-01-01"}) == [("end", "date")]
    rows = [
        {"a": "2026-03-06", "b": "2026-03-05T16:30:00Z"},
        {"a": "2026-03-06", "b": "2026-03-05T09:00", "c": "08:00"},
    ]
    assert rules_of(form, {"rows": rows}) == [("rows.1.b", "date")]


def a_reference(kind, key="who", **properties):
    component = "taglist" if kind == "users" else "select"
    return a_field(component, key, properties={"cx.type": kind} | properties)


def test_a_person_must_exist_and_belong_to_the_unit():
    form = a_form(a_reference("user", **{"cx.scope": "unit"}))
    assert loaded(form, {"who": "u101"}) == {"who": "u101"}
    assert said(form, {"who": "u999"}) == (
        "“说明”：单位532503-GA没有人员“u999”，请重新选择。",
        "“Note”: there is no person “u999” in the unit 532503-GA. Choose again.",
    )
    assert rules_of(form, {"who": "u101"}, unit="532503-FY") == [("who", "reference")]


def test_every_one_of_several_persons_must_exist():
    form = a_form(a_reference("users"))
    assert loaded(form, {"who": ["u101", "u102"]})
    found = problems(form, {"who": ["u101", "u998", "u999"]})
    assert [problem.en for problem in found] == [
        "“Note”: there is no person “u998”. Choose again.",
        "“Note”: there is no person “u999”. Choose again.",
    ]


def test_a_department_belongs_to_the_unit_chosen_beside_it():
    form = a_form(a_reference("unit", "unit"), a_reference("dept", "dept", **{"cx.scope": "field:unit"}))
    assert loaded(form, {"unit": "532503-GA", "dept": "532503-GA-03"})
    assert rules_of(form, {"unit": "532503-FY", "dept": "532503-GA-03"}) == [
        ("unit", "reference"),
        ("dept", "reference"),
    ]
    assert rules_of(form, {"dept": "532503-GA-99"}) == [("dept", "reference")]
    assert said(form, {"unit": "000000-XX"})[0] == "“说明”：没有单位“000000-XX”，请重新选择。"


def test_a_code_of_the_organisation_is_short_and_printable():
    form = a_form(a_reference("user"))
    assert rules_of(form, {"who": "u" * 101}) == [("who", "option")]
    assert rules_of(form, {"who": "u1\n"}) == [("who", "option")]


def test_a_choice_can_be_ruled_by_another():
    form = a_form(a_choice(), a_field(), rules=[a_rule('not(kind = "乙") or note != null', "note")])
    assert rules_of(form, {"kind": "乙"}) == [("note", "rule")]
    assert loaded(form, {"kind": "乙", "note": "理由"})
    assert loaded(form, {"kind": "甲"})


def test_a_placeholder_may_be_a_column():
    form = a_form(a_list(a_number("n")), rules=[a_rule("sum(rows.n) < 3", "rows", zh="合计过大：{rows.n}。")])
    assert said(form, {"rows": [{"n": 1}, {"n": 2}]})[0] == "合计过大：[1, 2]。"


def test_a_placeholder_for_nothing_is_a_dash():
    form = a_form(a_number("a"), rules=[a_rule("a < 1", "a", zh="期限 {case.limit}，{today}。")])
    assert said(form, {"a": 1}, case={})[0] == "期限 —，2026-03-05。"


def test_a_rule_may_be_any_feel():
    form = a_form(
        a_list(a_number("n"), a_field("datetime", "by")),
        a_field("datetime", "end"),
        rules=[
            a_rule("every row in rows satisfies row.by <= end", "rows"),
            a_rule("sum(rows.n) <= 10 and count(rows[item.n > 5]) < 2", "rows", zh="合计过大。"),
            a_rule('end.weekday < 6 and end <= today + duration("P30D")', "end"),
        ],
    )
    good = {"rows": [{"n": 4, "by": "2026-03-20"}, {"n": 6, "by": "2026-03-21"}], "end": "2026-03-23"}
    assert loaded(form, good)
    assert rules_of(form, good | {"end": "2026-03-20"}) == [("rows", "rule")]
    assert rules_of(form, good | {"end": "2026-04-06"}) == [("end", "rule")]
    assert rules_of(form, good | {"end": "2026-03-22"}) == [("end", "rule")], "a Sunday"
    assert said(form, {"rows": [{"n": 6}, {"n": 6}]})[0] == "合计过大。"


def test_a_limit_of_a_date_may_be_any_feel():
    limits = {"cx.notBefore": 'today + duration("P2D")', "cx.notAfter": "date(case.at)"}
    form = a_form(a_field("datetime", "by", properties=limits))
    case = {"at": "2026-03-10T09:00:00+08:00"}
    assert [rules_of(form, {"by": f"2026-03-{day:02}"}, case=case) for day in (6, 7, 10, 11)] == [
        [("by", "date")],
        [],
        [],
        [("by", "date")],
    ]
