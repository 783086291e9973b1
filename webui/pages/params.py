"""参数: numbers that a local authority may change; an administrator sets or confirms them with the document."""

from __future__ import annotations

from typing import cast

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import params as commands
from engine.errors import InputRejected, NotFound
from engine.model.params import Param
from engine.queries.params import ParamLine, ParamView, param_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame, with_said
from webui.pages.manage_views import ParamPage, ParamRow, ParamsPage, Pending
from webui.pages.parts import Option
from webui.pages.rendering import render
from webui.pages.words import language, say
from webui.service import current_engine


@blueprint.get("/params")
@rule("signed_in")
def show_params() -> str:
    view = param_view(current_engine(), current_person())
    query = request.args.get("q", "").strip()[:50]
    which = request.args.get("which", "")
    chosen: Pending = cast("Pending", which) if which in {"pending", "changed"} else ""
    rows = [_row(line, view) for line in view.lines if _fits(line, query, chosen)]
    labels = {"": gettext("全部"), "pending": gettext("待确认"), "changed": gettext("已变更")}
    return render(
        ParamsPage(
            frame=frame(view.frame, "manage"),
            rows=tuple(rows),
            filters=tuple(Option(value=key, label=str(labels[key]), selected=key == chosen) for key in labels),
            query=query,
            chosen=chosen,
            pending=sum(line.pending for line in view.lines),
            total=len(view.lines),
        )
    )


@blueprint.get("/params/<key>")
@rule("role:admin")
def show_param(key: str) -> str:
    return render(_page(key))


@blueprint.post("/params/<key>")
@rule("role:admin")
def set_param(key: str) -> Response | tuple[str, int]:
    sent = request.form
    value, reason, confirmed = sent.get("value", "")[:50], sent.get("reason", "")[:400], sent.get("confirmed") == "on"
    try:
        commands.set_param(current_engine(), current_person(), key, value, reason=reason, confirmed=confirmed)
    except InputRejected as refused:
        said = refused.zh if language() == "zh" else refused.en
        field = "reason" if refused.facts.get("field") == "reason" else "value"
        return render(_page(key, value, reason, confirmed=confirmed, error=said, error_field=field)), 422
    return redirect(with_said("/params", "param_set"), 303)


def _page(
    key: str,
    value: str | None = None,
    reason: str = "",
    *,
    confirmed: bool = True,
    error: str = "",
    error_field: str = "",
) -> ParamPage:
    view = param_view(current_engine(), current_person())
    line = next((found for found in view.lines if found.param.key == key), None)
    if line is None:
        raise NotFound(f"There is no parameter {key}.", name=key)
    return ParamPage(
        frame=frame(view.frame, "manage"),
        row=_row(line, view),
        kind=line.param.type,
        unit=_unit(line.param.unit),
        shipped=_value(line.param, line.shipped),
        value=str(line.param.value) if value is None else value,
        reason=reason,
        confirmed=confirmed,
        error=error,
        error_field=error_field,
    )


def _fits(line: ParamLine, query: str, chosen: Pending) -> bool:
    if chosen == "pending" and not line.pending:
        return False
    if chosen == "changed" and line.changed_at is None:
        return False
    asked = query.lower()
    return not asked or any(
        asked in text.lower() for text in (line.param.zh, line.param.en, line.param.key, line.param.source)
    )


def _row(line: ParamLine, view: ParamView) -> ParamRow:
    param = line.param
    return ParamRow(
        key=param.key,
        label=say(param.zh, param.en),
        value=_value(param, param.value),
        provenance=say(*param.provenance_labels) if not param.is_pending else str(gettext("本地默认值")),
        source=param.source,
        pending=line.pending,
        changed=line.changed_at is not None,
        changed_by=line.changed_by,
        changed_at=line.changed_at,
        href=f"/params/{param.key}" if view.may_set else "",
    )


def _value(param: Param, value: int | str) -> str:
    """ "10 个工作日", "20 %", "03-31" """
    if param.type == "mmdd":
        return str(value)
    if param.type == "percent":
        return f"{value} %"
    unit = _unit(param.unit)
    return f"{value} {unit}" if unit else str(value)


def _unit(unit: str) -> str:
    words = {
        "wd": gettext("个工作日"),
        "cd": gettext("天"),
        "nh": gettext("小时"),
        "month": gettext("个月"),
        "year": gettext("年"),
        "point": gettext("分"),
        "person": gettext("人"),
        "time": gettext("次"),
        "visit": gettext("次"),
        "%": "%",
    }
    return str(words.get(unit, ""))
