"""What people have not sent yet: drafts of forms, and uploads that wait for the form that names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from engine.errors import NotFound
from engine.model.step import InstanceId, PersonId, TaskId
from engine.store import tables as t
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """Values of a form as one person left them; task_id None: a start form."""

    id: UUID
    person_id: PersonId
    form_key: str
    values: Mapping[str, object]
    saved_at: datetime
    task_id: TaskId | None = None
    form_version_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRow:
    """An upload. `name` is what the person called it, `storage_name` where the bytes lie."""

    id: UUID
    instance_id: InstanceId | None
    task_id: TaskId | None
    field: str | None
    name: str
    media_type: str
    size_bytes: int
    sha256: bytes
    storage_name: str
    uploaded_by: PersonId
    uploaded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRow:
    """A form of a case as it was sent."""

    id: UUID
    form_key: str
    form_version_id: UUID | None
    values: Mapping[str, object]
    person_id: PersonId
    submitted_at: datetime
    element: object = None  #: of the multi-instance activity in which its task stood


_OF_CASE = (
    of(AttachmentRow, t.attachment)
    .where(t.attachment.c.instance_id == bindparam("instance_id"))
    .order_by(t.attachment.c.uploaded_at, t.attachment.c.id)
)


class Drafts(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def save_draft(self, draft: DraftRow) -> None:
        """Keep the draft in place of the one with this id, or of the person's earlier one for the same task."""
        row = asdict(draft)
        again = {name: row[name] for name in ("values", "saved_at", "form_version_id")}
        statement = insert(t.draft).values(**row)
        if draft.task_id is None:
            statement = statement.on_conflict_do_update(index_elements=["id"], set_=again)
        else:
            statement = statement.on_conflict_do_update(
                index_elements=["task_id", "person_id"], index_where=t.draft.c.task_id.is_not(None), set_=again
            )
        self.connection.execute(statement)

    def draft_of_task(self, task_id: TaskId, person_id: PersonId) -> DraftRow | None:
        draft = t.draft.c
        return self._find(DraftRow, of(DraftRow, t.draft).where(draft.task_id == task_id, draft.person_id == person_id))

    def draft_holders(self, task_id: TaskId) -> tuple[PersonId, ...]:
        """People who have something filled in for this task, as far as the actor may see them."""
        query = select(t.draft.c.person_id).where(t.draft.c.task_id == task_id).order_by(t.draft.c.person_id)
        return tuple(PersonId(name) for name in self.connection.execute(query).scalars())

    def draft(self, draft_id: UUID) -> DraftRow:
        """A draft of the actor's own. Raises NotFound."""
        found = self._find(DraftRow, of(DraftRow, t.draft).where(t.draft.c.id == draft_id))
        if found is None:
            raise NotFound(f"There is no draft {draft_id}.", id=str(draft_id))
        return found

    def drafts_of(self, person_id: PersonId) -> tuple[DraftRow, ...]:
        """Start forms that the person has begun and not sent, youngest first."""
        draft = t.draft.c
        query = of(DraftRow, t.draft).where(draft.person_id == person_id, draft.task_id.is_(None))
        return self._list(DraftRow, query.order_by(draft.saved_at.desc()))

    def drop_draft(self, draft_id: UUID) -> None:
        self._run(delete(t.draft).where(t.draft.c.id == draft_id))

    def values_sent(self, task_id: TaskId) -> Mapping[str, object] | None:
        """The form with which the task was completed, as it was sent; None for one without a form."""
        sent = t.submission.c
        query = select(sent["values"]).where(sent.task_id == task_id).order_by(sent.submitted_at.desc(), sent.id.desc())
        found: Mapping[str, object] | None = self.connection.execute(query.limit(1)).scalar()
        return found

    def submissions_of(self, instance_id: InstanceId) -> tuple[SubmissionRow, ...]:
        """Every form of the case as it was sent, oldest first."""
        sent, task = t.submission.c, t.user_task.c
        columns = (sent.id, sent.form_key, sent.form_version_id, sent["values"], sent.person_id, sent.submitted_at)
        query = select(*columns, task.element).join(t.user_task, task.id == sent.task_id, isouter=True)
        query = query.where(sent.instance_id == instance_id)
        return self._list(SubmissionRow, query.order_by(sent.submitted_at, sent.id))

    # -- uploads

    def add_attachment(self, attachment: AttachmentRow) -> None:
        self._insert(t.attachment, asdict(attachment))

    def attachment(self, attachment_id: UUID) -> AttachmentRow:
        """An upload that the actor may see. Raises NotFound."""
        found = self._find(AttachmentRow, of(AttachmentRow, t.attachment).where(t.attachment.c.id == attachment_id))
        if found is None:
            raise NotFound(f"There is no attachment {attachment_id}.", id=str(attachment_id))
        return found

    def attachments(self, attachment_ids: Iterable[UUID]) -> tuple[AttachmentRow, ...]:
        """Those of the uploads that the actor may see."""
        query = of(AttachmentRow, t.attachment).where(t.attachment.c.id.in_(list(attachment_ids)))
        return self._list(AttachmentRow, query.order_by(t.attachment.c.uploaded_at, t.attachment.c.id))

    def attachments_of(self, instance_id: InstanceId) -> tuple[AttachmentRow, ...]:
        return tuple(AttachmentRow(**row._asdict()) for row in self.rows(_OF_CASE, {"instance_id": instance_id}))

    def drop_attachment(self, attachment_id: UUID) -> bool:
        """Forget an upload that no form has named yet. False: it belongs to a case and stays."""
        attachment = t.attachment.c
        return (
            self._run(delete(t.attachment).where(attachment.id == attachment_id, attachment.instance_id.is_(None))) == 1
        )
