"""The one MetaData of the database and the few column shapes that every table shares."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, DateTime, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.sql.expression import text
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

Timestamp: TypeEngine[Any] = DateTime(timezone=True)
Json: TypeEngine[Any] = JSONB(none_as_null=True)
Texts: TypeEngine[Any] = ARRAY(Text)
Id: TypeEngine[Any] = Uuid(as_uuid=True)

EMPTY_OBJECT: TextClause = text("'{}'::jsonb")
EMPTY_ARRAY: TextClause = text("'{}'::text[]")
NOTHING: TextClause = text("''")
FALSE: TextClause = text("false")
ZERO: TextClause = text("0")


def required(name: str, kind: TypeEngine[Any] | type, default: TextClause | None = None) -> Column[Any]:
    """A NOT NULL column."""
    return Column(name, kind, nullable=False, server_default=default)


def optional(name: str, kind: TypeEngine[Any] | type) -> Column[Any]:
    """A column that may be NULL: the fact is not known, or not yet."""
    return Column(name, kind, nullable=True)
