"""Lists of rows and groups with paths: nesting, numbers of rows, and where a problem is said to be."""

from __future__ import annotations

import pytest

from tests.unit.forms.given import a_field, a_form, a_list, loaded, rules_of, said

REQUIRED = {"validate": {"required": True}}


def test_rows_are_cleaned_one_by_one():
    form = a_form(a_list(a_field(), a_field("number", "n", decimalDigits=0)))
    assert loaded(form, {"rows": [{"note": " a ", "n": "1"}, {"n": 2}]}) == {"rows": [{"note": "a", "n": 1}, {"n": 2}]}


def test_a_problem_in_a_row_names_the_row():
    form = a_form(a_list(a_field(**REQUIRED), a_list(a_field("datetime", "by"), key="steps")))
    values = {"rows": [{"note": "x"}, {"steps": [{"by": "2026-01-01"}, {"by": "x"}]}, "text", {"note": "y", "z": 1}]}
    assert rules_of(form, values) == [
        ("rows.1.note", "required"),
        ("rows.1.steps.1.by", "type"),
        ("rows.2", "type"),
        ("rows.3.z", "unknown"),
    ]


def test_empty_rows_at_the_end_are_dropped_and_in_between_are_not():
    form = a_form(a_list(a_field(**REQUIRED), a_field("checkbox", "done")))
    blank = [{}, {"note": "", "done": False}, {"note": None}]
    assert loaded(form, {"rows": [{"note": "a"}, *blank]}) == {"rows": [{"note": "a", "done": False}]}
    assert loaded(form, {"rows": blank}) == {}
    assert rules_of(form, {"rows": [{}, {"note": "a"}]}) == [("rows.0.note", "required")]


def test_a_zero_is_no_empty_row():
    form = a_form(a_list(a_field("number", "n", decimalDigits=0)))
    assert loaded(form, {"rows": [{"n": 0}]}) == {"rows": [{"n": 0}]}


def test_the_number_of_rows_is_a_rule():
    form = a_form(a_list(a_field(), properties={"cx.minRows": "2", "cx.maxRows": 3}))
    assert said(form, {}) == ("“说明”至少填写2行。", "“Note” needs at least 2 rows.")
    assert said(form, {"rows": [{"note": "a"}]}) == ("“说明”至少填写2行。", "“Note” needs at least 2 rows.")
    assert said(form, {"rows": [{"note": "a"}] * 4}) == (
        "“说明”最多3行，现为4行。",
        "“Note” takes at most 3 rows; there are 4.",
    )
    one = a_form(a_list(a_field(), **REQUIRED))
    assert said(one, {"rows": []})[1] == "“Note” needs at least 1 row."


def test_a_list_without_a_limit_takes_two_hundred_rows():
    form = a_form(a_list(a_field()))
    assert len(loaded(form, {"rows": [{"note": "a"}] * 200})["rows"]) == 200
    assert rules_of(form, {"rows": [{"note": "a"}] * 201}) == [("rows", "maxRows")]


@pytest.mark.parametrize("value", ["text", {"0": {"note": "x"}}, 5, True])
def test_a_list_is_nothing_else(value):
    assert rules_of(a_form(a_list(a_field())), {"rows": value}) == [("rows", "type")]


def test_a_key_with_dots_and_a_group_with_a_path_nest_the_values():
    inner = {
        "id": "g",
        "type": "group",
        "path": "meeting",
        "components": [a_field(key="place.city"), a_field(key="room")],
    }
    form = a_form(inner, a_field(key="meeting.at"))
    assert loaded(form, {"meeting": {"place": {"city": "蒙自"}, "at": "九点"}}) == {
        "meeting": {"place": {"city": "蒙自"}, "at": "九点"}
    }
    assert loaded(form, {}) == {}
    assert rules_of(form, {"meeting": {"place": {"city": 5}, "x": 1}}) == [
        ("meeting.place.city", "type"),
        ("meeting.x", "unknown"),
    ]
    assert form.data_keys == ("meeting.place.city", "meeting.room", "meeting.at")


def test_what_only_shows_something_has_no_value():
    shown = [{"id": f"s{n}", "type": kind} for n, kind in enumerate(("text", "html", "separator", "spacer", "button"))]
    form = a_form(*shown, a_field())
    assert form.data_keys == ("note",)
