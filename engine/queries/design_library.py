"""流程库: every process with its versions, its draft, where it is used, and what of it can be taken along as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.core import Engine
from engine.lint.elements import Drawing, called_processes, read_drawing
from engine.model.declared_words import Words
from engine.model.step import DefinitionId, PersonId
from engine.queries.decisions import named_decision
from engine.queries.designs import DesignView, Somebody, somebody, view_of
from engine.queries.proposals import running_of
from engine.store import tables as t
from engine.store.definitions import DefinitionRow
from engine.store.scope import of
from engine.store.transaction import Transaction
from engine.workflow import check_xml


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a process. state: proposed, current, superseded, refused."""

    id: UUID
    version: int
    state: str
    created_at: datetime
    by: Somebody
    builtin: bool
    deployment_id: UUID
    running: int  #: cases that run on it


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryProcess:
    """A process, published or only begun."""

    key: str
    name: str
    name_en: str
    current: Version | None
    design: DesignView | None
    versions: tuple[Version, ...]  #: the youngest first
    called_by: tuple[str, ...]  #: keys of processes in force that call or start it
    forms: tuple[str, ...]  #: keys of the forms that it names
    decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryForm:
    """A form in force, and the processes that name it."""

    key: str
    name: Words
    version: int
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryDecision:
    """A decision table, and the processes that ask it."""

    id: str
    name: Words
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All of it."""

    processes: tuple[LibraryProcess, ...]
    forms: tuple[LibraryForm, ...]
    decisions: tuple[LibraryDecision, ...]
    waiting: int  #: proposals that the reader may decide about


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBundle:
    """Files to be taken along: the drawing first, then the forms that it names."""

    name: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What the drawings in force say of each other."""

    drawings: Mapping[str, Drawing]  #: by process key
    reached: Mapping[str, frozenset[str]]  #: process key to the keys that it calls or starts

    def users_of(self, attribute: str, value: str) -> tuple[str, ...]:
        return tuple(
            key
            for key, drawing in self.drawings.items()
            if any(element.cx.get(attribute) == value for element in drawing.elements)
        )


def library(engine: Engine, person: PersonId) -> Library:
    """As it stands now; an analyst sees numbers of cases, never a case."""
    with engine.reading(person) as tx:
        reference = engine.reference(tx)
        table = t.definition_version.c
        rows = [
            DefinitionRow(**row._asdict())
            for row in tx.connection.execute(
                of(DefinitionRow, t.definition_version).order_by(table.key, table.version.desc())
            )
        ]
        reading = _read(tx)
        designs = {row.key: view_of(tx, reference, row) for row in tx.open_designs() if row.kind == "bpmn"}
        keys = sorted({row.key for row in rows} | designs.keys())
        proposers = {row.deployment_id: tx.deployment(row.deployment_id) for row in rows}
        waiting = sum(bundle.state == "proposed" and bundle.proposed_by != person for bundle in proposers.values())
        processes = []
        for key in keys:
            running = {found.version: found.count for found in running_of(tx, key)}
            versions = tuple(
                Version(
                    id=row.id,
                    version=row.version,
                    state=row.state,
                    created_at=row.created_at,
                    by=somebody(reference, proposers[row.deployment_id].proposed_by),
                    builtin=row.builtin,
                    deployment_id=row.deployment_id,
                    running=running.get(row.version, 0),
                )
                for row in rows
                if row.key == key
            )
            named = next((row for row in rows if row.key == key and row.state == "current"), None)
            processes.append(_process(key, named, versions, designs.get(key), reading))
        return Library(
            processes=tuple(processes),
            forms=tuple(_forms(engine, tx, reading)),
            decisions=tuple(
                LibraryDecision(id=one.key, name=named_decision(one), used_by=reading.users_of("decision", one.key))
                for one in tx.current_decisions()
            ),
            waiting=waiting,
        )


def bundle_of_definition(engine: Engine, person: PersonId, definition_id: DefinitionId) -> FileBundle:
    """A version with the forms that belong to it. Raises NotFound."""
    with engine.reading(person) as tx:
        row = tx.definition(definition_id)
        content = tx.bundle_files(row.deployment_id, kind="bpmn")[row.file]
        forms = tx.forms_of(row, _named_forms(content, row.file))
        files = {row.file: content} | {f"{form.key}.json": form.content for form in forms}
        return FileBundle(name=f"{row.key}-v{row.version}", files=files)


def bundle_of_design(engine: Engine, person: PersonId, design_id: UUID) -> FileBundle:
    """A draft with the forms in force that it names. Raises NotFound."""
    with engine.reading(person) as tx:
        row = tx.design(design_id)
        content = tx.design_text(row.id, row.rev)
        forms = [form for key in _named_forms(content, row.file) if (form := tx.current_form(key)) is not None]
        files = {row.file: content} | {f"{form.key}.json": form.content for form in forms}
        return FileBundle(name=f"{row.key}-draft-{row.rev}", files=files)


def _process(
    key: str,
    named: DefinitionRow | None,
    versions: tuple[Version, ...],
    design: DesignView | None,
    reading: _Reading,
) -> LibraryProcess:
    drawing = reading.drawings.get(key)
    elements = drawing.elements if drawing is not None else ()
    return LibraryProcess(
        key=key,
        name=named.name if named is not None else design.name if design is not None else key,
        name_en=named.name_en if named is not None else design.name_en if design is not None else "",
        current=next((version for version in versions if version.state == "current"), None),
        design=design,
        versions=versions,
        called_by=tuple(other for other, reached in reading.reached.items() if key in reached and other != key),
        forms=tuple(sorted({e.cx["form"] for e in elements if e.cx.get("form")})),
        decisions=tuple(sorted({e.cx["decision"] for e in elements if e.cx.get("decision")})),
    )


def _read(tx: Transaction) -> _Reading:
    drawings: dict[str, Drawing] = {}
    reached: dict[str, frozenset[str]] = {}
    for row in tx.current_definitions():
        root = check_xml(tx.bundle_files(row.deployment_id, kind="bpmn")[row.file], file=row.file).root
        drawings[row.key] = read_drawing(root, file=row.file)
        _, called = called_processes(root)
        starts = (element.cx.get("start", "") for element in drawings[row.key].elements)
        reached[row.key] = frozenset({*called, *starts} - {""})
    return _Reading(drawings=drawings, reached=reached)


def _forms(engine: Engine, tx: Transaction, reading: _Reading) -> Iterable[LibraryForm]:
    for row in tx.current_forms():
        title = engine.form_version(tx, row.id).form.title
        name = Words(zh=title.zh or row.key, en=title.en or row.key)
        yield LibraryForm(key=row.key, name=name, version=row.version, used_by=reading.users_of("form", row.key))


def _named_forms(content: bytes, file: str) -> list[str]:
    drawing = read_drawing(check_xml(content, file=file).root, file=file)
    return sorted({element.cx["form"] for element in drawing.elements if element.cx.get("form")})
