"""Posts: appointing and ending, with the handover of open tasks (domain.md §1.2, §1.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.cases import deliver
from engine.commands.handover import HandedOver, give_to_new_holder, hand_over_from
from engine.commands.organization.rights import check_admin, check_period, known_person, known_unit
from engine.commands.previews import Looked, previewable
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import InputRejected
from engine.model.clock import local_day
from engine.model.organization import Organization, Position
from engine.model.preloaded import position_labels
from engine.model.step import PersonId, ThrownEvent
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

MAIN = "LEAD_MAIN"
BRANCH = "BRANCH_SEC"
CHANGED = "msg.position_changed"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointed:
    """What an appointment led to."""

    position: Position
    ended: tuple[Position, ...]  #: what others held until the day before
    handed_over: tuple[HandedOver, ...]  #: open tasks that moved, or will on the day of the change


@previewable
@again_when_beaten
def appoint(
    engine: Engine,
    by: PersonId,
    position: Position,
    *,
    replaces: PersonId | None = None,
    reason: str | None = None,
    preview: bool = False,
) -> Appointed:
    """Appoint a person to a post of the own unit.

    The post of LEAD_MAIN has one holder at a time: the former one's ends the day before. replaces: the former holder
    of another post, whose post ends the same way. Open tasks of a former holder move to the new one on the day, as far
    as no recusal stands against it. reason: number or occasion of the decision; None where nobody was asked for one.
    preview: only say what it would lead to.
    Raises InputRejected for an unknown post, somebody of another unit, a department of another unit, a post that the
    person holds already, a LEAD_MAIN beside one appointed later, and a past day on which somebody else acted.
    """
    reason = _checked(reason)
    with engine.transaction(by) as tx:
        on = local_day(tx.now)
        organization = check_admin(engine, tx, by, position.unit)
        _check(organization, position, on)
        ended = _ended_by(organization, position, replaces, on)
        day_before = position.valid_from - _ONE_DAY
        was_vacant = not organization.holders(position.unit, position.code, position.valid_from)
        for former in ended:
            tx.end_position(former, day_before)
        tx.add_positions([(engine.ids.v7(tx.now), position)])
        fresh = engine.seeing(tx)
        handed: list[HandedOver] = []
        for former in ended:
            handed += hand_over_from(fresh, tx, PersonId(former.person), on=position.valid_from, by=by)
        if was_vacant and (position.valid_until is None or position.valid_until >= on):
            handed += give_to_new_holder(fresh, tx, position.unit, position.code, on=position.valid_from, by=by)
        appointed = Appointed(position=position, ended=tuple(ended), handed_over=tuple(handed))
        if preview:
            raise Looked(appointed)
        body = _body(position) | {"ended": [former.person for former in ended], "reason": reason}
        tx.access("position.appoint", body=body | {"tasks": len(handed)})
        tell_of_change(fresh, tx, position, by)
    logger.info("appointed", action="position.appoint", person_id=position.person, tasks=len(handed))
    return appointed


@previewable
@again_when_beaten
def end_position(
    engine: Engine,
    by: PersonId,
    person: PersonId,
    unit: str,
    code: str,
    last_day: date,
    *,
    reason: str | None = None,
    preview: bool = False,
) -> tuple[HandedOver, ...]:
    """The person holds the post until that day: yesterday at the earliest. Answers which open tasks move.

    They go to whoever holds the post then, else to the substitute, else as a vacant post falls back. Who names a
    successor calls `appoint` with `replaces` instead. reason, preview: as there.
    Raises InputRejected where the person does not hold the post, and for a day further back.
    """
    reason = _checked(reason)
    with engine.transaction(by) as tx:
        on = local_day(tx.now)
        organization = check_admin(engine, tx, by, unit)
        held = [
            post
            for post in organization.positions
            if (post.person, post.unit, post.code) == (person, unit, code)
            and (post.valid_until is None or post.valid_until > last_day)
            and post.valid_from <= max(on, last_day)
        ]
        if not held:
            raise InputRejected(
                f"{organization.person_name(person)}在{last_day}之后没有担任该岗位。",
                f"{person} does not hold {code} of {unit} after {last_day}.",
                field="person",
                value=person,
            )
        _check_not_past(last_day + _ONE_DAY, on, field="last_day")
        for post in held:
            end_or_drop(tx, post, last_day)
        fresh = engine.seeing(tx)
        handed = hand_over_from(fresh, tx, person, on=last_day + _ONE_DAY, by=by)
        if preview:
            raise Looked(handed)
        body = {"person": person, "unit": unit, "position": code, "last_day": last_day.isoformat(), "reason": reason}
        tx.access("position.end", body=body | {"tasks": len(handed)})
    logger.info("post ended", action="position.end", person_id=person, tasks=len(handed))
    return handed


def end_or_drop(tx: Transaction, position: Position, last_day: date) -> None:
    """End the post; an appointment that has not begun is taken back."""
    if position.valid_from > local_day(tx.now):
        tx.drop_position(position)
    else:
        tx.end_position(position, last_day)


def _checked(reason: str | None) -> str:
    return "" if reason is None else checked_reason(reason, zh="请填写任免依据或理由。")


def _check(organization: Organization, position: Position, on: date) -> None:
    known_unit(organization, position.unit, max(position.valid_from, on))
    person = known_person(organization, position.person)
    check_period(position.valid_from, position.valid_until)
    known = [label.code for label in position_labels()]
    if position.code not in known:
        raise InputRejected(
            f"没有“{position.code}”这一岗位。",
            f"There is no post {position.code!r}.",
            field="code",
            value=position.code,
            allowed=known,
        )
    if person.unit != position.unit:
        raise InputRejected(
            f"{person.name}不是{position.unit}的人员，请先办理调动。",
            f"{person.id} does not belong to {position.unit}: move the person first.",
            field="person",
            value=person.id,
        )
    for department in position.departments:
        if organization.unit_of_department(department) != position.unit:
            raise InputRejected(
                f"“{department}”不是{position.unit}的部门。",
                f"{department!r} is no department of {position.unit}.",
                field="departments",
                value=department,
            )
    if any(_overlaps(other, position) for other in _same_post(organization, position) if other.person == person.id):
        raise InputRejected(
            f"{person.name}在此期间已担任该岗位。",
            f"{person.id} holds this post in that time already.",
            field="valid_from",
            value=position.valid_from.isoformat(),
        )


def _ended_by(organization: Organization, position: Position, replaces: PersonId | None, on: date) -> list[Position]:
    """Whose posts this appointment ends the day before it begins. Raises InputRejected where that cannot be."""
    others = [p for p in _same_post(organization, position) if p.person != position.person and _overlaps(p, position)]
    ended = others if position.code == MAIN else [p for p in others if p.person == replaces]
    if replaces is not None and not any(p.person == replaces for p in ended):
        raise InputRejected(
            f"{organization.person_name(replaces)}届时不担任该岗位，无从接替。",
            f"{replaces} does not hold this post then.",
            field="replaces",
            value=replaces,
        )
    for former in ended:
        if former.valid_from >= position.valid_from:
            raise InputRejected(
                f"{organization.person_name(former.person)}自{former.valid_from}起担任该岗位，同一时间只能有一人。",
                f"{former.person} holds this post from {former.valid_from}; there is one holder at a time.",
                field="valid_from",
                value=position.valid_from.isoformat(),
            )
        _check_not_past(position.valid_from, on, field="valid_from")
    return ended


def _check_not_past(first_day_without: date, on: date, *, field: str) -> None:
    """What somebody did in office up to yesterday stays done in office."""
    if first_day_without < on:
        raise InputRejected(
            "离任不能倒签：最早自今日起不再担任。",
            "A post does not end in the past: from today on at the earliest.",
            field=field,
            value=first_day_without.isoformat(),
        )


def _same_post(organization: Organization, position: Position) -> list[Position]:
    return [p for p in organization.positions if (p.unit, p.code) == (position.unit, position.code)]


def _overlaps(one: Position, other: Position) -> bool:
    return one.valid_from <= (other.valid_until or date.max) and other.valid_from <= (one.valid_until or date.max)


def tell_of_change(engine: Engine, tx: Transaction, position: Position, by: PersonId) -> None:
    """msg.position_changed for P01, which asks for the commitment letter; kept while P01 is not deployed.

    A branch secretary holds a post of the party branch, under which nobody signs a letter.
    """
    if position.code == BRANCH:
        return
    event = ThrownEvent(
        node_id="",
        kind="message",
        name=CHANGED,
        payload=_body(position),
        correlation_key=f"{position.unit}+{position.code}",
    )
    with tx.as_system():
        deliver(engine, tx, event, by=by)


def _body(position: Position) -> dict[str, object]:
    return {
        "person": position.person,
        "unit": position.unit,
        "position": position.code,
        "departments": list(position.departments),
        "valid_from": position.valid_from.isoformat(),
        "valid_until": position.valid_until.isoformat() if position.valid_until else None,
    }
