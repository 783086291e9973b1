"""退回 of a user task over REST: to which tasks it may go back, and back it goes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import returns
from engine.model.step import TaskId
from engine.queries.task_brief import returns_of
from webui.api.blueprint import answer
from webui.api.idempotent import idempotent
from webui.api.tasks import TASK, Completed, Reason, nouns
from webui.auth import current_person, rule
from webui.service import current_engine

__all__ = ["nouns"]


class Return(Reason):
    to = ma.fields.String(load_default="", validate=ma.validate.Length(max=200))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTarget:
    """A user task that lies before an open one."""

    node_id: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTargets:
    """To where an open task may be sent back, the nearest first. Nothing else of the case would move."""

    items: tuple[ReturnTarget, ...]


@nouns.get(f"{TASK}/returns")
@rule("signed_in")
@nouns.answers(200, ReturnTargets)
def list_returns(task_id: UUID) -> Response:
    """The user tasks to which this one may be sent back; none where something final lies in between."""
    found = returns_of(current_engine(), current_person(), TaskId(task_id))
    return answer(
        ReturnTargets(
            items=tuple(ReturnTarget(node_id=node.id, name=node.name, name_en=node.name_en) for node in found)
        )
    )


@nouns.post(f"{TASK}/return")
@rule("signed_in")
@idempotent
@nouns.takes(Return)
@nouns.answers(200, Completed)
def send_back(body: dict[str, str], task_id: UUID) -> Response:
    """退回: to a user task before this one; the nearest, unless `to` names another of `GET …/returns`."""
    back = returns.send_back(current_engine(), TaskId(task_id), current_person(), body["reason"], body["to"])
    return answer(
        Completed(task_id=task_id, instance_id=back.instance_id, state=back.case_state, ended=False, opened=back.opened)
    )
