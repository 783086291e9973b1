"""The connection of a transaction: psycopg's, with a short way for the statements of the hot path.

A statement through a cursor of the driver costs more CPU here than it costs the database: a cursor, a generator, a
wait, a look into three caches. The short way hands libpq the same bytes by the driver's own adapters. What is hot is
asked in one breath anyway, so nothing is lost: no server-side cursor, no pipeline, no signal between the packets.
"""

from __future__ import annotations

import re
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
#: Statements that one connection keeps prepared; the one used longest ago makes room.
MOST_PREPARED = 200
_PLACE = re.compile(r"%(s|%)")
_IDLE, _TUPLES, _DONE = pq.TransactionStatus.IDLE, pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK
_BINARY = pq.Format.BINARY


class HotConnection(psycopg.Connection[Row]):
    """Used by one thread at a time, as a pool hands it out."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._prepared_names: OrderedDict[tuple[str, tuple[int, ...]], bytes] = OrderedDict()
        self._numbers = count()

    def begin(self, *, read_only: bool = False) -> None:
        """Open a transaction, where a hot statement is its first."""
        self._send(b"BEGIN READ ONLY" if read_only else b"BEGIN")

    def hot(self, statement: str, values: Sequence[object]) -> list[Row]:
        """The rows of a statement, prepared at its first use. Outside a transaction it is one of its own.

        statement: with `%s` or `$1`, `$2`… for its values, and `%%` for the sign itself.

        Raises psycopg.Error as a cursor does.
        """
        adapt = Transformer(self)
        given = adapt.dump_sequence(values, (PyFormat.AUTO,) * len(values))
        name = self._name(statement, adapt.types or ())
        result = self.pgconn.exec_prepared(name, given, adapt.formats, _BINARY)  # type: ignore[arg-type]
        if result.status != _TUPLES:
            self._check(result)
            return []
        adapt.set_pgresult(result, format=_BINARY)
        return adapt.load_rows(0, result.ntuples, tuple)

    def end(self) -> None:
        """Commit the transaction, where there is one. Not inside a savepoint."""
        if self.is_in_transaction:
            self._send(b"COMMIT")

    @property
    def is_in_transaction(self) -> bool:
        return self.pgconn.transaction_status != _IDLE

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
