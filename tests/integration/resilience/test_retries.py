"""Many incidents are tried again in one run: each for itself, seen by all operators, stopped by any of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import psycopg
import pytest

from engine.commands import incidents, retries
from engine.commands.case_step import SYSTEM
from engine.commands.failures import keep_failed_job
from engine.commands.timers import fire_due
from engine.core import Engine
from engine.errors import InputRejected
from engine.model.step import InstanceId, PersonId
from engine.queries.incidents import IncidentFilter, incident_list, matching_ids
from engine.queries.retries import RetryRun, retry_run
from engine.store.queue_worker import drain
from engine.store.roles import Addresses
from engine.worker import handlers
from tests.integration.resilience.office import OPERATOR, begin, deploy, status
from tests.integration.resilience.test_timers import exchange_state, soon

SECOND = PersonId("u908")


@pytest.fixture
def broken(engine: Engine, db: Addresses) -> dict[InstanceId, bytes]:
    """Six cases whose timers have failed; with the states that were damaged."""
    deploy(engine, "RES_TIMER")
    found = {case: exchange_state(db, case, b"no state at all") for case in begin_six(engine)}
    fire_due(engine, until=soon(engine))
    return found


def begin_six(engine: Engine) -> Sequence[InstanceId]:
    return [begin(engine, "RES_TIMER", divisor=5) for _ in range(6)]


def mend(db: Addresses, broken: dict[InstanceId, bytes], *, count: int) -> None:
    for case in list(broken)[:count]:
        exchange_state(db, case, broken[case])


def all_open(engine: Engine) -> Sequence[UUID]:
    return matching_ids(engine, OPERATOR, IncidentFilter(kind="timer"), limit=100)


def work(engine: Engine, db: Addresses) -> None:
    drain(db.app_url, handlers(engine), partial(keep_failed_job, engine))


def outcomes(run: RetryRun) -> list[str]:
    return [item.outcome for item in run.items]


def test_a_run_tries_each_and_says_what_came_of_it(
    engine: Engine, db: Addresses, broken: dict[InstanceId, bytes]
) -> None:
    mend(db, broken, count=4)
    run = retries.begin(engine, OPERATOR, all_open(engine))
    before = incident_list(engine, SECOND, IncidentFilter())
    assert (len(before.retried), [r.id for r in before.runs if r.ended_at is None]) == (
        6,
        [run.id],
    )  # a second operator sees it

    work(engine, db)

    found = retry_run(engine, SECOND, run.id)
    assert sorted(outcomes(found)) == ["failed"] * 2 + ["resolved"] * 4
    assert found.row.ended_at is not None
    assert sum(status(engine, case) == "completed" for case in broken) == 4
    after = incident_list(engine, SECOND, IncidentFilter())
    assert {row.attempts for row in after.page.rows} == {2}
    assert (after.total, after.runs[0].ended_at is None, after.retried) == (2, False, frozenset())


def test_a_run_that_is_stopped_leaves_the_rest_as_it_is(
    engine: Engine, db: Addresses, broken: dict[InstanceId, bytes]
) -> None:
    mend(db, broken, count=6)
    run = retries.begin(engine, OPERATOR, all_open(engine))
    assert retries.retry_next(engine, OPERATOR, run.id)

    retries.stop(engine, SECOND, run.id)
    work(engine, db)

    found = retry_run(engine, OPERATOR, run.id)
    assert outcomes(found) == ["resolved"] + [""] * 5
    assert (found.row.stopped_by, found.row.ended_at is not None) == (SECOND, True)
    assert len(all_open(engine)) == 5


def test_a_run_goes_on_where_its_worker_died(
    engine: Engine, db: Addresses, broken: dict[InstanceId, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    mend(db, broken, count=6)
    run = retries.begin(engine, OPERATOR, all_open(engine))
    retries.retry_next(engine, OPERATOR, run.id)
    with monkeypatch.context() as patch:
        patch.setattr(incidents, "fire_one", _die)
        with pytest.raises(KeyboardInterrupt):
            retries.work_off(engine, run.id)
    assert outcomes(retry_run(engine, OPERATOR, run.id)).count("resolved") == 1

    retries.work_off(engine, run.id)
    assert outcomes(retry_run(engine, OPERATOR, run.id)) == ["resolved"] * 6


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_what_others_have_resolved_meanwhile_is_told_and_the_run_goes_on(
    engine: Engine, db: Addresses, broken: dict[InstanceId, bytes]
) -> None:
    mend(db, broken, count=6)
    first, *_ = ids = all_open(engine)
    run = retries.begin(engine, OPERATOR, ids)
    incidents.retry(engine, SECOND, first)

    work(engine, db)

    found = retry_run(engine, OPERATOR, run.id)
    assert [(item.outcome, item.code) for item in found.items] == [("refused", "incident_resolved")] + [
        ("resolved", "")
    ] * 5


def test_nothing_is_begun_without_incidents_or_twice(engine: Engine, broken: dict[InstanceId, bytes]) -> None:
    ids = all_open(engine)
    assert len(ids) == len(broken)
    with pytest.raises(InputRejected):
        retries.begin(engine, OPERATOR, [])
    with pytest.raises(InputRejected):
        retries.begin(engine, OPERATOR, [UUID(int=n) for n in range(retries.MAX_RUN + 1)])
    retries.begin(engine, OPERATOR, ids)
    with pytest.raises(InputRejected, match="already"):
        retries.begin(engine, OPERATOR, ids)


def test_a_note_says_who_knows_of_it_and_leaves_it_open(engine: Engine, broken: dict[InstanceId, bytes]) -> None:
    first, *_ = all_open(engine)

    noted = incidents.note(engine, OPERATOR, first, " 已联系编图人员\r\n明日发布新版 ")

    assert (noted.state, noted.noted_by, noted.note) == ("open", OPERATOR, "已联系编图人员\n明日发布新版")
    assert [row.id for row in incident_list(engine, SECOND, IncidentFilter(state="noted")).page.rows] == [first]
    assert incident_list(engine, SECOND, IncidentFilter(state="new")).total == len(broken) - 1
    with pytest.raises(InputRejected):
        incidents.note(engine, OPERATOR, first, "\u202e")


def test_an_incident_of_a_case_that_is_sealed_leaves_lists_and_runs(
    engine: Engine, db: Addresses, broken: dict[InstanceId, bytes]
) -> None:
    mend(db, broken, count=6)
    run = retries.begin(engine, OPERATOR, all_open(engine))
    with psycopg.connect(db.admin_url) as connection:
        connection.execute("UPDATE instance SET sealed = true WHERE id = %s", (next(iter(broken)),))

    work(engine, db)

    found = retry_run(engine, OPERATOR, run.id)
    assert min((item.outcome, item.code) for item in found.items) == ("refused", "not_found")
    assert len(found.incidents) == 5
    with engine.reading(SYSTEM) as tx:
        assert tx.count_open_incidents() == 0
