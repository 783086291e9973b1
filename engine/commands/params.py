"""Parameters: an administrator of the top unit sets a value, or confirms the one there, with the document for it.

A new value holds for what is counted from now on; a date that was told to somebody stays as it is.
"""

from __future__ import annotations

import structlog

from engine.commands import starts
from engine.commands.organization.rights import check_admin
from engine.core import Engine
from engine.errors import InputRejected
from engine.model.params import Param
from engine.model.step import PersonId

logger = structlog.get_logger(__name__)

MAX_REASON = 200


def set_param(engine: Engine, by: PersonId, key: str, value: object, *, reason: str, confirmed: bool = True) -> Param:
    """Set a value; answers the parameter as it stands now.

    confirmed: no longer shown as 待确认参数. Raises UnknownParam, OnlyAdministrators, InputRejected for a value that
    does not fit and for a missing reason (the number of the document, or who has decided it).
    """
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        raise InputRejected(
            f"请填写依据（文号或决定人），不超过{MAX_REASON}字。",
            f"Say by which document or whose decision, in at most {MAX_REASON} characters.",
            field="reason",
        )
    with engine.transaction(by) as tx:
        reference = engine.reference(tx)
        check_admin(engine, tx, by, reference.organization.top())
        before = reference.params[key]
        after = before.with_value(_of_type(before, value))
        tx.set_param(key, after.value, confirmed=confirmed)
        with tx.as_system():
            starts.rearm(engine.seeing(tx), tx)  # a process may begin by it
        change = {"param": key, "from": before.value, "to": after.value, "confirmed": confirmed, "reason": reason}
        tx.access("param.set", body=change)
    logger.info("parameter set", action="param.set", key=key, person_id=by)
    return after


def _of_type(param: Param, value: object) -> object:
    """A number that came as text becomes one; whatever else is wrong with it is said by Param."""
    if param.type != "mmdd" and isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return value.strip() if isinstance(value, str) else value
