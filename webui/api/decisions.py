"""Decisions over REST: versions and where they are used, files byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response

from engine.errors import NotFound
from engine.model.declared_words import Words
from engine.queries import decisions as queries
from engine.store.decisions import DecisionRow
from webui.api.blueprint import Nouns, answer, download
from webui.auth import current_person, rule
from webui.language import language
from webui.service import current_engine

nouns = Nouns("decisions", "Decisions (DMN): versions, where they are used, checks and dry runs")
DECISION = "/decisions/<uuid:decision_id>"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionItem:
    """A decision in the list. state: current, or proposed where none is in force. used_by: processes in force."""

    id: UUID
    key: str
    name: str
    version: int
    state: str
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionList:
    items: tuple[DecisionItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionVersion:
    """One immutable version of a decision."""

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
class DecisionInput:
    """What it reads. allowed: unary tests of the tables that read it."""

    name: str
    label: str
    type: str
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionUser:
    """A process in force whose cases ask it. decision_version null: whichever is in force."""

    key: str
    name: str
    version: int
    decision_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDetail:
    """A decision with its versions, the youngest first."""

    key: str
    name: str
    versions: tuple[DecisionVersion, ...]
    inputs: tuple[DecisionInput, ...]
    used_by: tuple[DecisionUser, ...]


@nouns.get("/decisions")
@rule("signed_in")
@nouns.answers(200, DecisionList)
def listing() -> Response:
    """Every decision in force or waiting to be, with the processes that ask it."""
    found = queries.decisions(current_engine(), current_person())
    return answer(
        DecisionList(
            items=tuple(
                DecisionItem(
                    id=line.row.id,
                    key=line.row.key,
                    name=_said(line.name),
                    version=line.row.version,
                    state=line.row.state,
                    used_by=line.used_by,
                )
                for line in found
            )
        )
    )


@nouns.get("/decisions/<string:key>")
@rule("signed_in")
@nouns.answers(200, DecisionDetail)
def show(key: str) -> Response:
    """A decision by its key: versions, what it reads, and which processes ask which version."""
    found = queries.decision(current_engine(), current_person(), key)
    return answer(
        DecisionDetail(
            key=found.key,
            name=_said(found.name),
            versions=tuple(_version(row) for row in found.versions),
            inputs=tuple(
                DecisionInput(
                    name=one.name,
                    label=one.label if language() == "zh" else one.label_en,
                    type=one.type,
                    allowed=one.allowed,
                )
                for one in found.inputs
            ),
            used_by=tuple(
                DecisionUser(
                    key=one.key, name=_said(one.name), version=one.version, decision_version=one.decision_version
                )
                for one in found.used_by
            ),
        )
    )


@nouns.get(f"{DECISION}/xml")
@rule("signed_in")
@nouns.gives_file("application/xml")
def xml(decision_id: UUID) -> Response:
    """The model of a version, byte for byte as it was uploaded."""
    file = queries.model_file(current_engine(), current_person(), decision_id)
    return download(file.content, name=file.name, media_type="application/xml")


@nouns.get(f"{DECISION}/tests")
@rule("signed_in")
@nouns.gives_file("application/json")
def tests(decision_id: UUID) -> Response:
    """The test cases that were published with a version. 404 without any."""
    file = queries.cases_file(current_engine(), current_person(), decision_id)
    if file is None:
        raise NotFound(f"The decision {decision_id} has no test cases.", id=str(decision_id))
    return download(file.content, name=file.name, media_type="application/json")


def _version(row: DecisionRow) -> DecisionVersion:
    return DecisionVersion(
        id=row.id,
        key=row.key,
        version=row.version,
        state=row.state,
        name=row.name,
        name_en=row.name_en,
        deployment_id=row.deployment_id,
        file=row.file,
        builtin=row.builtin,
        created_at=row.created_at,
    )


def _said(words: Words) -> str:
    return words.zh if language() == "zh" else words.en
