"""撤回 of a user task over REST."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from engine.commands import withdrawals
from engine.model.step import TaskId
from webui.api.blueprint import answer
from webui.api.idempotent import idempotent
from webui.api.tasks import TASK, Completed, Reason, nouns
from webui.auth import current_person, rule
from webui.service import current_engine

__all__ = ["nouns"]


@nouns.post(f"{TASK}/withdraw")
@rule("signed_in")
@idempotent
@nouns.takes(Reason)
@nouns.answers(200, Completed)
def withdraw(body: dict[str, str], task_id: UUID) -> Response:
    """撤回: take back a task that the caller has completed, while nobody else has read what came of it."""
    back = withdrawals.withdraw(current_engine(), TaskId(task_id), current_person(), body["reason"])
    return answer(
        Completed(task_id=task_id, instance_id=back.instance_id, state=back.case_state, ended=False, opened=back.opened)
    )
