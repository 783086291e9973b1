"""Two texts of a process compared: a draft with what it was begun from, a version with another."""

from __future__ import annotations

from uuid import UUID

from engine.core import Engine
from engine.errors import InputRejected
from engine.lint.differences import Differences, differences
from engine.model.step import DefinitionId, PersonId
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
        return differences(_other(tx, design, other), new, params=engine.reference(tx).params)


def of_definitions(engine: Engine, person: PersonId, definition_id: DefinitionId, other: DefinitionId) -> Differences:
    """What a version has and the other one had not. Raises NotFound."""
    with engine.reading(person) as tx:
        old, new = definition_text(tx, other), definition_text(tx, definition_id)
        return differences(old, new, params=engine.reference(tx).params)


def definition_text(tx: Transaction, definition_id: DefinitionId) -> bytes:
    """The drawing of a version, byte for byte. Raises NotFound."""
    row = tx.definition(definition_id)
    return tx.bundle_files(row.deployment_id, kind="bpmn")[row.file]


def _other(tx: Transaction, design: DesignRow, other: str) -> bytes:
    if other == BASE:
        if design.based_on is None:
            return tx.design_text(design.id, 1)
        return definition_text(tx, design.based_on)
    if other.isdecimal() and len(other) < 10:
        return tx.design_text(design.id, int(other))
    try:
        return definition_text(tx, DefinitionId(UUID(other)))
    except ValueError:
        raise InputRejected(
            "请给出版本的标识、修订号或 base。",
            "Name a version by its id, a revision by its number, or base.",
            field="with",
            value=other[:100],
        ) from None
