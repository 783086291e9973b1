"""Who gets a task that has just opened: the pure search of engine.model.assignment on the facts of this case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from engine.model.assignment import AssignContext, Assignment, parse_assign, resolve
from engine.model.process import FlowNode
from engine.model.recusal import CaseParties
from engine.model.step import OpenedTask, PersonId

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep
    from engine.model.assign_grammar import AssignRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """The outcome in the terms of a user task."""

    unit: str
    assignee: PersonId | None = None
    on_behalf_of: PersonId | None = None
    candidates: tuple[PersonId, ...] = ()


def assign_task(step: CaseStep, node: FlowNode, opened: OpenedTask) -> Assigned:
    """Find the people for a task. Raises NobodyAssignable: never silently unassigned (domain.md §1.5)."""
    rule = parse_assign(node.assign)
    found = resolve(rule, _context(step, rule, opened), step.reference.organization)
    _note_search(step, node, found)
    if found.assignee:
        behalf = found.substituted_for.get(found.assignee)
        return Assigned(
            unit=found.unit,
            assignee=PersonId(found.assignee),
            on_behalf_of=PersonId(behalf) if behalf else None,
        )
    return Assigned(unit=found.unit, candidates=tuple(PersonId(person) for person in found.people))


def _context(step: CaseStep, rule: AssignRule, opened: OpenedTask) -> AssignContext:
    element: Mapping[str, object] = opened.element if isinstance(opened.element, Mapping) else {}
    by_element = {"element_unit": opened.element} if isinstance(opened.element, str) else {}
    variables = {**opened.data, **element, **by_element}
    needs_actors = any(exclude.kind == "prev" for exclude in rule.excludes)
    return AssignContext(
        unit=step.unit,
        on=step.today,
        variables=variables,
        dept=str(variables.get("dept") or ""),
        case=CaseParties(inspected_unit=step.unit if rule.scope == "superior" else ""),
        node_actors=_actors(step) if needs_actors else {},
        random=Random(step.new.seed if step.new is not None else step.case.seed if step.case is not None else 0),  # noqa: S311 - repeatable on purpose
    )


def _actors(step: CaseStep) -> Mapping[str, tuple[PersonId, ...]]:
    """Who completed which node so far, those of this step included."""
    found = {node: list(people) for node, people in step.tx.node_actors(step.instance_id).items()}
    for fact in step.history:
        if fact.event == "completed" and fact.node_type == "userTask" and step.by != "system":
            found.setdefault(fact.node_id, []).append(PersonId(step.by))
    return {node: tuple(people) for node, people in found.items()}


def _note_search(step: CaseStep, node: FlowNode, found: Assignment) -> None:
    """Keep in history how the people were found, where it was not the plain case."""
    if found.trail:
        step.note("assigned", node=node.id, rule=found.rule, trail=[note.zh for note in found.trail])
