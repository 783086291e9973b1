"""导入: a workbook is uploaded, looked at, and imported as a whole or not at all."""

from __future__ import annotations

import hashlib

from flask import redirect, request
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from engine.commands import staff_imports
from engine.commands.staff_imports import ImportRefused
from engine.errors import InputRejected, NotFound
from engine.model.staff_columns import COLUMNS, SHEETS, TITLES, RowProblem
from engine.model.staff_plan import ImportPlan
from engine.queries.frame import frame_of
from webui.auth import current_person, rule
from webui.guard import MIB, body_limit
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame, with_said
from webui.pages.import_views import ImportPreview, ImportsPage, ProblemLine, SheetLine
from webui.pages.rendering import render
from webui.pages.words import language, say
from webui.problems import detail_of
from webui.service import current_engine

MAX_UPLOAD_BYTES = 6 * MIB  #: the file itself may have 5; what multipart writes around it comes on top
MOST_LISTED = 200
_NAME = 120


@blueprint.get("/imports")
@rule("role:admin")
def show_imports() -> str:
    return render(_page())


@blueprint.post("/imports")
@rule("role:admin")
@body_limit(MAX_UPLOAD_BYTES)
def preview_import() -> Response | str | tuple[str, int]:
    """What the file would change; it is kept until that is confirmed."""
    from webui.staff_book import read_book  # its library takes 6 MB, which most days nobody needs

    part = request.files.get("file")
    if part is None or not part.filename:
        return render(_page(error=str(gettext("请选择要导入的文件。")))), 422
    content = part.read()
    engine, by = current_engine(), current_person()
    try:
        plan = staff_imports.preview(engine, by, read_book(content))
    except InputRejected as refused:
        return render(_page(error=detail_of(refused))), 422
    good = not plan.problems and plan.changes > 0
    sha256 = staff_imports.keep(engine, by, content) if good else hashlib.sha256(content).hexdigest()
    made = _page(preview=_preview(part.filename[-_NAME:], sha256, plan))
    return (render(made), 422) if plan.problems else render(made)


@blueprint.post("/imports/confirm")
@rule("role:admin")
def confirm_import() -> Response | tuple[str, int]:
    """All of it, in one transaction."""
    from webui.staff_book import read_book

    engine, by, sha256 = current_engine(), current_person(), request.form.get("sha256", "")
    try:
        staff_imports.run(engine, by, read_book(staff_imports.kept(engine, by, sha256)), sha256=sha256)
    except NotFound:
        return render(_page(error=str(gettext("文件已失效，请重新上传。")))), 409
    except ImportRefused as refused:
        return render(_page(error=detail_of(refused))), 409
    return redirect(with_said("/imports", "imported_staff"), 303)


def problem_said(one: RowProblem) -> str:
    """What is wrong, in the reader's language."""
    return one.zh if language() == "zh" else one.en


def _page(*, error: str = "", preview: ImportPreview | None = None) -> ImportsPage:
    facts = frame_of(current_engine(), current_person())
    return ImportsPage(frame=frame(facts, "manage"), error=error, preview=preview)


def _preview(name: str, sha256: str, plan: ImportPlan) -> ImportPreview:
    problems = sorted(plan.problems, key=lambda one: (SHEETS.index(one.sheet), one.row))
    heads = {(sheet, column.key): say(column.zh, column.en) for sheet in SHEETS for column in COLUMNS[sheet]}
    return ImportPreview(
        name=name,
        sha256=sha256,
        sheets=tuple(
            SheetLine(
                name=TITLES[sheet],
                rows=plan.rows.get(sheet, 0),
                faulty=len({one.row for one in plan.problems if one.sheet == sheet}),
            )
            for sheet in SHEETS
        ),
        changes=tuple(_changes(plan)),
        problems=tuple(
            ProblemLine(
                sheet=TITLES[one.sheet],
                row=one.row,
                column=heads.get((one.sheet, one.column), "—"),
                said=problem_said(one),
            )
            for one in problems[:MOST_LISTED]
        ),
        problem_count=len(problems),
        may_confirm=not plan.problems and plan.changes > 0,
    )


def _changes(plan: ImportPlan) -> list[str]:
    def said(text: str, count: int) -> str:
        return text if count else ""

    units, people = len(plan.new_units), len(plan.new_people)
    changed = len(plan.changed_units) + len(plan.changed_people)
    new, ended, roles = len(plan.new_positions), len(plan.ended_positions), len(plan.roles)
    lines = [
        said(str(ngettext("新增单位 %(num)s 个。", "新增单位 %(num)s 个。", units)), units),
        said(
            str(
                ngettext(
                    "新增人员 %(num)s 名，账户另行开设。",
                    "新增人员 %(num)s 名，账户另行开设。",
                    people,
                )
            ),
            people,
        ),
        said(str(ngettext("更新单位或人员信息 %(num)s 项。", "更新单位或人员信息 %(num)s 项。", changed)), changed),
        said(str(ngettext("新任岗位 %(num)s 项。", "新任岗位 %(num)s 项。", new)), new),
        said(
            str(
                ngettext(
                    "离任 %(num)s 项，在办任务随之移交。",
                    "离任 %(num)s 项，在办任务随之移交。",
                    ended,
                )
            ),
            ended,
        ),
        said(
            str(
                ngettext(
                    "申请授权 %(num)s 项，由另一名系统管理员确认。",
                    "申请授权 %(num)s 项，由另一名系统管理员确认。",
                    roles,
                )
            ),
            roles,
        ),
        said(
            str(
                ngettext(
                    "%(num)s 行与现状一致，不变。",
                    "%(num)s 行与现状一致，不变。",
                    plan.unchanged,
                )
            ),
            plan.unchanged,
        ),
    ]
    return [line for line in lines if line]
