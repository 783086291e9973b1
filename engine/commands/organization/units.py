"""Units and departments: added, changed, moved in the superior line, closed. Never deleted (domain.md §1.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

import structlog

from engine.commands.organization.rights import check_admin, check_period, known_unit
from engine.commands.previews import Looked, previewable
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import Conflict, InputRejected
from engine.model.clock import local_day
from engine.model.organization import Department, Organization, Unit
from engine.model.owed import Term, duties_of
from engine.model.step import PersonId
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

_CODE = re.compile(r"\d{6}-[A-Z]{2,6}")
_DEPARTMENT_TAIL = re.compile(r"-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What closing a unit meets with. With units below it or open tasks it cannot be closed."""

    last_day: date
    below: tuple[str, ...]  #: codes of units that would still stand below it
    open_tasks: int
    lapsing: int  #: obligations of periods that run on: no longer asked for from the day after
    remaining: int  #: obligations not done in periods that will be over: they stay on record as they are

    @property
    def is_possible(self) -> bool:
        return not self.below and not self.open_tasks


@previewable
def add_unit(engine: Engine, by: PersonId, unit: Unit, *, preview: bool = False) -> tuple[Term, ...]:
    """Enter a unit below `unit.superior`. Answers what it will owe of the periods that run on its first day.

    preview: only say so. Raises InputRejected for a code that is no code or taken, an empty name.
    """
    _check_texts(unit)
    if not _CODE.fullmatch(unit.code) or not unit.code.endswith(f"-{unit.type}"):
        raise InputRejected(
            "单位代码由6位行政区划代码、横线和单位类型组成，如532503-GA。",
            "A unit code is a region of six digits, a hyphen and the type of the unit: 532503-GA.",
            field="code",
            value=unit.code,
        )
    with engine.transaction(by) as tx:
        on = local_day(tx.now)
        organization = check_admin(engine, tx, by, unit.superior)
        known_unit(organization, unit.superior, on)
        if organization.unit(unit.code) is not None:
            raise InputRejected(
                f"代码“{unit.code}”已被使用。", f"The code {unit.code} is taken.", field="code", value=unit.code
            )
        made = replace(unit, active_from=unit.active_from or on)
        reference = engine.reference(tx)
        duties = duties_of(
            made, tx.obligation_catalogue(), reference.calendar, reference.params, made.active_from or on
        )
        if preview:
            raise Looked(duties)
        tx.add_units([made])
        tx.access("unit.add", body={"unit": unit.code, "superior": unit.superior})
    logger.info("unit added", action="unit.add", unit=unit.code, person_id=by)
    return duties


def change_unit(
    engine: Engine, by: PersonId, code: str, *, name: str, short_name: str, document_prefix: str, staff: int
) -> None:
    """Change the names, 机关代字 and staff count of a unit."""
    with engine.transaction(by) as tx:
        organization = check_admin(engine, tx, by, code)
        unit = known_unit(organization, code, local_day(tx.now))
        changed = replace(unit, name=name, short_name=short_name, document_prefix=document_prefix, staff=staff)
        _check_texts(changed)
        tx.change_unit(changed)
        tx.access("unit.change", body={"unit": code, "from": unit.name, "to": name, "prefix": document_prefix})


def move_unit(engine: Engine, by: PersonId, code: str, superior: str) -> None:
    """Put a unit below another superior from now on. What was issued before keeps its issuer.

    Raises InputRejected for the top unit and for a superior that lies below the unit itself.
    """
    with engine.transaction(by) as tx:
        on = local_day(tx.now)
        organization = check_admin(engine, tx, by, superior)
        check_admin(engine, tx, by, organization.superior(code) or code)
        unit = known_unit(organization, code, on)
        known_unit(organization, superior, on)
        if not unit.superior or superior in organization.subtree(code):
            raise InputRejected(
                "上级不能是本单位或其下级，顶层单位不能调整。",
                "A unit is not put below itself, and the top one stays where it is.",
                field="superior",
                value=superior,
            )
        tx.change_unit(replace(unit, superior=superior))
        tx.access("unit.move", body={"unit": code, "from": unit.superior, "to": superior})
    logger.info("unit moved", action="unit.move", unit=code, person_id=by)


@previewable
def close_unit(
    engine: Engine, by: PersonId, code: str, last_day: date, *, reason: str | None = None, preview: bool = False
) -> Closing:
    """The unit works until that day; what it has not done of its obligations lapses on the day after.

    preview: only say what stands against it and what lapses. Raises Conflict while it has units below it or open tasks.
    """
    reason = "" if reason is None else checked_reason(reason, zh="请填写停用依据或理由。")
    with engine.transaction(by) as tx:
        on = local_day(tx.now)
        organization = check_admin(engine, tx, by, _decides_about(engine.reference(tx).organization, code))
        unit = known_unit(organization, code, on)
        check_period(max(unit.active_from or on, on), last_day, field="last_day")
        closing = _closing(tx, organization, code, last_day)
        if preview:
            raise Looked(closing)
        if not closing.is_possible:
            raise UnitInUse(code, list(closing.below), closing.open_tasks)
        tx.change_unit(replace(unit, active_until=last_day))
        tx.access("unit.close", body={"unit": code, "last_day": last_day.isoformat(), "reason": reason})
    logger.info("unit closed", action="unit.close", unit=code, person_id=by)
    return closing


def withdraw_closing(engine: Engine, by: PersonId, code: str) -> None:
    """A unit that was to be closed goes on. Raises InputRejected for one that is not to be, or is closed already."""
    with engine.transaction(by) as tx:
        organization = check_admin(engine, tx, by, _decides_about(engine.reference(tx).organization, code))
        unit = known_unit(organization, code, local_day(tx.now))
        if unit.active_until is None:
            raise InputRejected("该单位没有待生效的停用。", f"{code} is not to be closed.", field="unit", value=code)
        tx.change_unit(replace(unit, active_until=None))
        tx.access("unit.keep", body={"unit": code, "was_to_end": unit.active_until.isoformat()})


def _closing(tx: Transaction, organization: Organization, code: str, last_day: date) -> Closing:
    after = last_day + timedelta(days=1)
    with tx.as_system():
        open_tasks = tx.count_open_tasks_of_unit(code)
        unmet = tx.unmet_obligations_of(code)
    return Closing(
        last_day=last_day,
        below=tuple(child for child in organization.children(code) if _is_active(organization, child, after)),
        open_tasks=open_tasks,
        lapsing=sum(max(row.last_day, row.due_on) > last_day for row in unmet),
        remaining=sum(max(row.last_day, row.due_on) <= last_day for row in unmet),
    )


def add_department(engine: Engine, by: PersonId, department: Department) -> None:
    """Enter a department, grass-roots post or branch of a unit; its code is that of the unit and two digits."""
    tail = department.code.removeprefix(department.unit)
    if tail == department.code or not _DEPARTMENT_TAIL.fullmatch(tail) or not department.name.strip():
        raise InputRejected(
            "部门代码为单位代码加两位序号，如532503-GA-04；名称必填。",
            "A department has the code of its unit and two digits, 532503-GA-04, and a name.",
            field="code",
            value=department.code,
        )
    with engine.transaction(by) as tx:
        organization = check_admin(engine, tx, by, department.unit)
        known_unit(organization, department.unit, local_day(tx.now))
        if organization.unit_of_department(department.code):
            raise InputRejected(
                f"代码“{department.code}”已被使用。",
                f"The code {department.code} is taken.",
                field="code",
                value=department.code,
            )
        tx.add_departments([department])
        tx.access("department.add", body={"department": department.code})


class UnitInUse(Conflict):
    """The unit cannot be closed yet. Facts: unit, below, open_tasks."""

    code = "unit_in_use"

    def __init__(self, unit: str, below: list[str], open_tasks: int) -> None:
        super().__init__(f"{unit} is in use.", unit=unit, below=below, open_tasks=open_tasks)
        named = f"下级单位{'、'.join(below)}" if below else ""
        tasks = f"{open_tasks}件在办任务" if open_tasks else ""
        self.zh = f"{unit}还有{'和'.join(filter(None, (named, tasks)))}，不能停用。"
        self.en = f"{unit} has {len(below)} units below it and {open_tasks} open tasks; it cannot be closed."


def _decides_about(organization: Organization, code: str) -> str:
    """The unit whose administrator decides whether `code` exists: its superior, for the top one itself."""
    return organization.superior(code) or code


def _is_active(organization: Organization, code: str, on: date) -> bool:
    found = organization.unit(code)
    return found is not None and found.is_active(on)


def _check_texts(unit: Unit) -> None:
    for field, value in (
        ("name", unit.name),
        ("short_name", unit.short_name),
        ("document_prefix", unit.document_prefix),
    ):
        if not value.strip():
            raise InputRejected("单位名称、简称和机关代字必填。", "Names and document mark are needed.", field=field)
    if unit.staff < 0:
        raise InputRejected("人数不能为负。", "A staff count is not negative.", field="staff", value=unit.staff)
