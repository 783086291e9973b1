"""Unpublished texts of analysts: one line of revisions for each, a lease for whoever is writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select, update

from engine.errors import NotFound
from engine.model.step import DefinitionId, PersonId
from engine.store import tables as t
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignRow:
    """An unpublished text. kind: bpmn, dmn, form. state: editing, proposed, published, discarded.

    based_on: the process version that it was begun from; base_version: the same of a form or decision, by its number.
    """

    id: UUID
    kind: str
    key: str
    name: str
    name_en: str
    file: str
    state: str
    based_on: DefinitionId | None
    rev: int
    last_rev: int
    errors: int
    warnings: int
    created_by: PersonId
    created_at: datetime
    updated_by: PersonId
    updated_at: datetime
    locked_by: PersonId | None
    locked_until: datetime | None
    deployment_id: UUID | None
    base_version: int | None

    def is_locked(self, wall_now: datetime) -> bool:
        """Somebody is writing."""
        return self.locked_by is not None and self.locked_until is not None and self.locked_until > wall_now


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDesign:
    """A text to begin with."""

    id: UUID
    kind: str
    key: str
    name: str
    name_en: str
    file: str
    based_on: DefinitionId | None = None
    base_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRow:
    """A saved text, without the text. beside: kept although another was saved after that revision; None: in line."""

    design_id: UUID
    rev: int
    beside: int | None
    saved_by: PersonId
    saved_at: datetime
    size_bytes: int
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRow:
    """A try-out as it stands."""

    id: UUID
    owner: PersonId
    design_id: UUID | None
    expires_at: datetime
    content: bytes
    state: bytes
    run: Mapping[str, object]


_OPEN = t.design.c.state == "editing", t.design.c.state == "proposed"


class Designs(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def design(self, design_id: UUID, *, lock: bool = False) -> DesignRow:
        """A text. lock: nobody else saves it until we commit. Raises NotFound."""
        query = of(DesignRow, t.design).where(t.design.c.id == design_id)
        found = self._find(DesignRow, query.with_for_update() if lock else query)
        if found is None:
            raise NotFound(f"There is no design {design_id}.", id=str(design_id))
        return found

    def open_design(self, kind: str, key: str, *, lock: bool = False) -> DesignRow | None:
        """The text of this key that is being written or waits for the second analyst.

        lock: of two who are about to begin one, the second waits here and finds the first one's.
        """
        if lock:
            self.connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"design:{kind}:{key}"))))
        table = t.design.c
        return self._find(DesignRow, of(DesignRow, t.design).where(table.kind == kind, table.key == key, or_(*_OPEN)))

    def open_designs(self) -> tuple[DesignRow, ...]:
        """Every text that is being written or waits, by key."""
        return self._list(DesignRow, of(DesignRow, t.design).where(or_(*_OPEN)).order_by(t.design.c.key))

    def design_of_deployment(self, deployment_id: UUID) -> DesignRow | None:
        """The text that was proposed as this bundle."""
        query = of(DesignRow, t.design).where(t.design.c.deployment_id == deployment_id)
        return self._find(DesignRow, query.order_by(t.design.c.created_at.desc()).limit(1))

    def add_design(
        self, new: NewDesign, content: bytes, *, cases: bytes | None = None, errors: int, warnings: int
    ) -> None:
        """Begin a text of the actor's; its first revision is 1. cases: test cases of a decision."""
        row = asdict(new) | {"state": "editing", "rev": 1, "last_rev": 1, "errors": errors, "warnings": warnings}
        by = {"created_by": self.actor, "created_at": self.now, "updated_by": self.actor, "updated_at": self.now}
        self._insert(t.design, row | by)
        self._add_revision(new.id, 1, None, content, cases)

    def save_design(
        self,
        design: DesignRow,
        content: bytes,
        *,
        cases: bytes | None = None,
        name: str,
        name_en: str,
        errors: int,
        warnings: int,
    ) -> int:
        """Put a new revision in line. Returns its number."""
        rev = design.last_rev + 1
        self._add_revision(design.id, rev, None, content, cases)
        self._change(
            design.id,
            rev=rev,
            last_rev=rev,
            name=name,
            name_en=name_en,
            errors=errors,
            warnings=warnings,
            updated_by=self.actor,
            updated_at=self.now,
        )
        return rev

    def keep_beside(self, design: DesignRow, content: bytes, *, cases: bytes | None = None, based_on: int) -> int:
        """Keep a text that came too late, beside the line. The same text of the same person is kept once."""
        table = t.design_revision.c
        same = select(table.rev).where(
            table.design_id == design.id,
            table.saved_by == self.actor,
            table.beside.is_not(None),
            table.sha256 == sha256(content).digest(),
            table.cases.is_not_distinct_from(cases),
        )
        known = self.connection.execute(same.limit(1)).scalar()
        if known is not None:
            return int(known)
        rev = design.last_rev + 1
        self._add_revision(design.id, rev, based_on, content, cases)
        self._change(design.id, last_rev=rev)
        return rev

    def design_text(self, design_id: UUID, rev: int) -> bytes:
        """A saved text, byte for byte. Raises NotFound."""
        table = t.design_revision.c
        query = select(table.content).where(table.design_id == design_id, table.rev == rev)
        found = self.connection.execute(query).scalar()
        if found is None:
            raise NotFound(f"There is no revision {rev} of the design {design_id}.", id=str(design_id), rev=rev)
        return bytes(found)

    def design_cases(self, design_id: UUID, rev: int) -> bytes | None:
        """The test cases that were saved with a text; None: there are none."""
        table = t.design_revision.c
        found = self.connection.execute(
            select(table.cases).where(table.design_id == design_id, table.rev == rev)
        ).scalar()
        return bytes(found) if found is not None else None

    def revision(self, design_id: UUID, rev: int) -> RevisionRow:
        """Who saved it and when. Raises NotFound."""
        table = t.design_revision.c
        query = of(RevisionRow, t.design_revision).where(table.design_id == design_id, table.rev == rev)
        found = self._find(RevisionRow, query)
        if found is None:
            raise NotFound(f"There is no revision {rev} of the design {design_id}.", id=str(design_id), rev=rev)
        return found

    def revisions(self, design_id: UUID) -> tuple[RevisionRow, ...]:
        """Everything that was saved, the youngest first."""
        table = t.design_revision.c
        return self._list(
            RevisionRow,
            of(RevisionRow, t.design_revision).where(table.design_id == design_id).order_by(table.rev.desc()),
        )

    def thin_revisions(self, design_id: UUID, *, before: datetime, zone: str) -> int:
        """Of each day before `before` keep the last text in line. The first, the last and those beside stay."""
        table = t.design_revision
        day = func.date_trunc("day", func.timezone(zone, table.c.saved_at))
        line = and_(table.c.design_id == design_id, table.c.beside.is_(None))
        last_of_days = select(func.max(table.c.rev)).where(line).group_by(day)
        ends = select(func.min(table.c.rev)).where(line)
        return self._run(
            delete(table).where(
                line,
                table.c.saved_at < before,
                table.c.rev.not_in(last_of_days.scalar_subquery()),
                table.c.rev.not_in(ends.scalar_subquery()),
            )
        )

    def lock_design(self, design_id: UUID, *, until: datetime) -> None:
        """The actor is writing until then (wall time)."""
        self._change(design_id, locked_by=self.actor, locked_until=until)

    def unlock_design(self, design_id: UUID) -> None:
        """Nobody is writing."""
        self._change(design_id, locked_by=None, locked_until=None)

    def move_design(self, design_id: UUID, state: str, *, deployment_id: UUID | None = None) -> None:
        """Give a text another state; nobody is writing it then."""
        bundle = {} if deployment_id is None else {"deployment_id": deployment_id}
        self._change(design_id, state=state, locked_by=None, locked_until=None, **bundle)

    def add_trial(self, trial: TrialRow) -> None:
        self._insert(t.design_trial, asdict(trial))

    def trial(self, trial_id: UUID, *, at: datetime, lock: bool = False) -> TrialRow:
        """A try-out of the actor's own that has not expired. Raises NotFound."""
        table = t.design_trial.c
        query = of(TrialRow, t.design_trial).where(
            table.id == trial_id, table.owner == self.actor, table.expires_at > at
        )
        found = self._find(TrialRow, query.with_for_update() if lock else query)
        if found is None:
            raise NotFound(f"There is no try-out {trial_id}.", id=str(trial_id))
        return found

    def change_trial(self, trial_id: UUID, *, state: bytes, run: Mapping[str, object]) -> None:
        self._run(update(t.design_trial).where(t.design_trial.c.id == trial_id).values(state=state, run=run))

    def drop_trial(self, trial_id: UUID) -> int:
        return self._run(delete(t.design_trial).where(t.design_trial.c.id == trial_id))

    def purge_trials(self, *, at: datetime) -> int:
        """Throw away what has expired; of the actor's own, or for the system of everybody's."""
        return self._run(delete(t.design_trial).where(t.design_trial.c.expires_at <= at))

    def trials_of(self, person: PersonId) -> tuple[UUID, ...]:
        """Ids of somebody's try-outs, the one that expires next first."""
        table = t.design_trial.c
        query = select(table.id).where(table.owner == person).order_by(table.expires_at, table.id)
        return tuple(self.connection.execute(query).scalars())

    def _add_revision(self, design_id: UUID, rev: int, beside: int | None, content: bytes, cases: bytes | None) -> None:
        self._insert(
            t.design_revision,
            {
                "design_id": design_id,
                "rev": rev,
                "beside": beside,
                "saved_by": self.actor,
                "saved_at": self.now,
                "size_bytes": len(content),
                "sha256": sha256(content).digest(),
                "content": content,
                "cases": cases,
            },
        )

    def _change(self, design_id: UUID, **values: object) -> None:
        self._run(update(t.design).where(t.design.c.id == design_id).values(**values))
