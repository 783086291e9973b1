"""Official papers of cases: kept with what stands on them, signed, made void. Never deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update

from engine.errors import NotFound
from engine.model.step import InstanceId, PersonId
from engine.store import tables as t
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A paper. Its file is the attachment of the same id; `paper` is what stands on it. state: made, signed, void."""

    id: UUID
    instance_id: InstanceId
    node_id: str
    template: str
    title: str
    subject: str
    unit: str
    sender_unit: str
    no: str
    state: str
    sha256: bytes
    paper: Mapping[str, object]
    made_by: str
    made_at: datetime
    dated: date
    register_kind: str | None = None
    register_year: int | None = None
    register_no: int | None = None
    voided_by: str | None = None
    voided_at: datetime | None = None
    void_reason: str = ""

    @property
    def is_void(self) -> bool:
        return self.state == "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRow:
    """A person signed the file whose hash was `sha256` then, with the form `submission_id`."""

    document_id: UUID
    instance_id: InstanceId
    person_id: PersonId
    on_behalf_of: PersonId | None
    signed_at: datetime
    submission_id: UUID
    sha256: bytes


class Documents(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def add_document(self, row: DocumentRow) -> None:
        self._insert(t.document, asdict(row))

    def document(self, document_id: UUID, *, lock: bool = False) -> DocumentRow:
        """A paper of a case that the actor sees. Raises NotFound."""
        query = of(DocumentRow, t.document).where(t.document.c.id == document_id)
        found = self._find(DocumentRow, query.with_for_update() if lock else query)
        if found is None:
            raise NotFound(f"There is no document {document_id}.", id=str(document_id))
        return found

    def document_numbered(self, no: str) -> DocumentRow | None:
        """The paper with this number, as far as the actor sees its case."""
        return self._find(DocumentRow, of(DocumentRow, t.document).where(t.document.c.no == no, t.document.c.no != ""))

    def documents_of(self, instance_id: InstanceId) -> tuple[DocumentRow, ...]:
        """Papers of the case, oldest first, void ones too."""
        document = t.document.c
        query = of(DocumentRow, t.document).where(document.instance_id == instance_id)
        return self._list(DocumentRow, query.order_by(document.made_at, document.id))

    def elements_of(self, instance_id: InstanceId) -> tuple[object, ...]:
        """Elements of the multi-instance activities in which tasks of the case stood."""
        task = t.user_task.c
        query = select(task.element).where(task.instance_id == instance_id, task.element.is_not(None))
        return tuple(self.connection.execute(query).scalars())

    def make_void(self, document_id: UUID, *, by: str, reason: str) -> None:
        """The number stays in the register, as 作废."""
        gone = {"state": "void", "voided_by": by, "voided_at": self.now, "void_reason": reason}
        self._run(update(t.document).where(t.document.c.id == document_id, t.document.c.state != "void").values(**gone))

    def sign_documents(self, signatures: Sequence[SignatureRow]) -> None:
        """Keep who signed which file; the papers are signed from then on."""
        self._insert(t.document_signature, *(asdict(one) for one in signatures))
        for one in signatures:
            document = t.document.c
            query = update(t.document).where(document.id == one.document_id, document.state == "made")
            self._run(query.values(state="signed"))

    def signatures_on(self, document_ids: Sequence[UUID]) -> tuple[SignatureRow, ...]:
        """Who signed these papers, oldest first."""
        signature = t.document_signature.c
        query = of(SignatureRow, t.document_signature).where(signature.document_id.in_(list(document_ids)))
        return self._list(SignatureRow, query.order_by(signature.signed_at, signature.person_id))

    def signatures_of(self, instance_id: InstanceId) -> tuple[SignatureRow, ...]:
        """Who signed the papers of the case, oldest first."""
        signature = t.document_signature.c
        query = of(SignatureRow, t.document_signature).where(signature.instance_id == instance_id)
        return self._list(SignatureRow, query.order_by(signature.signed_at, signature.person_id))
