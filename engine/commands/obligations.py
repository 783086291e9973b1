"""Obligations as people change them: waived by the superior, and the rules of the catalogue by an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.organization.rights import check_admin
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import Conflict, Refused
from engine.model.clock import local_day
from engine.model.obligation import STATE_LABELS, state_of
from engine.model.obligation_rules import Rule
from engine.model.owed import check_datable
from engine.model.owing import may_waive
from engine.model.step import PersonId
from engine.store.obligations import ObligationRow

logger = structlog.get_logger(__name__)


class NotWaivable(Conflict):
    """What is done, waived or no longer owed cannot be waived. Facts: state."""

    code = "not_waivable"

    def __init__(self, state: str, zh: str, en: str) -> None:
        super().__init__(f"It is {en}.", state=state)
        self.zh, self.en = f"该义务{zh}，不能免除。", f"It is {en} and cannot be waived."


class OnlyTheSuperior(Refused):
    """Only a LEAD_DIRECT of the superior unit waives an obligation. Facts: unit."""

    code = "only_the_superior"

    def __init__(self, unit: str, superior: str) -> None:
        super().__init__(f"Only a leader in charge of {superior or 'the body above'} may do this.", unit=unit)
        if superior:
            self.zh, self.en = (
                f"只能由{superior}的分管领导免除。",
                f"Only a leader in charge of {superior} may waive it.",
            )
        else:
            self.zh = "上级在系统之外，不能在此免除；请由州委书面决定。"
            self.en = "Its superior stands outside of the system: it is waived there in writing, not here."


@again_when_beaten
def waive(engine: Engine, by: PersonId, obligation_id: UUID, *, reason: str) -> ObligationRow:
    """免除: it is not owed, and shown as such in every figure. Raises NotFound, OnlyTheSuperior, NotWaivable,
    InputRejected without a reason."""
    reason = checked_reason(reason, zh="请写明免除理由。")
    with engine.transaction(by) as tx:
        found = tx.obligation(obligation_id)
        organization, today = engine.reference(tx).organization, local_day(tx.now)
        if not may_waive(organization, found.unit, by, today):
            raise OnlyTheSuperior(found.unit, organization.superior(found.unit))
        with tx.as_system():
            found = tx.obligation(obligation_id, lock=True)
            state = state_of(found.standing, today)
            if state in ("done", "done_late", "waived", "lapsed"):
                raise NotWaivable(state, *STATE_LABELS[state])
            tx.waive_obligation(obligation_id, by=by, reason=reason)
        what = {"obligation": str(obligation_id), "code": found.code, "unit": found.unit, "period": found.period}
        tx.access("obligation.waive", body=what)
        found = tx.obligation(obligation_id)
    logger.info("obligation waived", action="obligation.waive", person_id=by)
    return found


@again_when_beaten
def change_rule(engine: Engine, by: PersonId, code: str, changes: Mapping[str, object], *, reason: str) -> Rule:
    """A new version of a rule, for periods that begin after today; what was generated keeps its own.

    changes: some of zh, en, due, units, active. Raises UnknownObligation, OnlyAdministrators, InputRejected.
    """
    reason = checked_reason(reason, zh="请写明修改依据。")
    with engine.transaction(by) as tx:
        check_admin(engine, tx, by, engine.reference(tx).organization.top())
        known, reference = tx.obligation_catalogue().rule(code), engine.reference(tx)
        made = known.changed(changes, valid_from=local_day(tx.now) + timedelta(days=1))
        check_datable(made, made.valid_from, reference.calendar, reference.params)
        tx.change_obligation_rule(code, made.version, changes, valid_from=made.valid_from, reason=reason)
        with tx.as_system():
            tx.ask_for_night()
        tx.access("obligation.rule", body={"code": code, "version": made.version, "changed": sorted(changes)})
    logger.info("obligation rule changed", action="obligation.rule", person_id=by)
    return made
