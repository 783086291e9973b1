"""Who is signed in, people and units to choose from, and the caller's notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import notices as commands
from engine.commands.preferences import LANGUAGES, set_preferences
from engine.model.preferences import Density, Preferences, Theme
from engine.queries import notices, people
from engine.queries.paging import DEFAULT_LIMIT
from webui.api.blueprint import Arguments, Nouns, Query, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, current_visitor, rule
from webui.service import current_engine

nouns = Nouns("me", "The caller, and the organisation around him")


class PeopleQuery(Query):
    unit = ma.fields.String(load_default="", metadata={"description": "Only people of this unit."})
    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=100))


class NoticesQuery(Query):
    unread = ma.fields.Boolean(load_default=False)
    cursor = ma.fields.String(load_default="")
    limit = ma.fields.Integer(load_default=DEFAULT_LIMIT)


class Looks(Arguments):
    language = ma.fields.String(validate=ma.validate.OneOf(LANGUAGES))
    theme = ma.fields.String(validate=ma.validate.OneOf(get_args(Theme)))
    density = ma.fields.String(validate=ma.validate.OneOf(get_args(Density)))
    large_text = ma.fields.Boolean()
    shortcuts = ma.fields.Boolean(metadata={"description": "Single keys on the pages."})


class Seen(Arguments):
    ids = ma.fields.List(ma.fields.UUID(), load_default=None, metadata={"description": "None: all."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    id: str
    name: str
    unit: str
    unit_name: str
    roles: tuple[str, ...]
    positions: tuple[str, ...]
    language: str
    preferences: Mapping[str, Any]  #: how pages look: theme, density, large_text, shortcuts


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: str
    name: str
    unit: str
    unit_name: str
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonList:
    items: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    code: str
    name: str
    short_name: str
    level: str
    type: str
    superior: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitList:
    items: tuple[Unit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to know. `kind` and `facts` become words in the reader's language."""

    id: UUID
    kind: str
    instance_id: UUID | None
    task_id: UUID | None
    facts: Mapping[str, Any]
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeList:
    items: tuple[Notice, ...]
    unread: int
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    marked: int  #: how many were new


@nouns.get("/me")
@rule("signed_in")
@nouns.answers(200, Me)
def show() -> Response:
    """Name, unit, roles and positions of the caller, as they hold today."""
    visitor = current_visitor()
    return _me(visitor.language, visitor.preferences) if visitor is not None else _me("zh", Preferences())


@nouns.patch("/me")
@rule("signed_in")
@idempotent
@nouns.takes(Looks)
@nouns.answers(200, Me)
def change(body: dict[str, Any]) -> Response:
    """How pages look for the caller; what is not named stays as it is."""
    visitor = current_visitor()
    before = visitor.preferences if visitor is not None else Preferences()
    language = body.pop("language", visitor.language if visitor is not None else "zh")
    chosen = replace(before, **body)
    set_preferences(current_engine(), current_person(), language, chosen)
    return _me(language, chosen)


def _me(language: str, chosen: Preferences) -> Response:
    found = people.me(current_engine(), current_person())
    return answer(
        Me(
            id=found.id,
            name=found.name,
            unit=found.unit,
            unit_name=found.unit_name,
            roles=found.roles,
            positions=found.positions,
            language=language,
            preferences=asdict(chosen),
        )
    )


@nouns.get("/people")
@rule("signed_in")
@nouns.takes(PeopleQuery, location="query")
@nouns.answers(200, PersonList)
def find_people(query: dict[str, str]) -> Response:
    """People to choose from, at most 200."""
    rows = people.people(current_engine(), current_person(), **query)
    return answer(
        PersonList(
            items=tuple(
                Person(id=r.id, name=r.name, unit=r.unit, unit_name=r.unit_name, department=r.department) for r in rows
            )
        )
    )


@nouns.get("/units")
@rule("signed_in")
@nouns.answers(200, UnitList)
def all_units() -> Response:
    """Units that exist today."""
    rows = people.units(current_engine(), current_person())
    return answer(
        UnitList(
            items=tuple(
                Unit(
                    code=r.code,
                    name=r.name,
                    short_name=r.short_name,
                    level=r.level,
                    type=r.type,
                    superior=r.superior,
                )
                for r in rows
            )
        )
    )


@nouns.get("/notices")
@rule("signed_in")
@nouns.takes(NoticesQuery, location="query")
@nouns.answers(200, NoticeList)
def own_notices(query: dict[str, Any]) -> Response:
    """The caller's notices, the youngest first."""
    page, unread = notices.notices(current_engine(), current_person(), **query)
    items = tuple(
        Notice(
            id=r.id,
            kind=r.kind,
            instance_id=r.instance_id,
            task_id=r.task_id,
            facts=r.facts,
            at=r.at,
            read_at=r.read_at,
        )
        for r in page.rows
    )
    return answer(NoticeList(items=items, unread=unread, next_cursor=page.next_cursor))


@nouns.post("/notices/read")
@rule("signed_in")
@idempotent
@nouns.takes(Seen)
@nouns.answers(200, Marked)
def mark_read(body: dict[str, Any]) -> Response:
    """Note that the caller has seen these notices, or all."""
    return answer(Marked(marked=commands.mark_read(current_engine(), current_person(), body["ids"])))
