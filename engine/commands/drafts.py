"""Drafts: what somebody has filled in and not sent yet. Nothing in them is checked, and nobody else sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from engine.commands.filling import NOTHING_SAID, Known, check_known
from engine.commands.tasks import check_may_act
from engine.core import Engine
from engine.errors import InputRejected
from engine.model.history import canonical_json
from engine.model.step import PersonId, TaskId
from engine.store.drafts import DraftRow
from engine.store.record import NewTask
from engine.store.transaction import Transaction

MAX_DRAFT_BYTES = 512 * 1024


def save_task_draft(
    engine: Engine, task_id: TaskId, person: PersonId, values: Mapping[str, object], known: Known = NOTHING_SAID
) -> datetime:
    """Keep what the person has filled in for this task, in place of what was kept before. Answers when.

    Raises NotFound, TaskNotOpen, AlreadyClaimed, Refused, InputRejected for more than 512 kB, and DraftChanged or
    FormChanged where the page did not know what is kept by now.
    """
    if len(canonical_json(values)) > MAX_DRAFT_BYTES:
        raise InputRejected("草稿内容过多，无法保存。", "The draft is too long to be kept.", field="values")
    with engine.transaction(person) as tx:
        task = tx.user_task(task_id)
        check_may_act(engine, tx, task, person)
        check_known(tx, task, person, known, values)
        tx.save_draft(
            DraftRow(
                id=engine.ids.v7(tx.now),
                person_id=person,
                form_key=task.form_key or "",
                values=values,
                saved_at=tx.now,
                task_id=task_id,
                form_version_id=task.form_version_id,
            )
        )
        return tx.now


def keep_what_was_sent(tx: Transaction, done: TaskId, opened: Iterable[NewTask]) -> None:
    """A task that is opened again begins with what its sender had filled in, where it is in the same hands again.

    Not a command: part of the one that goes a step back.
    """
    with tx.as_system():
        values, sender = tx.values_sent(done), tx.user_task(done).done_by
        if values is None:
            return
        for again in opened:
            if sender is None or again.assignee != sender:
                continue
            tx.save_draft(
                DraftRow(
                    id=again.id,
                    person_id=sender,
                    form_key=again.form_key or "",
                    values=values,
                    saved_at=tx.now,
                    task_id=again.id,
                    form_version_id=again.form_version_id,
                )
            )
