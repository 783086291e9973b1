"""消息: what the reader was told, unread first, then by day; each leads to its task or case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Literal, get_args
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, request
from werkzeug.wrappers import Response

from engine.commands import notices
from engine.model.clock import local_day
from engine.queries.notice_list import GROUPS, NoticeLine, notice_list
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame, here, local_path, with_said
from webui.pages.notice_words import notice_text
from webui.pages.rendering import render
from webui.pages.search_views import Message, MessageDay, MessageGroup, MessagesPage
from webui.pages.words import case_title, say
from webui.service import current_engine

GroupKey = Literal["", "cards", "hands", "decided", "copy", "calendar", "own"]


@blueprint.get("/messages")
@rule("signed_in")
def show_messages() -> str:
    group = next((key for key in get_args(GroupKey) if key == request.args.get("kind", "")), "")
    view = notice_list(current_engine(), current_person(), group=group, cursor=request.args.get("after", ""))
    today = local_day(view.frame.now)
    following = view.read.next_cursor
    return render(
        MessagesPage(
            frame=frame(view.frame),
            groups=tuple(
                MessageGroup(key=key, href=_href(kind=key), current=key == group) for key in get_args(GroupKey)
            ),
            unread=tuple(_message(line, today) for line in view.unread),
            days=tuple(_days(view.read.rows, today)),
            next_href=_href(kind=group, after=following) if following else "",
            here=here(),
        )
    )


@blueprint.post("/messages/read")
@rule("signed_in")
def mark_messages() -> Response:
    """The notices that are named, or all of the kind that is looked at; with `open`, its task or case follows."""
    engine, person = current_engine(), current_person()
    chosen = _ids(request.form.getlist("notice"))
    if chosen or not request.form.get("all"):
        notices.mark_read(engine, person, chosen)
    else:
        group = request.form.get("kind", "")
        view = notice_list(engine, person, group=group if group in GROUPS else "")
        notices.mark_read(engine, person, [line.id for line in view.unread])
    target = request.form.get("open")
    if target:
        return redirect(local_path(target, "/messages"), 303)
    return redirect(with_said(local_path(request.form.get("next"), "/messages"), "read"), 303)


def _ids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _days(lines: Iterable[NoticeLine], today: date) -> Iterable[MessageDay]:
    for on, of_day in groupby(lines, key=lambda line: local_day(line.at)):
        yield MessageDay(on=on, messages=tuple(_message(line, today) for line in of_day))


def _message(line: NoticeLine, today: date) -> Message:
    href = ""
    if line.title:
        href = f"/task/{line.task_id}" if line.task_id is not None and line.name else f"/case/{line.instance_id}"
    return Message(
        notice_id=str(line.id),
        text=notice_text(line.kind, line.facts, line.at, today),
        at=line.at,
        unread=line.read_at is None,
        title=case_title(line.title),
        number=line.business_no,
        step=say(line.name, line.name_en) if line.name else "",
        href=href or ("/inbox?view=cc" if line.kind == "calendar_changed" else ""),
    )


def _href(**query: str) -> str:
    asked = urlencode([(name, value) for name, value in query.items() if value])
    return f"/messages?{asked}" if asked else "/messages"
