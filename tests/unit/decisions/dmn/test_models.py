"""Whole models: requirements, knowledge, services, imports, types, and every boxed expression."""

from __future__ import annotations

import pytest

from engine.decisions.dmn import Model, ModelRejected, UnknownDecision, read_model
from engine.decisions.feel import FeelLimitExceeded
from tests.unit.decisions.dmn.drawn import (
    DMN_13,
    a_model,
    an_input,
    asked,
    decision,
    definitions,
    item,
    knowledge,
    literal,
    result,
)

VERSIONS = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    DMN_13,
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]


@pytest.mark.parametrize("version", VERSIONS)
def test_models_of_all_versions_are_read(version):
    data = definitions(an_input("x"), decision("d", literal("x + 1"), inputs="x"), version=version)

    assert asked(Model(read_model(data)), "d", x=1) == 2


def test_a_decision_asks_those_that_it_requires_each_once():
    model = a_model(
        an_input("x"),
        decision("a", literal("x * 2"), inputs="x"),
        decision("b", literal("a + 1"), decisions="a"),
        decision("c", literal("a + b"), decisions="a,b"),
    )

    found = result(model, "c", x=3)

    assert found.value == 13
    assert dict(found.decisions) == {"a": 6, "b": 7, "c": 13}


def test_a_decision_is_asked_by_its_id_too_and_an_unknown_one_is_told():
    model = a_model(decision("d", literal("1")))

    assert asked(model, "d_d") == 1
    with pytest.raises(UnknownDecision):
        asked(model, "e")


def test_a_missing_input_is_null_with_its_name():
    found = result(a_model(an_input("x"), decision("d", literal("x + 1"), inputs="x")), "d")

    assert found.value is None
    assert found.notes[0].en == 'the input "x" is missing'


def test_knowledge_is_a_function_that_may_require_other_knowledge_and_itself():
    model = a_model(
        an_input("n"),
        knowledge("twice", "v", literal("v * 2")),
        knowledge("factorial", "v", literal("if v < 2 then 1 else v * factorial(v - 1)")),
        knowledge("both", "v", literal("twice(v) + factorial(v)"), needs="twice,factorial"),
        decision("d", literal("both(n)"), inputs="n", knowledge="both"),
    )

    assert asked(model, "d", n=4) == 32


def test_an_invocation_binds_arguments_by_name():
    binding = f'<binding><parameter name="v"/>{literal("n + 1")}</binding>'
    model = a_model(
        an_input("n"),
        knowledge("twice", "v", literal("v * 2")),
        decision("d", f"<invocation>{literal('twice')}{binding}</invocation>", inputs="n", knowledge="twice"),
    )

    assert asked(model, "d", n=4) == 10


def test_code_of_others_is_not_run():
    model = a_model(
        knowledge("java", "v", literal("v"), kind="Java"), decision("d", literal("java(1)"), knowledge="java")
    )

    found = result(model, "d")

    assert (found.value, found.notes[0].en) == (None, "external functions are not run")


def test_a_service_is_asked_from_outside_and_called_from_inside():
    service = (
        '<decisionService id="k_serve" name="serve"><variable name="serve"/><outputDecision href="#d_b"/>'
        '<encapsulatedDecision href="#d_a"/><inputData href="#in_x"/></decisionService>'
    )
    model = a_model(
        an_input("x"),
        decision("a", literal("x * 2"), inputs="x"),
        decision("b", literal("a + 1"), decisions="a"),
        service,
        decision("d", literal("serve(10)"), knowledge="serve"),
    )

    assert asked(model, "serve", x=3) == 7
    assert asked(model, "d", x=3) == 21


def test_an_imported_model_is_known_by_its_prefix():
    other = Model(
        read_model(definitions(an_input("x"), decision("limit", literal("x * 10"), inputs="x"), namespace="urn:other"))
    )
    model = a_model(
        '<import name="o" namespace="urn:other" importType="x"/>',
        decision("d", literal("o.limit + 1"), decisions="urn:other#d_limit"),
        imported={"urn:other": other},
    )

    assert asked(model, "d", x=2) == 21
    with pytest.raises(ModelRejected):
        a_model('<import name="o" namespace="urn:nowhere" importType="x"/>')


def test_values_are_held_to_declared_types():
    model = a_model(
        item("tGrade", "string", '"A", "B"'),
        item("tPerson", inside='<itemComponent name="age"><typeRef>number</typeRef></itemComponent>'),
        item("tPeople", "tPerson", attributes='isCollection="true"'),
        an_input("grade", "tGrade"),
        an_input("people", "tPeople"),
        decision("d", literal("grade"), inputs="grade"),
        decision("p", literal("people.age"), inputs="people"),
    )

    assert (asked(model, "d", grade="A"), asked(model, "d", grade="C")) == ("A", None)
    assert asked(model, "p", people=[{"age": 3}]) == [3]
    assert asked(model, "p", people={"age": 3}) == [3]
    assert asked(model, "p", people=[{"age": "x"}]) is None


def test_a_result_is_held_to_its_type():
    found = result(a_model(decision("d", literal('"x"'), type_="number")), "d")

    assert (found.value, found.notes[0].en) == (None, 'the value is no "number"')


BOXED = {
    "context": (
        f'<context><contextEntry><variable name="a"/>{literal("x + 1")}</contextEntry>'
        f'<contextEntry><variable name="b c"/>{literal("a * 2")}</contextEntry>'
        f"<contextEntry>{literal('b c + a')}</contextEntry></context>",
        12,
    ),
    "context without a result": (
        f'<context><contextEntry><variable name="a"/>{literal("x")}</contextEntry></context>',
        {"a": 3},
    ),
    "list": (f"<list>{literal('x')}{literal('x + 1')}</list>", [3, 4]),
    "relation": (
        f'<relation><column name="a"/><column name="b"/><row>{literal("1")}{literal("x")}</row></relation>',
        [{"a": 1, "b": 3}],
    ),
    "conditional": (
        f"<conditional><if>{literal('x > 2')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>",
        1,
    ),
    "filter": (f"<filter><in>{literal('[1, 2, 3, 4]')}</in><match>{literal('item > x')}</match></filter>", [4]),
    "for": (f'<for iteratorVariable="i"><in>{literal("[1, 2]")}</in><return>{literal("i * x")}</return></for>', [3, 6]),
    "some": (
        f'<some iteratorVariable="i"><in>{literal("[1, 3]")}</in><satisfies>{literal("i = x")}</satisfies></some>',
        True,
    ),
    "every": (
        f'<every iteratorVariable="i"><in>{literal("[1, 3]")}</in><satisfies>{literal("i = x")}</satisfies></every>',
        False,
    ),
}


@pytest.mark.parametrize("name", BOXED)
def test_a_boxed_expression_gives_what_it_says(name):
    expression, value = BOXED[name]

    assert asked(a_model(an_input("x"), decision("d", expression, inputs="x")), "d", x=3) == value


def test_a_function_in_a_box_can_be_called_by_whoever_requires_it():
    formal = '<formalParameter name="a"/>'
    model = a_model(
        decision("f", f"<functionDefinition>{formal}{literal('a + 1')}</functionDefinition>"),
        decision("d", literal("f(2)"), decisions="f"),
    )

    assert asked(model, "d") == 3


def test_decisions_in_a_circle_are_refused_with_the_circle():
    with pytest.raises(ModelRejected) as refused:
        a_model(decision("a", literal("b"), decisions="b"), decision("b", literal("a"), decisions="a"))

    assert "a → b → a" in refused.value.mistakes[0].zh


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"<a", "DMN-01"),
        (b"x" * (6 * 1024**2), "DMN-02"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DMN-03"),
        (b"<a/>", "DMN-04"),
        (definitions(an_input("x"), an_input("x")), "DMN-05"),
        (definitions(decision("d", literal("1"), inputs="nowhere")), "DMN-06"),
        (definitions(decision("d", '<decisionTable hitPolicy="SOME"/>')), "DMN-07"),
    ],
)
def test_what_is_no_model_is_refused_in_words(data, rule):
    with pytest.raises(ModelRejected) as refused:
        read_model(data)

    assert [mistake.rule for mistake in refused.value.mistakes] == [rule]
    assert all(mistake.zh and mistake.en for mistake in refused.value.mistakes)


def test_a_mistake_in_an_expression_names_the_decision():
    with pytest.raises(ModelRejected) as refused:
        a_model(decision("d", literal("1 +")))

    (mistake,) = refused.value.mistakes
    assert (mistake.rule, mistake.place_en) == ("DMN-10", "d")


def test_a_model_that_runs_away_is_stopped():
    model = a_model(knowledge("f", "v", literal("f(v + 1)")), decision("d", literal("f(1)"), knowledge="f"))

    with pytest.raises(FeelLimitExceeded):
        result(model, "d")
