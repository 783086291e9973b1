"""StepRecord -> the one JSON argument of the SQL function apply_step, with the history already chained."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from typing import Any

import msgspec

from engine.model.history import stamp
from engine.model.step import TaskId
from engine.store.chain import Link, link
from engine.store.record import ChangedTask, HistoryFact, NewTask, StepRecord

Json = dict[str, Any]
_encode = msgspec.json.Encoder().encode


def step_json(step: StepRecord, seq: int, head: bytes) -> tuple[bytes, int, bytes]:
    """The argument, and the seq and hash of the last history row after this step.

    seq, head: those before it. Keys without content are left out: the function then skips their statements.
    """
    rows, seq, head = _history(step, seq, head)
    found: Json = {
        "at": step.at,
        "actor": step.actor,
        "history_seq": seq,
        "history_head": _text(head),
        "variables": step.variables,
        "new": step.new,
        "changes": step.changes,
        "parties": _parties(step),
        "closed": [
            {"token": c.token, "state": c.state, "by": c.by or step.actor, "outcome": c.outcome} for c in step.closed
        ],
        "opened": [_task(task) for task in step.opened],
        "changed": [_changed(task) for task in step.changed],
        "candidates": _candidates(step),
        "history": rows,
        "timers": [
            {"kind": t.kind, "token": t.token, "task_id": t.task_id, "node_id": t.node_id, "due_at": t.due_at}
            | {"rule": t.rule or {}, "payload": t.payload or {}}
            for t in step.timers
        ],
        "moved": step.moved,
        "disarmed": [str(timer) for timer in step.disarmed],
        "subscriptions": step.subscriptions,
        "submissions": _submissions(step),
        "attachments": step.attachments,
        "deadlines": _deadlines(step),
        "notices": [_filled(notice, "facts") for notice in step.notices],
        "cards": [_filled(card, "grounds") for card in step.cards],
    }
    kept = {name: value for name, value in found.items() if value is not None and value != [] and value != ()}
    return _encode(kept), seq, head


def _history(step: StepRecord, seq: int, head: bytes) -> tuple[list[Json], int, bytes]:
    chain, at = str(step.instance_id), stamp(step.at)
    rows: list[Json] = []
    for fact in step.history:
        seq += 1
        made = link(
            head,
            chain=chain,
            seq=seq,
            at=at,
            event=fact.event,
            node_id=fact.node_id,
            node_type=fact.node_type,
            actor=fact.actor or step.actor,
            subject=_subject(fact.task_id),
            body=fact.body,
        )
        head = made.hash
        rows.append(_history_row(fact, made, step.actor))
    return rows, seq, head


def _history_row(fact: HistoryFact, made: Link, actor: str) -> Json:
    return {
        "seq": made.seq,
        "event": fact.event,
        "node_id": fact.node_id,
        "node_type": fact.node_type,
        "actor": fact.actor or actor,
        "task_id": fact.task_id,
        "digest": _text(made.digest),
        "hash": _text(made.hash),
        "salt": _text(made.salt),
        "body": made.body,
    }


def _subject(task_id: TaskId | None) -> str:
    return "" if task_id is None else str(task_id)


def _task(task: NewTask) -> Json:
    found = _as_dict(task)
    del found["candidates"]
    return found


def _changed(task: ChangedTask) -> Json:
    found: Json = {"id": task.id, "changes": task.changes}
    return found if task.candidates is None else found | {"candidates": True}


def _candidates(step: StepRecord) -> list[tuple[str, TaskId]]:
    """Pairs to insert; those of a changed task replace what it had."""
    holders: Iterable[NewTask | ChangedTask] = (*step.opened, *step.changed)
    return [(person, task.id) for task in holders for person in dict.fromkeys(task.candidates or ())]


def people_given_work(step: StepRecord) -> set[str]:
    """Whose inbox or notices the step adds to."""
    people: set[str] = {notice.person_id for notice in step.notices}
    for task in step.opened:
        people.update(filter(None, (task.assignee, *task.candidates)))
    for changed in step.changed:
        people.update(filter(None, (changed.changes.get("assignee"), *(changed.candidates or ()))))
    return people


def _parties(step: StepRecord) -> list[str]:
    """Whoever is given work in the case becomes a party to it, and stays one."""
    people: dict[str, None] = dict.fromkeys(step.parties)
    for task in step.opened:
        people.update(dict.fromkeys(filter(None, (task.assignee, task.on_behalf_of, *task.candidates))))
    for changed in step.changed:
        given = (changed.changes.get("assignee"), changed.changes.get("on_behalf_of"), *(changed.candidates or ()))
        people.update(dict.fromkeys(filter(None, given)))
    return list(people)


def _submissions(step: StepRecord) -> list[Json]:
    return [
        _as_dict(sent) | {"digest": _text(sent.digest), "person_id": sent.person_id or step.actor}
        for sent in step.submissions
    ]


def _deadlines(step: StepRecord) -> list[Json]:
    return [
        _as_dict(entry) | {"explanation": entry.explanation or {}, "actor": entry.actor or step.actor}
        for entry in step.deadlines
    ]


def _filled(value: Any, name: str) -> Json:
    found = _as_dict(value)
    found[name] = found[name] or {}
    return found


def _as_dict(value: Any) -> Json:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _text(value: bytes) -> str:
    return b64encode(value).decode()
