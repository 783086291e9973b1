"""Database: opens transactions on behalf of an actor, commits them, and tells inboxes that they changed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from queue import Empty, SimpleQueue
from random import Random
from typing import Any, Protocol, cast

import msgspec
import psycopg
from psycopg.types.json import set_json_dumps, set_json_loads
from sqlalchemy import Connection, Dialect, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from engine.errors import Beaten, ChangxiaoError, InputRejected, Unavailable
from engine.store.connection import HotConnection
from engine.store.driver_errors import is_away, is_lost_race, is_unstorable
from engine.store.notify import InboxNotifier
from engine.store.roles import check_fit
from engine.store.scope import SYSTEM
from engine.store.transaction import Transaction
from engine.store.urls import libpq_url, sqlalchemy_url
from engine.store.visitors import Visitors

_WAIT_SECONDS = 10  #: for a connection, where all are in use
#: Of a database beyond a network: a line on which nothing comes through is given up after five seconds.
_SOON_TOLD: dict[str, int | str] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 5000,  # ms
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 2,
}
_AWAY_SECONDS = 5  #: an embedded server is back by then
_encode_json = msgspec.json.Encoder().encode


class ActorMissing(ChangxiaoError):
    """A transaction was opened on behalf of nobody. Row-level security would refuse every row anyway."""

    code = "actor_missing"


class Transactions(Protocol):
    """What opens transactions: a Database, or a stand-in tied to a transaction that is already open."""

    def transaction(self, *, actor: str) -> AbstractContextManager[Transaction]: ...

    def reading(self, *, actor: str) -> AbstractContextManager[Transaction]: ...

    def visitors(self) -> AbstractContextManager[Visitors]: ...

    def within(self, tx: Transaction) -> Transactions: ...


class Database:
    """A pool of connections of the role cx_app. One per process, opened after any fork."""

    def __init__(self, url: str, *, pool_size: int = 10, random: Random | None = None) -> None:
        """random: of a rehearsal that must come out the same again; None: the system's."""
        self._random = random
        self.url = libpq_url(url)
        self._engine = _engine(url, pool_size)
        # What is free stays here: its way through SQLAlchemy's pool costs as much as a statement. The one used last is
        # taken first: its server process still has everything at hand.
        self._free: deque[PoolProxiedConnection] = deque()
        self._places = SimpleQueue[None]()  # waits in C, as a semaphore does not
        for _ in range(pool_size):
            self._places.put(None)
        self._notifier = InboxNotifier(self.url)

    @classmethod
    def open(cls, url: str, *, pool_size: int = 10, random: Random | None = None) -> Database:
        """Connect, after checking the server.

        Raises DatabaseUnfit: too old, not durable, too mighty a role; Unavailable where nobody answers.
        """
        try:
            check_fit(libpq_url(url))
        except psycopg.OperationalError as error:
            raise Unavailable(retry_after=_AWAY_SECONDS) from error
        return cls(url, pool_size=pool_size, random=random)

    @contextmanager
    def transaction(self, *, actor: str) -> Iterator[Transaction]:
        """A transaction that is committed when the block ends, and rolled back when an error leaves it.

        Raises Beaten when it was given up for another one, and not before that has gone: ask again; Unavailable while
        the database is away, full or busy; InputRejected for a text or number that it cannot hold (the net under the
        checks of forms and requests).
        """
        with self._begun(actor) as tx:
            yield tx
            tx.flush()
            tx.end()
        self._notifier.tell(tx.inbox_changed)

    @contextmanager
    def reading(self, *, actor: str) -> Iterator[Transaction]:
        """A transaction for queries: the database refuses to write in it, and nothing is kept."""
        with self._begun(actor, read_only=True) as tx:
            yield tx
            # Not a roll-back: the driver then forgets every prepared statement, since one of them may be gone.
            tx.end()

    @contextmanager
    def visitors(self) -> Iterator[Visitors]:
        """Who is asking? A connection without a transaction: each question is a round trip, not four."""
        with self._borrowed() as (raw, _):
            yield Visitors(raw)

    def within(self, tx: Transaction) -> JoinedDatabase:
        """A stand-in whose transactions are parts of `tx`: several commands are then committed together."""
        return JoinedDatabase(tx)

    def close(self) -> None:
        """Tell the last inboxes and close every connection."""
        self._notifier.close()
        while self._free:
            self._free.pop().close()
        self._engine.dispose()

    @contextmanager
    def _begun(self, actor: str, *, read_only: bool = False) -> Iterator[Transaction]:
        """A transaction that has begun; whoever does not commit it has it rolled back.

        It begins in the database with its first statement. SQLAlchemy's connection, which costs as much to make as a
        statement, is only made for those who ask for it.
        """
        if not actor:
            raise ActorMissing
        with self._borrowed() as (raw, pooled):
            connect = partial(Connection, self._engine, pooled)
            tx = Transaction(raw, connect, actor, read_only=read_only, random=self._random)
            try:
                yield tx
            except Beaten:
                if tx.awaited is not None:
                    raw.rollback()  # holds nothing any more, so nobody waits for it in a circle
                    Transaction(raw, connect, SYSTEM).wait_for(tx.awaited)
                raise

    @contextmanager
    def _borrowed(self) -> Iterator[tuple[HotConnection, PoolProxiedConnection]]:
        """A connection of the pool. It goes back without an open transaction, or not at all where it is broken."""
        try:
            self._places.get(timeout=_WAIT_SECONDS)
        except Empty:
            raise Unavailable(f"No connection was free for {_WAIT_SECONDS} s.", retry_after=_WAIT_SECONDS) from None
        try:
            pooled = self._taken()
            raw = _raw(pooled)
            try:
                yield raw, pooled
            finally:
                try:
                    if raw.is_in_transaction:
                        raw.rollback()
                finally:
                    self._put_back(pooled, raw)
        except (psycopg.Error, DBAPIError) as error:
            if told := _told(error):
                raise told from error
            raise
        finally:
            self._places.put(None)

    def _taken(self) -> PoolProxiedConnection:
        """A free connection that the server still holds, else a new one."""
        while True:
            try:
                pooled = self._free.pop()
            except IndexError:
                return self._engine.raw_connection()
            if not _raw(pooled).is_hung_up():
                return pooled
            self._discard(pooled)

    def _put_back(self, pooled: PoolProxiedConnection, raw: HotConnection) -> None:
        if raw.closed or raw.is_in_transaction:
            self._discard(pooled)
        else:
            self._free.append(pooled)

    @staticmethod
    def _discard(pooled: PoolProxiedConnection) -> None:
        pooled.invalidate()
        pooled.close()


class JoinedDatabase:
    """Opens parts of a transaction that somebody else commits. A part that fails is undone alone."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    @contextmanager
    def transaction(self, *, actor: str) -> Iterator[Transaction]:
        """The outer transaction, inside a savepoint. Raises ActorMissing when it belongs to somebody else."""
        if actor != self._tx.actor:
            raise ActorMissing(f"The open transaction is {self._tx.actor}'s, not {actor}'s.")
        with self._tx.savepoint():
            yield self._tx

    @contextmanager
    def reading(self, *, actor: str) -> Iterator[Transaction]:
        """The outer transaction: what it has written so far can be read."""
        with self.transaction(actor=actor) as tx:
            yield tx

    @contextmanager
    def visitors(self) -> Iterator[Visitors]:
        yield Visitors(self._tx.raw)

    def within(self, tx: Transaction) -> JoinedDatabase:
        return JoinedDatabase(tx)


class SharedDatabase(JoinedDatabase):
    """Opens parts of one transaction of the system for whoever acts: what many people do in a rehearsal is committed
    together. Nothing of it is undone alone: where one part fails, the whole must be rolled back."""

    @contextmanager
    def transaction(self, *, actor: str) -> Iterator[Transaction]:
        """The outer transaction, with the eyes and in the name of `actor`."""
        with self._tx.with_eyes_of(actor):
            yield self._tx


def _told(error: psycopg.Error | DBAPIError) -> ChangxiaoError | None:
    """The error of the driver in our words; None where it is a mistake of ours."""
    if is_lost_race(error):
        return Beaten("Two changes met; the other one went first.")
    if is_away(error):
        return Unavailable(retry_after=_AWAY_SECONDS)
    if is_unstorable(error):
        return InputRejected(
            "内容含有无法保存的字符或数值。", "The content has characters or numbers that cannot be stored."
        )
    return None


def _engine(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=False,
        pool_reset_on_return=None,  # done where it is borrowed, and only where there is something to reset
        hide_parameters=True,  # an error would quote them, and they are what people have typed
        connect_args=_SOON_TOLD
        | {"options": "-c timezone=UTC -c synchronous_commit=on", "application_name": "changxiao"},
        json_serializer=lambda value: _encode_json(value).decode(),
        json_deserializer=msgspec.json.decode,
    )
    event.listen(engine, "do_connect", _connect)
    return engine


def _connect(
    _dialect: Dialect, _entry: ConnectionPoolEntry, places: list[Any], options: dict[str, Any]
) -> DBAPIConnection:
    raw = HotConnection.connect(*places, **options)
    set_json_loads(msgspec.json.decode, raw)
    set_json_dumps(_encode_json, raw)
    return cast("DBAPIConnection", raw)


def _raw(pooled: PoolProxiedConnection) -> HotConnection:
    raw = pooled.driver_connection
    assert isinstance(raw, HotConnection)  # noqa: S101 - the only one we make
    return raw
