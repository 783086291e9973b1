"""One move of tokens: what it would do, in pictures and in words, and the act with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import get_args
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import moves as commands
from engine.errors import ChangxiaoError, Conflict, InputRejected, Refused, StepFailed
from engine.model.moves import Move, MoveKind
from engine.model.process import FlowNode
from engine.model.step import InstanceId, Token
from engine.queries.moves import MovesView, Preview, preview
from webui.api.moves import why
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.drawing import Picture, State, picture
from webui.pages.framing import frame, with_said
from webui.pages.moves import moves_page, reason_form, typed_reason
from webui.pages.moves_views import MovePage, MovesPage
from webui.pages.moves_words import consequences, name_of, places_text, title_of
from webui.pages.rendering import render
from webui.pages.words import say
from webui.problems import detail_of, status_of
from webui.service import current_engine


@blueprint.get("/instance/<uuid:instance_id>/moves/preview")
@rule("role:operator")
def show_preview(instance_id: UUID) -> str | Response:
    """What a move would do. An address that names no move of ours leads back to the choice."""
    wanted = _wanted()
    if wanted is None:
        return redirect(f"/instance/{instance_id}/moves", 303)
    return render(_preview_page(instance_id, wanted))


@blueprint.post("/instance/<uuid:instance_id>/moves")
@rule("role:operator")
def make_move(instance_id: UUID) -> Response | tuple[str, int]:
    """Act, or show the preview as it is now with the reason why not."""
    wanted, reason = _wanted(), typed_reason()
    if wanted is None:
        return redirect(f"/instance/{instance_id}/moves", 303)
    rev = request.args.get("rev", -1, type=int)
    try:
        commands.make(current_engine(), current_person(), InstanceId(instance_id), wanted, rev=rev, reason=reason)
    except InputRejected as refused:
        return render(_preview_page(instance_id, wanted, reason, {"reason": detail_of(refused)})), 422
    except (Conflict, Refused, StepFailed) as refused:
        return render(_after_refusal(instance_id, wanted, reason, refused)), status_of(refused)
    return redirect(with_said(f"/instance/{instance_id}/moves", "moved"), 303)


def _wanted() -> Move | None:
    """The move that the address names."""
    asked = request.args
    kind: MoveKind | None = next((known for known in get_args(MoveKind) if known == asked.get("kind")), None)
    if kind is None:
        return None
    numbers = {name: Token(asked.get(name, 0, type=int)) for name in ("scope", "token")}
    return Move(kind=kind, node_id=asked.get("node_id", ""), scope=numbers["scope"], token=numbers["token"])


def _after_refusal(instance_id: UUID, wanted: Move, reason: str, refused: ChangxiaoError) -> MovePage | MovesPage:
    """The preview as it would be now; the choice, where there is nothing to preview any more."""
    try:
        return _preview_page(instance_id, wanted, reason, {"": detail_of(refused)})
    except Conflict as over:
        return moves_page(instance_id, errors={"": detail_of(over)})


def _preview_page(
    instance_id: UUID, wanted: Move, reason: str = "", errors: Mapping[str, str] | None = None
) -> MovePage:
    found = preview(current_engine(), current_person(), InstanceId(instance_id), wanted)
    view, nodes = found.view, _nodes(found.view)
    node = nodes.get(wanted.node_id, FlowNode(id=wanted.node_id, name="", type=""))
    refused = why(found.refusal)
    if found.failure:
        at = name_of(nodes[found.failure]) if found.failure in nodes else found.failure
        refused = str(gettext("从这里流程不能继续：“%(at)s”处缺少所需的数据。请改选其他节点，或先修改变量。", at=at))
    form = reason_form(
        "move",
        str(gettext("操作理由")),
        f"/instance/{view.id}/moves?{urlencode({'rev': view.rev} | asdict(wanted))}",
        reason,
        errors or {},
    )
    return MovePage(
        frame=frame(view.frame, "operations"),
        id=str(view.id),
        process=say(view.name, view.name_en),
        title=title_of(wanted.kind, node),
        refused=refused,
        before=_picture(found, found.before, str(gettext("移动前"))),
        after=None if refused else _picture(found, found.after, str(gettext("移动后"))),
        before_text=places_text(nodes[node] for node in found.before if node in nodes),
        after_text=places_text(nodes[node] for node in found.after if node in nodes),
        consequences=() if refused else tuple(consequences(found, nodes)),
        form=None if refused and not errors else form,
        back_href=f"/instance/{view.id}/moves",
    )


def _nodes(view: MovesView) -> Mapping[str, FlowNode]:
    return {place.node.id: place.node for place in view.places} | {token.node.id: token.node for token in view.tokens}


def _picture(found: Preview, places: tuple[str, ...], head: str) -> Picture | None:
    if not found.drawing.shapes:
        return None
    counted, nodes = Counter(places), _nodes(found.view)
    states: dict[str, State] = dict.fromkeys(counted, "here")
    title = f"{head}：{places_text(nodes[node] for node in places if node in nodes)}"
    badges = {node: str(count) for node, count in counted.items()}
    return picture(found.drawing, title=title, states=states, badges=badges)
