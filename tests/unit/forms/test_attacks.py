"""Values that nobody sends by mistake: huge, deep, of the wrong kind, with names that mean something elsewhere."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form_samples import SHIPPED, sample_values, shipped_form
from tests.unit.forms.given import a_choice, a_field, a_form, a_list, loaded, problems, rules_of


def deep(levels):
    value = "x"
    for _ in range(levels):
        value = {"note": value}
    return value


@pytest.mark.parametrize(
    "values",
    [deep(100_000), {"rows": [{}] * 50_000}, {"note": [[]] * 30_000}, {"a": {5: "x"}}],
    ids=["deep", "rows", "wide", "keys"],
)
def test_what_is_too_large_is_refused_before_it_is_looked_at(values):
    begun = time.perf_counter()
    assert rules_of(a_form(a_field(), a_list(a_field(key="x"))), values) == [("", "size")]
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize("values", [None, [], "text", 5])
def test_values_are_an_object(values):
    assert rules_of(a_form(a_field()), values) == [("", "type")]


def test_a_very_long_number_is_refused_at_once():
    form = a_form(a_field("number", decimalDigits=0))
    begun = time.perf_counter()
    assert rules_of(form, {"note": 10**200_000}) == [("note", "type")]
    assert rules_of(form, {"note": "9" * 1_000_000}) == [("note", "type")]
    assert time.perf_counter() - begun < 1


def test_a_megabyte_of_text_is_refused_with_a_short_message():
    (problem,) = problems(a_form(a_field()), {"note": "字" * 1_000_000})
    assert problem.rule == "maxLength"
    assert len(problem.zh) < 60


@pytest.mark.parametrize(
    "key", ["__proto__", "constructor", "__class__", "_schema", "Meta", "note.x", "", "\x00", "字" * 5000]
)
def test_names_that_mean_something_elsewhere_are_unknown_keys(key):
    (problem,) = problems(a_form(a_field()), {key: "x"})
    assert problem.rule == "unknown"
    assert len(problem.zh) < 100
    assert problem.zh.isprintable()


def test_a_process_variable_that_the_form_does_not_have_cannot_be_slipped_in():
    form = shipped_form("S1_T6")
    values = sample_values(form) | {"severity": "A", "limit": "2099-01-01", "sampled": False}
    assert {problem.path for problem in problems(form, values)} == {"severity", "limit", "sampled"}


_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.dates().map(str)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


@pytest.mark.parametrize("key", SHIPPED)
def test_any_values_are_answered_in_both_languages(key):
    form = shipped_form(key)
    names = [field.key for field in form.fields] + [column.key for field in form.fields for column in field.columns]
    rows = st.lists(st.dictionaries(st.sampled_from(names), _values, max_size=3), max_size=3)

    @settings(max_examples=30)
    @given(st.dictionaries(st.sampled_from(names), st.one_of(_values, rows), max_size=6))
    def asked(values):
        for problem in problems(form, values):
            assert problem.zh
            assert problem.en

    asked()


_good_row = st.fixed_dictionaries(
    {"text": st.text(max_size=20), "n": st.integers(-99, 99), "day": st.dates().map(str), "box": st.booleans()}
)


@given(
    st.fixed_dictionaries(
        {
            "text": st.text(max_size=50),
            "dec": st.decimals(-1000, 1000, places=2).map(str),
            "moment": st.datetimes().map(lambda at: at.isoformat()),
            "clock": st.times().map(lambda at: at.isoformat()),
            "kind": st.sampled_from(["甲", "乙", ""]),
            "several": st.lists(st.sampled_from(["甲", "乙"]), unique=True),
            "rows": st.lists(_good_row, max_size=4),
        }
    )
)
def test_what_was_accepted_is_accepted_again_and_stays_the_same(values):
    form = a_form(
        a_field("textarea", "text"),
        a_field("number", "dec", decimalDigits=2),
        a_field("datetime", "moment", subtype="datetime"),
        a_field("datetime", "clock", subtype="time"),
        a_choice(key="kind"),
        a_choice("checklist", "several"),
        a_list(
            a_field("textarea", "text", id="t"),
            a_field("number", "n", decimalDigits=0),
            a_field("datetime", "day"),
            a_field("checkbox", "box"),
        ),
    )
    if problems(form, values):
        return
    from forms import plain

    clean = loaded(form, values)
    assert loaded(form, clean) == clean
    assert loaded(form, plain(clean)) == clean
