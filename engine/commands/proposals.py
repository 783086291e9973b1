"""An analyst's text is put forward for publishing; the second analyst decides about it in `deployments`."""

from __future__ import annotations

from uuid import UUID

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.bundles import Deployment, put_forward, tell_analysts
from engine.commands.design_kinds import KINDS
from engine.commands.designs import check_writable, draft_of, late_revision
from engine.core import Engine
from engine.model.step import PersonId
from engine.store.designs import DesignRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)
MAX_NOTE = 500  #: characters


@again_when_beaten
def propose(engine: Engine, person: PersonId, design_id: UUID, *, rev: int, note: str = "") -> Deployment:
    """Put the revision forward as it was saved; forms that a process names stay at their version in force.

    A form or decision goes with every process in force that names it.
    Nobody writes on it until the second analyst has decided. Raises NotFound, DesignClosed, DesignLocked,
    DesignChanged where another revision was saved since; DefinitionRejected with every problem.
    """
    with engine.transaction(person) as tx:
        design = tx.design(design_id, lock=True)
        check_writable(engine, tx, design)
        if rev != design.rev:
            raise late_revision(engine, tx, design)
        files, beside = KINDS[design.kind].bundle(tx, draft_of(tx, design))
        made = put_forward(engine, tx, files, note=note.strip()[:MAX_NOTE], beside=beside)
        tx.move_design(design_id, "proposed", deployment_id=made.id)
        what = f"{design.name} v{version_in(tx, made.id, design)}"
        tell_analysts(engine, tx, "design_proposed", {"deployment": str(made.id), "what": what})
    logger.info("design proposed", action="design.propose", design_id=str(design_id), person_id=person)
    return made


def version_in(tx: Transaction, deployment_id: UUID, design: DesignRow) -> int:
    """The number that the text got in a bundle; 0: it is not in it."""
    if design.kind == "bpmn":
        return next((row.version for row in tx.definitions_of(deployment_id) if row.key == design.key), 0)
    rows = tx.forms_in(deployment_id) if design.kind == "form" else tx.decisions_of(deployment_id)
    return next((row.version for row in rows if row.key == design.key), 0)
