"""流程设计: the library with versions and drafts, beginning and giving up drafts, their revisions, comparisons."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import designs
from engine.commands.designs import DesignExists
from engine.errors import Conflict, DefinitionRejected, InputRejected
from engine.model.step import DefinitionId
from engine.queries import design_library as library_queries
from engine.queries import designs as queries
from engine.queries.design_library import LibraryProcess, Version
from engine.queries.designs import DesignView, RevisionView
from webui.api.designs import MAX_TEXT_BYTES
from webui.auth import current_person, rule
from webui.guard import body_limit
from webui.pages.blueprint import blueprint
from webui.pages.design_parts import API, design_frame, of_addresses, of_design, said, tabs
from webui.pages.design_views import (
    ComparePage,
    DesignsPage,
    DraftBrief,
    HistoryPage,
    ProcessLine,
    RevisionLine,
    UsedThing,
    VersionLine,
)
from webui.pages.forms import plain_form
from webui.pages.framing import with_said
from webui.pages.parts import Banner, FieldView, FormView
from webui.pages.rendering import render
from webui.pages.words import language, say
from webui.problems import detail_of
from webui.service import current_engine


@blueprint.get("/design")
@rule("role:analyst")
def show_designs() -> str:
    """The library."""
    return _library()


@blueprint.post("/design/begin")
@rule("role:analyst")
def begin_design() -> Response | tuple[str, int]:
    """A draft of a version; where there is one already, it is opened."""
    try:
        wanted = DefinitionId(UUID(request.form.get("based_on", "")))
    except ValueError:
        return redirect("/design", 303)
    try:
        made = designs.begin_from(current_engine(), current_person(), wanted)
    except DesignExists as known:
        return redirect(_edit(known.facts["id"]), 303)
    return redirect(_edit(made), 303)


@blueprint.post("/design/new")
@rule("role:analyst")
def new_design() -> Response | tuple[str, int]:
    """A process that does not exist yet."""
    values = {"key": request.form.get("key", "").strip(), "name": request.form.get("name", "")}
    try:
        made = designs.begin_blank(current_engine(), current_person(), key=values["key"], name=values["name"])
    except InputRejected as refused:
        text = refused.zh if language() == "zh" else refused.en
        return _library(new=_new_form(values, {str(refused.facts.get("field") or ""): text}), opened="new"), 422
    except DesignExists as known:
        return _library(new=_new_form(values, {"key": detail_of(known)}), opened="new"), 409
    return redirect(_edit(made), 303)


@blueprint.post("/design/import")
@rule("role:analyst")
@body_limit(MAX_TEXT_BYTES)
def import_design() -> Response | tuple[str, int]:
    """A file of one's own; what is wrong with it is shown in its draft, what is no drawing here."""
    part = request.files.get("file")
    errors: dict[str, str] = {}
    status = 422
    if part is None or not part.filename:
        errors["file"] = str(gettext("请选择文件。"))
    else:
        try:
            made = designs.begin_import(current_engine(), current_person(), part.filename, part.stream.read())
            return redirect(with_said(f"/design/publish/{made}", "imported"), 303)
        except DefinitionRejected as refused:
            errors["file"] = "；".join(found.zh if language() == "zh" else found.en for found in refused.problems[:3])
        except InputRejected as refused:
            errors["file"] = refused.zh if language() == "zh" else refused.en
        except DesignExists as known:
            errors["file"], status = detail_of(known), 409
    return _library(upload=_import_form(errors), opened="import"), status


@blueprint.post("/design/discard/<uuid:design_id>")
@rule("role:analyst")
def discard_design(design_id: UUID) -> Response | tuple[str, int]:
    try:
        designs.discard(current_engine(), current_person(), design_id)
    except Conflict as refused:
        return _library(Banner(text=detail_of(refused), kind="err")), 409
    return redirect(with_said("/design", "design_discarded"), 303)


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
        content = queries.text(engine, person, design_id, rev).content
        designs.save(engine, person, design_id, content, rev=current)
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


def _edit(design_id: object) -> str:
    return f"/design/bpmn/{design_id}"


def _library(*banners: Banner, new: FormView | None = None, upload: FormView | None = None, opened: str = "") -> str:
    found = library_queries.library(current_engine(), current_person())
    return render(
        DesignsPage(
            frame=design_frame(*banners),
            tabs=tabs("library", found.waiting),
            processes=tuple(_process(process) for process in found.processes),
            forms=tuple(
                UsedThing(key=one.key, name=said(one.name), version=one.version, used_by=one.used_by)
                for one in found.forms
            ),
            decisions=tuple(
                UsedThing(key=one.id, name=said(one.name), version=None, used_by=one.used_by) for one in found.decisions
            ),
            form=new or _new_form({}, {}),
            upload=upload or _import_form({}),
            opened=opened,  # type: ignore[arg-type]
        )
    )


def _process(process: LibraryProcess) -> ProcessLine:
    current = process.current
    newest = process.versions[0] if process.versions else None
    begin = current or newest
    return ProcessLine(
        key=process.key,
        name=say(process.name, process.name_en),
        current=_version(current, current) if current is not None else None,
        draft=_draft(process.design) if process.design is not None else None,
        versions=tuple(_version(version, current) for version in process.versions),
        called_by=process.called_by,
        forms=process.forms,
        decisions=process.decisions,
        running=sum(version.running for version in process.versions),
        begin_id=str(begin.id) if begin is not None and process.design is None else "",
    )


def _version(version: Version, current: Version | None) -> VersionLine:
    xml = f"{API}/process-definitions/{version.id}"
    compare = ""
    if current is not None and current.id != version.id:
        older, newer = sorted((version, current), key=lambda one: one.version)
        compare = f"/design/compare?a={older.id}&b={newer.id}"
    return VersionLine(
        version=version.version,
        state=version.state,  # type: ignore[arg-type]
        by=str(gettext("系统内置")) if version.builtin else version.by.name,
        at=version.created_at,
        running=version.running,
        view_href=f"/design/view/{version.id}",
        xml_href=f"{xml}/xml",
        bundle_href=f"{xml}/bundle",
        compare_href=compare,
    )


def _draft(design: DesignView) -> DraftBrief:
    counts = design.problems
    return DraftBrief(
        id=str(design.id),
        state=design.state,  # type: ignore[arg-type]
        by=design.updated_by.name,
        at=design.updated_at,
        writer=design.lock.person.name if design.lock is not None else "",
        mine=design.lock is not None and design.lock.mine,
        errors=counts.errors if counts is not None else 0,
        warnings=counts.warnings if counts is not None else 0,
        refusal=design.refusal.reason if design.refusal is not None else "",
        edit_href=_edit(design.id),
        publish_href=f"/design/publish/{design.id}",
        history_href=f"/design/history/{design.id}",
        proposal_href=f"/design/proposal/{design.deployment_id}" if design.state == "proposed" else "",
    )


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
            edit_href=_edit(design_id),
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


def _new_form(values: dict[str, str], errors: dict[str, str]) -> FormView:
    fields = (
        FieldView(kind="text", key="key", label=str(gettext("流程标识")), required=True, max_length=64),
        FieldView(kind="text", key="name", label=str(gettext("流程名称")), required=True, max_length=100),
    )
    return plain_form("new-design", fields, post_url="/design/new", values=values, errors=errors)


def _import_form(errors: dict[str, str]) -> FormView:
    fields = (FieldView(kind="file", key="file", label=str(gettext("流程文件（.bpmn）")), required=True),)
    return plain_form("import-design", fields, post_url="/design/import", values={}, errors=errors)
