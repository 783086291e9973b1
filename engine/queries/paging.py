"""Keyset paging: a cursor names the last row seen, so the next page costs what the first did, however far it is."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from engine.errors import InputRejected

Row = TypeVar("Row")
DEFAULT_LIMIT, MAX_LIMIT = 20, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """One page of a list. next_cursor: where the next one begins; empty: this is the last."""

    rows: tuple[Row, ...]
    next_cursor: str = ""


def encode_cursor(*key: object) -> str:
    """The key of the last row shown, as text that callers hand back unread."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(cursor: str, *kinds: type) -> tuple[object, ...] | None:
    """The key behind a cursor, each part of its kind; None for the empty cursor. Raises InputRejected."""
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values: list[object] = msgspec.json.decode(raw, type=list[object])
        if len(values) != len(kinds):
            raise ValueError("another list's cursor")
        return tuple(msgspec.convert(value, kind, strict=True) for value, kind in zip(values, kinds, strict=True))
    except (ValueError, binascii.Error) as error:
        raise InputRejected(
            "翻页标记无效，请从第一页开始。", "The cursor is not one of ours.", field="cursor", value=cursor[:200]
        ) from error


def page_of(rows: Sequence[Row], limit: int, key: Callable[[Row], tuple[object, ...]]) -> Page[Row]:
    """A page from up to `limit` + 1 rows: the one too many only says that there is more."""
    shown = tuple(rows[:limit])
    return Page(rows=shown, next_cursor=encode_cursor(*key(shown[-1])) if len(rows) > limit and shown else "")
