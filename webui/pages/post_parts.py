"""What the pages about posts share: the unit, its people, and what a change would hand over."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext, ngettext

from engine.commands.handover import HandedOver
from engine.commands.organization import OnlyAdministrators
from engine.queries.organization_unit import UnitView, unit_view
from webui.auth import current_person
from webui.pages.change_views import ChangePreview
from webui.pages.changing import (
    Values,
    reason_field,
)
from webui.pages.forms import person_label
from webui.pages.organization_unit import position_word
from webui.pages.parts import FieldView, Option
from webui.pages.words import listed, say
from webui.service import current_engine

#: A list of tasks that move is read on a screen; of the others the number is told.
MOST_LISTED = 100


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
                listed([name_in(view, person) for person in one.to]) or str(gettext("到期当日按规则确定")),
                one.on.isoformat(),
            )
            for one in shown[:MOST_LISTED]
        ),
        more=str(gettext("只列出前 %(n)s 项。", n=MOST_LISTED)) if len(shown) > MOST_LISTED else "",
        values=tuple(values.items()),
    )


def people_options(view: UnitView) -> tuple[Option, ...]:
    return tuple(Option(value=one.id, label=f"{person_label(one)} · {one.id}") for one in view.people)


def holder_options(view: UnitView) -> tuple[Option, ...]:
    return tuple(
        Option(value=one.person, label=f"{one.name} · {position_word(post.position)}")
        for post in view.posts
        for one in post.now
    )


def post_word(view: UnitView, code: str) -> str:
    return next((position_word(post.position) for post in view.posts if post.position.code == code), code)


def name_in(view: UnitView, person: str) -> str:
    """Of somebody of the unit, or who holds one of its posts; the account of anybody else."""
    names: dict[str, str] = {
        one.person: one.name for post in view.posts for one in (*post.now, *post.coming, *post.past)
    }
    names |= {one.id: one.name for one in view.people}
    return names.get(person, person)


def occasion() -> FieldView:
    return reason_field(str(gettext("如任免文号。记入审计日志。")))
