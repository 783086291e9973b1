"""An analyst's text is put forward for publishing; the second analyst decides about it in `deployments`."""

from __future__ import annotations

from uuid import UUID

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.bundles import Deployment, called_in_force, put_forward, tell_analysts
from engine.commands.designs import check_writable, late_revision
from engine.commands.linting import key_problems
from engine.core import Engine
from engine.errors import DefinitionRejected
from engine.model.step import PersonId

logger = structlog.get_logger(__name__)
MAX_NOTE = 500  #: characters


@again_when_beaten
def propose(engine: Engine, person: PersonId, design_id: UUID, *, rev: int, note: str = "") -> Deployment:
    """Put the revision forward as it was saved; forms that it names stay at their version in force.

    Nobody writes on it until the second analyst has decided. Raises NotFound, DesignClosed, DesignLocked,
    DesignChanged where another revision was saved since; DefinitionRejected with every problem.
    """
    with engine.transaction(person) as tx:
        design = tx.design(design_id, lock=True)
        check_writable(engine, tx, design)
        if rev != design.rev:
            raise late_revision(engine, tx, design)
        content = tx.design_text(design_id, rev)
        files = {design.file: content}
        problems = key_problems(design.file, content, design.key)
        if problems:
            raise DefinitionRejected(problems)
        made = put_forward(engine, tx, files, note=note.strip()[:MAX_NOTE], beside=called_in_force(tx, files))
        tx.move_design(design_id, "proposed", deployment_id=made.id)
        version = next(row.version for row in made.definitions if row.key == design.key)
        what = f"{design.name} v{version}"
        tell_analysts(engine, tx, "design_proposed", {"deployment": str(made.id), "what": what})
    logger.info("design proposed", action="design.propose", design_id=str(design_id), person_id=person)
    return made
