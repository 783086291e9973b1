"""组织机构: the tree of units, one unit, its names and departments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import marshmallow as ma
from flask import Response

from engine.commands import organization
from engine.model.organization import Department
from engine.queries.organization import UnitFilter, UnitNode, organization_view
from engine.queries.organization_unit import Holder, unit_view
from webui.api.blueprint import Arguments, Nouns, Query, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("organization", "Units, their posts and who holds them")
UNIT = "/organization/<string:unit>"
_PREVIEW = {"description": "Only say what it would lead to; nothing is changed."}
_REASON = {"description": "Number of the decision, or why. Kept in the access log."}


nouns = Nouns("organization", "Units, their posts and who holds them")
UNIT = "/organization/<string:unit>"
PREVIEW = {"description": "Only say what it would lead to; nothing is changed."}
REASON = {"description": "Number of the decision, or why. Kept in the access log."}


nouns = Nouns("organization", "Units, their posts and who holds them")
UNIT = "/organization/<string:unit>"
_PREVIEW = {"description": "Only say what it would lead to; nothing is changed."}
_REASON = {"description": "Number of the decision, or why. Kept in the access log."}


nouns = Nouns("organization", "Units, their posts and who holds them")
UNIT = "/organization/<string:unit>"
PREVIEW = {"description": "Only say what it would lead to; nothing is changed."}
REASON = {"description": "Number of the decision, or why. Kept in the access log."}


class TreeQuery(Query):
    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=50))
    region = ma.fields.String(load_default="")
    type = ma.fields.String(load_default="")
    only_vacant = ma.fields.Boolean(load_default=False)
    closed_too = ma.fields.Boolean(load_default=False)


class UnitTexts(Arguments):
    name = ma.fields.String(required=True)
    short_name = ma.fields.String(required=True)
    document_prefix = ma.fields.String(required=True)
    staff = ma.fields.Integer(required=True, strict=True)


class NewDepartment(Arguments):
    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    kind = ma.fields.String(load_default="内设机构", validate=ma.validate.OneOf(("内设机构", "基层单位", "支部")))
    is_responsible = ma.fields.Boolean(load_default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeUnit:
    code: str
    name: str
    type: str
    superior: str
    is_active: bool
    active_until: date | None
    leaders: tuple[str, ...]
    people: int
    vacant: tuple[str, ...]  #: codes of required posts that nobody holds today


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationTree:
    """Units that the caller may see and that fit, those above before those below."""

    items: tuple[TreeUnit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostHolder:
    person: str
    name: str
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPost:
    position: str
    now: tuple[PostHolder, ...]
    coming: tuple[PostHolder, ...]
    vacant_since: date | None  #: the first day without a holder, today or to come


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationUnit:
    code: str
    name: str
    short_name: str
    document_prefix: str
    level: str
    type: str
    superior: str
    staff: int
    active_from: date | None
    active_until: date | None
    posts: tuple[UnitPost, ...]
    departments: tuple[str, ...]  #: codes


@nouns.get("/organization")
@rule("signed_in")
@nouns.takes(TreeQuery, location="query")
@nouns.answers(200, OrganizationTree)
def tree(query: dict[str, Any]) -> Response:
    """The own unit, those below and above it, and what the caller administers."""
    view = organization_view(current_engine(), current_person(), UnitFilter(**query))
    return answer(OrganizationTree(items=tuple(item for root in view.roots for item in _items(root, ""))))


@nouns.get(UNIT)
@rule("signed_in")
@nouns.answers(200, OrganizationUnit)
def show(unit: str) -> Response:
    """One unit with its posts and their holders."""
    return unit_answer(unit)


@nouns.put(UNIT)
@rule("role:admin")
@idempotent
@nouns.takes(UnitTexts)
@nouns.answers(200, OrganizationUnit)
def change(body: dict[str, Any], unit: str) -> Response:
    """Names, 机关代字 and staff count."""
    organization.change_unit(current_engine(), current_person(), unit, **body)
    return unit_answer(unit)


@nouns.post(f"{UNIT}/departments")
@rule("role:admin")
@idempotent
@nouns.takes(NewDepartment)
@nouns.answers(201, OrganizationUnit)
def add_department(body: dict[str, Any], unit: str) -> Response:
    """A department, grass-roots post or branch of the unit."""
    organization.add_department(current_engine(), current_person(), Department(unit=unit, **body))
    return unit_answer(unit, 201)


def _items(node: UnitNode, superior: str) -> Iterator[TreeUnit]:
    yield TreeUnit(
        code=node.unit.code,
        name=node.unit.zh,
        type=node.type.code,
        superior=superior,
        is_active=node.is_active,
        active_until=node.active_until,
        leaders=node.leaders,
        people=node.people,
        vacant=tuple(post.code for post in node.vacant),
    )
    for below in node.below:
        yield from _items(below, node.unit.code)


def unit_answer(code: str, status: int = 200) -> Response:
    view = unit_view(current_engine(), current_person(), code)
    row = view.row
    return answer(
        OrganizationUnit(
            code=row.code,
            name=row.name,
            short_name=row.short_name,
            document_prefix=row.document_prefix,
            level=row.level,
            type=row.type,
            superior=row.superior,
            staff=row.staff,
            active_from=row.active_from,
            active_until=row.active_until,
            posts=tuple(
                UnitPost(
                    position=post.position.code,
                    now=tuple(map(_holder, post.now)),
                    coming=tuple(map(_holder, post.coming)),
                    vacant_since=post.vacancy.since if post.vacancy else None,
                )
                for post in view.posts
            ),
            departments=tuple(found.code for found in view.departments),
        ),
        status,
    )


def _holder(one: Holder) -> PostHolder:
    return PostHolder(person=one.person, name=one.name, first_day=one.first_day, last_day=one.last_day)
