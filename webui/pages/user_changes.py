"""Accounts as an administrator changes them: a person is added, locked, unlocked, given a password, signed out."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext

from engine.commands import organization
from engine.commands.organization.logins import NotOwnAccount, one_time_password
from engine.model.organization import Person
from engine.model.step import PersonId
from engine.queries.users import UserFilter, UserView, users_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.change_views import ChangePage, Crumb
from webui.pages.changing import Answer, Values, chosen, form_of, handled, options, reason_field
from webui.pages.changing import posted as sent
from webui.pages.framing import frame, with_said
from webui.pages.parts import FieldView, FormView
from webui.pages.rendering import render
from webui.pages.user_views import OneTimePage
from webui.pages.users import administered_user
from webui.pages.words import unit_name
from webui.service import current_engine


@blueprint.get("/users/add")
@rule("role:admin")
def show_add_user() -> str:
    return render(_add_page({"unit": request.args.get("unit", "")[:20]}, {}))


@blueprint.post("/users/add")
@rule("role:admin")
def add_user() -> Answer:
    """The person with an account, and a password for the first sign-in, shown this once."""
    values = sent()

    def do() -> Answer:
        view = users_view(current_engine(), current_person(), UserFilter())
        person = Person(
            id=values.get("username", ""),
            name=values.get("name", ""),
            unit=chosen(values, "unit", [unit.code for unit in view.units]),
            department=values.get("department", ""),
        )
        password = one_time_password()
        organization.add_person(current_engine(), current_person(), person, password=password)
        return render(_one_time(administered_user(person.id), password))

    return handled(do, lambda errors: _add_page(values, errors))


@blueprint.get("/users/<person_id>/<any(lock, unlock, password):action>")
@rule("role:admin")
def show_user_change(person_id: str, action: str) -> str:
    return render(_page(administered_user(person_id), action, {}, {}))


@blueprint.post("/users/<person_id>/<any(lock, unlock, password):action>")
@rule("role:admin")
def change_user(person_id: str, action: str) -> Answer:
    """Each with a reason, which the audit log keeps."""
    view, values = administered_user(person_id), sent()
    reason = values.get("reason", "")

    def do() -> Answer:
        engine, by, person = current_engine(), current_person(), PersonId(person_id)
        if action == "password":
            password = organization.reset_password(engine, by, person, reason=reason)
            return render(_one_time(view, password))
        (organization.lock_account if action == "lock" else organization.unlock_account)(
            engine, by, person, reason=reason
        )
        return redirect(with_said(f"/users/{person_id}", "account_changed"), 303)

    return handled(do, lambda errors: _page(view, action, values, errors))


@blueprint.post("/users/<person_id>/sessions/end")
@rule("role:admin")
def end_user_sessions(person_id: str) -> Answer:
    """Signed out everywhere, at once."""
    organization.end_sessions(current_engine(), current_person(), PersonId(person_id))
    return redirect(with_said(f"/users/{person_id}", "sessions_ended"), 303)


@blueprint.post("/users/<person_id>/tokens/<uuid:token_id>/revoke")
@rule("role:admin")
def revoke_user_token(person_id: str, token_id: UUID) -> Answer:
    """The token stops working at once."""
    organization.revoke_token(current_engine(), current_person(), PersonId(person_id), token_id)
    return redirect(with_said(f"/users/{person_id}", "token_revoked"), 303)


def user_page(view: UserView, title: str, form: FormView, submit: str, *notes: str) -> ChangePage:
    """A change about one person."""
    return ChangePage(
        frame=frame(view.frame, "manage"),
        title=title,
        lead=f"{view.name} · {unit_name(view.unit)}",
        crumbs=(
            Crumb(label=str(gettext("用户")), href="/users"),
            Crumb(label=view.name, href=f"/users/{view.person}"),
        ),
        form=form,
        back_href=f"/users/{view.person}",
        submit=submit,
        notes=notes,
    )


def _page(view: UserView, action: str, values: Values, errors: Mapping[str, str]) -> ChangePage:
    if view.is_own:
        raise NotOwnAccount(view.person)
    titles = {"lock": gettext("锁定账户"), "unlock": gettext("解锁账户"), "password": gettext("重设密码")}
    notes = {
        "lock": gettext("锁定后立即退出所有登录，接口令牌停用；角色、岗位和在办任务不变。"),
        "unlock": gettext("解锁后可用原密码登录。"),
        "password": gettext("生成只用一次的密码，显示一次；本人登录后须立即修改。原有登录全部退出。"),
    }
    form = form_of("account", (reason_field(str(gettext("记入审计日志。"))),), values, errors)
    return user_page(view, str(titles[action]), form, str(gettext("确认")), str(notes[action]))


def _add_page(values: Values, errors: Mapping[str, str]) -> ChangePage:
    view = users_view(current_engine(), current_person(), UserFilter())
    fields = (
        FieldView(kind="text", key="name", label=str(gettext("姓名")), required=True, max_length=64),
        FieldView(
            kind="text",
            key="username",
            label=str(gettext("用户名")),
            required=True,
            max_length=64,
            hint=str(gettext("字母、数字、点、横线或下划线，登录时使用，不能修改。")),
        ),
        FieldView(
            kind="select",
            key="unit",
            label=str(gettext("单位")),
            required=True,
            options=options([(unit.code, unit_name(unit)) for unit in view.units]),
        ),
        FieldView(
            kind="text",
            key="department",
            label=str(gettext("部门代码")),
            max_length=20,
            hint=str(gettext("如 532503-GA-03，可不填。")),
        ),
    )
    return ChangePage(
        frame=frame(view.frame, "manage"),
        title=str(gettext("新增用户")),
        lead=str(gettext("新增后显示一次性密码。角色另行申请，由另一名系统管理员确认。")),
        crumbs=(Crumb(label=str(gettext("用户")), href="/users"),),
        form=form_of("user", fields, values, errors),
        back_href="/users",
        submit=str(gettext("新增")),
    )


def _one_time(view: UserView, password: str) -> OneTimePage:
    return OneTimePage(
        frame=frame(view.frame, "manage"),
        name=view.name,
        account=view.person,
        password=password,
        back_href=f"/users/{view.person}",
    )
