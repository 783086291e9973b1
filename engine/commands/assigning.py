"""Who gets a task that has just opened: the pure search of engine.model.assignment on the facts of this case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import TYPE_CHECKING

from engine.model.assign_eligibility import OWN_PART
from engine.model.assign_keeping import depends_on_nothing_else
from engine.model.assignment import AssignContext, Assignment, parse_assign, resolve
from engine.model.process import FlowNode
from engine.model.recusal import CaseParties
from engine.model.service_values import service_values
from engine.model.step import OpenedTask, PersonId
from engine.model.succession import ground_ends, has_left, successors

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep
    from engine.model.assign_grammar import AssignRule
    from engine.store.rows import UserTaskRow

#: Not a process variable: whoever stands in for a post that nobody holds.
_ACTING = "acting.for.vacant.post"
#: Searches kept until organisation, calendar or parameters change; a day adds some for each unit.
_MOST_FOUND = 10_000
#: Process variable: the people whose 回避申请 in this case was accepted. They get no further task of it.
RECUSED = "recused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """The outcome in the terms of a user task."""

    unit: str
    assignee: PersonId | None = None
    on_behalf_of: PersonId | None = None
    candidates: tuple[PersonId, ...] = ()
    ends_on: date | None = None  #: the day on which somebody here will have left the post or role, as entered today


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """Who had a task by a post that has ended, and in which unit."""

    person: str
    unit: str


def assign_task(step: CaseStep, node: FlowNode, opened: OpenedTask, *, former: Former | None = None) -> Assigned:
    """Find the people for a task. Raises NobodyAssignable: never silently unassigned (domain.md §1.5).

    former: who had the task; while nobody holds that post, the substitute of that person comes before the fallback.
    """
    rule = parse_assign(node.assign)
    organization = step.reference.organization
    context = context_of(step, rule, opened)
    acting = _acting(step, rule, former) if former is not None else ""
    if acting:
        context = replace(context, variables={**context.variables, _ACTING: acting})
    found = _resolved(step, replace(rule, selector="user", name=_ACTING) if acting else rule, context)
    _note_search(step, node, found)
    ends_on = ground_ends(rule, found.people, found.unit, organization, step.today)
    if found.assignee:
        behalf = found.substituted_for.get(found.assignee) or (
            former.person if former and found.assignee == acting else ""
        )
        return Assigned(
            unit=found.unit,
            assignee=PersonId(found.assignee),
            on_behalf_of=PersonId(behalf) if behalf else None,
            ends_on=ends_on,
        )
    return Assigned(unit=found.unit, candidates=tuple(PersonId(person) for person in found.people), ends_on=ends_on)


def _resolved(step: CaseStep, rule: AssignRule, context: AssignContext) -> Assignment:
    """The search, or what it found before where nothing of this case has a say in it: most rules name a post."""
    reference = step.reference
    if not depends_on_nothing_else(rule, context):
        return resolve(rule, context, reference.organization)
    key = (rule, context.unit, context.on, context.dept)
    found = reference.found.get(key)
    if found is None:
        if len(reference.found) >= _MOST_FOUND:
            reference.found.clear()
        found = reference.found[key] = resolve(rule, context, reference.organization)
    return found


def parties_of(step: CaseStep, data: Mapping[str, object], rule: AssignRule) -> CaseParties:
    """What recusal has to know about this case: whom it is about, what they have declared, which unit is inspected.

    The declared relations are the whole register: the rules look for those that concern the parties.
    """
    subjects = frozenset(person for name in sorted(OWN_PART) for person in _people(data.get(name)))
    # Above the top unit nobody inspects: it uploads what was decided outside, which is no inspection of itself.
    inspected = step.unit if rule.scope == "superior" and step.reference.organization.superior(step.unit) else ""
    return CaseParties(
        subjects=subjects,
        relations=step.reference.relations if subjects or inspected else (),
        inspected_unit=inspected,
    )


def _acting(step: CaseStep, rule: AssignRule, former: Former) -> str:
    """Who stands in for a post that nobody holds: the substitute named by its last holder."""
    organization, on = step.reference.organization, step.today
    if rule.selector != "pos" or organization.holders(former.unit, rule.name, on):
        return ""
    return organization.substitute(former.person, former.unit, rule.name, on)


def context_of(step: CaseStep, rule: AssignRule, opened: OpenedTask) -> AssignContext:
    """What the search for the people of a task has to know."""
    element: Mapping[str, object] = opened.element if isinstance(opened.element, Mapping) else {}
    by_element = {"element_unit": opened.element} if isinstance(opened.element, str) else {}
    variables = {**opened.data, **element, **by_element}
    needs_actors = any(exclude.kind == "prev" for exclude in rule.excludes)
    return AssignContext(
        unit=step.unit,
        on=step.today,
        variables=variables | _present(step, rule, variables),
        dept=str(variables.get("dept") or ""),
        case=parties_of(step, variables, rule),
        recused=frozenset(_people(variables.get(RECUSED))),
        params=step.reference.params,
        node_actors=_actors(step) if needs_actors else {},
        substitutes_allowed=_may_be_substituted(step, opened),
        random=Random(step.seed) if rule.is_pool or rule.mode == "draw" else None,  # noqa: S311 - repeatable on purpose
    )


def _may_be_substituted(step: CaseStep, opened: OpenedTask) -> bool:
    """cx:params="substitutes=none": done in person, such as the signature under a letter of commitment (P01)."""
    params = step.node(opened.node_id).params
    return service_values(params, opened.data, step.reference.params).get("substitutes") != "none"


def search_for(step: CaseStep, task: UserTaskRow) -> tuple[AssignRule, AssignContext]:
    """The rule of an open task, and what a search for its people has to know today."""
    rule = parse_assign(step.node(task.node_id).assign)
    data = step.workflow.data_of(task.token)
    opened = OpenedTask(token=task.token, node_id=task.node_id, data=data, element=task.element)
    return rule, context_of(step, rule, opened)


def _present(step: CaseStep, rule: AssignRule, variables: Mapping[str, object]) -> dict[str, object]:
    """The people whom the rule names by variables, each who has left the unit replaced by the successors."""
    organization, unit, on = step.reference.organization, step.unit, step.today
    found: dict[str, object] = {}
    for name in rule.variables - OWN_PART:
        named = _people(variables.get(name))
        if any(has_left(organization, person, unit, on) for person in named):
            found[name] = [
                now
                for person in named
                for now in (
                    successors(organization, person, unit, on)
                    if has_left(organization, person, unit, on)
                    else (person,)
                )
            ]
    return found


def _people(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


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
