"""Who may take one task at all: the excludes of the rule, recusal, and the unit that is checked."""

from __future__ import annotations

from dataclasses import replace

from engine.model.assign_grammar import AssignRule
from engine.model.assign_values import AssignContext, Note
from engine.model.organization import OrganizationView
from engine.model.recusal import RecusalReason, reasons_against

CHECKING_ROLES = frozenset({"inspector", "reviewer"})
#: Variables that hold the people the case is about: their own reply is theirs alone, without recusal or fallback.
OWN_PART = frozenset({"subject", "subjects"})


class Eligibility:
    """The tests that every candidate passes; it notes why somebody does not."""

    def __init__(
        self, rule: AssignRule, context: AssignContext, organization: OrganizationView, *, checked_unit: str
    ) -> None:
        """checked_unit: the unit that this step checks, whose people must not do it; "" where it checks none."""
        self.rule, self.context, self.organization = rule, context, organization
        self.checked_unit = checked_unit
        self.trail: list[Note] = []
        self.is_own_part = rule.selector == "user" and rule.name in OWN_PART
        self._case = replace(context.case, inspected_unit=context.case.inspected_unit or checked_unit)
        self._excluded = self._excluded_people()
        self._excluded_units = {text(context, e.name) for e in rule.excludes if e.kind == "unit"} - {""}

    def may_act(self, person: str) -> bool:
        """True when neither an exclude nor a rule of recusal keeps the person out."""
        name, home = self.organization.person_name(person), self.organization.home_unit(person)
        if person in self._excluded or home in self._excluded_units:
            self.note(f"{name}按排除条件不参与", f"{name} is excluded by the rule")
            return False
        if self.is_own_part:
            return True
        if person in self.context.recused:
            self.note(f"{name}回避（回避申请已获批准）", f"{name} is recused (on request, accepted)")
            return False
        if self.checked_unit and home == self.checked_unit:
            self.note(f"{name}属于被检查单位", f"{name} belongs to the checked unit")
            return False
        reasons = self.reasons(person)
        for reason in reasons:
            self.note(f"{name}回避（{reason.zh}）", f"{name} is recused ({reason.en})")
        return not reasons

    def reasons(self, person: str) -> tuple[RecusalReason, ...]:
        """R1–R6 against the person."""
        if self._case.concern_nobody:
            return ()
        inspects = (self.rule.selector, self.rule.name) in (("role", "inspector"), ("pool", "INSPECTION"))
        return reasons_against(
            person,
            self._case,
            self.organization,
            self.context.on,
            stage=self.context.stage,
            is_check=inspects or self.context.stage == "inspect",
            colleague_years=self.context.params.number("recusal_former_colleague_years"),
            served_years=self.context.params.number("recusal_served_years"),
        )

    def is_absent(self, person: str) -> bool:
        if not self.organization.is_absent(person, self.context.on):
            return False
        name = self.organization.person_name(person)
        self.note(f"{name}缺席", f"{name} is absent")
        return True

    def note(self, zh: str, en: str) -> None:
        note = Note(zh=zh, en=en)
        if note not in self.trail:
            self.trail.append(note)

    def _excluded_people(self) -> frozenset[str]:
        found: set[str] = set()
        for exclude in self.rule.excludes:
            if exclude.kind == "var":
                found.update(people(self.context, exclude.name))
            elif exclude.kind == "prev":
                found.update(self._actors(exclude.name))
        return frozenset(found)

    def _actors(self, node: str) -> tuple[str, ...]:
        """Who completed a node, named in full (S1_T7) or by its last part (T7)."""
        return tuple(
            person
            for node_id, actors in self.context.node_actors.items()
            if node_id == node or node_id.endswith(f"_{node}")
            for person in actors
        )


def text(context: AssignContext, name: str) -> str:
    """The process variable `name` as a code, "" when it holds none."""
    value = context.variables.get(name)
    return value if isinstance(value, str) else ""


def people(context: AssignContext, name: str) -> tuple[str, ...]:
    """The people in the process variable `name`: one id or a list of ids."""
    value = context.variables.get(name)
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(str(v) for v in value) if isinstance(value, list | tuple) else ()
