"""牌卡异议: a leader of the unit objects to a yellow or red card, by a small form on a page of its own."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import cards
from engine.errors import Conflict, InputRejected
from engine.model.card import ObjectionRefused
from engine.model.clock import local_day
from engine.queries.objecting import ObjectionView, objection_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.deadlines import short_day
from webui.pages.forms import plain_form
from webui.pages.framing import frame, with_said
from webui.pages.parts import FieldView
from webui.pages.rendering import render
from webui.pages.views import ActionPage
from webui.pages.words import case_title, language, plate_of_level, plate_word
from webui.problems import detail_of
from webui.service import current_engine

_MOST_CHARACTERS = 2000


@blueprint.get("/card/<string:number>/object")
@rule("signed_in")
def show_objection(number: str) -> str:
    return render(_page(objection_view(current_engine(), current_person(), number), "", {}))


@blueprint.post("/card/<string:number>/object")
@rule("signed_in")
def object_to_card(number: str) -> Response | tuple[str, int]:
    """File it, or show the form again with the reason in words."""
    engine, person = current_engine(), current_person()
    view = objection_view(engine, person, number)
    reason = request.form.get("reason", "").strip()[:_MOST_CHARACTERS]
    try:
        cards.object_to_card(engine, person, number, reason)
    except (InputRejected, ObjectionRefused) as refused:
        field = "reason" if refused.facts.get("field") == "reason" else ""
        said = refused.zh if language() == "zh" else refused.en
        return render(_page(view, reason, {field: said})), 409 if isinstance(refused, Conflict) else 422
    except Conflict as refused:
        return render(_page(view, reason, {"": detail_of(refused)})), 409
    return redirect(with_said(_case_path(view), "objected"), 303)


def _page(view: ObjectionView, reason: str, errors: Mapping[str, str]) -> ActionPage:
    card = view.card
    asked = FieldView(
        kind="area", key="reason", label=str(gettext("异议理由")), required=True, max_length=_MOST_CHARACTERS
    )
    form = plain_form("object", (asked,), post_url=f"/card/{card.no}/object", values={"reason": reason}, errors=errors)
    plate = plate_of_level(card.level)
    return ActionPage(
        frame=frame(view.frame, "inbox"),
        action="object",
        task=" ".join(part for part in (plate_word(plate) if plate else "", card.no) if part),
        title=case_title(card.title),
        business_no=view.business_no,
        form=form if view.until is not None or errors else None,
        back_href=_case_path(view),
        rule=_rule(view),
    )


def _rule(view: ObjectionView) -> str:
    if view.until is None:
        return str(gettext("这张牌卡现在不能由你提出异议。"))
    day = short_day(view.until, local_day(view.frame.now))
    return str(
        gettext("%(day)s 前可提出一次异议，由上级分管领导审定。审定前这张牌卡不计入，审定撤回的自始不计入。", day=day)
    )


def _case_path(view: ObjectionView) -> str:
    return f"/case/{view.card.case_id or view.card.instance_id}"
