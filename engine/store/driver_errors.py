"""Errors of the driver told apart: lost races, which are nobody's mistake, and values that no column can hold."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DBAPIError

_TRY_AGAIN = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available


def is_lost_race(error: BaseException) -> bool:
    """True where two transactions stood in each other's way and one was given up: asking again will do."""
    cause = _cause(error)
    return isinstance(cause, psycopg.Error) and cause.sqlstate in _TRY_AGAIN


def is_unstorable(error: BaseException) -> bool:
    """True where the value itself was at fault: a character or a number that the database cannot hold."""
    return isinstance(_cause(error), psycopg.DataError)


def _cause(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error
