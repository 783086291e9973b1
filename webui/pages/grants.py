"""Roles: asked for by one administrator, confirmed or refused by another, ended by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext

from engine.commands import organization
from engine.errors import NotFound
from engine.model.organization import RoleGrant
from engine.model.preloaded import role_labels
from engine.model.step import PersonId
from engine.queries.users import RequestLine, RequestsView, UserView, role_requests
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.change_views import ChangePage, Crumb
from webui.pages.changing import Answer, Values, chosen, day, form_of, handled, optional_day, options, reason_field
from webui.pages.changing import posted as sent
from webui.pages.framing import frame, with_said
from webui.pages.parts import FieldView
from webui.pages.rendering import render
from webui.pages.user_changes import user_page
from webui.pages.user_views import RequestsPage
from webui.pages.users import administered_user, request_view
from webui.pages.words import say, unit_name
from webui.service import current_engine


@blueprint.get("/role-requests")
@rule("role:admin")
def show_role_requests() -> str:
    view = role_requests(current_engine(), current_person())
    return render(
        RequestsPage(frame=frame(view.frame, "manage"), requests=tuple(request_view(one) for one in view.requests))
    )


@blueprint.post("/role-requests/<uuid:request_id>/confirm")
@rule("role:admin")
def confirm_role(request_id: UUID) -> Answer:
    """The role counts from its first day on."""
    organization.confirm_role(current_engine(), current_person(), request_id)
    return redirect(with_said("/role-requests", "role_confirmed"), 303)


@blueprint.get("/role-requests/<uuid:request_id>/refuse")
@rule("role:admin")
def show_refuse_role(request_id: UUID) -> str:
    return render(_refuse_page(request_id, {}, {}))


@blueprint.post("/role-requests/<uuid:request_id>/refuse")
@rule("role:admin")
def refuse_role(request_id: UUID) -> Answer:
    """Not given, with a reason; or taken back by who asked."""
    values = sent()

    def do() -> Answer:
        organization.refuse_role(current_engine(), current_person(), request_id, values.get("reason", ""))
        return redirect(with_said("/role-requests", "role_refused"), 303)

    return handled(do, lambda errors: _refuse_page(request_id, values, errors))


@blueprint.get("/users/<person_id>/grant")
@rule("role:admin")
def show_request_role(person_id: str) -> str:
    view = administered_user(person_id)
    return render(_grant_page(view, {"unit": view.unit.code, "valid_from": view.today.isoformat()}, {}))


@blueprint.post("/users/<person_id>/grant")
@rule("role:admin")
def request_role(person_id: str) -> Answer:
    """It waits for another administrator."""
    view, values = administered_user(person_id), sent()

    def do() -> Answer:
        grant = RoleGrant(
            person=person_id,
            role=chosen(values, "role", [label.code for label in role_labels()]),
            unit=chosen(values, "unit", [unit.code for unit in view.units]),
            valid_from=day(values, "valid_from"),
            valid_until=optional_day(values, "valid_until"),
        )
        organization.request_role(current_engine(), current_person(), grant, reason=values.get("reason", ""))
        return redirect(with_said(f"/users/{person_id}", "role_requested"), 303)

    return handled(do, lambda errors: _grant_page(view, values, errors))


@blueprint.get("/users/<person_id>/roles/end")
@rule("role:admin")
def show_end_role(person_id: str) -> str:
    view = administered_user(person_id)
    return render(_end_page(view, {"last_day": view.today.isoformat()}, {}))


@blueprint.post("/users/<person_id>/roles/end")
@rule("role:admin")
def end_role(person_id: str) -> Answer:
    """Taking away needs one administrator; what was claimed by the role goes back to the group."""
    view, values = administered_user(person_id), sent()

    def do() -> Answer:
        role, unit = _asked()
        last_day: date = day(values, "last_day")
        organization.end_role(
            current_engine(),
            current_person(),
            PersonId(person_id),
            role,
            unit,
            last_day,
            reason=values.get("reason", ""),
        )
        return redirect(with_said(f"/users/{person_id}", "role_ended"), 303)

    return handled(do, lambda errors: _end_page(view, values, errors))


def _asked() -> tuple[str, str]:
    return request.args.get("role", "")[:20], request.args.get("unit", "")[:20]


def _grant_page(view: UserView, values: Values, errors: Mapping[str, str]) -> ChangePage:
    fields = (
        FieldView(
            kind="select",
            key="role",
            label=str(gettext("角色")),
            required=True,
            options=options([(label.code, say(label.zh, label.en)) for label in role_labels()]),
        ),
        FieldView(
            kind="select",
            key="unit",
            label=str(gettext("范围")),
            required=True,
            hint=str(gettext("该单位及其下级。")),
            options=options([(unit.code, unit_name(unit)) for unit in view.units]),
        ),
        FieldView(kind="date", key="valid_from", label=str(gettext("起始日")), required=True),
        FieldView(kind="date", key="valid_until", label=str(gettext("截止日（含，可不填）"))),
        reason_field(str(gettext("供确认人审查，记入审计日志。"))),
    )
    form = form_of("grant", fields, values, errors)
    note = str(gettext("由另一名系统管理员确认后生效。互斥的角色不能由同一人担任。"))
    return user_page(view, str(gettext("申请授权")), form, str(gettext("提交申请")), note)


def _end_page(view: UserView, values: Values, errors: Mapping[str, str]) -> ChangePage:
    role, unit = _asked()
    held = next((one for one in view.grants if (one.role.code, one.unit.code) == (role, unit)), None)
    if held is None:
        raise NotFound(f"{view.person} has no role {role} for {unit}.", id=role)
    fields = (
        FieldView(kind="date", key="last_day", label=str(gettext("最后一日（含）")), required=True),
        reason_field(str(gettext("记入审计日志。"))),
    )
    title = str(gettext("终止角色"))
    note = f"{say(held.role.zh, held.role.en)} · {unit_name(held.unit)}"
    return user_page(view, title, form_of("end", fields, values, errors), title, note)


def _refuse_page(request_id: UUID, values: Values, errors: Mapping[str, str]) -> ChangePage:
    view: RequestsView = role_requests(current_engine(), current_person())
    one: RequestLine | None = next((found for found in view.requests if found.id == request_id), None)
    if one is None:
        raise NotFound(f"There is no request {request_id} for a role.", id=str(request_id))
    title = str(gettext("撤回申请")) if one.is_own else str(gettext("不同意授权"))
    return ChangePage(
        frame=frame(view.frame, "manage"),
        title=title,
        lead=f"{say(one.role.zh, one.role.en)} · {one.name} · {unit_name(one.unit)}",
        crumbs=(
            Crumb(label=str(gettext("用户")), href="/users"),
            Crumb(label=str(gettext("授权审批")), href="/role-requests"),
        ),
        form=form_of("refuse", (reason_field(str(gettext("记入审计日志。"))),), values, errors),
        back_href="/role-requests",
        submit=title,
    )
