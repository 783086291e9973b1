"""Rows of posts: who holds which, from when to when, and what stands against it."""

from __future__ import annotations

from datetime import date

from engine.model.organization import LEADERS, Position
from engine.model.preloaded import position_labels
from engine.model.staff_columns import (
    day_of,
)
from engine.model.staff_plan import PARTED, BadRow, Given, ImportPlan, Values, check_unit, code_of, read_in, text_in

MAIN = "LEAD_MAIN"


def take_position(plan: ImportPlan, given: Given, values: Values, seen: set[object]) -> None:
    unit, account = text_in(values, "unit"), text_in(values, "person")
    check_unit(plan, given, unit, "unit")
    person = plan.new_people.get(account) or given.organization.person(account)
    if person is None or person.unit != unit:
        raise BadRow("person", f"{unit}没有用户名为“{account}”的人员。", f"There is no {account!r} in {unit}.")
    code = code_of(text_in(values, "position"), position_labels())
    if code is None:
        raise BadRow("position", f"没有“{text_in(values, 'position')}”这一岗位。", "There is no such post.")
    first = read_in("valid_from", lambda: day_of(values.get("valid_from"), required=True)) or given.on
    last = read_in("valid_until", lambda: day_of(values.get("valid_until"), required=False))
    if last is not None and last < first:
        raise BadRow(
            "valid_until", f"截止日{last}早于起始日{first}。", f"It ends on {last}, before it begins on {first}."
        )
    made = Position(
        person=account,
        unit=unit,
        code=code,
        departments=_departments(given, unit, text_in(values, "departments")),
        valid_from=first,
        valid_until=last,
    )
    if (unit, code, account, first) in seen:
        raise BadRow("person", "同一任职在本表中重复。", "The same post stands in this sheet twice.")
    known = next(
        (p for p in given.organization.posts_at(unit, code) if (p.person, p.valid_from) == (account, first)), None
    )
    if known is None:
        _check_others(plan, given, made)
        plan.new_positions.append(made)
    elif known == made:
        plan.unchanged += 1
    else:
        plan.ended_positions.append((known, _new_end(known, made, given.on)))
    seen.add((unit, code, account, first))


def _new_end(known: Position, made: Position, on: date) -> date:
    """An import ends a post that is held, from today on; it changes nothing else of one."""
    last = made.valid_until
    if known.departments != made.departments or last is None or (known.valid_until or date.max) < last:
        raise BadRow(
            "valid_from", "已登记的任职只能填写截止日。", "Of a post that is entered only the last day is set."
        )
    if last < on:
        raise BadRow(
            "valid_until", "离任不能倒签，最早为今日。", "A post does not end in the past: today at the earliest."
        )
    return last


def _check_others(plan: ImportPlan, given: Given, made: Position) -> None:
    """One LEAD_MAIN at a time; nobody holds one post twice, or two leading posts of a unit."""
    ends = {(p.unit, p.code, p.person, p.valid_from): last for p, last in plan.ended_positions}
    same_unit = [p for p in (*given.organization.positions, *plan.new_positions) if p.unit == made.unit]
    for other in same_unit:
        last = ends.get((other.unit, other.code, other.person, other.valid_from), other.valid_until)
        if other.valid_from > (made.valid_until or date.max) or made.valid_from > (last or date.max):
            continue
        name = plan.new_people.get(other.person)
        who = name.name if name is not None else given.organization.person_name(other.person)
        if other.person == made.person and other.code == made.code:
            raise BadRow("valid_from", "此人在此期间已担任该岗位。", "The person holds this post in that time already.")
        if other.code == made.code == MAIN:
            raise BadRow(
                "valid_from",
                f"{who}同期任主要责任领导，只能有一人。请先填写其截止日。",
                f"{other.person} holds LEAD_MAIN in that time; there is one holder. Enter that last day first.",
            )
        if other.person == made.person and {other.code, made.code} <= set(LEADERS):
            raise BadRow(
                "position",
                "同一人在同一单位不能同时担任两个领导岗位。",
                "One person does not hold two leading posts of a unit at a time.",
            )


def _departments(given: Given, unit: str, text: str) -> tuple[str, ...]:
    found = tuple(filter(None, PARTED.split(text)))
    for code in found:
        if given.organization.unit_of_department(code) != unit:
            raise BadRow("departments", f"“{code}”不是{unit}的部门。", f"{code!r} is no department of {unit}.")
    return found
