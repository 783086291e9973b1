"""Messages and signals from outside, handed to the cases that wait for them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.commands.attempts import again_when_beaten
from engine.commands.cases import deliver
from engine.core import Engine
from engine.errors import InputRejected, NotFound, Refused
from engine.model.bulletin import SIGNAL, Bulletin, may_issue, read_bulletin
from engine.model.clock import local_day
from engine.model.step import InstanceId, PersonId, ThrownEvent
from engine.store.transaction import Transaction

#: Messages and signals that only the engine itself may send: each follows from a fact it has checked.
ENGINE_ONLY = frozenset({"msg.task_done", "msg.card_objection", "sig.calendar_changed"})


@again_when_beaten
def send(
    engine: Engine, person: PersonId, name: str, correlation_key: str, variables: Mapping[str, object]
) -> tuple[InstanceId, ...]:
    """Send a message. Answers the case that took it; empty: nobody waits yet, it is kept and shown."""
    _check_open_to_people(name)
    return _deliver(engine, person, "message", name, correlation_key, variables)


@again_when_beaten
def broadcast(engine: Engine, person: PersonId, name: str, variables: Mapping[str, object]) -> tuple[InstanceId, ...]:
    """Send a signal to every case that waits for it. A case bulletin: see engine/model/bulletin.py.

    Raises Refused for somebody who may not issue a bulletin, InputRejected for one that is not complete.
    """
    _check_open_to_people(name)
    if name == SIGNAL:
        with engine.reading(person) as tx:
            variables = _bulletin(engine, tx, person, variables).variables()
    return _deliver(engine, person, "signal", name, "", variables)


def _check_open_to_people(name: str) -> None:
    if name in ENGINE_ONLY:
        raise InputRejected(f"消息“{name}”只能由引擎发出。", f"Only the engine sends {name}.", field="name", value=name)


def _bulletin(engine: Engine, tx: Transaction, person: PersonId, values: Mapping[str, object]) -> Bulletin:
    organization, on = engine.reference(tx).organization, local_day(tx.now)
    if not may_issue(organization, person, on):
        raise Refused("Only leaders and inspectors of a committee issue bulletins.", code="may_not_issue")
    names = (known.name for known in organization.people)
    return read_bulletin(values, issuer_unit=organization.home_unit(person), names=names, today=on)


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
