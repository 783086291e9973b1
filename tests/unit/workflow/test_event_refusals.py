"""Events that are refused: where, and with what to draw instead."""

from __future__ import annotations

import pytest

from tests.unit.workflow.drawing import branch, flow
from tests.unit.workflow.test_parser_refusals import MESSAGE, TIMER, event, problems

SIGNAL = '<bpmn:signalEventDefinition signalRef="SIG"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="ERR"/>'
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="ESC"/>'
USER = '<bpmn:userTask id="A"/>'

COMPUTED = TIMER.replace("P1D", "due")


def link(name: str) -> str:
    return f'<bpmn:linkEventDefinition name="{name}"/>'


def links(*events: str) -> str:
    """S to the first event, and the last one to E."""
    return '<bpmn:startEvent id="S"/><bpmn:endEvent id="E"/>' + "".join(events) + flow("S", "T") + flow("C", "E")


def a_throw(name: str, definition: str) -> str:
    return f'<bpmn:intermediateThrowEvent id="{name}">{definition}</bpmn:intermediateThrowEvent>'


def a_catch(name: str, definition: str) -> str:
    return f'<bpmn:intermediateCatchEvent id="{name}">{definition}</bpmn:intermediateCatchEvent>'


def a_handler(*starts: str, ends: str = '<bpmn:endEvent id="e"/>', more: str = "") -> str:
    """A process with an event sub-process H whose start events are given."""
    inside = "".join(starts) + ends + (flow("s", "e") if starts and ends else "")
    return branch(USER, ident="A") + f'<bpmn:subProcess id="H" triggeredByEvent="true">{inside}</bpmn:subProcess>{more}'


def a_start(definition: str, attributes: str = "", name: str = "s") -> str:
    return f'<bpmn:startEvent id="{name}" {attributes}>{definition}</bpmn:startEvent>'


def a_receive(attributes: str = "", inside: str = "") -> str:
    return f'<bpmn:receiveTask id="R" messageRef="M" instantiate="true" {attributes}>{inside}</bpmn:receiveTask>'


@pytest.mark.parametrize(
    ("inside", "rule", "element"),
    [
        (links(a_throw("T", link("a")), a_catch("C", link("b"))), "ELEM-06", "T"),
        (links(a_throw("T", link("a")), a_catch("C", link("b"))), "ELEM-06", "C"),
        (links(a_throw("T", link("")), a_catch("C", link("a"))), "ELEM-06", "T"),
        (links(a_throw("T", link("a")), a_catch("C", link("a")), a_catch("C2", link("a"))), "ELEM-06", "C2"),
        (links(a_throw("T", link("a")), a_catch("C", link("a")), flow("T", "E")), "ELEM-06", "T"),
        (links(a_throw("T", link("a")), a_catch("C", link("a")), flow("S", "C")), "ELEM-06", "C"),
        (links(a_throw("T", link("a") + SIGNAL), a_catch("C", link("a"))), "ELEM-19", "T"),
        (event("intermediateCatchEvent", MESSAGE + TIMER + TIMER), "ELEM-19", "T"),
        (event("startEvent", COMPUTED), "ELEM-13", "T"),
        (event("startEvent", ESCALATION), "ELEM-13", "T"),
        (event("startEvent", MESSAGE + SIGNAL).replace('"T">', '"T" parallelMultiple="true">'), "ELEM-19", "T"),
        (event("boundaryEvent", ERROR).replace("attached", 'cancelActivity="false" attached'), "ELEM-13", "T"),
        (
            event("boundaryEvent", ERROR + MESSAGE).replace("attached", 'parallelMultiple="true" attached'),
            "ELEM-19",
            "T",
        ),
        (a_handler(a_start("")), "ELEM-07", "s"),
        (a_handler(a_start(MESSAGE), a_start(SIGNAL, name="s2")), "ELEM-07", "H"),
        (a_handler(), "ELEM-07", "H"),
        (a_handler(a_start(ERROR, 'isInterrupting="false"')), "ELEM-13", "s"),
        (a_handler(a_start(MESSAGE), more=flow("A", "H")), "ELEM-07", "F_A_H"),
        (a_handler(a_start(MESSAGE), more=flow("H", "E")), "ELEM-07", "F_H_E"),
        (
            event("boundaryEvent", TIMER)
            .replace('"T" attachedToRef="A"', '"B" attachedToRef="H"')
            .replace('sourceRef="T"', 'sourceRef="B"')
            + a_handler(a_start(MESSAGE)).split('id="F_A_E"', 1)[1].split("</bpmn:sequenceFlow>", 1)[1],
            "ELEM-18",
            "B",
        ),
        (branch(a_receive(), ident="R"), "ELEM-13", "R"),
        (
            a_receive(inside='<bpmn:standardLoopCharacteristics loopMaximum="2"/>')
            + '<bpmn:endEvent id="E"/>'
            + flow("R", "E"),
            "ELEM-13",
            "R",
        ),
        (
            '<bpmn:eventBasedGateway id="G" instantiate="true"/><bpmn:endEvent id="E"/>'
            + a_catch("C", TIMER)
            + flow("G", "C")
            + flow("C", "E"),
            "ELEM-13",
            "C",
        ),
    ],
)  # fmt: skip
def test_an_event_that_would_not_run_as_drawn_is_refused(inside, rule, element):
    assert (rule, element) in [(problem.rule, problem.element_id) for problem in problems(inside)]


def test_a_timer_start_without_a_fixed_time_says_what_to_write_instead():
    (problem,) = problems(event("startEvent", COMPUTED))

    assert "firstwd(half)" in problem.zh
    assert "an ISO moment" in problem.en
