"""请假、出差与代理: declared, cut short and taken back by the person, or by an administrator of the unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal, cast

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import organization
from engine.errors import InputRejected
from engine.model.organization import Absence, Substitute
from engine.model.step import PersonId
from engine.queries.absences import AbsenceView, absence_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.forms import person_label
from webui.pages.framing import frame, with_said
from webui.pages.me_views import AbsenceLine, AbsencePage, Absences, PostLine, StandInLine
from webui.pages.parts import Option
from webui.pages.rendering import render
from webui.pages.words import language, say, unit_name
from webui.service import current_engine

_Values = Mapping[str, str]


@blueprint.get("/absence")
@rule("signed_in")
def choose_person() -> Response:
    """The choice of an administrator, from the list on 我的."""
    return redirect(f"/absence/{PersonId(request.args.get('person', current_person()))}", 303)


@blueprint.get("/absence/<person_id>")
@rule("signed_in")
def show_absences(person_id: str) -> str:
    return render(_page(PersonId(person_id)))


@blueprint.post("/absence/<person_id>")
@rule("signed_in")
def change_absences(person_id: str) -> Response | tuple[str, int]:
    """By the button that was pressed; what is refused comes back with its reason at the field."""
    person, values = PersonId(person_id), {name: text.strip()[:200] for name, text in request.form.items()}
    do = _DOING.get(values.get("do", ""), _declare)
    try:
        do(person, values)
    except InputRejected as refused:
        said = refused.zh if language() == "zh" else refused.en
        return render(_page(person, values, {str(refused.facts.get("field") or ""): said})), 422
    back = "/me" if person == current_person() else f"/absence/{person}"
    return redirect(with_said(back, "absence") + "#absence", 303)


def absences_of(view: AbsenceView, values: _Values | None = None, errors: _Values | None = None) -> Absences:
    """The part of a page."""
    return Absences(
        post_url=f"/absence/{view.person}",
        today=view.today,
        lines=tuple(
            AbsenceLine(
                kind=row.kind,
                first_day=row.absent_from,
                last_day=row.absent_until,
                reason=row.reason,
                has_begun=row.absent_from <= view.today,
            )
            for row in view.absences
        ),
        posts=tuple(
            PostLine(
                unit=post.unit.code,
                position=post.position.code,
                label=f"{unit_name(post.unit, short=True)} · {say(post.position.zh, post.position.en)}",
                substitute=post.substitute,
                substitute_name=post.substitute_name,
                first_day=post.first_day,
                last_day=post.last_day,
            )
            for post in view.posts
        ),
        stands_in=tuple(
            StandInLine(
                holder=post.holder_name,
                label=f"{unit_name(post.unit, short=True)} · {say(post.position.zh, post.position.en)}",
                first_day=post.first_day,
                last_day=post.last_day,
                is_acting=post.is_acting,
            )
            for post in view.stands_in
        ),
        people=tuple(Option(value=one.id, label=person_label(one)) for one in view.colleagues),
        open_tasks=view.open_tasks,
        values=values or {},
        errors=errors or {},
    )


def _page(person: PersonId, values: _Values | None = None, errors: _Values | None = None) -> AbsencePage:
    view = absence_view(current_engine(), current_person(), person)
    return AbsencePage(
        frame=frame(view.frame, "me"),
        name=view.name,
        unit=unit_name(view.unit),
        absences=absences_of(view, values, errors),
        is_own=view.is_own,
    )


def _declare(person: PersonId, values: _Values) -> None:
    away = Absence(
        person=person,
        first_day=_day(values, "first_day"),
        last_day=_day(values, "last_day"),
        kind=cast("Literal['请假', '出差']", values["kind"] if values.get("kind") in {"请假", "出差"} else "请假"),
    )
    organization.declare_absence(current_engine(), current_person(), away, reason=values.get("reason", ""))


def _cut(person: PersonId, values: _Values) -> None:
    organization.cut_absence(current_engine(), current_person(), person, _day(values, "back_on"))


def _withdraw(person: PersonId, values: _Values) -> None:
    organization.withdraw_absence(current_engine(), current_person(), person, _day(values, "first_day"))


def _name_substitute(person: PersonId, values: _Values) -> None:
    unit, _, position = values.get("post", "").partition(":")
    if not values.get("person"):
        raise InputRejected("请选择代理人。", "Choose a substitute.", field="person")
    substitute = Substitute(
        holder=person,
        unit=unit,
        position=position,
        person=values["person"],
        valid_from=_day(values, "valid_from"),
        valid_until=_day(values, "valid_until") if values.get("valid_until") else None,
    )
    organization.name_substitute(current_engine(), current_person(), substitute)


def _end_substitution(person: PersonId, values: _Values) -> None:
    unit, _, position = values.get("post", "").partition(":")
    organization.end_substitution(current_engine(), current_person(), person, unit, position)


def _day(values: _Values, name: str) -> date:
    try:
        return date.fromisoformat(values.get(name, ""))
    except ValueError:
        said = str(gettext("请填写日期。"))
        raise InputRejected(said, said, field=name, value=values.get(name, "")) from None


_DOING: Mapping[str, Callable[[PersonId, _Values], None]] = {
    "declare": _declare,
    "cut": _cut,
    "withdraw": _withdraw,
    "substitute": _name_substitute,
    "end_substitute": _end_substitution,
}
