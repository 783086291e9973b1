"""Errors of the driver told apart: lost races, a database that is away, and values that no column can hold."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DBAPIError

_TRY_AGAIN = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
#: Connection, resources (a full disk among them), intervention of an operator, and errors of the system.
_AWAY = ("08", "53", "57P", "58")


def is_lost_race(error: BaseException) -> bool:
    """True where two transactions stood in each other's way and one was given up: asking again will do."""
    cause = _cause(error)
    return isinstance(cause, psycopg.Error) and cause.sqlstate in _TRY_AGAIN


def is_away(error: BaseException) -> bool:
    """True where the server is not there, is stopping or starting, or has no room left: asking again later will do."""
    cause = _cause(error)
    if isinstance(cause, psycopg.Error) and cause.sqlstate:
        return cause.sqlstate.startswith(_AWAY)
    return isinstance(cause, psycopg.OperationalError)  # libpq has a text for a lost connection, but no code


def is_unstorable(error: BaseException) -> bool:
    """True where the value itself was at fault: a character or a number that the database cannot hold."""
    return isinstance(_cause(error), psycopg.DataError)


def _cause(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error
