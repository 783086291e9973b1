"""The engine with its real script sandbox, as it runs in the service."""

from __future__ import annotations

import pytest

from engine.errors import StepFailed
from engine.workflow import Workflow, compile_definition
from tests.unit.workflow.models import AT, boundary, date, definitions, end, exclusive, process, script, start, user

SCRIPT = "from datetime import datetime\nn = n + 1\nnow = datetime.now().isoformat()\nprint('seen')"
DEFINITION = compile_definition(
    {
        "p.bpmn": definitions(
            process(
                "p", start(), script("c", SCRIPT), exclusive("g", "B"), user("A"), user("B"),
                boundary("b", "A", date("due")), end(), flows="s>c; c>g; g>A?n > 1; g>B; A>e; B>e; b>e",
            )
        )
    },
    "p",
)  # fmt: skip


def test_scripts_conditions_and_timers_run_at_the_clock_of_the_step():
    step = Workflow.start(DEFINITION, variables={"n": 1, "due": "2026-12-09"}, at=AT, seed=1).advance()

    assert step.variables == {"n": 2, "due": "2026-12-09", "now": "2026-12-01T09:00:00"}
    assert [task.node_id for task in step.opened] == ["A"]
    assert step.timers[0].due_at.isoformat() == "2026-12-08T16:00:00+00:00"
    assert step.printed == "seen\n"


def test_a_script_that_fails_names_its_node_and_line():
    workflow = Workflow.start(DEFINITION, variables={}, at=AT, seed=1)

    with pytest.raises(StepFailed) as failed:
        workflow.advance()

    assert failed.value.node_id == "c"
    assert failed.value.facts["line"] == 2
    assert failed.value.facts["source"] == "n = n + 1"


def test_a_condition_that_fails_names_its_gateway():
    definition = compile_definition(
        {"p.bpmn": definitions(process("p", start(), exclusive("g", "A"), user("A"), user("B"), end(),
                                       flows="s>g; g>B?missing; g>A; A>e; B>e"))}, "p",
    )  # fmt: skip

    with pytest.raises(StepFailed) as failed:
        Workflow.start(definition, variables={}, at=AT, seed=1).advance()
    assert failed.value.node_id == "g"
