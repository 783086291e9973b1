"""Published versions of processes, forms and decisions, whatever their kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.core import Engine
from engine.model.declared_words import Words
from engine.model.step import PersonId
from engine.queries.definitions import definitions
from engine.queries.designs import Somebody, somebody
from engine.store.decisions import DecisionRow
from engine.store.definitions import DefinitionRow, FormRow
from engine.store.transaction import Transaction
from forms import Form

_Row = DefinitionRow | DecisionRow | FormRow


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
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormVersion:
    """A version of a form, ready to be shown."""

    key: str
    version: int
    state: str
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionVersion:
    """A version of a decision with the file that it stands in. used_by: keys of the processes in force that ask it."""

    key: str
    version: int
    state: str
    name: Words
    content: bytes
    used_by: tuple[str, ...]


def published(engine: Engine, person: PersonId, kind: str, key: str = "") -> tuple[PublishedVersion, ...]:
    """Every version of a key, the youngest first; key "": of all keys."""
    of_processes = definitions(engine, person, key=key) if kind == "bpmn" else ()
    with engine.reading(person) as tx:
        rows: dict[str, Sequence[_Row]] = {"bpmn": of_processes}
        if kind != "bpmn":
            rows = {"form": tx.form_versions(key)} if kind == "form" else {"dmn": tx.decisions_by_key(key)}
        return tuple(_version(engine, tx, row) for row in rows[kind])


def form_version(engine: Engine, person: PersonId, version_id: UUID) -> FormVersion:
    """One version of a form. Raises NotFound."""
    with engine.reading(person) as tx:
        row = tx.form_version(version_id)
        form = engine.form_version(tx, row.id).form
        return FormVersion(key=row.key, version=row.version, state=row.state, form=form)


def decision_version(engine: Engine, person: PersonId, version_id: UUID) -> DecisionVersion:
    """One version of a decision. Raises NotFound."""
    with engine.reading(person) as tx:
        row = tx.decision_version(version_id)
        return DecisionVersion(
            key=row.key,
            version=row.version,
            state=row.state,
            name=Words(zh=row.name, en=row.name_en),
            content=tx.bundle_files(row.deployment_id, kind="dmn")[row.file],
            used_by=tuple(one.key for one in tx.current_definitions() if row.key in one.decisions),
        )


def _version(engine: Engine, tx: Transaction, row: _Row) -> PublishedVersion:
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
        file=row.file,
    )


def _name(engine: Engine, tx: Transaction, row: _Row) -> Words:
    if not isinstance(row, FormRow):
        return Words(zh=row.name, en=row.name_en)
    title = engine.form_version(tx, row.id).form.title
    return Words(zh=title.zh, en=title.en)
