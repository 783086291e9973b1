"""Many incidents are tried again in one run: a job works it off, one transaction for each, until somebody stops it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.case_step import SYSTEM
from engine.commands.incidents import retry_within
from engine.core import Engine
from engine.errors import Beaten, ChangxiaoError, InputRejected
from engine.model.step import PersonId
from engine.store.retries import RetryItemRow, RetryRunRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

RETRY = "retry_incidents"  #: name of the job
MAX_RUN = 500  #: incidents in one run


def begin(engine: Engine, person: PersonId, incidents: Sequence[UUID]) -> RetryRunRow:
    """Let these incidents try again, in this order; answers the run, which a worker begins at once.

    Raises InputRejected for none, for more than MAX_RUN, and where another run has all of them in hand already.
    """
    wanted = list(dict.fromkeys(incidents))
    if not wanted:
        raise InputRejected("请先勾选要重试的异常。", "Tick the incidents to try again first.", field="ids")
    if len(wanted) > MAX_RUN:
        raise InputRejected(
            f"一次最多重试{MAX_RUN}件，现有{len(wanted)}件，请用筛选缩小范围。",
            f"At most {MAX_RUN} in one run; these are {len(wanted)}. Narrow them down by the filters.",
            field="ids",
        )
    with engine.transaction(person) as tx:
        taken = tx.incidents_being_retried()
        free = [incident for incident in wanted if incident not in taken]
        if not free:
            raise InputRejected("所选异常正在重试中。", "These are being tried again already.", field="ids")
        run_id = engine.ids.v7(tx.now)
        tx.add_retry_run(run_id, free)
        tx.defer(RETRY, {"run": str(run_id)})
        tx.access("incident.retry_many", body={"run": str(run_id), "count": len(free)})
        run = tx.retry_run(run_id)
    logger.info("retry begun", action="retry.begin", run_id=str(run_id), count=len(free))
    return run


def stop(engine: Engine, person: PersonId, run_id: UUID) -> RetryRunRow:
    """Ask a run to stop: what it has in hand is finished, the rest stays as it is. Anybody of the operators may.

    Nothing happens to one that has ended. Raises NotFound.
    """
    with engine.transaction(person) as tx:
        tx.retry_run(run_id)
        tx.stop_retry_run(run_id)
        run = tx.retry_run(run_id)
    logger.info("retry stopped", action="retry.stop", run_id=str(run_id))
    return run


def work_off(engine: Engine, run_id: UUID) -> None:
    """The job: one incident after the other. Run again after a crash, it goes on where it stood."""
    with engine.transaction(SYSTEM) as tx:
        person = PersonId(tx.retry_run(run_id).started_by)
    while retry_next(engine, person, run_id):
        pass


@again_when_beaten
def retry_next(engine: Engine, person: PersonId, run_id: UUID) -> bool:
    """Try the next incident of the run again in the name of `person`, and write down what came of it, together.

    False: the run has ended, because nothing waits in it or somebody has stopped it.
    """
    with engine.transaction(person) as tx:
        run = tx.retry_run(run_id, lock=True)
        item = tx.next_retry(run_id) if run.ended_at is None and run.stopped_at is None else None
        if item is None:
            tx.end_retry_run(run_id)
            return False
        outcome, code = _outcome(engine, tx, item)
        tx.finish_retry(item, outcome, code)
    logger.info("incident retried", action="retry.next", run_id=str(run_id), state=outcome)
    return True


def _outcome(engine: Engine, tx: Transaction, item: RetryItemRow) -> tuple[str, str]:
    """resolved, failed (again) or refused; and for a refusal its code."""
    try:
        with tx.savepoint():
            found = retry_within(engine, tx, item.incident_id)
    except Beaten:
        raise
    except ChangxiaoError as refusal:
        return "refused", str(refusal.facts.get("code") or refusal.code)
    except Exception:
        # Whatever it was: one incident that cannot be tried must not end the run for all others.
        logger.exception("retry failed unexpectedly", action="retry.next", incident_id=str(item.incident_id))
        return "refused", "unexpected"
    return ("resolved" if found.state == "resolved" else "failed"), ""
