"""What an instance of a multi-instance activity throws when it completes reaches the events around it."""

from __future__ import annotations

import pytest

from engine.lint import lint_bundle
from tests.unit.workflow.models import ESCALATION, boundary, definitions, end, process, start, subprocess, user

THROWN = '<bpmn:escalationEventDefinition id="rises" escalationRef="esc1"/>'
MANY = (
    '<bpmn:multiInstanceLoopCharacteristics behavior="One" oneBehaviorEventRef="rises">'
    "<bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
)
INSIDE = subprocess("SP", start("s2"), user("A", MANY), end("e2"), flows="s2>A; A>e2")


def sound(*nodes: str, flows: str) -> set[tuple[str, str]]:
    xml = definitions(THROWN, process("p", start(), *nodes, end(), flows=flows))
    found = lint_bundle({"p.bpmn": xml}, known_forms=(), known_processes=(), known_decisions=())
    return {
        (problem.rule, problem.element_id) for problem in found if problem.rule.startswith(("SOUND", "XSD", "ELEM"))
    }


@pytest.mark.parametrize("interrupting", [True, False])
def test_the_event_at_the_activity_itself_may_happen(interrupting):
    event = boundary("B", "A", ESCALATION, interrupting=interrupting)

    assert sound(user("A", MANY), event, user("H"), end("e9"), flows="s>A; A>e; B>H; H>e9") == set()


@pytest.mark.parametrize("interrupting", [True, False])
def test_the_event_around_it_may_happen(interrupting):
    event = boundary("B", "SP", ESCALATION, interrupting=interrupting)

    assert sound(INSIDE, event, user("H"), end("e9"), flows="s>SP; SP>e; B>H; H>e9") == set()


def test_an_event_that_nothing_throws_is_dead():
    silent = INSIDE.replace(' behavior="One" oneBehaviorEventRef="rises"', "")

    assert ("SOUND-03", "B") in sound(
        silent, boundary("B", "SP", ESCALATION), user("H"), end("e9"), flows="s>SP; SP>e; B>H; H>e9"
    )
