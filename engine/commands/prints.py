"""Printing a case is a read that leaves the system: each one goes into the access log (domain.md §6.5)."""

from __future__ import annotations

from typing import Literal

import structlog

from engine.core import Engine
from engine.model.step import InstanceId, PersonId

logger = structlog.get_logger(__name__)


def record_print(
    engine: Engine, person: PersonId, instance_id: InstanceId, what: Literal["case", "notice"], *, address: str
) -> None:
    """Note that the person has made a page of this case for paper. Raises NotFound where he may not see the case."""
    with engine.transaction(person) as tx:
        tx.instance(instance_id)
        tx.access("case.print", address=address, body={"case": str(instance_id), "what": what})
    logger.info("case printed", action="case.print", instance_id=str(instance_id), person_id=person)
