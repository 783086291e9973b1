"""发起事项: what the reader may start, and the start form of one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import instances
from engine.errors import Conflict, FormRejected, InputRejected
from engine.queries.start_view import Startable, StartForm, start_form, start_list
from webui.auth import current_person, rule
from webui.guard import body_limit
from webui.pages.blueprint import blueprint
from webui.pages.forms import form_view, plain_form, posted_values
from webui.pages.framing import frame, with_said
from webui.pages.rendering import render
from webui.pages.uploads import MAX_FORM_BYTES, posted_files
from webui.pages.views import StartFormPage, StartItem, StartPage
from webui.pages.words import language, mechanism, say
from webui.problems import detail_of
from webui.service import current_engine


@blueprint.get("/start")
@rule("signed_in")
def show_start() -> str:
    found = start_list(current_engine(), current_person())
    items = tuple(
        StartItem(
            key=item.key,
            name=say(item.name, item.name_en),
            description=_description(item),
            href=f"/start/{item.key}",
            group=mechanism(item.key),
        )
        for item in found.items
    )
    return render(StartPage(frame=frame(found.frame, "start"), items=items))


@blueprint.get("/start/<key>")
@rule("signed_in")
def show_start_form(key: str) -> str:
    return render(_page(start_form(current_engine(), current_person(), key)))


@blueprint.post("/start/<key>")
@rule("signed_in")
@body_limit(MAX_FORM_BYTES)
def start(key: str) -> Response | tuple[str, int]:
    """The start form without scripts; refused values come back with what is wrong."""
    engine, person = current_engine(), current_person()
    found = start_form(engine, person, key)
    values: dict[str, object] = {}
    try:
        if found.form is not None:
            values = posted_values(found.form, found.choices, request.form)
            values |= posted_files(found.form, {})
        started = instances.start(engine, key, person, values)
    except FormRejected as refused:
        return render(_page(found, values, refused.by_field(language()))), 422
    except InputRejected as refused:
        said = refused.zh if language() == "zh" else refused.en
        return render(_page(found, values, {str(refused.facts.get("field") or ""): [said]})), 422
    except Conflict as refused:
        return render(_page(found, values, {"": [detail_of(refused)]})), 409
    return redirect(with_said(f"/case/{started.instance_id}", "started"), 303)


def _page(
    found: StartForm,
    values: Mapping[str, object] | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
) -> StartFormPage:
    key = found.item.key
    if found.form is None:
        first = {path: said[0] for path, said in (errors or {}).items()}
        form = plain_form(key, (), post_url=f"/start/{key}", values={}, errors=first)
    else:
        form = form_view(
            found.form,
            found.choices,
            post_url=f"/start/{key}",
            complete_url=f"/api/v1/process-definitions/{key}/instances",
            values=values if values is not None else _preset(found),
            errors=errors,
            next_url=with_said("/case/{id}", "started"),
            payload="variables",
        )
    return StartFormPage(
        frame=frame(found.frame, "start"),
        process=say(found.item.name, found.item.name_en),
        description=_description(found.item),
        form=form,
    )


def _preset(found: StartForm) -> dict[str, object]:
    """Where there is only one unit to choose, it is chosen."""
    units = found.choices.units
    return {"unit": units[0].code} if len(units) == 1 else {}


def _description(item: Startable) -> str:
    """What starting it means; the analyst's own words where we have none."""
    known = {
        "S1_RECTIFY": gettext("登记一个纪律作风问题：系统自动编号、定级定限，下发责任单位整改，直至核验销号、回头看。"),
    }
    return str(known.get(item.key, "")) or say(*_both(item.documentation))


def _both(documentation: str) -> tuple[str, str]:
    """A drawing's documentation holds Chinese, and English on lines that begin with "EN:"."""
    lines = documentation.splitlines()
    chinese = " ".join(line.strip() for line in lines if not line.strip().startswith("EN:"))
    english = " ".join(line.strip().removeprefix("EN:").strip() for line in lines if line.strip().startswith("EN:"))
    return chinese, english
