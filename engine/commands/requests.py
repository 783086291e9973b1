"""Idempotency: a request that comes twice with one key is done once and answered alike (architecture.md §5)."""

from __future__ import annotations

from collections.abc import Callable

from engine.commands.attempts import again_when_beaten
from engine.core import Engine
from engine.errors import ChangxiaoError
from engine.store import idempotency
from engine.store.idempotency import RequestKey, StoredAnswer

__all__ = ["RequestKey", "StoredAnswer", "once"]


@again_when_beaten
def once(engine: Engine, request: RequestKey, work: Callable[[Engine], StoredAnswer]) -> StoredAnswer:
    """Do `work` and store its answer in one transaction, or give the answer stored before.

    work: gets an engine whose commands are parts of this transaction; what it raises leaves no trace, so the request
    may be tried again under its key. Raises IdempotencyMismatch when the key came with another request.
    """
    joined: Engine | None = None
    try:
        with engine.transaction(request.actor) as tx:
            known = idempotency.claim(tx, request)
            if known is not None:
                return known
            joined = engine.within(tx)
            answer = work(joined)
            idempotency.keep(tx, request, answer)
            return answer
    except ChangxiaoError:
        for keep in (joined.after_rollback or ()) if joined is not None else ():
            keep(engine)
        raise
