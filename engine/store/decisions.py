"""Published decisions: versions by key, with the files that they run from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from engine.errors import NotFound
from engine.store import tables as t
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A version of a decision. state: proposed, current, superseded, refused."""

    id: UUID
    key: str
    version: int
    state: str
    name: str
    name_en: str
    deployment_id: UUID
    file: str
    builtin: bool
    checks: Sequence[Mapping[str, object]]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision that a file of a bundle holds; its version is given when it is stored."""

    id: UUID
    key: str
    name: str
    file: str
    name_en: str = ""
    checks: Sequence[Mapping[str, object]] = ()


_CURRENT = of(DecisionRow, t.decision_version).where(
    t.decision_version.c.key == bindparam("key"), t.decision_version.c.state == "current"
)


class Decisions(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def decision_version(self, decision_id: UUID) -> DecisionRow:
        """A version of a decision, never changed once stored. Raises NotFound."""
        table = t.decision_version
        found = self._find(DecisionRow, of(DecisionRow, table).where(table.c.id == decision_id))
        if found is None:
            raise NotFound(f"There is no decision {decision_id}.", id=str(decision_id))
        return found

    def decision_versions(self, ids: Iterable[UUID]) -> tuple[DecisionRow, ...]:
        """Several versions, by key."""
        table = t.decision_version
        query = of(DecisionRow, table).where(table.c.id.in_(list(ids))).order_by(table.c.key)
        return self._list(DecisionRow, query)

    def decisions_by_key(self, key: str = "") -> tuple[DecisionRow, ...]:
        """Every version of a decision, the youngest first; key "": of all decisions."""
        table = t.decision_version
        query = of(DecisionRow, table).order_by(table.c.key, table.c.version.desc())
        return self._list(DecisionRow, query.where(table.c.key == key) if key else query)

    def current_decision(self, key: str) -> DecisionRow | None:
        """The version in force; None: never published."""
        found = self.rows(_CURRENT, {"key": key}, apart=True)
        return DecisionRow(**found[0]._asdict()) if found else None

    def current_decisions(self) -> tuple[DecisionRow, ...]:
        """The decisions in force, by key."""
        table = t.decision_version
        return self._list(DecisionRow, of(DecisionRow, table).where(table.c.state == "current").order_by(table.c.key))

    def current_decision_keys(self) -> frozenset[str]:
        """Keys of the decisions in force."""
        table = t.decision_version.c
        return frozenset(self.connection.execute(select(table.key).where(table.state == "current")).scalars())

    def decisions_of(self, deployment_id: UUID) -> tuple[DecisionRow, ...]:
        """The decisions of a bundle, by key."""
        table = t.decision_version
        query = of(DecisionRow, table).where(table.c.deployment_id == deployment_id).order_by(table.c.key)
        return self._list(DecisionRow, query)

    def current_decision_files(self) -> Mapping[str, bytes]:
        """{file name: content} of the models and their test cases from which the decisions in force run.

        Where two bundles hold a file of one name, and some decision of either is in force, the younger bundle's counts.
        """
        version, file, bundle = t.decision_version.c, t.deployment_file, t.deployment
        in_force = select(version.deployment_id).where(version.state == "current")
        query = (
            select(file.c.name, file.c.content)
            .join(bundle, bundle.c.id == file.c.deployment_id)
            .where(file.c.deployment_id.in_(in_force), file.c.kind.in_(("dmn", "tests")))
            .order_by(bundle.c.decided_at, bundle.c.id)
        )
        return {name: bytes(content) for name, content in self.connection.execute(query)}
