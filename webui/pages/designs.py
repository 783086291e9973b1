"""流程设计: the library with versions and drafts, beginning and giving up drafts, their revisions, comparisons."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import designs
from engine.commands.designs import DesignExists
from engine.errors import Conflict, DefinitionRejected, InputRejected
from engine.queries import designs as queries
from engine.queries.designs import RevisionView
from webui.api.designs import MAX_TEXT_BYTES, begin_version
from webui.auth import current_person, rule
from webui.guard import body_limit
from webui.pages.blueprint import blueprint
from webui.pages.design_lists import LIBRARIES, import_form, library_page, new_form
from webui.pages.design_parts import API, design_frame, edit_href, of_addresses, of_design
from webui.pages.design_views import ComparePage, HistoryPage, RevisionLine
from webui.pages.framing import with_said
from webui.pages.parts import Banner
from webui.pages.rendering import render
from webui.pages.words import language, say
from webui.problems import detail_of
from webui.service import current_engine


@blueprint.get("/design")
@rule("role:analyst")
def show_designs() -> str:
    """The library of processes."""
    return library_page("bpmn")


@blueprint.get("/design/decisions")
@rule("role:analyst")
def show_decisions() -> str:
    """The library of decisions."""
    return library_page("dmn")


@blueprint.get("/design/forms")
@rule("role:analyst")
def show_forms() -> str:
    """The library of forms."""
    return library_page("form")


@blueprint.post("/design/begin")
@rule("role:analyst")
def begin_design() -> Response | tuple[str, int]:
    """A draft of a version; where there is one already, it is opened."""
    kind = _posted_kind()
    try:
        wanted = UUID(request.form.get("based_on", ""))
    except ValueError:
        return redirect(LIBRARIES[kind], 303)
    try:
        made = begin_version(kind, wanted)
    except DesignExists as known:
        return redirect(edit_href(kind, known.facts["id"]), 303)
    return redirect(edit_href(kind, made), 303)


@blueprint.post("/design/new")
@rule("role:analyst")
def new_design() -> Response | tuple[str, int]:
    """A process, decision or form that does not exist yet."""
    kind, values = _posted_kind(), {"key": request.form.get("key", "").strip(), "name": request.form.get("name", "")}
    try:
        made = designs.begin_blank(current_engine(), current_person(), kind=kind, **values)
    except InputRejected as refused:
        errors = {str(refused.facts.get("field") or ""): refused.zh if language() == "zh" else refused.en}
        return library_page(kind, new=new_form(kind, values, errors), opened="new"), 422
    except DesignExists as known:
        return library_page(kind, new=new_form(kind, values, {"key": detail_of(known)}), opened="new"), 409
    return redirect(edit_href(kind, made), 303)


@blueprint.post("/design/import")
@rule("role:analyst")
@body_limit(MAX_TEXT_BYTES)
def import_design() -> Response | tuple[str, int]:
    """A file of one's own; what is wrong with it is shown in its draft, what is no drawing here."""
    kind, part = _posted_kind(), request.files.get("file")
    errors: dict[str, str] = {}
    status = 422
    if part is None or not part.filename:
        errors["file"] = str(gettext("请选择文件。"))
    else:
        try:
            content = part.stream.read()
            made = designs.begin_import(current_engine(), current_person(), part.filename, content, kind=kind)
            return redirect(with_said(f"/design/publish/{made}", "imported"), 303)
        except DefinitionRejected as refused:
            errors["file"] = "；".join(found.zh if language() == "zh" else found.en for found in refused.problems[:3])
        except InputRejected as refused:
            errors["file"] = refused.zh if language() == "zh" else refused.en
        except DesignExists as known:
            errors["file"], status = detail_of(known), 409
    return library_page(kind, upload=import_form(kind, errors), opened="import"), status


@blueprint.post("/design/discard/<uuid:design_id>")
@rule("role:analyst")
def discard_design(design_id: UUID) -> Response | tuple[str, int]:
    engine, person = current_engine(), current_person()
    kind = queries.design(engine, person, design_id).kind
    try:
        designs.discard(engine, person, design_id)
    except Conflict as refused:
        return library_page(kind, Banner(text=detail_of(refused), kind="err")), 409
    return redirect(with_said(LIBRARIES[kind], "design_discarded"), 303)


@blueprint.get("/design/history/<uuid:design_id>")
@rule("role:analyst")
def show_design_history(design_id: UUID) -> str:
    return _history(design_id)


@blueprint.post("/design/history/<uuid:design_id>")
@rule("role:analyst")
def restore_design(design_id: UUID) -> Response | tuple[str, int]:
    """Save the text of an earlier revision again: nothing that came after it is lost."""
    engine, person = current_engine(), current_person()
    try:
        rev, current = int(request.form.get("rev", "")), int(request.form.get("current", ""))
        found = queries.text(engine, person, design_id, rev)
        designs.save(engine, person, design_id, found.content, cases=found.cases, rev=current)
    except ValueError:
        return redirect(f"/design/history/{design_id}", 303)
    except Conflict as refused:
        return _history(design_id, Banner(text=detail_of(refused), kind="err")), 409
    return redirect(with_said(f"/design/history/{design_id}", "design_restored"), 303)


@blueprint.get("/design/compare")
@rule("role:analyst")
def compare_designs() -> str:
    """`a` the older and `b` the newer: ids of versions or drafts; `a` may be the number of a revision of `b`."""
    found = of_addresses(request.args.get("a", ""), request.args.get("b", ""))
    return render(ComparePage(frame=design_frame(), comparison=found))


def _posted_kind() -> str:
    """bpmn where nothing else is named."""
    kind = request.form.get("kind", "bpmn")
    return kind if kind in LIBRARIES else "bpmn"


def _history(design_id: UUID, *banners: Banner) -> str:
    engine, person = current_engine(), current_person()
    design = queries.design(engine, person, design_id)
    lines = queries.revisions(engine, person, design_id)
    asked = request.args.get("with", "")
    compared = int(asked) if asked.isdecimal() and any(str(line.rev) == asked for line in lines) else None
    may_write = design.state == "editing" and (design.lock is None or design.lock.mine)
    return render(
        HistoryPage(
            frame=design_frame(*banners),
            key=design.key,
            name=say(design.name, design.name_en),
            state=design.state,  # type: ignore[arg-type]
            lines=tuple(_revision(design_id, line) for line in lines),
            current=design.rev,
            restore=f"/design/history/{design_id}" if may_write else "",
            kind=design.kind,  # type: ignore[arg-type]
            edit_href=edit_href(design.kind, design_id),
            compared=of_design(design_id, str(compared)) if compared is not None else None,
            compared_rev=compared,
        )
    )


def _revision(design_id: UUID, line: RevisionView) -> RevisionLine:
    return RevisionLine(
        rev=line.rev,
        by=line.by.name,
        at=line.saved_at,
        size_bytes=line.size_bytes,
        current=line.current,
        beside=line.beside,
        xml_href=f"{API}/designs/{design_id}/revisions/{line.rev}/xml",
        compare_href="" if line.current else f"/design/history/{design_id}?with={line.rev}",
    )
