"""The desk of the analysts: unpublished texts, who writes them, and everything that was saved of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.core import Engine, Reference
from engine.model.step import PersonId
from engine.store.decisions import DecisionRow
from engine.store.definitions import FormRow
from engine.store.designs import DesignRow
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A person by account and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The published version that a text was begun from: of a process, decision or form."""

    id: UUID
    key: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Who is writing."""

    person: Somebody
    until: datetime  #: wall time; renewed while the writer is there
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the lint found."""

    errors: int
    warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why the second analyst did not confirm it."""

    reason: str
    by: Somebody
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignView:
    """An unpublished text, with names. kind: bpmn, dmn, form."""

    id: UUID
    kind: str
    key: str
    name: str
    name_en: str
    state: str  #: editing, proposed, published, discarded
    based_on: Base | None
    rev: int
    updated_at: datetime
    updated_by: Somebody
    lock: Lock | None
    problems: Counts | None
    deployment_id: UUID | None  #: what it was proposed as last
    refusal: Refusal | None  #: of that proposal, while it is written on


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionView:
    """A saved text. beside: it came after another had been saved on that revision, and never counted."""

    rev: int
    saved_at: datetime
    by: Somebody
    size_bytes: int
    beside: int | None
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignText:
    """A saved text, byte for byte. cases: test cases that were saved with a decision."""

    file: str
    rev: int
    content: bytes
    cases: bytes | None = None


def designs(engine: Engine, person: PersonId, *, kind: str = "") -> tuple[DesignView, ...]:
    """Texts that are being written or wait for the second analyst, by key."""
    with engine.reading(person) as tx:
        reference = engine.reference(tx)
        rows = [row for row in tx.open_designs() if not kind or row.kind == kind]
        return tuple(view_of(tx, reference, row) for row in rows)


def design(engine: Engine, person: PersonId, design_id: UUID) -> DesignView:
    """One text. Raises NotFound."""
    with engine.reading(person) as tx:
        return view_of(tx, engine.reference(tx), tx.design(design_id))


def text(engine: Engine, person: PersonId, design_id: UUID, rev: int | None = None) -> DesignText:
    """The text that counts, or that of another revision. Raises NotFound."""
    with engine.reading(person) as tx:
        row = tx.design(design_id)
        wanted = row.rev if rev is None else rev
        content, cases = tx.design_text(design_id, wanted), tx.design_cases(design_id, wanted)
        return DesignText(file=row.file, rev=wanted, content=content, cases=cases)


def revisions(engine: Engine, person: PersonId, design_id: UUID) -> tuple[RevisionView, ...]:
    """Everything that was saved, the youngest first. Raises NotFound."""
    with engine.reading(person) as tx:
        row, reference = tx.design(design_id), engine.reference(tx)
        return tuple(
            RevisionView(
                rev=found.rev,
                saved_at=found.saved_at,
                by=somebody(reference, found.saved_by),
                size_bytes=found.size_bytes,
                beside=found.beside,
                current=found.rev == row.rev,
            )
            for found in tx.revisions(design_id)
        )


def view_of(tx: Transaction, reference: Reference, row: DesignRow) -> DesignView:
    """The text as the reader of this transaction sees it."""
    return DesignView(
        id=row.id,
        kind=row.kind,
        key=row.key,
        name=row.name,
        name_en=row.name_en,
        state=row.state,
        based_on=base_of(tx, row),
        rev=row.rev,
        updated_at=row.updated_at,
        updated_by=somebody(reference, row.updated_by),
        lock=_lock(tx, reference, row),
        problems=Counts(errors=row.errors, warnings=row.warnings),
        deployment_id=row.deployment_id,
        refusal=_refusal(tx, reference, row),
    )


def somebody(reference: Reference, person: str) -> Somebody:
    """With the name, or the account of somebody who is gone."""
    return Somebody(id=person, name=reference.organization.person_name(person))


def base_of(tx: Transaction, row: DesignRow) -> Base | None:
    """The version that the text was begun from; None: blank or imported."""
    if row.based_on is not None:
        definition = tx.definition(row.based_on)
        return Base(id=definition.id, key=definition.key, version=definition.version)
    found = next((one for one in published_versions(tx, row) if one.version == row.base_version), None)
    return Base(id=found.id, key=found.key, version=found.version) if found is not None else None


def published_versions(tx: Transaction, row: DesignRow) -> tuple[FormRow | DecisionRow, ...]:
    """Versions of the form or decision that the text is for, the youngest first."""
    if row.kind == "form":
        return tx.form_versions(row.key)
    return tx.decisions_by_key(row.key) if row.kind == "dmn" else ()


def _lock(tx: Transaction, reference: Reference, row: DesignRow) -> Lock | None:
    if row.locked_by is None or row.locked_until is None or not row.is_locked(tx.wall_now()):
        return None
    return Lock(person=somebody(reference, row.locked_by), until=row.locked_until, mine=row.locked_by == tx.actor)


def _refusal(tx: Transaction, reference: Reference, row: DesignRow) -> Refusal | None:
    if row.deployment_id is None or row.state != "editing":
        return None
    bundle = tx.deployment(row.deployment_id)
    if bundle.state != "refused" or bundle.decided_by is None or bundle.decided_at is None:
        return None
    return Refusal(reason=bundle.reason, by=somebody(reference, bundle.decided_by), at=bundle.decided_at)
