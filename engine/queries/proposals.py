"""What publishing a text would change for the cases that run, and what waits for the second analyst."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from engine.core import Engine
from engine.lint.elements import called_processes, read_drawing
from engine.model.step import PersonId
from engine.queries.designs import Base, DesignView, Somebody, published_versions, somebody, view_of
from engine.store import tables as t
from engine.store.decisions import DecisionRow
from engine.store.definitions import DefinitionRow, FormRow
from engine.store.designs import DesignRow
from engine.store.transaction import Transaction
from engine.workflow import check_xml

_Row = DefinitionRow | DecisionRow | FormRow
_KINDS = {DefinitionRow: "bpmn", DecisionRow: "dmn", FormRow: "form"}
_RUNNING = ("running", "suspended", "incident")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningCount:
    """How many cases run on a version."""

    version: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormInForce:
    """A form that the drawing names. version None: never published."""

    key: str
    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What publishing would change. is_behind: another version came into force after the text was begun."""

    design: DesignView
    current: Base | None
    running: tuple[RunningCount, ...]
    next_version: int
    is_behind: bool
    forms: tuple[FormInForce, ...]
    called_by: tuple[str, ...]  #: keys of processes in force that call it or start it
    used_by: tuple[UsingProcess, ...] = ()  #: of a form or decision


@dataclass(frozen=True, slots=True, kw_only=True)
class UsingProcess:
    """A process in force that names a form or decision. running: its cases, on all versions."""

    key: str
    name: str
    name_en: str
    version: int
    next_version: int
    running: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A bundle that waits, or was decided about. kind: bpmn, dmn, form: what its author wrote."""

    id: UUID
    state: str  #: proposed, current, refused
    kind: str
    key: str
    name: str
    name_en: str
    version: int
    definition_id: UUID | None  #: of the process; None: the author wrote a form or decision
    version_id: UUID  #: of what the author wrote, whatever its kind
    design_id: UUID | None
    proposed_by: Somebody
    proposed_at: datetime
    decided_by: Somebody | None
    decided_at: datetime | None
    note: str
    reason: str
    own: bool  #: the reader proposed it, and so does not confirm it


def impact(engine: Engine, person: PersonId, design_id: UUID) -> Impact:
    """For the revision that counts now. Raises NotFound."""
    with engine.reading(person) as tx:
        row = tx.design(design_id)
        reader = _impact_of_process if row.kind == "bpmn" else _impact_of_part
        return reader(tx, row, view_of(tx, engine.reference(tx), row))


def _impact_of_process(tx: Transaction, row: DesignRow, design: DesignView) -> Impact:
    current = tx.current_definition(row.key)
    return Impact(
        design=design,
        current=Base(id=current.id, key=current.key, version=current.version) if current is not None else None,
        running=running_of(tx, row.key),
        next_version=_next_version(tx, row.key, row.deployment_id if row.state == "proposed" else None),
        is_behind=current is not None and row.based_on != current.id,
        forms=_forms(tx, row.file, tx.design_text(row.id, row.rev)),
        called_by=callers_of(tx, row.key),
    )


def _impact_of_part(tx: Transaction, row: DesignRow, design: DesignView) -> Impact:
    """Of a form or decision: what names it, and is published together with a form."""
    versions = published_versions(tx, row)
    current = next((one for one in versions if one.state == "current"), None)
    own = row.deployment_id if row.state == "proposed" else None
    proposed = next((one.version for one in versions if own is not None and one.deployment_id == own), None)
    return Impact(
        design=design,
        current=Base(id=current.id, key=current.key, version=current.version) if current is not None else None,
        running=(),
        next_version=proposed or max((one.version for one in versions), default=0) + 1,
        is_behind=current is not None and row.base_version != current.version,
        forms=(),
        called_by=(),
        used_by=tuple(
            UsingProcess(
                key=found.key,
                name=found.name,
                name_en=found.name_en,
                version=found.version,
                next_version=_next_version(tx, found.key, own),
                running=sum(one.count for one in running_of(tx, found.key)),
            )
            for found in _users(tx, row)
        ),
    )


def _users(tx: Transaction, design: DesignRow) -> Iterable[DefinitionRow]:
    """Processes in force that ask a decision, or have an element with a form."""
    for row in tx.current_definitions():
        if design.kind == "dmn":
            if design.key in row.decisions:
                yield row
            continue
        content = tx.bundle_files(row.deployment_id, kind="bpmn")[row.file]
        drawing = read_drawing(check_xml(content, file=row.file).root, file=row.file)
        if any(element.cx.get("form") == design.key for element in drawing.elements):
            yield row


def proposals(engine: Engine, person: PersonId, *, state: str = "proposed") -> tuple[Proposal, ...]:
    """Bundles of analysts in this state, the oldest that waits first, of those decided the youngest."""
    table = t.deployment.c
    order = (table.proposed_at, table.id) if state == "proposed" else (table.decided_at.desc(), table.id.desc())
    query = select(table.id).where(table.state == state, ~table.builtin).order_by(*order).limit(100)
    with engine.reading(person) as tx:
        found = [_proposal(engine, tx, deployment_id) for deployment_id in tx.connection.execute(query).scalars()]
        return tuple(proposal for proposal in found if proposal is not None)


def proposal(engine: Engine, person: PersonId, deployment_id: UUID) -> Proposal | None:
    """One bundle; None: it holds forms only. Raises NotFound."""
    with engine.reading(person) as tx:
        return _proposal(engine, tx, deployment_id)


def running_of(tx: Transaction, key: str) -> tuple[RunningCount, ...]:
    """Running cases of a process by version, the youngest version first."""
    case, version = t.instance.c, t.definition_version.c
    query = (
        select(version.version, func.count())
        .join(t.definition_version, version.id == case.definition_id)
        .where(case.key == key, case.status.in_(_RUNNING))
        .group_by(version.version)
        .order_by(version.version.desc())
    )
    # An analyst sees no case. How many run on a version says nothing of any of them (domain.md §6.6: counts).
    with tx.as_system():
        return tuple(RunningCount(version=number, count=count) for number, count in tx.connection.execute(query))


def callers_of(tx: Transaction, key: str) -> tuple[str, ...]:
    """Keys of the processes in force that call `key` or start it, itself left out."""
    return tuple(row.key for row in tx.current_definitions() if row.key != key and key in _reached(tx, row))


def _reached(tx: Transaction, row: DefinitionRow) -> Iterable[str]:
    content = tx.bundle_files(row.deployment_id, kind="bpmn")[row.file]
    root = check_xml(content, file=row.file).root
    _, called = called_processes(root)
    return {*called, *(element.cx.get("start", "") for element in read_drawing(root, file=row.file).elements)}


def _next_version(tx: Transaction, key: str, proposed: UUID | None) -> int:
    """The number that a proposal gets, or that it has got already."""
    if proposed is not None:
        found = next((row.version for row in tx.definitions_of(proposed) if row.key == key), None)
        if found is not None:
            return found
    table = t.definition_version.c
    newest = tx.connection.execute(select(func.max(table.version)).where(table.key == key)).scalar()
    return int(newest or 0) + 1


def _forms(tx: Transaction, file: str, content: bytes) -> tuple[FormInForce, ...]:
    drawing = read_drawing(check_xml(content, file=file).root, file=file)
    keys = sorted({element.cx["form"] for element in drawing.elements if element.cx.get("form")})
    rows = {key: tx.current_form(key) for key in keys}
    return tuple(FormInForce(key=key, version=row.version if row is not None else None) for key, row in rows.items())


def _proposal(engine: Engine, tx: Transaction, deployment_id: UUID) -> Proposal | None:
    """None: a bundle that holds nothing of which there are versions."""
    bundle = tx.deployment(deployment_id)
    design = tx.design_of_deployment(deployment_id)
    row = _written(tx, deployment_id, design)
    if row is None:
        return None
    reference = engine.reference(tx)
    return Proposal(
        id=bundle.id,
        state=bundle.state,
        kind=_KINDS[type(row)],
        key=row.key,
        name=row.name if not isinstance(row, FormRow) else design.name if design is not None else row.key,
        name_en=row.name_en if not isinstance(row, FormRow) else design.name_en if design is not None else "",
        version=row.version,
        definition_id=row.id if isinstance(row, DefinitionRow) else None,
        version_id=row.id,
        design_id=design.id if design is not None else None,
        proposed_by=somebody(reference, bundle.proposed_by),
        proposed_at=bundle.proposed_at,
        decided_by=somebody(reference, bundle.decided_by) if bundle.decided_by is not None else None,
        decided_at=bundle.decided_at,
        note=bundle.note,
        reason=bundle.reason,
        own=bundle.proposed_by == tx.actor,
    )


def _written(tx: Transaction, deployment_id: UUID, design: DesignRow | None) -> _Row | None:
    """What the author wrote: the text that was proposed, else the first process, decision or form of the bundle."""
    rows: dict[str, tuple[_Row, ...]] = {
        "bpmn": tx.definitions_of(deployment_id),
        "dmn": tx.decisions_of(deployment_id),
        "form": tx.forms_in(deployment_id),
    }
    if design is not None:
        return next((row for row in rows[design.kind] if row.key == design.key), None)
    return next((row for kind in rows.values() for row in kind), None)
