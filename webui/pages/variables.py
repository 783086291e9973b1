"""运行维护 · 实例 · 变量: masked until a reason is given for looking; mended by another reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import variables
from engine.errors import Conflict, InputRejected, NotFound, Refused, StepFailed
from engine.model.step import InstanceId
from engine.queries.internals import Internals, MaskedVariable, internals
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.forms import plain_form
from webui.pages.framing import frame, with_said
from webui.pages.instance import kind_of
from webui.pages.moves_views import VariablePage
from webui.pages.parts import FieldView
from webui.pages.rendering import render
from webui.pages.words import say
from webui.problems import detail_of, status_of
from webui.service import current_engine

_MOST_CHARACTERS = 500
_MOST_VALUE = 20_000


@blueprint.get("/instance/<uuid:instance_id>/variable/<string:name>")
@rule("role:operator")
def show_variable(instance_id: UUID, name: str) -> str:
    return render(_page(instance_id, name))


@blueprint.post("/instance/<uuid:instance_id>/variable/<string:name>/reveal")
@rule("role:operator")
def reveal_variable(instance_id: UUID, name: str) -> str | tuple[str, int]:
    """The value, once; going back masks it again."""
    reason = request.form.get("reason", "")[: 4 * _MOST_CHARACTERS]
    try:
        value = variables.reveal(current_engine(), current_person(), InstanceId(instance_id), name, reason)
    except InputRejected as refused:
        return render(_page(instance_id, name, errors={"reason": detail_of(refused)})), 422
    except Refused as refused:
        return render(_page(instance_id, name, refused=detail_of(refused))), status_of(refused)
    return render(_page(instance_id, name, value=json.dumps(value, ensure_ascii=False, indent=1)))


@blueprint.post("/instance/<uuid:instance_id>/variable/<string:name>")
@rule("role:operator")
def edit_variable(instance_id: UUID, name: str) -> Response | str | tuple[str, int]:
    """Another value, typed as JSON, at the revision that was looked at."""
    typed = request.form.get("value", "")[: 4 * _MOST_VALUE]
    reason, rev = request.form.get("reason", "")[: 4 * _MOST_CHARACTERS], request.args.get("rev", -1, type=int)
    try:
        value = json.loads(typed)
    except (ValueError, RecursionError):
        said = str(gettext("不是有效的 JSON 值：文本须加双引号，是否写作 true 或 false。"))
        return render(_page(instance_id, name, value=typed, reason=reason, errors={"value": said})), 422
    engine, person, known = current_engine(), current_person(), InstanceId(instance_id)
    try:
        variables.edit(engine, person, known, name, value, rev=rev, reason=reason)
    except InputRejected as refused:
        field = str(refused.facts.get("field") or "")
        errors = {field if field in {"value", "reason"} else "": detail_of(refused)}
        return render(_page(instance_id, name, value=typed, reason=reason, errors=errors)), 422
    except (Conflict, Refused, StepFailed) as refused:
        errors = {"": detail_of(refused)}
        return render(_page(instance_id, name, value=typed, reason=reason, errors=errors)), status_of(refused)
    return redirect(with_said(f"/instance/{instance_id}/moves", "edited"), 303)


def _page(
    instance_id: UUID,
    name: str,
    *,
    value: str | None = None,
    reason: str = "",
    errors: Mapping[str, str] | None = None,
    refused: str = "",
) -> VariablePage:
    found = internals(current_engine(), current_person(), InstanceId(instance_id))
    variable = _known(found, name)
    why = FieldView(
        kind="area",
        key="reason",
        label=str(gettext("查看理由") if value is None else gettext("修改理由")),
        required=True,
        max_length=_MOST_CHARACTERS,
    )
    typed = FieldView(kind="area", key="value", label=str(gettext("值（JSON）")), required=True, max_length=_MOST_VALUE)
    act = "reveal" if value is None else "edit"
    path = f"/instance/{found.id}/variable/{name}"
    form = plain_form(
        act,
        (why,) if value is None else (typed, why),
        post_url=f"{path}/reveal" if value is None else f"{path}?rev={found.rev}",
        values={"reason": reason} | ({"value": value} if value is not None else {}),
        errors=errors or {},
    )
    return VariablePage(
        frame=frame(found.frame, "operations"),
        id=str(found.id),
        process=say(found.process_name, found.process_name_en),
        name=name,
        kind=kind_of(variable),
        value=value,
        form=None if refused else form,
        act=act,
        refused=refused,
        back_href=f"/instance/{found.id}",
    )


def _known(found: Internals, name: str) -> MaskedVariable:
    for variable in found.variables:
        if variable.key == name:
            return variable
    raise NotFound(f"There is no variable {name}.", id=str(found.id))
