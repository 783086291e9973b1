"""Running cases go over to another version of their process: one or thousands, in a run that a job works off.

As for publishing, two people decide (architecture: two people publish): what an analyst or operator proposes, another
one confirms. Stopping needs one, and so does taking back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.case_step import SYSTEM
from engine.commands.migrating import Outcome, Way, migrate, take_back, way_of
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import Conflict, InputRejected, Refused, Rejected
from engine.model.migration import MapProblem, check_map, digest_of
from engine.model.step import DefinitionId, InstanceId, PersonId
from engine.store.migration_runs import MigrationItemRow, MigrationRow
from engine.store.transaction import Transaction
from engine.workflow import places

logger = structlog.get_logger(__name__)

MIGRATE, UNDO = "migrate_cases", "undo_migration"  #: names of the jobs
CHUNK = 25  #: cases in one transaction: an officer waits for their locks a few hundredths of a second at most
UNDO_WITHIN = timedelta(days=7)  #: then the old state, which holds the data of the case, is thrown away
PUBLISHED = ("current", "superseded")


class MapRejected(Rejected):
    """The node map cannot be used as it is. Facts: problems."""

    code = "map_rejected"

    def __init__(self, problems: Sequence[MapProblem]) -> None:
        super().__init__("; ".join(f"{problem.code} {problem.node_id}" for problem in problems[:5]))
        self.problems = tuple(problems)


class OwnMigration(Refused):
    """Nobody confirms an own migration."""

    code = "own_migration"


class MigrationDecided(Conflict):
    """The migration was confirmed or withdrawn before. Facts: state."""

    code = "migration_decided"


class MigrationUnderWay(Conflict):
    """Cases of this version are being migrated, or somebody has proposed it. Facts: run."""

    code = "migration_under_way"


class CannotUndo(Conflict):
    """The migration still goes on, or was taken back already. Facts: state."""

    code = "cannot_undo"


class MovedSince(Conflict):
    """Something has happened in the case since it was migrated."""

    code = "moved_since"


def propose(
    engine: Engine,
    person: PersonId,
    *,
    from_id: DefinitionId,
    to_id: DefinitionId,
    node_map: Mapping[str, str],
    note: str,
    new_forms: bool = False,
    chosen: Sequence[InstanceId] | None = None,
) -> MigrationRow:
    """Put a migration forward; nothing happens to any case before another person confirms it.

    chosen: these cases only, None for all of the old version that are not sealed. new_forms: open tasks get the forms
    of the new version; else each keeps the one it was opened with.
    Raises NotFound, InputRejected, MapRejected, MigrationUnderWay.
    """
    reason = checked_reason(note, zh="请写明迁移原因。", en="Say why the cases are migrated.", field="note")
    with engine.transaction(person) as tx:
        _check_versions(tx, from_id, to_id)
        old, new = engine.definition(tx, from_id), engine.definition(tx, to_id)
        problems = check_map(node_map, places(old.compiled), places(new.compiled))
        if problems:
            raise MapRejected(problems)
        under_way = tx.running_migrations(from_id)
        if under_way:
            raise MigrationUnderWay(run=str(under_way[0]))
        run_id = engine.ids.v7(tx.now)
        digest = digest_of(node_map)
        count = tx.add_migration(
            run_id,
            key=old.row.key,
            from_id=from_id,
            to_id=to_id,
            node_map=node_map,
            digest=digest,
            forms="new" if new_forms else "keep",
            note=reason,
            chosen=chosen,
        )
        if not count:
            raise InputRejected(
                "该版本没有可迁移的在办事项。", "No running case of this version can be migrated.", field="from_id"
            )
        tx.access("migration.propose", body={"run": str(run_id), "map": digest, "count": count})
        run = tx.migration(run_id)
    logger.info("migration proposed", action="migration.propose", run_id=str(run_id), count=count)
    return run


def confirm(engine: Engine, person: PersonId, run_id: UUID, *, alone: bool = False) -> MigrationRow:
    """Let it begin. alone: demonstration and rehearsal only, the caller has checked; the proposer may then confirm.

    Raises NotFound, OwnMigration, MigrationDecided.
    """
    with engine.transaction(person) as tx:
        run = _waiting(tx, run_id)
        if run.proposed_by == person and not alone:
            raise OwnMigration
        tx.change_migration(run_id, state="running", decided_by=person, decided_at=tx.now)
        tx.defer(MIGRATE, {"run": str(run_id)})
        tx.access("migration.confirm", body={"run": str(run_id), "map": run.digest})
        run = tx.migration(run_id)
    logger.info("migration confirmed", action="migration.confirm", run_id=str(run_id), person_id=person)
    return run


def withdraw(engine: Engine, person: PersonId, run_id: UUID) -> MigrationRow:
    """Close a proposal without effect. Raises NotFound, MigrationDecided."""
    with engine.transaction(person) as tx:
        _waiting(tx, run_id)
        tx.change_migration(run_id, state="withdrawn", decided_by=person, decided_at=tx.now)
        tx.access("migration.withdraw", body={"run": str(run_id)})
        return tx.migration(run_id)


def stop(engine: Engine, person: PersonId, run_id: UUID) -> MigrationRow:
    """Ask a run to stop: what it has in hand is finished, the rest stays where it is. Raises NotFound."""
    with engine.transaction(person) as tx:
        run = tx.migration(run_id, lock=True)
        if run.state == "running" and run.stopped_at is None:
            tx.change_migration(run_id, stopped_by=person, stopped_at=tx.now)
            tx.access("migration.stop", body={"run": str(run_id)})
        return tx.migration(run_id)


def undo(engine: Engine, person: PersonId, run_id: UUID) -> MigrationRow:
    """Take all cases of a run back in which nothing has moved since; a job does it. Once.

    Raises NotFound, CannotUndo while the run goes on or where that was asked before.
    """
    with engine.transaction(person) as tx:
        run = tx.migration(run_id, lock=True)
        if run.state != "ended" or run.undone_at is not None:
            raise CannotUndo(f"The migration {run_id} cannot be taken back.", state=run.state)
        tx.change_migration(run_id, undone_by=person, undone_at=tx.now)
        tx.defer(UNDO, {"run": str(run_id)})
        tx.access("migration.undo", body={"run": str(run_id)})
        return tx.migration(run_id)


@again_when_beaten
def undo_one(engine: Engine, person: PersonId, run_id: UUID, instance_id: InstanceId) -> MigrationItemRow:
    """Take one case back. Raises NotFound, CannotUndo, MovedSince."""
    with engine.transaction(person) as tx:
        run = tx.migration(run_id, lock=True)
        with tx.as_system():
            item = tx.migration_item(run_id, instance_id)
            if item.outcome != "migrated":
                raise CannotUndo(f"The case {instance_id} cannot be taken back.", state=item.outcome)
            found = take_back(tx, way_of(engine, tx, run), [item], by=person)
            if not found.gone:
                raise MovedSince(f"The case {instance_id} has moved on.")
            tx.settle_migration_items(run_id, found.items)
            item = tx.migration_item(run_id, instance_id)
        tx.access("migration.undo_one", body={"run": str(run_id), "instance": str(instance_id)})
    logger.info("migration of one case undone", action="migration.undo", instance_id=str(instance_id))
    return item


def work_off(engine: Engine, run_id: UUID) -> None:
    """The job: chunk after chunk. Run again after a crash, it goes on where it stood."""
    with engine.transaction(SYSTEM) as tx:
        way = way_of(engine, tx, tx.migration(run_id))
    while migrate_next(engine, way):
        pass


@again_when_beaten
def migrate_next(engine: Engine, way: Way) -> bool:
    """The next chunk of a run, in one transaction. False: the run has ended."""
    run_id = way.run.id
    with engine.transaction(SYSTEM) as tx:
        run = tx.migration(run_id, lock=True)
        goes_on = run.state == "running" and run.stopped_at is None
        items = tx.migration_items(run_id, limit=CHUNK) if goes_on else ()
        if not items:
            if run.state == "running":
                tx.change_migration(run_id, state="ended", ended_at=tx.now)
            return False
        found = migrate(engine, tx, way, items)
        tx.settle_migration_items(run_id, found.items)
    _log("migration.next", run_id, found)
    return True


def undo_off(engine: Engine, run_id: UUID) -> None:
    """The job that takes back, chunk after chunk."""
    with engine.transaction(SYSTEM) as tx:
        way = way_of(engine, tx, tx.migration(run_id))
    while undo_next(engine, way):
        pass


@again_when_beaten
def undo_next(engine: Engine, way: Way) -> bool:
    """The next chunk to take back. False: there is none any more."""
    run_id = way.run.id
    with engine.transaction(SYSTEM) as tx:
        run = tx.migration(run_id, lock=True)
        items = tx.migration_items(run_id, outcome="migrated", limit=CHUNK)
        if not items:
            tx.change_migration(run_id, undo_ended_at=tx.now)
            return False
        found = take_back(tx, way, items, by=run.undone_by or SYSTEM)
        tx.settle_migration_items(run_id, found.items)
    _log("migration.undo_next", run_id, found)
    return True


def _log(action: str, run_id: UUID, found: Outcome) -> None:
    logger.info("cases moved", action=action, run_id=str(run_id), count=len(found.gone))


def _waiting(tx: Transaction, run_id: UUID) -> MigrationRow:
    run = tx.migration(run_id, lock=True)
    if run.state != "proposed":
        raise MigrationDecided(f"The migration {run_id} is {run.state}.", state=run.state)
    return run


def _check_versions(tx: Transaction, from_id: DefinitionId, to_id: DefinitionId) -> None:
    old, new = tx.definition(from_id), tx.definition(to_id)
    if old.key != new.key or old.id == new.id or old.state not in PUBLISHED or new.state not in PUBLISHED:
        raise InputRejected(
            "请选择同一流程的两个不同的已发布版本。",
            "Choose two different published versions of one process.",
            field="to_id",
        )
