"""Files of other tools: each foreign mark is accounted for, and what is mapped runs as it says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from lxml import etree

from engine.errors import DefinitionRejected, Problem
from engine.lint import lint_bundle
from engine.workflow import (
    CompiledDefinition,
    check_xml,
    compile_definition,
    process_keys,
    running_text,
    translate,
    validate_bpmn,
)
from engine.workflow.foreign.dialects import OWN, is_for_looks
from tests.unit.workflow.models import Case

FILES = {path.name: path.read_bytes() for path in sorted((Path(__file__).parent / "files").glob("*.bpmn"))}
SHIPPED = {path.name: path.read_bytes() for path in (Path(__file__).parents[4] / "processes").glob("*.bpmn")}
FUZZED = 300


def a_definition(name: str, key: str) -> CompiledDefinition:
    return compile_definition({name: running_text(FILES[name], file=name)}, key)


def report_of(name: str) -> list[tuple[str, str, str]]:
    return [(line.rule, line.element_id, line.en) for line in translate(check_xml(FILES[name], file=name)).report]


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_any_tool_opens_and_its_bytes_stay(name):
    parsed = check_xml(FILES[name], file=name)

    translation = translate(parsed)

    assert parsed.data == FILES[name]
    assert etree.tostring(parsed.tree) == etree.tostring(check_xml(FILES[name], file=name).tree)
    assert validate_bpmn(check_xml(translation.data, file=name)) == validate_bpmn(parsed) == []


@pytest.mark.parametrize("name", FILES)
def test_every_foreign_mark_has_a_line_in_the_report(name):
    marks = Counter(etree.QName(mark).localname for mark in foreign_marks(FILES[name]))
    told = " ".join(en for _, _, en in report_of(name))

    # The parameters of inputOutput have lines of their own.
    missing = [mark for mark in marks if f":{mark}" not in told and mark not in {"inputOutput", "ioMapping"}]
    assert marks or name == "signavio.bpmn", "its marks are for looks only"
    assert not missing


def foreign_marks(data: bytes) -> list[str]:
    """Tags and attributes of other namespaces outside the diagram and outside of other foreign elements."""
    drawn = check_xml(data, file="x").root.iter("{http://www.omg.org/spec/BPMN/20100524/MODEL}*")
    names = (str(name) for element in drawn for name in (*element.attrib, *(child.tag for child in element)))
    return [name for name in names if is_told_alone(etree.QName(name).namespace or "")]


def is_told_alone(namespace: str) -> bool:
    """Marks for the eye are counted together."""
    return namespace not in OWN | {""} and not is_for_looks(namespace)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_drawing_of_our_own_needs_no_translation(name):
    translation = translate(check_xml(SHIPPED[name], file=name))

    assert translation.report == ()
    assert translation.data is SHIPPED[name] or translation.data == SHIPPED[name]


def test_what_camunda_says_is_mapped_or_named():
    told = report_of("camunda7.bpmn")

    assert ("IMPORT-01", "describe", 'camunda:assignee="${requester}" became: cx:assign="self:user:issuer"') in told
    assert ("IMPORT-01", "describe", 'camunda:dueDate="P3D" became: cx:due="created+3cd"') in told
    assert ("IMPORT-01", "f4", "${total >= 10000 && !urgent} became: (total >= 10000) and (not urgent)") in told
    assert ("IMPORT-02", "describe") in {(rule, element) for rule, element, _ in told}
    (listener,) = [en for rule, element, en in told if (rule, element) == ("IMPORT-03", "describe")]
    assert listener.startswith("<camunda:taskListener> cannot be mapped: a listener is never run")


def test_a_camunda_process_runs_as_it_says():
    case = Case(
        a_definition("camunda7.bpmn", "purchase"),
        {"price": 6000, "count": 2, "urgent": False, "reviewers": ["a", "b", "c", "d"]},
    )

    case.complete("describe")
    assert case.data["total"] == 12000
    assert case.open() == ["review"] * 4
    assert [task.data["reviewer"] for task in case.last.opened] == ["a", "b", "c", "d"]
    case.complete("review").complete("review")

    assert case.last.ended


def test_the_other_way_out_of_a_camunda_process():
    variables = {"price": 6000, "count": 2, "urgent": True, "reviewers": ["a"]}

    assert Case(a_definition("camunda7.bpmn", "purchase"), variables).complete("describe").last.ended


def test_a_flowable_process_catches_the_error_that_it_names_directly():
    case = Case(a_definition("flowable.bpmn", "inspection"), {"units": ["a", "b"], "outcome": ""})

    case.complete("prepare").complete("visit", outcome="refused")

    assert case.open() == ["report"]


def test_a_camunda_8_process_runs_as_it_says():
    case = Case(
        a_definition("camunda8.bpmn", "leave"), {"hours": 40, "kind": "事假", "colleagues": ["x", "y"], "person": "p"}
    )

    assert case.open() == ["approve"]
    assert case.complete("approve").open() == ["tell", "tell"]
    assert case.complete("tell").complete("tell").last.ended


def test_what_cannot_be_is_named_with_its_element_and_blocks_only_where_nothing_would_be_done():
    found = lint_bundle(
        {"code.bpmn": FILES["camunda7_code.bpmn"]}, known_forms=set(), known_processes=set(), known_decisions=set()
    )

    told = {(problem.rule, problem.element_id) for problem in found}
    assert {("IMPORT-03", element) for element in ("java", "bean", "outside", "named", "f6")} <= told
    assert {("ELEM-14", element) for element in ("java", "bean", "outside")} <= told
    assert ("SCRIPT-02", "script") in told
    assert {p.severity for p in found if p.rule.startswith("IMPORT")} == {"info", "warning"}


def test_what_was_drawn_for_us_goes_before_what_was_drawn_for_others():
    both = FILES["flowable.bpmn"].replace(
        b'<userTask id="report"', b'<userTask xmlns:cx="urn:changxiao:bpmn:1" cx:form="ours" id="report"'
    )

    translation = translate(check_xml(both, file="x"))

    assert b'form="ours"' in translation.data
    assert b"visit_report" not in translation.data


def garbled(seed: int) -> bytes:
    """A file of the corpus with marks dropped, doubled, moved and their values cut or mixed up."""
    chance = random.Random(seed)  # noqa: S311 - repeatable
    root = etree.fromstring(FILES[chance.choice(list(FILES))])
    elements = [element for element in root.iter("*") if element.getparent() is not None]
    for element in chance.sample(elements, min(len(elements), chance.randint(1, 8))):
        names = list(element.attrib)
        other = chance.choice(elements)
        match chance.randrange(6):
            case 0 if names:
                del element.attrib[chance.choice(names)]
            case 1 if names:
                name = chance.choice(names)
                element.set(name, chance.choice(["", "${", "${}", "=", "x y", "é" * 40, "${a.b(c)}", "-1", "P1Y2M"]))
            case 2 if element.getparent() is not None:
                element.getparent().remove(element)
            case 3 if not list(other.iterancestors()) or element not in other.iterancestors():
                other.append(etree.fromstring(etree.tostring(element)))
            case 4:
                element.text = chance.choice(["", "${x", "= =", "0 0/5 * * * ?", "${a + }"])
            case _:
                element.tag = chance.choice(elements).tag
    return etree.tostring(root)


@pytest.mark.parametrize("first", range(0, FUZZED, 50))
def test_garbled_files_are_told_in_words_and_never_raise_anything_else(first):
    for seed in range(first, first + 50):
        data = garbled(seed)
        try:
            problems = everything_said_about(data)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}") from error
        assert all(problem.zh and problem.en for problem in problems), seed


def everything_said_about(data: bytes) -> Sequence[Problem]:
    """What the lint says, and what compiling says where the lint had nothing against it."""
    found = lint_bundle({"x.bpmn": data}, known_forms=set(), known_processes=set(), known_decisions=set())
    if any(problem.severity == "error" for problem in found):
        return found
    try:
        for key in process_keys(data, file="x"):
            compile_definition({"x": running_text(data, file="x")}, key)
    except DefinitionRejected as refused:
        return (*found, *refused.problems)
    return found


def test_data_that_have_other_names_inside_are_brought_in_and_out_by_associations():
    told = report_of("camunda7_data.bpmn")
    mapped = [en for rule, element, en in told if rule == "IMPORT-01" and "Association" in en]
    refused = {(element, en.split(" cannot")[0]) for rule, element, en in told if rule == "IMPORT-03"}

    assert "<camunda:in> became: dataInputAssociation sum = total" in mapped
    assert "<camunda:out> became: dataOutputAssociation paid_by = receipt" in mapped
    assert len(mapped) == 7
    assert {element for element, _ in refused} == {"check", "end"}
    assert {what for _, what in refused} >= {
        'camunda:inputParameter note="sum of ${count}"',
        'camunda:inputParameter last="${total}"',
    }


def test_a_camunda_process_that_renames_its_data_runs_as_it_says():
    case = Case(a_definition("camunda7_data.bpmn", "claim"), {"price": 60, "count": 2, "people": ["x", "y"]})

    assert {name: case.last.opened[0].data[name] for name in ("amount", "currency")} == {
        "amount": 120,
        "currency": "CNY",
    }
    case.complete("check", fee=1)
    assert case.data == {"price": 60, "count": 2, "people": ["x", "y"], "fee": 1, "total": 121}
    assert {name: case.last.opened[0].data[name] for name in ("sum", "large")} == {"sum": 121, "large": True}
    case.complete("transfer", receipt="r1")
    assert case.data["paid_by"] == "r1"
    assert {"sum", "large"}.isdisjoint(case.data)
    assert case.last.opened[0].data["place"] == 0
    assert case.complete("tell").last.opened[0].data["place"] == 1
    assert case.complete("tell").last.ended
