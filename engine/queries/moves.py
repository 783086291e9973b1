"""What an operator can do with the tokens of one case, and what would come of it: nothing here is written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine.core import Definition, Engine
from engine.errors import NotFound, StepFailed
from engine.model.drawing import Drawing
from engine.model.moves import (
    Move,
    MoveRefused,
    ProtectedStep,
    Refusal,
    Standing,
    Target,
    check_movable,
    refusal_of,
    refuse,
)
from engine.model.process import WORK_OF_PEOPLE, FlowNode
from engine.model.step import Advance, DefinitionId, InstanceId, PersonId, Token
from engine.queries import drawings
from engine.queries.data_stores import SeenStores
from engine.queries.frame import FrameFacts, read_frame
from engine.store import tables as t
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.timers import TimerRow
from engine.store.transaction import Transaction
from engine.workflow import Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A node to which a token may be moved, or why not."""

    target: Target
    node: FlowNode
    is_return: bool  #: a task of people that was done in this case before


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPlace:
    """A token and its node."""

    standing: Standing
    node: FlowNode


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRecord:
    """One act of an operator as the history keeps it: where the tokens stood, and where afterwards."""

    at: datetime
    by: str  #: name
    kind: str  #: of a move; "edit" of a variable
    what: FlowNode
    before: tuple[FlowNode, ...]
    after: tuple[FlowNode, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesView:
    """Everything from which an operator chooses."""

    frame: FrameFacts
    id: InstanceId
    definition_id: DefinitionId
    key: str
    version: int
    name: str
    name_en: str
    status: str
    rev: int
    tokens: tuple[TokenPlace, ...]
    places: tuple[Place, ...]
    scopes: tuple[tuple[Token, FlowNode], ...]  #: sub-processes that run
    to_end: Refusal  #: why the case may not be terminated
    record: tuple[MoveRecord, ...]  #: what operators have done with it, the youngest first


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneTask:
    """An open user task that the move would end. People are not told here, only how many have begun to fill it in."""

    task: UserTaskRow
    drafts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a move would do, worked out on a copy in memory up to the next rest of the process."""

    view: MovesView
    move: Move
    refusal: Refusal  #: "": it can be made
    failure: str  #: node at which the process could not go on from there
    before: tuple[str, ...]
    after: tuple[str, ...]
    gone: tuple[GoneTask, ...]
    timers: tuple[TimerRow, ...]  #: that end with it
    awaited: tuple[str, ...]  #: messages and signals that are waited for no more
    stays: tuple[str, ...]  #: nodes of tokens that stay untouched
    opens: tuple[FlowNode, ...]  #: tasks that would open
    ends: bool
    drawing: Drawing


def moves_view(engine: Engine, person: PersonId, instance_id: InstanceId) -> MovesView:
    """Raises NotFound, also for a sealed case. person: an operator; the route has asked for the role."""
    with engine.reading(person) as tx:
        return _view(engine, tx, instance_id)[0]


def preview(engine: Engine, person: PersonId, instance_id: InstanceId, move: Move) -> Preview:
    """The same with one move. Raises NotFound, CaseOver, StandsStill."""
    with engine.reading(person) as tx:
        view, case, definition = _view(engine, tx, instance_id)
        check_movable(case.status, move.kind)
        with tx.as_system():
            made = _try(tx, case, definition, move)
            tasks = tx.open_tasks(case.id)
            timers, awaited = tx.timers_of(case.id), tx.subscriptions_of(case.id)
            gone = {token for token, _ in made.closed}
            ended = [task for task in tasks if task.token in gone]
            drafts = _drafts(tx, [task.id for task in ended])
    lost = {task.id for task in ended}
    return Preview(
        view=view,
        move=move,
        refusal=made.refusal,
        failure=made.failure,
        before=tuple(token.node.id for token in view.tokens),
        after=made.after,
        gone=tuple(GoneTask(task=task, drafts=drafts[task.id]) for task in ended),
        timers=tuple(timer for timer in timers if timer.token in gone or timer.task_id in lost),
        awaited=tuple(found.name for found in awaited if found.token in gone),
        stays=tuple(found.node.id for found in view.tokens if found.standing.token in made.kept),
        opens=made.opens,
        ends=made.ends,
        drawing=drawings.drawing(engine, person, view.definition_id),
    )


def _view(engine: Engine, tx: Transaction, instance_id: InstanceId) -> tuple[MovesView, InstanceRow, Definition]:
    facts = read_frame(engine, tx)
    # As in `internals`: an operator sees no case through row security, and nothing that is read here is its content.
    with tx.as_system():
        case = t.instance.c
        if tx.connection.execute(select(case.id).where(case.id == instance_id, ~case.sealed)).first() is None:
            raise NotFound(f"There is no instance {instance_id}.", id=str(instance_id))
        row = tx.instance(instance_id)
        definition = engine.definition(tx, row.definition_id)
        done = {node for node, _ in tx.completed_nodes(row.id)}
        moves = _load(tx, row, definition).moves()
        nodes, over = definition.info.nodes, row.is_over
        standing = () if over else moves.standing()
        hosts = {found.scope for found in standing} - {Token(0)}
        return (
            MovesView(
                frame=facts,
                id=row.id,
                definition_id=row.definition_id,
                key=row.key,
                version=definition.row.version,
                name=definition.row.name,
                name_en=definition.row.name_en,
                status=row.status,
                rev=row.rev,
                tokens=tuple(TokenPlace(standing=found, node=_node(nodes, found.node_id)) for found in standing),
                places=() if over else tuple(_places(moves.targets(), nodes, done)),
                scopes=tuple((found.token, _node(nodes, found.node_id)) for found in standing if found.token in hosts),
                to_end="" if over else moves.refusal_to_end(),
                record=_record(tx, row.id, nodes),
            ),
            row,
            definition,
        )


def _places(targets: Sequence[Target], nodes: Mapping[str, FlowNode], done: set[str]) -> Iterable[Place]:
    for target in targets:
        node = _node(nodes, target.node_id)
        refusal = target.refusal or refusal_of("jump", node, done)
        is_return = node.type in WORK_OF_PEOPLE and node.id in done
        yield Place(
            target=Target(scope=target.scope, node_id=target.node_id, refusal=refusal, cancels=target.cancels),
            node=node,
            is_return=is_return,
        )


def _record(tx: Transaction, case: InstanceId, nodes: Mapping[str, FlowNode]) -> tuple[MoveRecord, ...]:
    past, kept, person = t.history.c, t.history_body.c, t.person.c
    query = (
        select(past.at, past.event, kept.body, func.coalesce(person.name, past.actor).label("by"))
        .join(t.history_body, (kept.instance_id == past.instance_id) & (kept.seq == past.seq))
        .outerjoin(t.person, person.id == past.actor)
        .where(past.instance_id == case, past.event.in_(("moved", "variable_edited")))
        .order_by(past.seq.desc())
    )
    return tuple(
        _recorded(row.at, row.event, row.by, json.loads(row.body), nodes) for row in tx.connection.execute(query)
    )


def _recorded(at: datetime, event: str, by: str, body: Mapping[str, Any], nodes: Mapping[str, FlowNode]) -> MoveRecord:
    edited = event == "variable_edited"
    return MoveRecord(
        at=at,
        by=by,
        kind="edit" if edited else str(body["kind"]),
        what=_node(nodes, str(body["name"] if edited else body["to"])),
        before=tuple(_node(nodes, node) for node in body.get("before", ())),
        after=tuple(_node(nodes, node) for node in body.get("after", ())),
        reason=str(body["reason"]),
    )


def _node(nodes: Mapping[str, FlowNode], node_id: str) -> FlowNode:
    found = nodes.get(node_id)
    return found if found is not None else FlowNode(id=node_id, name="", type="")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    refusal: Refusal = ""
    failure: str = ""
    after: tuple[str, ...] = ()
    closed: tuple[tuple[Token, str], ...] = ()
    kept: frozenset[Token] = frozenset()
    opens: tuple[FlowNode, ...] = ()
    ends: bool = False


def _try(tx: Transaction, case: InstanceRow, definition: Definition, move: Move) -> _Tried:
    workflow = _load(tx, case, definition)
    before = {token for token, _, _ in workflow.open_tokens()}
    try:
        if move.kind in {"return", "jump"}:
            done = {node for node, _ in tx.completed_nodes(case.id)}
            refuse(refusal_of(move.kind, definition.info.nodes.get(move.node_id), done), move.node_id)
        workflow.moves().make(move)
        advance: Advance = workflow.advance()
    except (MoveRefused, ProtectedStep) as refused:
        return _Tried(refusal=refused.facts["refusal"])  # type: ignore[arg-type]
    except StepFailed as failed:
        return _Tried(failure=failed.node_id or move.node_id)
    now = {token for token, _, _ in workflow.open_tokens()}
    return _Tried(
        after=tuple(found.node_id for found in workflow.moves().standing()),
        closed=advance.closed,
        kept=frozenset(before & now),
        opens=tuple(_node(definition.info.nodes, opened.node_id) for opened in advance.opened),
        ends=advance.ended,
    )


def _load(tx: Transaction, case: InstanceRow, definition: Definition) -> Workflow:
    return Workflow.load(definition.compiled, case.state, at=tx.now, seed=case.seed, stores=SeenStores(tx))


def _drafts(tx: Transaction, tasks: Sequence[object]) -> Counter[object]:
    kept = t.draft.c
    query = select(kept.task_id, func.count()).where(kept.task_id.in_(tasks)).group_by(kept.task_id)
    return Counter({row[0]: row[1] for row in tx.connection.execute(query)})
