"""用户 as administrators see them: accounts of the units they administer, one of them, and roles that wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from engine.core import Engine
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.organization import Organization, Person, Position, RoleGrant
from engine.model.preloaded import Labelled, position_labels, role_labels
from engine.model.step import PersonId
from engine.queries.accounts import SessionItem, TokenItem, sessions, tokens
from engine.queries.case_head import department_name
from engine.queries.frame import FrameFacts, UnitName, read_frame, unit_named
from engine.store import tables as t
from engine.store.role_requests import RoleRequestRow
from engine.store.transaction import Transaction

ADMIN = "admin"
PER_PAGE = 50
AccountState = Literal["active", "disabled", "none"]  #: none: takes part on paper
STATES: tuple[AccountState, ...] = ("active", "disabled", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilter:
    """Which people. Empty: do not ask for that."""

    q: str = ""  #: in name or account
    unit: str = ""  #: of this unit, without those below it
    role: str = ""  #: held today
    state: str = ""  #: of the account


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRow:
    """One line of the list."""

    person: PersonId
    name: str
    unit: UnitName
    department: str
    roles: tuple[Labelled, ...]  #: today
    posts: tuple[Labelled, ...]  #: today
    state: AccountState
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersView:
    """One page of the list: by account, who has none behind the others."""

    frame: FrameFacts
    rows: tuple[UserRow, ...]
    next_after: str  #: account after which the next page begins; "" at the end
    found: int
    units: tuple[UnitName, ...]  #: that the reader administers
    waiting: int  #: requests for roles


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantLine:
    """A role that somebody has, had or will have."""

    role: Labelled
    unit: UnitName
    first_day: date
    last_day: date | None
    granted_by: str  #: names; "" where the role came with the installation
    confirmed_by: str
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """A role that waits for a second administrator."""

    id: UUID
    person: PersonId
    name: str
    role: Labelled
    unit: UnitName
    first_day: date
    last_day: date | None
    requested_by: str  #: name
    requested_at: datetime
    reason: str
    may_confirm: bool  #: not who asked, nor who gets it
    is_own: bool  #: the reader asked: may be taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class UserView:
    """All that the page of one person shows."""

    frame: FrameFacts
    today: date
    person: PersonId
    name: str
    unit: UnitName
    department: str
    state: AccountState
    must_change: bool
    last_login_at: datetime | None
    created_at: datetime | None
    grants: tuple[GrantLine, ...]
    posts: tuple[tuple[Labelled, UnitName, Position], ...]  #: today and to come
    requests: tuple[RequestLine, ...]
    sessions: tuple[SessionItem, ...]
    tokens: tuple[TokenItem, ...]  #: not revoked
    is_own: bool
    units: tuple[UnitName, ...]  #: for which the reader may ask for roles


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsView:
    """授权审批: what waits in the units that the reader administers."""

    frame: FrameFacts
    requests: tuple[RequestLine, ...]


def users_view(engine: Engine, reader: PersonId, wanted: UserFilter, *, after: str = "") -> UsersView:
    """after: the account with which the page before ended."""
    with engine.reading(reader) as tx:
        organization, today = engine.reference(tx).organization, local_day(tx.now)
        units = administered_units(organization, reader, today)
        accounts = _accounts(tx, [unit for unit in (wanted.unit,) if unit in units] if wanted.unit else sorted(units))
        asked = wanted.q.strip().casefold()
        roles_of = _roles_by_person(organization, today)
        people = [
            person
            for person in sorted(organization.people, key=lambda found: (found.on_paper, found.id))
            if person.unit in units
            and (not wanted.unit or person.unit == wanted.unit)
            and (not asked or asked in person.name.casefold() or asked in person.id.casefold())
            and (not wanted.role or wanted.role in roles_of.get(person.id, ()))
            and (not wanted.state or wanted.state == accounts.get(person.id, ("none", None))[0])
        ]
        begin = next((place for place, one in enumerate(people, start=1) if one.id == after), 0)
        page = people[begin : begin + PER_PAGE + 1]
        return UsersView(
            frame=read_frame(engine, tx),
            rows=tuple(_row(organization, one, roles_of, accounts, today) for one in page[:PER_PAGE]),
            next_after=page[PER_PAGE - 1].id if len(page) > PER_PAGE else "",
            found=len(people),
            units=tuple(unit_named(organization, unit) for unit in sorted(units)),
            waiting=sum(row.unit in units for row in tx.role_requests()),
        )


def user_view(engine: Engine, reader: PersonId, person: PersonId, *, idle: timedelta) -> UserView:
    """idle: after how long a session is over. Raises NotFound for somebody whom the reader does not administer."""
    with engine.reading(reader) as tx:
        organization, today = engine.reference(tx).organization, local_day(tx.now)
        units = administered_units(organization, reader, today)
        known = next((one for one in organization.people if one.id == person), None)
        if known is None or known.unit not in units:
            raise NotFound(f"There is no person {person}.", id=person)
        account = tx.account(person)
        labels = {label.code: label for label in position_labels()}
        view = UserView(
            frame=read_frame(engine, tx),
            today=today,
            person=person,
            name=known.name,
            unit=unit_named(organization, known.unit),
            department=department_name(organization, known.department),
            state="none" if account is None else "active" if account.state == "active" else "disabled",
            must_change=account is not None and account.must_change,
            last_login_at=account.last_login_at if account is not None else None,
            created_at=account.created_at if account is not None else None,
            grants=_grants(tx, organization, person, today),
            posts=tuple(
                (labels[post.code], unit_named(organization, post.unit), post)
                for post in sorted(organization.positions, key=lambda found: (found.valid_from, found.code))
                if post.person == person and (post.valid_until is None or post.valid_until >= today)
            ),
            requests=tuple(
                _request(organization, row, reader) for row in tx.role_requests() if row.person_id == person
            ),
            sessions=(),
            tokens=(),
            is_own=person == reader,
            units=tuple(unit_named(organization, unit) for unit in sorted(units)),
        )
    return _with_places(engine, view, idle)


def role_requests(engine: Engine, reader: PersonId) -> RequestsView:
    """The oldest first."""
    with engine.reading(reader) as tx:
        organization, today = engine.reference(tx).organization, local_day(tx.now)
        units = administered_units(organization, reader, today)
        return RequestsView(
            frame=read_frame(engine, tx),
            requests=tuple(_request(organization, row, reader) for row in tx.role_requests() if row.unit in units),
        )


def administered_units(organization: Organization, reader: PersonId, on: date) -> frozenset[str]:
    """Codes of the units whose administrator the reader is, closed ones too."""
    tops = {grant.unit for grant in organization.grants if grant.person == reader and grant.role == ADMIN}
    return frozenset(
        unit for top in tops if organization.has_role(reader, ADMIN, top, on) for unit in organization.subtree(top)
    )


def _with_places(engine: Engine, view: UserView, idle: timedelta) -> UserView:
    """Where the person is signed in: read with the system's eyes, once it is clear that the reader may know."""
    return replace(
        view,
        sessions=sessions(engine, view.person, idle=idle),
        tokens=tuple(token for token in tokens(engine, view.person) if token.revoked_at is None),
    )


def _accounts(tx: Transaction, units: Iterable[str]) -> dict[str, tuple[AccountState, datetime | None]]:
    account = t.account.c
    query = (
        select(account.person_id, account.state, account.last_login_at)
        .join(t.person, t.person.c.id == account.person_id)
        .where(t.person.c.unit.in_(list(units)))
    )
    return {
        row.person_id: ("active" if row.state == "active" else "disabled", row.last_login_at)
        for row in tx.connection.execute(query)
    }


def _roles_by_person(organization: Organization, on: date) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for grant in organization.grants:
        if _counts(grant, on) and grant.role not in found.get(grant.person, ()):
            found[grant.person] = (*found.get(grant.person, ()), grant.role)
    return found


def _counts(grant: RoleGrant, on: date) -> bool:
    return grant.valid_from <= on and (grant.valid_until is None or on <= grant.valid_until)


def _row(
    organization: Organization,
    person: Person,
    roles: dict[str, tuple[str, ...]],
    accounts: dict[str, tuple[AccountState, datetime | None]],
    today: date,
) -> UserRow:
    state, last_login_at = accounts.get(person.id, ("none", None))
    held = {post.code for post in organization.posts_of(person.id, person.unit) if post.is_held(today)}
    return UserRow(
        person=PersonId(person.id),
        name=person.name,
        unit=unit_named(organization, person.unit),
        department=department_name(organization, person.department),
        roles=tuple(label for label in role_labels() if label.code in roles.get(person.id, ())),
        posts=tuple(label for label in position_labels() if label.code in held),
        state=state,
        last_login_at=last_login_at,
    )


def _grants(tx: Transaction, organization: Organization, person: PersonId, today: date) -> tuple[GrantLine, ...]:
    grant = t.role_grant.c
    query = select(
        grant.role, grant.unit, grant.valid_from, grant.valid_until, grant.granted_by, grant.confirmed_by
    ).where(grant.person_id == person)
    return tuple(
        GrantLine(
            role=_role(row.role),
            unit=unit_named(organization, row.unit),
            first_day=row.valid_from,
            last_day=row.valid_until,
            granted_by=_named(organization, row.granted_by),
            confirmed_by=_named(organization, row.confirmed_by),
            is_over=row.valid_until is not None and row.valid_until < today,
        )
        for row in tx.connection.execute(query.order_by(grant.valid_from.desc(), grant.role))
    )


def _request(organization: Organization, row: RoleRequestRow, reader: PersonId) -> RequestLine:
    return RequestLine(
        id=row.id,
        person=row.person_id,
        name=organization.person_name(row.person_id),
        role=_role(row.role),
        unit=unit_named(organization, row.unit),
        first_day=row.valid_from,
        last_day=row.valid_until,
        requested_by=organization.person_name(row.requested_by),
        requested_at=row.requested_at,
        reason=row.reason,
        may_confirm=reader not in {row.requested_by, row.person_id},
        is_own=reader == row.requested_by,
    )


def _role(code: str) -> Labelled:
    return next((label for label in role_labels() if label.code == code), Labelled(code=code, zh=code, en=code))


def _named(organization: Organization, person: str) -> str:
    return organization.person_name(person) if organization.home_unit(person) else ""
