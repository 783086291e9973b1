"""Who there is: units and their superior line, departments, people, positions, roles, substitutes and absences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol, TypeVar

from engine.errors import InputRejected

_Row = TypeVar("_Row")
_Of = TypeVar("_Of", "Person", "Department")

UnitLevel = Literal["PREF", "COUNTY"]
COMMISSION = "ZF"  #: unit type 党委政法委
LEADERS = ("LEAD_MAIN", "LEAD_DIRECT", "LEAD_OTHER")
#: One user has at most one role of each set (domain.md §1.3).
EXCLUSIVE_ROLES = (frozenset({"admin", "auditor", "analyst", "operator"}), frozenset({"intake", "reviewer"}))


class RolesConflict(InputRejected):
    """One user may not hold these roles together. Facts: roles."""

    code = "roles_conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of the territorial line. Never deleted, only closed."""

    code: str  #: region + type, "532503-GA"
    name: str
    short_name: str
    document_prefix: str  #: 机关代字, "红政法"
    level: UnitLevel
    type: str  #: ZF FY JC GA SF, and what an administrator adds
    superior: str  #: code of the superior unit by §1.4; "" for 532500-ZF, whose superior stands outside the system
    staff: int = 0
    active_from: date | None = None
    active_until: date | None = None  #: last day, inclusive

    def is_active(self, on: date) -> bool:
        return _covers(self.active_from, self.active_until, on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department, grass-roots post or branch below a unit."""

    code: str  #: "532503-GA-03"
    unit: str
    name: str
    kind: Literal["内设机构", "基层单位", "支部"] = "内设机构"
    is_responsible: bool = False  #: flagged 责任部门


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member of the workforce."""

    id: str  #: account name, "u101"
    name: str
    unit: str
    department: str = ""
    branch: str = ""  #: code of the 支部
    on_paper: bool = False  #: has no account: takes part on paper, and is given no task (domain.md §1.3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A post that a Person holds in a Unit; an Assignment finds its people through it."""

    person: str
    unit: str
    code: str  #: LEAD_MAIN, PERSON_RESP, … (domain.md §1.2)
    departments: tuple[str, ...] = ()  #: departments in charge, of a LEAD_DIRECT or DEPT_RESP; empty: all
    valid_from: date
    valid_until: date | None = None  #: last day on which it is held, inclusive; None: open

    def is_held(self, on: date) -> bool:
        return _covers(self.valid_from, self.valid_until, on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """代理人: who acts for the holder of a position while the holder is absent or excluded."""

    holder: str
    unit: str
    position: str
    person: str
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGrant:
    """A role given to a person for a unit and its subtree."""

    person: str
    role: str
    unit: str
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A time in which a person takes no new tasks."""

    person: str
    first_day: date
    last_day: date
    kind: Literal["请假", "出差"] = "请假"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """A turn in a named roster or a place in a named pool: duty (值班表), INSPECTION."""

    name: str
    unit: str
    person: str
    first_day: date
    last_day: date | None = None


class OrganizationView(Protocol):
    """What assignment and recusal ask of the organisation. The snapshot below answers it, a store may too."""

    def superior(self, unit: str) -> str: ...
    def top(self) -> str: ...
    def children(self, unit: str) -> tuple[str, ...]: ...
    def commissions(self) -> tuple[str, ...]: ...
    def unit_of_department(self, department: str) -> str: ...
    def person_name(self, person: str) -> str: ...
    def home_unit(self, person: str) -> str: ...
    def holders(self, unit: str, position: str, on: date) -> tuple[Position, ...]: ...
    def members(self, role: str, unit: str, on: date) -> tuple[str, ...]: ...
    def roster(self, name: str, unit: str, on: date) -> tuple[str, ...]: ...
    def is_absent(self, person: str, on: date) -> bool: ...
    def substitute(self, person: str, unit: str, position: str, on: date) -> str: ...
    def served_in(self, person: str, unit: str, since: date) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class Organization:
    """A snapshot of the organisation, indexed. Answers questions about any day that its rows cover."""

    units: tuple[Unit, ...] = ()
    departments: tuple[Department, ...] = ()
    people: tuple[Person, ...] = ()
    positions: tuple[Position, ...] = ()
    grants: tuple[RoleGrant, ...] = ()
    substitutes: tuple[Substitute, ...] = ()
    absences: tuple[Absence, ...] = ()
    rosters: tuple[RosterEntry, ...] = ()
    _units: Mapping[str, Unit] = field(init=False, repr=False, compare=False)
    _children: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _people: Mapping[str, Person] = field(init=False, repr=False, compare=False)
    _posts: Mapping[tuple[str, str], tuple[Position, ...]] = field(init=False, repr=False, compare=False)
    _grants: Mapping[tuple[str, str], tuple[RoleGrant, ...]] = field(init=False, repr=False, compare=False)
    _staff: Mapping[str, tuple[Person, ...]] = field(init=False, repr=False, compare=False)
    _departments: Mapping[str, tuple[Department, ...]] = field(init=False, repr=False, compare=False)
    _own_posts: Mapping[tuple[str, str], tuple[Position, ...]] = field(init=False, repr=False, compare=False)
    _own_grants: Mapping[tuple[str, str], tuple[RoleGrant, ...]] = field(init=False, repr=False, compare=False)
    _turns: Mapping[tuple[str, str], tuple[RosterEntry, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        children: defaultdict[str, list[str]] = defaultdict(list)
        for unit in sorted(self.units, key=lambda u: u.code):
            children[unit.superior].append(unit.code)
        # A frozen dataclass is filled through object.__setattr__; the indexes never change after this.
        for name, index in {
            "_units": {u.code: u for u in self.units},
            "_children": {code: tuple(codes) for code, codes in children.items()},
            "_people": {p.id: p for p in self.people},
            "_staff": _by_unit(self.people),
            "_departments": _by_unit(self.departments),
            "_posts": _indexed(self.positions, lambda p: (p.unit, p.code)),
            "_grants": _indexed(self.grants, lambda g: (g.role, g.unit)),
            "_own_posts": _indexed(self.positions, lambda p: (p.person, p.unit)),
            "_own_grants": _indexed(self.grants, lambda g: (g.person, g.unit)),
            "_turns": _indexed(self.rosters, lambda e: (e.name, e.unit)),
        }.items():
            object.__setattr__(self, name, index)

    def unit(self, code: str) -> Unit | None:
        return self._units.get(code)

    def superior(self, unit: str) -> str:
        """Code of the superior unit; "" above the top and for an unknown unit."""
        found = self._units.get(unit)
        return found.superior if found else ""

    def superior_line(self, unit: str) -> tuple[str, ...]:
        """The units above `unit`, nearest first."""
        line: list[str] = []
        current = self.superior(unit)
        while current and current not in line:
            line.append(current)
            current = self.superior(current)
        return tuple(line)

    def top(self) -> str:
        """Code of the unit whose superior stands outside the system."""
        return next(iter(self._children.get("", ())), "")

    def children(self, unit: str) -> tuple[str, ...]:
        return self._children.get(unit, ())

    def subtree(self, unit: str) -> frozenset[str]:
        """`unit` and everything below it."""
        found: set[str] = set()
        waiting = [unit] if unit in self._units else []
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting += self.children(current)
        return frozenset(found)

    def commissions(self) -> tuple[str, ...]:
        """Every 党委政法委, ascending by code, the top one first."""
        return tuple(sorted(u.code for u in self.units if u.type == COMMISSION))

    def unit_of_department(self, department: str) -> str:
        return next((d.unit for d in self.departments if d.code == department), "")

    def person_name(self, person: str) -> str:
        found = self._people.get(person)
        return found.name if found else person

    def person(self, account: str) -> Person | None:
        return self._people.get(account)

    def home_unit(self, person: str) -> str:
        found = self._people.get(person)
        return found.unit if found else ""

    def members_of(self, branch: str) -> tuple[Person, ...]:
        """Everybody who belongs to the branch (支部)."""
        return tuple(person for person in self.people if person.branch == branch)

    def staff_of(self, unit: str) -> tuple[Person, ...]:
        """Everybody who belongs to the unit."""
        return self._staff.get(unit, ())

    def departments_of(self, unit: str) -> tuple[Department, ...]:
        """Its departments, grass-roots posts and branches."""
        return self._departments.get(unit, ())

    def posts_of(self, person: str, unit: str) -> tuple[Position, ...]:
        """Every position that the person holds, held or will hold in `unit`."""
        return self._own_posts.get((person, unit), ())

    def grants_of(self, person: str, unit: str) -> tuple[RoleGrant, ...]:
        """Every role that the person has, had or will have for exactly `unit`."""
        return self._own_grants.get((person, unit), ())

    def posts_at(self, unit: str, position: str) -> tuple[Position, ...]:
        """Everybody who holds, held or will hold this position of the unit."""
        return self._posts.get((unit, position), ())

    def holders(self, unit: str, position: str, on: date) -> tuple[Position, ...]:
        return tuple(p for p in self._posts.get((unit, position), ()) if p.is_held(on))

    def members(self, role: str, unit: str, on: date) -> tuple[str, ...]:
        """People with `role` granted for exactly `unit`: the superior's inspectors are not also the unit's own."""
        found = self._grants.get((role, unit), ())
        return tuple(g.person for g in found if _covers(g.valid_from, g.valid_until, on))

    def has_role(self, person: str, role: str, unit: str, on: date) -> bool:
        """True when a grant of `role` covers `unit`, directly or from above."""
        return any(person in self.members(role, above, on) for above in (unit, *self.superior_line(unit)))

    def roster(self, name: str, unit: str, on: date) -> tuple[str, ...]:
        """Who has a turn of this roster on that day."""
        return tuple(e.person for e in self._turns.get((name, unit), ()) if _covers(e.first_day, e.last_day, on))

    def is_absent(self, person: str, on: date) -> bool:
        """Is no task given to the person on that day: away, or without an account?"""
        known = self._people.get(person)
        if known is not None and known.on_paper:
            return True
        return any(a.person == person and a.first_day <= on <= a.last_day for a in self.absences)

    def substitute(self, person: str, unit: str, position: str, on: date) -> str:
        """Who acts for `person` in this position on that day; "" for nobody. position "": in any position."""
        return next(
            (
                s.person
                for s in self.substitutes
                if s.holder == person
                and (not position or (s.unit, s.position) == (unit, position))
                and _covers(s.valid_from, s.valid_until, on)
            ),
            "",
        )

    def served_in(self, person: str, unit: str, since: date) -> bool:
        """True when the person belongs to `unit` or held a position there on or after `since`."""
        return self.home_unit(person) == unit or any(
            post.valid_until is None or post.valid_until >= since for post in self.posts_of(person, unit)
        )


def check_roles(roles: Set[str]) -> None:
    """Raises RolesConflict when `roles` of one user break a rule of mutual exclusion."""
    for group in EXCLUSIVE_ROLES:
        together = sorted(group & roles)
        if len(together) > 1:
            raise RolesConflict(
                f"角色{'、'.join(together)}不能由同一人担任。",
                f"One user may not hold {' and '.join(together)}.",
                field="roles",
                roles=together,
            )


def _indexed(
    rows: Iterable[_Row], key: Callable[[_Row], tuple[str, str]]
) -> Mapping[tuple[str, str], tuple[_Row, ...]]:
    found: defaultdict[tuple[str, str], list[_Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return {name: tuple(same) for name, same in found.items()}


def _by_unit(rows: Iterable[_Of]) -> Mapping[str, tuple[_Of, ...]]:
    found: defaultdict[str, list[_Of]] = defaultdict(list)
    for row in rows:
        found[row.unit].append(row)
    return {unit: tuple(same) for unit, same in found.items()}


def _covers(first: date | None, last: date | None, on: date) -> bool:
    return (first is None or first <= on) and (last is None or on <= last)
