"""What an import of units, people and posts would change, and every row that cannot be taken. Pure; all or nothing.

What stands already as a row says stays untouched, so the same workbook taken twice changes nothing the second time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from engine.errors import InputRejected
from engine.model.organization import Person, RoleGrant, Unit, UnitLevel, check_roles
from engine.model.preloaded import role_labels, unit_types
from engine.model.staff_columns import (
    COLUMNS,
    SHEETS,
    CellProblem,
    Row,
    RowProblem,
    SheetName,
    count_of,
    day_of,
    text_of,
)
from engine.model.staff_plan import PARTED, BadRow, Given, ImportPlan, Values, check_unit, code_of, read_in, text_in
from engine.model.staff_posts import take_position

_PASSES = 6  #: more levels of units than there are
_UNIT_CODE = re.compile(r"\d{6}-[A-Z]{2,6}")
_ACCOUNT = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LEVELS: Mapping[str, UnitLevel] = {"州级": "PREF", "PREF": "PREF", "县市级": "COUNTY", "COUNTY": "COUNTY"}


def plan_import(sheets: Mapping[SheetName, tuple[Row, ...]], given: Given) -> ImportPlan:
    """Units first, then people, then posts: each may name what a sheet before it brings."""
    plan = ImportPlan()
    take: Mapping[SheetName, Callable[[ImportPlan, Given, Values, set[object]], None]] = {
        "units": _take_unit,
        "people": _take_person,
        "positions": take_position,
    }
    for sheet in SHEETS:
        waiting, seen = list(sheets.get(sheet, ())), set[object]()
        plan.rows[sheet] = len(waiting)
        # What a row needs may stand below it: a superior unit, the last day of whoever holds the post now.
        for _ in range(_PASSES):
            later = [row for row in waiting if not _tried(plan, given, sheet, row, seen, take[sheet], patient=True)]
            if len(later) == len(waiting):
                break
            waiting = later
        for row in waiting:
            _tried(plan, given, sheet, row, seen, take[sheet], patient=False)
    return plan


def _tried(
    plan: ImportPlan,
    given: Given,
    sheet: SheetName,
    row: Row,
    seen: set[object],
    take: Callable[[ImportPlan, Given, Values, set[object]], None],
    *,
    patient: bool,
) -> bool:
    """False: the row has to wait. What is wrong with it is noted otherwise."""
    columns = COLUMNS[sheet]
    values: Values = {column.key: cell for column, cell in zip(columns, row.cells, strict=False)}
    required = {column.key: column.required for column in columns}
    wrong = []
    for key, cell in values.items():
        try:
            if not isinstance(cell, date):
                values[key] = text_of(cell, required=required[key])
        except CellProblem as problem:
            wrong.append(RowProblem(sheet=sheet, row=row.number, column=key, zh=problem.zh, en=problem.en))
    if not wrong:
        try:
            take(plan, given, values, seen)
        except BadRow as bad:
            if patient:
                return False
            wrong.append(RowProblem(sheet=sheet, row=row.number, column=bad.column, zh=bad.zh, en=bad.en))
    plan.problems += wrong
    return True


def _take_unit(plan: ImportPlan, given: Given, values: Values, seen: set[object]) -> None:
    code, superior = text_in(values, "unit"), text_in(values, "superior")
    kind = code.partition("-")[2]
    if not _UNIT_CODE.fullmatch(code) or kind not in {one.code for one in unit_types()}:
        raise BadRow("unit", f"“{code}”不是单位代码，如532503-GA。", f"{code!r} is no unit code, such as 532503-GA.")
    if code in seen:
        raise BadRow("unit", f"“{code}”在本表中重复。", f"{code} stands in this sheet twice.")
    level = _LEVELS.get(text_in(values, "level"))
    if level is None:
        raise BadRow("level", "层级只能是州级或县市级。", "The level is PREF or COUNTY.")
    known = given.organization.unit(code)
    if known is None:
        check_unit(plan, given, superior, "superior")
    elif (level, superior) != (known.level, known.superior):
        raise BadRow("superior", "层级和上级不能通过导入调整。", "Level and superior are not changed by an import.")
    made = Unit(
        code=code,
        name=text_in(values, "name"),
        short_name=text_in(values, "short_name"),
        document_prefix=text_in(values, "document_prefix"),
        level=level,
        type=kind,
        superior=superior,
        staff=read_in("staff", lambda: count_of(values.get("staff"))),
        active_from=read_in("active_from", lambda: day_of(values.get("active_from"), required=False))
        or (known.active_from if known else given.on),
        active_until=known.active_until if known else None,
    )
    if known is not None and code not in given.administered:
        raise BadRow("unit", f"你不是“{code}”的系统管理员。", f"You do not administer {code}.")
    seen.add(code)
    if made == known:
        plan.unchanged += 1
    elif known is None:
        plan.new_units[code] = made
    else:
        plan.changed_units[code] = made


def _take_person(plan: ImportPlan, given: Given, values: Values, seen: set[object]) -> None:
    account, unit, department = (text_in(values, key) for key in ("person", "unit", "department"))
    if not _ACCOUNT.fullmatch(account) or account == "system":
        raise BadRow("person", f"“{account}”不能作用户名。", f"{account!r} is no account name.")
    if account in seen:
        raise BadRow("person", f"用户名“{account}”在本表中重复。", f"The account {account} stands in this sheet twice.")
    check_unit(plan, given, unit, "unit")
    if department and given.organization.unit_of_department(department) != unit:
        raise BadRow("department", f"“{department}”不是{unit}的部门。", f"{department!r} is no department of {unit}.")
    known = given.organization.person(account)
    if known is not None and known.unit != unit:
        raise BadRow(
            "unit", f"此人现属{known.unit}，导入不办理调动。", f"Belongs to {known.unit}: imports move nobody."
        )
    roles = _roles(given, account, unit, text_in(values, "roles"))
    seen.add(account)
    made = (
        replace(known, name=text_in(values, "name"), department=department)
        if known is not None
        else Person(id=account, name=text_in(values, "name"), unit=unit, department=department, on_paper=True)
    )
    plan.roles += roles
    if known is None:
        plan.new_people[account] = made
    elif made != known:
        plan.changed_people[account] = made
    elif not roles:
        plan.unchanged += 1


def _roles(given: Given, account: str, unit: str, text: str) -> list[RoleGrant]:
    """The roles that are still to be asked for."""
    held = {
        g.role for g in given.organization.grants if g.person == account and (g.valid_until or date.max) >= given.on
    }
    waiting = {g.role for g in given.waiting if g.person == account}
    wanted: list[str] = []
    for word in filter(None, PARTED.split(text)):
        code = code_of(word, role_labels())
        if code is None:
            raise BadRow("roles", f"没有“{word}”这一角色。", f"There is no role {word!r}.")
        if code not in held | waiting and code not in wanted:
            wanted.append(code)
    try:
        check_roles({*held, *waiting, *wanted})
    except InputRejected as refused:
        raise BadRow("roles", refused.zh, refused.en) from None
    return [RoleGrant(person=account, role=code, unit=unit, valid_from=given.on) for code in wanted]
