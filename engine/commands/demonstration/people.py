"""The 1,400 fictional staff of domain.md §8, 485 of them with an account: who they are and what they hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import cycle

from engine.commands.accounts import hash_password
from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.model.organization import (
    COMMISSION,
    Department,
    Person,
    Position,
    RoleGrant,
    RosterEntry,
    Unit,
    check_roles,
)
from engine.model.preloaded import preloaded_units, role_labels
from engine.model.step import PersonId

#: One password for all, printed at start-up; one stored hash, since 485 would take a minute to compute.
PASSWORD = "Changxiao-2026"  # noqa: S105
SINCE = date(2025, 1, 1)
STAFF = 20  #: people in each unit
TOP, COUNTY_ZF, COUNTY_GA = "532500-ZF", "532503-ZF", "532503-GA"
#: People whom the documentation names keep their numbers; the others are counted from 201.
_NUMBERS = {
    COUNTY_GA: (96, 97, 98, 99, 101, 102),
    COUNTY_ZF: (35, 36, 37, 38, 39, 40, 41, 42, 43, 44),
    TOP: (1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13),
}
_POSTS = ("LEAD_MAIN", "LEAD_DIRECT", "LEAD_OTHER", "DEPT_RESP", "PERSON_RESP", "")
_COMMISSION_ROLES = ("inspector", "inspector", "reviewer", "intake")
_CENTRAL = ((901, "analyst"), (902, "analyst"), (903, "admin"), (904, "admin"), (905, "auditor"), (906, "auditor"))
_OPERATORS = ((907, "operator"), (908, "operator"))
_LEADERS = {"LEAD_MAIN", "LEAD_DIRECT", "LEAD_OTHER"}
_DEPARTMENTS = (("01", "政治部", "内设机构"), ("02", "办公室", "内设机构"), ("03", "综合业务科", "内设机构"))
_BRANCHES = (("91", "第一党支部"), ("92", "第二党支部"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account holder of the demonstration."""

    number: int
    unit: str
    roles: tuple[str, ...]
    post: str = ""  #: position code, "" for none
    department: str = ""

    @property
    def id(self) -> PersonId:
        return PersonId(f"u{self.number:03d}")

    @property
    def name(self) -> str:
        return f"用户{self.number:03d}"


def accounts() -> Iterator[Account]:
    """All account holders, the same at every call."""
    following = iter(range(201, 900))
    for unit in preloaded_units():
        numbers = iter(_NUMBERS.get(unit.code, ()))
        for post, roles in _places(unit):
            number = next(numbers, None) or next(following)
            department = f"{unit.code}-{'01' if post in {'DEPT_RESP', 'PERSON_RESP'} else '03'}"
            yield Account(
                number=number,
                unit=unit.code,
                roles=roles,
                post=post,
                department="" if post in _LEADERS else department,
            )
    for number, role in (*_CENTRAL, *_OPERATORS):
        yield Account(number=number, unit=TOP, roles=(role,))


def logins() -> list[dict[str, str]]:
    """Accounts to sign in with: one per account holder, those of the documentation first."""
    labels = {label.code: label.zh for label in role_labels()}
    first = {1, 9, 11, 12, 36, 41, 97, 101, 102, 901, 902, 905, 907}
    ordered = sorted(accounts(), key=lambda account: (account.number not in first, account.number))
    return [
        {
            "username": account.id,
            "password": PASSWORD,
            "role": account.roles[0],
            "unit": account.unit,
            "name": account.name,
            "role_name": labels[account.roles[0]],
            "position": account.post,
        }
        for account in ordered
    ]


def add_people(engine: Engine, wanted: Collection[str] = ()) -> None:
    """Enter units, departments, people, posts, roles and accounts, all in one transaction.

    wanted: codes of the units; none: all of them.
    """
    units = [unit for unit in preloaded_units() if not wanted or unit.code in wanted]
    codes = {unit.code for unit in units}
    holders = [account for account in accounts() if account.unit in codes]
    for account in holders:
        check_roles(set(account.roles))
    password_hash = hash_password(PASSWORD)
    with engine.transaction(SYSTEM) as tx:
        tx.add_units(replace(unit, staff=STAFF, active_from=SINCE) for unit in units)
        tx.add_departments(department for unit in units for department in _departments(unit))
        tx.add_people(person for person in _staff() if person.unit in codes)
        tx.add_positions((engine.ids.v7(tx.now), position) for position in _positions(holders, units))
        tx.add_grants(
            (
                (engine.ids.v7(tx.now), RoleGrant(person=a.id, role=role, unit=a.unit, valid_from=SINCE))
                for a in holders
                for role in a.roles
            ),
            confirmed_by=SYSTEM,
        )
        tx.add_turns((engine.ids.v7(tx.now), turn) for turn in _turns(holders))
        for account in holders:
            tx.set_password(account.id, password_hash, at=tx.wall_now())


def _places(unit: Unit) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(position, roles) of each account holder of a unit, six or, in a commission, ten and eleven."""
    for post in _POSTS:
        yield post, ("unit_leader",) if post in _LEADERS else ("officer",)
    if unit.type == COMMISSION:
        for role in _COMMISSION_ROLES:
            yield "", (role,)
        if unit.code == TOP:
            yield "", ("intake",)


def _staff() -> Iterator[Person]:
    """20 people in each unit, half of them in each of its two branches; those without an account sign on paper."""
    numbers, holders = iter(range(1, 2_000)), list(accounts())
    for unit in preloaded_units():
        own = [holder for holder in holders if holder.unit == unit.code]
        branches = cycle(f"{unit.code}-{code}" for code, _ in _BRANCHES)
        for one in own:
            yield Person(id=one.id, name=one.name, unit=unit.code, department=one.department, branch=next(branches))
        for _ in range(STAFF - len(own)):
            number = next(numbers)
            yield Person(
                id=f"s{number:04d}",
                name=f"职工{number:04d}",
                unit=unit.code,
                department=f"{unit.code}-03",
                branch=next(branches),
                on_paper=True,
            )


def _positions(holders: list[Account], units: Iterable[Unit]) -> Iterator[Position]:
    for account in holders:
        if account.post:
            yield Position(
                person=account.id,
                unit=account.unit,
                code=account.post,
                departments=(account.department,) if account.post == "DEPT_RESP" else (),
                valid_from=SINCE,
            )
    by_unit = {(a.unit, a.post): a for a in holders}
    for unit in units:
        for (code, _), post in zip(_BRANCHES, ("LEAD_OTHER", "DEPT_RESP"), strict=True):
            holder = by_unit[unit.code, post]
            department = f"{unit.code}-{code}"
            yield Position(
                person=holder.id, unit=unit.code, code="BRANCH_SEC", departments=(department,), valid_from=SINCE
            )


def _turns(holders: list[Account]) -> Iterator[RosterEntry]:
    """Every unit has a duty officer and a leader on duty, until it enters its own 值班表."""
    on_duty = {"": "duty", "LEAD_DIRECT": "duty_leader"}
    for account in holders:
        if account.post in on_duty and account.roles[0] in {"officer", "unit_leader"}:
            yield RosterEntry(name=on_duty[account.post], unit=account.unit, person=account.id, first_day=SINCE)


def _departments(unit: Unit) -> Iterator[Department]:
    for code, name, kind in _DEPARTMENTS:
        yield Department(
            code=f"{unit.code}-{code}",
            unit=unit.code,
            name=name,
            kind=kind,  # type: ignore[arg-type]
            is_responsible=code == "01",
        )
    for code, name in _BRANCHES:
        yield Department(code=f"{unit.code}-{code}", unit=unit.code, name=name, kind="支部")
