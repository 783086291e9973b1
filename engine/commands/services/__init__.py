"""The engine's own services: what a service task with `implementation="urn:changxiao:service:…"` does.

A service runs inside the transaction of the step that reached it, reads and changes the case through CaseStep, and
answers with process variables. It may not talk to the outside: that is a job's work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from engine.commands.services import (
    approval,
    documents,
    drawing,
    duty,
    education,
    ladder,
    major,
    obligations,
    rectify,
    report,
    responsibility,
    study,
    supervise,
    training,
    visiting,
)
from engine.commands.services.decisions import evaluate
from engine.errors import StepFailed
from engine.model.step import ServiceCall

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

Service = Callable[["CaseStep", ServiceCall], Mapping[str, object]]

SERVICE, DECISION, START = "urn:changxiao:service:", "urn:changxiao:decision:", "urn:changxiao:start:"

SERVICES: Mapping[str, Service] = {
    **rectify.SERVICES,
    **ladder.SERVICES,
    **approval.SERVICES,
    **documents.SERVICES,
    **responsibility.SERVICES,
    **study.SERVICES,
    **major.SERVICES,
    **obligations.SERVICES,
    **drawing.SERVICES,
    **supervise.SERVICES,
    **visiting.SERVICES,
    **training.SERVICES,
    **education.SERVICES,
    **report.SERVICES,
    **duty.SERVICES,
}

#: (process, node) of drawn timers whose instant a service has counted in working days, and how to count it again.
DATED: Mapping[tuple[str, str], Callable[[CaseStep, Mapping[str, object]], tuple[str, datetime] | None]] = {
    ("S1_RECTIFY", "EV_60D"): rectify.redate_recheck,
    ("S2_LADDER", "WAIT"): ladder.redate_threshold,
    ("P04_REPORT", "ON_WAIT"): report.redate_wait,
    **study.DATED,
}


def answer(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """The result of one call. Raises StepFailed for an implementation that does not exist."""
    if call.implementation.startswith(DECISION):
        return evaluate(step, call, call.implementation.removeprefix(DECISION))
    if call.implementation.startswith(START):
        return start_another(step, call, call.implementation.removeprefix(START))
    service = SERVICES.get(call.implementation.removeprefix(SERVICE))
    if service is None:
        raise StepFailed(f"There is no service {call.implementation!r}.", node_id=call.node_id, cause="no_service")
    return service(step, call)


def start_another(step: CaseStep, call: ServiceCall, key: str) -> Mapping[str, object]:
    """`cx:start`: ask for a case of its own and go on at once; it is started when this step is written.

    Repeated for the rows of a list, each case begins with its row alone: the other rows are none of its business.
    """
    step.start(key, call.element if isinstance(call.element, Mapping) else call.data)
    return {}
