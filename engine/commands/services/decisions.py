"""Business rule tasks: ask the version of the decision that the case keeps to, write down why, hand on the outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from engine.commands.services.ladder import level_inputs
from engine.core import DecisionVersion
from engine.decisions.answers import Decision, ResultDoesNotFit, ResultShape, shaped
from engine.decisions.feel import DateTime, to_feel
from engine.decisions.parameters import with_params
from engine.decisions.question import NoAnswer, Question
from engine.errors import InputRejected, StepFailed
from engine.model.clock import SHANGHAI
from engine.model.process import FlowNode
from engine.model.step import ServiceCall
from engine.store.record import HistoryFact

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

GRADING, LEVEL = "D1_SEVERITY", "D2_LEVEL"
_SEVERITIES = ("A", "B", "C", "D")


def evaluate(step: CaseStep, call: ServiceCall, key: str) -> Mapping[str, object]:
    """Ask `key` with the process data; the result becomes process variables. Raises InputRejected, StepFailed."""
    inputs = level_inputs(step, call.data) if key == LEVEL else call.data
    decision = decide(step, key, inputs, node_id=call.node_id)
    outputs = handed_on(decision, step.node(call.node_id))
    return _graded(step, call, outputs) if key == GRADING else outputs


def decide(step: CaseStep, key: str, inputs: Mapping[str, object], *, node_id: str = "") -> Decision:
    """Ask a decision in the name of a case, and write down what it was told and which rules answered.

    Raises InputRejected for an input that is missing or wrong; StepFailed where there is no decision or no answer.
    """
    version = version_for(step, key)
    try:
        now = cast("DateTime", to_feel(step.at.astimezone(SHANGHAI)))
        whole = with_params(inputs, step.engine.reference(step.tx).params)
        decision = version.question.ask(whole, version=version.row.version, now=now)
    except NoAnswer as error:
        raise StepFailed(str(error), node_id=node_id, cause="no_answer") from error
    node_type = step.node(node_id).type if node_id else ""
    body = told(version.question, decision)
    step.history.append(HistoryFact(event="decided", node_id=node_id, node_type=node_type, body=body))
    return decision


def version_for(step: CaseStep, key: str) -> DecisionVersion:
    """The version that was fixed when the process of the case was put forward, else the one in force."""
    return step.definition.decisions.get(key) or step.engine.current_decision(step.tx, key)


def told(question: Question, decision: Decision) -> dict[str, object]:
    """What the history keeps of an answer. No text that somebody typed: of texts only those a table itself lists."""
    listed = {one.name for one in question.inputs if one.tests}
    body: dict[str, object] = {
        "decision": decision.decision_id,
        "version": decision.version,
        "inputs": {name: _kept(value, listed=name in listed) for name, value in decision.inputs.items()},
        "matched": list(decision.matched),
        "rules": list(decision.rule_ids),
        "outputs": dict(decision.outputs),
        "zh": decision.zh,
        "en": decision.en,
    }
    if len(decision.tables) > 1:
        body["tables"] = [{"decision": one.decision, "matched": list(one.matched)} for one in decision.tables]
    if decision.reasons:
        body["reasons"] = [{"zh": reason.zh, "en": reason.en} for reason in decision.reasons]
    return body


def _kept(value: object, *, listed: bool) -> object:
    if isinstance(value, str) and not listed:
        return {"characters": len(value)}
    if isinstance(value, (list, Mapping)):
        return {"items": len(value)}
    return value


def handed_on(decision: Decision, node: FlowNode) -> Mapping[str, object]:
    """Process variables: the outputs by name, or all in the variable that the drawing names. Raises StepFailed."""
    if not node.result:
        return decision.outputs
    try:
        return {node.result: shaped(decision, cast("ResultShape", node.result_shape))}
    except ResultDoesNotFit as error:
        raise StepFailed(f"{decision.decision_id}: {error.en}.", node_id=node.id, cause="decision_result") from error


def limits_of(step: CaseStep, severity: str) -> Mapping[str, object]:
    """What D1 gives for a severity that a person chose (改级) or a relapse forces; nothing goes to investigation by it.

    Raises InputRejected for a severity that the table does not know.
    """
    found = version_for(step, GRADING).question.giving("severity", severity)
    if found is None:
        raise InputRejected(
            f"定级表中没有“{severity}”级。",
            f"The table has no severity {severity!r}.",
            field="severity",
            value=severity,
        )
    return {**found, "to_p07": False}


def _graded(step: CaseStep, call: ServiceCall, outputs: Mapping[str, object]) -> Mapping[str, object]:
    """D1: a relapsed problem is at least one step above the old one (domain.md §3 S1, 反弹)."""
    floor = call.data.get("severity_floor")
    if isinstance(floor, str) and _SEVERITIES.index(floor) > _SEVERITIES.index(str(outputs["severity"])):
        outputs = {**outputs, **limits_of(step, floor), "to_p07": outputs["to_p07"]}
        step.note("regraded", severity=floor, reason="relapse")
    step.changes["severity"] = str(outputs["severity"])
    return outputs
