"""Publishing: bundles of BPMN, DMN and forms, and what they became."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
import msgspec
from flask import Response, request

from engine.commands import bundles, deployments
from engine.errors import InputRejected, Problem, Refused
from engine.model.step import DefinitionId
from engine.queries import definitions as queries
from engine.store.decisions import DecisionRow
from engine.store.definitions import DefinitionRow
from webui.api.blueprint import Nouns, Query, answer, download
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.guard import MIB, body_limit
from webui.import_words import ImportReport, import_report
from webui.language import language
from webui.service import current_engine, current_settings

nouns = Nouns("definitions", "Process definitions, forms, and the bundles that bring them")
MAX_BUNDLE_BYTES = 5 * MIB


class AutoConfirmRefused(Refused):
    """In live mode another analyst confirms; nothing confirms itself."""

    code = "auto_confirm_refused"


class DefinitionsQuery(Query):
    key = ma.fields.String(load_default="", metadata={"description": "Process key."})
    version = ma.fields.Integer(load_default=None, validate=ma.validate.Range(1, 1_000_000))
    state = ma.fields.String(
        load_default="", validate=ma.validate.OneOf(("", "proposed", "current", "superseded", "refused"))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One immutable version of a process."""

    id: UUID
    key: str
    version: int
    state: str  #: proposed, current, superseded, refused
    name: str
    name_en: str
    deployment_id: UUID
    file: str
    builtin: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionList:
    items: tuple[Definition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedDecision:
    """A version of a decision that a bundle brought; /decisions tells more of it."""

    id: UUID
    key: str
    version: int
    state: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about a file that is worth a look and forbids nothing."""

    file: str
    element_id: str
    rule: str
    message: str
    path: tuple[str, ...]  #: ids of nodes and flows on the way that leads to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A bundle. It is `proposed` until another analyst confirms it, then `current`."""

    id: UUID
    state: str
    definitions: tuple[Definition, ...]
    decisions: tuple[DeployedDecision, ...] = ()
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentDetail:
    """A bundle with its files, and who proposed and decided."""

    id: UUID
    state: str
    definitions: tuple[Definition, ...]
    decisions: tuple[DeployedDecision, ...]
    files: tuple[str, ...]
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    note: str
    reason: str  #: why it was refused
    builtin: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One version of a form; `document` is its form-js JSON."""

    id: UUID
    key: str
    version: int
    state: str
    document: Mapping[str, Any]


@nouns.post("/deployments")
@rule("role:analyst")
@body_limit(MAX_BUNDLE_BYTES)
@idempotent
@nouns.multipart(
    {
        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "auto_confirm": {"type": "boolean", "description": "Demonstration and rehearsal only."},
        "note": {"type": "string"},
    },
    required=("files",),
)
@nouns.answers(201, Deployment)
def propose() -> Response:
    """Publish a bundle. 422 with `problems` [{file, element_id, rule, message}] when something forbids it."""
    auto_confirm = request.form.get("auto_confirm", "").lower() in {"true", "1", "yes"}
    if auto_confirm and current_settings().mode == "live":
        raise AutoConfirmRefused
    made = deployments.propose(
        current_engine(),
        current_person(),
        uploaded_files(),
        note=request.form.get("note", "")[:500],
        auto_confirm=auto_confirm,
    )
    return answer(_deployment(made), 201)


@nouns.post("/deployments/<uuid:deployment_id>/confirm")
@rule("role:analyst")
@idempotent
@nouns.answers(200, Deployment)
def confirm(deployment_id: UUID) -> Response:
    """Put a proposed bundle into force. 403 for its own author."""
    return answer(_deployment(deployments.confirm(current_engine(), current_person(), deployment_id)))


@nouns.get("/deployments/<uuid:deployment_id>")
@rule("role:analyst|auditor|operator")
@nouns.answers(200, DeploymentDetail)
def show_deployment(deployment_id: UUID) -> Response:
    """A bundle, and who proposed and confirmed it."""
    found = queries.deployment(current_engine(), current_person(), deployment_id)
    return answer(
        DeploymentDetail(
            id=found.row.id,
            state=found.row.state,
            definitions=tuple(_definition(row) for row in found.definitions),
            decisions=tuple(_decision(row) for row in found.decisions),
            files=found.files,
            proposed_by=found.row.proposed_by,
            proposed_at=found.row.proposed_at,
            decided_by=found.row.decided_by,
            decided_at=found.row.decided_at,
            note=found.row.note,
            reason=found.row.reason,
            builtin=found.row.builtin,
        )
    )


@nouns.get("/deployments/<uuid:deployment_id>/import-report")
@rule("role:analyst|auditor|operator")
@nouns.answers(200, ImportReport)
def show_import_report(deployment_id: UUID) -> Response:
    """What became of the marks of other engines in the drawings of a bundle, element by element."""
    found = queries.deployment(current_engine(), current_person(), deployment_id)
    checks = dict.fromkeys(Problem(**check) for row in found.definitions for check in row.checks)  # type: ignore[arg-type]
    return answer(import_report(checks))


@nouns.get("/process-definitions")
@rule("signed_in")
@nouns.takes(DefinitionsQuery, location="query")
@nouns.answers(200, DefinitionList)
def listing(query: dict[str, Any]) -> Response:
    """Versions of processes, by key and the newest first."""
    rows = queries.definitions(current_engine(), current_person(), **query)
    return answer(DefinitionList(items=tuple(_definition(row) for row in rows)))


@nouns.get("/process-definitions/<uuid:definition_id>/xml")
@rule("signed_in")
@nouns.gives_file("application/xml")
def xml(definition_id: UUID) -> Response:
    """The drawing, byte for byte as it was uploaded."""
    file = queries.drawing(current_engine(), current_person(), DefinitionId(definition_id))
    return download(file.content, name=file.name, media_type="application/xml")


@nouns.get("/forms/<string:form_id>")
@rule("signed_in")
@nouns.answers(200, Form)
def form(form_id: str) -> Response:
    """A form by the id of its version, or the one in force by its key (S1_T4)."""
    row = queries.form(current_engine(), current_person(), form_id)
    document = msgspec.json.decode(row.content)
    return answer(Form(id=row.id, key=row.key, version=row.version, state=row.state, document=document))


def uploaded_files() -> dict[str, bytes]:
    """{file name: content} of the parts named `files`. Raises InputRejected for two of one name."""
    found: dict[str, bytes] = {}
    for part in request.files.getlist("files"):
        name = part.filename or ""
        if name in found:
            raise InputRejected(f"文件“{name}”上传了两次。", f"{name!r} was sent twice.", field="files", value=name)
        found[name] = part.stream.read()
    return found


def _deployment(made: bundles.Deployment) -> Deployment:
    return Deployment(
        id=made.id,
        state=made.state,
        definitions=tuple(_definition(row, state=made.state) for row in made.definitions),
        decisions=tuple(_decision(row) for row in made.decisions),
        warnings=tuple(_finding(problem) for problem in made.warnings),
    )


def _definition(row: DefinitionRow, *, state: str = "") -> Definition:
    return Definition(
        id=row.id,
        key=row.key,
        version=row.version,
        state=state or row.state,
        name=row.name,
        name_en=row.name_en,
        deployment_id=row.deployment_id,
        file=row.file,
        builtin=row.builtin,
        created_at=row.created_at,
    )


def _decision(row: DecisionRow) -> DeployedDecision:
    return DeployedDecision(id=row.id, key=row.key, version=row.version, state=row.state, name=row.name)


def _finding(problem: Problem) -> Finding:
    return Finding(
        file=problem.file,
        element_id=problem.element_id,
        rule=problem.rule,
        message=problem.zh if language() == "zh" else problem.en,
        path=problem.path,
    )
