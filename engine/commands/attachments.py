"""Attachments: what may be uploaded, and where it lies. Nothing is ever unpacked or opened."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import structlog

from engine.commands.files import FOLDER, path_of, store
from engine.commands.tasks import check_may_act
from engine.core import Engine
from engine.errors import InputRejected, NotFound
from engine.model.step import PersonId, TaskId
from engine.store.drafts import AttachmentRow

logger = structlog.get_logger(__name__)

MAX_BYTES = 25 * 1024**2
MAX_NAME = 200
MAX_ENTRIES, MAX_UNPACKED_BYTES, MAX_RATIO = 2_000, 200 * 1024**2, 100
_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file that may be uploaded."""

    media_type: str
    magic: frozenset[str] = frozenset()  #: what the first bytes must say; empty: plain text
    member: str = ""  #: of a container: the part that makes it this kind


_OFFICE = "application/vnd.openxmlformats-officedocument"
_ZIP = frozenset({".zip"})
KINDS: Mapping[str, Kind] = {
    ".pdf": Kind("application/pdf", frozenset({".pdf"})),
    ".jpg": Kind("image/jpeg", frozenset({".jpg", ".jpeg"})),
    ".jpeg": Kind("image/jpeg", frozenset({".jpg", ".jpeg"})),
    ".png": Kind("image/png", frozenset({".png"})),
    ".docx": Kind(f"{_OFFICE}.wordprocessingml.document", _ZIP, "word/document.xml"),
    ".xlsx": Kind(f"{_OFFICE}.spreadsheetml.sheet", _ZIP, "xl/workbook.xml"),
    ".ofd": Kind("application/ofd", _ZIP, "OFD.xml"),
    ".txt": Kind("text/plain"),
    ".csv": Kind("text/csv"),
}


def add(engine: Engine, person: PersonId, name: str, content: bytes, *, task_id: TaskId | None = None) -> AttachmentRow:
    """Keep an upload for the form that will name it; until then only its uploader sees it.

    Raises InputRejected for another kind of file, one whose content is not what its name says, or one too large;
    NotFound, TaskNotOpen, Refused for a task that is not the person's.
    """
    kind = check(name, content)
    storage_name = store(engine.settings.data_dir / FOLDER, content)
    try:
        with engine.transaction(person) as tx:
            if task_id is not None:
                check_may_act(engine, tx, tx.user_task(task_id), person)
            row = AttachmentRow(
                id=engine.ids.v7(tx.now),
                instance_id=None,
                task_id=task_id,
                field=None,
                name=name,
                media_type=kind.media_type,
                size_bytes=len(content),
                sha256=sha256(content).digest(),
                storage_name=storage_name,
                uploaded_by=person,
                uploaded_at=tx.now,
            )
            tx.add_attachment(row)
    except BaseException:
        path_of(engine, storage_name).unlink(missing_ok=True)
        raise
    logger.info("file uploaded", action="attachment.add", attachment_id=str(row.id), person_id=person)
    return row


def find(engine: Engine, person: PersonId, attachment_id: UUID) -> tuple[AttachmentRow, Path]:
    """An upload that the person may see, and where it lies. Raises NotFound."""
    with engine.reading(person) as tx:
        row = tx.attachment(attachment_id)
    path = path_of(engine, row.storage_name)
    if not path.is_file():
        raise NotFound(f"The file of attachment {attachment_id} is not here.", id=str(attachment_id))
    return row, path


def check(name: str, content: bytes) -> Kind:
    """What kind of file this is, by name and content. Raises InputRejected."""
    if not name or len(name) > MAX_NAME or not name.isprintable() or any(sign in name for sign in '/\\:"'):
        raise _rejected(f"文件名“{name[:MAX_NAME]}”无效。", "That is not a file name.", name)
    if not content:
        raise _rejected(f"文件“{name}”是空的。", f"{name!r} is empty.", name)
    if len(content) > MAX_BYTES:
        raise _rejected(f"文件“{name}”超过25 MB。", f"{name!r} is larger than 25 MB.", name)
    kind = KINDS.get(Path(name).suffix.lower())
    if kind is None:
        kinds = sorted(KINDS)
        raise _rejected(
            f"不能上传“{name}”，可以上传：{'、'.join(kinds)}。",
            f"“{name}” cannot be uploaded. Choose one of: {', '.join(kinds)}.",
            name,
        )
    fits = _is_text(content) if not kind.magic else _says(content) & kind.magic
    if not fits or (kind.member and not _is_container(content, kind.member, name)):
        raise _rejected(
            f"文件“{name}”的内容与扩展名不符。", f"The content of {name!r} is not what its name says.", name
        )
    return kind


def _says(content: bytes) -> frozenset[str]:
    """Extensions that the first bytes stand for."""
    import puremagic  # its tables are only in memory where files come in

    with suppress(puremagic.PureError, ValueError):
        return frozenset(str(match.extension) for match in puremagic.magic_string(content[:_HEAD_BYTES]))
    return frozenset()


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            content.decode(encoding)
            return True
    return False


def _is_container(content: bytes, member: str, name: str) -> bool:
    """Reads the central directory only. Raises InputRejected for one that would unpack to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    declared = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or declared > MAX_UNPACKED_BYTES or declared > MAX_RATIO * len(content):
        raise _rejected(f"文件“{name}”展开后过大，不能上传。", f"{name!r} would unpack to too much.", name)
    return any(entry.filename == member for entry in entries)


def _rejected(zh: str, en: str, name: str) -> InputRejected:
    return InputRejected(zh, en, field="file", value=name[:MAX_NAME])
