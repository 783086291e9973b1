"""Services of P01_LEAD: the list of responsibilities and the letters of commitment (domain.md §2 P01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import TYPE_CHECKING, cast

from engine.model.case_titles import CHANGE, RESPONSIBILITY, VACANCY
from engine.model.clock import instant
from engine.model.organization import Organization
from engine.model.period import Period
from engine.model.preloaded import position_labels
from engine.model.step import PersonId, ServiceCall

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

MAIN = "LEAD_MAIN"
_EVENING = time(18)


def open_responsibility(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The year's case of a unit: its year, whether a superior countersigns in the system, the day it is given up."""
    year = Period.parse(str(call.data.get("period") or step.today.year))
    step.changes["title"] = RESPONSIBILITY.written(year=year.year)
    month, day = (int(part) for part in str(step.reference.params["p01_close_day"].value).split("-"))
    return {
        "period": year.code,
        "has_superior": bool(step.reference.organization.superior(step.unit)),
        "closes_at": instant(date(year.year, month, day), _EVENING).isoformat(),
        **_UNSIGNED,
    }


#: What the gateways ask for before anybody has signed.
_UNSIGNED = {"counter": "", "uploaded": False, "signatures": [], "letters": [], "inner_letters": []}


def prepare_letters(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """One letter for each row of the approved list: the main leader's goes up, the others are signed inside.

    Numbers the case, which is the number of the file.
    """
    rows = cast("Sequence[Mapping[str, object]]", call.data["rows"])
    number = step.number("CN", step.unit)
    step.changes["business_no"] = number
    letters = [
        _letter(step, number, index, person=str(row["user"]), position=str(row["position"]), **_terms(row))
        for index, row in enumerate(rows, start=1)
    ]
    return {
        "business_no": number,
        "letters": letters,
        "inner_letters": [letter for letter in letters if letter["position"] != MAIN],
    }


def open_change(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """岗位变动: the letter of one new holder. The main leader's is countersigned by the superior, others inside.

    changed_on: the first day in the post, from which the limit counts; today, where it was entered later.
    """
    person, position = str(call.data["person"]), str(call.data["position"])
    organization = step.reference.organization
    number = step.number("CN", step.unit)
    name = organization.person_name(person)
    label = _label(position)
    step.changes |= {"business_no": number, "title": CHANGE.written(position=label[0], person=name)}
    since = max(date.fromisoformat(str(call.data["valid_from"])), step.today)
    days = step.reference.params.number("p01_change_wd")
    departments = cast("Sequence[str]", call.data.get("departments") or ())
    terms = {"dept": departments[0] if departments else "", "duty": ""}
    return {
        "business_no": number,
        "period": str(since.year),
        "changed_on": since.isoformat(),
        "sign_by": step.reference.calendar.add_working_days(since, days).isoformat(),
        "holder": person,
        "countersign_unit": organization.superior(step.unit) if position == MAIN else step.unit,
        "letters": [_letter(step, number, 1, person=person, position=position, **terms)],
        "counter": "",
    }


def warn_of_vacancy(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """岗位空缺: tell the superior's leader in charge and inspectors, and the leaders of the unit itself."""
    position, since = str(call.data["position"]), str(call.data["vacant_since"])
    organization, label = step.reference.organization, _label(position)
    unit = organization.unit(step.unit)
    name = unit.short_name if unit is not None else step.unit
    step.changes["title"] = VACANCY.written(unit=name, position=label[0])
    people = _who_cares(organization, step.unit, step.today)
    step.tell_all(people, "vacancy", unit=step.unit, position=position, since=since)
    step.note("vacancy_told", position=position, since=since, people=len(people))
    return {"told": len(people)}


def _who_cares(organization: Organization, unit: str, on: date) -> list[PersonId]:
    superior = organization.superior(unit)
    found = [held.person for held in organization.holders(superior, "LEAD_DIRECT", on)]
    found += organization.members("inspector", superior, on)
    found += [held.person for code in (MAIN, "LEAD_DIRECT") for held in organization.holders(unit, code, on)]
    return [PersonId(person) for person in dict.fromkeys(found)]


def _terms(row: Mapping[str, object]) -> dict[str, str]:
    return {"dept": str(row.get("dept", "")), "duty": str(row.get("duty", ""))}


def _letter(
    step: CaseStep, number: str, index: int, *, person: str, position: str, dept: str, duty: str
) -> dict[str, object]:
    zh, en = _label(position)
    return {
        "no": f"{number}-{index:02d}",
        "person": person,
        "name": step.reference.organization.person_name(person),
        "position": position,
        "position_zh": zh,
        "position_en": en,
        "dept": dept,
        "duty": duty,
    }


def _label(position: str) -> tuple[str, str]:
    return next(((label.zh, label.en) for label in position_labels() if label.code == position), (position, position))


SERVICES = {
    function.__name__: function for function in (open_responsibility, prepare_letters, open_change, warn_of_vacancy)
}
