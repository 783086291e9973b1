"""运行维护 · 实例 · 移动令牌: where the tokens stand and where they can go, on the drawing and in lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import standstill
from engine.errors import Conflict, InputRejected, Refused
from engine.model.case import STATUS_LABELS
from engine.model.moves import MoveKind
from engine.model.step import InstanceId, Token
from engine.queries.moves import MovesView, Place, moves_view
from webui.api.moves import why
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.forms import plain_form
from webui.pages.framing import frame, with_said
from webui.pages.moves_views import MovedToken, MovesPage, MoveTo, NoMove, OnDrawing, RecordLine
from webui.pages.moves_words import inside_of, name_of, places_text, record_text, state_word, title_of
from webui.pages.parts import FieldView, FormView
from webui.pages.rendering import render
from webui.pages.words import say
from webui.problems import detail_of, status_of
from webui.service import current_engine

_MOST_CHARACTERS = 500


@blueprint.get("/instance/<uuid:instance_id>/moves")
@rule("role:operator")
def show_moves(instance_id: UUID) -> str:
    return render(moves_page(instance_id))


@blueprint.post("/instance/<uuid:instance_id>/<any(suspend, resume):act>")
@rule("role:operator")
def do_instance_standstill(instance_id: UUID, act: str) -> Response | tuple[str, int]:
    """暂停 and 恢复 by an operator, who does not see the page of the case."""
    reason, do = typed_reason(), standstill.suspend if act == "suspend" else standstill.resume
    try:
        do(current_engine(), current_person(), InstanceId(instance_id), reason)
    except InputRejected as refused:
        return render(moves_page(instance_id, reason, {"reason": detail_of(refused)})), 422
    except (Conflict, Refused) as refused:
        return render(moves_page(instance_id, reason, {"": detail_of(refused)})), status_of(refused)
    said = "suspended" if act == "suspend" else "resumed"
    return redirect(with_said(f"/instance/{instance_id}/moves", said), 303)


def typed_reason() -> str:
    return request.form.get("reason", "")[: 4 * _MOST_CHARACTERS]


def preview_href(instance_id: object, kind: str, **more: object) -> str:
    asked = {"kind": kind} | {name: value for name, value in more.items() if value}
    return f"/instance/{instance_id}/moves/preview?{urlencode(asked)}"


def reason_form(key: str, label: str, post_url: str, reason: str, errors: Mapping[str, str]) -> FormView:
    asked = FieldView(kind="area", key="reason", label=label, required=True, max_length=_MOST_CHARACTERS)
    return plain_form(key, (asked,), post_url=post_url, values={"reason": reason}, errors=errors)


def moves_page(instance_id: UUID, reason: str = "", errors: Mapping[str, str] | None = None) -> MovesPage:
    view = moves_view(current_engine(), current_person(), InstanceId(instance_id))
    act = {"running": "suspend", "suspended": "resume"}.get(view.status, "")
    label = gettext("暂停理由") if act == "suspend" else gettext("恢复理由")
    movable = view.status not in {"suspended", "completed", "terminated"}
    inside = inside_of(view)
    return MovesPage(
        frame=frame(view.frame, "operations"),
        id=str(view.id),
        process=say(view.name, view.name_en),
        version=view.version,
        status=next((zh for code, (zh, _) in STATUS_LABELS.items() if code == view.status), view.status),
        back_href=f"/instance/{view.id}",
        xml_url=f"/api/v1/process-definitions/{view.definition_id}/xml",
        elements=tuple(_on_drawing(view, movable=movable)),
        text=tuple(_sentences(view)),
        tokens=tuple(_tokens(view, inside, movable=movable)),
        places=tuple(_places(view, inside)) if movable else (),
        refused=tuple(
            NoMove(
                element=name_of(place.node),
                inside=inside.get(place.target.scope, ""),
                why=why(place.target.refusal),
            )
            for place in view.places
            if place.target.refusal and movable
        ),
        end_href="" if view.to_end or not view.tokens else preview_href(view.id, "terminate"),
        end_why=why(view.to_end),
        form=reason_form(act, str(label), f"/instance/{view.id}/{act}", reason, errors or {}) if act else None,
        act=act,
        record=tuple(
            RecordLine(
                at=found.at,
                who=found.by,
                what=record_text(found),
                before=places_text(found.before) if found.kind != "edit" else "",
                after=places_text(found.after) if found.kind != "edit" else "",
                reason=found.reason,
            )
            for found in view.record
        ),
    )


def _verb(place: Place) -> MoveKind:
    return "return" if place.is_return else "jump"


def _verb_word(place: Place, ends: tuple[str, ...]) -> str:
    if ends == (name_of(place.node),):
        return str(gettext("重开"))
    return str(gettext("退回") if place.is_return else gettext("跳转"))


def _href(view: MovesView, place: Place) -> str:
    return preview_href(view.id, _verb(place), node_id=place.node.id, scope=place.target.scope)


def _on_drawing(view: MovesView, *, movable: bool) -> Iterator[OnDrawing]:
    """Tokens with their number, and a way to each node to which one can be moved. One place for each node."""
    standing = Counter(token.node.id for token in view.tokens)
    ways: dict[str, Place] = {}
    for place in view.places:
        if movable and not place.target.refusal:
            ways.setdefault(place.node.id, place)
    nodes = {place.node.id: place.node for place in view.places} | {t.node.id: t.node for t in view.tokens}
    for node_id, node in nodes.items():
        count, way = standing.get(node_id, 0), ways.get(node_id)
        if not count and way is None:
            continue
        label = gettext("%(name)s：%(n)s 个令牌", name=name_of(node), n=count) if count else name_of(node)
        if way is not None:
            label = f"{label} · {title_of(_verb(way), node)}"
        href = _href(view, way) if way is not None else "#tokens"
        yield OnDrawing(id=node_id, open=count, label=str(label), href=href, target=way is not None)


def _sentences(view: MovesView) -> Iterator[str]:
    yield str(gettext("令牌现在停在：%(places)s。", places=places_text(token.node for token in view.tokens)))
    back = [name_of(place.node) for place in view.places if place.is_return and not place.target.refusal]
    if back:
        yield str(gettext("可以退回到：%(places)s。", places=gettext("、").join(back)))


def _tokens(view: MovesView, inside: Mapping[Token, str], *, movable: bool) -> Iterator[MovedToken]:
    for found in view.tokens:
        standing, token = found.standing, found.standing.token
        skips, cancels = movable and not standing.skip, movable and not standing.cancel
        yield MovedToken(
            element=name_of(found.node),
            inside=inside.get(standing.scope, ""),
            state=state_word(standing.state, at_join=standing.at_join),
            skip_href=preview_href(view.id, "skip", node_id=found.node.id, token=token) if skips else "",
            skip_why=why(standing.skip),
            cancel_href=preview_href(view.id, "cancel", node_id=found.node.id, token=token) if cancels else "",
            cancel_why=why(standing.cancel),
        )


def _places(view: MovesView, inside: Mapping[Token, str]) -> Iterator[MoveTo]:
    """Tasks done before first, then the rest as it is drawn."""
    names = {token.standing.token: name_of(token.node) for token in view.tokens}
    for place in sorted(view.places, key=lambda found: not found.is_return):
        if not place.target.refusal:
            ends = tuple(names[token] for token in place.target.cancels if token in names)
            yield MoveTo(
                element=name_of(place.node),
                inside=inside.get(place.target.scope, ""),
                href=_href(view, place),
                verb=_verb_word(place, ends),
                ends=ends,
            )
