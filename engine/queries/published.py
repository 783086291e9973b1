"""Published versions of processes, forms and decisions, whatever their kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.core import Engine
from engine.model.declared_words import Words
from engine.model.step import PersonId
from engine.queries.definitions import definitions
from engine.queries.designs import Somebody, somebody
from engine.store.definitions import DefinitionRow, FormRow
from engine.store.transaction import Transaction
from forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVersion:
    """One version. state: proposed, current, superseded, refused."""

    id: UUID
    key: str
    version: int
    state: str
    name: Words
    created_at: datetime
    by: Somebody
    builtin: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FormVersion:
    """A version of a form, ready to be shown."""

    key: str
    version: int
    state: str
    form: Form


def published(engine: Engine, person: PersonId, kind: str, key: str = "") -> tuple[PublishedVersion, ...]:
    """Every version of a key, the youngest first; key "": of all keys."""
    of_processes = definitions(engine, person, key=key) if kind == "bpmn" else ()
    with engine.reading(person) as tx:
        rows: tuple[DefinitionRow | FormRow, ...] = tx.form_versions(key) if kind == "form" else of_processes
        return tuple(_version(engine, tx, row) for row in rows)


def form_version(engine: Engine, person: PersonId, version_id: UUID) -> FormVersion:
    """One version of a form. Raises NotFound."""
    with engine.reading(person) as tx:
        row = tx.form_version(version_id)
        form = engine.form_version(tx, row.id).form
        return FormVersion(key=row.key, version=row.version, state=row.state, form=form)


def _version(engine: Engine, tx: Transaction, row: DefinitionRow | FormRow) -> PublishedVersion:
    bundle = tx.deployment(row.deployment_id)
    return PublishedVersion(
        id=row.id,
        key=row.key,
        version=row.version,
        state=row.state,
        name=_name(engine, tx, row),
        created_at=row.created_at,
        by=somebody(engine.reference(tx), bundle.proposed_by),
        builtin=bundle.builtin,
    )


def _name(engine: Engine, tx: Transaction, row: DefinitionRow | FormRow) -> Words:
    if isinstance(row, DefinitionRow):
        return Words(zh=row.name, en=row.name_en)
    title = engine.form_version(tx, row.id).form.title
    return Words(zh=title.zh, en=title.en)
