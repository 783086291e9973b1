"""What compiling makes of parsed specs, and what it refuses."""

from __future__ import annotations

import pytest
from SpiffWorkflow.bpmn.specs.mixins import UserTaskMixin
from SpiffWorkflow.task import Task

from engine.errors import DefinitionRejected
from engine.workflow import Workflow
from engine.workflow.compile import CompiledDefinition
from tests.unit.workflow.models import (
    AT,
    MESSAGE,
    SEED,
    SIGNAL,
    Case,
    boundary,
    catch,
    exclusive,
    model,
    user,
)
from tests.unit.workflow.test_event_subprocess import handler, unchecked


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


ALL_OF_THEM = catch("c", MESSAGE + SIGNAL).replace("Event id=", 'Event parallelMultiple="true" id=')
AD_HOC = '<bpmn:adHocSubProcess id="c"><bpmn:userTask id="X"/></bpmn:adHocSubProcess>'


@pytest.mark.parametrize(
    ("node", "flows", "what"),
    [
        (ALL_OF_THEM, "s>A; A>c; c>e", "parallelMultiple"),
        (AD_HOC, "s>A; A>c; c>e", "ad-hoc"),
        (handler(""), "s>A; A>e", "event sub-process without an event"),
    ],
)
def test_what_would_run_otherwise_than_drawn_is_refused(node, flows, what):
    with pytest.raises(DefinitionRejected, match=what) as refused:
        unchecked(user("A"), node, flows=flows)
    assert refused.value.problems[0].rule == "RUN-01"


def test_one_of_several_definitions_in_an_event_suffices():
    definition = unchecked(catch("c", MESSAGE + SIGNAL), user("A"), flows="s>c; c>A; A>e")

    case = Case(definition)
    assert sorted(subscription.kind for subscription in case.last.subscriptions) == ["message", "signal"]
    assert case.signal("sig.one").open() == ["A"]
    assert Case(definition).message("msg.one").open() == ["A"]


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
