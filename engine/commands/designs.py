"""Unpublished texts of analysts: begun, written by one at a time, saved so that nothing that was typed is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

import structlog

from engine.commands.design_kinds import KINDS, MAX_NAME_LENGTH, Begun, Draft
from engine.commands.design_kinds.kind import KEY, counted
from engine.core import Engine
from engine.errors import Conflict, InputRejected
from engine.lint.decision_text import cases_of
from engine.model.clock import instant, local_day
from engine.model.step import DefinitionId, PersonId
from engine.store.decisions import DecisionRow
from engine.store.designs import DesignRow, NewDesign
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

LEASE = timedelta(seconds=120)  #: a writer who is not heard of for so long writes no more
ZONE = "Asia/Shanghai"


class DesignExists(Conflict):
    """There is an open text of this kind and key already. Facts: id, key, name (of who saved it last)."""

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
    """Begin with the text of a published process version, byte for byte. Raises NotFound, DesignExists."""

    def begun(tx: Transaction) -> tuple[NewDesign, Begun]:
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
        return new, Begun(key=row.key, name=row.name, name_en=row.name_en, content=content)

    return _begin(engine, person, begun)


def begin_from_form(engine: Engine, person: PersonId, form_version_id: UUID) -> UUID:
    """The same with a published version of a form."""

    def begun(tx: Transaction) -> tuple[NewDesign, Begun]:
        row = tx.form_version(form_version_id)
        names = KINDS["form"].names(Draft(key=row.key, file=row.file, content=row.content))
        text = Begun(key=row.key, name=names[0] or row.key, name_en=names[1], content=row.content)
        return _new(engine, tx, "form", text, file=row.file, base_version=row.version), text

    return _begin(engine, person, begun)


def begin_from_decision(engine: Engine, person: PersonId, decision_version_id: UUID) -> UUID:
    """The same with a published version of a decision, with its test cases and what else is in its file."""

    def begun(tx: Transaction) -> tuple[NewDesign, Begun]:
        row = main_decision(tx, tx.decision_version(decision_version_id))
        files = tx.bundle_files(row.deployment_id)
        cases = files.get(cases_of(row.file))
        text = Begun(key=row.key, name=row.name, name_en=row.name_en, content=files[row.file], cases=cases)
        return _new(engine, tx, "dmn", text, file=row.file, base_version=row.version), text

    return _begin(engine, person, begun)


def main_decision(tx: Transaction, row: DecisionRow) -> DecisionRow:
    """Of the decisions of one file the one that the file is named after; the row itself where there is none."""
    stem = row.file.removesuffix(".dmn")
    found = (one for one in tx.decisions_of(row.deployment_id) if one.file == row.file and one.key == stem)
    return next(found, row)


def begin_blank(engine: Engine, person: PersonId, *, key: str, name: str, kind: str = "bpmn") -> UUID:
    """Begin a process, decision or form that does not exist yet. Raises InputRejected, DesignExists."""
    of_kind = KINDS[kind]
    if not KEY.fullmatch(key):
        raise InputRejected(
            f"{of_kind.words_zh}标识以字母开头，只含字母、数字和下划线，最长64个字符。",
            f"A {of_kind.words_en} key begins with a letter and has letters, digits and _ only, at most 64.",
            field="key",
            value=key[:100],
        )
    name = name.strip()
    if not 0 < len(name) <= MAX_NAME_LENGTH or not name.isprintable():
        raise InputRejected(
            f"请填写{of_kind.words_zh}名称，最长{MAX_NAME_LENGTH}个字符。",
            f"Give the {of_kind.words_en} a name of at most {MAX_NAME_LENGTH} characters.",
            field="name",
            value=name[:MAX_NAME_LENGTH],
        )
    text = Begun(key=key, name=name, name_en="", content=of_kind.blank(key, name))
    return _begin(engine, person, lambda tx: (_new(engine, tx, kind, text), text))


def begin_import(engine: Engine, person: PersonId, file: str, content: bytes, *, key: str = "", kind: str = "") -> UUID:
    """Begin with a file of one's own, kept byte for byte.

    key: which of its processes or decisions is meant; "": the first that may be executed, else the first.
    kind "": told by the ending of the file; .xml is a process.
    Raises DefinitionRejected for what cannot be read, InputRejected without anything of that key, DesignExists.
    """
    kind = kind or next((one for one, of in KINDS.items() if file.lower().endswith(of.endings)), "")
    if not kind or not file.lower().endswith(KINDS[kind].endings):
        raise InputRejected(
            "请选择 .bpmn、.dmn 或 .json 文件。", "Choose a .bpmn, .dmn or .json file.", field="file", value=file[:200]
        )
    text = KINDS[kind].read_import(file, content, key)
    return _begin(engine, person, lambda tx: (_new(engine, tx, kind, text), text))


def save(
    engine: Engine, person: PersonId, design_id: UUID, content: bytes, *, cases: bytes | None = None, rev: int
) -> Saved:
    """Save a text as the next revision of `rev`; whoever saves while nobody writes is the writer from then on.

    cases: test cases of a decision, saved with it; None: it has none.
    What comes too late is kept beside the line, and the error says as which revision. Raises DefinitionRejected for
    what cannot be kept at all, NotFound, DesignClosed, DesignLocked, DesignChanged.
    """
    try:
        with engine.transaction(person) as tx:
            design = tx.design(design_id, lock=True)
            draft = Draft(key=design.key, file=design.file, content=content, cases=cases)
            KINDS[design.kind].check(draft)
            check_writable(engine, tx, design)
            if rev != design.rev:
                raise late_revision(engine, tx, design)
            tx.lock_design(design_id, until=tx.wall_now() + LEASE)
            if draft_of(tx, design) == draft:
                return Saved(rev=design.rev, saved_at=tx.revision(design_id, design.rev).saved_at)
            return _saved(tx, design, draft)
    except (DesignChanged, DesignLocked, DesignClosed) as late:
        engine.keep_after_rollback(_keeper(person, design_id, content, cases, rev, late))
        raise


def draft_of(tx: Transaction, design: DesignRow, rev: int | None = None) -> Draft:
    """The text that counts, or that of another revision, with its test cases. Raises NotFound."""
    wanted = design.rev if rev is None else rev
    content, cases = tx.design_text(design.id, wanted), tx.design_cases(design.id, wanted)
    return Draft(key=design.key, file=design.file, content=content, cases=cases)


def _saved(tx: Transaction, design: DesignRow, draft: Draft) -> Saved:
    kind = KINDS[design.kind]
    name, name_en = kind.names(draft)
    errors, warnings = counted(kind.lint(tx, draft))
    rev = tx.save_design(
        design,
        draft.content,
        cases=draft.cases,
        name=name or design.name,
        name_en=name_en if name else design.name_en,
        errors=errors,
        warnings=warnings,
    )
    tx.thin_revisions(design.id, before=instant(local_day(tx.now), time.min), zone=ZONE)
    return Saved(rev=rev, saved_at=tx.now)


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


def _begin(engine: Engine, person: PersonId, begun: Callable[[Transaction], tuple[NewDesign, Begun]]) -> UUID:
    with engine.transaction(person) as tx:
        new, text = begun(tx)
        known = tx.open_design(new.kind, new.key, lock=True)
        if known is not None:
            name = engine.reference(tx).organization.person_name(known.updated_by)
            raise DesignExists(f"{new.key} has an open design.", id=str(known.id), key=new.key, name=name)
        draft = Draft(key=new.key, file=new.file, content=text.content, cases=text.cases)
        errors, warnings = counted(KINDS[new.kind].lint(tx, draft))
        tx.add_design(new, text.content, cases=text.cases, errors=errors, warnings=warnings)
        tx.access("design.begin", body={"design": str(new.id), "key": new.key})
    logger.info("design begun", action="design.begin", design_id=str(new.id), person_id=person)
    return new.id


def _new(
    engine: Engine, tx: Transaction, kind: str, text: Begun, *, file: str = "", base_version: int | None = None
) -> NewDesign:
    """A text that stands beside the version in force, if there is one of its key."""
    current = tx.current_definition(text.key) if kind == "bpmn" else None
    return NewDesign(
        id=engine.ids.v7(tx.now),
        kind=kind,
        key=text.key,
        name=text.name or text.key,
        name_en=text.name_en,
        file=file or f"{text.key}{KINDS[kind].ending}",
        based_on=current.id if current is not None else None,
        base_version=base_version,
    )


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


def _keeper(
    person: PersonId, design_id: UUID, content: bytes, cases: bytes | None, rev: int, late: Conflict
) -> Callable[[Engine], None]:
    """Keeps a text that came too late, once its own transaction is gone, and tells the error about it."""

    def keep(engine: Engine) -> None:
        with engine.transaction(person) as tx:
            design = tx.design(design_id, lock=True)
            late.facts["kept_as"] = tx.keep_beside(design, content, cases=cases, based_on=rev)

    return keep
