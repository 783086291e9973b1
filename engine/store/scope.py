"""What every part of a Transaction stands on: the connection, who asks, and the business time."""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from functools import cache, lru_cache
from random import Random
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, Executable, Select, Table, literal_column, select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.selectable import SelectBase

from engine.store.connection import COMMIT, Asked, HotConnection, Row

SYSTEM = "system"  #: the actor of timers, jobs and migrations
_DIALECT = cast("Dialect", cast("Any", PGDialect_psycopg)())
_SET_ACTOR = "SELECT set_config('cx.actor', %s, true)"
#: The first statement of all: names the actor to row-level security and reads the business clock.
_OPEN = "SELECT set_config('cx.actor', %s, true), t.at, r.stamp FROM business_time t, reference_stamp r"
_BEGIN: Asked = ("BEGIN", ())
_BEGIN_READING: Asked = ("BEGIN READ ONLY", ())

_PLACE = re.compile(r"%\((\w+)\)s")

RowType = TypeVar("RowType")


class Scope:
    """An open database transaction on behalf of one actor. Its parts, one module per noun, are joined in Transaction.

    The outer storeys call the named methods; `connection` and `raw` are for engine.store and engine.queries.
    """

    __slots__ = ("_connect", "_connection", "_eyes", "_now", "_random", "_raw", "_reads", "_stamp", "actor")

    def __init__(
        self,
        raw: HotConnection,
        connect: Callable[[], Connection],
        actor: str,
        *,
        read_only: bool = False,
        random: Random | None = None,
    ) -> None:
        #: PersonId or "system"; row-level security sees the same from the next statement on
        self.actor = actor
        self._eyes: str | None = None  # as whom the database sees us now; None: the transaction has not begun there
        self._now: datetime | None = None
        self._stamp = 0
        self._raw = raw
        self._reads = read_only
        self._random = random  # of a rehearsal; None: the system's
        self._connect = connect  # makes SQLAlchemy's connection of it
        self._connection: Connection | None = None

    @property
    def now(self) -> datetime:
        """The business clock, read once at the start."""
        if self._now is None:
            self._ask()
        assert self._now is not None  # noqa: S101 - read with the first statement, whatever it is
        return self._now

    @property
    def reference_stamp(self) -> int:
        """Grows with every change of organisation, calendar or parameters."""
        if self._now is None:
            self._ask()
        return self._stamp

    @property
    def raw(self) -> HotConnection:
        """The driver's connection. Ask anew for each statement: it may have to tell the database who asks."""
        self._settle()
        return self._apart()

    @property
    def connection(self) -> Connection:
        """SQLAlchemy's connection. Ask anew for each statement, as for `raw`."""
        _ = self.raw
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    @contextmanager
    def as_system(self) -> Iterator[None]:
        """See and write with the system's eyes: for what a step sets off in cases its actor may not see.

        History still names the actor of the step. Never around anything that answers a person.
        """
        with self.with_eyes_of(SYSTEM):
            yield

    @contextmanager
    def with_eyes_of(self, actor: str) -> Iterator[None]:
        """See what `actor` may see: to ask what somebody may reach who is not here."""
        asking, self.actor = self.actor, actor
        try:
            yield
        finally:
            self.actor = asking

    def end(self) -> None:
        """Commit. Called by Database alone. By whose eyes does not matter any more: nobody is told."""
        self._settle()
        self._raw.end()

    # -- for the parts

    def _settle(self) -> None:
        """Write what was held back, so that the statement to come finds it."""

    def _apart(self) -> HotConnection:
        """The connection for tables that no step writes: what was held back can wait."""
        if self._eyes != self.actor:
            self._ask()
        return self._raw

    def _ask(self, *asked: Asked, last: bool = False) -> list[list[Row]]:
        """The rows of each of these hot statements. What the database must know before them goes in the same packet.

        That is the beginning of the transaction before its first statement, and who asks where that has changed.
        last: commit in the same packet.
        """
        begins = self._eyes is None
        before: tuple[Asked, ...] = ()
        if begins:
            before = (_BEGIN_READING if self._reads else _BEGIN, (_OPEN, (self.actor,)))
        elif self._eyes != self.actor:
            before = ((_SET_ACTOR, (self.actor,)),)
        every = (*before, *asked, COMMIT) if last else (*before, *asked)
        found = self._raw.together(*every) if len(every) > 1 else [self._raw.hot(*one) for one in every]
        self._eyes = None if last else self.actor
        if begins and self._now is None:
            _, self._now, self._stamp = found[1][0]
        return found[len(before) : len(before) + len(asked)]

    def _one(self, statement: str, values: tuple[object, ...]) -> tuple[Any, ...] | None:
        """First row of a hot statement, sent past SQLAlchemy."""
        rows = self._all(statement, values)
        return rows[0] if rows else None

    def _all(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        self._settle()
        return self._ask((statement, values))[0]

    def _run(self, statement: Executable) -> int:
        """Number of rows that an INSERT, UPDATE or DELETE touched."""
        return int(self.connection.execute(statement).rowcount)

    def _insert(self, table: Table, *rows: Mapping[str, object]) -> None:
        if rows:
            self.connection.execute(table.insert(), [dict(row) for row in rows])

    def _find(self, kind: type[RowType], query: Select[Any], **values: object) -> RowType | None:
        row = self.connection.execute(query, values).mappings().first()
        return None if row is None else kind(**row)

    def rows(
        self, query: SelectBase, values: Mapping[str, object], *, apart: bool = False, last: bool = False
    ) -> list[Any]:
        """All rows, as named tuples, of a statement that is built once and kept (a constant, or behind @cache).

        Its text is made once too and sent past SQLAlchemy, which otherwise takes longer than the database.
        values: of the named parameters; more than the statement has are left out. IN takes `written`, no parameters.
        apart: of tables that no step writes. last: hardly anything is asked after it, so a transaction that only
        reads ends with it; what is asked nevertheless begins another one, with the same clock.
        """
        text, fixed, row = _compiled(query)
        given = [values.get(name, value) for name, value in fixed]
        if not apart:
            self._settle()
        return [row._make(found) for found in self._ask((text, given), last=last and self._reads)[0]]

    def _list(self, kind: type[RowType], query: Select[Any], **values: object) -> tuple[RowType, ...]:
        return tuple(kind(**row) for row in self.connection.execute(query, values).mappings())


def written(words: Iterable[str]) -> list[ColumnElement[Any]]:
    """Our own constants as part of the text of a statement."""
    return [literal_column("'" + word.replace("'", "''") + "'") for word in words]


def of(kind: type, table: Table) -> Select[Any]:
    """SELECT the columns of `table` that the dataclass `kind` names."""
    return select(*_columns(kind, table))


@lru_cache(maxsize=512)
def _compiled(query: SelectBase) -> tuple[str, Sequence[tuple[str, object]], Any]:
    """The text of a statement, its parameters in order with what is fixed of them, and the type of its rows."""
    made = query.compile(dialect=_DIALECT)
    if "POSTCOMPILE" in str(made):
        raise ValueError("IN with a list of parameters has another text for each list: use `written`, or OR.")
    fixed = made.construct_params(_check=False)
    # One number for each name: in GROUP BY the database knows an expression again only with the same parameter in it.
    names = list(dict.fromkeys(_PLACE.findall(str(made))))
    numbers = {name: f"${number}" for number, name in enumerate(names, 1)}
    text = _PLACE.sub(lambda found: numbers[found[1]], str(made))
    return text, [(name, fixed[name]) for name in names], namedtuple("Row", query.selected_columns.keys())


@cache
def _columns(kind: type, table: Table) -> tuple[ColumnElement[Any], ...]:
    return tuple(table.c[field.name] for field in fields(kind))
