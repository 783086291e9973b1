"""调动: somebody comes to another unit or department; posts and roles end, open tasks move to the successors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import redirect
from flask_babel import gettext

from engine.commands import organization
from engine.model.step import PersonId
from engine.queries.organization_unit import unit_view
from engine.queries.users import UserView
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.change_views import ChangePage, ChangePreview
from webui.pages.changing import Answer, Values, chosen, form_of, handled, is_confirmed, options, reason_field
from webui.pages.changing import posted as sent
from webui.pages.framing import with_said
from webui.pages.parts import FieldView
from webui.pages.post_parts import preview_of
from webui.pages.rendering import render
from webui.pages.user_changes import user_page
from webui.pages.users import administered_user
from webui.pages.words import unit_name
from webui.service import current_engine


@blueprint.get("/users/<person_id>/move")
@rule("role:admin")
def show_move_user(person_id: str) -> str:
    view = administered_user(person_id)
    return render(_page(view, {"unit": view.unit.code}, {}))


@blueprint.post("/users/<person_id>/move")
@rule("role:admin")
def move_user(person_id: str) -> Answer:
    """What would end and move, and with `confirm` the move itself."""
    view, values = administered_user(person_id), sent()

    def do() -> Answer:
        unit = chosen(values, "unit", [one.code for one in view.units])
        handed = organization.move_person(
            current_engine(),
            current_person(),
            PersonId(person_id),
            unit,
            values.get("department", ""),
            reason=values.get("reason", ""),
            preview=not is_confirmed(),
        )
        if is_confirmed():
            return redirect(with_said(f"/users/{person_id}", "person_moved"), 303)
        lines = [str(gettext("%(name)s自今日起属%(unit)s。", name=view.name, unit=_named(view, unit)))]
        if unit != view.unit.code:
            lines.append(str(gettext("在原单位的岗位和角色于昨日结束，新单位的岗位和角色另行任命、申请。")))
        old = unit_view(current_engine(), current_person(), view.unit.code)
        return render(_page(view, values, {}, preview_of(old, lines, handed, values)))

    return handled(do, lambda errors: _page(view, values, errors))


def _page(
    view: UserView, values: Values, errors: Mapping[str, str], preview: ChangePreview | None = None
) -> ChangePage:
    fields = (
        FieldView(
            kind="select",
            key="unit",
            label=str(gettext("单位")),
            required=True,
            options=options([(one.code, unit_name(one)) for one in view.units]),
        ),
        FieldView(
            kind="text",
            key="department",
            label=str(gettext("部门代码")),
            max_length=20,
            hint=str(gettext("如 532503-GA-03，可不填。")),
        ),
        reason_field(str(gettext("如调动文号。记入审计日志。"))),
    )
    form = form_of("move", fields, values, errors)
    return replace(user_page(view, str(gettext("调动")), form, str(gettext("预览变更"))), preview=preview)


def _named(view: UserView, code: str) -> str:
    return next((unit_name(one) for one in view.units if one.code == code), code)
