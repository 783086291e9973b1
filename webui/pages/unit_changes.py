"""A unit as administrators change it: its names, its departments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

from flask import redirect
from flask_babel import gettext

from engine.commands import organization
from engine.errors import InputRejected
from engine.model.organization import Department
from engine.queries.organization_unit import UnitView
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.change_views import ChangePage, ChangePreview
from webui.pages.changing import (
    Answer,
    Values,
    chosen,
    form_of,
    handled,
    options,
)
from webui.pages.changing import posted as sent
from webui.pages.framing import frame, with_said
from webui.pages.organization_unit import crumbs, kind_word
from webui.pages.parts import FieldView, FormView
from webui.pages.post_parts import administered
from webui.pages.rendering import render
from webui.pages.words import unit_name
from webui.service import current_engine

Kind = Literal["内设机构", "基层单位", "支部"]
KINDS: tuple[Kind, ...] = ("内设机构", "基层单位", "支部")


@blueprint.get("/organization/<code>/change")
@rule("role:admin")
def show_change_unit(code: str) -> str:
    view = administered(code)
    row = view.row
    values = {
        "name": row.name,
        "short_name": row.short_name,
        "document_prefix": row.document_prefix,
        "staff": str(row.staff),
    }
    return render(_change_page(view, values, {}))


@blueprint.post("/organization/<code>/change")
@rule("role:admin")
def change_unit(code: str) -> Answer:
    view, values = administered(code), sent()

    def do() -> Answer:
        organization.change_unit(
            current_engine(),
            current_person(),
            code,
            name=values.get("name", ""),
            short_name=values.get("short_name", ""),
            document_prefix=values.get("document_prefix", ""),
            staff=count_of(values.get("staff", "")),
        )
        return redirect(with_said(f"/organization/{code}", "unit_changed"), 303)

    return handled(do, lambda errors: _change_page(view, values, errors))


@blueprint.get("/organization/<code>/department")
@rule("role:admin")
def show_add_department(code: str) -> str:
    view = administered(code)
    taken = {found.code for found in view.departments}
    free = next((f"{code}-{number:02d}" for number in range(1, 100) if f"{code}-{number:02d}" not in taken), "")
    return render(_department_page(view, {"code": free, "kind": KINDS[0]}, {}))


@blueprint.post("/organization/<code>/department")
@rule("role:admin")
def add_department(code: str) -> Answer:
    view, values = administered(code), sent()

    def do() -> Answer:
        organization.add_department(
            current_engine(),
            current_person(),
            Department(
                code=values.get("code", ""),
                unit=code,
                name=values.get("name", ""),
                kind=cast("Kind", chosen(values, "kind", KINDS)),
                is_responsible=values.get("is_responsible") == "true",
            ),
        )
        return redirect(with_said(f"/organization/{code}", "unit_changed"), 303)

    return handled(do, lambda errors: _department_page(view, values, errors))


def _change_page(view: UnitView, values: Values, errors: Mapping[str, str]) -> ChangePage:
    return unit_page(
        view, str(gettext("修改信息")), form_of("unit", text_fields(), values, errors), str(gettext("保存"))
    )


def _department_page(view: UnitView, values: Values, errors: Mapping[str, str]) -> ChangePage:
    fields = (
        FieldView(
            kind="text",
            key="code",
            label=str(gettext("部门代码")),
            required=True,
            max_length=20,
            hint=str(gettext("单位代码加两位序号。")),
        ),
        FieldView(kind="text", key="name", label=str(gettext("名称")), required=True, max_length=60),
        FieldView(
            kind="select",
            key="kind",
            label=str(gettext("类型")),
            required=True,
            options=options([(kind, kind_word(kind)) for kind in KINDS]),
        ),
        FieldView(kind="check", key="is_responsible", label=str(gettext("责任部门"))),
    )
    form = form_of("department", fields, values, errors)
    return unit_page(view, str(gettext("增设部门")), form, str(gettext("保存")))


def unit_page(
    view: UnitView, title: str, form: FormView, submit: str, preview: ChangePreview | None = None
) -> ChangePage:
    return ChangePage(
        frame=frame(view.frame, "manage"),
        title=title,
        lead=unit_name(view.unit),
        crumbs=crumbs(view, with_unit=True),
        form=form,
        back_href=f"/organization/{view.row.code}",
        submit=submit,
        preview=preview,
    )


def text_fields() -> tuple[FieldView, ...]:
    return (
        FieldView(kind="text", key="name", label=str(gettext("单位名称")), required=True, max_length=60),
        FieldView(kind="text", key="short_name", label=str(gettext("简称")), required=True, max_length=30),
        FieldView(kind="text", key="document_prefix", label=str(gettext("机关代字")), required=True, max_length=10),
        FieldView(kind="int", key="staff", label=str(gettext("人数")), max_length=6),
    )


def count_of(text: str) -> int:
    """Raises InputRejected for what is no count. Empty: 0."""
    if text and not (text.isdecimal() and len(text) <= 6):
        raise InputRejected("人数应为整数。", "A staff count is a whole number.", field="staff", value=text[:20])
    return int(text or 0)
