"""Signing in and out: passwords, sessions, API tokens, and how often somebody may try. On the wall clock throughout."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.errors import InputRejected, NotFound, NotSignedIn, TooMany
from engine.model.preferences import Preferences
from engine.model.step import PersonId
from engine.store.accounts import SessionRow, TokenRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

IDLE = timedelta(minutes=30)  #: ASVS 7.3.1
ABSOLUTE = timedelta(hours=12)  #: ASVS 7.3.2
WINDOW = timedelta(minutes=15)
TOUCH_EVERY = timedelta(minutes=1)  #: that somebody is there is written down no more often
MAX_FAILURES_PER_NAME, MAX_FAILURES_PER_ADDRESS = 5, 50
MAX_TOKEN_LIFE = timedelta(days=365)
MIN_PASSWORD, MAX_PASSWORD = 12, 200
TOKEN_PREFIX = "cx_"  # noqa: S105 - a prefix, so that leaked tokens can be found by search

#: OWASP's parameters: 19 MiB, two passes, one lane. The library's default is a lever for denial of service.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: One hash takes a tenth of a second of a core: two at once leave the rest of the service breathing.
_hashing = threading.BoundedSemaphore(2)
#: Verified against when there is no such account, so that the answer takes as long.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$BKb3V0mXWEXgqgzbYo3aNRhNn2OWjJpEXBy5rbZNrnY"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new session. `token` is shown once: the database keeps its hash only."""

    token: str
    csrf: str
    person_id: PersonId
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is asking, as the session or token says."""

    person_id: PersonId
    language: str = "zh"
    preferences: Preferences = field(default_factory=Preferences)
    csrf: str = ""  #: empty for API tokens and bearer sessions: no cookie, nothing to forge
    token_hash: bytes = b""
    scopes: tuple[str, ...] = ()
    must_change: bool = False  #: the password was given by somebody else: another one is chosen before anything


def hash_password(password: str) -> str:
    """The stored form of a password. Raises InputRejected for one too short or too long."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InputRejected(
            f"密码长度应为{MIN_PASSWORD}至{MAX_PASSWORD}位。",
            f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters.",
            field="password",
        )
    with _hashing:
        return _hasher.hash(password)


def sign_in(engine: Engine, username: str, password: str, *, address: str, agent: str = "") -> SignedIn:
    """A new session for the right name and password.

    Raises NotSignedIn (the same for an unknown name and a wrong password), TooMany after five failures for a name or
    fifty from an address within 15 minutes.
    """
    with engine.transaction(SYSTEM) as tx:
        now = tx.wall_now()
        by_name, by_address = tx.failures_since(now - WINDOW, name=username, address=address)
        if by_name >= MAX_FAILURES_PER_NAME or by_address >= MAX_FAILURES_PER_ADDRESS:
            raise TooMany("Too many failed attempts.", retry_after=int(WINDOW.total_seconds()))
        account = tx.account(username)
    usable = account is not None and account.state == "active"
    fits = _verify(account.password_hash if account is not None and usable else _NOBODY, password)
    with engine.transaction(SYSTEM) as tx:
        tx.note_attempt(username, address, at=tx.wall_now(), succeeded=fits and usable)
        if account is None or not (fits and usable):
            tx.access("login.failed", address=address, body={"name_digest": _digest(username)})
            signed_in = None
        else:
            signed_in = _open_session(tx, account.person_id, address=address, agent=agent)
            tx.note_login(account.person_id, at=tx.wall_now())
            tx.access("login", address=address, body={"person": account.person_id})
    if signed_in is None:
        logger.warning("sign-in failed", action="session.refuse")
        raise NotSignedIn("Wrong name or password.", reason="wrong")
    logger.info("signed in", action="session.open", person_id=signed_in.person_id)
    return signed_in


def confirm_password(engine: Engine, person: PersonId, password: str, *, address: str) -> bool:
    """Has the person typed the right password again? Counts against the same limits as signing in."""
    with engine.transaction(SYSTEM) as tx:
        now = tx.wall_now()
        if tx.failures_since(now - WINDOW, name=person, address=address)[0] >= MAX_FAILURES_PER_NAME:
            raise TooMany("Too many failed attempts.", retry_after=int(WINDOW.total_seconds()))
        account = tx.account(person)
    fits = account is not None and _verify(account.password_hash, password)
    with engine.transaction(SYSTEM) as tx:
        tx.note_attempt(person, address, at=tx.wall_now(), succeeded=fits)
    return fits


def visitor_of(engine: Engine, token: str, *, by_itself: bool = False) -> Visitor | None:
    """Whose session or API token this is; None for an unknown or expired one.

    Keeps the session awake, unless the browser asks by itself: an open page is no sign that somebody sits before it.
    """
    digest = hashlib.sha256(token.encode()).digest()
    if token.startswith(TOKEN_PREFIX):
        return _of_token(engine, digest)
    with engine.visitors() as visitors:
        visit = visitors.of_session(digest)
    if visit is None or visit.expires_at <= visit.now or visit.last_seen_at + IDLE <= visit.now:
        return None
    if visit.now - visit.last_seen_at > TOUCH_EVERY and not by_itself:
        with engine.transaction(SYSTEM) as tx:
            tx.touch_session(digest, at=visit.now)
    return Visitor(
        person_id=visit.person_id,
        language=visit.language,
        preferences=visit.preferences,
        csrf=visit.csrf_secret.hex(),
        token_hash=digest,
        must_change=visit.must_change,
    )


def sign_out(engine: Engine, token: str) -> None:
    """End a session; nothing happens for an unknown one."""
    with engine.transaction(SYSTEM) as tx:
        tx.end_session(hashlib.sha256(token.encode()).digest())


def end_session(engine: Engine, person: PersonId, session_id: str) -> None:
    """End another session of one's own, by the id that the list of them shows. Raises NotFound."""
    with engine.transaction(SYSTEM) as tx:
        for session in tx.sessions_of(person):
            if session.id == session_id:
                tx.end_session(session.token_hash)
                tx.access("session.end", body={"person": person})
                return
    raise NotFound(f"There is no session {session_id}.", id=session_id)


def issue_token(
    engine: Engine, person: PersonId, name: str, *, life: timedelta, scopes: tuple[str, ...] = ()
) -> tuple[UUID, str]:
    """A new API token, shown once. Raises InputRejected for a life over a year, NotFound for an unknown account."""
    if not timedelta(0) < life <= MAX_TOKEN_LIFE:
        raise InputRejected("令牌有效期应在一年以内。", "A token lives at most one year.", field="life")
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with engine.transaction(SYSTEM) as tx:
        if tx.account(person) is None:
            raise NotFound(f"There is no account {person}.", id=person)
        now = tx.wall_now()
        row = TokenRow(
            id=engine.ids.v4(),
            person_id=person,
            name=name,
            token_hash=hashlib.sha256(token.encode()).digest(),
            scopes=scopes,
            created_at=now,
            expires_at=now + life,
            last_used_at=None,
            revoked_at=None,
        )
        tx.add_token(row)
        tx.access("token.issue", body={"person": person, "token": str(row.id)})
    return row.id, token


def set_password(engine: Engine, person: PersonId, password: str, *, by: str) -> None:
    """Give an account a new password and end its sessions."""
    stored = hash_password(password)
    with engine.transaction(SYSTEM) as tx:
        tx.set_password(person, stored, at=tx.wall_now())
        tx.end_sessions_of(person)
        tx.access("password.set", body={"person": person, "by": by})


def change_password(
    engine: Engine, person: PersonId, present: str, new: str, *, address: str, keep: bytes = b""
) -> None:
    """The person chooses another password; every other session ends. keep: hash of the session that goes on.

    Raises InputRejected for a wrong present password, a new one that is too short, or the same; TooMany.
    """
    if not confirm_password(engine, person, present, address=address):
        raise InputRejected("现密码不对。", "The present password is wrong.", field="present")
    if new == present:
        raise InputRejected("新密码应与现密码不同。", "The new password is the present one.", field="password")
    stored = hash_password(new)
    with engine.transaction(SYSTEM) as tx:
        tx.replace_password(person, stored, at=tx.wall_now(), keep=keep)
        tx.access("password.change", address=address, body={"person": person})
    logger.info("password changed", action="password.change", person_id=person)


def _open_session(tx: Transaction, person: PersonId, *, address: str, agent: str) -> SignedIn:
    now = tx.wall_now()
    token, csrf = secrets.token_urlsafe(32), secrets.token_bytes(32)
    tx.add_session(
        SessionRow(
            token_hash=hashlib.sha256(token.encode()).digest(),
            person_id=person,
            created_at=now,
            last_seen_at=now,
            expires_at=now + ABSOLUTE,
            fresh_at=now,
            auth_level=1,
            csrf_secret=csrf,
            address=address,
            agent=agent[:200],
        )
    )
    return SignedIn(token=token, csrf=csrf.hex(), person_id=person, expires_at=now + ABSOLUTE)


def _of_token(engine: Engine, digest: bytes) -> Visitor | None:
    with engine.visitors() as visitors:
        visit = visitors.of_token(digest)
    if visit is None or visit.expires_at <= visit.now:
        return None
    if visit.last_used_at is None or visit.now - visit.last_used_at > TOUCH_EVERY:
        with engine.transaction(SYSTEM) as tx:
            tx.touch_token(visit.token_id, at=visit.now)
    return Visitor(
        person_id=visit.person_id,
        language=visit.language,
        preferences=visit.preferences,
        scopes=tuple(visit.scopes),
    )


def _verify(stored: str, password: str) -> bool:
    if len(password) > MAX_PASSWORD:
        return False
    with _hashing:
        try:
            return _hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]
