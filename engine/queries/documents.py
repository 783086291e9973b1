"""公文: the papers of a case, one paper as it reads, and the register of numbers (发文登记) of the units one sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from engine.core import Engine
from engine.documents.paper import Paper, paper_from
from engine.documents.registry import TEMPLATES, Template
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.document import may_void
from engine.model.step import InstanceId, PersonId
from engine.queries.case_head import visible_case
from engine.queries.frame import FrameFacts, UnitName, read_frame, unit_named
from engine.queries.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from engine.queries.tasks import check_limit
from engine.store import tables as t
from engine.store.documents import DocumentRow, SignatureRow
from engine.store.scope import of
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances

_DOCUMENT = t.document.c


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """A paper in a list, with the names of those it is from and about, and of who has signed it."""

    row: DocumentRow
    template: Template
    sender: UnitName
    subject: str  #: name of the person it is about; "" for one of the whole case
    signed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signature, in words."""

    name: str
    on_behalf_of: str
    at: datetime
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """One paper, to be read."""

    frame: FrameFacts
    line: DocumentLine
    paper: Paper
    signatures: tuple[Signed, ...]
    voided_by: str
    may_void: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFilter:
    """Of the register. Empty: not narrowed."""

    case_id: UUID | None = None
    unit: str = ""  #: that sent them
    kind: str = ""  #: of 发文字号: 整, 督, …
    year: int | None = None
    template: str = ""
    state: str = ""
    is_numbered: bool = False  #: only papers with a 发文字号: the register proper


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterView:
    """One page of the register, with what may be chosen to narrow it."""

    frame: FrameFacts
    page: Page[DocumentLine]
    units: Mapping[str, UnitName]
    years: tuple[int, ...]


def documents(
    engine: Engine, person: PersonId, wanted: DocumentFilter, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[DocumentLine]:
    """Papers of the cases that the person sees, the youngest first. Raises InputRejected for a foreign cursor."""
    with engine.reading(person) as tx:
        return _page(engine, tx, wanted, cursor, limit)


def register(engine: Engine, person: PersonId, wanted: DocumentFilter, *, cursor: str = "") -> RegisterView:
    """For the page of the register. Raises InputRejected for a foreign cursor."""
    with engine.reading(person) as tx:
        organization = engine.reference(tx).organization
        seen = select(_DOCUMENT.sender_unit, _DOCUMENT.register_year).distinct()
        seen = seen.join(t.instance, t.instance.c.id == _DOCUMENT.instance_id).where(visible_instances(person))
        pairs = tx.connection.execute(seen.where(_DOCUMENT.register_no.is_not(None))).all()
        codes = {str(code) for code, _ in pairs}
        return RegisterView(
            frame=read_frame(engine, tx),
            page=_page(engine, tx, wanted, cursor, DEFAULT_LIMIT),
            units={code: unit_named(organization, code) for code in sorted(codes)},
            years=tuple(sorted({int(year) for _, year in pairs}, reverse=True)),
        )


def documents_of_case(engine: Engine, tx: Transaction, instance_id: InstanceId) -> tuple[DocumentLine, ...]:
    """Papers of a case that the actor sees, oldest first."""
    signatures = tx.signatures_of(instance_id)
    return tuple(_line(engine, tx, row, signatures) for row in tx.documents_of(instance_id))


def document_view(engine: Engine, person: PersonId, document_id: UUID) -> DocumentView:
    """Raises NotFound for a paper of a case that the person may not see."""
    with engine.reading(person) as tx:
        row = visible_document(tx, document_id)
        organization = engine.reference(tx).organization
        signatures = tx.signatures_of(row.instance_id)
        own = [one for one in signatures if one.document_id == row.id]
        return DocumentView(
            frame=read_frame(engine, tx),
            line=_line(engine, tx, row, signatures),
            paper=paper_from(row.paper),
            signatures=tuple(
                Signed(
                    name=organization.person_name(one.person_id),
                    on_behalf_of=organization.person_name(one.on_behalf_of) if one.on_behalf_of else "",
                    at=one.signed_at,
                    sha256=one.sha256.hex(),
                )
                for one in own
            ),
            voided_by=organization.person_name(row.voided_by) if row.voided_by else "",
            may_void=not row.is_void and may_void(organization, row.sender_unit, person, local_day(tx.now)),
        )


def document_of_card(tx: Transaction, number: str) -> UUID | None:
    """The paper of a card, where the actor sees the ladder that issued it."""
    query = select(_DOCUMENT.id).join(t.instance, t.instance.c.id == _DOCUMENT.instance_id)
    found = tx.connection.execute(query.where(_DOCUMENT.no == number, _DOCUMENT.no != "", visible_instances(tx.actor)))
    row = found.first()
    return UUID(str(row[0])) if row is not None else None


def visible_document(tx: Transaction, document_id: UUID) -> DocumentRow:
    """The paper, where the actor sees its case. Raises NotFound."""
    row = tx.document(document_id)
    try:
        visible_case(tx, row.instance_id)
    except NotFound:
        raise NotFound(f"There is no document {document_id}.", id=str(document_id)) from None
    return row


def _page(engine: Engine, tx: Transaction, wanted: DocumentFilter, cursor: str, limit: int) -> Page[DocumentLine]:
    check_limit(limit)
    after = decode_cursor(cursor, datetime, UUID)
    query = of(DocumentRow, t.document).join(t.instance, t.instance.c.id == _DOCUMENT.instance_id)
    query = query.where(visible_instances(tx.actor))
    if wanted.is_numbered:
        query = query.where(_DOCUMENT.register_no.is_not(None))
    exact = {
        "instance_id": wanted.case_id,
        "sender_unit": wanted.unit,
        "register_kind": wanted.kind,
        "register_year": wanted.year,
        "template": wanted.template,
        "state": wanted.state,
    }
    query = query.where(*(_DOCUMENT[name] == value for name, value in exact.items() if value))
    if after is not None:
        query = query.where(tuple_(_DOCUMENT.made_at, _DOCUMENT.id) < tuple_(*after))
    found = tx.connection.execute(query.order_by(_DOCUMENT.made_at.desc(), _DOCUMENT.id.desc()).limit(limit + 1))
    rows = page_of([DocumentRow(**row) for row in found.mappings()], limit, lambda row: (row.made_at, row.id))
    signatures = tx.signatures_on([row.id for row in rows.rows])
    lines = tuple(_line(engine, tx, row, signatures) for row in rows.rows)
    return Page(rows=lines, next_cursor=rows.next_cursor)


def _line(engine: Engine, tx: Transaction, row: DocumentRow, signatures: tuple[SignatureRow, ...]) -> DocumentLine:
    organization = engine.reference(tx).organization
    return DocumentLine(
        row=row,
        template=TEMPLATES[row.template],
        sender=unit_named(organization, row.sender_unit),
        subject=organization.person_name(row.subject) if organization.home_unit(row.subject) else "",
        signed_by=tuple(organization.person_name(one.person_id) for one in signatures if one.document_id == row.id),
    )
