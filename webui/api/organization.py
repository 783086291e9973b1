"""组织机构: the tree of units, their posts, and what an administrator changes; every change can be previewed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import organization
from engine.commands.handover import HandedOver
from engine.errors import InputRejected
from engine.model.organization import Department, Position, Unit
from engine.model.step import PersonId
from engine.queries.organization import Holder, UnitFilter, UnitNode, organization_view, unit_view
from webui.api.blueprint import Arguments, Nouns, Query, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("organization", "Units, their posts and who holds them")
UNIT = "/organization/<string:unit>"
_PREVIEW = {"description": "Only say what it would lead to; nothing is changed."}
_REASON = {"description": "Number of the decision, or why. Kept in the access log."}


class TreeQuery(Query):
    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=50))
    region = ma.fields.String(load_default="")
    type = ma.fields.String(load_default="")
    only_vacant = ma.fields.Boolean(load_default=False)
    closed_too = ma.fields.Boolean(load_default=False)


class NewUnit(Arguments):
    code = ma.fields.String(required=True, metadata={"description": "Region, hyphen, type: 532503-GA"})
    name = ma.fields.String(required=True)
    short_name = ma.fields.String(required=True)
    document_prefix = ma.fields.String(required=True, metadata={"description": "机关代字"})
    level = ma.fields.String(required=True, validate=ma.validate.OneOf(("PREF", "COUNTY")))
    type = ma.fields.String(required=True)
    superior = ma.fields.String(required=True)
    staff = ma.fields.Integer(load_default=0, strict=True)
    active_from = ma.fields.Date(load_default=None)
    preview = ma.fields.Boolean(load_default=False, metadata=_PREVIEW)


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


class ClosingBody(Arguments):
    last_day = ma.fields.Date(required=True, metadata={"description": "Inclusive."})
    reason = ma.fields.String(required=True, metadata=_REASON)
    preview = ma.fields.Boolean(load_default=False, metadata=_PREVIEW)


class Appointment(Arguments):
    position = ma.fields.String(required=True, metadata={"description": "LEAD_MAIN, PERSON_RESP, …"})
    person = ma.fields.String(required=True)
    valid_from = ma.fields.Date(required=True)
    valid_until = ma.fields.Date(load_default=None, metadata={"description": "Inclusive; none: without end."})
    departments = ma.fields.List(ma.fields.String(), load_default=list, metadata={"description": "In charge of."})
    replaces = ma.fields.String(load_default=None, allow_none=True, metadata={"description": "The former holder."})
    reason = ma.fields.String(required=True, metadata=_REASON)
    preview = ma.fields.Boolean(load_default=False, metadata=_PREVIEW)


class Leaving(Arguments):
    position = ma.fields.String(required=True)
    person = ma.fields.String(required=True)
    last_day = ma.fields.Date(required=True, metadata={"description": "Inclusive."})
    successor = ma.fields.String(
        load_default=None, allow_none=True, metadata={"description": "Gets the post from the next day, and the tasks."}
    )
    reason = ma.fields.String(required=True, metadata=_REASON)
    preview = ma.fields.Boolean(load_default=False, metadata=_PREVIEW)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTask:
    """An open task that moves. An administrator reads no cases: its step and to whom it goes."""

    task_id: UUID
    step: str
    to: tuple[str, ...]
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PostChanged:
    """What the change led to, or would."""

    preview: bool
    ended: tuple[str, ...]  #: whose posts end
    moved: tuple[MovedTask, ...]
    sealed: int  #: tasks of sealed cases that move, of which no more is told


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedTerm:
    code: str
    period: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAdded:
    preview: bool
    code: str
    owes: tuple[OwedTerm, ...]  #: of the periods that run on its first day


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitClosing:
    preview: bool
    last_day: date
    is_possible: bool
    below: tuple[str, ...]
    open_tasks: int
    lapsing: int
    remaining: int


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
    return _unit(unit)


@nouns.post("/organization")
@rule("role:admin")
@idempotent
@nouns.takes(NewUnit)
@nouns.answers(201, UnitAdded)
def add(body: dict[str, Any]) -> Response:
    """Open a unit. A preview answers 200."""
    preview = body.pop("preview")
    owed = organization.add_unit(current_engine(), current_person(), Unit(**body), preview=preview)
    terms = tuple(OwedTerm(code=term.rule.code, period=term.period, due_on=term.due_on) for term in owed)
    return answer(UnitAdded(preview=preview, code=body["code"], owes=terms), 200 if preview else 201)


@nouns.put(UNIT)
@rule("role:admin")
@idempotent
@nouns.takes(UnitTexts)
@nouns.answers(200, OrganizationUnit)
def change(body: dict[str, Any], unit: str) -> Response:
    """Names, 机关代字 and staff count."""
    organization.change_unit(current_engine(), current_person(), unit, **body)
    return _unit(unit)


@nouns.post(f"{UNIT}/departments")
@rule("role:admin")
@idempotent
@nouns.takes(NewDepartment)
@nouns.answers(201, OrganizationUnit)
def add_department(body: dict[str, Any], unit: str) -> Response:
    organization.add_department(current_engine(), current_person(), Department(unit=unit, **body))
    return _unit(unit, 201)


@nouns.post(f"{UNIT}/close")
@rule("role:admin")
@idempotent
@nouns.takes(ClosingBody)
@nouns.answers(200, UnitClosing)
def close(body: dict[str, Any], unit: str) -> Response:
    """The unit works until that day. 409 while it has units below it or open tasks."""
    found = organization.close_unit(current_engine(), current_person(), unit, **body)
    return answer(
        UnitClosing(
            preview=body["preview"],
            last_day=found.last_day,
            is_possible=found.is_possible,
            below=found.below,
            open_tasks=found.open_tasks,
            lapsing=found.lapsing,
            remaining=found.remaining,
        )
    )


@nouns.post(f"{UNIT}/keep")
@rule("role:admin")
@idempotent
@nouns.answers(200, OrganizationUnit)
def keep(unit: str) -> Response:
    """Take back a closing that is still to come."""
    organization.withdraw_closing(current_engine(), current_person(), unit)
    return _unit(unit)


@nouns.post(f"{UNIT}/posts")
@rule("role:admin")
@idempotent
@nouns.takes(Appointment)
@nouns.answers(200, PostChanged)
def appoint(body: dict[str, Any], unit: str) -> Response:
    """Appoint somebody of the unit to a post; open tasks of whom he replaces move to him."""
    replaces = body["replaces"]
    made = organization.appoint(
        current_engine(),
        current_person(),
        Position(
            person=body["person"],
            unit=unit,
            code=body["position"],
            departments=tuple(body["departments"]),
            valid_from=body["valid_from"],
            valid_until=body["valid_until"],
        ),
        replaces=PersonId(replaces) if replaces else None,
        reason=body["reason"],
        preview=body["preview"],
    )
    return _changed(made.handed_over, tuple(former.person for former in made.ended), preview=body["preview"])


@nouns.post(f"{UNIT}/posts/end")
@rule("role:admin")
@idempotent
@nouns.takes(Leaving)
@nouns.answers(200, PostChanged)
def end(body: dict[str, Any], unit: str) -> Response:
    """The holder leaves the post; open tasks move to the successor, or as a vacant post falls back."""
    person, successor, last_day = PersonId(body["person"]), body["successor"], body["last_day"]
    more = {"reason": body["reason"], "preview": body["preview"]}
    if successor:
        if successor == person:
            raise InputRejected(
                "接任人应为另一人。", "The successor is another person.", field="successor", value=successor
            )
        position = Position(person=successor, unit=unit, code=body["position"], valid_from=last_day + timedelta(days=1))
        made = organization.appoint(current_engine(), current_person(), position, replaces=person, **more)
        return _changed(made.handed_over, (person,), preview=body["preview"])
    handed = organization.end_position(
        current_engine(), current_person(), person, unit, body["position"], last_day, **more
    )
    return _changed(handed, (person,), preview=body["preview"])


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


def _unit(code: str, status: int = 200) -> Response:
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


def _changed(handed: tuple[HandedOver, ...], ended: tuple[str, ...], *, preview: bool) -> Response:
    shown = [one for one in handed if not one.sealed]
    return answer(
        PostChanged(
            preview=preview,
            ended=ended,
            moved=tuple(MovedTask(task_id=one.task_id, step=one.name, to=one.to, on=one.on) for one in shown),
            sealed=len(handed) - len(shown),
        )
    )
