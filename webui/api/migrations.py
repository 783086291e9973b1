"""Migrations: running cases go over to another version of their process, decided by two people, worked off by a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import migrations
from engine.model.step import DefinitionId, InstanceId
from engine.queries import migrations as queries
from engine.queries.migrations import Run
from webui.api.blueprint import Arguments, Nouns, Query, answer
from webui.api.definitions import AutoConfirmRefused
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.migration_words import obstacle_words, problem_words
from webui.service import current_engine, current_settings

nouns = Nouns("migrations", "Migrations of running cases to another version of their process")

PLANNERS = "role:analyst|operator"
MAX_CHOSEN = 500


class PlanQuery(Query):
    from_id = ma.fields.UUID(required=True, metadata={"description": "Version on which the cases run."})
    to_id = ma.fields.UUID(required=True, metadata={"description": "Version to which they go."})


class CheckArguments(Arguments):
    from_id = ma.fields.UUID(required=True)
    to_id = ma.fields.UUID(required=True)
    node_map = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.String(),
        required=True,
        metadata={"description": "Node id in the old drawing: node id in the new one. What is left out goes nowhere."},
    )


class ProposeArguments(CheckArguments):
    note = ma.fields.String(required=True, validate=ma.validate.Length(max=2000))
    new_forms = ma.fields.Boolean(load_default=False)
    instances = ma.fields.List(
        ma.fields.UUID(),
        load_default=None,
        validate=ma.validate.Length(1, MAX_CHOSEN),
        metadata={"description": "These cases only; without it all of the old version that are not sealed."},
    )
    auto_confirm = ma.fields.Boolean(
        load_default=False, metadata={"description": "Demonstration and rehearsal only: begin without a second person."}
    )


class ItemsQuery(Query):
    after = ma.fields.Integer(load_default=0, validate=ma.validate.Range(0, 1_000_000))
    limit = ma.fields.Integer(load_default=100, validate=ma.validate.Range(1, 500))


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCorrespondence:
    """What becomes of a node. target: settled by id; suggestion: somebody has to confirm it."""

    node_id: str
    name: str
    type: str
    protected: bool
    cases: int  #: that have something open there
    target: str
    suggestion: str
    dated_anew: bool  #: the new drawing counts its date otherwise; open tasks keep theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationPlan:
    running: int
    links: tuple[NodeCorrespondence, ...]
    targets: tuple[str, ...]  #: nodes of the new version


@dataclass(frozen=True, slots=True, kw_only=True)
class StayReason:
    code: str
    node_id: str
    other: str
    message: str
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationDryRun:
    """What the migration would come to now; nothing was written. problems: the map cannot be used at all."""

    problems: tuple[str, ...]
    total: int
    can: int
    arms: int  #: cases in which a timer is armed anew
    reasons: tuple[StayReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    id: UUID
    key: str
    from_version: int
    to_version: int
    node_map: Mapping[str, str]
    digest: str
    forms: str
    note: str
    state: str  #: proposed, running, ended, withdrawn
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    stopped_by: str | None
    ended_at: datetime | None
    undone_by: str | None
    undo_ended_at: datetime | None
    total: int
    waiting: int
    migrated: int
    refused: int
    undone: int
    kept: int  #: could not be taken back
    reasons: tuple[StayReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationList:
    items: tuple[Migration, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationItem:
    instance_id: UUID
    outcome: str  #: "" waits, migrated, refused, undone, kept
    code: str
    message: str
    done_at: datetime | None
    can_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationItems:
    items: tuple[MigrationItem, ...]


@nouns.get("/migrations/plan")
@rule(PLANNERS)
@nouns.takes(PlanQuery, location="query")
@nouns.answers(200, MigrationPlan)
def plan(query: dict[str, Any]) -> Response:
    """Which node becomes which, settled by id or suggested, and where the running cases stand."""
    found = queries.plan(
        current_engine(), current_person(), DefinitionId(query["from_id"]), DefinitionId(query["to_id"])
    )
    return answer(
        MigrationPlan(
            running=found.running,
            links=tuple(
                NodeCorrespondence(
                    node_id=link.place.id,
                    name=link.place.name,
                    type=link.place.type,
                    protected=link.place.protected,
                    cases=found.standing.get(link.place.id, 0),
                    target=link.target,
                    suggestion=link.suggestion,
                    dated_anew=link.place.id in found.dated_anew,
                )
                for link in found.links
            ),
            targets=tuple(found.targets),
        )
    )


@nouns.post("/migrations/dry-run")
@rule(PLANNERS)
@nouns.takes(CheckArguments)
@nouns.answers(200, MigrationDryRun)
def dry_run(body: dict[str, Any]) -> Response:
    """Try every running case that is not sealed, and write nothing."""
    engine, person = current_engine(), current_person()
    ids = DefinitionId(body["from_id"]), DefinitionId(body["to_id"])
    found = queries.dry_run(engine, person, *ids, body["node_map"])
    drawn = queries.plan(engine, person, *ids)
    old, new = drawn.old.info.nodes, drawn.new.info.nodes
    return answer(
        MigrationDryRun(
            problems=tuple(problem_words(problem, old, new) for problem in found.problems),
            total=found.total,
            can=found.can,
            arms=found.arms,
            reasons=tuple(
                StayReason(
                    code=why.code,
                    node_id=why.node_id,
                    other=why.other,
                    message=obstacle_words(why, old, new),
                    cases=count,
                )
                for why, count in found.reasons
            ),
        )
    )


@nouns.post("/migrations")
@rule(PLANNERS)
@idempotent
@nouns.takes(ProposeArguments)
@nouns.answers(201, Migration)
def propose(body: dict[str, Any]) -> Response:
    """Put a migration forward; another analyst or operator confirms it. 422 where the map cannot be used."""
    alone = body.pop("auto_confirm")
    if alone and current_settings().mode == "live":
        raise AutoConfirmRefused
    chosen = body.pop("instances")
    made = migrations.propose(
        current_engine(),
        current_person(),
        **body,
        chosen=[InstanceId(one) for one in chosen] if chosen is not None else None,
    )
    if alone:
        migrations.confirm(current_engine(), current_person(), made.id, alone=True)
    return _answer(made.id, 201)


@nouns.get("/migrations")
@rule(PLANNERS)
@nouns.answers(200, MigrationList)
def listing() -> Response:
    """The last migrations, the youngest first."""
    return answer(MigrationList(items=tuple(_run(run) for run in queries.runs(current_engine(), current_person()))))


@nouns.get("/migrations/<uuid:run_id>")
@rule(PLANNERS)
@nouns.answers(200, Migration)
def show(run_id: UUID) -> Response:
    """How far it is."""
    return _answer(run_id)


@nouns.get("/migrations/<uuid:run_id>/items")
@rule("role:operator")
@nouns.takes(ItemsQuery, location="query")
@nouns.answers(200, MigrationItems)
def items(query: dict[str, Any], run_id: UUID) -> Response:
    """What came of each case, those that stayed first; sealed ones are not among them."""
    engine, person = current_engine(), current_person()
    _, run = queries.run(engine, person, run_id)
    old, new = run.old.info.nodes, run.new.info.nodes
    return answer(
        MigrationItems(
            items=tuple(
                MigrationItem(
                    instance_id=item.instance_id,
                    outcome=item.outcome,
                    code=item.obstacle.code if item.obstacle is not None else "",
                    message=obstacle_words(item.obstacle, old, new) if item.obstacle is not None else "",
                    done_at=item.done_at,
                    can_undo=item.can_undo,
                )
                for item in queries.items(engine, person, run_id, **query)
            )
        )
    )


@nouns.post("/migrations/<uuid:run_id>/confirm")
@rule(PLANNERS)
@idempotent
@nouns.answers(200, Migration)
def confirm(run_id: UUID) -> Response:
    """Let it begin; nobody confirms an own one."""
    migrations.confirm(current_engine(), current_person(), run_id)
    return _answer(run_id)


@nouns.post("/migrations/<uuid:run_id>/withdraw")
@rule(PLANNERS)
@idempotent
@nouns.answers(200, Migration)
def withdraw(run_id: UUID) -> Response:
    """Close a proposal without effect."""
    migrations.withdraw(current_engine(), current_person(), run_id)
    return _answer(run_id)


@nouns.post("/migrations/<uuid:run_id>/stop")
@rule(PLANNERS)
@idempotent
@nouns.answers(200, Migration)
def stop(run_id: UUID) -> Response:
    """Stop after what it has in hand."""
    migrations.stop(current_engine(), current_person(), run_id)
    return _answer(run_id)


@nouns.post("/migrations/<uuid:run_id>/undo")
@rule(PLANNERS)
@idempotent
@nouns.answers(202, Migration)
def undo(run_id: UUID) -> Response:
    """Take all cases back in which nothing has moved since."""
    migrations.undo(current_engine(), current_person(), run_id)
    return _answer(run_id, 202)


@nouns.post("/migrations/<uuid:run_id>/items/<uuid:instance_id>/undo")
@rule("role:operator")
@idempotent
@nouns.answers(200, Migration)
def undo_one(run_id: UUID, instance_id: UUID) -> Response:
    """Take one case back."""
    migrations.undo_one(current_engine(), current_person(), run_id, InstanceId(instance_id))
    return _answer(run_id)


def _answer(run_id: UUID, status: int = 200) -> Response:
    _, found = queries.run(current_engine(), current_person(), run_id)
    return answer(_run(found), status)


def _run(found: Run) -> Migration:
    row, old, new = found.row, found.old.info.nodes, found.new.info.nodes
    return Migration(
        id=row.id,
        key=row.key,
        from_version=found.old.row.version,
        to_version=found.new.row.version,
        node_map=row.node_map,
        digest=row.digest,
        forms=row.forms,
        note=row.note,
        state=row.state,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        stopped_by=row.stopped_by,
        ended_at=row.ended_at,
        undone_by=row.undone_by,
        undo_ended_at=row.undo_ended_at,
        total=found.total,
        waiting=found.counts.get("", 0),
        migrated=found.counts.get("migrated", 0),
        refused=found.counts.get("refused", 0),
        undone=found.counts.get("undone", 0),
        kept=found.counts.get("kept", 0),
        reasons=tuple(
            StayReason(
                code=why.code, node_id=why.node_id, other=why.other, message=obstacle_words(why, old, new), cases=count
            )
            for why, count in found.reasons
        ),
    )
