"""Documents: official papers of cases, their files, and making one void."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response, request
from flask_babel import gettext

from engine.commands import documents
from engine.documents.registry import TEMPLATES
from engine.documents.word import MEDIA_TYPE
from engine.model.numbering import DOCUMENT_KINDS
from engine.queries import documents as queries
from engine.queries.paging import MAX_LIMIT
from webui.api.blueprint import Arguments, ListQuery, Nouns, answer, download
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.guard import SANDBOX_CSP
from webui.pages import listings
from webui.service import current_engine

nouns = Nouns("documents", "Official papers of cases")


class DocumentsQuery(ListQuery):
    case_id = ma.fields.UUID(load_default=None)
    unit = ma.fields.String(load_default="", metadata={"description": "That sent them."})
    kind = ma.fields.String(
        load_default="",
        validate=ma.validate.OneOf(("", *DOCUMENT_KINDS)),
        metadata={"description": "Of 发文字号; only papers that have one."},
    )
    year = ma.fields.Integer(load_default=None, validate=ma.validate.Range(2000, 2100))
    template = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", *TEMPLATES)))
    state = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", "made", "signed", "void")))


class VoidReason(Arguments):
    reason = ma.fields.String(required=True, validate=ma.validate.Length(max=2000))


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentItem:
    id: UUID
    case_id: UUID
    template: str
    name: str  #: of the template
    name_en: str
    title: str
    no: str  #: 发文字号 or business number; "" for one without
    unit: str
    sender_unit: str
    subject: str  #: account of the person it is about; "" for one of the whole case
    state: str  #: made, signed, void
    sha256: str
    dated: date
    made_at: datetime
    signed_by: tuple[str, ...]  #: names
    voided_at: datetime | None
    void_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentList:
    items: tuple[DocumentItem, ...]
    next_cursor: str


@nouns.get("/documents")
@rule("signed_in")
@nouns.takes(DocumentsQuery, location="query")
@nouns.answers(200, DocumentList)
def listing(query: dict[str, Any]) -> Response:
    """Papers of the cases that the caller sees, the youngest first; void ones too, with their numbers."""
    cursor, limit, wanted = query.pop("cursor"), query.pop("limit"), query.pop("format")
    ask = partial(queries.documents, current_engine(), current_person(), queries.DocumentFilter(**query))
    if wanted:
        columns, title = listings.document_columns(), gettext("发文登记")
        return listings.as_file("documents", title, columns, lambda at: ask(cursor=at, limit=MAX_LIMIT), wanted)
    page = ask(cursor=cursor, limit=limit)
    return answer(DocumentList(items=tuple(_item(line) for line in page.rows), next_cursor=page.next_cursor))


@nouns.get("/documents/<uuid:document_id>")
@rule("signed_in")
@nouns.answers(200, DocumentItem)
def show(document_id: UUID) -> Response:
    """One paper: number, state, hash, who signed it."""
    return answer(_item(queries.document_view(current_engine(), current_person(), document_id).line))


@nouns.get("/documents/<uuid:document_id>/file")
@rule("signed_in")
@nouns.gives_file(MEDIA_TYPE)
def file(document_id: UUID) -> Response:
    """The Word file as it was frozen; 409 document_changed where it is not that one any more. Each time is logged."""
    row, name, content = documents.file_of(
        current_engine(), current_person(), document_id, address=request.remote_addr or ""
    )
    response = download(content, name=name, media_type=MEDIA_TYPE)
    response.headers["Content-Security-Policy"] = SANDBOX_CSP
    response.headers["Digest"] = f"sha-256={row.sha256.hex()}"
    return response


@nouns.post("/documents/<uuid:document_id>/void")
@rule("signed_in")
@idempotent
@nouns.takes(VoidReason)
@nouns.answers(200, DocumentItem)
def void(sent: dict[str, Any], document_id: UUID) -> Response:
    """作废: by the main or a directly responsible leader of the sender. The number stays in the register."""
    engine, person = current_engine(), current_person()
    documents.void(engine, person, document_id, sent["reason"])
    return answer(_item(queries.document_view(engine, person, document_id).line))


def _item(line: queries.DocumentLine) -> DocumentItem:
    row = line.row
    return DocumentItem(
        id=row.id,
        case_id=row.instance_id,
        template=row.template,
        name=line.template.zh,
        name_en=line.template.en,
        title=row.title,
        no=row.no,
        unit=row.unit,
        sender_unit=row.sender_unit,
        subject=row.subject,
        state=row.state,
        sha256=row.sha256.hex(),
        dated=row.dated,
        made_at=row.made_at,
        signed_by=line.signed_by,
        voided_at=row.voided_at,
        void_reason=row.void_reason,
    )
