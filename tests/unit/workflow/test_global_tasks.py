"""Global tasks: a call activity becomes the task that it calls; the call's own words count first."""

from __future__ import annotations

from engine.lint import lint_bundle
from engine.workflow import compile_definition
from tests.unit.workflow.models import call, definitions, end, process, start

TASK = (
    '<bpmn:globalUserTask id="q" name="核对" cx:form="check" cx:assign="role:officer" cx:due="created+3wd">'
    "<bpmn:documentation>逐项核对。</bpmn:documentation></bpmn:globalUserTask>"
)
CALL = call("CA", "q").replace("<bpmn:callActivity", '<bpmn:callActivity cx:form="own"')
CALLING = process("p", start(), CALL, end(), flows="s>CA; CA>e")


def test_the_task_says_what_the_call_leaves_open():
    node = compile_definition({"p.bpmn": definitions(TASK, CALLING)}, "p").info.nodes["CA"]

    assert (node.type, node.name, node.form, node.assign, node.due) == (
        "userTask", "CA", "own", "role:officer", "created+3wd",
    )  # fmt: skip
    assert node.documentation == "逐项核对。"


def test_the_task_may_stand_in_another_file_of_the_bundle():
    definition = compile_definition({"p.bpmn": definitions(CALLING), "tasks.bpmn": definitions(TASK)}, "p")

    assert definition.info.nodes["CA"].assign == "role:officer"
    assert definition.info.called == ()


def test_the_lint_judges_the_call_as_the_task_that_it_becomes():
    found = lint_bundle(
        {"p.bpmn": definitions(TASK.replace("created+3wd", "soon"), CALLING)},
        known_forms=(), known_processes=(), known_decisions=(),
    )  # fmt: skip

    assert {("CX-05", "CA"), ("CX-06", "CA")} <= {(problem.rule, problem.element_id) for problem in found}
    assert "CX-18" not in {problem.rule for problem in found}
