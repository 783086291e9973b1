"""离任: the holder of a post leaves it, and a successor may take it over with the open tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import redirect, request
from flask_babel import gettext

from engine.commands import organization
from engine.commands.handover import HandedOver
from engine.errors import InputRejected
from engine.model.organization import Position
from engine.model.step import PersonId
from engine.queries.organization import MAIN
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
)
from webui.pages.changing import posted as sent
from webui.pages.framing import frame, with_said
from webui.pages.organization_unit import crumbs
from webui.pages.parts import FieldView
from webui.pages.post_parts import (
    administered,
    name_in,
    occasion,
    people_options,
    post_word,
    preview_of,
)
from webui.pages.rendering import render
from webui.pages.words import unit_name
from webui.service import current_engine


@blueprint.get("/organization/<code>/end")
@rule("role:admin")
def show_end_post(code: str) -> str:
    view = administered(code)
    return render(_end_page(view, {"last_day": view.today.isoformat()}, {}))


@blueprint.post("/organization/<code>/end")
@rule("role:admin")
def end_post(code: str) -> Answer:
    """The holder leaves. With a successor it is an appointment that replaces him, and the open tasks go there."""
    view, values = administered(code), sent()

    def do() -> Answer:
        post, person = _post_asked(view)
        last_day, successor = day(values, "last_day"), values.get("successor", "")
        handed: tuple[HandedOver, ...]
        lines = [str(gettext("%(name)s任职至 %(day)s。", name=name_in(view, person), day=last_day))]
        if successor:
            made = organization.appoint(
                current_engine(),
                current_person(),
                Position(
                    person=chosen(values, "successor", [one.id for one in view.people if one.id != person]),
                    unit=code,
                    code=post,
                    departments=_departments_of(view, post, person),
                    valid_from=last_day + timedelta(days=1),
                ),
                replaces=person,
                reason=values.get("reason", ""),
                preview=not is_confirmed(),
            )
            handed = made.handed_over
            lines.append(
                str(
                    gettext(
                        "%(name)s自 %(day)s 起接任%(post)s。",
                        name=name_in(view, successor),
                        day=made.position.valid_from,
                        post=post_word(view, post),
                    )
                )
            )
        else:
            handed = organization.end_position(
                current_engine(),
                current_person(),
                person,
                code,
                post,
                last_day,
                reason=values.get("reason", ""),
                preview=not is_confirmed(),
            )
            if not _has_others(view, post, person):
                lines.append(
                    str(gettext("未指定接任人：岗位空缺，任务先由代理人、再由直接责任领导、主要责任领导办理。"))
                )
        if is_confirmed():
            return redirect(with_said(f"/organization/{code}", "post_changed"), 303)
        return render(_end_page(view, values, {}, preview_of(view, lines, handed, values)))

    return handled(do, lambda errors: _end_page(view, values, errors))


def _end_page(
    view: UnitView, values: Values, errors: Mapping[str, str], preview: ChangePreview | None = None
) -> ChangePage:
    post, person = _post_asked(view)
    fields = (
        FieldView(kind="date", key="last_day", label=str(gettext("任职最后一日（含）")), required=True),
        FieldView(
            kind="select",
            key="successor",
            label=str(gettext("接任人")),
            hint=str(gettext("在办任务移交给接任人；依规定应回避的事项不移交给他，按规则另行确定。")),
            options=tuple(one for one in people_options(view) if one.value != person),
        ),
        occasion(),
    )
    return ChangePage(
        frame=frame(view.frame, "manage"),
        title=str(gettext("离任")),
        lead=" · ".join((name_in(view, person), post_word(view, post), unit_name(view.unit))),
        crumbs=crumbs(view, with_unit=True),
        form=form_of("end", fields, values, errors),
        back_href=f"/organization/{view.row.code}",
        submit=str(gettext("预览变更")),
        preview=preview,
    )


def _post_asked(view: UnitView) -> tuple[str, PersonId]:
    """Post and holder that the address names. Raises InputRejected where nobody holds it so."""
    code, person = request.args.get("code", ""), PersonId(request.args.get("person", ""))
    for post in view.posts:
        if post.position.code == code and any(one.person == person for one in (*post.now, *post.coming)):
            return code, person
    raise InputRejected("此人不担任该岗位。", "This person does not hold the post.", field="person", value=person[:50])


def _has_others(view: UnitView, code: str, person: str) -> bool:
    return any(
        one.person != person
        for post in view.posts
        if post.position.code == code and code != MAIN
        for one in (*post.now, *post.coming)
    )


def _departments_of(view: UnitView, code: str, person: str) -> tuple[str, ...]:
    """The successor is in charge of the same departments."""
    names = {found.name: found.code for found in view.departments}
    return tuple(
        names[name]
        for post in view.posts
        if post.position.code == code
        for one in (*post.now, *post.coming)
        if one.person == person
        for name in one.departments
        if name in names
    )
