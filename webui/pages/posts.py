"""任命 and 离任: an administrator sees which open tasks would move before he confirms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from flask import redirect, request
from flask_babel import gettext, ngettext

from engine.commands import organization
from engine.commands.handover import HandedOver
from engine.commands.organization import OnlyAdministrators
from engine.errors import InputRejected
from engine.model.organization import Position
from engine.model.step import PersonId
from engine.queries.organization import MAIN, UnitView, unit_view
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
    reason_field,
)
from webui.pages.changing import posted as sent
from webui.pages.forms import person_label
from webui.pages.framing import frame, with_said
from webui.pages.organization import crumbs, position_word
from webui.pages.parts import FieldView, Option
from webui.pages.rendering import render
from webui.pages.words import listed, say, unit_name
from webui.service import current_engine

#: A list of tasks that move is read on a screen; of the others the number is told.
MOST_LISTED = 100


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
                    post=_post_word(view, made.position.code),
                )
            )
        ]
        lines += [
            str(
                gettext(
                    "%(name)s任职至 %(day)s。",
                    name=_name(view, former.person),
                    day=made.position.valid_from - timedelta(days=1),
                )
            )
            for former in made.ended
        ]
        return render(_appoint_page(view, values, {}, preview_of(view, lines, made.handed_over, values)))

    return handled(do, lambda errors: _appoint_page(view, values, errors))


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
        lines = [str(gettext("%(name)s任职至 %(day)s。", name=_name(view, person), day=last_day))]
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
                        name=_name(view, successor),
                        day=made.position.valid_from,
                        post=_post_word(view, post),
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


def administered(code: str) -> UnitView:
    """The unit. Raises OnlyAdministrators for who may look at it only."""
    view = unit_view(current_engine(), current_person(), code)
    if not view.may_change:
        raise OnlyAdministrators(code)
    return view


def preview_of(view: UnitView, lines: Iterable[str], handed: Iterable[HandedOver], values: Values) -> ChangePreview:
    """An administrator reads no cases: of a task that moves its step, to whom and when; of sealed ones the number."""
    moved = list(handed)
    shown = [one for one in moved if not one.sealed]
    sealed = len(moved) - len(shown)
    told = [*lines]
    told.append(
        str(ngettext("随之移交的在办任务 %(num)s 件。", "随之移交的在办任务 %(num)s 件。", len(moved)))
        if moved
        else str(gettext("没有需要移交的在办任务。"))
    )
    if sealed:
        told.append(str(gettext("其中已封存事项 %(n)s 件，不列明细。", n=sealed)))
    return ChangePreview(
        lines=tuple(told),
        heads=(str(gettext("环节")), str(gettext("移交给")), str(gettext("生效日期"))),
        rows=tuple(
            (
                say(one.name, one.name_en),
                listed([_name(view, person) for person in one.to]) or str(gettext("到期当日按规则确定")),
                one.on.isoformat(),
            )
            for one in shown[:MOST_LISTED]
        ),
        more=str(gettext("只列出前 %(n)s 项。", n=MOST_LISTED)) if len(shown) > MOST_LISTED else "",
        values=tuple(values.items()),
    )


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
        FieldView(kind="select", key="person", label=str(gettext("人员")), required=True, options=_people(view)),
        FieldView(kind="date", key="valid_from", label=str(gettext("任职起始日")), required=True),
        FieldView(kind="date", key="valid_until", label=str(gettext("任职截止日（含，可不填）"))),
        FieldView(
            kind="select",
            key="replaces",
            label=str(gettext("接替")),
            hint=str(gettext("选择后，其任职于前一日结束，在办任务移交给新任人员。主要责任领导只有一人，自动接替。")),
            options=_holders(view),
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
        form=form_of("appoint", [*fields, _reason()], values, errors, several=("departments",)),
        back_href=f"/organization/{view.row.code}",
        submit=str(gettext("预览变更")),
        preview=preview,
    )


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
            options=tuple(one for one in _people(view) if one.value != person),
        ),
        _reason(),
    )
    return ChangePage(
        frame=frame(view.frame, "manage"),
        title=str(gettext("离任")),
        lead=" · ".join((_name(view, person), _post_word(view, post), unit_name(view.unit))),
        crumbs=crumbs(view, with_unit=True),
        form=form_of("end", fields, values, errors),
        back_href=f"/organization/{view.row.code}",
        submit=str(gettext("预览变更")),
        preview=preview,
    )


def _reason() -> FieldView:
    return reason_field(str(gettext("如任免文号。记入审计日志。")))


def _post_asked(view: UnitView) -> tuple[str, PersonId]:
    """Post and holder that the address names. Raises InputRejected where nobody holds it so."""
    code, person = request.args.get("code", ""), PersonId(request.args.get("person", ""))
    for post in view.posts:
        if post.position.code == code and any(one.person == person for one in (*post.now, *post.coming)):
            return code, person
    raise InputRejected("此人不担任该岗位。", "This person does not hold the post.", field="person", value=person[:50])


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


def _has_others(view: UnitView, code: str, person: str) -> bool:
    return any(
        one.person != person
        for post in view.posts
        if post.position.code == code and code != MAIN
        for one in (*post.now, *post.coming)
    )


def _people(view: UnitView) -> tuple[Option, ...]:
    return tuple(Option(value=one.id, label=f"{person_label(one)} · {one.id}") for one in view.people)


def _holders(view: UnitView) -> tuple[Option, ...]:
    return tuple(
        Option(value=one.person, label=f"{one.name} · {position_word(post.position)}")
        for post in view.posts
        for one in post.now
    )


def _post_word(view: UnitView, code: str) -> str:
    return next((position_word(post.position) for post in view.posts if post.position.code == code), code)


def _name(view: UnitView, person: str) -> str:
    """Of somebody of the unit, or who holds one of its posts; the account of anybody else."""
    names: dict[str, str] = {
        one.person: one.name for post in view.posts for one in (*post.now, *post.coming, *post.past)
    }
    names |= {one.id: one.name for one in view.people}
    return names.get(person, person)
