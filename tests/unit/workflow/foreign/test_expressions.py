"""Expressions of other engines in ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.workflow import check_source
from engine.workflow.foreign.expressions import Untranslatable, is_foreign, plain_name, to_python


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        ("${approved}", "approved"),
        ("#{approved}", "approved"),
        ("${amount > 100 && !urgent}", "(amount > 100) and (not urgent)"),
        ("${a gt 1 or b le 2 and not c}", "(a > 1) or ((b <= 2) and (not c))"),
        ("${order.person.name == 'Li'}", "order['person']['name'] == 'Li'"),
        ("${rows[0].title != null}", "rows[0]['title'] is not None"),
        ("${empty rows or rows.size() >= 3}", "(not rows) or (len(rows) >= 3)"),
        ("${execution.getVariable('kind').equals(\"A\")}", "kind == 'A'"),
        ("${nrOfCompletedInstances/nrOfInstances >= 0.6}", "(nrOfCompletedInstances / nrOfInstances) >= 0.6"),
        ("${ok ? 'yes' : 'no'}", "'yes' if ok else 'no'"),
        ("${-x + 2 * (y - 1)}", "(-x) + (2 * (y - 1))"),
        ("${names.contains(person) and title.startsWith('A')}", "(person in names) and title.startswith('A')"),
        ('= days > 3 and kind = "事假"', "(days > 3) and (kind == '事假')"),
        ("=if late then 1 else 2", "1 if late else 2"),
        ("${分数 >= 60}", "分数 >= 60"),
        ("${x == 007}", "x == 7"),  # Python would refuse the zeros
    ],
)
def test_what_means_the_same_is_translated(foreign, ours):
    assert to_python(foreign) == ours
    assert not check_source(to_python(foreign), script=False)


@pytest.mark.parametrize(
    ("foreign", "what"),
    [
        ("${payment.check(execution)}", ".check(…)"),
        ("${now()}", "now(…)"),
        ("${execution.setVariable('x', 1)}", "execution.setVariable"),
        ("a ${b} c", "mixed"),
        ("${a} and ${b}", "several expressions"),
        ("${1 < 2 < 3}", "<"),
        ("${}", "empty"),
        ("${a +}", "not complete"),
        ("${class}", "class"),
        ("= x[1]", "["),
        ("${x; y}", "; y"),
        ("${" + "(" * 70 + "x" + ")" * 70 + "}", "nested too deep"),
        ("${" + "x" * 5000 + "}", "too long"),
    ],
)
def test_what_means_something_else_is_refused_with_the_place(foreign, what):
    with pytest.raises(Untranslatable) as refused:
        to_python(foreign)

    assert what in refused.value.en
    assert refused.value.zh


@given(st.text(alphabet="abz019 .+-*/%<>=!&|?:()[]'\",${}\\", max_size=60))
def test_any_text_is_translated_into_python_or_refused(inner):
    try:
        python = to_python("${" + inner + "}")
    except Untranslatable:
        return
    assert all(error.kind != "SyntaxError" for error in check_source(python, script=False)), python


def test_only_what_is_marked_is_foreign():
    assert all(map(is_foreign, ("${x}", "= x", "#{x}")))
    assert not any(map(is_foreign, ("x == 1", "'P1D'", "== x")))


def test_a_name_alone_is_a_variable():
    assert [plain_name(text) for text in ("${x}", "= x", "${x.y}", "x", "${true}")] == ["x", "x", "", "", ""]
