"""Assignment: how a user task finds its people, with substitutes, recusal and the fallback upward (domain.md §1.5)."""

from __future__ import annotations

from collections.abc import Iterable

from engine.model.assign_eligibility import CHECKING_ROLES, Eligibility, people, text
from engine.model.assign_grammar import AssignRule, AssignSyntaxError, parse_assign
from engine.model.assign_values import AssignContext, Assignment, Candidate, NobodyAssignable, Note
from engine.model.organization import COMMISSION, OrganizationView, Position
from engine.model.recusal import must_be_transferred, units_led_by_subjects
from engine.model.succession import FALLBACK_POSITIONS

__all__ = [
    "AssignContext",
    "AssignRule",
    "AssignSyntaxError",
    "Assignment",
    "Candidate",
    "NobodyAssignable",
    "Note",
    "parse_assign",
    "resolve",
]


_ANY_POSITION = ""


def resolve(rule: AssignRule, context: AssignContext, organization: OrganizationView) -> Assignment:
    """Find the people for a task. Pure: the same arguments give the same answer.

    Order: the people the rule names (an absent or excluded holder gives way to the substitute); for pools the own
    commission, the top one, then others by draw; then LEAD_DIRECT and LEAD_MAIN of the unit, and the same one unit up,
    and so on. Every candidate passes the excludes and R1–R6; a checking step never falls to the checked unit.
    Raises NobodyAssignable, never returns an empty assignment.
    """
    return _Search(rule, context, organization).run()


class _Search:
    """One resolution."""

    def __init__(self, rule: AssignRule, context: AssignContext, organization: OrganizationView) -> None:
        self.rule, self.context, self.organization = rule, context, organization
        named = self.scope_units()
        self.eligibility = Eligibility(rule, context, organization, checked_unit=self._checked_unit(named))
        self.note = self.eligibility.note
        led = units_led_by_subjects(context.case, organization, context.on)
        self.units = tuple(dict.fromkeys(self._above(unit, led) for unit in named))

    def run(self) -> Assignment:
        if self.rule.scope == "superior" and not self.organization.superior(self.context.unit):
            return self.external()
        found: dict[str, Candidate] = {}
        for unit in self.units:
            for candidate in self.in_unit(unit):
                found.setdefault(candidate.person, candidate)
        if not found:
            raise NobodyAssignable(self.rule.text, self.namer(), tuple(self.eligibility.trail))
        return self.chosen(tuple(found.values()))

    # -- where to look

    def scope_units(self) -> tuple[str, ...]:
        """The units that the scope names."""
        context, name = self.context, self.rule.scope_name
        match self.rule.scope:
            case "superior":
                found: tuple[str, ...] = (self.organization.superior(context.unit),)
            case "top":
                found = (self.organization.top(),)
            case "children":
                found = (context.element,) if context.element else self.organization.children(context.unit)
            case "target":
                found = (context.target,)
            case "dept":
                found = (self.organization.unit_of_department(text(context, name)),)
            case "var":
                found = (text(context, name),)
            case _:
                found = (context.unit,)
        return tuple(unit for unit in found if unit)

    def _above(self, unit: str, led: frozenset[str]) -> str:
        """`unit`, or the first one above it that no subject leads (R5)."""
        above = self.organization.superior(unit)
        if unit not in led or not above:
            return unit
        self.note(
            f"当事人是{unit}主要责任领导，由{above}办理（R5）",
            f"the main leader of {unit} is a subject, {above} acts (R5)",
        )
        return self._above(above, led)

    def _checked_unit(self, named: tuple[str, ...]) -> str:
        """The unit that a checking step must not fall to; "" when the step checks nobody."""
        is_check = self.rule.scope in ("superior", "superior-or-self") or (
            self.rule.selector == "role" and self.rule.name in CHECKING_ROLES
        )
        if not is_check or not named:
            return ""
        return self.context.target or ("" if self.context.unit in named else self.context.unit)

    # -- whom to find

    def in_unit(self, unit: str) -> tuple[Candidate, ...]:
        """The people found for one unit: those the rule names, else those of the fallback."""
        named = self.widened(unit) if self.rule.is_pool else self.named(unit)
        if named or self.eligibility.is_own_part:
            return named
        self.note(f"{unit}没有可办理的人员，按承接顺序查找", f"nobody named for {unit} can act, falling back")
        return self.fallback(unit)

    def named(self, unit: str) -> tuple[Candidate, ...]:
        on, name = self.context.on, self.rule.name
        match self.rule.selector:
            case "pos":
                return self.of_position(unit, name)
            case "user":
                found = (
                    self.acting(p, unit, found_by="", substitutes=_ANY_POSITION) for p in people(self.context, name)
                )
                return tuple(c for c in found if c is not None)
            case "role":
                return self.of_members(self.organization.members(name, unit, on), unit)
            case _:
                return self.of_members(self.organization.roster(name, unit, on), unit)

    def widened(self, unit: str) -> tuple[Candidate, ...]:
        """Own commission, then the top one, then others in drawn order, until the number asked for is met."""
        own = unit if unit.endswith(f"-{COMMISSION}") else self.organization.superior(unit)
        top = self.organization.top()
        others = [c for c in self.organization.commissions() if c not in (own, top)]
        if self.context.random is not None:
            self.context.random.shuffle(others)
        found: dict[str, Candidate] = {}
        for commission in dict.fromkeys((own, top, *others)):
            for candidate in self.named(commission):
                found.setdefault(candidate.person, candidate)
            if len(found) >= self.context.needed:
                break
            self.note(f"{commission}人数不足，扩大范围", f"not enough people in {commission}, widening")
        return tuple(found.values())

    def fallback(self, unit: str) -> tuple[Candidate, ...]:
        """LEAD_DIRECT, then LEAD_MAIN, of the unit and of each unit above it."""
        current = unit
        while current:
            # A checking step passes over the checked unit on its way up.
            for position in FALLBACK_POSITIONS if current != self.eligibility.checked_unit else ():
                found = self.of_position(current, position)
                if found:
                    self.note(f"由{current}的{position}承接", f"taken by {position} of {current}")
                    return found
            current = self.organization.superior(current)
        return ()

    def of_position(self, unit: str, position: str) -> tuple[Candidate, ...]:
        holders = self._in_charge(self.organization.holders(unit, position, self.context.on))
        found = (self.acting(h.person, unit, found_by=position, substitutes=position) for h in holders)
        return tuple(c for c in found if c is not None)

    def _in_charge(self, holders: tuple[Position, ...]) -> tuple[Position, ...]:
        """Of several holders those in charge of the department concerned, if any are."""
        dept = text(self.context, self.rule.scope_name) if self.rule.scope == "dept" else self.context.dept
        return tuple(h for h in holders if dept and dept in h.departments) or holders

    def of_members(self, members: Iterable[str], unit: str) -> tuple[Candidate, ...]:
        """Members of a role, pool or roster. Nobody substitutes for them: a substitute need not have the role."""
        found = (self.acting(p, unit, found_by=self.rule.name, substitutes=None) for p in members)
        return tuple(c for c in found if c is not None)

    def acting(self, person: str, unit: str, *, found_by: str, substitutes: str | None) -> Candidate | None:
        """The person, or the substitute where the person is away or kept out; None where neither may act.

        substitutes: the position in which a substitute must be named, _ANY_POSITION, or None for no substitutes.
        """
        may = self.eligibility.may_act(person)
        in_person = self.eligibility.is_own_part or not self.context.substitutes_allowed
        if may and (in_person or not self.eligibility.is_absent(person)):
            return Candidate(person=person, unit=unit, position=found_by)
        if in_person or substitutes is None:
            return None
        other = self.organization.substitute(person, unit, substitutes, self.context.on)
        if not other or not self.eligibility.may_act(other) or self.eligibility.is_absent(other):
            return None
        one, two = self.organization.person_name(person), self.organization.person_name(other)
        self.note(f"由代理人{two}代{one}办理", f"{two} acts for {one}")
        return Candidate(person=other, unit=unit, position=found_by, substitute_for=person)

    # -- how it ends

    def chosen(self, candidates: tuple[Candidate, ...]) -> Assignment:
        context, mode = self.context, self.rule.mode
        if mode == "draw":
            if context.random is None:
                raise ValueError("An assignment by draw needs a seeded random.")
            pool = sorted(candidates, key=lambda c: c.person)
            candidates = tuple(context.random.sample(pool, min(context.needed, len(pool))))
        if mode == "least_load":
            by_load = sorted(candidates, key=lambda c: (context.load.get(c.person, 0), c.person))
            candidates = tuple(by_load[: context.needed])
        unit = candidates[0].unit
        return Assignment(
            rule=self.rule.text,
            candidates=candidates,
            mode=mode,
            assignee=candidates[0].person if mode != "claim" and len(candidates) == 1 else "",
            unit=unit,
            widened_from="" if unit in self.units else self.units[0],
            shortfall=max(0, context.needed - len(candidates)),
            trail=tuple(self.eligibility.trail),
        )

    def external(self) -> Assignment:
        """The superior of the top unit is the prefecture committee: somebody uploads its written decision."""
        unit = self.context.unit
        self.note("上一级在系统之外，改为上传书面材料", "the superior is outside the system: upload its document")
        found = self.of_position(unit, "PERSON_RESP") or self.fallback(unit)
        if not found:
            raise NobodyAssignable(self.rule.text, "", tuple(self.eligibility.trail))
        return Assignment(
            rule=self.rule.text,
            candidates=found,
            mode="fixed",
            assignee=found[0].person if len(found) == 1 else "",
            unit=unit,
            is_external=True,
            trail=tuple(self.eligibility.trail),
        )

    def namer(self) -> str:
        """The next superior LEAD_MAIN free of R1–R6, who names a person; "" where there is none."""
        if must_be_transferred(self.context.case, self.organization, self.context.on):
            return ""
        current = self.organization.superior(self.units[0] if self.units else self.context.unit)
        while current:
            for holder in self.organization.holders(current, "LEAD_MAIN", self.context.on):
                if not self.eligibility.reasons(holder.person):
                    return holder.person
            current = self.organization.superior(current)
        return ""
