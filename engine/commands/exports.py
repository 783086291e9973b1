"""Taking a list out of the system as a file: a fact for the access log, without anything of its content."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog

from engine.core import Engine
from engine.model.step import PersonId

logger = structlog.get_logger(__name__)


def record(
    engine: Engine,
    person: PersonId,
    *,
    name: str,
    filters: Mapping[str, str],
    rows: int,
    kind: str,
    address: str,
) -> datetime:
    """Write down that `person` takes the list `name` as a file.

    filters: by what it is narrowed, codes only; kind: csv, xlsx; address: from where. Answers the time
    of business as of which the list stands.
    """
    with engine.transaction(person) as tx:
        body = {"list": name, "filters": dict(filters), "rows": rows, "kind": kind}
        tx.access("export", address=address, body=body)
        at = tx.now
    logger.info("list exported", action="export", person_id=person, name=name, count=rows, kind=kind)
    return at
