"""What is hidden or locked is dropped on the server and never asked for."""

from __future__ import annotations

import pytest

from tests.unit.forms.given import a_choice, a_field, a_form, a_list, a_rule, loaded, rules_of


def hidden_if(text, **validate):
    return {"conditional": {"hide": text}, "validate": {"required": True} | validate}


def test_a_hidden_field_is_dropped_even_when_it_is_required_or_wrong():
    form = a_form(a_choice(), a_field(**hidden_if('=kind = "乙"', maxLength=3)))
    assert loaded(form, {"kind": "乙", "note": "much too long"}) == {"kind": "乙"}
    assert loaded(form, {"kind": "乙"}) == {"kind": "乙"}
    assert rules_of(form, {"kind": "甲"}) == [("note", "required")]
    assert rules_of(form, {}) == [("note", "required")]


def test_a_condition_that_cannot_be_answered_hides_nothing():
    form = a_form(a_field("number", "n", decimalDigits=0), a_field(**hidden_if("=n > 3")))
    assert rules_of(form, {}) == [("note", "required")]
    assert loaded(form, {"n": 4, "note": 1}) == {"n": 4}


def test_a_group_hides_all_that_is_in_it():
    group = {
        "id": "g", "type": "group", "components": [a_field(validate={"required": True}), a_list(a_field(key="x"))],
        "conditional": {"hide": '=kind = "乙"'},
    }  # fmt: skip
    form = a_form(a_choice(), group)
    assert loaded(form, {"kind": "乙", "note": "x", "rows": [{"x": "1"}]}) == {"kind": "乙"}
    assert rules_of(form, {"kind": "甲"}) == [("note", "required")]
    assert form.fields[1].hidden_if == ('=kind = "乙"',)


def test_a_hidden_field_does_not_hide_or_show_others():
    form = a_form(
        a_choice(key="first"),
        a_choice(key="second", conditional={"hide": '=first = "乙"'}),
        a_field(**hidden_if('=second = "乙"')),
    )
    assert loaded(form, {"first": "甲", "second": "乙"}) == {"first": "甲", "second": "乙"}
    # `second` was sent but is hidden: it counts as empty, so the note is asked for only where nothing hides it
    assert "second" not in loaded(form, {"first": "乙", "second": "乙", "note": "x"})


def test_a_row_hides_by_its_own_values_by_those_of_the_form_and_by_those_around():
    inner = a_list(a_field(**hidden_if('=parent.kind = "乙"')), key="inner")
    form = a_form(
        a_choice(key="whole"),
        a_list(a_choice(), a_field(key="why", **hidden_if('=this.kind = "乙" or whole = "乙"')), inner),
    )
    rows = [{"kind": "乙", "why": "x", "inner": [{"note": "y"}, {"note": "z"}]}, {"kind": "甲", "why": "v"}]
    assert loaded(form, {"rows": rows}) == {"rows": [{"kind": "乙"}, {"kind": "甲", "why": "v"}]}
    assert rules_of(form, {"rows": [{"kind": "甲", "inner": [{}, {"note": "n"}]}]}) == [
        ("rows.0.why", "required"),
        ("rows.0.inner.0.note", "required"),
    ]
    assert loaded(form, {"whole": "乙", "rows": [{"kind": "甲", "why": "x"}]})["rows"] == [{"kind": "甲"}]


def test_a_hidden_list_is_dropped():
    form = a_form(a_choice(), a_list(a_field(), conditional={"hide": '=kind = "乙"'}, properties={"cx.minRows": 1}))
    assert loaded(form, {"kind": "乙", "rows": "nonsense"}) == {"kind": "乙"}
    assert rules_of(form, {"kind": "甲"}) == [("rows", "minRows")]


def test_fields_on_a_path_of_their_own_are_hidden_too():
    group = {"id": "g", "type": "group", "path": "meeting", "components": [a_field(**hidden_if("=kind = null"))]}
    form = a_form(a_choice(), group)
    assert loaded(form, {"meeting": {"note": "x"}}) == {}
    assert loaded(form, {"meeting": None}) == {}
    assert rules_of(form, {"kind": "甲"}) == [("meeting.note", "required")]
    assert loaded(form, {"kind": "甲", "meeting": {"note": "x"}}) == {"kind": "甲", "meeting": {"note": "x"}}
    assert rules_of(form, {"meeting": "text"}) == [("meeting", "type")]


@pytest.mark.parametrize("attribute", ["readonly", "disabled"])
def test_a_locked_field_is_shown_and_never_taken(attribute):
    form = a_form(a_field(validate={"required": True}, **{attribute: True}))
    assert loaded(form, {"note": "changed by hand"}) == {}
    assert form.fields[0].readonly
    assert not form.fields[0].required


def test_conditions_may_look_at_the_case_and_the_day():
    form = a_form(
        a_field(**hidden_if('=case.severity = "A" and today > @"2026-01-01" and unit = "532503-GA" and period != null'))
    )
    assert loaded(form, {"note": "x"}, case={"severity": "A"}) == {}
    assert rules_of(form, {}, case={"severity": "B"}) == [("note", "required")]


def test_rules_do_not_see_what_is_hidden():
    form = a_form(a_choice(), a_field(key="x", conditional={"hide": '=kind = "乙"'}), rules=[a_rule('x = "good"', "x")])
    assert loaded(form, {"kind": "乙", "x": "bad"}) == {"kind": "乙"}
    assert rules_of(form, {"kind": "甲", "x": "bad"}) == [("x", "rule")]
