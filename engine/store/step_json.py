"""StepRecords -> the argument of the SQL function apply_steps, with the history of each already chained."""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from operator import attrgetter
from random import Random
from typing import Any, NamedTuple

import msgspec

from engine.model.history import stamp
from engine.model.step import TaskId
from engine.store.chain import Link, link, salts
from engine.store.record import ChangedTask, HistoryFact, StepRecord

Json = dict[str, Any]
_encode = msgspec.json.Encoder().encode
_NOTHING: Mapping[str, object] = {}
_OVER = ("completed", "terminated")


class Standing(NamedTuple):
    """What a step needs to know of its locked instance: where the chain ends, and who may see its user tasks."""

    rev: int
    seq: int
    head: bytes
    unit: str | None = None
    issuer_unit: str | None = None
    sealed: bool = False


class Gathered:
    """Steps of different instances on their way to the database: rows for each table, as apply_steps takes them."""

    __slots__ = ("_random", "_rows", "_stamp", "at", "ids")

    def __init__(self, random: Random | None = None) -> None:
        self._random = random  # of a rehearsal; None: the system's
        self._rows: defaultdict[str, list[Json]] = defaultdict(list)
        #: business time, the same for all of them; None: there is none yet
        self.at: datetime | None = None
        self._stamp = ""
        self.ids: set[object] = set()  #: of the instances

    def __bool__(self) -> bool:
        return bool(self.ids)

    def add(self, step: StepRecord, before: Standing) -> Standing:
        """Take in a step on an instance that stands so. Answers how it stands afterwards."""
        rows, case = self._rows, str(step.instance_id)
        if step.at is not self.at:
            self.at, self._stamp = step.at, stamp(step.at)
        self.ids.add(step.instance_id)
        seq, head = self._add_history(step, case, before.seq, before.head)
        self._add_instance(step, case, seq, head)
        changes = step.changes or {}
        after = Standing(
            step.rev + 1,
            seq,
            head,
            changes.get("unit", before.unit),
            changes.get("issuer_unit", before.issuer_unit),
            changes.get("sealed", before.sealed),
        )
        self._add_tasks(step, case, after)
        self._add_papers(step, case)
        for timer in step.timers:
            rows["timers"].append(
                {"instance_id": case, "kind": timer.kind, "token": timer.token, "task_id": timer.task_id}
                | {"node_id": timer.node_id, "due_at": timer.due_at}
                | {"rule": timer.rule or _NOTHING, "payload": timer.payload or _NOTHING}
            )
        for moved in step.moved:
            rows["moved"].append(_row(case, moved))
        for timer_id in step.disarmed:
            rows["disarmed"].append({"instance_id": case, "id": timer_id})
        for waiting in step.subscriptions:
            rows["subscriptions"].append(_row(case, waiting))
        return after

    def argument(self) -> str:
        """For apply_steps. Keys without rows are absent: the function then skips their statements."""
        return _encode({"at": self.at, **self._rows}).decode()

    def _add_history(self, step: StepRecord, case: str, seq: int, head: bytes) -> tuple[int, bytes]:
        rows, at, actor = self._rows["history"] if step.history else [], self._stamp, step.actor
        for fact, salt in zip(step.history, salts(len(step.history), self._random), strict=True):
            seq += 1
            made = link(
                head,
                chain=case,
                seq=seq,
                at=at,
                event=fact.event,
                node_id=fact.node_id,
                node_type=fact.node_type,
                actor=fact.actor or actor,
                subject="" if fact.task_id is None else str(fact.task_id),
                body=fact.body,
                salt=salt,
            )
            head = made.hash
            rows.append(_history_row(case, fact, made, actor))
        return seq, head

    def _add_instance(self, step: StepRecord, case: str, seq: int, head: bytes) -> None:
        row: Json = {"id": case, "history_seq": seq, "history_head": head.hex()}
        if step.state is not None:
            row["state"] = b64encode(step.state).decode()
        if step.variables is not None:
            row["variables"] = step.variables
        changes = step.changes or _NOTHING
        if step.new is not None:
            columns = {**_as_dict(step.new), **changes}
            self._rows["new"].append(row | {"actor": step.actor, "columns": columns})
        elif changes:
            self._rows["altered"].append(row | {"rev": step.rev, "c": changes})
        else:
            row["rev"] = step.rev
            self._rows["moved_on"].append(row)
        if changes.get("status") in _OVER:
            self._rows["ended"].append({"instance_id": case})
        people = _parties(step)
        if people:
            self._rows["parties"].append({"instance_id": case, "people": people})

    def _add_tasks(self, step: StepRecord, case: str, after: Standing) -> None:
        rows = self._rows
        for closed in step.closed:
            rows["closed"].append(
                {"instance_id": case, "token": closed.token, "state": closed.state, "by": closed.by or step.actor}
                | {"taker": closed.taker, "outcome": closed.outcome}
            )
        for task in step.opened:
            row = _row(case, task)
            people = row.pop("candidates")
            seen_by = {"case_unit": after.unit, "case_issuer_unit": after.issuer_unit, "case_sealed": after.sealed}
            rows["opened"].append(row | seen_by)
            if people:
                rows["candidates"].append({"task_id": task.id, "people": list(dict.fromkeys(people))})
        for changed in _merged(step.changed):
            row = {"instance_id": case, "id": changed.id, "changes": changed.changes}
            rows["changed"].append(row | {"offered": changed.candidates is not None})
            if changed.candidates:
                rows["candidates"].append({"task_id": changed.id, "people": list(dict.fromkeys(changed.candidates))})

    def _add_papers(self, step: StepRecord, case: str) -> None:
        rows, actor = self._rows, step.actor
        for sent in step.submissions:
            row = _row(case, sent)
            rows["submissions"].append(row | {"digest": sent.digest.hex(), "person_id": sent.person_id or actor})
        for attachment in step.attachments:
            rows["attachments"].append({"instance_id": case, "id": attachment})
        for entry in step.deadlines:
            row = _row(case, entry)
            rows["deadlines"].append(
                row | {"explanation": entry.explanation or _NOTHING, "actor": entry.actor or actor}
            )
        for notice in step.notices:
            rows["notices"].append(
                {"instance_id": case, "id": notice.id, "people": notice.people, "kind": notice.kind}
                | {"task_id": notice.task_id, "facts": notice.facts or _NOTHING}
            )
        for card in step.cards:
            rows["cards"].append(_row(case, card) | {"grounds": card.grounds or _NOTHING})


def people_given_work(step: StepRecord) -> set[str]:
    """Whose inbox or notices the step adds to."""
    people: set[str] = set()
    for notice in step.notices:
        people.update(notice.people)
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


def _merged(changed: Iterable[ChangedTask]) -> Iterable[ChangedTask]:
    """One row for each task: of two changes to the same column the later one holds."""
    found: dict[TaskId, ChangedTask] = {}
    for item in changed:
        before = found.get(item.id)
        if before is not None:
            people = item.candidates if item.candidates is not None else before.candidates
            item = ChangedTask(id=item.id, changes={**before.changes, **item.changes}, candidates=people)
        found[item.id] = item
    return found.values()


def _history_row(case: str, fact: HistoryFact, made: Link, actor: str) -> Json:
    return {
        "instance_id": case,
        "seq": made.seq,
        "event": fact.event,
        "node_id": fact.node_id,
        "node_type": fact.node_type,
        "actor": fact.actor or actor,
        "task_id": fact.task_id,
        "digest": made.digest.hex(),
        "hash": made.hash.hex(),
        "salt": made.salt.hex(),
        "body": made.body,
    }


def _row(case: str, value: Any) -> Json:
    found = _as_dict(value)
    found["instance_id"] = case
    return found


def _as_dict(value: Any) -> Json:
    kind: Any = type(value)
    names, values = _columns(kind)
    return dict(zip(names, values(value), strict=True))


@cache
def _columns(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(kind.__dataclass_fields__)
    return names, attrgetter(*names)
