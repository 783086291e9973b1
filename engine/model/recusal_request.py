"""回避申请: on which ground somebody asks to be kept out of a case, and who decides it (domain.md §1.6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.model.organization import OrganizationView
from engine.model.recusal import RuleId

APPROVAL, PURPOSE = "S4_APPROVE", "recusal"  #: the process that decides it, and what that is told of its purpose
#: The next level decides within two working days of the request.
DECIDED_WITHIN = "created+2wd"
#: The six grounds, as whoever asks reads them.
GROUNDS: Mapping[RuleId, tuple[str, str]] = {
    "R1": ("本人是本案当事人或反映人", "I am a subject or complainant of this case"),
    "R2": (
        "与当事人是近亲属、有利害关系，或三年内曾是同事",
        "Near relative or former colleague of a subject, or another interest",
    ),
    "R3": ("曾参与本案其他环节的办理", "I acted in another stage of this case"),
    "R4": ("在被查单位任职，或三年内曾在该单位任职", "I serve in the inspected unit, or did in the last three years"),
    "R5": ("当事人是本单位主要责任领导", "A subject is the main leader of my unit"),
    "R6": ("当事人是州委政法委领导班子成员", "A subject belongs to the leadership of the prefecture committee"),
}


def deciders(person: str, organization: OrganizationView, on: date) -> tuple[str, ...]:
    """The people of the next level above `person`, of whom one decides; () above whom nobody stands in the system.

    An officer's request goes to the leader in charge of his unit, that of a leader to the main leader, that of a main
    leader to the main leader of the superior unit. A vacant post gives way to the next one up.
    """
    unit = organization.home_unit(person)
    ladder: tuple[str, ...] = ("LEAD_DIRECT", "LEAD_MAIN")
    if _holds(person, unit, ("LEAD_MAIN",), organization, on):
        ladder, unit = ("LEAD_MAIN",), organization.superior(unit)
    elif _holds(person, unit, ("LEAD_DIRECT", "LEAD_OTHER"), organization, on):
        ladder = ("LEAD_MAIN",)
    while unit:
        for code in ladder:
            found = tuple(p.person for p in organization.holders(unit, code, on) if p.person != person)
            if found:
                return tuple(dict.fromkeys(found))
        unit, ladder = organization.superior(unit), ("LEAD_MAIN",)
    return ()


def is_request_of(person: str, key: str, variables: Mapping[str, object]) -> bool:
    """Is a case of process `key` with these variables the request of this person? It may be decided already."""
    return key == APPROVAL and variables.get("purpose") == PURPOSE and variables.get("person") == person


def _holds(person: str, unit: str, codes: tuple[str, ...], organization: OrganizationView, on: date) -> bool:
    return any(held.person == person for code in codes for held in organization.holders(unit, code, on))
