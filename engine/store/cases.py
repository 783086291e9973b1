"""Running cases: lock them, read their tasks, timers and waits, and write a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

import psycopg

from engine.errors import Beaten, NotFound
from engine.model.clock import instant
from engine.model.history import GENESIS
from engine.model.step import InstanceId, PersonId, TaskId, Token
from engine.store.connection import Asked
from engine.store.record import StepRecord
from engine.store.rows import (
    SELECT_INSTANCE,
    SELECT_TASK,
    DeadlineRow,
    InstanceRow,
    UserTaskRow,
    instance_row,
    task_row,
)
from engine.store.scope import Scope
from engine.store.step_json import Gathered, Standing, people_given_work

_OPEN = "state IN ('offered', 'assigned', 'started', 'suspended')"
_LOCK_INSTANCE = SELECT_INSTANCE + " WHERE id = %s FOR UPDATE"
_INSTANCE_OF_TASK = " WHERE id = (SELECT instance_id FROM user_task WHERE id = %s) FOR UPDATE"
_LOCK_INSTANCE_OF_TASK = SELECT_INSTANCE + _INSTANCE_OF_TASK
#: In the order of their ids: two who lock many of the same wait for each other, never in a circle.
_LOCK_INSTANCES_OF_TASKS = " ".join(
    (SELECT_INSTANCE, "WHERE id IN (SELECT instance_id FROM user_task WHERE id = ANY(%s)) ORDER BY id FOR UPDATE")
)
_YOUNGEST = " WHERE key = %s AND business_key = %s ORDER BY started_at DESC, id DESC LIMIT 1 FOR UPDATE"
_LOCK_BY_KEY = SELECT_INSTANCE + _YOUNGEST
#: Two that wait for each other are found after a second by the database, and by this at once. It is longer than a step
#: takes: most who are in the way are through by then.
_PATIENCE: Asked = ("SELECT set_config('lock_timeout', '100ms', true)", ())
_NO_HURRY: Asked = ("SELECT set_config('lock_timeout', '0', true)", ())
_WAIT_FOR = "SELECT 1 FROM instance WHERE id = %s FOR SHARE"
_READ_INSTANCE = SELECT_INSTANCE + " WHERE id = %s"
_CHILDREN = SELECT_INSTANCE + " WHERE parent_instance = %s ORDER BY started_at, id"
_CHILDREN_OF_TASK = SELECT_INSTANCE + " WHERE parent_task = %s ORDER BY started_at, id"
_CHILDREN_OF_TOKENS = " ".join(
    (
        SELECT_INSTANCE,
        "WHERE ended_at IS NULL AND parent_task IN",
        "(SELECT id FROM user_task WHERE instance_id = %s AND token = ANY(%s)) ORDER BY id",
    )
)
_READ_TASK = SELECT_TASK + " WHERE id = %s"
#: One statement with the people: most who lock a task ask next whether it is offered to them.
_OF_TASK_WITH_CANDIDATES = " ".join(
    (
        SELECT_TASK.replace(" FROM user_task", ","),
        "ARRAY(SELECT person_id FROM task_candidate WHERE task_id = user_task.id ORDER BY person_id)",
        "FROM user_task",
    )
)
_TASK_WITH_CANDIDATES = _OF_TASK_WITH_CANDIDATES + " WHERE id = %s"
TASKS_WITH_CANDIDATES = _OF_TASK_WITH_CANDIDATES + " WHERE id = ANY(%s)"
_OPEN_TASKS = SELECT_TASK + " WHERE instance_id = %s AND " + _OPEN + " ORDER BY token"
_OPEN_TASKS_OF = SELECT_TASK + " WHERE assignee = %s AND " + _OPEN + " ORDER BY created_at, id"
_CONCERNED = (
    " WHERE (assignee = %s OR on_behalf_of = %s"
    " OR (assignee IS NULL AND id IN (SELECT task_id FROM task_candidate WHERE person_id = %s))) AND "
)
_OPEN_TASKS_ABOUT = SELECT_TASK + _CONCERNED + _OPEN + " ORDER BY instance_id, token"
_OPEN_TASKS_OF_UNIT = SELECT_TASK + " WHERE unit = %s AND " + _OPEN + " ORDER BY instance_id, token"
_COUNT_OPEN_OF_UNIT = " ".join(("SELECT count(*) FROM user_task WHERE (unit = %s OR case_unit = %s) AND", _OPEN))
_DATED_SINCE = " ".join(
    (
        "SELECT id FROM instance WHERE status NOT IN ('completed', 'terminated') AND (limit_at >= %s",
        "OR id IN (SELECT instance_id FROM user_task WHERE due_at >= %s AND",
        _OPEN,
        ") OR id IN (SELECT instance_id FROM timer WHERE due_at >= %s)) ORDER BY id",
    )
)
_URGES = "SELECT count(*) FROM history WHERE instance_id = %s AND task_id = %s AND event = 'urged' AND at >= %s"
_ALL_OPEN_TASKS = SELECT_TASK + " WHERE " + _OPEN + " ORDER BY created_at, id"
_OPENED_AFTER = SELECT_TASK + " WHERE id > %s AND " + _OPEN + " ORDER BY id"
_CANDIDATES = "SELECT person_id FROM task_candidate WHERE task_id = %s ORDER BY person_id"
_APPLY = "SELECT apply_steps(%s::jsonb)"
_SET_LADDER_LEVEL = "UPDATE user_task SET ladder_level = %s WHERE id = %s"
_REPEATS = (
    "SELECT count(*) FROM instance WHERE unit = %s AND key = 'S1_RECTIFY' AND variables ->> 'nature' = %s"
    " AND started_at >= %s AND status <> 'terminated'"
)
_HAS_OPEN = (
    "SELECT EXISTS (SELECT FROM instance WHERE key = %s AND business_key = %s"
    " AND status NOT IN ('completed', 'terminated'))"
)
_NODE_ACTORS = (
    "SELECT node_id, array_agg(actor ORDER BY seq) FROM history WHERE instance_id = %s AND event = 'completed'"
    " AND node_type = 'userTask' AND actor <> 'system' GROUP BY node_id"
)
_COMPLETED_NODES = (
    "SELECT node_id, node_type FROM history WHERE instance_id = %s AND event = 'completed' ORDER BY seq DESC"
)
_LAST_DONE = (
    "SELECT task_id FROM history WHERE instance_id = %s AND event = 'completed' AND node_type = 'userTask'"
    " ORDER BY seq DESC LIMIT 1"
)
_LAST_DONE_AT = (
    "SELECT task_id FROM history WHERE instance_id = %s AND event = 'completed' AND node_id = %s"
    " ORDER BY seq DESC LIMIT 1"
)
_STATE_BEFORE = (
    "SELECT b.body::jsonb ->> 'to' FROM history h JOIN history_body b USING (instance_id, seq)"
    " WHERE h.instance_id = %s AND h.event = 'state' AND h.seq < (SELECT min(seq) FROM history"
    " WHERE instance_id = h.instance_id AND task_id = %s AND event IN ('submitted', 'completed'))"
    " ORDER BY h.seq DESC LIMIT 1"
)
_DEADLINES = (
    "SELECT id, instance_id, task_id, kind, rule, due_on, due_at, previous_due_on, explanation, reason, at, actor"
    " FROM deadline_entry WHERE instance_id = %s ORDER BY at, id"
)
_NEXT_DEADLINE = " ".join(
    ("SELECT min(due_at)", "FROM user_task WHERE due_at > %s AND state <> 'suspended' AND", _OPEN)
)
_STALE, _UNKNOWN_TASK = "CX409", "CX404"


class Cases(Scope):
    """Part of Transaction."""

    __slots__ = ("_gathered", "_offered", "_seen_by", "_standing", "awaited", "inbox_changed")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        #: People whose inbox this transaction changes: told after the commit.
        self.inbox_changed: set[str] = set()
        #: An instance for which this transaction would not wait any longer: to be waited for once it is given up.
        self.awaited: InstanceId | None = None
        # the instances that are locked here
        self._standing: dict[InstanceId, Standing] = {}
        # candidates of tasks read under their lock, until a step is written
        self._offered: dict[TaskId, tuple[PersonId, ...]] = {}
        # steps on their way to the database, and by whose eyes they are written
        self._gathered, self._seen_by = Gathered(self._random), self.actor

    # -- under a lock

    def lock_instance(self, instance_id: InstanceId) -> InstanceRow:
        """The instance, ours alone until the commit. Raises NotFound where there is none that the actor may see.

        In the order of ids there is no circle, and we wait as long as it takes. Who holds a later one already waits a
        moment only. Raises Beaten then: given up and asked again, a command finds what the other one has written.
        """
        missing = f"There is no instance {instance_id}."
        if instance_id in self._standing or all(held < instance_id for held in self._standing):
            return self._lock(_LOCK_INSTANCE, (instance_id,), missing)
        self._settle()
        try:
            _, rows, _ = self._ask(_PATIENCE, (_LOCK_INSTANCE, (instance_id,)), _NO_HURRY)
        except psycopg.errors.LockNotAvailable as error:
            self.awaited = instance_id
            raise Beaten(f"The instance {instance_id} is in the hands of another transaction.") from error
        if not rows:
            raise NotFound(missing, id=str(instance_id))
        return self._locked(rows)[0]

    def wait_for(self, instance_id: InstanceId) -> None:
        """Until nobody has the instance in hand. A transaction for this alone, in which nothing is locked: it ends."""
        self._ask((_WAIT_FOR, (instance_id,)), last=True)

    def lock_by_business_key(self, key: str, business_key: str) -> InstanceRow:
        """The youngest instance of process `key` with this business key, locked. Raises NotFound."""
        return self._lock(_LOCK_BY_KEY, (key, business_key), f"There is no instance of {key} named {business_key}.")

    def lock_task(self, task_id: TaskId) -> tuple[UserTaskRow, InstanceRow]:
        """The user task and its instance, which is locked; the task may be closed. Raises NotFound."""
        self._settle()
        # The task is read by the second statement, so under the lock: a second person who waited there must see
        # "completed", or both would advance the same process.
        cases, tasks = self._ask((_LOCK_INSTANCE_OF_TASK, (task_id,)), (_TASK_WITH_CANDIDATES, (task_id,)))
        if not cases or not tasks:
            raise NotFound(f"There is no user task {task_id}.", id=str(task_id))
        ((instance,), (row,)) = self._locked(cases), tasks
        self._offered[task_id] = tuple(row[-1])
        return task_row(row[:-1]), instance

    def lock_tasks(self, task_ids: Sequence[TaskId]) -> Mapping[TaskId, tuple[UserTaskRow, InstanceRow]]:
        """As `lock_task`, for many at once. What the actor may not see is left out."""
        instances = {case.id: case for case in self._locked(self._all(_LOCK_INSTANCES_OF_TASKS, (list(task_ids),)))}
        found: dict[TaskId, tuple[UserTaskRow, InstanceRow]] = {}
        for row in self._all(TASKS_WITH_CANDIDATES, (list(task_ids),)):
            task = task_row(row[:-1])
            if task.instance_id in instances:
                self._offered[task.id] = tuple(row[-1])
                found[task.id] = (task, instances[task.instance_id])
        return found

    # -- looking

    def instance(self, instance_id: InstanceId) -> InstanceRow:
        """The instance as it was last committed, without a lock. Raises NotFound."""
        row = self._one(_READ_INSTANCE, (instance_id,))
        if row is None:
            raise NotFound(f"There is no instance {instance_id}.", id=str(instance_id))
        return instance_row(row)

    def user_task(self, task_id: TaskId) -> UserTaskRow:
        """The user task, open or closed. Raises NotFound."""
        row = self._one(_READ_TASK, (task_id,))
        if row is None:
            raise NotFound(f"There is no user task {task_id}.", id=str(task_id))
        return task_row(row)

    def open_tasks(self, instance_id: InstanceId) -> tuple[UserTaskRow, ...]:
        """User tasks of the instance that wait, in the order of their tokens."""
        return tuple(task_row(row) for row in self._all(_OPEN_TASKS, (instance_id,)))

    def all_open_tasks(self) -> tuple[UserTaskRow, ...]:
        """Every open user task that the actor may see, oldest first: for making demonstration data."""
        return tuple(task_row(row) for row in self._all(_ALL_OPEN_TASKS, ()))

    def open_tasks_after(self, task_id: TaskId) -> tuple[UserTaskRow, ...]:
        """Open user tasks with a later id, in that order: those of ordinary cases that were opened after this one."""
        return tuple(task_row(row) for row in self._all(_OPENED_AFTER, (task_id,)))

    def open_tasks_of(self, person_id: PersonId) -> tuple[UserTaskRow, ...]:
        """Open user tasks in the hands of a person: for a handover."""
        return tuple(task_row(row) for row in self._all(_OPEN_TASKS_OF, (person_id,)))

    def open_tasks_about(self, person_id: PersonId) -> tuple[UserTaskRow, ...]:
        """Open user tasks that the person has, might take, or has done by a substitute; in the order of instances."""
        return tuple(task_row(row) for row in self._all(_OPEN_TASKS_ABOUT, (person_id,) * 3))

    def open_tasks_of_unit(self, unit: str) -> tuple[UserTaskRow, ...]:
        """Open user tasks that the unit must do, in the order of instances."""
        return tuple(task_row(row) for row in self._all(_OPEN_TASKS_OF_UNIT, (unit,)))

    def cases_dated_since(self, at: datetime) -> tuple[InstanceId, ...]:
        """Cases that are not over and have a due day, a limit or a timer then or later, in the order of locking."""
        return tuple(InstanceId(row[0]) for row in self._all(_DATED_SINCE, (at,) * 3))

    def count_open_tasks_of_unit(self, unit: str) -> int:
        """Open user tasks that the unit must do, or of cases of the unit."""
        row = self._one(_COUNT_OPEN_OF_UNIT, (unit, unit))
        return int(row[0]) if row else 0

    def count_urges(self, instance_id: InstanceId, task_id: TaskId, *, since: datetime) -> int:
        """How often the user task was urged by hand since then."""
        row = self._one(_URGES, (instance_id, task_id, since))
        return int(row[0]) if row else 0

    def candidates(self, task_id: TaskId) -> tuple[PersonId, ...]:
        """People to whom an open task is offered."""
        known = self._offered.get(task_id)
        return known if known is not None else tuple(row[0] for row in self._all(_CANDIDATES, (task_id,)))

    def children(self, instance_id: InstanceId) -> tuple[InstanceRow, ...]:
        """Instances that this one started, oldest first."""
        return tuple(instance_row(row) for row in self._all(_CHILDREN, (instance_id,)))

    def children_of_task(self, task_id: TaskId) -> tuple[InstanceRow, ...]:
        """Instances that hang on this user task: its ladder."""
        return tuple(instance_row(row) for row in self._all(_CHILDREN_OF_TASK, (task_id,)))

    def children_of_tokens(self, instance_id: InstanceId, tokens: Sequence[Token]) -> tuple[InstanceRow, ...]:
        """Instances that hang on the user tasks of these tokens and have not ended."""
        return tuple(instance_row(row) for row in self._all(_CHILDREN_OF_TOKENS, (instance_id, list(tokens))))

    def has_open_case(self, key: str, business_key: str) -> bool:
        """True while an instance of process `key` with this business key runs, seen by the actor or not."""
        with self.as_system():
            row = self._one(_HAS_OPEN, (key, business_key))
        return bool(row and row[0])

    def node_actors(self, instance_id: InstanceId) -> Mapping[str, tuple[PersonId, ...]]:
        """Who completed which user task of the instance so far, in order: {node id: people}."""
        return {node: tuple(people) for node, people in self._all(_NODE_ACTORS, (instance_id,))}

    def completed_nodes(self, instance_id: InstanceId) -> tuple[tuple[str, str], ...]:
        """(node id, node type) of every completion so far, the latest first."""
        return tuple((node, kind) for node, kind in self._all(_COMPLETED_NODES, (instance_id,)))

    def last_done(self, instance_id: InstanceId) -> TaskId | None:
        """The user task that was completed last."""
        row = self._one(_LAST_DONE, (instance_id,))
        return row[0] if row else None

    def last_done_at(self, instance_id: InstanceId, node_id: str) -> UserTaskRow | None:
        """The user task that was completed last at this node."""
        row = self._one(_LAST_DONE_AT, (instance_id, node_id))
        return self.user_task(row[0]) if row and row[0] is not None else None

    def state_before(self, instance_id: InstanceId, task_id: TaskId) -> str:
        """The case state in which this task was completed; "" where the case had none yet, or it was erased."""
        row = self._one(_STATE_BEFORE, (instance_id, task_id))
        return str(row[0] or "") if row else ""

    def deadline_entries(self, instance_id: InstanceId) -> tuple[DeadlineRow, ...]:
        """The deadline ledger of the case and its tasks, oldest first."""
        return tuple(DeadlineRow(*row) for row in self._all(_DEADLINES, (instance_id,)))

    def next_deadline(self) -> datetime | None:
        """The earliest due time of an open user task after now; None: nothing has a date."""
        row = self._one(_NEXT_DEADLINE, (self.now,))
        return row[0] if row else None

    def count_repeats(self, *, unit: str, nature: str, since: date) -> int:
        """Problems of this nature that the unit has had since that day, seen by the actor or not."""
        with self.as_system():
            row = self._one(_REPEATS, (unit, nature, instant(since, time.min)))
        return int(row[0]) if row else 0

    # -- writing

    def record(self, step: StepRecord) -> int:
        """Write the step: state, tasks, history, timers and all, in one call. Returns the new rev.

        It is written before any other statement of this transaction, or with the commit, together with steps of other
        instances recorded meanwhile. Raises Beaten when the instance is no longer at `step.rev`: here, or where the
        step is written. The transaction can then only be rolled back.
        """
        self._offered.clear()
        gathered = self._gathered
        # Each instance once in a call, all of one moment and seen by the same eyes.
        if gathered and (step.instance_id in gathered.ids or (step.at, self.actor) != (gathered.at, self._seen_by)):
            self._settle()
        before = self._standing_before(step)
        self._seen_by = self.actor
        self._standing[step.instance_id] = self._gathered.add(step, before)
        self.inbox_changed.update(people_given_work(step))
        return step.rev + 1

    def end(self) -> None:
        if self._gathered:
            self._write(last=True)
        else:
            super().end()

    def is_current(self, case: InstanceRow) -> bool:
        """False where a step of this transaction has moved the locked instance on since it was read."""
        known = self._standing.get(case.id)
        return known is None or known.rev == case.rev

    def set_ladder_level(self, task_id: TaskId, level: int) -> None:
        """Show on the late task how far its ladder has come; the task's own instance is not touched."""
        self.raw.execute(_SET_LADDER_LEVEL, (level, task_id))

    # -- small parts

    def _settle(self) -> None:
        if self._gathered:
            self._write()

    def _write(self, *, last: bool = False) -> None:
        gathered, self._gathered = self._gathered, Gathered(self._random)
        try:
            with self.with_eyes_of(self._seen_by):
                (((people,),),) = self._ask((_APPLY, (gathered.argument(),)), last=last)
        except psycopg.Error as error:
            if error.sqlstate == _STALE:
                raise Beaten(f"An instance has moved on: {error.diag.message_primary}.") from error
            if error.sqlstate == _UNKNOWN_TASK:
                raise NotFound(str(error.diag.message_primary)) from error
            raise
        self.inbox_changed.update(people)

    def _locked(self, rows: Sequence[tuple[Any, ...]]) -> list[InstanceRow]:
        found = [instance_row(row) for row in rows]
        for i in found:
            self._standing[i.id] = Standing(i.rev, i.history_seq, i.history_head, i.unit, i.issuer_unit, i.sealed)
        return found

    def _lock(self, statement: str, values: tuple[object, ...], missing: str) -> InstanceRow:
        row = self._one(statement, values)
        if row is None:
            raise NotFound(missing, id=str(values[-1]))
        return self._locked([row])[0]

    def _standing_before(self, step: StepRecord) -> Standing:
        if step.rev == 0:
            return Standing(0, 0, GENESIS)
        if step.instance_id not in self._standing:
            with suppress(NotFound):  # then it is at no revision
                self.lock_instance(step.instance_id)
        known = self._standing.get(step.instance_id)
        if known is None or known.rev != step.rev:
            rev = known.rev if known is not None else 0
            raise Beaten(f"Instance {step.instance_id} is at revision {rev}, not {step.rev}.")
        return known
