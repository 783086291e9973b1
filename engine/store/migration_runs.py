"""Runs that bring running cases to another version of their process: what waits, what came of each, what undo needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import select, update

from engine.errors import NotFound
from engine.model.step import DefinitionId, InstanceId
from engine.store import tables as t
from engine.store.cases import Cases
from engine.store.rows import SELECT_INSTANCE, SELECT_TASK, InstanceRow, UserTaskRow, task_row
from engine.store.scope import of

_RUN = t.migration_run.c
_TAKE = (
    "INSERT INTO migration_item (run_id, number, instance_id)"
    " SELECT %s, row_number() OVER (ORDER BY id), id FROM instance"
    " WHERE definition_id = %s AND ended_at IS NULL AND NOT sealed AND (%s::uuid[] IS NULL OR id = ANY (%s))"
)
_ITEMS = (
    "SELECT number, instance_id, outcome, code, node_id, other, rev, before, done_at FROM migration_item"
    " WHERE run_id = %s AND outcome = %s AND number > %s ORDER BY number LIMIT %s"
)
_ITEM_OF = (
    "SELECT number, instance_id, outcome, code, node_id, other, rev, before, done_at FROM migration_item"
    " WHERE run_id = %s AND instance_id = %s"
)
_LOCK = SELECT_INSTANCE + " WHERE id = ANY (%s) ORDER BY id FOR UPDATE"
_OPEN = "state IN ('offered', 'assigned', 'started', 'suspended')"
_TASKS = SELECT_TASK + " WHERE instance_id = ANY (%s) AND " + _OPEN + " ORDER BY instance_id, token"
_WAITS = (
    "SELECT instance_id, to_jsonb(timer), NULL::jsonb FROM timer WHERE instance_id = ANY (%s) AND kind = 'bpmn'"
    " UNION ALL SELECT instance_id, NULL, to_jsonb(subscription) FROM subscription WHERE instance_id = ANY (%s)"
)
_SETTLE = (
    "UPDATE migration_item i SET outcome = e.outcome, code = e.code, node_id = e.node_id, other = e.other,"
    " rev = e.rev, before = e.before, done_at = %s FROM jsonb_to_recordset(%s) AS e("
    "number integer, outcome text, code text, node_id text, other text, rev integer, before jsonb)"
    " WHERE i.run_id = %s AND i.number = e.number"
)
_RELABEL = " ".join(
    (
        "UPDATE user_task u SET node_id = e.node_id,",
        "name = CASE WHEN u.name = e.old_name THEN e.name ELSE u.name END,",
        "name_en = CASE WHEN u.name = e.old_name THEN e.name_en ELSE u.name_en END,",
        "lane = e.lane, protected = e.protected,",
        "form_key = CASE WHEN e.new_form THEN e.form_key ELSE u.form_key END,",
        "form_version_id = CASE WHEN e.new_form THEN e.form_version_id ELSE u.form_version_id END",
        "FROM jsonb_to_recordset(%s) AS e(old_id text, node_id text, old_name text, name text, name_en text,",
        "lane text, protected boolean, new_form boolean, form_key text, form_version_id uuid)",
        "WHERE u.instance_id = ANY (%s) AND u.node_id = e.old_id AND u." + _OPEN,
    )
)
_RENAME = (
    "UPDATE timer w SET node_id = e.new FROM unnest(%s::text[], %s::text[]) AS e(old, new)"
    " WHERE w.instance_id = ANY (%s) AND w.node_id = e.old",
    "UPDATE subscription w SET node_id = e.new FROM unnest(%s::text[], %s::text[]) AS e(old, new)"
    " WHERE w.instance_id = ANY (%s) AND w.node_id = e.old",
)
_FORMS = (
    "UPDATE user_task u SET form_key = e.form_key, form_version_id = e.form_version_id FROM jsonb_to_recordset(%s)"
    " AS e(id uuid, form_key text, form_version_id uuid) WHERE u.id = e.id"
)
_FORGET = "UPDATE migration_item SET before = NULL WHERE before IS NOT NULL AND done_at < %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationRow:
    """One migration. It runs from the decision of the second person until `ended_at`."""

    id: UUID
    key: str
    from_id: DefinitionId
    to_id: DefinitionId
    node_map: Mapping[str, str]
    digest: str
    forms: str  #: keep, new
    note: str
    state: str  #: proposed, running, ended, withdrawn
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    stopped_by: str | None
    stopped_at: datetime | None
    ended_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None
    undo_ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationItemRow:
    """One case of a run. outcome: "" waits, migrated, refused, undone, kept (it could not be taken back)."""

    number: int
    instance_id: InstanceId
    outcome: str = ""
    code: str = ""
    node_id: str = ""
    other: str = ""
    rev: int | None = None
    before: Mapping[str, Any] | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLabel:
    """What an open user task takes over from the node that it stands on now. old_name: only a name as drawn changes."""

    old_id: str
    node_id: str
    old_name: str
    name: str
    name_en: str
    lane: str
    protected: bool
    new_form: bool = False
    form_key: str | None = None
    form_version_id: UUID | None = None


class MigrationRuns(Cases):
    """Part of Transaction. Items are read and written with the system's eyes."""

    __slots__ = ()

    def add_migration(
        self,
        run_id: UUID,
        *,
        key: str,
        from_id: DefinitionId,
        to_id: DefinitionId,
        node_map: Mapping[str, str],
        digest: str,
        forms: str,
        note: str,
        chosen: Sequence[InstanceId] | None,
    ) -> int:
        """A run that waits for a second person, with the cases as they stand now. Answers how many there are.

        chosen: None takes every case of the old version. Sealed cases are never among them.
        """
        row = {"id": run_id, "key": key, "from_id": from_id, "to_id": to_id, "node_map": dict(node_map)}
        row |= {"digest": digest, "forms": forms, "note": note, "state": "proposed"}
        self._insert(t.migration_run, row | {"proposed_by": self.actor, "proposed_at": self.now})
        wanted = list(chosen) if chosen is not None else None
        with self.as_system():
            return self.raw.execute(_TAKE, (run_id, from_id, wanted, wanted)).rowcount

    def migration(self, run_id: UUID, *, lock: bool = False) -> MigrationRow:
        """The run. lock: nobody else takes an item of it until we commit. Raises NotFound."""
        query = of(MigrationRow, t.migration_run).where(_RUN.id == run_id)
        found = self._find(MigrationRow, query.with_for_update() if lock else query)
        if found is None:
            raise NotFound(f"There is no migration {run_id}.", id=str(run_id))
        return found

    def running_migrations(self, from_id: DefinitionId) -> tuple[UUID, ...]:
        """Runs that wait for a decision or go on, of cases of this version."""
        query = select(_RUN.id).where(_RUN.from_id == from_id, _RUN.state.in_(("proposed", "running")))
        return tuple(self.connection.execute(query).scalars())

    def change_migration(self, run_id: UUID, **values: object) -> None:
        """Set columns of the run."""
        self._run(update(t.migration_run).where(_RUN.id == run_id).values(**values))

    def migration_items(
        self, run_id: UUID, *, outcome: str = "", after: int = 0, limit: int = 50
    ) -> tuple[MigrationItemRow, ...]:
        """The next items with this outcome, in their order."""
        return tuple(_item(row) for row in self._all(_ITEMS, (run_id, outcome, after, limit)))

    def migration_item(self, run_id: UUID, instance_id: InstanceId) -> MigrationItemRow:
        """What came of one case. Raises NotFound."""
        row = self._one(_ITEM_OF, (run_id, instance_id))
        if row is None:
            raise NotFound(f"The case {instance_id} is not part of this migration.", id=str(instance_id))
        return _item(row)

    def settle_migration_items(self, run_id: UUID, items: Sequence[Mapping[str, object]]) -> None:
        """Write down what came of items: number, outcome, code, node_id, other, rev, before of each."""
        self.raw.execute(_SETTLE, (self.now, Jsonb(list(items)), run_id))

    def forget_migrated_states(self, *, before: datetime) -> None:
        """Throw away what undo would need of cases that were migrated before that moment."""
        self.raw.execute(_FORGET, (before,))

    # -- many cases at once

    def lock_instances(self, instances: Sequence[InstanceId]) -> tuple[InstanceRow, ...]:
        """Those of the instances that the actor may see, locked in the order of their ids."""
        return tuple(self._locked(self._all(_LOCK, (list(instances),))))

    def open_tasks_of_cases(self, instances: Sequence[InstanceId]) -> tuple[UserTaskRow, ...]:
        """Open user tasks of several cases."""
        return tuple(task_row(row) for row in self._all(_TASKS, (list(instances),)))

    def waits_of_cases(
        self, instances: Sequence[InstanceId]
    ) -> Mapping[InstanceId, tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]]:
        """{case: (rows of its drawn timers, rows of its subscriptions)}."""
        found: dict[InstanceId, tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]] = {}
        for instance_id, timer, subscription in self._all(_WAITS, (list(instances), list(instances))):
            timers, subscriptions = found.setdefault(InstanceId(instance_id), ([], []))
            if timer is not None:
                timers.append(timer)
            else:
                subscriptions.append(subscription)
        return found

    def relabel_tasks(self, instances: Sequence[InstanceId], labels: Sequence[TaskLabel]) -> None:
        """Bring the open user tasks of these cases to the nodes that they stand on now."""
        rows = [{name: getattr(label, name) for name in TaskLabel.__slots__} for label in labels]
        for row in rows:
            row["form_version_id"] = str(row["form_version_id"]) if row["form_version_id"] is not None else None
        self.raw.execute(_RELABEL, (Jsonb(rows), list(instances)))

    def rename_nodes(self, instances: Sequence[InstanceId], names: Mapping[str, str]) -> None:
        """Give what waits in these cases the new ids of its nodes."""
        for statement in _RENAME:
            self.raw.execute(statement.encode(), (list(names), list(names.values()), list(instances)))

    def give_forms_back(self, forms: Sequence[Mapping[str, object]]) -> None:
        """Give user tasks the form that they had: id, form_key, form_version_id of each."""
        self.raw.execute(_FORMS, (Jsonb(list(forms)),))


def _item(row: tuple[Any, ...]) -> MigrationItemRow:
    names = MigrationItemRow.__slots__
    return MigrationItemRow(**dict(zip(names, row, strict=True)))
