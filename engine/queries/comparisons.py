"""What one person has typed beside what is kept of the same task: another window's draft, or what somebody has sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from engine.core import Engine
from engine.model.revision import revision_of
from engine.model.step import PersonId, TaskId
from engine.queries.case_head import SentForm, forms_sent, worded
from engine.queries.task_brief import find
from forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """mine and theirs in words, as far as the reader may see them."""

    kind: Literal["draft", "sent", "none"]  #: theirs: a draft of the reader's own, what was sent, or nothing to see
    is_mine: bool  #: the task is open and in the reader's hands: what differs may still be chosen
    form: Form | None
    form_version: UUID | None
    mine: SentForm | None
    theirs: SentForm | None
    by: str  #: name of who wrote theirs; "" for the reader himself
    at: datetime | None
    revision: str  #: of the draft that is kept


def compare(engine: Engine, person: PersonId, task_id: TaskId, values: Mapping[str, object]) -> Comparison:
    """values: what the reader has typed. Raises NotFound for a task that he may not see.

    Another person's draft is never shown: only what was sent, which whoever sees the case sees anyway.
    """
    with engine.reading(person) as tx:
        row, task, case = find(engine, tx, task_id)
        form = engine.form_version(tx, task.form_version_id).form if task.form_version_id is not None else None
        mine = worded(engine, tx, form, values) if form is not None else None
        is_mine = row.is_open and row.assignee in {person, None}
        theirs: SentForm | None = None
        kind: Literal["draft", "sent", "none"] = "none"
        draft = tx.draft_of_task(task_id, person)
        sent = next((one for one in reversed(forms_sent(engine, tx, case.id)) if one.task_id == task_id), None)
        if sent is not None:
            theirs, kind = sent, "sent"
        elif draft is not None and form is not None:
            theirs, kind = worded(engine, tx, form, draft.values), "draft"
        return Comparison(
            kind=kind,
            is_mine=is_mine,
            form=form,
            form_version=task.form_version_id,
            mine=mine,
            theirs=theirs,
            by=sent.person_name if sent is not None else "",
            at=sent.at if sent is not None else draft.saved_at if draft is not None else None,
            revision=revision_of(draft.values if draft is not None else None),
        )
