"""值班表: who is on duty in a unit, entered by the unit itself or by an administrator."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

import structlog

from engine.commands.organization.rights import check_period, known_person, known_unit
from engine.core import Engine
from engine.errors import InputRejected, NotFound, Refused
from engine.model.clock import local_day
from engine.model.organization import Organization, RosterEntry
from engine.model.roster import DUTY_LEADER, may_keep_roster
from engine.model.roster_text import LineProblem, copied_turns, read_turns
from engine.model.step import PersonId
from engine.store.organization import TurnRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

MAX_TURN_DAYS = 366
_MOST_TOLD = 20  #: lines of a pasted roster that are told at once
_LEADERS = ("LEAD_MAIN", "LEAD_DIRECT", "LEAD_OTHER")


class NotYourRoster(Refused):
    """The roster of a unit is kept by its officers and leaders, or by an administrator. Facts: unit."""

    code = "not_your_roster"

    def __init__(self, unit: str) -> None:
        super().__init__(f"The roster of {unit} is kept by its own officers and leaders.", unit=unit)
        self.zh = "值班表由本单位经办人、领导或系统管理员维护。"
        self.en = f"The roster of {unit} is kept by its own officers and leaders, or by an administrator."


def add_turn(engine: Engine, by: PersonId, turn: RosterEntry) -> UUID:
    """Somebody of the unit is on duty from the first to the last day. Answers the id of the turn.

    Raises NotYourRoster, NotFound for an unknown person, InputRejected for days that are over or too many, for
    somebody of another unit, a leader's turn that is no leader's, or a turn that the person has already.
    """
    with engine.transaction(by) as tx:
        organization, on = _kept_by(engine, tx, by, turn.unit)
        _check(organization, turn, on)
        _check_free(organization, [_entry(row) for row in tx.turns_of(turn.unit, turn.first_day)], turn)
        (new_id,) = _enter(engine, tx, [turn])
    logger.info("turn entered", action="roster.add", unit=turn.unit, person_id=turn.person)
    return new_id


class LinesRejected(InputRejected):
    """Lines of a pasted roster cannot stand; nothing was entered. Facts: field, lines (numbers)."""

    code = "lines_rejected"

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        zh = "".join(f"第{one.number}行：{one.zh}" for one in problems[:_MOST_TOLD])
        en = " ".join(f"Line {one.number}: {one.en}" for one in problems[:_MOST_TOLD])
        super().__init__(zh, en, field="lines", lines=[one.number for one in problems])
        self.problems = tuple(problems)


def enter_turns(engine: Engine, by: PersonId, unit: str, text: str) -> int:
    """Enter the turns of pasted lines, all or none. Answers how many.

    Raises NotYourRoster, and LinesRejected with every line that is no turn or that cannot stand beside the others.
    """
    with engine.transaction(by) as tx:
        organization, on = _kept_by(engine, tx, by, unit)
        read, found = read_turns(text, unit, organization.staff_of(unit))
        problems = list(found)
        taken: list[RosterEntry] = [_entry(row) for row in tx.turns_of(unit, on)]
        for number, turn in read:
            try:
                _check(organization, turn, on)
                _check_free(organization, taken, turn)
            except InputRejected as refused:
                problems.append(LineProblem(number=number, zh=refused.zh, en=refused.en))
            taken.append(turn)
        if not read and not problems:
            raise InputRejected("请粘贴值班表，每行一人。", "Paste the roster, one person a line.", field="lines")
        if problems:
            raise LinesRejected(sorted(problems, key=lambda one: one.number))
        _enter(engine, tx, [turn for _, turn in read])
    logger.info("turns entered", action="roster.add", unit=unit, count=len(read))
    return len(read)


def copy_month(engine: Engine, by: PersonId, unit: str, first: date) -> int:
    """Fill the free days of a month, from today on, as the same weekdays of the month before. Answers how many turns.

    first: first day of the month. Whoever has left the unit, or a leading post, is not copied. Raises NotYourRoster.
    """
    last = first.replace(day=monthrange(first.year, first.month)[1])
    with engine.transaction(by) as tx:
        organization, on = _kept_by(engine, tx, by, unit)
        known = [_entry(row) for row in tx.turns_of(unit, first - timedelta(days=MAX_TURN_DAYS))]
        turns = [turn for turn in copied_turns(known, first, last, since=on) if _stands(organization, turn, on)]
        _enter(engine, tx, turns)
    logger.info("month copied", action="roster.add", unit=unit, count=len(turns))
    return len(turns)


def end_turn(engine: Engine, by: PersonId, unit: str, turn_id: UUID) -> None:
    """Take back a turn that has not begun; one that has begun ends yesterday. Raises NotFound, NotYourRoster."""
    with engine.transaction(by) as tx:
        _, on = _kept_by(engine, tx, by, unit)
        turn = next((held for held in tx.turns_of(unit, on) if held.id == turn_id), None)
        if turn is None:
            raise NotFound(f"There is no turn {turn_id} to come in {unit}.", id=str(turn_id))
        if turn.first_day >= on:
            tx.drop_turn(turn_id)
        else:
            tx.end_turn(turn_id, on - timedelta(days=1))
        tx.access("roster.end", body={"unit": unit, "person": turn.person_id, "roster": turn.roster})


def _kept_by(engine: Engine, tx: Transaction, by: PersonId, unit: str) -> tuple[Organization, date]:
    organization, on = engine.reference(tx).organization, local_day(tx.now)
    known_unit(organization, unit, on)
    if not may_keep_roster(organization, by, unit, on):
        raise NotYourRoster(unit)
    return organization, on


def _check(organization: Organization, turn: RosterEntry, on: date) -> None:
    check_period(turn.first_day, turn.last_day, field="last_day")
    person = known_person(organization, turn.person)
    if person.unit != turn.unit:
        raise InputRejected(
            "值班人员应为本单位人员。", "Who is on duty belongs to the unit.", field="person", value=turn.person
        )
    if turn.first_day < on or turn.last_day is None or (turn.last_day - turn.first_day).days >= MAX_TURN_DAYS:
        raise InputRejected(
            f"请填写今日起、不超过{MAX_TURN_DAYS}天的起止日期。",
            f"A turn begins today or later and lasts at most {MAX_TURN_DAYS} days.",
            field="first_day",
            value=turn.first_day.isoformat(),
        )
    posts = {post.code for post in organization.posts_of(turn.person, turn.unit) if post.is_held(turn.first_day)}
    if turn.name == DUTY_LEADER and not posts & set(_LEADERS):
        raise InputRejected(
            "值班领导应为本单位班子成员。", "A leader on duty holds a leading post.", field="person", value=turn.person
        )


def _check_free(organization: Organization, taken: Iterable[RosterEntry], turn: RosterEntry) -> None:
    clash = next((held for held in taken if _meet(held, turn)), None)
    if clash is not None:
        raise InputRejected(
            f"{organization.person_name(turn.person)}自{clash.first_day}起已在值班表中。",
            f"{turn.person} is on this roster from {clash.first_day} already.",
            field="first_day",
            value=turn.first_day.isoformat(),
        )


def _stands(organization: Organization, turn: RosterEntry, on: date) -> bool:
    try:
        _check(organization, turn, on)
    except InputRejected:
        return False
    return True


def _enter(engine: Engine, tx: Transaction, turns: Sequence[RosterEntry]) -> tuple[UUID, ...]:
    made = [(engine.ids.v7(tx.now), turn) for turn in turns]
    tx.add_turns(made)
    for turn in turns:
        tx.access("roster.add", body=_body(turn))
    return tuple(new_id for new_id, _ in made)


def _entry(row: TurnRow) -> RosterEntry:
    return RosterEntry(
        name=row.roster, unit=row.unit, person=row.person_id, first_day=row.first_day, last_day=row.last_day
    )


def _meet(held: RosterEntry, turn: RosterEntry) -> bool:
    if (held.name, held.person) != (turn.name, turn.person):
        return False
    ends_before = held.last_day is not None and held.last_day < turn.first_day
    begins_after = turn.last_day is not None and turn.last_day < held.first_day
    return not ends_before and not begins_after


def _body(turn: RosterEntry) -> dict[str, object]:
    return {
        "unit": turn.unit,
        "roster": turn.name,
        "person": turn.person,
        "first_day": turn.first_day.isoformat(),
        "last_day": turn.last_day.isoformat() if turn.last_day else None,
    }
