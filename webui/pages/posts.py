"""任命: an administrator sees which open tasks would move before he confirms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import redirect, request
from flask_babel import gettext

from engine.commands import organization
from engine.model.organization import Position
from engine.model.step import PersonId
from engine.queries.organization_unit import UnitView
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.change_views import ChangePage, ChangePreview
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
)
from webui.pages.changing import posted as sent
from webui.pages.framing import frame, with_said
from webui.pages.organization_unit import crumbs, position_word
from webui.pages.parts import FieldView
from webui.pages.post_parts import (
    administered,
    holder_options,
    name_in,
    occasion,
    people_options,
    post_word,
    preview_of,
)
from webui.pages.rendering import render
from webui.pages.words import unit_name
from webui.service import current_engine


@blueprint.get("/organization/<code>/appoint")
@rule("role:admin")
def show_appoint(code: str) -> str:
    view = administered(code)
    asked = {name: request.args.get(name, "")[:50] for name in ("code", "person", "replaces")}
    return render(_appoint_page(view, {**asked, "valid_from": view.today.isoformat()}, {}))


@blueprint.post("/organization/<code>/appoint")
@rule("role:admin")
def appoint(code: str) -> Answer:
    """What the appointment would lead to, and with `confirm` the appointment itself."""
    view, values = administered(code), sent()

    def do() -> Answer:
        replaces = values.get("replaces", "")
        made = organization.appoint(
            current_engine(),
            current_person(),
            Position(
                person=chosen(values, "person", [one.id for one in view.people]),
                unit=code,
                code=chosen(values, "code", [post.position.code for post in view.posts]),
                departments=tuple(filter(None, values.get("departments", "").split(","))),
                valid_from=day(values, "valid_from"),
                valid_until=optional_day(values, "valid_until"),
            ),
            replaces=PersonId(replaces) if replaces else None,
            reason=values.get("reason", ""),
            preview=not is_confirmed(),
        )
        if is_confirmed():
            return redirect(with_said(f"/organization/{code}", "post_changed"), 303)
        names = {one.id: one.name for one in view.people}
        lines = [
            str(
                gettext(
                    "%(name)s自 %(day)s 起担任%(post)s。",
                    name=names.get(PersonId(made.position.person), made.position.person),
                    day=made.position.valid_from,
                    post=post_word(view, made.position.code),
                )
            )
        ]
        lines += [
            str(
                gettext(
                    "%(name)s任职至 %(day)s。",
                    name=name_in(view, former.person),
                    day=made.position.valid_from - timedelta(days=1),
                )
            )
            for former in made.ended
        ]
        return render(_appoint_page(view, values, {}, preview_of(view, lines, made.handed_over, values)))

    return handled(do, lambda errors: _appoint_page(view, values, errors))


def _appoint_page(
    view: UnitView, values: Values, errors: Mapping[str, str], preview: ChangePreview | None = None
) -> ChangePage:
    fields = [
        FieldView(
            kind="select",
            key="code",
            label=str(gettext("岗位")),
            required=True,
            options=options([(post.position.code, position_word(post.position)) for post in view.posts]),
        ),
        FieldView(kind="select", key="person", label=str(gettext("人员")), required=True, options=people_options(view)),
        FieldView(kind="date", key="valid_from", label=str(gettext("任职起始日")), required=True),
        FieldView(kind="date", key="valid_until", label=str(gettext("任职截止日（含，可不填）"))),
        FieldView(
            kind="select",
            key="replaces",
            label=str(gettext("接替")),
            hint=str(gettext("选择后，其任职于前一日结束，在办任务移交给新任人员。主要责任领导只有一人，自动接替。")),
            options=holder_options(view),
        ),
    ]
    if view.departments:
        fields.append(
            FieldView(
                kind="checks",
                key="departments",
                label=str(gettext("分管部门")),
                hint=str(gettext("不选表示全部。")),
                options=options([(found.code, found.name) for found in view.departments]),
            )
        )
    return ChangePage(
        frame=frame(view.frame, "manage"),
        title=str(gettext("任命")),
        lead=unit_name(view.unit),
        crumbs=crumbs(view, with_unit=True),
        form=form_of("appoint", [*fields, occasion()], values, errors, several=("departments",)),
        back_href=f"/organization/{view.row.code}",
        submit=str(gettext("预览变更")),
        preview=preview,
    )
