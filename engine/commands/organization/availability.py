"""Who is away and who acts instead, and from whom somebody keeps away: by the person himself or an administrator."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Literal, get_args

import structlog

from engine.commands.organization.rights import check_period, check_self_or_admin, known_person, known_unit
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import InputRejected
from engine.model.clock import local_day
from engine.model.organization import Absence, Substitute
from engine.model.step import PersonId
from engine.store.organization import RecusalRow

logger = structlog.get_logger(__name__)

RelationCode = Literal["kin", "interest", "colleague"]


def name_substitute(engine: Engine, by: PersonId, substitute: Substitute) -> None:
    """代理人: who acts in a post while its holder is absent or kept out. One named before for the post ends.

    Raises InputRejected for a post that is not held, oneself, somebody of another unit, a first day in the past.
    """
    with engine.transaction(by) as tx:
        on = local_day(tx.now)
        organization = check_self_or_admin(engine, tx, by, substitute.holder)
        check_period(substitute.valid_from, substitute.valid_until)
        _check_not_past(substitute.valid_from, on)
        holders = organization.holders(substitute.unit, substitute.position, substitute.valid_from)
        if substitute.holder not in {held.person for held in holders}:
            raise InputRejected(
                f"{organization.person_name(substitute.holder)}届时不担任该岗位。",
                f"{substitute.holder} does not hold {substitute.position} of {substitute.unit} then.",
                field="position",
                value=substitute.position,
            )
        other = known_person(organization, substitute.person)
        if other.id == substitute.holder or other.unit != substitute.unit:
            raise InputRejected(
                "代理人应为本单位的其他人员。",
                "The substitute is another person of the unit.",
                field="person",
                value=substitute.person,
            )
        day_before = substitute.valid_from - timedelta(days=1)
        tx.end_substitutes(substitute.holder, substitute.unit, substitute.position, day_before)
        tx.add_substitute(engine.ids.v7(tx.now), substitute)
        tx.access(
            "substitute.name",
            body={
                "holder": substitute.holder,
                "unit": substitute.unit,
                "position": substitute.position,
                "person": substitute.person,
                "valid_from": substitute.valid_from.isoformat(),
            },
        )
    logger.info("substitute named", action="substitute.name", person_id=substitute.holder)


def declare_absence(engine: Engine, by: PersonId, absence: Absence, *, reason: str = "") -> None:
    """请假、出差: new tasks go to the substitute while it lasts; open ones stay.

    Raises InputRejected for a time that is over, or that overlaps another absence.
    """
    if reason.strip():
        reason = checked_reason(reason, zh="请填写事由。")
    with engine.transaction(by) as tx:
        on = local_day(tx.now)
        organization = check_self_or_admin(engine, tx, by, absence.person)
        check_period(absence.first_day, absence.last_day, field="last_day")
        if absence.last_day < on:
            raise InputRejected(
                "这段时间已经过去。", "That time is over.", field="last_day", value=absence.last_day.isoformat()
            )
        clash = next((a for a in organization.absences if a.person == absence.person and _meet(a, absence)), None)
        if clash is not None:
            raise InputRejected(
                f"与已登记的{clash.kind}（{clash.first_day}至{clash.last_day}）重叠。",
                f"It overlaps an absence from {clash.first_day} to {clash.last_day}.",
                field="first_day",
                value=absence.first_day.isoformat(),
            )
        tx.add_absence(engine.ids.v7(tx.now), absence, reason=reason)
        tx.access("absence.declare", body=_body(absence))
    logger.info("absence declared", action="absence.declare", person_id=absence.person)


def cut_absence(engine: Engine, by: PersonId, person: PersonId, back_on: date) -> None:
    """The person is back earlier, on `back_on`. Raises InputRejected without an absence that this would cut."""
    with engine.transaction(by) as tx:
        organization = check_self_or_admin(engine, tx, by, person)
        _check_not_past(back_on, local_day(tx.now))
        away = next(
            (a for a in organization.absences if a.person == person and a.first_day < back_on <= a.last_day), None
        )
        if away is None:
            raise InputRejected(
                "该日没有登记的请假或出差。",
                f"{person} is not absent on {back_on}.",
                field="back_on",
                value=back_on.isoformat(),
            )
        cut = replace(away, last_day=back_on - timedelta(days=1))
        tx.end_absence(away, cut.last_day)
        tx.access("absence.cut", body=_body(cut))


def withdraw_absence(engine: Engine, by: PersonId, person: PersonId, first_day: date) -> None:
    """An absence that has not begun is taken back: the person stays. Raises InputRejected where there is none such."""
    with engine.transaction(by) as tx:
        organization = check_self_or_admin(engine, tx, by, person)
        away = next((a for a in organization.absences if a.person == person and a.first_day == first_day), None)
        if away is None or away.first_day <= local_day(tx.now):
            raise InputRejected(
                "该日没有尚未开始的请假或出差。",
                f"No absence of {person} that begins on {first_day} is still to come.",
                field="first_day",
                value=first_day.isoformat(),
            )
        tx.drop_absence(away)
        tx.access("absence.withdraw", body=_body(away))


def end_substitution(engine: Engine, by: PersonId, holder: PersonId, unit: str, position: str) -> None:
    """Nobody acts in this post any more, from today on. Tasks that the substitute has stay with him.

    Raises InputRejected where nobody does.
    """
    with engine.transaction(by) as tx:
        check_self_or_admin(engine, tx, by, holder)
        last_day = local_day(tx.now) - timedelta(days=1)
        if not tx.end_substitutes(holder, unit, position, last_day):
            raise InputRejected(
                "该岗位没有指定代理人。", f"Nobody substitutes for {holder}.", field="position", value=position
            )
        tx.access("substitute.end", body={"holder": holder, "unit": unit, "position": position})


def declare_relation(
    engine: Engine,
    by: PersonId,
    person: PersonId,
    relation: RelationCode,
    *,
    about_person: str = "",
    about_unit: str = "",
    until: date | None = None,
    note: str = "",
) -> None:
    """回避登记: a near relation to a person, or to a unit that is inspected; who declared it is not given such cases.

    until: last day on which it counts; of a former colleague the last day of working together, from which the years of
    the parameter are counted. Raises InputRejected for no or two objects, oneself, an unknown one.
    """
    with engine.transaction(by) as tx:
        organization = check_self_or_admin(engine, tx, by, person)
        if relation not in get_args(RelationCode):
            raise InputRejected(
                f"没有“{relation}”这种关系。",
                f"There is no relation {relation!r}.",
                field="relation",
                value=relation,
                allowed=list(get_args(RelationCode)),
            )
        if bool(about_person) == bool(about_unit) or about_person == person:
            raise InputRejected(
                "请填写一名有关人员（非本人）或一个有关单位。",
                "Name one other person, or one unit.",
                field="about_person",
                value=about_person,
            )
        on = local_day(tx.now)
        if about_person:
            known_person(organization, about_person)
        else:
            known_unit(organization, about_unit, on)
        tx.add_recusal(
            RecusalRow(
                id=engine.ids.v7(tx.now),
                person_id=person,
                relation=relation,
                about_person=about_person or None,
                about_unit=about_unit or None,
                valid_from=on,
                valid_until=until,
                declared_at=tx.now,
                note=note,
            )
        )
        # Who is related to whom is the person's own business: the log says that there is a declaration.
        tx.access("recusal.declare", body={"person": person, "relation": relation})
    logger.info("relation declared", action="recusal.declare", person_id=person)


def _check_not_past(day: date, on: date) -> None:
    if day < on:
        raise InputRejected(
            "日期不能早于今天。", "The day must not be in the past.", field="valid_from", value=day.isoformat()
        )


def _meet(one: Absence, other: Absence) -> bool:
    return one.first_day <= other.last_day and other.first_day <= one.last_day


def _body(absence: Absence) -> dict[str, object]:
    return {
        "person": absence.person,
        "kind": absence.kind,
        "first_day": absence.first_day.isoformat(),
        "last_day": absence.last_day.isoformat(),
    }
