"""Published versions of processes, forms and decisions, whatever their kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.core import Engine
from engine.model.step import PersonId
from engine.queries.definitions import definitions
from engine.queries.designs import Somebody, somebody
from engine.store.definitions import DefinitionRow, FormRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVersion:
    """One version. state: proposed, current, superseded, refused."""

    id: UUID
    key: str
    version: int
    state: str
    created_at: datetime
    by: Somebody


@dataclass(frozen=True, slots=True, kw_only=True)
class FormVersion:
    """A version of a form with its text."""

    id: UUID
    key: str
    version: int
    state: str
    content: bytes


def published(engine: Engine, person: PersonId, kind: str, key: str) -> tuple[PublishedVersion, ...]:
    """Every version of a key, the youngest first."""
    rows: tuple[DefinitionRow | FormRow, ...] = definitions(engine, person, key=key) if kind == "bpmn" else ()
    with engine.reading(person) as tx:
        reference = engine.reference(tx)
        if kind == "form":
            rows = tx.form_versions(key)
        return tuple(
            PublishedVersion(
                id=row.id,
                key=row.key,
                version=row.version,
                state=row.state,
                created_at=row.created_at,
                by=somebody(reference, tx.deployment(row.deployment_id).proposed_by),
            )
            for row in rows
        )


def form_version(engine: Engine, person: PersonId, version_id: UUID) -> FormVersion:
    """One version of a form. Raises NotFound."""
    with engine.reading(person) as tx:
        row = tx.form_version(version_id)
        return FormVersion(id=row.id, key=row.key, version=row.version, state=row.state, content=row.content)
