"""用户: the list of an administrator, and one person with account, roles and the places where he is signed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext

from engine.commands.accounts import IDLE
from engine.model.preloaded import Labelled, role_labels
from engine.model.step import PersonId
from engine.queries.frame import UnitName
from engine.queries.users import STATES, GrantLine, RequestLine, UserFilter, UserRow, UserView, user_view, users_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.change_views import Crumb
from webui.pages.framing import frame
from webui.pages.organization_views import TreeFilter
from webui.pages.parts import Fact, Option
from webui.pages.rendering import moment_long, render
from webui.pages.user_views import GrantView, PlaceView, RequestView, UserLine, UserPage, UsersPage
from webui.pages.words import listed, say, unit_name
from webui.service import current_engine

_NAMES = ("q", "unit", "role", "state")


@blueprint.get("/users")
@rule("role:admin")
def show_users() -> str:
    asked = {name: request.args.get(name, "").strip()[:50] for name in _NAMES}
    view = users_view(current_engine(), current_person(), UserFilter(**asked), after=request.args.get("after", ""))
    kept = {name: value for name, value in asked.items() if value}
    return render(
        UsersPage(
            frame=frame(view.frame, "manage"),
            rows=tuple(_line(row) for row in view.rows),
            found=view.found,
            filters=(
                _filter("unit", str(gettext("单位")), _units(view.units), asked["unit"]),
                _filter("role", str(gettext("角色")), _labels(role_labels()), asked["role"]),
                _filter(
                    "state", str(gettext("账户")), [(state, state_word(state)) for state in STATES], asked["state"]
                ),
            ),
            query=asked["q"],
            clear_href="/users" if kept else "",
            next_href=f"/users?{urlencode({**kept, 'after': view.next_after})}" if view.next_after else "",
            waiting=view.waiting,
        )
    )


@blueprint.get("/users/<person_id>")
@rule("role:admin")
def show_user(person_id: str) -> str:
    view = administered_user(person_id)
    here = f"/users/{view.person}"
    return render(
        UserPage(
            frame=frame(view.frame, "manage"),
            name=view.name,
            account=view.person,
            state=state_word(view.state),
            is_locked=view.state == "disabled",
            facts=_facts(view),
            grants=tuple(_grant(view, grant) for grant in view.grants),
            requests=tuple(request_view(one) for one in view.requests),
            sessions=tuple(
                PlaceView(what=one.agent or "—", detail=one.address, at=one.last_seen_at, end_url="")
                for one in view.sessions
            ),
            tokens=tuple(
                PlaceView(
                    what=one.name,
                    detail=str(gettext("有效期至 %(time)s", time=moment_long(one.expires_at))),
                    at=one.last_used_at,
                    end_url="" if view.is_own else f"{here}/tokens/{one.id}/revoke",
                )
                for one in view.tokens
            ),
            sessions_url=f"{here}/sessions/end" if view.sessions and not view.is_own else "",
            actions=() if view.is_own else _actions(view, here),
        )
    )


def administered_user(person_id: str) -> UserView:
    """Raises NotFound for somebody whom the reader does not administer."""
    return user_view(current_engine(), current_person(), PersonId(person_id), idle=IDLE)


def state_word(state: str) -> str:
    """What an account's state is called."""
    return str({"active": gettext("正常"), "disabled": gettext("已锁定"), "none": gettext("无账户")}[state])


def request_view(one: RequestLine) -> RequestView:
    return RequestView(
        name=one.name,
        account=one.person,
        href=f"/users/{one.person}",
        role=say(one.role.zh, one.role.en),
        unit=unit_name(one.unit),
        first_day=one.first_day,
        last_day=one.last_day,
        requested_by=one.requested_by,
        requested_at=one.requested_at,
        reason=one.reason,
        confirm_url=f"/role-requests/{one.id}/confirm" if one.may_confirm else "",
        refuse_href=f"/role-requests/{one.id}/refuse",
        is_own=one.is_own,
    )


def _line(row: UserRow) -> UserLine:
    where = " ".join(part for part in (unit_name(row.unit, short=True), row.department) if part)
    return UserLine(
        href=f"/users/{row.person}",
        account=row.person,
        name=row.name,
        where=where,
        posts=listed([say(post.zh, post.en) for post in row.posts]),
        roles=listed([say(role.zh, role.en) for role in row.roles]),
        state=state_word(row.state),
        is_locked=row.state == "disabled",
        last_login_at=row.last_login_at,
    )


def _facts(view: UserView) -> tuple[Fact, ...]:
    def day(at: datetime | None) -> str:
        return moment_long(at) if at is not None else str(gettext("从未"))

    facts = [
        Fact(label=str(gettext("用户名")), text="", number=view.person),
        Fact(label=str(gettext("单位")), text=unit_name(view.unit), href=f"/organization/{view.unit.code}"),
        Fact(label=str(gettext("部门")), text=view.department or "—"),
        Fact(
            label=str(gettext("岗位")),
            text=listed([f"{unit_name(unit, short=True)} {say(post.zh, post.en)}" for post, unit, _ in view.posts])
            or "—",
        ),
        Fact(label=str(gettext("上次登录")), text=day(view.last_login_at)),
    ]
    if view.created_at is not None:
        facts.append(Fact(label=str(gettext("账户建立")), text=day(view.created_at)))
    if view.must_change:
        facts.append(Fact(label=str(gettext("密码")), text=str(gettext("一次性密码，下次登录须修改")), strong=True))
    return tuple(facts)


def _grant(view: UserView, grant: GrantLine) -> GrantView:
    by = listed([name for name in (grant.granted_by, grant.confirmed_by) if name])
    query = urlencode({"role": grant.role.code, "unit": grant.unit.code})
    may = not grant.is_over and grant.unit.code in {unit.code for unit in view.units}
    return GrantView(
        role=say(grant.role.zh, grant.role.en),
        unit=unit_name(grant.unit),
        first_day=grant.first_day,
        last_day=grant.last_day,
        by=by,
        is_over=grant.is_over,
        end_href=f"/users/{view.person}/roles/end?{query}" if may else "",
    )


def _actions(view: UserView, here: str) -> tuple[Crumb, ...]:
    found = [
        Crumb(label=str(gettext("申请授权")), href=f"{here}/grant"),
        Crumb(label=str(gettext("调动")), href=f"{here}/move"),
    ]
    found.append(
        Crumb(
            label=str(gettext("重设密码")) if view.state != "none" else str(gettext("开设账户")),
            href=f"{here}/password",
        )
    )
    if view.state == "active":
        found.append(Crumb(label=str(gettext("锁定")), href=f"{here}/lock"))
    if view.state == "disabled":
        found.append(Crumb(label=str(gettext("解锁")), href=f"{here}/unlock"))
    return tuple(found)


def _filter(name: str, label: str, pairs: Iterable[tuple[str, str]], chosen: str) -> TreeFilter:
    return TreeFilter(
        name=name,
        label=label,
        options=tuple(Option(value=value, label=word, selected=value == chosen) for value, word in pairs),
    )


def _units(units: Iterable[UnitName]) -> list[tuple[str, str]]:
    return [(unit.code, unit_name(unit, short=True)) for unit in units]


def _labels(labels: Iterable[Labelled]) -> list[tuple[str, str]]:
    return [(label.code, say(label.zh, label.en)) for label in labels]
