"""Units as administrators change them: opened, renamed, given departments, closed; with what their obligations do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

from flask import redirect, request
from flask_babel import gettext, ngettext

from engine.commands import organization
from engine.commands.organization import Closing, OnlyAdministrators
from engine.errors import InputRejected
from engine.model.organization import Department, Unit
from engine.model.owed import Term
from engine.model.preloaded import unit_types
from engine.queries.organization import UnitFilter, UnitNode, UnitView, organization_view, unit_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.change_views import ChangePage, ChangePreview, Crumb
from webui.pages.changing import (
    Answer,
    Values,
    chosen,
    day,
    form_of,
    handled,
    is_confirmed,
    optional_day,
    options,
    reason_field,
)
from webui.pages.changing import posted as sent
from webui.pages.framing import frame, with_said
from webui.pages.organization import crumbs, kind_word, level_word
from webui.pages.parts import FieldView, FormView
from webui.pages.posts import administered
from webui.pages.rendering import render
from webui.pages.words import listed, say, unit_name
from webui.service import current_engine

Kind = Literal["内设机构", "基层单位", "支部"]
KINDS: tuple[Kind, ...] = ("内设机构", "基层单位", "支部")
_MOST_LISTED = 60


@blueprint.get("/organization/add")
@rule("role:admin")
def show_add_unit() -> str:
    return render(_add_page({"superior": request.args.get("superior", "")[:20]}, {}))


@blueprint.post("/organization/add")
@rule("role:admin")
def add_unit() -> Answer:
    """What the unit will owe of the periods that run, and with `confirm` the unit itself."""
    values = sent()

    def do() -> Answer:
        kind = chosen(values, "type", [one.code for one in unit_types()])
        unit = Unit(
            code=f"{values.get('region', '')}-{kind}",
            name=values.get("name", ""),
            short_name=values.get("short_name", ""),
            document_prefix=values.get("document_prefix", ""),
            level="PREF" if values.get("level") == "PREF" else "COUNTY",
            type=kind,
            superior=values.get("superior", ""),
            staff=_number(values.get("staff", "")),
            active_from=optional_day(values, "active_from"),
        )
        duties = organization.add_unit(current_engine(), current_person(), unit, preview=not is_confirmed())
        if is_confirmed():
            return redirect(with_said(f"/organization/{unit.code}", "unit_added"), 303)
        return render(_add_page(values, {}, _of_duties(unit, duties, values)))

    return handled(do, lambda errors: _add_page(values, errors))


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
            staff=_number(values.get("staff", "")),
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


@blueprint.get("/organization/<code>/close")
@rule("role:admin")
def show_close_unit(code: str) -> str:
    view = _decided(code)
    return render(_close_page(view, {"last_day": view.today.isoformat()}, {}))


@blueprint.post("/organization/<code>/close")
@rule("role:admin")
def close_unit(code: str) -> Answer:
    """What stands against it and what lapses, and with `confirm` the closing itself."""
    view, values = _decided(code), sent()

    def do() -> Answer:
        found = organization.close_unit(
            current_engine(),
            current_person(),
            code,
            day(values, "last_day"),
            reason=values.get("reason", ""),
            preview=not is_confirmed(),
        )
        if is_confirmed():
            return redirect(with_said(f"/organization/{code}", "unit_closed"), 303)
        return render(_close_page(view, values, {}, _of_closing(view, found, values)))

    return handled(do, lambda errors: _close_page(view, values, errors))


@blueprint.post("/organization/<code>/keep")
@rule("role:admin")
def keep_unit(code: str) -> Answer:
    """The closing that is still to come is taken back."""
    organization.withdraw_closing(current_engine(), current_person(), code)
    return redirect(with_said(f"/organization/{code}", "unit_changed"), 303)


def _decided(code: str) -> UnitView:
    """The unit, where the reader decides whether there is one. Raises OnlyAdministrators."""
    view = unit_view(current_engine(), current_person(), code)
    if not view.may_close:
        raise OnlyAdministrators(view.row.superior or code)
    return view


def _add_page(values: Values, errors: Mapping[str, str], preview: ChangePreview | None = None) -> ChangePage:
    view = organization_view(current_engine(), current_person(), UnitFilter())
    fields = (
        FieldView(
            kind="select",
            key="superior",
            label=str(gettext("上级单位")),
            required=True,
            options=options([(n.unit.code, unit_name(n.unit)) for root in view.roots for n in _flat(root)]),
        ),
        FieldView(
            kind="text",
            key="region",
            label=str(gettext("行政区划代码")),
            required=True,
            max_length=6,
            hint=str(gettext("6位数字，如 532503；与类型一起构成单位代码。")),
        ),
        FieldView(
            kind="select",
            key="type",
            label=str(gettext("类型")),
            required=True,
            options=options([(one.code, f"{say(one.zh, one.en)} · {one.code}") for one in unit_types()]),
        ),
        FieldView(
            kind="select",
            key="level",
            label=str(gettext("层级")),
            required=True,
            options=options([(level, level_word(level)) for level in ("COUNTY", "PREF")]),
        ),
        *_texts(),
        FieldView(kind="date", key="active_from", label=str(gettext("启用日（不填为今日）"))),
    )
    return ChangePage(
        frame=frame(view.frame, "manage"),
        title=str(gettext("增设单位")),
        lead=str(gettext("先预览启用后当期应完成的义务，再确认。")),
        crumbs=(Crumb(label=str(gettext("组织机构")), href="/organization"),),
        form=form_of("unit", fields, values, errors),
        back_href="/organization",
        submit=str(gettext("预览变更")),
        preview=preview,
    )


def _change_page(view: UnitView, values: Values, errors: Mapping[str, str]) -> ChangePage:
    return _page(view, str(gettext("修改信息")), form_of("unit", _texts(), values, errors), str(gettext("保存")))


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
    return _page(view, str(gettext("增设部门")), form, str(gettext("保存")))


def _close_page(
    view: UnitView, values: Values, errors: Mapping[str, str], preview: ChangePreview | None = None
) -> ChangePage:
    fields = (
        FieldView(kind="date", key="last_day", label=str(gettext("最后一日（含）")), required=True),
        reason_field(str(gettext("如机构改革文号。记入审计日志。"))),
    )
    form = form_of("close", fields, values, errors)
    return _page(view, str(gettext("停用单位")), form, str(gettext("预览变更")), preview)


def _page(view: UnitView, title: str, form: FormView, submit: str, preview: ChangePreview | None = None) -> ChangePage:
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


def _texts() -> tuple[FieldView, ...]:
    return (
        FieldView(kind="text", key="name", label=str(gettext("单位名称")), required=True, max_length=60),
        FieldView(kind="text", key="short_name", label=str(gettext("简称")), required=True, max_length=30),
        FieldView(kind="text", key="document_prefix", label=str(gettext("机关代字")), required=True, max_length=10),
        FieldView(kind="int", key="staff", label=str(gettext("人数")), max_length=6),
    )


def _of_duties(unit: Unit, duties: tuple[Term, ...], values: Values) -> ChangePreview:
    lines = [str(gettext("新单位代码 %(code)s。", code=unit.code))]
    lines.append(
        str(
            ngettext(
                "启用时正在进行的周期内，应完成义务 %(num)s 项；剩余时间不足的不要求。",
                "启用时正在进行的周期内，应完成义务 %(num)s 项；剩余时间不足的不要求。",
                len(duties),
            )
        )
    )
    return ChangePreview(
        lines=tuple(lines),
        heads=(str(gettext("义务")), str(gettext("周期")), str(gettext("到期日"))),
        rows=tuple(
            (f"{term.rule.code} {say(term.rule.zh, term.rule.en)}", term.period, term.due_on.isoformat())
            for term in duties[:_MOST_LISTED]
        ),
        values=tuple(values.items()),
        confirm=str(gettext("确认增设")),
    )


def _of_closing(view: UnitView, found: Closing, values: Values) -> ChangePreview:
    stops = []
    if found.below:
        stops.append(str(gettext("尚有下级单位：%(units)s。请先停用或调整其上级。", units=listed(list(found.below)))))
    if found.open_tasks:
        stops.append(
            str(
                ngettext(
                    "尚有在办任务 %(num)s 件。请先办结或移交。",
                    "尚有在办任务 %(num)s 件。请先办结或移交。",
                    found.open_tasks,
                )
            )
        )
    lines = (
        str(gettext("%(unit)s工作至 %(day)s。", unit=unit_name(view.unit), day=found.last_day)),
        str(
            ngettext(
                "次日起，未完成的义务 %(num)s 项不再要求；此后不再产生义务。",
                "次日起，未完成的义务 %(num)s 项不再要求；此后不再产生义务。",
                found.lapsing,
            )
        ),
        str(
            ngettext(
                "此前周期未完成的义务 %(num)s 项保留原状，仍计入统计。",
                "此前周期未完成的义务 %(num)s 项保留原状，仍计入统计。",
                found.remaining,
            )
        ),
    )
    return ChangePreview(
        lines=lines, stops=tuple(stops), values=tuple(values.items()), confirm=str(gettext("确认停用"))
    )


def _flat(node: UnitNode) -> list[UnitNode]:
    return [node, *(deeper for below in node.below for deeper in _flat(below))]


def _number(text: str) -> int:
    """Raises InputRejected for what is no count. Empty: 0."""
    if text and not (text.isdecimal() and len(text) <= 6):
        raise InputRejected("人数应为整数。", "A staff count is a whole number.", field="staff", value=text[:20])
    return int(text or 0)
