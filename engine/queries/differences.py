"""Two texts of a process, decision or form compared: a draft with what it was begun from, a version with another."""

from __future__ import annotations

from uuid import UUID

from engine.core import Engine
from engine.errors import InputRejected
from engine.lint.differences import Differences, differences
from engine.lint.part_differences import decision_differences, form_differences
from engine.model.params import Params
from engine.model.step import DefinitionId, PersonId
from engine.queries.designs import base_of
from engine.store.designs import DesignRow
from engine.store.transaction import Transaction

BASE = "base"


def of_design(engine: Engine, person: PersonId, design_id: UUID, *, other: str = BASE) -> Differences:
    """What the text that counts has and `other` had not.

    other: "base" (what it was begun from; nothing for one begun blank), the number of a revision, or the id of a
    version. Raises NotFound, InputRejected.
    """
    with engine.reading(person) as tx:
        design = tx.design(design_id)
        new = tx.design_text(design_id, design.rev)
        return compared(design.kind, _other(tx, design, other), new, params=engine.reference(tx).params)


def of_definitions(engine: Engine, person: PersonId, definition_id: DefinitionId, other: DefinitionId) -> Differences:
    """What a version has and the other one had not. Raises NotFound."""
    with engine.reading(person) as tx:
        old, new = definition_text(tx, other), definition_text(tx, definition_id)
        return differences(old, new, params=engine.reference(tx).params)


def of_versions(engine: Engine, person: PersonId, kind: str, newer: UUID, older: UUID) -> Differences:
    """What a version of a form or decision has and the other one had not. Raises NotFound."""
    with engine.reading(person) as tx:
        return compared(kind, _version_text(tx, kind, older), _version_text(tx, kind, newer))


def compared(kind: str, old: bytes, new: bytes, *, params: Params | None = None) -> Differences:
    """Two texts of one kind: bpmn, dmn, form. Raises DefinitionRejected for what cannot be read."""
    if kind == "form":
        return form_differences(old, new)
    return decision_differences(old, new) if kind == "dmn" else differences(old, new, params=params)


def definition_text(tx: Transaction, definition_id: DefinitionId) -> bytes:
    """The drawing of a version, byte for byte. Raises NotFound."""
    row = tx.definition(definition_id)
    return tx.bundle_files(row.deployment_id, kind="bpmn")[row.file]


def _other(tx: Transaction, design: DesignRow, other: str) -> bytes:
    if other == BASE:
        base = base_of(tx, design)
        return _version_text(tx, design.kind, base.id) if base is not None else tx.design_text(design.id, 1)
    if other.isdecimal() and len(other) < 10:
        return tx.design_text(design.id, int(other))
    try:
        return _version_text(tx, design.kind, UUID(other))
    except ValueError:
        raise InputRejected(
            "请给出版本的标识、修订号或 base。",
            "Name a version by its id, a revision by its number, or base.",
            field="with",
            value=other[:100],
        ) from None


def _version_text(tx: Transaction, kind: str, version_id: UUID) -> bytes:
    if kind == "form":
        return tx.form_version(version_id).content
    if kind == "dmn":
        row = tx.decision_version(version_id)
        return tx.bundle_files(row.deployment_id, kind="dmn")[row.file]
    return definition_text(tx, DefinitionId(version_id))
