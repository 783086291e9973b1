"""改派, 转办: to whom an open task may be given instead (domain.md §1.3, §1.5, §1.6). Pure.

Wider than the search that opens a task, which takes the first place where somebody is found: whoever could be found in
the unit that must act may be named. Excludes and R1–R6 hold as they do there; a reply is its subject's alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.model.assign_eligibility import Eligibility
from engine.model.assign_grammar import AssignRule
from engine.model.assign_values import AssignContext
from engine.model.organization import LEADERS, Organization

#: Who stands in, in the order of §1.5, where nobody else of the unit can.
_FALLBACK = ("LEAD_DIRECT", "LEAD_MAIN")


def people_for(rule: AssignRule, context: AssignContext, organization: Organization, *, unit: str) -> tuple[str, ...]:
    """Who may have the task instead, present today, in the order of the rule and the fallback; () for nobody.

    unit: that must act. context: as the search for the task has it.
    """
    test = _test(rule, context, organization, unit)
    if test.is_own_part:
        return ()
    found = dict.fromkeys(_of(rule, organization, unit, context))
    return tuple(person for person in found if not test.is_absent(person) and test.may_act(person))


def may_take_over(
    person: str, rule: AssignRule, context: AssignContext, organization: Organization, *, unit: str
) -> bool:
    """May the person have a colleague's task (转办): present today, kept out by no exclude and no rule of recusal?"""
    test = _test(rule, context, organization, unit)
    return not test.is_own_part and not test.is_absent(person) and test.may_act(person)


def _test(rule: AssignRule, context: AssignContext, organization: Organization, unit: str) -> Eligibility:
    checked = context.unit if rule.scope in ("superior", "superior-or-self") and context.unit != unit else ""
    return Eligibility(rule, context, organization, checked_unit=checked)


def _of(rule: AssignRule, organization: Organization, unit: str, context: AssignContext) -> Iterable[str]:
    on = context.on
    if rule.selector == "role":
        yield from organization.members(rule.name, unit, on)
    elif rule.selector == "pos" and rule.name in LEADERS:
        yield from (post.person for post in organization.holders(unit, rule.name, on))
    else:
        yield from (someone.id for someone in organization.people if someone.unit == unit and not someone.on_paper)
    for position in _FALLBACK:
        yield from (post.person for post in organization.holders(unit, position, on))
