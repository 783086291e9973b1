"""Running cases go over to another version: what they keep, who decides, who stays, and the way back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.commands import drafts, messages, migrations, standstill, tasks
from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.errors import Conflict, InputRejected, NotFound
from engine.model.step import InstanceId
from engine.queries import migrations as queries
from engine.store.roles import Addresses
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.timers import TimerRow
from tests.integration.resilience.moving import (
    ONE,
    RENAMED,
    SECOND,
    SHORT,
    TWO,
    cases,
    migrated,
    node_map,
    proposed,
    publish,
)
from tests.integration.resilience.office import OFFICERS, OPERATOR, only_task, open_tasks, status
from tests.integration.resilience.test_evidence import verified
from tests.unit.workflow.models import MESSAGE, sequence


def case(engine: Engine, instance_id: InstanceId) -> InstanceRow:
    with engine.transaction(SYSTEM) as tx:
        return tx.instance(instance_id)


def timers(engine: Engine, instance_id: InstanceId) -> list[TimerRow]:
    with engine.transaction(SYSTEM) as tx:
        return list(tx.timers_of(instance_id))


def facts(engine: Engine, instance_id: InstanceId, event: str) -> list[tuple[str, Any]]:
    """Who, and what the history says, of each event of this kind."""
    asked = "SELECT actor, body::jsonb FROM history JOIN history_body USING (instance_id, seq)"
    with engine.transaction(SYSTEM) as tx:
        rows = tx.raw.execute(asked.encode() + b" WHERE instance_id = %s AND event = %s", (instance_id, event))
        return [(row[0], row[1]) for row in rows]


def complete(engine: Engine, instance_id: InstanceId) -> None:
    tasks.complete(engine, only_task(engine, instance_id), OFFICERS[0], {"note": "好"})


def work_of(engine: Engine, instance_id: InstanceId) -> UserTaskRow:
    (task,) = open_tasks(engine, instance_id)
    return task


def test_a_case_keeps_its_task_person_draft_dates_and_goes_on_as_the_new_drawing_says(
    engine: Engine, db: Addresses
) -> None:
    old = publish(engine, ONE)
    (one,) = cases(engine, 1)
    before, was = work_of(engine, one), {(t.kind, t.due_at) for t in timers(engine, one)}
    drafts.save_task_draft(engine, before.id, OFFICERS[0], {"note": "写了一半"})
    new = publish(engine, TWO)

    run = migrated(engine, old, new, **RENAMED)

    after = work_of(engine, one)
    assert (after.id, after.token, after.assignee, after.due_at) == (
        *(before.id, before.token, before.assignee, before.due_at),
    )
    assert (after.node_id, after.name, after.form_version_id) == ("ENTER", "登记", before.form_version_id)
    now = {(t.kind, t.due_at): t.node_id for t in timers(engine, one)}
    assert was < set(now)
    assert [node for key, node in now.items() if key not in was] == ["LATER"]
    assert {node for key, node in now.items() if key in was} == {"ENTER", "LATE"}
    with engine.transaction(OFFICERS[0]) as tx:
        draft = tx.draft_of_task(before.id, OFFICERS[0])
    assert draft is not None
    assert draft.values == {"note": "写了一半"}
    assert case(engine, one).definition_id == new
    complete(engine, one)
    assert work_of(engine, one).node_id == "CHECK"
    complete(engine, one)
    complete(engine, one)
    assert status(engine, one) == "completed"
    assert verified(db).is_sound
    ((actor, body),) = facts(engine, one, "migrated")
    assert actor == SECOND
    assert body == {"from": 1, "to": 2, "map": run.digest, "run": str(run.id), "proposed_by": OPERATOR}


def test_who_stands_on_a_step_that_is_gone_stays_and_the_reason_is_kept(engine: Engine) -> None:
    old = publish(engine, ONE)
    stays, goes = cases(engine, 2)
    complete(engine, stays)
    new = publish(engine, SHORT)
    before = case(engine, stays)

    run = migrated(engine, old, new)

    assert case(engine, stays) == before
    assert case(engine, goes).definition_id == new
    _, found = queries.run(engine, OPERATOR, run.id)
    assert dict(found.counts) == {"migrated": 1, "refused": 1}
    ((why, count),) = found.reasons
    assert (why.code, why.node_id, count) == ("node_gone", "SECOND", 1)
    assert found.row.ended_at is not None


def test_a_kept_message_that_is_waited_for_under_the_new_version_only_is_handed_over_at_once(engine: Engine) -> None:
    old = publish(engine, ONE)
    (one,) = cases(engine, 1)
    assert messages.send(engine, OFFICERS[0], "msg.one", "", {"said": "先办"}) == ()
    told = f'<bpmn:boundaryEvent id="TOLD" name="TOLD" attachedToRef="FIRST">{MESSAGE}</bpmn:boundaryEvent>'
    flow = sequence("TOLD>SECOND")
    new = publish(engine, ONE.replace(b"</bpmn:process>", f"{told}{flow}</bpmn:process>".encode()))

    migrated(engine, old, new)

    assert work_of(engine, one).node_id == "SECOND"
    assert case(engine, one).variables["said"] == "先办"
    complete(engine, one)
    assert status(engine, one) == "completed"


def test_a_dry_run_counts_and_writes_nothing(engine: Engine) -> None:
    old = publish(engine, ONE)
    stays, goes = cases(engine, 2)
    complete(engine, stays)
    new = publish(engine, SHORT)
    before = [case(engine, one) for one in (stays, goes)]

    found = queries.dry_run(engine, OPERATOR, old, new, node_map(engine, old, new))

    assert (found.total, found.can) == (2, 1)
    assert [(row.instance_id, row.obstacle.code) for row in found.refused] == [(stays, "node_gone")]
    assert [case(engine, one) for one in (stays, goes)] == before
    plan = queries.plan(engine, OPERATOR, old, new)
    assert plan.standing == {"FIRST": 1, "SECOND": 1, "LATE": 1}
    assert plan.running == 2
    assert [found.row.id for found in queries.old_versions(engine, OPERATOR)] == [old]


def test_nobody_confirms_an_own_migration_and_each_is_decided_once(engine: Engine) -> None:
    old = publish(engine, ONE)
    cases(engine, 1)
    new = publish(engine, TWO)
    run = proposed(engine, old, new, **RENAMED)

    with pytest.raises(migrations.OwnMigration):
        migrations.confirm(engine, OPERATOR, run.id)
    with pytest.raises(migrations.MigrationUnderWay):
        proposed(engine, old, new, **RENAMED)
    migrations.withdraw(engine, SECOND, run.id)
    with pytest.raises(migrations.MigrationDecided):
        migrations.confirm(engine, SECOND, run.id)


def test_what_cannot_be_proposed_says_why_and_leaves_nothing(engine: Engine) -> None:
    old = publish(engine, ONE)
    new = publish(engine, TWO)

    with pytest.raises(InputRejected):  # nothing runs there
        proposed(engine, old, new, **RENAMED)
    cases(engine, 1)
    with pytest.raises(InputRejected):
        proposed(engine, old, old)
    with pytest.raises(migrations.MapRejected):
        migrations.propose(engine, OPERATOR, from_id=old, to_id=new, node_map={"FIRST": "NOWHERE"}, note="试")
    with pytest.raises(InputRejected):
        migrations.propose(engine, OPERATOR, from_id=old, to_id=new, node_map={}, note=" ")
    assert queries.runs(engine, OPERATOR) == ()


def test_a_batch_goes_back_whole_where_nothing_has_moved_and_stays_where_something_has(engine: Engine) -> None:
    old = publish(engine, ONE)
    first, second = cases(engine, 2)
    was = {(t.kind, t.node_id, t.due_at) for t in timers(engine, first)}
    before = work_of(engine, first)
    new = publish(engine, TWO)
    run = migrated(engine, old, new, **RENAMED)
    complete(engine, second)

    migrations.undo(engine, OPERATOR, run.id)
    migrations.undo_off(engine, run.id)

    assert work_of(engine, first) == before
    assert {(t.kind, t.node_id, t.due_at) for t in timers(engine, first)} == was
    assert case(engine, first).definition_id == old
    assert case(engine, second).definition_id == new
    _, found = queries.run(engine, OPERATOR, run.id)
    assert dict(found.counts) == {"undone": 1, "kept": 1}
    complete(engine, first)
    complete(engine, first)
    assert status(engine, first) == "completed"
    with pytest.raises(Conflict):
        migrations.undo(engine, OPERATOR, run.id)


def test_one_case_goes_back_alone_and_once(engine: Engine) -> None:
    old = publish(engine, ONE)
    first, second = cases(engine, 2)
    new = publish(engine, TWO)
    run = migrated(engine, old, new, **RENAMED)

    assert migrations.undo_one(engine, OPERATOR, run.id, first).outcome == "undone"

    assert (case(engine, first).definition_id, case(engine, second).definition_id) == (old, new)
    with pytest.raises(Conflict):
        migrations.undo_one(engine, OPERATOR, run.id, first)
    complete(engine, second)
    with pytest.raises(Conflict):
        migrations.undo_one(engine, OPERATOR, run.id, second)
    listed = {item.instance_id: (item.outcome, item.can_undo) for item in queries.items(engine, OPERATOR, run.id)}
    assert listed == {first: ("undone", False), second: ("migrated", False)}


def test_after_a_week_nothing_goes_back_and_the_old_state_is_thrown_away(engine: Engine) -> None:
    old = publish(engine, ONE)
    (one,) = cases(engine, 1)
    run = migrated(engine, old, publish(engine, TWO), **RENAMED)
    with engine.transaction(SYSTEM) as tx:
        tx.forget_migrated_states(before=tx.now + timedelta(seconds=1))

    with pytest.raises(Conflict):
        migrations.undo_one(engine, OPERATOR, run.id, one)


def test_a_sealed_case_is_neither_counted_nor_moved(engine: Engine) -> None:
    old = publish(engine, ONE)
    sealed, seen = cases(engine, 2)
    with engine.transaction(SYSTEM) as tx:
        tx.raw.execute("UPDATE instance SET sealed = true WHERE id = %s", (sealed,))
    new = publish(engine, TWO)

    assert queries.dry_run(engine, OPERATOR, old, new, node_map(engine, old, new, **RENAMED)).total == 1
    run = migrated(engine, old, new, **RENAMED)

    assert case(engine, sealed).definition_id == old
    assert [item.instance_id for item in queries.items(engine, OPERATOR, run.id)] == [seen]
    with pytest.raises(NotFound):
        migrations.undo_one(engine, OPERATOR, run.id, sealed)


def test_a_case_that_was_sealed_meanwhile_stays(engine: Engine) -> None:
    old = publish(engine, ONE)
    (one,) = cases(engine, 1)
    new = publish(engine, TWO)
    run = migrations.confirm(engine, SECOND, proposed(engine, old, new, **RENAMED).id)
    with engine.transaction(SYSTEM) as tx:
        tx.raw.execute("UPDATE instance SET sealed = true WHERE id = %s", (one,))

    migrations.work_off(engine, run.id)

    assert case(engine, one).definition_id == old
    assert queries.items(engine, OPERATOR, run.id) == ()


def test_only_the_chosen_cases_go(engine: Engine) -> None:
    old = publish(engine, ONE)
    first, second = cases(engine, 2)
    new = publish(engine, TWO)
    run = migrations.confirm(engine, SECOND, proposed(engine, old, new, chosen=[second], **RENAMED).id)

    migrations.work_off(engine, run.id)

    assert (case(engine, first).definition_id, case(engine, second).definition_id) == (old, new)


def test_open_tasks_get_the_new_forms_where_somebody_has_chosen_so(engine: Engine) -> None:
    old = publish(engine, ONE)
    (one,) = cases(engine, 1)
    before = work_of(engine, one)
    new = publish(engine, TWO)
    run = migrations.confirm(engine, SECOND, proposed(engine, old, new, new_forms=True, **RENAMED).id)

    migrations.work_off(engine, run.id)

    with engine.transaction(SYSTEM) as tx:
        form = engine.definition(tx, new).form("RES_NOTE").id
    assert work_of(engine, one).form_version_id == form != before.form_version_id
    migrations.undo_one(engine, OPERATOR, run.id, one)
    assert work_of(engine, one) == before


def test_no_clock_begins_in_a_case_that_stands_still(engine: Engine) -> None:
    old = publish(engine, ONE)
    (one,) = cases(engine, 1)
    standstill.suspend(engine, OPERATOR, one, "等待上级答复")
    new = publish(engine, TWO)

    run = migrated(engine, old, new, **RENAMED)

    _, found = queries.run(engine, OPERATOR, run.id)
    assert [why.code for why, _ in found.reasons] == ["new_timer_while_suspended"]
    assert case(engine, one).definition_id == old


def test_a_run_that_is_stopped_leaves_the_rest_where_it_is(engine: Engine) -> None:
    old = publish(engine, ONE)
    cases(engine, 3)
    new = publish(engine, TWO)
    run = migrations.confirm(engine, SECOND, proposed(engine, old, new, **RENAMED).id)
    migrations.stop(engine, OPERATOR, run.id)

    migrations.work_off(engine, run.id)

    _, found = queries.run(engine, OPERATOR, run.id)
    assert dict(found.counts) == {"": 3}
    assert (found.row.state, found.row.stopped_by) == ("ended", OPERATOR)
