"""The lists of the desk of the analysts: processes, decisions and forms, each with versions, drafts and users."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from flask_babel import gettext

from engine.queries import design_library as library_queries
from engine.queries.design_library import LibraryProcess, Version
from engine.queries.design_things import LibraryThing, library_things
from engine.queries.designs import DesignView
from engine.queries.published import PublishedVersion
from webui.auth import current_person
from webui.pages.design_parts import API, design_frame, edit_href, said, tabs, version_href
from webui.pages.design_views import (
    DesignsPage,
    DraftBrief,
    ProcessLine,
    PublishedLine,
    ThingLine,
    ThingsPage,
    VersionLine,
)
from webui.pages.forms import plain_form
from webui.pages.parts import Banner, FieldView, FormView
from webui.pages.rendering import render
from webui.pages.words import say
from webui.service import current_engine

#: Where each kind of text is listed.
LIBRARIES = {"bpmn": "/design", "dmn": "/design/decisions", "form": "/design/forms"}


def library_page(
    kind: str, *banners: Banner, new: FormView | None = None, upload: FormView | None = None, opened: str = ""
) -> str:
    """The list of processes, decisions or forms. new, upload: a form that came back with mistakes; opened: which."""
    shown = _processes if kind == "bpmn" else partial(_things, kind)
    return shown(banners, new or new_form(kind, {}, {}), upload or import_form(kind, {}), opened)


def _processes(banners: Sequence[Banner], new: FormView, upload: FormView, opened: str) -> str:
    found = library_queries.library(current_engine(), current_person())
    return render(
        DesignsPage(
            frame=design_frame(*banners),
            tabs=tabs("library", found.waiting),
            processes=tuple(_process(process) for process in found.processes),
            form=new,
            upload=upload,
            opened=opened,  # type: ignore[arg-type]
        )
    )


def _things(kind: str, banners: Sequence[Banner], new: FormView, upload: FormView, opened: str) -> str:
    found = library_things(current_engine(), current_person(), kind)
    return render(
        ThingsPage(
            frame=design_frame(*banners),
            tabs=tabs("decisions" if kind == "dmn" else "forms"),
            kind=kind,  # type: ignore[arg-type]
            things=tuple(_thing(kind, one) for one in found),
            form=new,
            upload=upload,
            opened=opened,  # type: ignore[arg-type]
        )
    )


def _thing(kind: str, thing: LibraryThing) -> ThingLine:
    newest = thing.versions[0] if thing.versions else None
    begin = thing.current or newest
    return ThingLine(
        key=thing.key,
        name=said(thing.name),
        current=_published(kind, thing.current) if thing.current is not None else None,
        draft=_draft(thing.design) if thing.design is not None else None,
        versions=tuple(_published(kind, version) for version in thing.versions),
        used_by=thing.used_by,
        begin_id=str(begin.id) if begin is not None and thing.design is None else "",
    )


def _published(kind: str, version: PublishedVersion) -> PublishedLine:
    return PublishedLine(
        version=version.version,
        state=version.state,  # type: ignore[arg-type]
        by=str(gettext("系统内置")) if version.builtin else version.by.name,
        at=version.created_at,
        view_href=version_href(kind, version.id),
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
        edit_href=edit_href(design.kind, design.id),
        publish_href=f"/design/publish/{design.id}",
        history_href=f"/design/history/{design.id}",
        proposal_href=f"/design/proposal/{design.deployment_id}" if design.state == "proposed" else "",
    )


def new_form(kind: str, values: dict[str, str], errors: dict[str, str]) -> FormView:
    """Key and name of something that does not exist yet."""
    key = {"bpmn": gettext("流程标识"), "dmn": gettext("决策标识"), "form": gettext("表单标识")}[kind]
    name = {"bpmn": gettext("流程名称"), "dmn": gettext("决策名称"), "form": gettext("表单名称")}[kind]
    fields = (
        FieldView(kind="text", key="key", label=str(key), required=True, max_length=64),
        FieldView(kind="text", key="name", label=str(name), required=True, max_length=100),
    )
    return plain_form("new-design", fields, post_url="/design/new", values=values, errors=errors)


def import_form(kind: str, errors: dict[str, str]) -> FormView:
    """A file of one's own."""
    label = {
        "bpmn": gettext("流程文件（.bpmn）"),
        "dmn": gettext("决策文件（.dmn）"),
        "form": gettext("表单文件（.json）"),
    }[kind]
    fields = (FieldView(kind="file", key="file", label=str(label), required=True),)
    return plain_form("import-design", fields, post_url="/design/import", values={}, errors=errors)
