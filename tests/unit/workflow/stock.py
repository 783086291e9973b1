"""The same random life on stock SpiffWorkflow, for comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.util.task import TaskState

from engine.errors import StepFailed
from engine.workflow import Workflow, compile_definition
from engine.workflow.parser import parse_process
from tests.unit.workflow.models import AT, SEED
from tests.unit.workflow.random_models import variables
from tests.unit.workflow.tiny_script import TinyScriptEngine


class StockCase:
    def __init__(self, xml: bytes, data: Mapping[str, object]) -> None:
        parsed = parse_process({"p.bpmn": xml}, "p")
        self.workflow = BpmnWorkflow(parsed.spec, dict(parsed.subprocess_specs), script_engine=TinyScriptEngine())
        self.workflow.task_tree.data.update(data)
        self.workflow.do_engine_steps()

    def tasks(self, state: int) -> list[Any]:
        return [task for task in self.workflow.get_tasks(state=state) if task.task_spec.bpmn_id is not None]

    def open(self) -> list[str]:
        return sorted(task.task_spec.bpmn_id for task in self.tasks(TaskState.READY) if task.task_spec.manual)

    def armed(self) -> list[str]:
        waiting = self.tasks(TaskState.WAITING)
        return sorted(task.task_spec.bpmn_id for task in waiting if isinstance(task.task_spec, BoundaryEventMixin))

    def complete(self, node: str, values: Mapping[str, object]) -> None:
        found = [
            task for task in self.tasks(TaskState.READY) if task.task_spec.bpmn_id == node and task.task_spec.manual
        ]
        task = min(found, key=lambda task: task.last_state_change)
        task.data.update(values)
        task.run()
        self.workflow.do_engine_steps()

    def fire(self, node: str) -> None:
        (task, *_) = [task for task in self.tasks(TaskState.WAITING) if task.task_spec.bpmn_id == node]
        task.internal_data["event_fired"] = True
        task.task_spec._update(task)
        self.workflow.do_engine_steps()


def stock_choices(xml: bytes, seed: int, steps: int = 100) -> Iterator[tuple[Any, Any]]:
    """Open tasks, armed events and whether the process has ended: ours and stock's, after the same random choices."""
    definition = replace(compile_definition({"p.bpmn": xml}, "p"), script_engine=TinyScriptEngine())
    random = Random(seed)  # noqa: S311
    stock = StockCase(xml, variables(seed))
    workflow = Workflow.start(definition, variables=variables(seed), at=AT, seed=SEED)
    for step in range(steps):
        try:
            advance = workflow.advance()
        except StepFailed:  # ours says when nothing can go on; stock just stands there
            yield ([], [], False), (stock.open(), stock.armed(), stock.workflow.is_completed())
            return
        workflow = Workflow.load(definition, advance.state, at=AT, seed=SEED)
        tokens = workflow.open_tokens()
        ready = sorted(node for _, node, state in tokens if state == "ready")
        armed = sorted(node for _, node, state in tokens if state == "waiting" and node.startswith("b"))
        yield (ready, armed, advance.ended), (stock.open(), stock.armed(), stock.workflow.is_completed())
        if not ready:
            return
        if armed and random.random() < 0.25:
            node = random.choice(armed)
            stock.fire(node)
            assert workflow.fire_timer(min(token for token, found, _ in tokens if found == node))
        else:
            node = random.choice(ready)
            values = {f"by_{step % 7}": step}
            stock.complete(node, values)
            workflow.complete(
                min(token for token, found, state in tokens if found == node and state == "ready"), values
            )
