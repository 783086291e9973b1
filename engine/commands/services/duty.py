"""Services of P04B_DUTY: who reports on duties and integrity, and what the ballots come to (domain.md §2 P04)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.model.case_titles import DUTY_REPORT
from engine.model.period import Period
from engine.model.preloaded import position_labels
from engine.model.step import ServiceCall

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

_LEADERS = ("LEAD_MAIN", "LEAD_DIRECT", "LEAD_OTHER")
_BALLOTS = ("good", "fair", "ordinary", "poor")


def open_duty_reports(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Every leading member of the unit, each once, in the first of the posts that he holds."""
    period, organization = Period.parse(str(call.data["period"])), step.reference.organization
    step.changes["title"] = DUTY_REPORT.written(year=period.year)
    superior = organization.superior(step.unit)
    if superior:
        step.changes["issuer_unit"] = superior
    labels = {label.code: label.zh for label in position_labels()}
    leaders: dict[str, dict[str, str]] = {}
    for position in _LEADERS:
        for held in organization.holders(step.unit, position, step.today):
            name = f"{organization.person_name(held.person)}（{labels[position]}）"
            leaders.setdefault(held.person, {"person": held.person, "position": position, "label": name})
    return {"leaders": list(leaders.values()), "title": step.changes["title"], "talk_proposed": False}


def tally_ballots(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Share of ordinary and poor among the ballots. From the share of the parameters on, a talk is proposed.

    Only then the branch names its subject, so that nobody decides on a talk with himself.
    """
    counts = {grade: int(str(call.data.get(grade) or 0)) for grade in _BALLOTS}
    total, low = sum(counts.values()), counts["ordinary"] + counts["poor"]
    params = step.reference.params
    part, whole = params.number("p04b_talk_part"), params.number("p04b_talk_whole")
    proposed = total > 0 and low * whole >= total * part
    step.note("ballots_counted", talk_proposed=proposed)
    row = call.data.get("leader")
    subject = {"subject": row["person"]} if proposed and isinstance(row, Mapping) else {}
    return {"ballots": counts, "talk_proposed": proposed, **subject}


SERVICES = {function.__name__: function for function in (open_duty_reports, tally_ballots)}
