"""One case goes over to another version of its process, or goes back: what the runs of `migrations` consist of.

Not commands. The caller holds the run and its cases; a case keeps its tasks with their people, drafts and dates, and
its armed timers with theirs. What is needed to go back lies at the item of the run.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import structlog

from engine.commands.case_step import SYSTEM
from engine.commands.cases import take_kept
from engine.core import Definition, Engine
from engine.model.migration import MIGRATED, UNDONE, Obstacle
from engine.model.process import WORK_OF_PEOPLE
from engine.model.step import InstanceId, Token
from engine.store.migration_runs import MigrationItemRow, MigrationRow, TaskLabel
from engine.store.record import ClosedToken, HistoryFact, InstanceChanges, NewSubscription, NewTimer, StepRecord
from engine.store.rows import InstanceRow
from engine.store.transaction import Transaction
from engine.workflow import Carried, Migration

logger = structlog.get_logger(__name__)

Rows = list[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """All that a run needs to know for each of its cases, found out once."""

    run: MigrationRow
    old: Definition
    new: Definition
    migration: Migration
    labels: tuple[TaskLabel, ...]
    labels_back: tuple[TaskLabel, ...]

    @property
    def renamed(self) -> dict[str, str]:
        return {old: new for old, new in self.run.node_map.items() if old != new}


@dataclass(slots=True)
class Outcome:
    """What one chunk has come to: rows for the items, and the cases that have moved."""

    items: list[dict[str, object]] = field(default_factory=list)
    gone: list[InstanceId] = field(default_factory=list)

    def settle(self, item: MigrationItemRow, outcome: str, why: Obstacle | None = None, **values: object) -> None:
        row: dict[str, object] = {"number": item.number, "outcome": outcome, "code": "", "node_id": "", "other": ""}
        if why is not None:
            row |= {"code": why.code, "node_id": why.node_id, "other": why.other}
        self.items.append(row | {"rev": item.rev, "before": None} | values)


def way_of(engine: Engine, tx: Transaction, run: MigrationRow) -> Way:
    """Compile both versions, and compare what stands on the nodes where people work."""
    old, new = engine.definition(tx, run.from_id), engine.definition(tx, run.to_id)
    return Way(
        run=run,
        old=old,
        new=new,
        migration=Migration(old.compiled, new.compiled, run.node_map),
        labels=tuple(_labels(old, new, run.node_map, new_forms=run.forms == "new")),
        labels_back=tuple(_labels(new, old, {new_id: id_ for id_, new_id in run.node_map.items()}, new_forms=False)),
    )


def _labels(old: Definition, new: Definition, node_map: Mapping[str, str], *, new_forms: bool) -> Iterator[TaskLabel]:
    for id_, target in node_map.items():
        before, after = old.info.nodes.get(id_), new.info.nodes.get(target)
        if before is None or after is None or after.type not in WORK_OF_PEOPLE:
            continue
        form = new.form(after.form).id if new_forms and after.form else None
        same = (before.id, before.name, before.name_en, before.lane, before.protected) == (
            *(after.id, after.name, after.name_en, after.lane, after.protected),
        )
        if same and form is None:
            continue
        yield TaskLabel(
            old_id=id_,
            node_id=target,
            old_name=before.name or id_,
            name=after.name or target,
            name_en=after.name_en,
            lane=after.lane,
            protected=after.protected,
            new_form=form is not None,
            form_key=after.form or None,
            form_version_id=form,
        )


def migrate(engine: Engine, tx: Transaction, way: Way, items: Sequence[MigrationItemRow]) -> Outcome:
    """Bring these cases over, all in this transaction; who cannot go stays untouched, with a reason.

    A message that was kept, and that a case waits for under its new version only, is handed to it at once.
    """
    found, ids = Outcome(), [item.instance_id for item in items]
    cases = {case.id: case for case in tx.lock_instances(ids)}
    going: list[tuple[MigrationItemRow, InstanceRow, Carried]] = []
    for item in items:
        case = cases.get(item.instance_id)
        if case is None or case.is_over or case.sealed or case.definition_id != way.run.from_id:
            found.settle(item, "refused", Obstacle(code="not_on_version"))
            continue
        carried = _carry(way, case, at=tx.now)
        if isinstance(carried, Carried):
            going.append((item, case, carried))
        else:
            found.settle(item, "refused", carried[0])
    found.gone = [case.id for _, case, _ in going]
    waits = tx.waits_of_cases(found.gone)
    forms = _forms_of(tx, found.gone) if way.run.forms == "new" else {}
    # Before the steps are written: what they arm has its new id already.
    _rename(tx, found.gone, way.labels, way.renamed)
    for item, case, carried in going:
        before = _before(case, carried, *waits.get(case.id, ([], [])), forms.get(case.id, []))
        rev = tx.record(_step_over(tx, way, case, carried))
        found.settle(item, "migrated", rev=rev, before=before)
        names = {waiting.name for waiting in carried.advance.subscriptions if waiting.kind == "message"}
        take_kept(engine, tx, case.id, names, by=SYSTEM, depth=0)
    return found


def _rename(
    tx: Transaction, cases: Sequence[InstanceId], labels: Sequence[TaskLabel], names: Mapping[str, str]
) -> None:
    if cases and labels:
        tx.relabel_tasks(cases, labels)
    if cases and names:
        tx.rename_nodes(cases, names)


def _carry(way: Way, case: InstanceRow, *, at: datetime) -> Carried | tuple[Obstacle, ...]:
    try:
        return way.migration.carry(case.state, at=at, seed=case.seed, is_suspended=case.status == "suspended")
    except Exception:
        # Whatever it was: one case that cannot be read must not end the run for all others.
        logger.exception("migration failed unexpectedly", action="migration.next", instance_id=str(case.id))
        return (Obstacle(code="unexpected"),)


def _step_over(tx: Transaction, way: Way, case: InstanceRow, carried: Carried) -> StepRecord:
    run, advance = way.run, carried.advance
    body = {"from": way.old.row.version, "to": way.new.row.version, "map": run.digest, "run": str(run.id)}
    return StepRecord(
        instance_id=case.id,
        rev=case.rev,
        at=tx.now,
        actor=run.decided_by or run.proposed_by,
        state=advance.state,
        changes=InstanceChanges(definition_id=run.to_id),
        closed=tuple(ClosedToken(token=token, state="cancelled") for token, _ in advance.closed),
        history=(HistoryFact(event=MIGRATED, body=body | {"proposed_by": run.proposed_by}),),
        timers=tuple(
            NewTimer(kind="bpmn", due_at=t.due_at, token=t.token, node_id=t.node_id, rule={"expression": t.expression})
            for t in advance.timers
        ),
        subscriptions=tuple(
            NewSubscription(
                token=s.token, kind=s.kind, name=s.name, node_id=s.node_id, correlation_key=s.correlation_key
            )
            for s in advance.subscriptions
        ),
    )


def _before(case: InstanceRow, carried: Carried, timers: Rows, subscriptions: Rows, forms: Rows) -> dict[str, object]:
    """What going back needs: the state, what was armed by the migration, and the rows that it took away."""
    closed = {int(token) for token, _ in carried.advance.closed}
    armed = {int(timer.token) for timer in carried.advance.timers}
    armed |= {int(subscription.token) for subscription in carried.advance.subscriptions}
    return {
        "state": b64encode(case.state).decode(),
        "armed": sorted(armed),
        "timers": [row for row in timers if row["token"] in closed],
        "subscriptions": [row for row in subscriptions if row["token"] in closed],
        "forms": forms,
    }


def _forms_of(tx: Transaction, ids: Sequence[InstanceId]) -> Mapping[InstanceId, Rows]:
    found: dict[InstanceId, Rows] = {}
    for task in tx.open_tasks_of_cases(ids):
        version = str(task.form_version_id) if task.form_version_id is not None else None
        row = {"id": str(task.id), "form_key": task.form_key, "form_version_id": version}
        found.setdefault(task.instance_id, []).append(row)
    return found


def take_back(tx: Transaction, way: Way, items: Sequence[MigrationItemRow], *, by: str) -> Outcome:
    """Bring these cases back, as long as nothing has moved in them since; the others stay, with a reason."""
    found = Outcome()
    cases = {case.id: case for case in tx.lock_instances([item.instance_id for item in items])}
    going: list[tuple[InstanceRow, Mapping[str, Any]]] = []
    for item in items:
        case = cases.get(item.instance_id)
        if case is None or item.before is None or case.rev != item.rev:
            found.settle(item, "kept", Obstacle(code="moved_since"))
            continue
        found.settle(item, "undone")
        going.append((case, item.before))
    found.gone = [case.id for case, _ in going]
    _rename(tx, found.gone, way.labels_back, {new: old for old, new in way.renamed.items()})
    for case, before in going:
        tx.record(_step_back(tx, way, case, before, by))
    forms = [form for _, before in going for form in before["forms"]]
    if forms:
        tx.give_forms_back(forms)
    return found


def _step_back(tx: Transaction, way: Way, case: InstanceRow, before: Mapping[str, Any], by: str) -> StepRecord:
    body = {"from": way.new.row.version, "to": way.old.row.version, "map": way.run.digest, "run": str(way.run.id)}
    return StepRecord(
        instance_id=case.id,
        rev=case.rev,
        at=tx.now,
        actor=by,
        state=b64decode(before["state"]),
        changes=InstanceChanges(definition_id=way.run.from_id),
        closed=tuple(ClosedToken(token=Token(token), state="cancelled") for token in before["armed"]),
        history=(HistoryFact(event=UNDONE, body=body),),
        timers=tuple(
            NewTimer(
                kind="bpmn",
                due_at=datetime.fromisoformat(row["due_at"]),
                token=Token(row["token"]),
                node_id=row["node_id"],
                rule=cast("Mapping[str, object]", row["rule"]),
            )
            for row in before["timers"]
        ),
        subscriptions=tuple(
            NewSubscription(
                token=Token(row["token"]),
                kind=row["kind"],
                name=row["name"],
                node_id=row["node_id"],
                correlation_key=row["correlation_key"],
            )
            for row in before["subscriptions"]
        ),
    )
