"""The desk of the analysts over REST: unpublished texts, one writer at a time, every saved revision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response, request

from engine.commands import designs
from engine.commands.design_kinds import KINDS
from engine.commands.design_texts import lint_canvas
from engine.errors import InputRejected
from engine.model.step import DefinitionId
from engine.queries import designs as queries
from engine.queries.designs import DesignView, Lock, RevisionView
from webui.api.blueprint import Arguments, Nouns, Query, answer, download
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.findings import DesignFinding, design_finding
from webui.guard import MIB, body_limit
from webui.import_words import ImportReport, import_report
from webui.problems import BodyRejected
from webui.service import current_engine

nouns = Nouns("designs", "Unpublished texts of analysts: drafts of diagrams, decisions and forms, locks, revisions")
MAX_TEXT_BYTES = 5 * MIB
XML = "application/xml"
_REV = re.compile(r'(?:W/)?"(\d{1,9})"')


class DesignsQuery(Query):
    kind = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", *KINDS)))


class NewDesign(Arguments):
    """Either `based_on`, or `key` and `name`; a file of one's own comes as multipart/form-data instead."""

    kind = ma.fields.String(load_default="bpmn", validate=ma.validate.OneOf(tuple(KINDS)))
    based_on = ma.fields.UUID(load_default=None, metadata={"description": "A published version of that kind."})
    key = ma.fields.String(load_default="")
    name = ma.fields.String(load_default="")


class LockRequest(Arguments):
    take_over = ma.fields.Boolean(
        load_default=False, metadata={"description": "Allowed and without effect: an ended lease is anybody's."}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignList:
    items: tuple[DesignView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The revision that counts now."""

    rev: int
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionList:
    items: tuple[RevisionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the lint found, in document order."""

    problems: tuple[DesignFinding, ...]


@nouns.get("/designs")
@rule("role:analyst")
@nouns.takes(DesignsQuery, location="query")
@nouns.answers(200, DesignList)
def listing(query: dict[str, Any]) -> Response:
    """Texts that are being written or wait for the second analyst."""
    return answer(DesignList(items=queries.designs(current_engine(), current_person(), kind=query["kind"])))


@nouns.post("/designs")
@rule("role:analyst")
@body_limit(MAX_TEXT_BYTES)
@idempotent
@nouns.answers(201, DesignView)
def begin() -> Response:
    """Begin a text: from a published version, blank, or with a file. 409 `design_exists` with its id."""
    engine, person = current_engine(), current_person()
    if request.mimetype == "multipart/form-data":
        made = _imported()
    else:
        body = _body(NewDesign())
        if body["based_on"] is not None:
            made = begin_version(body["kind"], body["based_on"])
        else:
            made = designs.begin_blank(engine, person, key=body["key"], name=body["name"], kind=body["kind"])
    return answer(queries.design(engine, person, made), 201)


@nouns.get("/designs/<uuid:design_id>")
@rule("role:analyst")
@nouns.answers(200, DesignView)
def show(design_id: UUID) -> Response:
    """One text, who writes it, and what the lint said when it was saved last."""
    return answer(queries.design(current_engine(), current_person(), design_id))


@nouns.delete("/designs/<uuid:design_id>")
@rule("role:analyst")
@idempotent
@nouns.answers_nothing()
def discard(design_id: UUID) -> Response:
    """Give a text up; its revisions stay readable."""
    designs.discard(current_engine(), current_person(), design_id)
    return Response(status=204)


@nouns.get("/designs/<uuid:design_id>/xml")
@rule("role:analyst")
@nouns.gives_file(XML)
def xml(design_id: UUID) -> Response:
    """The text that counts, byte for byte, with its revision as ETag."""
    found = queries.text(current_engine(), current_person(), design_id)
    response = download(found.content, name=found.file, media_type=XML)
    response.set_etag(str(found.rev))
    return response


@nouns.put("/designs/<uuid:design_id>/xml")
@rule("role:analyst")
@body_limit(MAX_TEXT_BYTES)
@idempotent
@nouns.takes_file(XML)
@nouns.answers(200, Saved)
def save(design_id: UUID) -> Response:
    """Save the text as the next revision of the one in `If-Match`; what comes too late (409) is kept beside it."""
    saved = designs.save(
        current_engine(), current_person(), design_id, request.get_data(), rev=wanted_revision(request.headers.get)
    )
    return answer(Saved(rev=saved.rev, saved_at=saved.saved_at))


@nouns.get("/designs/<uuid:design_id>/import-report")
@rule("role:analyst")
@nouns.answers(200, ImportReport)
def show_import_report(design_id: UUID) -> Response:
    """What became of the marks of other engines in the text as it was saved last."""
    text = queries.text(current_engine(), current_person(), design_id)
    return answer(import_report(lint_canvas(current_engine(), current_person(), design_id, text.content)))


@nouns.post("/designs/<uuid:design_id>/lint")
@rule("role:analyst")
@body_limit(MAX_TEXT_BYTES)
@nouns.takes_file(XML)
@nouns.answers(200, Findings)
def lint(design_id: UUID) -> Response:
    """Check the text in the editor, which nobody has saved; writes nothing."""
    found = lint_canvas(current_engine(), current_person(), design_id, request.get_data())
    return answer(Findings(problems=tuple(design_finding(problem) for problem in found)))


@nouns.post("/designs/<uuid:design_id>/lock")
@rule("role:analyst")
@nouns.takes(LockRequest)
@nouns.answers(200, Lock)
def lock(_body: dict[str, Any], design_id: UUID) -> Response:
    """Become the writer, or stay it: 120 seconds, renewed by asking again. 409 `design_locked` with the writer."""
    engine, person = current_engine(), current_person()
    until = designs.lock(engine, person, design_id)
    with engine.reading(person) as tx:
        writer = queries.somebody(engine.reference(tx), person)
    return answer(Lock(person=writer, until=until, mine=True))


@nouns.delete("/designs/<uuid:design_id>/lock")
@rule("role:analyst")
@nouns.answers_nothing()
def unlock(design_id: UUID) -> Response:
    """Stop writing."""
    designs.unlock(current_engine(), current_person(), design_id)
    return Response(status=204)


@nouns.post("/designs/<uuid:design_id>/unlock")
@rule("role:analyst")
@nouns.answers_nothing()
def unlock_leaving(design_id: UUID) -> Response:
    """The same for a page that is being left: `csrf_token` may come as a form field (navigator.sendBeacon)."""
    return unlock(design_id)


@nouns.get("/designs/<uuid:design_id>/revisions")
@rule("role:analyst")
@nouns.answers(200, RevisionList)
def revisions(design_id: UUID) -> Response:
    """Everything that was saved: all of today, then the last of each day; the first and what came too late always."""
    return answer(RevisionList(items=queries.revisions(current_engine(), current_person(), design_id)))


@nouns.get("/designs/<uuid:design_id>/revisions/<int:rev>/xml")
@rule("role:analyst")
@nouns.gives_file(XML)
def revision_xml(design_id: UUID, rev: int) -> Response:
    """A saved text, byte for byte. To restore it, save it again."""
    found = queries.text(current_engine(), current_person(), design_id, rev)
    return download(found.content, name=found.file, media_type=XML)


def begin_version(kind: str, version_id: UUID) -> UUID:
    """Begin with a published version of that kind. Raises NotFound, DesignExists."""
    engine, person = current_engine(), current_person()
    if kind == "form":
        return designs.begin_from_form(engine, person, version_id)
    if kind == "dmn":
        return designs.begin_from_decision(engine, person, version_id)
    return designs.begin_from(engine, person, DefinitionId(version_id))


def wanted_revision(header: Any) -> int:
    """The revision that `If-Match` names. Raises InputRejected."""
    match = _REV.fullmatch((header("If-Match") or "").strip())
    if match is None:
        raise InputRejected(
            "请在 If-Match 中给出所依据的修订号。",
            'If-Match must name the revision that was read, such as "7".',
            field="If-Match",
        )
    return int(match[1])


def _imported() -> UUID:
    part = request.files.get("file")
    if part is None:
        raise InputRejected("请选择文件。", "Send a file.", field="file")
    return designs.begin_import(
        current_engine(),
        current_person(),
        part.filename or "",
        part.stream.read(),
        key=request.form.get("key", "").strip(),
    )


def _body(schema: ma.Schema) -> dict[str, Any]:
    """JSON of a route that takes files as well. Raises BodyRejected."""
    try:
        loaded: dict[str, Any] = schema.load(request.get_json(silent=True) or {})
    except ma.ValidationError as error:
        said = error.messages if isinstance(error.messages, dict) else {"": error.messages}
        raise BodyRejected({str(name): [str(text) for text in texts] for name, texts in said.items()}) from None
    return loaded
