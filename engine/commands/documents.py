"""Official papers: drawn up from the forms of a case, numbered, stored, signed, made void.

Not a command but `void`: the rest runs inside the transaction of the step that reached it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import structlog

from engine.commands.document_material import material_of
from engine.commands.files import FOLDER, path_of, store
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.documents.material import CardFacts, Subject
from engine.documents.registry import TEMPLATES, Template
from engine.documents.word import MEDIA_TYPE, write
from engine.errors import Beaten
from engine.model.clock import local_day
from engine.model.document import DocumentChanged, DocumentVoid, NotSender, may_void
from engine.model.numbering import business_no, document_no
from engine.model.organization import Organization
from engine.model.step import DefinitionId, InstanceId, PersonId
from engine.store.documents import DocumentRow, SignatureRow
from engine.store.drafts import AttachmentRow
from engine.store.incidents import NewIncident
from engine.store.record import HistoryFact, NewSubmission, StepRecord
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

INCIDENT = "document"  #: kind of the incident of a paper that could not be drawn up
REPLACED = "已重新制发"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A paper to draw up, and the case as the step that asks for it sees it."""

    template: str
    instance_id: InstanceId
    unit: str
    issuer_unit: str = ""
    node_id: str = ""
    by: str = "system"
    title: str = ""
    case_no: str = ""
    number: str = ""  #: of a card, which has one already
    variables: Mapping[str, object] = field(default_factory=dict)
    sent: tuple[NewSubmission, ...] = ()  #: forms of this very step, which the database does not have yet
    subject: Subject | None = None
    element: object = None  #: of the multi-instance activity around: forms of its other branches do not count
    card: CardFacts | None = None


def draw_up(engine: Engine, tx: Transaction, order: Order) -> DocumentRow:
    """Number the paper, write its file, keep both; an earlier one of its kind in this case becomes void.

    Whoever calls writes the history: `fact_of`. Raises KeyError for a template that does not exist.
    """
    template = TEMPLATES[order.template]
    earlier = _earlier(tx, order)
    sender = (order.issuer_unit or order.unit) if template.by_issuer else order.unit
    number, register = _number(engine, tx, template, order, sender)
    paper = template.build(material_of(engine, tx, order, sender=sender, number=number))
    content = write(paper)
    digest = sha256(content)
    document_id = engine.ids.v7(tx.now)
    row = DocumentRow(
        id=document_id,
        instance_id=order.instance_id,
        node_id=order.node_id,
        template=template.name,
        title=paper.title.replace("\n", ""),
        subject=order.subject.key if order.subject is not None else "",
        unit=order.unit,
        sender_unit=sender,
        no=number,
        state="made",
        sha256=digest.digest(),
        paper=asdict(paper),
        made_by=order.by,
        made_at=tx.now,
        dated=local_day(tx.now),
        register_kind=template.document_kind or None,
        register_year=register[0] if register else None,
        register_no=register[1] if register else None,
    )
    tx.add_attachment(_attachment(engine, row, content))
    tx.add_document(row)
    for old in earlier:
        tx.make_void(old.id, by=order.by, reason=REPLACED)
    return row


def fact_of(row: DocumentRow) -> dict[str, object]:
    """What the history says of a paper: never what stands on it."""
    return {"document": str(row.id), "template": row.template, "no": row.no, "sha256": row.sha256.hex()}


def draw_up_or_keep(engine: Engine, tx: Transaction, order: Order, case: Incidental) -> DocumentRow | None:
    """The paper; None where it could not be drawn up: an incident is open then, and the step goes on."""
    try:
        with tx.savepoint():
            return draw_up(engine, tx, order)
    except Beaten:
        raise
    except Exception as failure:
        keep_failure(engine, tx, order, case, failure)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidental:
    """What an incident says of its case."""

    definition_id: DefinitionId
    key: str
    sealed: bool


def keep_failure(engine: Engine, tx: Transaction, order: Order, case: Incidental, failure: Exception) -> None:
    """An operator sees which paper is missing and why, and lets it be drawn up again."""
    logger.error("document failed", action="document.make", instance_id=str(order.instance_id), exc_info=failure)
    details = {"template": order.template, "cause": type(failure).__name__}
    if order.subject is not None:
        details["subject"] = order.subject.key
        details["position"] = order.subject.position
    if order.number:
        details["no"] = order.number
    tx.open_incident(
        NewIncident(
            id=engine.ids.v7(tx.now),
            kind=INCIDENT,
            code="document_failed",
            message=f"The document {order.template} could not be made.",
            instance_id=order.instance_id,
            definition_id=case.definition_id,
            key=case.key,
            sealed=case.sealed,
            node_id=order.node_id,
            details=details,
        )
    )


def again(engine: Engine, tx: Transaction, order: Order, case: InstanceRow) -> DocumentRow:
    """Draw up a paper that was missing in a locked case, and write it into the history."""
    row = draw_up(engine, tx, order)
    fact = HistoryFact(event="document_made", node_id=order.node_id, body=fact_of(row))
    tx.record(StepRecord(instance_id=case.id, rev=case.rev, at=tx.now, actor=order.by, history=(fact,)))
    return row


def sign(
    engine: Engine, tx: Transaction, task: UserTaskRow, person: PersonId, sent: NewSubmission
) -> tuple[HistoryFact, ...]:
    """A form with a signature was sent: it signs the papers that lay before its writer. Answers it for the history.

    Of papers about single people each signs his own, and the leader above countersigns that of the main leader; the
    others are of the case. Raises DocumentChanged: nobody signs a file that is not the one that was frozen.
    """
    papers = [row for row in tx.documents_of(task.instance_id) if not row.is_void and TEMPLATES[row.template].is_signed]
    signer = sent.on_behalf_of or person
    organization = engine.reference(tx).organization
    own = (
        [row for row in papers if row.subject == signer]
        or [row for row in papers if not row.subject]
        or [row for row in papers if _goes_up_to(organization, row, signer)]
    )
    found = []
    for row in own:
        check_unchanged(engine, tx, row)
        found.append(signature_of(tx, row, sent, person))
    tx.sign_documents(found)
    return tuple(
        HistoryFact(
            event="document_signed",
            task_id=task.id,
            body=fact_of(row),
        )
        for row in own
    )


def signature_of(tx: Transaction, row: DocumentRow, sent: NewSubmission, person: str) -> SignatureRow:
    """That the form `sent` signs the file of this paper."""
    return SignatureRow(
        document_id=row.id,
        instance_id=row.instance_id,
        person_id=PersonId(person),
        on_behalf_of=sent.on_behalf_of,
        signed_at=tx.now,
        submission_id=sent.id,
        sha256=row.sha256,
    )


def check_unchanged(engine: Engine, tx: Transaction, row: DocumentRow) -> Path:
    """Where the file lies. Raises DocumentChanged."""
    path = path_of(engine, tx.attachment(row.id).storage_name)
    content = path.read_bytes() if path.is_file() else b""
    if sha256(content).digest() != row.sha256:
        logger.error("document changed", action="document.check", attachment_id=str(row.id))
        raise DocumentChanged(f"The file of document {row.id} is not the one that was made.", id=str(row.id))
    return path


def void(engine: Engine, person: PersonId, document_id: UUID, reason: str) -> DocumentRow:
    """作废: the paper counts no more, its number stays in the register and is not given again.

    By the sender's main or directly responsible leader. Raises NotFound, NotSender, InputRejected without a reason,
    DocumentVoid.
    """
    reason = checked_reason(reason, zh="请写明作废理由。", en="Say why the document is void.", field="reason")
    with engine.transaction(person) as tx:
        found = tx.document(document_id)
        case = tx.lock_instance(found.instance_id)
        found = tx.document(document_id, lock=True)
        if found.is_void:
            raise DocumentVoid(f"The document {document_id} is void.", id=str(document_id))
        organization = engine.reference(tx).organization
        if not may_void(organization, found.sender_unit, person, local_day(tx.now)):
            raise NotSender
        tx.make_void(document_id, by=person, reason=reason)
        fact = HistoryFact(event="document_void", body=fact_of(found))
        tx.record(StepRecord(instance_id=case.id, rev=case.rev, at=tx.now, actor=person, history=(fact,)))
        made_void = tx.document(document_id)
    logger.info("document void", action="document.void", attachment_id=str(document_id), person_id=person)
    return made_void


def take(engine: Engine, person: PersonId, document_id: UUID, *, address: str, printed: bool = False) -> DocumentRow:
    """A paper is read outside the page of its case: each time is a fact of the access log (domain.md §6.5).

    printed: as a page for paper; else as a file. Raises NotFound.
    """
    with engine.transaction(person) as tx:
        row = tx.document(document_id)
        event = "document.print" if printed else "document.take"
        tx.access(event, address=address, body={"document": str(document_id), "case": str(row.instance_id)})
    logger.info("document read", action=event, attachment_id=str(document_id), person_id=person)
    return row


def file_of(engine: Engine, person: PersonId, document_id: UUID, *, address: str) -> tuple[DocumentRow, str, bytes]:
    """The paper, the name of its Word file, and the file as it was frozen. Raises NotFound, DocumentChanged."""
    row = take(engine, person, document_id, address=address)
    with engine.reading(person) as tx:
        return row, tx.attachment(row.id).name, check_unchanged(engine, tx, row).read_bytes()


# -- parts


def _goes_up_to(organization: Organization, row: DocumentRow, signer: str) -> bool:
    """Is it about the main leader of a unit whose superior is the signer's own unit?"""
    leaders = organization.holders(row.unit, "LEAD_MAIN", row.dated)
    is_leaders = any(held.person == row.subject for held in leaders)
    return is_leaders and organization.home_unit(signer) == organization.superior(row.unit)


def _earlier(tx: Transaction, order: Order) -> list[DocumentRow]:
    """Papers that this one replaces: of the same kind, about the same person, in the same case, from the same node."""
    subject = order.subject.key if order.subject is not None else ""
    return [
        row
        for row in tx.documents_of(order.instance_id)
        if row.template == order.template and row.subject == subject and not row.is_void and not order.number
    ]


def _number(
    engine: Engine, tx: Transaction, template: Template, order: Order, sender: str
) -> tuple[str, tuple[int, int] | None]:
    """The number on the paper, and its place in the register of its sender where it is a 发文字号."""
    given = order.number or str(order.subject.row.get("no") or "" if order.subject is not None else "")
    if given:
        return given, None
    year = local_day(tx.now).year
    if template.document_kind:
        sequence = tx.next_number(template.document_kind, sender, year)
        unit = engine.reference(tx).organization.unit(sender)
        prefix = unit.document_prefix if unit is not None else sender
        return document_no(prefix, template.document_kind, year, sequence), (year, sequence)
    if template.business_kind:
        sequence = tx.next_number(template.business_kind, sender, year)
        return business_no(template.business_kind, sender, year, sequence), None
    return "", None


def _attachment(engine: Engine, row: DocumentRow, content: bytes) -> AttachmentRow:
    """The file on the disk, and the attachment of the case that stands for it."""
    name = f"{row.title}{f'（{row.no}）' if row.no else ''}.docx".translate(_NOT_IN_NAMES)
    return AttachmentRow(
        id=row.id,
        instance_id=row.instance_id,
        task_id=None,
        field=None,
        name=name,
        media_type=MEDIA_TYPE,
        size_bytes=len(content),
        sha256=row.sha256,
        # Under its own hash: what a rolled-back step leaves is found again by whoever makes the same paper.
        storage_name=store(engine.settings.data_dir / FOLDER, content, row.sha256.hex()),
        uploaded_by=PersonId(row.made_by),
        uploaded_at=row.made_at,
    )


_NOT_IN_NAMES = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))
