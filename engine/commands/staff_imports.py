"""导入: units, people and posts from a workbook, all of it or nothing; roles go the way of two persons."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import structlog

from engine.commands import files
from engine.commands.attempts import again_when_beaten
from engine.commands.handover import give_to_new_holder, hand_over_from
from engine.commands.organization.positions import tell_of_change
from engine.core import Engine
from engine.errors import Conflict, NotFound
from engine.model.clock import local_day
from engine.model.organization import Position
from engine.model.staff_columns import Row, SheetName
from engine.model.staff_import import plan_import
from engine.model.staff_plan import Given, ImportPlan
from engine.model.step import PersonId
from engine.store.role_requests import RoleRequestRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

Sheets = Mapping[SheetName, tuple[Row, ...]]
FOLDER = "imports"
ADMIN = "admin"
#: How long a file waits between its preview and its confirmation.
KEPT = timedelta(days=1)


class ImportRefused(Conflict):
    """The workbook has rows that cannot be taken, or nothing that is new. Facts: faulty, changes."""

    code = "import_refused"

    def __init__(self, plan: ImportPlan) -> None:
        super().__init__("Nothing was imported.", faulty=plan.faulty, changes=plan.changes)
        if plan.faulty:
            self.zh = f"有{plan.faulty}行不能导入，没有导入任何内容。请修改后重新上传。"
            self.en = f"{plan.faulty} rows cannot be taken, and nothing was imported. Mend them and upload it again."
        else:
            self.zh, self.en = "文件内容与现状一致，无需导入。", "The file says what stands already: nothing to import."


def keep(engine: Engine, by: PersonId, content: bytes) -> str:
    """Keep the file of a preview until it is confirmed; answers its SHA-256. Only who kept it gets it back."""
    folder, name = _folder(engine, by), hashlib.sha256(content).hexdigest()
    with engine.reading(by) as tx:
        now = tx.wall_now()
    for old in folder.glob("*/*"):
        if old.stat().st_mtime < (now - KEPT).timestamp():
            old.unlink(missing_ok=True)
    files.store(folder, content, name)
    return name


def kept(engine: Engine, by: PersonId, sha256: str) -> bytes:
    """The file as it was previewed. Raises NotFound for one that somebody else has kept, or nobody any more."""
    is_name = len(sha256) == 64 and sha256.isascii() and sha256.isalnum()
    place = _folder(engine, by) / sha256[:2] / sha256
    if not is_name or not place.is_file():
        raise NotFound(f"No file {sha256[:16]} waits for {by}.", id=sha256[:64])
    return place.read_bytes()


def preview(engine: Engine, by: PersonId, sheets: Sheets) -> ImportPlan:
    """What the workbook would change, and every row that cannot be taken. Nothing is written."""
    with engine.reading(by) as tx:
        return _planned(engine, tx, by, sheets)


@again_when_beaten
def run(engine: Engine, by: PersonId, sheets: Sheets, *, sha256: str) -> ImportPlan:
    """Import all of it in one transaction. Raises ImportRefused; then nothing is changed.

    People come without an account until one is opened for them. Open tasks follow the posts that end or are filled. Of
    a post that begins today or later the processes are told; one that began before was held already.
    """
    with engine.transaction(by) as tx:
        plan = _planned(engine, tx, by, sheets)
        if plan.problems or not plan.changes:
            raise ImportRefused(plan)
        on, organization = local_day(tx.now), engine.reference(tx).organization
        filled = {(p.unit, p.code) for p in plan.new_positions if not organization.holders(p.unit, p.code, on)}
        _write(engine, tx, by, plan, sha256)
        fresh = engine.seeing(tx)
        moved = 0
        for former, last_day in plan.ended_positions:
            after = last_day + timedelta(days=1)
            moved += len(hand_over_from(fresh, tx, PersonId(former.person), on=after, by=by))
        for unit, code in sorted(filled):
            begins = min(p.valid_from for p in plan.new_positions if (p.unit, p.code) == (unit, code))
            moved += len(give_to_new_holder(fresh, tx, unit, code, on=max(begins, on), by=by))
        for position in plan.new_positions:
            if position.valid_from >= on:
                tell_of_change(fresh, tx, position, by)
        tx.access("staff.import", body={"sha256": sha256, "tasks": moved, **_counts(plan)})
    _drop(engine, by, sha256)
    logger.info("staff imported", action="staff.import", person_id=by, count=plan.changes, tasks=moved)
    return plan


def _planned(engine: Engine, tx: Transaction, by: PersonId, sheets: Sheets) -> ImportPlan:
    organization, on = engine.reference(tx).organization, local_day(tx.now)
    tops = {grant.unit for grant in organization.grants if (grant.person, grant.role) == (by, ADMIN)}
    administered = {
        unit for top in tops if organization.has_role(by, ADMIN, top, on) for unit in organization.subtree(top)
    }
    waiting = [row.grant for row in tx.role_requests()]
    return plan_import(
        sheets, Given(organization=organization, waiting=waiting, administered=frozenset(administered), on=on)
    )


def _write(engine: Engine, tx: Transaction, by: PersonId, plan: ImportPlan, sha256: str) -> None:
    source = {"import": sha256[:16]}
    if plan.new_units:
        tx.add_units(plan.new_units.values())
    for unit in plan.changed_units.values():
        tx.change_unit(unit)
    if plan.new_people:
        tx.add_people(plan.new_people.values())
    for person in plan.changed_people.values():
        tx.move_person(person)
    for former, last_day in plan.ended_positions:
        tx.end_position(former, last_day)
    if plan.new_positions:
        tx.add_positions((engine.ids.v7(tx.now), position) for position in plan.new_positions)
    for grant in plan.roles:
        tx.add_role_request(
            RoleRequestRow(
                id=engine.ids.v7(tx.now),
                person_id=PersonId(grant.person),
                role=grant.role,
                unit=grant.unit,
                valid_from=grant.valid_from,
                valid_until=grant.valid_until,
                requested_by=by,
                requested_at=tx.now,
                reason=f"批量导入 {sha256[:16]}",
            )
        )
    for code in (*plan.new_units, *plan.changed_units):
        tx.access("unit.import", body={"unit": code, **source})
    for account in (*plan.new_people, *plan.changed_people):
        tx.access("person.import", body={"person": account, **source})
    for position in plan.new_positions:
        tx.access("position.appoint", body=_body(position, position.valid_until) | source)
    for former, last_day in plan.ended_positions:
        tx.access("position.end", body=_body(former, last_day) | source)
    for grant in plan.roles:
        tx.access("role.request", body={"person": grant.person, "role": grant.role, "unit": grant.unit, **source})


def _body(position: Position, last_day: date | None) -> dict[str, object]:
    return {
        "person": position.person,
        "unit": position.unit,
        "position": position.code,
        "valid_from": position.valid_from.isoformat(),
        "valid_until": last_day.isoformat() if last_day else None,
    }


def _counts(plan: ImportPlan) -> dict[str, object]:
    return {
        "new_units": len(plan.new_units),
        "changed_units": len(plan.changed_units),
        "new_people": len(plan.new_people),
        "changed_people": len(plan.changed_people),
        "new_positions": len(plan.new_positions),
        "ended_positions": len(plan.ended_positions),
        "roles": len(plan.roles),
    }


def _folder(engine: Engine, by: PersonId) -> Path:
    return engine.settings.data_dir / FOLDER / hashlib.sha256(by.encode()).hexdigest()[:16]


def _drop(engine: Engine, by: PersonId, sha256: str) -> None:
    (_folder(engine, by) / sha256[:2] / sha256).unlink(missing_ok=True)
