"""Business rule tasks: ask the decision engine, keep which rule decided, hand the outputs to the process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.commands.services.ladder import level_inputs
from engine.decisions import Decision, decide, grade_outputs
from engine.model.step import ServiceCall

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

_SEVERITIES = ("A", "B", "C", "D")


def evaluate(step: CaseStep, call: ServiceCall, decision_id: str) -> Mapping[str, object]:
    """Run `decision_id` on the process data; its outputs become process variables. Raises StepFailed."""
    inputs = level_inputs(step, call.data) if decision_id == "D2_LEVEL" else call.data
    decision = decide(decision_id, inputs)
    step.note(
        "decided",
        decision=decision.decision_id,
        version=decision.version,
        matched=list(decision.matched),
        outputs=dict(decision.outputs),
    )
    if decision_id == "D1_SEVERITY":
        return _graded(step, call, decision)
    return decision.outputs


def _graded(step: CaseStep, call: ServiceCall, decision: Decision) -> Mapping[str, object]:
    """D1: a relapsed problem is at least one step above the old one (domain.md §3 S1, 反弹)."""
    outputs = dict(decision.outputs)
    floor = call.data.get("severity_floor")
    if isinstance(floor, str) and _SEVERITIES.index(floor) > _SEVERITIES.index(str(outputs["severity"])):
        outputs |= grade_outputs(floor)
        step.note("regraded", severity=floor, reason="relapse")
    step.changes["severity"] = str(outputs["severity"])
    return outputs
