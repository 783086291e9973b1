"""Open dates after a change of the calendar: limits, tasks, reminders, first rungs, drawn timers (domain.md §6.4)."""

from __future__ import annotations

from datetime import date

import pytest

from engine.commands.case_step import SYSTEM, CaseStep
from engine.commands.cases import load_case
from engine.commands.extensions import extend
from engine.core import Engine
from engine.model.clock import end_of_day, local_day, local_time
from engine.model.due import due_of
from engine.model.holidays import Layer
from engine.model.step import InstanceId, TaskId
from engine.store.record import ChangedTask, MovedTimer, NewDeadlineEntry, TaskChanges
from tests.integration.calendar.conftest import ADMIN, LIGHT, Begin, Office, People, on
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.test_rectification import B_PROBLEM, ISSUER, UNIT
from tests.integration.scenarios.test_rectification import WORK as WORK_IN_MARCH

WORK = WORK_IN_MARCH | {"progress": [{"on": "2026-03-02", "what": "完成补录并组织学习。"}]}


def test_a_local_holiday_in_a_running_limit_moves_limit_due_day_reminders_and_first_rung_later(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    task = desk.inbox(people.owner)["S1_T5"]
    assert desk.timers(task.id, "reminder") == ["03-18 09:00", "03-23 09:00"]

    changed = office.holiday("03-12")

    moved = desk.inbox(people.owner)["S1_T5"]
    assert moved.due_on == on("03-24")
    assert moved.due_at is not None
    assert local_time(moved.due_at).strftime("%m-%d %H:%M:%S") == "03-24 23:59:59"
    limit_at = desk.case(running).limit_at
    assert limit_at is not None
    assert local_day(limit_at) == on("03-24")
    assert desk.case(running).variables["limit"] == "2026-03-24"
    assert desk.timers(task.id, "reminder") == ["03-19 09:00", "03-24 09:00"]
    assert desk.timers(task.id, "ladder") == ["03-25 09:00"]
    assert changed.days == (on("03-12"),)


def test_each_moved_date_leaves_a_ledger_entry_that_explains_itself_and_a_fact_in_the_history(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    task = desk.inbox(people.owner)["S1_T5"]

    office.holiday("03-12")

    entries = {row.task_id: row for row in office.ledger(running)}
    assert set(entries) == {None, task.id}
    for row in entries.values():
        assert (row.previous_due_on, row.due_on, row.actor) == (on("03-23"), on("03-24"), ADMIN)
        assert row.reason == "红政办发〔2026〕3号"
        assert row.explanation["zh"] == "日历变更，由2026-03-23改为2026-03-24"
        assert row.explanation["working_days"] == 1
    facts = office.history(running, "redated")
    assert {fact.task_id for fact in facts} == {None, task.id}
    for fact in facts:
        assert fact.body == {"old": "2026-03-23", "new": "2026-03-24", "reason": "红政办发〔2026〕3号"}
        assert fact.actor == ADMIN
    assert len(desk.notices(people.owner, "redated")) == 1


@pytest.mark.parametrize("how", ["dropped", "corrected"])
def test_a_date_already_delivered_is_never_shortened(
    desk: Desk, office: Office, people: People, running: InstanceId, how: str
) -> None:
    office.holiday("03-12")
    task = desk.inbox(people.owner)["S1_T5"]
    reminders = desk.timers(task.id, "reminder")

    changed = office.drop("03-12") if how == "dropped" else office.correct("03-14", working=True)

    assert changed.moved == ()
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-24")
    assert desk.case(running).variables["limit"] == "2026-03-24"
    assert desk.timers(task.id, "reminder") == reminders
    assert len(office.ledger(running)) == 2  # of the first change


def test_a_day_off_that_a_day_worked_makes_up_for_moves_nothing(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    office.correct("03-14", working=True)

    assert office.holiday("03-16").moved == ()
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-23")


def test_a_date_that_waits_for_the_delivery_may_become_earlier_and_so_does_the_delivery(
    desk: Desk, office: Office, people: People
) -> None:
    desk.go_to("03-02")
    desk.register(people.inspector, **B_PROBLEM)
    desk.do(people.inspector, "S1_T2", {"confirm": True, "opinion": "请按期整改。"})
    task = desk.inbox(people.leader)["S1_T3"]
    assert (task.due_on, desk.timers(task.id, "delivery")) == (on("03-04"), ["03-03 09:00"])

    office.holiday("03-03")
    assert desk.inbox(people.leader)["S1_T3"].due_on == on("03-05")
    assert desk.timers(task.id, "delivery") == ["03-04 09:00"]

    office.drop("03-03")
    assert desk.inbox(people.leader)["S1_T3"].due_on == on("03-04")
    assert desk.timers(task.id, "delivery") == ["03-03 09:00"]

    desk.look_at(people.leader, "S1_T3")
    assert desk.inbox(people.leader)["S1_T3"].due_on == on("03-03")


def test_an_extension_keeps_its_working_days_on_top_of_the_limit(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    with office.engine.transaction(SYSTEM) as tx:
        step = load_case(office.engine, tx, tx.lock_instance(running), by=SYSTEM)
        extend(step, desk.inbox(people.owner)["S1_T5"], 3)
        step.save()
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-26")

    office.holiday("03-12")  # inside the limit
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-27")
    office.holiday("03-25")  # inside the extension
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-30")
    assert desk.case(running).variables["limit"] == "2026-03-30"


def test_a_limit_renewed_after_a_return_is_dated_from_the_return(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    desk.do(people.owner, "S1_T5", WORK)
    desk.do(people.leader, "S1_T6", {"unit_decision": "同意", "opinion": "同意报送核验。"})
    desk.do(desk.inspector(ISSUER), "S1_T7", {"result": "退回", "opinion": "仍有两日登记缺签。"})
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-17")

    office.holiday("03-05")  # of the first round
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-17")
    office.holiday("03-12")
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-18")


def test_a_limit_that_was_kept_is_not_moved_afterwards(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    desk.do(people.owner, "S1_T5", WORK)
    desk.do(people.leader, "S1_T6", {"unit_decision": "同意", "opinion": "同意报送核验。"})
    assert desk.inbox(people.inspector)["S1_T7"].due_on == on("03-17")

    office.holiday("03-12")

    assert desk.inbox(people.inspector)["S1_T7"].due_on == on("03-18")
    assert desk.case(running).variables["limit"] == "2026-03-23"


def test_a_day_before_the_changed_one_moves_where_its_rule_counts_back(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    """The last working day of the half moves back before a holiday, and forward when that is dropped again."""
    office.holiday("06-30")
    task = desk.inbox(people.owner)["S1_T5"]
    by_rule(office.engine, running, task.id, "lastwd(half)", on("06-29"))

    office.drop("06-30")

    assert desk.inbox(people.owner)["S1_T5"].due_on == on("06-30")


def by_rule(engine: Engine, case: InstanceId, task: TaskId, rule: str, due_on: date) -> None:
    """As if the task had been opened by this rule: no shipped diagram has such a one yet."""
    with engine.transaction(SYSTEM) as tx:
        step = load_case(engine, tx, tx.lock_instance(case), by=SYSTEM)
        created = {"created": tx.user_task(task).created_at.isoformat()}
        due = due_of(rule, created, engine.reference(tx).calendar)
        assert due.on == due_on
        changes = TaskChanges(due_on=due.on, due_at=end_of_day(due.on), deadline=due.as_dict())
        step.changed.append(ChangedTask(id=task, changes=changes))
        step.save()


def test_a_suspended_case_keeps_its_remaining_time_and_its_timers_stay_held(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    task = desk.inbox(people.owner)["S1_T5"]
    suspend(office.engine, running, task.id)
    left = office.remaining(on("03-10"), on("03-23"))

    office.holiday("03-12")

    with office.engine.transaction(SYSTEM) as tx:
        held = tx.timers_of_task(task.id)
        assert tx.instance(running).status == "suspended"
    due_on = desk.inbox(people.owner)["S1_T5"].due_on
    assert due_on == on("03-24")
    assert office.remaining(on("03-10"), due_on) == left
    assert {local_time(timer.due_at).strftime("%m-%d") for timer in held} == {"03-18", "03-23", "03-24"}
    assert all(timer.held_at is not None for timer in held)


def suspend(engine: Engine, case: InstanceId, task: TaskId) -> None:
    """中止 as the ledger knows it; its command comes with a later issue."""

    def entry(step: CaseStep, task_id: TaskId | None) -> NewDeadlineEntry:
        new_id = step.engine.ids.v7(step.at)
        due_at = step.limit_at
        assert due_at is not None
        return NewDeadlineEntry(
            id=new_id, kind="suspended", task_id=task_id, due_on=local_day(due_at), due_at=due_at, reason="等待鉴定"
        )

    with engine.transaction(SYSTEM) as tx:
        step = load_case(engine, tx, tx.lock_instance(case), by=SYSTEM)
        step.changes["status"], step.changes["suspended_at"] = "suspended", step.at
        step.deadlines += [entry(step, None), entry(step, task)]
        step.moved += [MovedTimer(id=t.id, due_at=t.due_at, held_at=step.at) for t in tx.timers_of(case)]
        step.save()


def test_the_day_of_the_second_look_moves_off_a_new_holiday(
    desk: Desk, office: Office, people: People, begin: Begin
) -> None:
    desk.go_to("03-02")
    case = begin()  # not a grade A one: whether that is verified falls by lot
    desk.do(people.owner, "S1_T5", WORK)
    desk.do(people.leader, "S1_T6", {"unit_decision": "同意", "opinion": "同意。"})
    desk.do(people.inspector, "S1_T7", {"result": "通过", "opinion": "已整改到位。"})
    desk.do(people.inspector, "S1_T8", {"feedback": "整改情况已核验通过，请巩固成果。"})
    assert desk.case(case).case_state == "已销号"
    assert office.drawn(case, "EV_60D") == on("05-06")  # 60 days are 05-01, a holiday

    office.holiday("05-06")

    assert office.drawn(case, "EV_60D") == on("05-07")
    assert str(desk.case(case).variables["recheck_on"]).startswith("2026-05-07")
    desk.go_to("05-06", "12:00")
    assert desk.case(case).case_state == "已销号"
    desk.go_to("05-07")
    assert desk.case(case).case_state == "已归档"


def test_the_wait_of_a_ladder_moves_and_a_ladder_already_begun_is_not_restarted(
    desk: Desk, office: Office, people: People, begin: Begin
) -> None:
    desk.go_to("03-02")
    case = begin(**LIGHT)
    task = desk.inbox(people.owner)["S1_T5"]
    assert task.due_on == on("03-09")
    desk.go_to("03-11")
    assert desk.issued(UNIT, task) == [(1, "03-10 09:00")]
    ladder = office.ladder(task)
    assert office.drawn(ladder, "WAIT") == on("03-12")

    # The day of the first card turns out to have been a holiday, and so is the one before the next.
    office.holiday("03-06")

    late = desk.inbox(people.owner)["S1_T5"]
    assert (late.due_on, late.ladder_level) == (on("03-10"), 1)
    assert desk.timers(task.id, "ladder") == []
    assert office.drawn(ladder, "WAIT") == on("03-13")
    assert desk.case(ladder).variables["next_level_at"] == "2026-03-13T09:00:00+08:00"
    assert len(office.history(ladder, "redated")) == 1
    office.correct("03-06", working=True)
    assert office.drawn(ladder, "WAIT") == on("03-13")
    desk.go_to("03-13")
    assert desk.issued(UNIT, late) == [(1, "03-10 09:00"), (2, "03-13 09:00")]
    assert case


def test_dropping_a_correction_counts_by_the_layers_below(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    office.correct("03-14", working=True)
    office.drop("03-14", Layer.CORRECTION)
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-23")
    assert office.ledger(running) == []
