"""流程库 over REST: processes with versions, drafts and where they are used; versions and drafts as files."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Response

from engine.model.declared_words import Words
from engine.model.step import DefinitionId
from engine.queries import design_library as queries
from engine.queries.design_library import FileBundle, LibraryProcess
from webui.api.blueprint import Nouns, answer, download
from webui.auth import current_person, rule
from webui.language import language
from webui.service import current_engine
from webui.zipped import zipped

nouns = Nouns("design_library", "Processes, forms and decisions in force, with drafts and where they are used")
ZIP = "application/zip"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedForm:
    """A form in force."""

    key: str
    name: str
    version: int
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedDecision:
    """A decision table."""

    id: str
    name: str
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Everything that an analyst works on. waiting: proposals that the caller may decide about."""

    processes: tuple[LibraryProcess, ...]
    forms: tuple[UsedForm, ...]
    decisions: tuple[UsedDecision, ...]
    waiting: int


@nouns.get("/designs/library")
@rule("role:analyst")
@nouns.answers(200, Library)
def show() -> Response:
    """Processes with versions, draft, running cases as numbers, and where they are used."""
    found = queries.library(current_engine(), current_person())
    return answer(
        Library(
            processes=found.processes,
            forms=tuple(
                UsedForm(key=one.key, name=_said(one.name), version=one.version, used_by=one.used_by)
                for one in found.forms
            ),
            decisions=tuple(
                UsedDecision(id=one.id, name=_said(one.name), used_by=one.used_by) for one in found.decisions
            ),
            waiting=found.waiting,
        )
    )


@nouns.get("/process-definitions/<uuid:definition_id>/bundle")
@rule("role:analyst|auditor|operator")
@nouns.gives_file(ZIP)
def definition_bundle(definition_id: UUID) -> Response:
    """A version with its forms as a ZIP archive; it can be deployed as it is."""
    return _archive(queries.bundle_of_definition(current_engine(), current_person(), DefinitionId(definition_id)))


@nouns.get("/designs/<uuid:design_id>/bundle")
@rule("role:analyst")
@nouns.gives_file(ZIP)
def design_bundle(design_id: UUID) -> Response:
    """A draft with the forms in force that it names, as a ZIP archive."""
    return _archive(queries.bundle_of_design(current_engine(), current_person(), design_id))


def _archive(bundle: FileBundle) -> Response:
    return download(zipped(bundle.files), name=f"{bundle.name}.zip", media_type=ZIP)


def _said(words: Words) -> str:
    return words.zh if language() == "zh" else words.en
