"""What compiling makes of parsed specs, and what it refuses."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.mixins import UserTaskMixin
from SpiffWorkflow.task import Task

from engine.workflow import Workflow
from engine.workflow.compile import CompiledDefinition
from tests.unit.workflow.models import (
    AT,
    MESSAGE,
    SEED,
    boundary,
    exclusive,
    model,
    user,
)


def test_compiled_specs_are_still_what_they_were():
    definition = model(user("A"), boundary("b", "A", MESSAGE), user("H"), flows="s>A; A>e; b>H; H>e")
    spec = definition.spec.task_specs["A"]

    assert isinstance(spec, UserTaskMixin)
    assert [output.name for output in spec.outputs] == ["e"]
    assert [source.name for source in spec.inputs] == ["A.BoundaryEventSplit"]


def test_a_definition_is_compiled_once_and_told_by_its_info():
    definition = model(user("A"), exclusive("g", "B"), user("B"), flows="s>A; A>g; g>B; B>e")

    assert isinstance(definition, CompiledDefinition)
    assert (definition.info.key, definition.compaction) == ("p", True)
    assert definition.info.nodes["g"].type == "exclusiveGateway"


def test_a_live_task_keeps_the_face_of_spiffworkflows_task():
    workflow = Workflow.start(model(user("A"), user("B"), flows="s>A; A>B; B>e"), variables={"x": 1}, at=AT, seed=SEED)
    workflow.advance()
    ((token, _, _),) = workflow.open_tokens()
    task = workflow._top.find(token)

    assert isinstance(task, Task)
    assert task.parent is workflow._top.task_tree
    assert task.find_ancestor("Start") is workflow._top.task_tree
    assert task.find_ancestor("B") is None
    assert task.is_descendant_of(workflow._top.task_tree)
    assert not task.is_descendant_of(task)
    task.set_data(y=2)
    assert (task.data, workflow._top.is_completed()) == ({"x": 1, "y": 2}, False)
