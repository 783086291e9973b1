"""Several user tasks at once: claimed, given back, handed to one colleague, completed; each refusal by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import starmap
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import tasks
from engine.commands.several import complete_several
from engine.model.step import PersonId, TaskId
from webui.api.blueprint import Arguments, Nouns, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.batches import MOST, NotDone, each, not_done
from webui.service import current_engine

nouns = Nouns("batches", "Several user tasks at once")
MOST_COMPLETED = 200


class SeveralTasks(Arguments):
    ids = ma.fields.List(ma.fields.UUID(), required=True, validate=ma.validate.Length(1, MOST))


class HandedOn(SeveralTasks):
    to = ma.fields.String(required=True, metadata={"description": "Account of the receiver."})
    reason = ma.fields.String(required=True, validate=ma.validate.Length(max=2000))


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOutcome:
    """What was done, and what was not with its reason; 200 also where nothing was."""

    done: tuple[UUID, ...]
    not_done: tuple[NotDone, ...]


class OneSubmission(Arguments):
    ids = ma.fields.List(ma.fields.UUID(), required=True, validate=ma.validate.Length(1, MOST_COMPLETED))
    values = ma.fields.Dict(keys=ma.fields.String(), required=True)


@nouns.post("/tasks/complete")
@rule("signed_in")
@idempotent
@nouns.takes(OneSubmission)
@nouns.answers(200, BatchOutcome)
def complete(body: dict[str, Any]) -> Response:
    """批量办理: complete tasks of one step with one submission. Protected and signed ones stay, and say so."""
    ids = [TaskId(found) for found in body["ids"]]
    several = complete_several(current_engine(), ids, current_person(), body["values"])
    left = tuple(starmap(not_done, several.refused.items()))
    return answer(BatchOutcome(done=tuple(several.completed), not_done=left))


@nouns.post("/tasks/claim")
@rule("signed_in")
@idempotent
@nouns.takes(SeveralTasks)
@nouns.answers(200, BatchOutcome)
def claim(body: dict[str, Any]) -> Response:
    """Take offered tasks. What somebody else took first is told by name."""
    return _each(body, lambda task_id: tasks.claim(current_engine(), task_id, current_person()))


@nouns.post("/tasks/unclaim")
@rule("signed_in")
@idempotent
@nouns.takes(SeveralTasks)
@nouns.answers(200, BatchOutcome)
def unclaim(body: dict[str, Any]) -> Response:
    """Give claimed tasks back to their groups."""
    return _each(body, lambda task_id: tasks.unclaim(current_engine(), task_id, current_person()))


@nouns.post("/tasks/transfer")
@rule("signed_in")
@idempotent
@nouns.takes(HandedOn)
@nouns.answers(200, BatchOutcome)
def transfer(body: dict[str, Any]) -> Response:
    """转办: hand own tasks to one colleague. Protected ones stay, and say so."""
    to, reason = PersonId(body["to"]), body["reason"]
    return _each(body, lambda task_id: tasks.transfer(current_engine(), task_id, current_person(), to, reason))


def _each(body: dict[str, Any], do: Callable[[TaskId], object]) -> Response:
    outcome = each([TaskId(found) for found in body["ids"]], do)
    return answer(BatchOutcome(done=outcome.done, not_done=outcome.not_done))
