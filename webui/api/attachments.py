"""Attachments: uploads for a form, and getting them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, request

from engine.commands import attachments
from engine.errors import InputRejected
from engine.model.step import TaskId
from webui.api.blueprint import Nouns, answer, download
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.guard import MIB, SANDBOX_CSP, body_limit
from webui.service import current_engine

nouns = Nouns("attachments", "Files that belong to forms")
#: The file itself may have 25 MiB; what multipart writes around it comes on top.
MAX_UPLOAD_BYTES = attachments.MAX_BYTES + MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An upload. Name its id in a form of type file; until then only its uploader sees it."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    uploaded_at: datetime


@nouns.post("/attachments")
@rule("signed_in")
@body_limit(MAX_UPLOAD_BYTES)
@idempotent
@nouns.multipart(
    {"file": {"type": "string", "format": "binary"}, "task_id": {"type": "string", "format": "uuid"}},
    required=("file",),
)
@nouns.answers(201, Attachment)
def add() -> Response:
    """Upload one file: pdf, docx, xlsx, ofd, jpg, png, txt or csv, at most 25 MB, its content as its name says."""
    part = request.files.get("file")
    if part is None:
        raise InputRejected("请选择要上传的文件。", "Send one file.", field="file")
    row = attachments.add(
        current_engine(), current_person(), part.filename or "", part.stream.read(), task_id=_task_id()
    )
    return answer(
        Attachment(
            id=row.id,
            name=row.name,
            media_type=row.media_type,
            size_bytes=row.size_bytes,
            sha256=row.sha256.hex(),
            uploaded_at=row.uploaded_at,
        ),
        201,
    )


@nouns.get("/attachments/<uuid:attachment_id>")
@rule("signed_in")
@nouns.gives_file("application/octet-stream")
def show(attachment_id: UUID) -> Response:
    """The file, to be saved: never shown as a page of ours."""
    row, path = attachments.find(current_engine(), current_person(), attachment_id)
    response = download(path.read_bytes(), name=row.name, media_type=row.media_type)
    response.headers["Content-Security-Policy"] = SANDBOX_CSP
    return response


def _task_id() -> TaskId | None:
    text = request.form.get("task_id", "")
    if not text:
        return None
    try:
        return TaskId(UUID(text))
    except ValueError:
        raise InputRejected("任务标识无效。", "That is no task id.", field="task_id", value=text[:100]) from None
