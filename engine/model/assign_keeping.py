"""Which searches for people need not be made anew for each case."""

from __future__ import annotations

from engine.model.assign_grammar import AssignRule
from engine.model.assign_values import AssignContext


def depends_on_nothing_else(rule: AssignRule, context: AssignContext) -> bool:
    """True where `resolve` answers alike for every case of the same unit and department on the same day."""
    by_rule = rule.variables or rule.excludes or rule.is_pool or rule.mode in ("draw", "least_load")
    by_case = context.recused or context.target or context.element or context.node_actors or context.stage
    is_usual = context.needed == 1 and context.substitutes_allowed
    return is_usual and not by_rule and not by_case and context.case.concern_nobody
