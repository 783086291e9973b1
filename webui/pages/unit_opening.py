"""A unit is opened: first what it will owe of the periods that run."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, request
from flask_babel import gettext, ngettext

from engine.commands import organization
from engine.model.organization import Unit
from engine.model.owed import Term
from engine.model.preloaded import unit_types
from engine.queries.organization import UnitFilter, UnitNode, organization_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.change_views import ChangePage, ChangePreview, Crumb
from webui.pages.changing import (
    Answer,
    Values,
    chosen,
    form_of,
    handled,
    is_confirmed,
    optional_day,
    options,
)
from webui.pages.changing import posted as sent
from webui.pages.framing import frame, with_said
from webui.pages.organization_unit import level_word
from webui.pages.parts import FieldView
from webui.pages.rendering import render
from webui.pages.unit_changes import count_of, text_fields
from webui.pages.words import say, unit_name
from webui.service import current_engine

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
            staff=count_of(values.get("staff", "")),
            active_from=optional_day(values, "active_from"),
        )
        duties = organization.add_unit(current_engine(), current_person(), unit, preview=not is_confirmed())
        if is_confirmed():
            return redirect(with_said(f"/organization/{unit.code}", "unit_added"), 303)
        return render(_add_page(values, {}, _of_duties(unit, duties, values)))

    return handled(do, lambda errors: _add_page(values, errors))


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
        *text_fields(),
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


def _flat(node: UnitNode) -> list[UnitNode]:
    return [node, *(deeper for below in node.below for deeper in _flat(below))]
