"""The plan of an import of units, people and posts, and what its rules share."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from engine.model.organization import Organization, Person, Position, RoleGrant, Unit
from engine.model.preloaded import Labelled
from engine.model.staff_columns import (
    Cell,
    CellProblem,
    RowProblem,
    SheetName,
)

PARTED = re.compile(r"[、,，;；\s]+")
Values = dict[str, Cell]
_T = TypeVar("_T")


@dataclass(slots=True, kw_only=True)
class ImportPlan:
    """What the rows come to."""

    new_units: dict[str, Unit] = field(default_factory=dict)  #: superiors before those below them
    changed_units: dict[str, Unit] = field(default_factory=dict)
    new_people: dict[str, Person] = field(default_factory=dict)
    changed_people: dict[str, Person] = field(default_factory=dict)
    new_positions: list[Position] = field(default_factory=list)
    ended_positions: list[tuple[Position, date]] = field(default_factory=list)  #: and their last day
    roles: list[RoleGrant] = field(default_factory=list)  #: to be asked for
    problems: list[RowProblem] = field(default_factory=list)
    rows: dict[SheetName, int] = field(default_factory=dict)  #: how many there are
    unchanged: int = 0

    @property
    def changes(self) -> int:
        """How many rows of tables it would write."""
        units, people = len(self.new_units) + len(self.changed_units), len(self.new_people) + len(self.changed_people)
        return units + people + len(self.new_positions) + len(self.ended_positions) + len(self.roles)

    @property
    def faulty(self) -> int:
        """How many rows have something wrong."""
        return len({(one.sheet, one.row) for one in self.problems})


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a plan is made against."""

    organization: Organization
    waiting: Collection[RoleGrant]  #: roles that have been asked for already
    administered: frozenset[str]  #: units whose administrator imports
    on: date


class BadRow(CellProblem):
    """A row cannot stand, said at one of its columns."""

    def __init__(self, column: str, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.column = column


def check_unit(plan: ImportPlan, given: Given, code: str, column: str) -> None:
    known = given.organization.unit(code)
    if known is None and code not in plan.new_units:
        raise BadRow(column, f"没有代码为“{code}”的单位。", f"There is no unit {code!r}.")
    if known is not None and not known.is_active(given.on):
        raise BadRow(column, f"“{code}”已停用或尚未启用。", f"{code} is not active.")
    if known is not None and code not in given.administered:
        raise BadRow(column, f"你不是“{code}”的系统管理员。", f"You do not administer {code}.")


def code_of(word: str, labels: tuple[Labelled, ...]) -> str | None:
    """By code or by name in either language."""
    return next((one.code for one in labels if word in {one.code, one.zh, one.en}), None)


def text_in(values: Values, key: str) -> str:
    return str(values.get(key) or "")


def read_in(column: str, read: Callable[[], _T]) -> _T:
    try:
        return read()
    except CellProblem as problem:
        raise BadRow(column, problem.zh, problem.en) from None
