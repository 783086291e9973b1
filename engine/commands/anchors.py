"""Taking the hourly anchor, and writing it to its file."""

from __future__ import annotations

from datetime import datetime

import structlog

from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.errors import InputRejected
from engine.model.anchor import Anchor, full_hour, seal
from engine.store.anchor_file import append_anchors

logger = structlog.get_logger(__name__)


def is_taken(engine: Engine, now: datetime) -> bool:
    """Has this process looked after the anchor of the hour? Asks nobody."""
    return engine.anchored == full_hour(now)


def take(engine: Engine) -> Anchor | None:
    """Anchor what happened before this hour of the business clock, once in the hour; None where nothing did.

    Committed before anything of the hour is fired: what is drawn from a root can no longer choose it.
    """
    with engine.transaction(SYSTEM) as tx:
        tx.lock_anchors()
        last, hour = tx.last_anchor(), full_hour(tx.now)
        anchor = None
        if last is None or last.hour < hour:
            grown = tx.grown_since(last, before=hour)
            if grown.newest is not None:
                anchor = seal(last, grown.leaves, newest=grown.newest, taken_at=tx.now)
                tx.add_anchor(anchor)
    if anchor is not None:
        logger.info("anchor taken", action="anchor.take", count=len(anchor.leaves))
    if anchor is not None or engine.anchored is None:
        write_out(engine)
    engine.anchored = hour
    return anchor


def write_out(engine: Engine) -> int:
    """Append to the file what it lacks: after a crash it is behind the database. Answers how many lines."""
    try:
        with engine.reading(SYSTEM) as tx:
            return append_anchors(engine.settings.anchor_path, tx.anchors_behind)
    except (OSError, InputRejected) as problem:
        # The office goes on; whoever watches the log has to mend the file, and it is then written up.
        logger.exception("anchors not written", action="anchor.write", kind=type(problem).__name__)
        return 0
