"""/healthz: the process answers. /readyz: it can do its work, with the level of the script sandbox."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, jsonify

from engine.workflow.scripting import sandbox_level
from webui.auth import rule
from webui.service import current_service

logger = structlog.get_logger(__name__)

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@rule("public")
def healthz() -> Response:
    return jsonify(status="ok")


@blueprint.get("/readyz")
@rule("public")
def readyz() -> tuple[Response, int]:
    """200 when database and sandbox can be used, else 503 with what is missing; never why, which is in the log."""
    database, sandbox = _database_usable(), _sandbox()
    ready = database and sandbox is not None
    found = {"status": "ready" if ready else "not ready", "database": database, "sandbox": sandbox}
    return jsonify(found), 200 if ready else 503


def _database_usable() -> bool:
    try:
        with current_service().engine.reading("system") as tx:
            tx.clock()
    except Exception:
        logger.exception("database not ready", action="ready.database")
        return False
    return True


def _sandbox() -> dict[str, object] | None:
    """The locks on the sandbox; None: scripts cannot run."""
    try:
        return sandbox_level().as_dict()
    except Exception:
        logger.exception("sandbox not ready", action="ready.sandbox")
        return None
