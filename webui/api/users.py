"""用户 for administrators: accounts, and roles by two persons. Passwords are answered once, and never kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import organization
from engine.commands.accounts import IDLE
from engine.commands.organization.logins import one_time_password
from engine.model.organization import Person, RoleGrant
from engine.model.step import PersonId
from engine.queries.users import STATES, RequestLine, UserFilter, role_requests, user_view, users_view
from webui.api.blueprint import Arguments, Nouns, Query, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("users", "Accounts and roles, for administrators")
USER = "/users/<string:person_id>"
_REASON = {"description": "Kept in the access log."}


class UsersQuery(Query):
    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=50))
    unit = ma.fields.String(load_default="")
    role = ma.fields.String(load_default="")
    state = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", *STATES)))
    after = ma.fields.String(load_default="", metadata={"description": "next_after of the page before."})


class NewUser(Arguments):
    username = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    unit = ma.fields.String(required=True)
    department = ma.fields.String(load_default="")


class AccountReason(Arguments):
    reason = ma.fields.String(required=True, metadata=_REASON)


class NewRequest(Arguments):
    person = ma.fields.String(required=True)
    role = ma.fields.String(required=True)
    unit = ma.fields.String(required=True, metadata={"description": "With those below it."})
    valid_from = ma.fields.Date(required=True)
    valid_until = ma.fields.Date(load_default=None, metadata={"description": "Inclusive; none: without end."})
    reason = ma.fields.String(required=True, metadata=_REASON)


class RoleEnd(Arguments):
    role = ma.fields.String(required=True)
    unit = ma.fields.String(required=True)
    last_day = ma.fields.Date(required=True, metadata={"description": "Inclusive."})
    reason = ma.fields.String(required=True, metadata=_REASON)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody whom the caller administers. state: active, disabled, none (no account)."""

    person: str
    name: str
    unit: str
    roles: tuple[str, ...]
    state: str
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserList:
    items: tuple[User, ...]
    next_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTime:
    """A password for one sign-in. Answered this once."""

    person: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRequest:
    """A role that waits for a second administrator."""

    id: UUID
    person: str
    role: str
    unit: str
    valid_from: date
    valid_until: date | None
    requested_by: str  #: name
    requested_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRequestList:
    items: tuple[RoleRequest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleEnded:
    moved: int  #: open tasks that went back to the group or to somebody else


@nouns.get("/users")
@rule("role:admin")
@nouns.takes(UsersQuery, location="query")
@nouns.answers(200, UserList)
def list_users(query: dict[str, str]) -> Response:
    """People of the units that the caller administers, fifty at a time, by account."""
    after = query.pop("after")
    view = users_view(current_engine(), current_person(), UserFilter(**query), after=after)
    items = tuple(
        User(
            person=row.person,
            name=row.name,
            unit=row.unit.code,
            roles=tuple(role.code for role in row.roles),
            state=row.state,
            last_login_at=row.last_login_at,
        )
        for row in view.rows
    )
    return answer(UserList(items=items, next_after=view.next_after))


@nouns.get(USER)
@rule("role:admin")
@nouns.answers(200, User)
def show(person_id: str) -> Response:
    """One of them."""
    return _user(person_id)


@nouns.post("/users")
@rule("role:admin")
@nouns.takes(NewUser)
@nouns.answers(201, OneTime)
def add(body: dict[str, str]) -> Response:
    """A person with an account. Not idempotent: the password of the answer is kept nowhere."""
    password = one_time_password()
    person = Person(id=body["username"], name=body["name"], unit=body["unit"], department=body["department"])
    organization.add_person(current_engine(), current_person(), person, password=password)
    return answer(OneTime(person=person.id, password=password), 201)


@nouns.post(f"{USER}/lock")
@rule("role:admin")
@idempotent
@nouns.takes(AccountReason)
@nouns.answers(200, User)
def lock(body: dict[str, str], person_id: str) -> Response:
    """Sessions end and tokens stop at once; roles, posts and tasks stay."""
    organization.lock_account(current_engine(), current_person(), PersonId(person_id), **body)
    return _user(person_id)


@nouns.post(f"{USER}/unlock")
@rule("role:admin")
@idempotent
@nouns.takes(AccountReason)
@nouns.answers(200, User)
def unlock(body: dict[str, str], person_id: str) -> Response:
    """The person may sign in again."""
    organization.unlock_account(current_engine(), current_person(), PersonId(person_id), **body)
    return _user(person_id)


@nouns.post(f"{USER}/password")
@rule("role:admin")
@nouns.takes(AccountReason)
@nouns.answers(200, OneTime)
def reset_password(body: dict[str, str], person_id: str) -> Response:
    """A password for one sign-in. Not idempotent: it is kept nowhere."""
    password = organization.reset_password(current_engine(), current_person(), PersonId(person_id), **body)
    return answer(OneTime(person=person_id, password=password))


@nouns.post(f"{USER}/sessions/end")
@rule("role:admin")
@idempotent
@nouns.answers(200, User)
def end_sessions(person_id: str) -> Response:
    """Sign the person out everywhere."""
    organization.end_sessions(current_engine(), current_person(), PersonId(person_id))
    return _user(person_id)


@nouns.post(f"{USER}/roles/end")
@rule("role:admin")
@idempotent
@nouns.takes(RoleEnd)
@nouns.answers(200, RoleEnded)
def end_role(body: dict[str, Any], person_id: str) -> Response:
    """Take a role away from a day on. One administrator is enough."""
    moved = organization.end_role(current_engine(), current_person(), PersonId(person_id), **body)
    return answer(RoleEnded(moved=len(moved)))


@nouns.get("/role-requests")
@rule("role:admin")
@nouns.answers(200, RoleRequestList)
def list_requests() -> Response:
    """Roles that wait for a second administrator, the oldest first."""
    view = role_requests(current_engine(), current_person())
    return answer(RoleRequestList(items=tuple(map(_request, view.requests))))


@nouns.post("/role-requests")
@rule("role:admin")
@idempotent
@nouns.takes(NewRequest)
@nouns.answers(201, RoleRequestList)
def request_role(body: dict[str, Any]) -> Response:
    """Ask for a role for somebody else."""
    reason = body.pop("reason")
    made = organization.request_role(current_engine(), current_person(), RoleGrant(**body), reason=reason)
    view = role_requests(current_engine(), current_person())
    items = tuple(_request(one) for one in view.requests if one.id == made)
    return answer(RoleRequestList(items=items), 201)


@nouns.post("/role-requests/<uuid:request_id>/confirm")
@rule("role:admin")
@idempotent
@nouns.answers(200, RoleRequestList)
def confirm(request_id: UUID) -> Response:
    """Give the role. Neither who asked nor who gets it confirms. Answers what still waits."""
    organization.confirm_role(current_engine(), current_person(), request_id)
    return list_requests()


@nouns.post("/role-requests/<uuid:request_id>/refuse")
@rule("role:admin")
@idempotent
@nouns.takes(AccountReason)
@nouns.answers(200, RoleRequestList)
def refuse(body: dict[str, str], request_id: UUID) -> Response:
    """Turn it down, or take the own one back. Answers what still waits."""
    organization.refuse_role(current_engine(), current_person(), request_id, body["reason"])
    return list_requests()


def _user(person_id: str) -> Response:
    view = user_view(current_engine(), current_person(), PersonId(person_id), idle=IDLE)
    return answer(
        User(
            person=view.person,
            name=view.name,
            unit=view.unit.code,
            roles=tuple(dict.fromkeys(grant.role.code for grant in view.grants if not grant.is_over)),
            state=view.state,
            last_login_at=view.last_login_at,
        )
    )


def _request(one: RequestLine) -> RoleRequest:
    return RoleRequest(
        id=one.id,
        person=one.person,
        role=one.role.code,
        unit=one.unit.code,
        valid_from=one.first_day,
        valid_until=one.last_day,
        requested_by=one.requested_by,
        requested_at=one.requested_at,
        reason=one.reason,
    )
