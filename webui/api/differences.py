"""Two texts of a process compared, element by element and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.lint import differences as lint
from engine.model.declared_words import Words
from engine.model.step import DefinitionId
from engine.queries import differences as queries
from webui.api.blueprint import Nouns, Query, answer
from webui.auth import current_person, rule
from webui.language import language
from webui.service import current_engine

nouns = Nouns("differences", "Texts of a process compared, in words")


class OtherText(Query):
    other = ma.fields.String(
        data_key="with",
        load_default=queries.BASE,
        metadata={"description": "Id of a version, number of a revision, or base."},
    )


class OtherVersion(Query):
    other = ma.fields.UUID(data_key="with", required=True, metadata={"description": "Id of the older version."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One element that is not as it was. change: added, removed, changed, moved (drawn elsewhere, else the same)."""

    id: str
    name: str
    type: str
    change: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """All of them. summary: counts, then one sentence for each element that is not only moved."""

    elements: tuple[Difference, ...]
    summary: tuple[str, ...]


@nouns.get("/designs/<uuid:design_id>/differences")
@rule("role:analyst")
@nouns.takes(OtherText, location="query")
@nouns.answers(200, Differences)
def of_design(query: dict[str, Any], design_id: UUID) -> Response:
    """What the text that counts has and the other had not."""
    return _told(queries.of_design(current_engine(), current_person(), design_id, other=query["other"]))


@nouns.get("/process-definitions/<uuid:definition_id>/differences")
@rule("signed_in")
@nouns.takes(OtherVersion, location="query")
@nouns.answers(200, Differences)
def of_definition(query: dict[str, Any], definition_id: UUID) -> Response:
    """What this version has and the other had not."""
    other = DefinitionId(query["other"])
    return _told(queries.of_definitions(current_engine(), current_person(), DefinitionId(definition_id), other))


def _told(found: lint.Differences) -> Response:
    return answer(
        Differences(
            elements=tuple(
                Difference(
                    id=one.id,
                    name=_said(one.name),
                    type=one.type,
                    change=one.change,
                    words=tuple(_said(words) for words in one.words),
                )
                for one in found.elements
            ),
            summary=tuple(_said(words) for words in found.summary),
        )
    )


def _said(words: Words) -> str:
    return words.zh if language() == "zh" else words.en
