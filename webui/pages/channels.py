"""消息提醒: mail for the reader; signed web hooks and group robots of a unit for its administrators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import channels as commands
from engine.commands.channels import MOST_PER_OWNER, Kept, Wanted
from engine.errors import InputRejected
from engine.model.channel import GROUP_WORDS, GROUPS, ChannelKind, Habits, Rhythm
from engine.queries.channels import ChannelLine, channel_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame, with_said
from webui.pages.me_views import ChannelCard, ChannelsPage
from webui.pages.parts import Option
from webui.pages.rendering import render
from webui.pages.words import language, say, unit_name
from webui.service import current_engine

_NEW = "new"


@blueprint.get("/channels")
@rule("signed_in")
def show_channels() -> str:
    return render(_page(request.args.get("unit", "")))


@blueprint.post("/channels")
@rule("signed_in")
def change_channel() -> Response | str | tuple[str, int]:
    """By the button that was pressed; what is refused comes back with its reason at the field."""
    form, engine, person = request.form, current_engine(), current_person()
    unit, which, do = form.get("unit", ""), form.get("channel", _NEW), form.get("do", "save")
    back = f"/channels?unit={unit}" if unit else "/channels"
    try:
        channel_id = None if which == _NEW else UUID(which)
    except ValueError:
        return redirect(back, 303)
    try:
        if do == "drop" and channel_id is not None:
            commands.drop(engine, person, channel_id)
        elif do == "try" and channel_id is not None:
            commands.try_out(engine, person, channel_id)
            return redirect(with_said(back, "channel_tried"), 303)
        else:
            kept = _save(unit, channel_id)
            if kept.secret:  # told this once, so on the answer itself
                return render(replace(_page(unit), secret=kept.secret))
    except InputRejected as refused:
        said = refused.zh if language() == "zh" else refused.en
        return render(_page(unit, which, {str(refused.facts.get("field") or ""): said})), 422
    return redirect(with_said(back, "channel_dropped" if do == "drop" else "saved"), 303)


def _save(unit: str, channel_id: UUID | None) -> Kept:
    form = request.form
    habits = Habits(
        groups=frozenset(form.getlist("groups")),
        rhythm=cast("Rhythm", form.get("rhythm", "at_once")),
        rests=form.get("rests") == "on",
        language="en" if form.get("language") == "en" else "zh",
    )
    wanted = Wanted(
        kind=cast("ChannelKind", form.get("kind", "email")),
        address=form.get("address", "").strip()[:500],
        habits=habits,
        secret=form.get("secret", "").strip()[:200],
        active=form.get("active") == "on",
    )
    if unit:
        return commands.save_for_unit(current_engine(), current_person(), unit, wanted, channel_id)
    return commands.save_own(current_engine(), current_person(), wanted, channel_id)


def _page(unit: str, refused: str = "", errors: Mapping[str, str] | None = None) -> ChannelsPage:
    """refused: the channel whose form comes back as it was sent, with what is wrong."""
    view = channel_view(current_engine(), current_person(), unit)
    cards = tuple(_sent(_card(line), errors) if str(line.id) == refused else _card(line) for line in view.channels)
    new = ChannelCard(
        channel_id=_NEW,
        kind="wecom" if view.unit else "email",
        address="",
        state="",
        mark="grey",
        values={"rhythm": "at_once", "rests": "on", "language": language()},
        groups=frozenset(GROUPS),
    )
    return ChannelsPage(
        frame=frame(view.frame, "me"),
        unit=view.unit,
        unit_name=next((unit_name(one) for one in view.units if one.code == view.unit), ""),
        units=tuple(Option(value=one.code, label=unit_name(one)) for one in view.units),
        channels=cards,
        new=None if len(cards) >= MOST_PER_OWNER else _sent(new, errors) if refused == _NEW else new,
        groups=tuple(Option(value=key, label=say(*GROUP_WORDS[key])) for key in GROUPS),
    )


def _sent(card: ChannelCard, errors: Mapping[str, str] | None) -> ChannelCard:
    """The card with what the form has just sent."""
    form = request.form
    return replace(
        card,
        kind=form.get("kind", card.kind),
        address=form.get("address", "")[:500],
        active=form.get("active") == "on",
        values={name: form.get(name, "") for name in ("rhythm", "rests", "language")},
        groups=frozenset(form.getlist("groups")),
        errors=errors or {},
    )


def _card(line: ChannelLine) -> ChannelCard:
    state, mark = _state(line)
    return ChannelCard(
        channel_id=str(line.id),
        kind=line.kind,
        address=line.address,
        state=state,
        mark=mark,
        active=line.active,
        values={"rhythm": line.rhythm, "rests": "on" if line.rests else "", "language": line.language},
        groups=frozenset(line.groups),
    )


def _state(line: ChannelLine) -> tuple[str, str]:
    """What there is to say of it, and as which light."""
    if line.last_reason:
        why = _why(line.last_reason)
        if not line.active:
            return str(gettext("已停止发送：%(why)s", why=why)), "red"
        return str(gettext("暂时发送不出：%(why)s。系统会自动重试", why=why)), "yellow"
    return "", "green" if line.active else "grey"


def _why(code: str) -> str:
    """The code of a failure in words; a code that a receiver made up stays as it is."""
    words = {
        "no_mail_server": gettext("本系统未配置邮件服务器，请联系运行维护人员"),
        "unreachable": gettext("对方服务器连接不上"),
        "timeout": gettext("对方服务器没有应答"),
        "certificate": gettext("对方服务器的证书无法核实"),
        "protocol": gettext("对方的应答无法识别"),
        "answer_unreadable": gettext("对方的应答无法识别"),
        "origin_not_allowed": gettext("该地址不在允许发送的范围内"),
        "too_many": gettext("发送过于频繁"),
        "other_key": gettext("地址无法解密，请重新填写"),
        "secret_unreadable": gettext("密钥无法识别，请重新设置"),
    }
    if code in words:
        return str(words[code])
    if code.startswith("mailbox_"):
        return str(gettext("邮箱地址不存在或拒收（%(code)s）", code=code.removeprefix("mailbox_")))
    return str(gettext("对方拒绝接收（%(code)s）", code=code))
