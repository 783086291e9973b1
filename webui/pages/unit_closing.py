"""A unit is closed: first what stands against it, and what lapses of its obligations."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect
from flask_babel import gettext, ngettext

from engine.commands import organization
from engine.commands.organization import Closing, OnlyAdministrators
from engine.queries.organization_unit import UnitView, unit_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.change_views import ChangePage, ChangePreview
from webui.pages.changing import (
    Answer,
    Values,
    day,
    form_of,
    handled,
    is_confirmed,
    reason_field,
)
from webui.pages.changing import posted as sent
from webui.pages.framing import with_said
from webui.pages.parts import FieldView
from webui.pages.rendering import render
from webui.pages.unit_changes import unit_page
from webui.pages.words import listed, unit_name
from webui.service import current_engine


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


def _close_page(
    view: UnitView, values: Values, errors: Mapping[str, str], preview: ChangePreview | None = None
) -> ChangePage:
    fields = (
        FieldView(kind="date", key="last_day", label=str(gettext("最后一日（含）")), required=True),
        reason_field(str(gettext("如机构改革文号。记入审计日志。"))),
    )
    form = form_of("close", fields, values, errors)
    return unit_page(view, str(gettext("停用单位")), form, str(gettext("预览变更")), preview)


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
