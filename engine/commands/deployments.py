"""Publishing definitions: a bundle is proposed by one analyst and becomes current when another confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.bundle_files import stem
from engine.commands.bundles import (
    Deployment,
    make_current,
    put_forward,
    stored_bundle,
    tell,
    tell_analysts,
)
from engine.commands.decision_files import keys_in
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import Conflict, Refused
from engine.model.step import PersonId
from engine.store.definitions import DeploymentRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)


class OwnProposal(Refused):
    """Nobody confirms an own proposal."""

    code = "own_proposal"


class AlreadyDecided(Conflict):
    """The proposal was confirmed or refused before. Facts: state, name (of who decided)."""

    code = "already_decided"


@again_when_beaten
def propose(
    engine: Engine,
    person: str,
    files: Mapping[str, bytes],
    *,
    note: str = "",
    builtin: bool = False,
    auto_confirm: bool = False,
) -> Deployment:
    """Check a bundle and store it, byte for byte, as proposed; with `auto_confirm` it is current at once.

    auto_confirm: demonstration, rehearsal and built-in bundles only; the caller has checked the mode.
    Raises DefinitionRejected with every problem found; then nothing is stored.
    """
    with engine.transaction(person) as tx:
        made = put_forward(engine, tx, files, note=note, builtin=builtin)
        if auto_confirm:
            make_current(engine, tx, made.id)
            tx.access("deployment.confirm", body={"deployment": str(made.id), "auto": True})
            made = stored_bundle(tx, made.id, warnings=made.warnings)
        else:
            tell_analysts(engine, tx, "design_proposed", _facts(tx, made.id))
    logger.info("bundle proposed", action="deployment.propose", deployment_id=str(made.id), person_id=person)
    return made


@again_when_beaten
def confirm(engine: Engine, person: PersonId, deployment_id: UUID) -> Deployment:
    """Make a proposed bundle current. Raises OwnProposal, AlreadyDecided."""
    with engine.transaction(person) as tx:
        bundle = _waiting(engine, tx, deployment_id)
        if bundle.proposed_by == person:
            raise OwnProposal
        make_current(engine, tx, deployment_id)
        _close_design(tx, deployment_id, "published")
        tell(engine, tx, [bundle.proposed_by], "design_confirmed", _facts(tx, deployment_id))
        tx.access("deployment.confirm", body={"deployment": str(deployment_id)})
        found = stored_bundle(tx, deployment_id)
    logger.info("bundle confirmed", action="deployment.confirm", deployment_id=str(deployment_id), person_id=person)
    return found


@again_when_beaten
def refuse(engine: Engine, person: PersonId, deployment_id: UUID, *, reason: str) -> Deployment:
    """Send a proposal back with a reason; a text that it came from is written on. Its author takes it back so.

    Raises InputRejected without a reason, AlreadyDecided.
    """
    reason = checked_reason(reason, zh="请填写退回理由。")
    with engine.transaction(person) as tx:
        bundle = _waiting(engine, tx, deployment_id)
        tx.refuse_deployment(deployment_id, reason)
        _close_design(tx, deployment_id, "editing")
        if bundle.proposed_by != person:
            tell(engine, tx, [bundle.proposed_by], "design_refused", {**_facts(tx, deployment_id), "reason": reason})
        tx.access("deployment.refuse", body={"deployment": str(deployment_id)})
        found = stored_bundle(tx, deployment_id)
    logger.info("bundle refused", action="deployment.refuse", deployment_id=str(deployment_id), person_id=person)
    return found


def deploy_builtin(engine: Engine, files: Mapping[str, bytes]) -> Deployment | None:
    """Deploy what is shipped, where a key is absent or its current version is an older built-in.

    Never over an analyst's version (architecture.md §1 no. 13). None: everything shipped stands already.
    """
    with engine.transaction("system") as tx:
        known = tx.deployed_files(builtin=True)
        by_analysts = tx.keys_of_analysts()
    wanted = {name: data for name, data in files.items() if not by_analysts & {stem(name), *keys_in(name, data)}}
    if all(known.get(name) == data for name, data in wanted.items()):
        return None
    return propose(engine, "system", wanted, note="built-in", builtin=True, auto_confirm=True)


def _waiting(engine: Engine, tx: Transaction, deployment_id: UUID) -> DeploymentRow:
    """The proposal, locked. Raises NotFound, AlreadyDecided."""
    bundle = tx.deployment(deployment_id, lock=True)
    if bundle.state != "proposed":
        name = engine.reference(tx).organization.person_name(bundle.decided_by or "")
        raise AlreadyDecided(f"The deployment {deployment_id} is {bundle.state}.", state=bundle.state, name=name)
    return bundle


def _close_design(tx: Transaction, deployment_id: UUID, state: str) -> None:
    """What becomes of the text that was proposed as this bundle; one sent in as files has none."""
    design = tx.design_of_deployment(deployment_id)
    if design is not None and design.state == "proposed":
        tx.move_design(design.id, state)


def _facts(tx: Transaction, deployment_id: UUID) -> dict[str, object]:
    """What a notice about a bundle says."""
    names = [f"{row.name or row.key} v{row.version}" for row in stored_bundle(tx, deployment_id).versions]
    return {"deployment": str(deployment_id), "what": "、".join(names[:3])}
