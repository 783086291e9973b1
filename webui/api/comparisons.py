"""What the caller has typed beside what is kept of the same task, field by field, over REST."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response

from engine.model.step import TaskId
from engine.queries.comparisons import compare
from webui.api.blueprint import answer
from webui.api.tasks import TASK, Values, nouns
from webui.auth import current_person, rule
from webui.pages.sent import Compared, compared
from webui.service import current_engine

__all__ = ["nouns"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Mine and theirs: a draft saved elsewhere (draft), what somebody has sent (sent), or nothing to see (none)."""

    kind: str
    choosable: bool  #: the task is still the caller's to work on
    by: str
    at: datetime | None
    revision: str  #: of the draft that is kept; `based_on` of the next time
    form_version: UUID | None
    fields: tuple[Compared, ...]
    theirs: Mapping[str, Any]  #: values, for taking them over; empty where they may not be taken


@nouns.post(f"{TASK}/comparison")
@rule("signed_in")
@nouns.takes(Values)
@nouns.answers(200, Comparison)
def comparison(body: dict[str, Any], task_id: UUID) -> Response:
    """Nothing is kept of what is sent. 404 for a task that the caller may not see any more."""
    found = compare(current_engine(), current_person(), TaskId(task_id), body["values"])
    fields = compared(found.form, found.mine, found.theirs) if found.form is not None and found.mine else ()
    may_take = found.is_mine and found.theirs is not None
    return answer(
        Comparison(
            kind=found.kind,
            choosable=may_take,
            by=found.by,
            at=found.at,
            revision=found.revision,
            form_version=found.form_version,
            fields=fields,
            theirs=found.theirs.values if may_take and found.theirs is not None else {},
        )
    )
