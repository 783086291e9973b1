"""Units, people and posts as a workbook: the template, the present state, and an import of all or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Response, request

from engine.commands import exports, staff_imports
from engine.errors import InputRejected
from engine.model.staff_plan import ImportPlan
from engine.queries.staff import staff_rows
from webui.api.blueprint import Nouns, answer, download
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.export import MEDIA_TYPES
from webui.guard import MIB, body_limit
from webui.service import current_engine

nouns = Nouns("staff", "Units, people and posts as a workbook")
MAX_UPLOAD_BYTES = 6 * MIB  #: the file itself may have 5
XLSX = MEDIA_TYPES["xlsx"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffProblem:
    """A row that cannot be taken. sheet: units, people, positions; row 0: all of it."""

    sheet: str
    row: int
    column: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffImport:
    """What a workbook changes, or would."""

    preview: bool
    sha256: str
    new_units: int
    changed_units: int
    new_people: int
    changed_people: int
    new_positions: int
    ended_positions: int
    roles: int  #: asked for; another administrator confirms them
    unchanged: int
    problems: tuple[StaffProblem, ...]


@nouns.get("/staff/template")
@rule("role:admin")
@nouns.gives_file(XLSX)
def template() -> Response:
    """An empty workbook with the three sheets."""
    from webui.staff_book import write_book  # its library takes 6 MB, which most days nobody needs

    return download(write_book({}), name="changxiao-template.xlsx", media_type=XLSX)


@nouns.get("/staff/export")
@rule("role:admin")
@nouns.gives_file(XLSX)
def export() -> Response:
    """The present state of what the caller administers, in the layout of the import; noted in the access log."""
    from webui.staff_book import write_book

    rows = staff_rows(current_engine(), current_person())
    count = sum(len(found) for found in rows.values())
    address = request.remote_addr or ""
    exports.record(
        current_engine(), current_person(), name="staff", filters={}, rows=count, kind="xlsx", address=address
    )
    return download(write_book(rows), name="changxiao-staff.xlsx", media_type=XLSX)


@nouns.post("/staff/import")
@rule("role:admin")
@body_limit(MAX_UPLOAD_BYTES)
@idempotent
@nouns.multipart(
    {"file": {"type": "string", "format": "binary"}, "preview": {"type": "string", "enum": ["true", "false"]}},
    required=("file",),
)
@nouns.answers(200, StaffImport)
def take() -> Response:
    """Import all of a workbook, or with preview=true only say what it would change. 409 where a row is faulty."""
    from webui.staff_book import read_book

    part = request.files.get("file")
    if part is None:
        raise InputRejected("请选择要导入的文件。", "Send one file.", field="file")
    content, is_preview = part.read(), request.form.get("preview") == "true"
    sheets, sha256 = read_book(content), hashlib.sha256(content).hexdigest()
    engine, by = current_engine(), current_person()
    if is_preview:
        return _answer(staff_imports.preview(engine, by, sheets), sha256, is_preview=True)
    return _answer(staff_imports.run(engine, by, sheets, sha256=sha256), sha256, is_preview=False)


def _answer(plan: ImportPlan, sha256: str, *, is_preview: bool) -> Response:
    return answer(
        StaffImport(
            preview=is_preview,
            sha256=sha256,
            new_units=len(plan.new_units),
            changed_units=len(plan.changed_units),
            new_people=len(plan.new_people),
            changed_people=len(plan.changed_people),
            new_positions=len(plan.new_positions),
            ended_positions=len(plan.ended_positions),
            roles=len(plan.roles),
            unchanged=plan.unchanged,
            problems=tuple(
                StaffProblem(sheet=one.sheet, row=one.row, column=one.column, zh=one.zh, en=one.en)
                for one in plan.problems
            ),
        )
    )
