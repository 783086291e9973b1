"""What was published: process definitions, their files byte for byte, forms, and the bundles they came in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine.core import Engine
from engine.errors import NotFound
from engine.model.step import DefinitionId, PersonId
from engine.store import tables as t
from engine.store.decisions import DecisionRow
from engine.store.definitions import DefinitionRow, DeploymentRow, FormRow
from engine.store.scope import of

_VERSION = t.definition_version.c


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of a bundle, as it was uploaded."""

    name: str
    content: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentDetail:
    """A bundle with what it holds."""

    row: DeploymentRow
    files: tuple[str, ...]
    definitions: tuple[DefinitionRow, ...]
    decisions: tuple[DecisionRow, ...]


def definitions(
    engine: Engine, person: PersonId, *, key: str = "", version: int | None = None, state: str = ""
) -> tuple[DefinitionRow, ...]:
    """Versions by key, the newest first. state: proposed, current, superseded, refused; empty: all."""
    query = of(DefinitionRow, t.definition_version).order_by(_VERSION.key, _VERSION.version.desc())
    if key:
        query = query.where(_VERSION.key == key)
    if version is not None:
        query = query.where(_VERSION.version == version)
    if state:
        query = query.where(_VERSION.state == state)
    with engine.reading(person) as tx:
        return tuple(DefinitionRow(**row._asdict()) for row in tx.connection.execute(query))


def definition(engine: Engine, person: PersonId, definition_id: DefinitionId) -> DefinitionRow:
    """One version. Raises NotFound."""
    with engine.reading(person) as tx:
        return tx.definition(definition_id)


def drawing(engine: Engine, person: PersonId, definition_id: DefinitionId) -> StoredFile:
    """The file of a process definition. Raises NotFound."""
    file = t.deployment_file.c
    query = (
        select(file.name, file.content, file.sha256)
        .join(t.definition_version, (_VERSION.deployment_id == file.deployment_id) & (_VERSION.file == file.name))
        .where(_VERSION.id == definition_id)
    )
    with engine.reading(person) as tx:
        found = tx.connection.execute(query).first()
    if found is None:
        raise NotFound(f"There is no process definition {definition_id}.", id=str(definition_id))
    return StoredFile(name=found.name, content=bytes(found.content), sha256=bytes(found.sha256))


def form(engine: Engine, person: PersonId, name: str) -> FormRow:
    """A version of a form by its id, or the one in force by its key. Raises NotFound."""
    with engine.reading(person) as tx:
        try:
            return tx.form_version(UUID(name))
        except ValueError:
            found = tx.current_form(name)
    if found is None:
        raise NotFound(f"There is no form {name}.", id=name)
    return found


def deployment(engine: Engine, person: PersonId, deployment_id: UUID) -> DeploymentDetail:
    """A bundle. Raises NotFound."""
    names = select(t.deployment_file.c.name).where(t.deployment_file.c.deployment_id == deployment_id)
    with engine.reading(person) as tx:
        return DeploymentDetail(
            row=tx.deployment(deployment_id),
            files=tuple(tx.connection.execute(names.order_by(t.deployment_file.c.name)).scalars()),
            definitions=tx.definitions_of(deployment_id),
            decisions=tx.decisions_of(deployment_id),
        )
