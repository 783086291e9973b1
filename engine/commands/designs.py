"""Unpublished texts of analysts: begun, written by one at a time, saved so that nothing that was typed is ever lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

import structlog

from engine.commands.linting import lint_drawing
from engine.core import Engine
from engine.errors import Conflict, InputRejected, Problem
from engine.lint.blank import blank_drawing
from engine.lint.elements import Element, read_drawing
from engine.model.clock import instant, local_day
from engine.model.step import DefinitionId, PersonId
from engine.store.designs import DesignRow, NewDesign
from engine.store.transaction import Transaction
from engine.workflow import check_xml

logger = structlog.get_logger(__name__)

LEASE = timedelta(seconds=120)  #: a writer who is not heard of for so long writes no more
ZONE = "Asia/Shanghai"
MAX_NAME_LENGTH = 100
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


class DesignExists(Conflict):
    """There is an open text of this key already. Facts: id, key, name (of who saved it last)."""

    code = "design_exists"


class DesignChanged(Conflict):
    """Another revision was saved meanwhile. Facts: rev, by, name, at; kept_as: number under which this text is kept."""

    code = "design_changed"


class DesignLocked(Conflict):
    """Somebody else is writing. Facts: person, name, until; kept_as: number under which a text that came is kept."""

    code = "design_locked"


class DesignClosed(Conflict):
    """It waits for the second analyst, was published or discarded. Facts: state; kept_as as above."""

    code = "design_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The revision that counts now."""

    rev: int
    saved_at: datetime


def begin_from(engine: Engine, person: PersonId, definition_id: DefinitionId) -> UUID:
    """Begin with the text of a published version, byte for byte. Raises NotFound, DesignExists."""

    def begun(tx: Transaction) -> tuple[NewDesign, bytes]:
        row = tx.definition(definition_id)
        content = tx.bundle_files(row.deployment_id, kind="bpmn")[row.file]
        new = NewDesign(
            id=engine.ids.v7(tx.now),
            kind="bpmn",
            key=row.key,
            name=row.name,
            name_en=row.name_en,
            file=row.file,
            based_on=row.id,
        )
        return new, content

    return _begin(engine, person, begun)


def begin_blank(engine: Engine, person: PersonId, *, key: str, name: str) -> UUID:
    """Begin a process that does not exist yet. Raises InputRejected, DesignExists."""
    if not _KEY.fullmatch(key):
        raise InputRejected(
            "流程标识以字母开头，只含字母、数字和下划线，最长64个字符。",
            "A process key begins with a letter and has letters, digits and _ only, at most 64.",
            field="key",
            value=key[:100],
        )
    name = name.strip()
    if not 0 < len(name) <= MAX_NAME_LENGTH or not name.isprintable():
        raise InputRejected(
            f"请填写流程名称，最长{MAX_NAME_LENGTH}个字符。",
            f"Give the process a name of at most {MAX_NAME_LENGTH} characters.",
            field="name",
            value=name[:MAX_NAME_LENGTH],
        )
    content = blank_drawing(key, name)
    return _begin(engine, person, lambda tx: (_new(engine, tx, key, name, ""), content))


def begin_import(engine: Engine, person: PersonId, file: str, content: bytes, *, key: str = "") -> UUID:
    """Begin with a file of one's own, kept byte for byte.

    key: which of its processes is meant; "": the first that may be executed, else the first.
    Raises DefinitionRejected for what is no XML, InputRejected without a process of that key, DesignExists.
    """
    if not file.lower().endswith((".bpmn", ".xml")):
        raise InputRejected("请选择 .bpmn 文件。", "Choose a .bpmn file.", field="file", value=file[:200])
    drawing = read_drawing(check_xml(content, file=file).root, file=file)
    keys = [key] if key else [*drawing.executable, *drawing.processes]
    found = next((e for k in keys for e in drawing.elements if e.type == "process" and e.id == k), None)
    if found is None or not _KEY.fullmatch(found.id):
        raise InputRejected(
            "文件中没有可用的流程（process），或流程标识含有字母、数字和下划线以外的字符。请从建模工具重新导出。",
            "The file holds no process, or its id has other characters than letters, digits and _. Export it again.",
            field="file",
            value=file[:200],
        )
    name, name_en = _names(found, found.id)
    return _begin(engine, person, lambda tx: (_new(engine, tx, found.id, name, name_en), content))


def save(engine: Engine, person: PersonId, design_id: UUID, content: bytes, *, rev: int) -> Saved:
    """Save a text as the next revision of `rev`; whoever saves while nobody writes is the writer from then on.

    What comes too late is kept beside the line, and the error says as which revision. Raises DefinitionRejected for
    what is no XML, NotFound, DesignClosed, DesignLocked, DesignChanged.
    """
    try:
        with engine.transaction(person) as tx:
            design = tx.design(design_id, lock=True)
            parsed = check_xml(content, file=design.file)
            check_writable(engine, tx, design)
            if rev != design.rev:
                raise late_revision(engine, tx, design)
            tx.lock_design(design_id, until=tx.wall_now() + LEASE)
            current = tx.revision(design_id, design.rev)
            if tx.design_text(design_id, design.rev) == content:
                return Saved(rev=design.rev, saved_at=current.saved_at)
            drawing = read_drawing(parsed.root, file=design.file)
            process = next((e for e in drawing.elements if e.type == "process" and e.id == design.key), None)
            name, name_en = _names(process, design.name, design.name_en)
            errors, warnings = counted(lint_drawing(tx, design.file, content, key=design.key))
            saved = tx.save_design(design, content, name=name, name_en=name_en, errors=errors, warnings=warnings)
            tx.thin_revisions(design_id, before=instant(local_day(tx.now), time.min), zone=ZONE)
            return Saved(rev=saved, saved_at=tx.now)
    except (DesignChanged, DesignLocked, DesignClosed) as late:
        engine.keep_after_rollback(_keeper(person, design_id, content, rev, late))
        raise


def lock(engine: Engine, person: PersonId, design_id: UUID) -> datetime:
    """Become the writer, or stay it, until the time (wall) that is answered; an ended lease is anybody's.

    Raises NotFound, DesignClosed, DesignLocked.
    """
    with engine.transaction(person) as tx:
        design = tx.design(design_id, lock=True)
        check_writable(engine, tx, design)
        until = tx.wall_now() + LEASE
        tx.lock_design(design_id, until=until)
    return until


def unlock(engine: Engine, person: PersonId, design_id: UUID) -> None:
    """Stop writing; nothing happens where somebody else writes. Raises NotFound."""
    with engine.transaction(person) as tx:
        if tx.design(design_id, lock=True).locked_by == person:
            tx.unlock_design(design_id)


def discard(engine: Engine, person: PersonId, design_id: UUID) -> None:
    """Give a text up; its revisions stay readable. Raises NotFound, DesignClosed, DesignLocked."""
    with engine.transaction(person) as tx:
        design = tx.design(design_id, lock=True)
        check_writable(engine, tx, design)
        tx.move_design(design_id, "discarded")
        tx.access("design.discard", body={"design": str(design_id), "key": design.key})
    logger.info("design discarded", action="design.discard", design_id=str(design_id), person_id=person)


def counted(problems: tuple[Problem, ...]) -> tuple[int, int]:
    """How many of them forbid publishing, and how many are warnings."""
    severities = [problem.severity for problem in problems]
    return severities.count("error"), severities.count("warning")


def _begin(engine: Engine, person: PersonId, begun: Callable[[Transaction], tuple[NewDesign, bytes]]) -> UUID:
    with engine.transaction(person) as tx:
        new, content = begun(tx)
        known = tx.open_design(new.kind, new.key, lock=True)
        if known is not None:
            name = engine.reference(tx).organization.person_name(known.updated_by)
            raise DesignExists(f"{new.key} has an open design.", id=str(known.id), key=new.key, name=name)
        errors, warnings = counted(lint_drawing(tx, new.file, content, key=new.key))
        tx.add_design(new, content, errors=errors, warnings=warnings)
        tx.access("design.begin", body={"design": str(new.id), "key": new.key})
    logger.info("design begun", action="design.begin", design_id=str(new.id), person_id=person)
    return new.id


def _new(engine: Engine, tx: Transaction, key: str, name: str, name_en: str) -> NewDesign:
    """A text of a process that was not begun from a published version; it stands beside the one in force, if any."""
    current = tx.current_definition(key)
    return NewDesign(
        id=engine.ids.v7(tx.now),
        kind="bpmn",
        key=key,
        name=name,
        name_en=name_en,
        file=f"{key}.bpmn",
        based_on=current.id if current is not None else None,
    )


def _names(process: Element | None, name: str, name_en: str = "") -> tuple[str, str]:
    """What the drawing calls its process; what it was called before, where it says nothing."""
    if process is None:
        return name, name_en
    return (process.name or name)[:MAX_NAME_LENGTH], process.cx.get("name-en", "")[:MAX_NAME_LENGTH]


def check_writable(engine: Engine, tx: Transaction, design: DesignRow) -> None:
    """May the actor write on it now? Raises DesignClosed, DesignLocked."""
    if design.state != "editing":
        raise DesignClosed(f"The design {design.id} is {design.state}.", state=design.state)
    if design.is_locked(tx.wall_now()) and design.locked_by != tx.actor:
        holder = str(design.locked_by)
        name = engine.reference(tx).organization.person_name(holder)
        until = design.locked_until.isoformat() if design.locked_until is not None else ""
        raise DesignLocked(f"{holder} is writing.", person={"id": holder, "name": name}, name=name, until=until)


def late_revision(engine: Engine, tx: Transaction, design: DesignRow) -> DesignChanged:
    """The error for whoever starts from another revision than the one in force."""
    by = design.updated_by
    name = engine.reference(tx).organization.person_name(by)
    return DesignChanged(
        f"Revision {design.rev} was saved meanwhile.",
        rev=design.rev,
        by={"id": by, "name": name},
        name=name,
        at=design.updated_at.isoformat(),
    )


def _keeper(person: PersonId, design_id: UUID, content: bytes, rev: int, late: Conflict) -> Callable[[Engine], None]:
    """Keeps a text that came too late, once its own transaction is gone, and tells the error about it."""

    def keep(engine: Engine) -> None:
        with engine.transaction(person) as tx:
            design = tx.design(design_id, lock=True)
            late.facts["kept_as"] = tx.keep_beside(design, content, based_on=rev)

    return keep
