"""申请回避 over REST."""

from __future__ import annotations

from typing import get_args
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import recusals
from engine.model.recusal import RuleId
from engine.model.step import TaskId
from webui.api.blueprint import answer
from webui.api.idempotent import idempotent
from webui.api.tasks import TASK, Asked, Reason, nouns
from webui.auth import current_person, rule
from webui.service import current_engine

__all__ = ["nouns"]


class RecusalRequest(Reason):
    rule = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(get_args(RuleId)),
        metadata={"description": "Ground R1 to R6 of the rules of recusal."},
    )


@nouns.post(f"{TASK}/recusal")
@rule("signed_in")
@idempotent
@nouns.takes(RecusalRequest)
@nouns.answers(201, Asked)
def ask_recusal(body: dict[str, str], task_id: UUID) -> Response:
    """申请回避: decided by the next level within two working days, in a sealed case of its own."""
    asked = recusals.request(current_engine(), current_person(), TaskId(task_id), body["rule"], body["reason"])
    return answer(Asked(instance_id=asked), 201)
