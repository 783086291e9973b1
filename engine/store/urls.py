"""One spelling of a database address for three readers: libpq, SQLAlchemy and Procrastinate."""

from __future__ import annotations

_SCHEMES = ("postgresql+psycopg://", "postgresql://", "postgres://")


def sqlalchemy_url(url: str) -> str:
    """`url` with the driver named, as SQLAlchemy wants it."""
    return "postgresql+psycopg://" + _without_scheme(url)


def libpq_url(url: str) -> str:
    """`url` as libpq and psycopg want it."""
    return "postgresql://" + _without_scheme(url)


def _without_scheme(url: str) -> str:
    for scheme in _SCHEMES:
        if url.startswith(scheme):
            return url.removeprefix(scheme)
    raise ValueError("A database address begins with postgresql://")
