"""What the author of a form is told: every mistake, with component, rule, remedy, in both languages."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import FormDocumentRejected, check_form, compile_form
from tests.unit.forms.given import FEEL, a_choice, a_document, a_field, a_list, a_rule


def found(*components, rules=None, **attributes):
    """(rule, component) of each problem, after a look at both texts."""
    problems = check_form(a_document(*components, rules=rules, **attributes), read=FEEL)
    assert all(problem.zh.endswith(("。", "）。")) and problem.en.endswith(".") for problem in problems)
    return [(problem.rule, problem.element_id) for problem in problems]


def test_a_good_form_has_no_problems_as_object_and_as_bytes():
    document = a_document(a_field(), a_choice(), a_list(a_field(key="x")))
    assert check_form(document, read=FEEL) == ()
    assert compile_form(json.dumps(document).encode(), read=FEEL).id == "TEST"
    assert compile_form(b"\xef\xbb\xbf" + json.dumps(document).encode(), read=FEEL).title.en == "Test form"


def test_a_form_that_cannot_be_used_is_rejected_with_all_its_problems():
    with pytest.raises(FormDocumentRejected) as rejected:
        compile_form(a_document(a_field("iframe"), {"type": "textfield"}), read=FEEL)
    assert [problem.rule for problem in rejected.value.problems] == ["FORM-03", "FORM-04", "FORM-05", "FORM-06"]
    assert "FORM-03" in str(rejected.value)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[1]", b"\xff\xfe", b'"text"', b"null", b'{"id": NaN}', b'{"id": "A", "id": "B"}', b"[" * 100_000,
        b" " * 600_000, b'{"a":' * 40 + b"1" + b"}" * 40, b"[" + b"1," * 30_000 + b"1]",
        b'{"a": [' + b"1," * 30_000 + b"1]}", b"1" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_form_file_at_all(data):
    (problem,) = check_form(data, read=FEEL)
    assert problem.rule == "FORM-01"


def test_an_object_with_keys_that_are_no_texts_is_no_form():
    assert [problem.rule for problem in check_form({"a": {1: 2}}, read=FEEL)] == ["FORM-01"]


@pytest.mark.parametrize(
    "attributes",
    [
        {"id": None},
        {"id": "1A"},
        {"id": "A-B"},
        {"schemaVersion": 18},
        {"type": "form"},
        {"components": None},
        {"components": [1]},
    ],
)
def test_the_root_must_be_a_form_of_form_js(attributes):
    assert found(**attributes) == [("FORM-02", "")]


def test_the_root_properties_are_checked():
    assert found(properties={"cx.guard": "maybe"}) == [("FORM-13", "")]
    assert found(properties=[1]) == [("FORM-13", "")]
    assert compile_form(a_document(properties={"cx.guard": "refuse"}), read=FEEL).guard == "refuse"
    assert compile_form(a_document(), read=FEEL).guard == "warn"


def test_an_unknown_component_is_named():
    assert found(a_field("signaturepad")) == [("FORM-03", "id_note")]


def test_every_component_has_an_id_of_its_own():
    nameless = {"type": "text"}
    assert found(nameless, a_field(), a_field(key="other", id="id_note")) == [("FORM-04", "#1"), ("FORM-04", "id_note")]
    assert found(a_field(id=" ")) == [("FORM-04", "note")]


@pytest.mark.parametrize(
    "key", ["", "1a", "A", "a b", "a..b", "a.b.c.d.e.f", "case.x", "today", "null", "this", "甲", "a" * 65]
)
def test_a_key_is_a_plain_name_and_no_reserved_word(key):
    assert found(a_field(key=key)) == [("FORM-05", f"id_{key}")]


def test_two_fields_have_two_keys():
    assert found(a_field(), a_field(id="two")) == [("FORM-05", "two")]
    assert found(a_field(key="a.b"), a_field(key="a")) == [("FORM-05", "id_a")]
    assert found(a_field(key="a"), a_list(key="a.b")) == [("FORM-05", "id_a.b")]
    group = {"id": "g", "type": "group", "path": "x", "components": [a_field()]}
    assert found(a_field(key="x.note", id="first"), group) == [("FORM-05", "id_note")]
    assert found({"id": "g", "type": "group", "path": "X", "components": []}) == [("FORM-05", "g")]
    assert found(a_list(a_field()), a_field()) == [("FORM-04", "id_note")]


def test_a_field_needs_a_chinese_label():
    assert found(a_field(label="")) == [("FORM-06", "id_note")]
    assert found(a_field(label="长" * 301)) == [("FORM-06", "id_note")]
    assert found(a_field(label=5)) == [("FORM-06", "id_note")]


@pytest.mark.parametrize(
    "component",
    [
        a_field(validate={"minLength": "=a"}),
        a_field(validate={"maxLength": 1.5}),
        a_field(validate={"maxLength": -1}),
        a_field(validate={"maxLength": 10**6}),
        a_field(validate={"maxLength": True}),
        a_field(validate={"maxLength": 1e400}),
        a_field(validate={"minLength": 5, "maxLength": 4}),
        a_field(validate={"validationType": "iban"}),
        a_field("number", validate={"min": 5, "max": 4}),
        a_field("number", validate={"min": "x"}),
        a_field("number", decimalDigits=-1),
        a_field("number", decimalDigits=True),
        a_field("number", decimalDigits=11),
        a_field("number", increment=0),
        a_field("number", increment="x"),
        a_field("datetime", subtype="month"),
        a_list(a_field(key="x"), key="note", properties={"cx.minRows": 5, "cx.maxRows": 4}),
    ],
)
def test_limits_must_make_sense(component):
    assert found(component) == [("FORM-07", "id_note")]


def test_empty_limits_are_none():
    assert found(a_field(validate={"minLength": "", "maxLength": None}), a_field("number", "n", increment="")) == []


@pytest.mark.parametrize("pattern", ["(a", "(?<=a)b", 5 * "(", "x" * 300])
def test_a_pattern_that_is_not_understood_is_refused(pattern):
    assert found(a_field(validate={"pattern": pattern})) == [("FORM-08", "id_note")]


def test_a_pattern_that_would_stop_another_matcher_is_harmless():
    assert found(a_field(validate={"pattern": "^(a+)+$"})) == []


def test_cx_types_are_known_and_stand_on_their_component():
    assert found(a_field("select", properties={"cx.type": "citizen"})) == [("FORM-09", "id_note")]
    assert found(a_field("textfield", properties={"cx.type": "user"})) == [("FORM-09", "id_note")]
    assert found(a_field("checklist", properties={"cx.type": "users"})) == [("FORM-09", "id_note")]
    assert found(a_field("datetime", properties={"cx.type": "sign"})) == [("FORM-09", "id_note")]


@pytest.mark.parametrize(
    "changes",
    [
        {"values": None},
        {"values": []},
        {"values": [5]},
        {"values": [{"label": "x"}]},
        {"values": [{"value": 1}]},
        {"values": [{"value": "x" * 101}]},
        {"values": [{"value": "a"}, {"value": "a"}]},
        {"values": [{"value": str(n)} for n in range(501)]},
        {"values": None, "valuesKey": "from_browser"},
        {"multiple": True},
    ],
)
def test_choices_stand_in_the_form_or_come_from_the_server(changes):
    assert {rule for rule, _ in found(a_choice() | changes)} == {"FORM-10"}


@pytest.mark.parametrize(
    "hide",
    [
        "=a +",
        "=total(note) > 3",
        "=other = 1",
        "=today() > note",
        "=this.other = 1",
        "=parent.note = 1",
        "=note.x = 1",
        5,
        True,
    ],
)
def test_a_condition_names_what_exists_and_what_is_understood(hide):
    assert found(a_field(), a_field(key="b", conditional={"hide": hide})) == [("FORM-11", "id_b")]


def test_a_problem_of_a_condition_repeats_the_condition_and_says_where():
    (problem,) = check_form(a_document(a_field(conditional={"hide": "=a + + 1"})), read=FEEL)
    assert "“=a + + 1”第6个字符：此处应为表达式" in problem.zh
    assert "character 6: an expression expected" in problem.en
    (problem,) = check_form(a_document(a_field(conditional={"hide": "= now() > today"})), read=FEEL)
    assert "第3个字符：请改用 today" in problem.zh


def test_columns_are_named_by_this_and_rows_around_by_parent():
    inner = a_list(a_field(key="x", conditional={"hide": "=parent.b = this.x and a = 1 and case.y = 2"}), key="inner")
    assert found(a_field(key="a"), a_list(a_field(key="b"), inner)) == []
    assert found(a_field(key="a"), a_list(a_field(key="b"), a_field(key="c", conditional={"hide": "=b = 1"}))) == [
        ("FORM-11", "id_c")
    ]
    assert found(a_list(a_field(key="b")), a_field(key="c", conditional={"hide": '="x" in rows.b'})) == []
    assert found(a_list(a_field(key="b")), a_field(key="c", conditional={"hide": '="x" in rows.z'})) == [
        ("FORM-11", "id_c")
    ]


@pytest.mark.parametrize("conditional", [None, {}, {"hide": ""}, {"hide": None}, "nonsense"])
def test_no_condition_is_no_problem(conditional):
    assert found(a_field(conditional=conditional)) == []


@pytest.mark.parametrize("attribute", ["readonly", "disabled"])
def test_locking_is_no_matter_of_expressions(attribute):
    assert found(a_field(**{attribute: "=x"})) == [("FORM-11", "id_note")]


@pytest.mark.parametrize(
    "rule",
    [
        5,
        {},
        a_rule("a = 1", "a", unique="a"),
        a_rule("a = 1", "a", zh=""),
        a_rule("a = 1", "a", en=None),
        a_rule("a = 1"),
        a_rule("a = 1", "a", fields="a"),
        a_rule("a = 1", "b"),
        a_rule("a = 1", 5),
        a_rule("b = 1", "a"),
        a_rule("a = 1", "a", zh="{b}"),
        a_rule("a = 1", "a", en="{}"),
        a_rule("a = 1", "a", each="a"),
        a_rule("a = 1", "a", each="rows"),
        a_rule("this.a = 1", "x", each="rows"),
        {"unique": "x"},
        {"unique": "a", "each": "rows"},
        {"unique": 5, "each": "rows"},
        {"share": 5, "zh": "x。", "en": "x.", "fields": ["a"]},
        {"share": {"part": "a", "whole": "a", "atLeast": "0/2"}, "zh": "x。", "en": "x.", "fields": ["a"]},
        {"share": {"part": "b", "whole": "a", "atLeast": "1/2"}, "zh": "x。", "en": "x.", "fields": ["a"]},
    ],
)
def test_a_rule_that_makes_no_sense(rule):
    components = (a_field("number", "a"), a_list(a_field(key="x")))
    assert {("FORM-12", "cx.rules[2]")} == set(found(*components, rules=[a_rule("a = 1", "a"), rule]))


@pytest.mark.parametrize(
    "rule",
    [
        a_rule("a +", "a"),
        {"share": {"part": "a", "atLeast": "1/2"}, "zh": "x。", "en": "x.", "fields": ["a"]},
        {"share": {"part": "a", "whole": "a", "atLeast": None}, "zh": "x。", "en": "x.", "fields": ["a"]},
    ],
)
def test_a_rule_that_is_not_understood(rule):
    assert {where for _, where in found(a_field("number", "a"), rules=[rule])} == {"cx.rules[1]"}


def test_rules_are_a_list_of_at_most_a_hundred():
    assert found(properties={"cx.rules": "x"}) == [("FORM-12", "")]
    assert found(a_field(key="a"), rules=[a_rule("a = 1", "a")] * 101) == [("FORM-12", "")]
    assert found(properties={"cx.rules": ""}) == []


@pytest.mark.parametrize(
    "component",
    [
        a_field(properties={"cx.process": "yes"}),
        a_field(key="note.deep", id="id_note", properties={"cx.process": True}),
        a_field("select", properties={"cx.type": "user", "cx.scope": "everybody else"}),
        a_field("select", properties={"cx.type": "unit", "cx.scope": "unit"}),
        a_field("select", properties={"cx.type": "dept", "cx.scope": "field:note"}),
        a_field("datetime", properties={"cx.type": "date-limit"}),
        a_field("datetime", properties={"cx.notAfter": "1 < 2"}),
        a_field("textfield", properties={"cx.notAfter": "today"}),
        a_field("filepicker", properties={"cx.maxItems": 0}),
        a_field("filepicker", properties={"cx.maxItems": "many"}),
        a_field(validate=[1]),
    ],
)
def test_properties_must_make_sense(component):
    assert set(found(component)) == {("FORM-13", "id_note")}


def test_columns_are_no_process_variables():
    assert found(a_list(a_field(properties={"cx.outcome": "true"}))) == [("FORM-13", "id_note")]


def test_a_list_at_the_top_may_be_a_process_variable_and_none_inside_another():
    rows = a_list(a_field(), properties={"cx.process": True})
    form = compile_form(a_document(rows), read=FEEL)
    assert (form.process_keys, form.fields[0].process) == ((rows["path"],), True)
    assert found(a_list(a_list(a_field(), key="b", properties={"cx.process": True}), key="a")) == [("FORM-13", "id_b")]


def test_a_limit_of_a_date_names_something_that_exists():
    assert found(a_field("datetime", properties={"cx.notAfter": "other"})) == [("FORM-11", "id_note")]
    assert found(a_field("datetime", properties={"cx.notAfter": "a +"})) == [("FORM-11", "id_note")]


def test_lists_nest_three_deep():
    nested = a_list(a_list(a_list(a_list(key="d"), key="c"), key="b"), key="a")
    assert found(nested) == [("FORM-13", "id_d")]


_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=10), inner, max_size=3)),
    max_leaves=8,
)
_names = ["id", "key", "path", "type", "label", "validate", "properties", "conditional", "layout", "values"]
_names += ["components", "subtype", "decimalDigits", "increment", "multiple", "readonly"]
_types = ["textfield", "number", "datetime", "checkbox", "select", "taglist", "filepicker", "dynamiclist", "group"]
_component = st.dictionaries(st.sampled_from(_names), _json, max_size=8).flatmap(
    lambda attributes: st.sampled_from(_types).map(lambda kind: attributes | {"type": kind})
)


@given(st.lists(st.one_of(_component, _json), max_size=4), _json, _json)
def test_any_document_is_read_or_refused_and_never_breaks_the_reader(components, rules, properties):
    document = a_document(*components)
    document["properties"] = {"cx.rules": rules, "cx.guard": "warn"} if rules is not None else properties
    check_form(document, read=FEEL)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    assert check_form(data, read=FEEL)
