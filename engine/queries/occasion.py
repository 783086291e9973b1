"""What a ladder or an approval is about: the case that it hangs on, and what the approver is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from engine.core import Engine
from engine.errors import NotFound
from engine.model.recusal import RuleId
from engine.model.recusal_request import GROUNDS, PURPOSE
from engine.queries.case_head import CaseHead, head_of, visible_case
from engine.store.rows import DeadlineRow, InstanceRow
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for a later date, as its approver has to judge it."""

    by: str  #: name
    working_days: int
    reason: str
    due_on: date | None  #: the day in force
    until: date | None  #: the day that it would become


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRecusal:
    """A request to be kept out of a case, as its approver has to judge it."""

    by: str  #: name
    rule: RuleId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Why this case exists; empty for a case that stands for itself."""

    parent: CaseHead | None = None  #: only where the reader may see it
    asked: Asked | None = None
    recusal: AskedRecusal | None = None


def occasion_of(engine: Engine, tx: Transaction, case: InstanceRow) -> Occasion:
    """What `case` hangs on, as far as the actor may see it."""
    if case.parent_instance is None:
        return Occasion()
    recusal = _recusal(engine, tx, case)
    try:
        parent = visible_case(tx, case.parent_instance)
    except NotFound:
        return Occasion(recusal=recusal)
    head = head_of(engine, tx, parent, engine.definition(tx, parent.definition_id))
    requests = [row for row in tx.deadline_entries(parent.id) if row.kind == "requested"]
    about = str(case.variables.get("about_task") or "")
    request = next((row for row in reversed(requests) if str(row.task_id) == about), None)
    return Occasion(parent=head, asked=_asked(engine, tx, request) if request is not None else None, recusal=recusal)


def _recusal(engine: Engine, tx: Transaction, case: InstanceRow) -> AskedRecusal | None:
    data = case.variables
    if data.get("purpose") != PURPOSE or data.get("rule") not in GROUNDS:
        return None
    by = engine.reference(tx).organization.person_name(str(data.get("person") or ""))
    return AskedRecusal(by=by, rule=cast("RuleId", data["rule"]), reason=str(data.get("reason") or ""))


def _asked(engine: Engine, tx: Transaction, request: DeadlineRow) -> Asked:
    reference = engine.reference(tx)
    working_days = int(str(request.explanation.get("working_days") or 0))
    due_on = request.due_on
    return Asked(
        by=reference.organization.person_name(request.actor),
        working_days=working_days,
        reason=request.reason,
        due_on=due_on,
        until=reference.calendar.add_working_days(due_on, working_days) if due_on is not None else None,
    )
