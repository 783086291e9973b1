"""修改密码: everybody's own; whoever was given one by an administrator comes here first."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import accounts
from engine.commands.accounts import MIN_PASSWORD
from engine.errors import InputRejected, TooMany
from engine.queries.frame import frame_of
from webui.auth import current_person, current_visitor, for_new_passwords, rule
from webui.pages.blueprint import blueprint
from webui.pages.forms import plain_form
from webui.pages.framing import frame, with_said
from webui.pages.parts import FieldView
from webui.pages.rendering import render
from webui.pages.user_views import PasswordPage
from webui.problems import detail_of
from webui.service import current_engine


@blueprint.get("/me/password")
@rule("signed_in")
@for_new_passwords
def show_password() -> str:
    return render(_page({}))


@blueprint.post("/me/password")
@rule("signed_in")
@for_new_passwords
def change_password() -> Response | tuple[str, int]:
    """The session that asks goes on, every other one ends."""
    visitor, sent = current_visitor(), request.form
    if sent.get("password", "") != sent.get("again", ""):
        return render(_page({"again": str(gettext("两次输入的新密码不一致。"))})), 422
    try:
        accounts.change_password(
            current_engine(),
            current_person(),
            sent.get("present", ""),
            sent.get("password", ""),
            address=request.remote_addr or "",
            keep=visitor.token_hash if visitor is not None else b"",
        )
    except InputRejected as refused:
        return render(_page({str(refused.facts.get("field") or ""): detail_of(refused)})), 422
    except TooMany as refused:
        return render(_page({"": detail_of(refused)})), 429
    return redirect(with_said("/me", "password_changed"), 303)


def _page(errors: Mapping[str, str]) -> PasswordPage:
    visitor = current_visitor()
    must = visitor is not None and visitor.must_change
    fields = (
        FieldView(kind="text", key="present", label=str(gettext("现密码"))),
        FieldView(
            kind="text",
            key="password",
            label=str(gettext("新密码")),
            hint=str(gettext("至少 %(n)s 位。可用一句不易猜到的话。", n=MIN_PASSWORD)),
        ),
        FieldView(kind="text", key="again", label=str(gettext("再输一次新密码"))),
    )
    return PasswordPage(
        frame=frame(frame_of(current_engine(), current_person()), "me"),
        form=plain_form("password", fields, post_url="/me/password", values={}, errors=errors),
        back_href="" if must else "/me",
        must=must,
    )
