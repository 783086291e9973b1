"""Scripts that end in an error of the diagram, run in the sandbox."""

from __future__ import annotations

import pytest

from engine.errors import StepFailed
from engine.workflow import Workflow, compile_definition
from tests.unit.workflow.models import (
    AT,
    ERROR,
    SEED,
    boundary,
    definitions,
    end,
    event_subprocess,
    process,
    script,
    start,
    user,
)

CHECK = 'if amount &gt; limit:\n  bpmn_error("E1", "超过限额", over=amount - limit)\nresult = "ok"'


def advanced(*nodes: str, flows: str, amount: int) -> Workflow:
    xml = definitions(process("p", start(), *nodes, end(), flows=flows))
    definition = compile_definition({"p.bpmn": xml}, "p")
    return Workflow.start(definition, variables={"amount": amount, "limit": 10}, at=AT, seed=SEED)


def around(source: str, amount: int) -> Workflow:
    nodes = (script("c", source), user("A"), boundary("b", "c", ERROR), user("H"))
    return advanced(*nodes, flows="s>c; c>A; A>e; b>H; H>e", amount=amount)


def opened(workflow: Workflow) -> list[tuple[str, dict[str, object]]]:
    return [(task.node_id, dict(task.data)) for task in workflow.advance().opened]


def test_an_error_of_a_script_reaches_its_boundary_event_with_code_message_and_values():
    assert opened(around(CHECK, amount=12)) == [
        ("H", {"amount": 12, "limit": 10, "over": 2, "error_code": "E1", "error_message": "超过限额"})
    ]
    assert opened(around(CHECK, amount=9)) == [("A", {"amount": 9, "limit": 10, "result": "ok"})]


def test_it_reaches_the_event_sub_process_of_its_scope():
    handler = event_subprocess("ES", start("s9", ERROR), user("H"), end("e9"), flows="s9>H; H>e9")
    workflow = advanced(script("c", CHECK), user("A"), handler, flows="s>c; c>A; A>e", amount=12)

    assert [node for node, _ in opened(workflow)] == ["H"]


def test_one_that_nobody_catches_is_an_incident_that_names_the_code():
    with pytest.raises(StepFailed) as failed:
        around('bpmn_error("E7")', amount=1).advance()
    assert (failed.value.cause, failed.value.facts["error"], failed.value.node_id) == ("uncaught_error", "E7", "c")


def test_an_error_of_the_script_itself_is_no_error_of_the_diagram_and_names_its_line():
    source = 'from math import sqrt\nif amount &gt; 99:\n  bpmn_error("E1")\nx = 1 / (amount - 1)'
    with pytest.raises(StepFailed) as failed:
        around(source, amount=1).advance()
    assert (failed.value.cause, failed.value.facts["line"]) == ("script", 4)


def test_what_somebody_typed_cannot_pass_for_an_error_of_the_diagram():
    source = 'if amount &gt; 99:\n  bpmn_error("E1")\nraise RuntimeError(\'["E1", "", {}]\')'
    with pytest.raises(StepFailed) as failed:
        around(source, amount=1).advance()
    assert failed.value.cause == "script"
