"""Dead ends: cases that nobody can move, and work that gave up; for whoever judges a whole rehearsal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, literal, not_, or_, select

from engine.store import tables as t
from engine.store.transaction import Transaction

_OPEN_STATES = ("offered", "assigned", "started", "suspended")
#: A case that has waited so long for a message alone may wait for ever.
LONG_WAIT = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DeadEnd:
    """Cases of one process that stand at one place for one reason. kind: incident, unassigned, nothing, message."""

    key: str
    node: str
    kind: str
    why: str


def dead_ends(tx: Transaction) -> Counter[DeadEnd]:
    """How many cases stand where, of everything in the database. As the system: for no screen of a person."""
    return _incidents(tx) + _unassigned(tx) + _without_anything(tx) + _waiting_for_messages(tx)


def _incidents(tx: Transaction) -> Counter[DeadEnd]:
    incident = t.incident.c
    query = (
        select(incident.key, incident.node_id, incident.kind, incident.code, incident.message, func.count())
        .where(incident.state != "resolved")
        .group_by(incident.key, incident.node_id, incident.kind, incident.code, incident.message)
    )
    return Counter(
        {
            DeadEnd(key=key, node=node, kind="incident", why=f"{kind}/{code}: {message}"): number
            for key, node, kind, code, message, number in tx.connection.execute(query)
        }
    )


def _unassigned(tx: Transaction) -> Counter[DeadEnd]:
    """Open tasks that nobody has and nobody is offered."""
    task = t.user_task.c
    offered = select(literal(1)).where(t.task_candidate.c.task_id == task.id).exists()
    query = (
        select(task.mechanism, task.node_id, func.count())
        .where(task.state.in_(_OPEN_STATES), task.assignee.is_(None), not_(offered))
        .group_by(task.mechanism, task.node_id)
    )
    return Counter(
        {
            DeadEnd(key=key, node=node, kind="unassigned", why="nobody has it, nobody is offered it"): number
            for key, node, number in tx.connection.execute(query)
        }
    )


def _without_anything(tx: Transaction) -> Counter[DeadEnd]:
    """Running cases with no open task, no timer and no message to wait for."""
    case = t.instance.c
    waits = select(literal(1)).where(t.subscription.c.instance_id == case.id).exists()
    query = (
        select(case.key, case.case_state, func.count())
        .where(_stands_by_itself(), not_(waits))
        .group_by(case.key, case.case_state)
    )
    return Counter(
        {
            DeadEnd(key=key, node=state, kind="nothing", why="no task, no timer, no message"): number
            for key, state, number in tx.connection.execute(query)
        }
    )


def _waiting_for_messages(tx: Transaction) -> Counter[DeadEnd]:
    """Running cases that have long been waiting for a message alone, with no case of their own that could send it."""
    case, waiting, child = t.instance.c, t.subscription.c, t.instance.alias("child").c
    has_children = select(literal(1)).where(child.parent_instance == case.id, child.ended_at.is_(None)).exists()
    query = (
        select(case.key, waiting.node_id, waiting.name, func.count())
        .join_from(t.instance, t.subscription, waiting.instance_id == case.id)
        .where(
            _stands_by_itself(),
            not_(has_children),
            waiting.kind == "message",
            case.updated_at < tx.now - LONG_WAIT,
        )
        .group_by(case.key, waiting.node_id, waiting.name)
    )
    return Counter(
        {
            DeadEnd(key=key, node=node, kind="message", why=f"waits for {name} alone"): number
            for key, node, name, number in tx.connection.execute(query)
        }
    )


def _stands_by_itself() -> ColumnElement[bool]:
    case, task, timer = t.instance.c, t.user_task.c, t.timer.c
    has_task = select(literal(1)).where(task.instance_id == case.id, task.state.in_(_OPEN_STATES)).exists()
    has_timer = select(literal(1)).where(timer.instance_id == case.id, timer.held_at.is_(None)).exists()
    return and_(case.ended_at.is_(None), or_(case.status == "running", case.status == "incident"), not_(has_task),
                not_(has_timer))  # fmt: skip
