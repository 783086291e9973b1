"""Recusal (回避): who may not act in a case, and by which rule (domain.md §1.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from engine.model.organization import LEADERS, OrganizationView
from engine.model.period import shift_months

RuleId = Literal["R1", "R2", "R3", "R4", "R5", "R6"]
RelationKind = Literal["近亲属", "利害关系", "原同事"]
Stage = Literal["", "inspect", "investigate", "review", "appeal"]
_STAGE_LABELS: dict[Stage, tuple[str, str]] = {
    "inspect": ("督查", "inspection"),
    "investigate": ("核查", "investigation"),
    "review": ("审查", "review"),
    "appeal": ("申诉", "appeal"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relation that a person declared in the 回避登记."""

    person: str
    other: str  #: a person, or the code of a unit
    kind: RelationKind
    ended_on: date | None = None  #: of 原同事: last day of working together
    valid_until: date | None = None  #: last day on which it counts; None: for good

    def holds(self, on: date, *, colleague_years: int) -> bool:
        """Former colleagues are near for some years after the last common day, others until the relation ends."""
        if self.valid_until is not None and on > self.valid_until:
            return False
        if self.kind != "原同事" or self.ended_on is None:
            return True
        return on <= shift_months(self.ended_on, 12 * colleague_years)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseParties:
    """What recusal has to know about one case."""

    subjects: frozenset[str] = frozenset()  #: people the case is about
    complainants: frozenset[str] = frozenset()
    relations: tuple[Relation, ...] = ()
    actors: Mapping[Stage, frozenset[str]] = field(default_factory=dict)  #: who acted in which stage so far
    inspected_unit: str = ""  #: "" where nobody inspects a unit

    @property
    def concern_nobody(self) -> bool:
        """True where no rule can keep anybody out: most cases, asked for each candidate."""
        return not (self.subjects or self.complainants or self.relations or self.actors or self.inspected_unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecusalReason:
    """One rule that keeps one person out."""

    rule: RuleId
    person: str
    zh: str
    en: str


def reasons_against(
    person: str,
    case: CaseParties,
    organization: OrganizationView,
    on: date,
    *,
    stage: Stage = "",
    is_check: bool = False,
    colleague_years: int,
    served_years: int,
) -> tuple[RecusalReason, ...]:
    """Every rule R1–R6 by which `person` may not act on the day `on`; empty: the person may act.

    stage: the stage the work belongs to, for R3. is_check: the work inspects or verifies a unit, for R4.
    colleague_years, served_years: the parameters recusal_former_colleague_years and recusal_served_years.
    """
    found: list[tuple[RuleId, str, str]] = []
    if person in case.subjects or person in case.complainants:
        found.append(("R1", "是本案当事人或反映人", "is a subject or complainant of the case"))
    relation = _relation(person, case, on, colleague_years)
    if relation is not None:
        found.append(("R2", f"与当事人有已登记的关系（{relation.kind}）", f"declared a relation ({relation.kind})"))
    earlier = _earlier_stage(person, case, stage)
    if earlier:
        zh, en = _STAGE_LABELS[earlier]
        found.append(("R3", f"曾参与本案{zh}", f"acted in the {en} of this case"))
    if is_check and case.inspected_unit:
        since = shift_months(on, -12 * served_years)
        if organization.served_in(person, case.inspected_unit, since):
            zh = f"在被查单位任职或{served_years}年内曾任职"
            found.append(("R4", zh, f"serves in the unit or did so in the last {served_years} years"))
    if organization.home_unit(person) in units_led_by_subjects(case, organization, on):
        found.append(("R5", "当事人是其单位主要责任领导", "the main leader of the person's unit is a subject"))
    if must_be_transferred(case, organization, on):
        found.append(("R6", "当事人为州委政法委领导班子成员，只能移送", "a leader of the top unit: transfer only"))
    return tuple(
        RecusalReason(rule=rule, person=person, zh=f"{rule}：{zh}", en=f"{rule}: {en}") for rule, zh, en in found
    )


def units_led_by_subjects(case: CaseParties, organization: OrganizationView, on: date) -> frozenset[str]:
    """R5: units whose LEAD_MAIN is a subject; nobody of them acts, everything resolves from their superior."""
    return frozenset(
        unit
        for unit in map(organization.home_unit, case.subjects)
        if any(p.person in case.subjects for p in organization.holders(unit, "LEAD_MAIN", on))
    )


def must_be_transferred(case: CaseParties, organization: OrganizationView, on: date) -> bool:
    """R6: a subject belongs to the leadership of the top unit, so the only path is 移送."""
    top = organization.top()
    return any(p.person in case.subjects for position in LEADERS for p in organization.holders(top, position, on))


def _relation(person: str, case: CaseParties, on: date, colleague_years: int) -> Relation | None:
    parties = case.subjects | case.complainants | ({case.inspected_unit} - {""})
    for relation in case.relations:
        pairs = ((relation.person, relation.other), (relation.other, relation.person))
        concerns = any(one == person and other in parties for one, other in pairs)
        if concerns and relation.holds(on, colleague_years=colleague_years):
            return relation
    return None


def _earlier_stage(person: str, case: CaseParties, stage: Stage) -> Stage:
    if not stage:
        return ""
    return next((other for other, people in case.actors.items() if other not in ("", stage) and person in people), "")
