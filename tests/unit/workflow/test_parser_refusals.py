"""Drawings that are refused before they can run differently from what they say: rule, element, remedy."""

from __future__ import annotations

import re

import pytest

from engine.errors import DefinitionRejected, Problem
from engine.workflow.parser import parse_process, process_keys
from tests.unit.workflow.drawing import a_bundle, a_drawing, branch, flow

START_END = '<bpmn:startEvent id="S"/><bpmn:endEvent id="E"/>'
ROOT = (
    '<bpmn:message id="M" name="msg.x"/><bpmn:signal id="SIG" name="sig.x"/><bpmn:error id="ERR" errorCode="e"/>'
    '<bpmn:error id="NOCODE" name="e"/><bpmn:escalation id="ESC" escalationCode="e"/>'
)
MANY = "bpmn:multiInstanceLoopCharacteristics"


def problems(inside: str, *, outside: str = ROOT) -> list[Problem]:
    with pytest.raises(DefinitionRejected) as caught:
        parse_process({"p.bpmn": a_drawing(inside, outside=outside)}, "P")
    for problem in caught.value.problems:
        assert problem.file == "p.bpmn"
        assert re.search(r"[；，。]", problem.zh), problem.zh
        assert re.match(r"[^一-鿿]*$", re.sub("[\"“'].*?[\"”']", "", problem.en)), problem.en
    return list(caught.value.problems)


def event(kind: str, definition: str) -> str:
    """A drawing whose event T of `kind` carries `definition`."""
    if kind == "endEvent":
        return f'<bpmn:startEvent id="S"/><bpmn:endEvent id="T">{definition}</bpmn:endEvent>' + flow("S", "T")
    if kind == "startEvent":
        return f'<bpmn:startEvent id="T">{definition}</bpmn:startEvent><bpmn:endEvent id="E"/>' + flow("T", "E")
    if kind == "boundaryEvent":
        boundary = f'<bpmn:boundaryEvent id="T" attachedToRef="A">{definition}</bpmn:boundaryEvent>'
        inside = f'<bpmn:userTask id="A"/>{boundary}<bpmn:endEvent id="E2"/>' + flow("T", "E2")
        return branch(inside, ident="A")
    return branch(f'<bpmn:{kind} id="T">{definition}</bpmn:{kind}>')


def subprocess(inside: str, attributes: str = "") -> str:
    return branch(f'<bpmn:subProcess id="T" {attributes}>{inside}</bpmn:subProcess>')


INNER = '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>' + flow("s", "e")
TIMER = "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition>"
MESSAGE = '<bpmn:messageEventDefinition messageRef="M"/>'


@pytest.mark.parametrize(
    ("inside", "rule", "element"),
    [
        (branch('<bpmn:complexGateway id="T"/>'), "ELEM-03", "T"),
        (branch('<bpmn:userTask id="T" isForCompensation="true"/>'), "ELEM-04", "T"),
        (event("boundaryEvent", "<bpmn:compensateEventDefinition/>"), "ELEM-04", "T"),
        (event("endEvent", "<bpmn:compensateEventDefinition/>"), "ELEM-04", "T"),
        (event("intermediateThrowEvent", "<bpmn:compensateEventDefinition/>"), "ELEM-04", "T"),
        (branch('<bpmn:adHocSubProcess id="T"/>'), "ELEM-05", "T"),
        (event("intermediateThrowEvent", '<bpmn:linkEventDefinition name="a"/>'), "ELEM-06", "T"),
        (event("intermediateCatchEvent", '<bpmn:linkEventDefinition name="a"/>'), "ELEM-06", "T"),
        (branch('<bpmn:widget id="T"/>'), "ELEM-02", "T"),
        (branch('<bpmn:choreographyTask id="T"/>'), "ELEM-02", "T"),
        (branch('<bpmn:userTask id="Start"/>', ident="Start"), "ELEM-09", "Start"),
        (branch('<bpmn:userTask id="End"/>', ident="End"), "ELEM-09", "End"),
        (branch('<bpmn:userTask id="Root"/>', ident="Root"), "ELEM-09", "Root"),
        (branch('<bpmn:userTask id="T"/>') + flow("S", "E") + flow("T", "S", name="F9"), "ELEM-18", "F9"),
        (branch('<bpmn:userTask id="T.Split"/>', ident="T.Split"), "ELEM-09", "T.Split"),
        (branch('<bpmn:userTask id="T"/>') + flow("E", "T", name="F9"), "ELEM-18", "E"),
        (branch('<bpmn:userTask id="T"/>') + flow("T", "NOWHERE"), "ELEM-18", "F_T_NOWHERE"),
        (branch('<bpmn:userTask id="T" default="F_NONE"/>'), "ELEM-18", "T"),
        (START_END + flow("S", "E", condition="a"), "ELEM-10", "F_S_E"),
        (
            branch(
                '<bpmn:userTask id="T"><bpmn:dataInputAssociation><bpmn:targetRef>x</bpmn:targetRef><bpmn:assignment>'
                "<bpmn:from>1</bpmn:from><bpmn:to>x</bpmn:to></bpmn:assignment></bpmn:dataInputAssociation>"
                "</bpmn:userTask>"
            ),
            "DATA-02",
            "T",
        ),
        ("", "ELEM-12", "P"),
        ('<bpmn:startEvent id="S"/>', "ELEM-12", "P"),
        ('<bpmn:userTask id="A"/><bpmn:userTask id="B"/>' + flow("A", "B") + flow("B", "A"), "ELEM-12", "P"),
        (START_END + '<bpmn:startEvent id="S2"/>' + flow("S", "E") + flow("S2", "E"), "ELEM-12", "S2"),
        (subprocess(""), "ELEM-12", "T"),
        (subprocess(INNER + '<bpmn:startEvent id="s2"/>'), "ELEM-12", "s2"),
        (subprocess(INNER.replace('id="s"/>', f'id="s">{TIMER}</bpmn:startEvent>')), "ELEM-12", "s"),
        (event("boundaryEvent", ""), "ELEM-13", "T"),
        (event("intermediateCatchEvent", ""), "ELEM-13", "T"),
        (event("intermediateThrowEvent", TIMER), "ELEM-13", "T"),
        (event("startEvent", '<bpmn:errorEventDefinition errorRef="ERR"/>'), "ELEM-13", "T"),
        (event("boundaryEvent", "<bpmn:cancelEventDefinition/>"), "ELEM-13", "T"),
        (event("startEvent", "<bpmn:eventDefinitionRef>x</bpmn:eventDefinitionRef>"), "ELEM-13", "T"),
        (event("intermediateCatchEvent", TIMER + TIMER), "ELEM-19", "T"),
        (branch('<bpmn:serviceTask id="T"/>'), "ELEM-14", "T"),
        (branch('<bpmn:serviceTask id="T" implementation="##WebService"/>'), "ELEM-14", "T"),
        (branch('<bpmn:businessRuleTask id="T"/>'), "ELEM-14", "T"),
        (branch('<bpmn:callActivity id="T" calledElement="NONE"/>'), "ELEM-15", "T"),
        (branch('<bpmn:callActivity id="T"/>'), "ELEM-15", "T"),
        (branch('<bpmn:callActivity id="T" calledElement="P"/>'), "ELEM-15", "T"),
        (branch('<bpmn:userTask id="T" cx:start="S3"/>'), "ELEM-16", "T"),
        (branch(f'<bpmn:userTask id="T"><{MANY}/></bpmn:userTask>'), "ELEM-17", "T"),
        (branch('<bpmn:userTask id="T"><bpmn:standardLoopCharacteristics/></bpmn:userTask>'), "ELEM-17", "T"),
        (branch('<bpmn:userTask id="T" completionQuantity="2"/>'), "ELEM-17", "T"),
        (
            branch(
                f'<bpmn:userTask id="T"><{MANY} behavior="One"><bpmn:loopCardinality>2</bpmn:loopCardinality></{MANY}>'
                "</bpmn:userTask>"
            ),
            "ELEM-17",
            "T",
        ),
        (branch('<bpmn:receiveTask id="T" messageRef="NONE"/>'), "ELEM-11", "T"),
        (branch('<bpmn:receiveTask id="T"/>'), "ELEM-11", "T"),
        (branch('<bpmn:sendTask id="T"/>'), "ELEM-11", "T"),
        (event("intermediateCatchEvent", '<bpmn:messageEventDefinition messageRef="NONE"/>'), "ELEM-11", "T"),
        (event("intermediateCatchEvent", "<bpmn:messageEventDefinition/>"), "ELEM-11", "T"),
        (event("intermediateThrowEvent", '<bpmn:signalEventDefinition signalRef="NONE"/>'), "ELEM-11", "T"),
        (event("endEvent", '<bpmn:errorEventDefinition errorRef="NONE"/>'), "ELEM-11", "T"),
        (event("endEvent", '<bpmn:errorEventDefinition errorRef="NOCODE"/>'), "ELEM-11", "T"),
        (event("endEvent", '<bpmn:escalationEventDefinition escalationRef="NONE"/>'), "ELEM-11", "T"),
        (event("intermediateCatchEvent", "<bpmn:timerEventDefinition/>"), "SCRIPT-03", "T"),
        (event("intermediateCatchEvent", TIMER.replace("P1D", "a +")), "SCRIPT-01", "T"),
        (event("intermediateCatchEvent", TIMER.replace("P1D", "${wait}")), "SCRIPT-02", "T"),
        (branch('<bpmn:scriptTask id="T"><bpmn:script>a = (</bpmn:script></bpmn:scriptTask>'), "SCRIPT-01", "T"),
        (branch('<bpmn:scriptTask id="T"/>'), "SCRIPT-03", "T"),
        (
            branch('<bpmn:scriptTask id="T" scriptFormat="groovy"><bpmn:script>x</bpmn:script></bpmn:scriptTask>'),
            "SCRIPT-02",
            "T",
        ),
        (branch('<bpmn:userTask id="T"/><bpmn:textAnnotation id="T"/>'), "XML-09", "T"),
    ],
)
def test_a_drawing_that_would_not_run_as_drawn_is_refused(inside, rule, element):
    assert (rule, element) in {(problem.rule, problem.element_id) for problem in problems(inside)}


def choice(*flows: str, kind: str = "exclusiveGateway", default: str = "") -> str:
    attribute = f'default="{default}"' if default else ""
    tasks = '<bpmn:userTask id="A"/><bpmn:userTask id="B"/>' + flow("A", "E") + flow("B", "E")
    return f'{START_END}<bpmn:{kind} id="G" {attribute}/>{tasks}' + flow("S", "G") + "".join(flows)


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway"])
def test_each_way_out_of_a_choice_has_a_condition_or_is_the_default(kind):
    found = problems(choice(flow("G", "A", condition="x"), flow("G", "B"), kind=kind))

    assert [(problem.rule, problem.element_id) for problem in found] == [("ELEM-10", "F_G_B")]
    parse_process(
        {"p": a_drawing(choice(flow("G", "A", condition="x"), flow("G", "B"), kind=kind, default="F_G_B"))}, "P"
    )


def test_conditions_behind_a_parallel_gateway_are_refused():
    found = problems(choice(flow("G", "A", condition="x"), flow("G", "B"), kind="parallelGateway"))

    assert [(problem.rule, problem.element_id) for problem in found] == [("ELEM-10", "F_G_A")]


def test_behind_an_event_gateway_stand_events():
    found = problems(choice(flow("G", "A"), flow("G", "B"), kind="eventBasedGateway"))

    assert {(problem.rule, problem.element_id) for problem in found} == {("ELEM-18", "A"), ("ELEM-18", "B")}


def test_every_problem_is_told_at_once_with_name_and_remedy_in_both_languages():
    found = problems(
        branch('<bpmn:serviceTask id="T" name="登记编号"/><bpmn:complexGateway id="G" name="都来了吗"/>')
        + flow("T", "G", name="F2")
    )

    assert {(problem.rule, problem.element_name) for problem in found} >= {
        ("ELEM-14", "登记编号"),
        ("ELEM-03", "都来了吗"),
    }
    remedy = next(problem for problem in found if problem.rule == "ELEM-03")
    assert "请改画为包容网关" in remedy.zh
    assert "draw an inclusive gateway" in remedy.en


def test_a_boundary_event_stands_on_something():
    boundary = '<bpmn:boundaryEvent id="B" attachedToRef="NONE">' + TIMER + "</bpmn:boundaryEvent>"

    assert ("ELEM-18", "B") in {(p.rule, p.element_id) for p in problems(branch(f'<bpmn:userTask id="T"/>{boundary}'))}


def test_an_unknown_process_is_refused_with_those_that_are_there():
    with pytest.raises(DefinitionRejected, match='no executable process "NONE"; found: P'):
        parse_process({"p": a_drawing(branch('<bpmn:userTask id="T"/>'))}, "NONE")


def test_a_process_that_stands_twice_is_refused_with_both_files():
    drawing = a_drawing(branch('<bpmn:userTask id="T"/>'))

    with pytest.raises(DefinitionRejected, match=r"stands twice \(a\.bpmn and b\.bpmn\)"):
        parse_process(a_bundle(a=drawing, b=drawing), "P")


def test_what_is_not_bpmn_is_refused():
    with pytest.raises(DefinitionRejected, match=r"Not a BPMN 2\.0 file"):
        process_keys(b"<html/>", file="x")


def test_tasks_of_a_called_process_have_ids_of_their_own_and_plain_events_need_none():
    caller = a_drawing(branch('<bpmn:callActivity id="CALL" calledElement="Q"/>', ident="CALL"))
    called = a_drawing(branch('<bpmn:userTask id="T"/>'), key="Q")
    clashing = a_drawing(branch('<bpmn:userTask id="CALL"/>', ident="CALL"), key="Q")

    assert parse_process(a_bundle(p=caller, q=called), "P").info.nodes["S"].process == "P"
    with pytest.raises(DefinitionRejected) as caught:
        parse_process(a_bundle(p=caller, q=clashing), "P")
    assert [(problem.rule, problem.element_id) for problem in caught.value.problems] == [("ELEM-20", "CALL")]


def test_a_called_process_must_start_without_a_message():
    caller = a_drawing(branch('<bpmn:callActivity id="CALL" calledElement="Q"/>', ident="CALL"))
    called = a_drawing(event("startEvent", MESSAGE), key="Q", outside=ROOT)

    with pytest.raises(DefinitionRejected, match="cannot be started by a call") as caught:
        parse_process(a_bundle(p=caller, q=called), "P")
    assert [(problem.rule, problem.element_id) for problem in caught.value.problems] == [("ELEM-15", "CALL")]
