"""Published decisions: versions, what they read and give, which processes ask which version, files byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine.core import Engine
from engine.decisions.dmn.cases import SUFFIX
from engine.decisions.needed import Needed
from engine.decisions.question import UnknownDecision
from engine.decisions.words import title_of
from engine.model.declared_words import Words
from engine.model.step import PersonId
from engine.queries.definitions import StoredFile
from engine.store import tables as t
from engine.store.decisions import DecisionRow
from engine.store.scope import of
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBy:
    """A process in force that asks a decision, and which version of it. None: whichever is in force."""

    key: str
    name: Words
    version: int
    decision_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """A decision in a list: the version in force, else the youngest that waits."""

    row: DecisionRow
    name: Words
    used_by: tuple[str, ...]  #: keys of processes in force


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDetail:
    """A decision with all its versions, the youngest first. inputs: of the version in force."""

    key: str
    name: Words
    versions: tuple[DecisionRow, ...]
    inputs: tuple[Needed, ...]
    used_by: tuple[AskedBy, ...]


def named_decision(row: DecisionRow) -> Words:
    """ "D1 问题定级定限"."""
    title = title_of(row.key, row.name, row.name_en)
    return Words(zh=title.zh, en=title.en)


def decisions(engine: Engine, person: PersonId) -> tuple[DecisionLine, ...]:
    """Every decision that was ever in force or waits to be, by key."""
    with engine.reading(person) as tx:
        shown: dict[str, DecisionRow] = {}
        for row in _rows(tx):
            if row.state == "current" or (row.state == "proposed" and row.key not in shown):
                shown[row.key] = row
        users = list(_askers(tx))
        return tuple(
            DecisionLine(
                row=row,
                name=named_decision(row),
                used_by=tuple(asker.key for asked, asker in users if asked == row.key),
            )
            for row in shown.values()
        )


def decision(engine: Engine, person: PersonId, key: str) -> DecisionDetail:
    """One decision by its key. Raises UnknownDecision."""
    with engine.reading(person) as tx:
        versions = tuple(row for row in _rows(tx, key) if row.state != "refused")
        if not versions:
            raise UnknownDecision(key)
        current = next((row for row in versions if row.state == "current"), None)
        return DecisionDetail(
            key=key,
            name=named_decision(current or versions[0]),
            versions=versions,
            inputs=engine.decision_version(tx, current or versions[0]).question.inputs,
            used_by=tuple(asker for asked, asker in _askers(tx) if asked == key),
        )


def model_file(engine: Engine, person: PersonId, decision_id: UUID) -> StoredFile:
    """The file of a version, byte for byte. Raises NotFound."""
    with engine.reading(person) as tx:
        row = tx.decision_version(decision_id)
        return _file(tx, row, row.file) or StoredFile(name=row.file, content=b"", sha256=b"")


def cases_file(engine: Engine, person: PersonId, decision_id: UUID) -> StoredFile | None:
    """The test cases that were published with a version; None: it has none. Raises NotFound."""
    with engine.reading(person) as tx:
        row = tx.decision_version(decision_id)
        return _file(tx, row, row.file.removesuffix(".dmn") + SUFFIX)


def _file(tx: Transaction, row: DecisionRow, name: str) -> StoredFile | None:
    file = t.deployment_file.c
    query = select(file.name, file.content, file.sha256).where(
        file.deployment_id == row.deployment_id, file.name == name
    )
    found = tx.connection.execute(query).first()
    if found is None:
        return None
    return StoredFile(name=found.name, content=bytes(found.content), sha256=bytes(found.sha256))


def _rows(tx: Transaction, key: str = "") -> Iterable[DecisionRow]:
    """Versions by key, the youngest first."""
    table = t.decision_version
    query = of(DecisionRow, table).order_by(table.c.key, table.c.version.desc())
    if key:
        query = query.where(table.c.key == key)
    return [DecisionRow(**row._asdict()) for row in tx.connection.execute(query)]


def _askers(tx: Transaction) -> Iterable[tuple[str, AskedBy]]:
    """(decision key, who asks it) for every process in force."""
    definitions = tx.current_definitions()
    ids = {UUID(found) for row in definitions for found in row.decisions.values()}
    versions = {str(row.id): row.version for row in tx.decision_versions(ids)}
    for row in definitions:
        for key, found in row.decisions.items():
            name = Words(zh=row.name, en=row.name_en or row.name)
            yield key, AskedBy(key=row.key, name=name, version=row.version, decision_version=versions.get(found))
