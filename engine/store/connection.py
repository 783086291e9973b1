"""The connection of a transaction: psycopg's, with a short way for the statements of the hot path.

A statement through a cursor of the driver costs more CPU here than it costs the database: a cursor, a generator, a
wait, a look into three caches. The short way hands libpq the same bytes by the driver's own adapters. What is hot is
asked in one breath anyway, so nothing is lost: no server-side cursor, no signal between the packets. Each packet wakes
a process on both sides, which is dearer than most statements: what is known together is sent together.
"""

from __future__ import annotations

import re
import select
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from typing import Any

import psycopg
from psycopg import errors, pq
from psycopg.abc import PyFormat
from psycopg.adapt import Transformer

Row = tuple[Any, ...]
Asked = tuple[str, Sequence[object]]  #: a hot statement and its values
#: Statements that one connection keeps prepared; the one used longest ago makes room.
MOST_PREPARED = 200
_PLACE = re.compile(r"%(s|%)")
_IDLE, _TUPLES, _DONE = pq.TransactionStatus.IDLE, pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK
_BINARY = pq.Format.BINARY
COMMIT: Asked = ("COMMIT", ())


class HotConnection(psycopg.Connection[Row]):
    """Used by one thread at a time, as a pool hands it out."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._prepared_names: OrderedDict[tuple[str, tuple[int, ...]], bytes] = OrderedDict()
        self._numbers = count()
        #: One for all statements: a new one would look up the adapter of every value and column again.
        self._adapt: Any = None
        self._readable, self._any = select.poll(), select.poll()
        self._readable.register(self.pgconn.socket, select.POLLIN)
        self._any.register(self.pgconn.socket, select.POLLIN | select.POLLOUT)

    def begin(self, *, read_only: bool = False) -> None:
        """Open a transaction."""
        self._send(b"BEGIN READ ONLY" if read_only else b"BEGIN")

    def hot(self, statement: str, values: Sequence[object]) -> list[Row]:
        """The rows of a statement, prepared at its first use. Outside a transaction it is one of its own.

        statement: with `%s` or `$1`, `$2`… for its values, and `%%` for the sign itself.

        Raises psycopg.Error as a cursor does.
        """
        name, given, formats = self._packed(statement, values)
        return self._rows(self.pgconn.exec_prepared(name, given, formats, _BINARY))

    def together(self, *asked: Asked) -> list[list[Row]]:
        """The rows of each of several hot statements, which cross in one packet and are answered in one.

        The first one that fails is raised, and those behind it are not run. BEGIN and COMMIT may be among them.
        """
        packed = [self._packed(statement, values) for statement, values in asked]
        pgconn = self.pgconn
        pgconn.enter_pipeline_mode()
        try:
            for name, given, formats in packed:
                pgconn.send_query_prepared(name, given, formats, _BINARY)
            pgconn.pipeline_sync()
            results = self._answers(len(asked))
            pgconn.exit_pipeline_mode()
        except BaseException:
            self.close()  # half asked and half answered, it is of no use to anybody
            raise
        return [self._rows(result) for result in results]

    def end(self) -> None:
        """Commit the transaction, where there is one. Not inside a savepoint."""
        if self.is_in_transaction:
            self._send(b"COMMIT")

    @property
    def is_in_transaction(self) -> bool:
        return self.pgconn.transaction_status != _IDLE

    def is_hung_up(self) -> bool:
        """Has the server gone while nothing was asked of it? Looks at the socket, and asks nobody."""
        if self.closed:
            return True
        try:
            while self._readable.poll(0):  # a notice, or the end
                self.pgconn.consume_input()
        except psycopg.OperationalError:
            return True
        return False

    def rollback(self) -> None:
        super().rollback()
        self._forget()

    @contextmanager
    def transaction(self, *arguments: Any, **options: Any) -> Iterator[psycopg.Transaction]:
        try:
            with super().transaction(*arguments, **options) as inner:
                yield inner
        except BaseException:
            self._forget()
            raise

    def _packed(self, statement: str, values: Sequence[object]) -> tuple[bytes, Sequence[Any], Sequence[Any] | None]:
        """The name under which a statement is prepared, and its values as they are sent."""
        if not values:
            return self._name(statement, ()), (), None
        adapt = self._adapt
        if adapt is None:
            adapt = self._adapt = Transformer(self)
        given = adapt.dump_sequence(values, (PyFormat.AUTO,) * len(values))
        return self._name(statement, adapt.types or ()), given, adapt.formats

    def _answers(self, number: int) -> list[pq.abc.PGresult]:
        """As many results as statements were sent. Waits without holding up the other threads, as libpq would not."""
        pgconn = self.pgconn
        while pgconn.flush():  # more than the socket takes: what the server says meanwhile must be read
            self._any.poll()
            pgconn.consume_input()
        found: list[pq.abc.PGresult] = []
        for _ in range(number):
            found.append(self._answer())
            self._answer()  # the end of its results
        self._answer()  # and of the packet
        return found

    def _answer(self) -> Any:
        pgconn = self.pgconn
        while pgconn.is_busy():
            self._readable.poll()
            pgconn.consume_input()
        return pgconn.get_result()

    def _rows(self, result: pq.abc.PGresult) -> list[Row]:
        if result.status != _TUPLES:
            self._check(result)
            return []
        adapt = self._adapt
        if adapt is None:
            adapt = self._adapt = Transformer(self)
        adapt.set_pgresult(result, format=_BINARY)
        rows: list[Row] = adapt.load_rows(0, result.ntuples, tuple)
        adapt.set_pgresult(None)  # not kept until the next one comes
        return rows

    def _name(self, statement: str, types: tuple[int, ...]) -> bytes:
        known = self._prepared_names.get((statement, types))
        if known is not None:
            self._prepared_names.move_to_end((statement, types))
            return known
        if len(self._prepared_names) >= MOST_PREPARED:
            self._send(b"DEALLOCATE " + self._prepared_names.popitem(last=False)[1])
        name = b"cx_%d" % next(self._numbers)
        self._check(self.pgconn.prepare(name, _numbered(statement), types))
        self._prepared_names[statement, types] = name
        return name

    def _forget(self) -> None:
        """After a roll-back the driver has had every prepared statement thrown away, ours among them."""
        self._prepared_names.clear()

    def _send(self, command: bytes) -> None:
        self._check(self.pgconn.exec_(command))

    def _check(self, result: pq.abc.PGresult) -> None:
        if result.status in (_TUPLES, _DONE):
            return
        if self.closed:  # the server has gone in the middle: libpq has a text for it but no code
            raise psycopg.OperationalError(result.get_error_message())
        raise errors.error_from_result(result)


@lru_cache(maxsize=1024)
def _numbered(statement: str) -> bytes:
    """The places for values as PostgreSQL wants them: $1, $2, …"""
    numbers = count(1)
    return _PLACE.sub(lambda found: "%" if found[1] == "%" else f"${next(numbers)}", statement).encode()
