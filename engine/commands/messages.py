"""Messages and signals from outside, handed to the cases that wait for them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.commands.attempts import again_when_beaten
from engine.commands.cases import deliver
from engine.core import Engine
from engine.errors import InputRejected, NotFound, Refused
from engine.model.step import InstanceId, PersonId, ThrownEvent
from engine.store.transaction import Transaction

#: Messages that only the engine itself may send: each follows from a fact it has checked.
ENGINE_ONLY = frozenset({"msg.task_done", "msg.card_objection"})


@again_when_beaten
def send(
    engine: Engine, person: PersonId, name: str, correlation_key: str, variables: Mapping[str, object]
) -> tuple[InstanceId, ...]:
    """Send a message. Answers the case that took it; empty: nobody waits yet, it is kept and shown."""
    if name in ENGINE_ONLY:
        raise InputRejected(f"消息“{name}”只能由引擎发出。", f"Only the engine sends {name}.", field="name", value=name)
    return _deliver(engine, person, "message", name, correlation_key, variables)


@again_when_beaten
def broadcast(engine: Engine, person: PersonId, name: str, variables: Mapping[str, object]) -> tuple[InstanceId, ...]:
    """Send a signal to every case that waits for it."""
    return _deliver(engine, person, "signal", name, "", variables)


def _deliver(
    engine: Engine,
    person: PersonId,
    kind: str,
    name: str,
    correlation_key: str,
    variables: Mapping[str, object],
) -> tuple[InstanceId, ...]:
    event = ThrownEvent(
        node_id="",
        kind="signal" if kind == "signal" else "message",
        name=name,
        payload=variables,
        correlation_key=correlation_key,
    )
    with engine.transaction(person) as tx:
        tx.access("message", body={"name": name, "kind": kind})
        with tx.as_system():
            reached = deliver(engine, tx, event, by=person)
        _check_seen(tx, reached)
    return reached


def _check_seen(tx: Transaction, reached: tuple[InstanceId, ...]) -> None:
    """Nobody moves a case that he may not see: raises Refused, and the message is undone."""
    for instance_id in reached:
        try:
            tx.instance(instance_id)
        except NotFound:
            raise Refused("The message would reach a case of others.", code="case_of_others") from None
