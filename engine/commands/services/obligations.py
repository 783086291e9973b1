"""Services of obligations: what a process proves, and what an event makes owed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.commands.proving import open_event, owed_by_unit, prove
from engine.model.step import ServiceCall

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep


def record_evidence(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """A fact towards an obligation: `obligation=O05,evidence=meeting,on=var(meeting_date)`.

    More: `owner=var(person)` (or a list of people), `branch=var(branch)`, `done=var(x),of=var(y)`, `event=var(no)`.
    Of several obligations (`obligation=O10 O11 O12`) it counts towards those that a unit like this one owes, which for
    the top unit may be none.
    """
    values = step.values_of(call)
    codes = str(values.get("obligation") or "").split()
    for code in owed_by_unit(step, codes) if len(codes) > 1 else codes:
        prove(step, call.node_id, {**values, "obligation": code})
    return {}


def open_obligation(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """An event makes something owed: `obligation=O20,event=var(bulletin_no),due=var(limit)`."""
    open_event(step, call.node_id, step.values_of(call))
    return {}


SERVICES = {"record_evidence": record_evidence, "open_obligation": open_obligation}
