"""暂停 and 恢复: everything stands still, and goes on with the working time it had left (domain.md §6.4)."""

from __future__ import annotations

from uuid import UUID

import pytest

from engine.commands import cards, standstill, tasks
from engine.commands.case_step import SYSTEM
from engine.commands.cases import deliver
from engine.errors import InputRejected, NotFound
from engine.model.clock import local_day
from engine.model.deadline import DeadlineRefused
from engine.model.steering import GoesWithCase, NotRunning, NotSteering, NotSuspended, OwnLimit, StandsStill
from engine.model.step import InstanceId, PersonId, ThrownEvent
from engine.queries.inbox import Ask, inbox
from engine.store.record import HistoryFact, NewSubscription, StepRecord
from tests.integration.calendar.conftest import Begin, Office, People, on
from tests.integration.calendar.test_dates import WORK
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.test_rectification import B_PROBLEM, ISSUER, UNIT

OPERATOR = PersonId("u907")
WAIT = "等待外部机关意见"


def stop(desk: Desk, case: InstanceId, who: PersonId) -> None:
    standstill.suspend(desk.engine, who, case, WAIT)


def go_on(desk: Desk, case: InstanceId, who: PersonId) -> int:
    return standstill.resume(desk.engine, who, case, "外部机关已答复")


def ladder_of(desk: Desk, task_id: UUID) -> InstanceId:
    with desk.engine.transaction(SYSTEM) as tx:
        return tx.children_of_task(task_id)[0].id  # type: ignore[arg-type]


def test_every_date_moves_by_the_working_days_of_the_standstill_and_says_why(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    before = desk.inbox(people.owner)["S1_T5"]
    assert before.due_on == on("03-23")
    stop(desk, running, people.inspector)  # 03-10

    held = desk.inbox(people.owner)["S1_T5"]
    assert (held.state, desk.case(running).status, desk.case(running).case_state) == (
        "suspended",
        "suspended",
        "已中止",
    )
    desk.go_to("03-17")
    assert go_on(desk, running, people.inspector) == 5  # 03-11, 12, 13, 16, 17

    moved, case = desk.inbox(people.owner)["S1_T5"], desk.case(running)
    assert (moved.due_on, moved.state) == (on("03-30"), "assigned")
    assert case.limit_at is not None
    assert local_day(case.limit_at) == on("03-30")
    assert case.variables["limit"] == "2026-03-30"
    assert (case.status, case.case_state, case.suspended_at) == ("running", "整改中", None)
    assert desk.timers(moved.id, "reminder") == ["03-25 09:00", "03-30 09:00"]
    assert desk.timers(moved.id, "ladder") == ["03-31 09:00"]
    with desk.engine.transaction(SYSTEM) as tx:
        rows = [row for row in tx.deadline_entries(running) if row.kind in {"suspended", "resumed"}]
    assert [(row.kind, row.due_on, row.actor) for row in rows if row.task_id == moved.id] == [
        ("suspended", on("03-23"), people.inspector),
        ("resumed", on("03-30"), people.inspector),
    ]
    assert rows[-1].reason == "外部机关已答复"
    told = next(row for row in rows if row.task_id == moved.id and row.kind == "resumed")
    assert told.explanation["zh"] == "2026-03-10中止，2026-03-17恢复，顺延5个工作日，至2026-03-30"
    assert [fact.body["reason"] for fact in office.history(running, "suspended")] == [WAIT]
    assert [fact.body["working_days"] for fact in office.history(running, "resumed")] == [5]


def test_nothing_goes_out_while_the_case_stands_still_and_its_light_is_grey(
    desk: Desk, people: People, running: InstanceId
) -> None:
    stop(desk, running, people.inspector)

    desk.go_to("04-10")

    assert desk.notices(people.owner, "reminder") == []
    assert desk.issued(UNIT) == []
    assert desk.notices(people.owner, "suspended") == ["03-10 10:00"]
    assert desk.notices(people.leader, "suspended") == ["03-10 10:00"]
    found = inbox(desk.engine, people.owner, Ask())
    assert [(row.state, row.light.color) for row in found.rows if row.light is not None] == [("suspended", "grey")]
    assert inbox(desk.engine, people.owner, Ask(view="late")).rows == ()


def test_days_off_during_the_standstill_cost_nothing(desk: Desk, people: People, begin: Begin) -> None:
    desk.go_to("04-20")
    case = begin()  # fifteen working days: 05-13
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("05-13")
    desk.go_to("04-29")
    stop(desk, case, people.inspector)
    desk.go_to("05-07")  # 04-30, 05-06, 05-07; 05-01 to 05-05 are off

    assert go_on(desk, case, people.inspector) == 3

    # 05-14, 05-15 and 05-18: the make-up Saturday 05-09 lay before the old limit
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("05-18")


def test_a_case_that_goes_on_the_same_day_keeps_its_dates(desk: Desk, people: People, running: InstanceId) -> None:
    task = desk.inbox(people.owner)["S1_T5"]
    stop(desk, running, people.inspector)

    assert go_on(desk, running, people.inspector) == 0

    again = desk.inbox(people.owner)["S1_T5"]
    assert (again.due_at, again.state) == (task.due_at, task.state)
    assert desk.timers(task.id, "reminder") == ["03-18 09:00", "03-23 09:00"]


def test_who_may_stop_a_case(desk: Desk, people: People, running: InstanceId) -> None:
    above = desk.person(ISSUER, "LEAD_DIRECT")
    strangers = (people.owner, people.leader)
    for stranger in strangers:
        with pytest.raises(NotSteering):
            stop(desk, running, stranger)
    with pytest.raises(NotFound):
        stop(desk, running, desk.inspector("532504-ZF"))
    with pytest.raises(InputRejected):
        standstill.suspend(desk.engine, people.inspector, running, "  ")
    for who in (people.inspector, desk.inspector("532500-ZF"), above, OPERATOR):
        stop(desk, running, who)
        with pytest.raises(NotRunning):
            stop(desk, running, people.inspector)
        go_on(desk, running, above)  # somebody else than who stopped it
        with pytest.raises(NotSuspended):
            go_on(desk, running, people.inspector)
    with desk.engine.transaction(SYSTEM) as tx:
        row = tx.lock_instance(running)
        tx.record(StepRecord(instance_id=running, rev=row.rev, at=tx.now, actor=SYSTEM, changes={"sealed": True}))
    for who in (OPERATOR, people.inspector):
        with pytest.raises((NotFound, NotSteering)):
            stop(desk, running, who)


def test_nobody_stops_the_clock_that_runs_against_himself(desk: Desk, people: People, begin: Begin) -> None:
    desk.go_to("03-02")
    running = begin(nature="侵害群众利益")  # grade C is verified by the issuer
    desk.do(people.owner, "S1_T5", WORK)
    desk.do(people.leader, "S1_T6", {"unit_decision": "同意", "opinion": "同意报送。"})
    tasks.claim(desk.engine, desk.inbox(people.inspector)["S1_T7"].id, people.inspector)

    with pytest.raises(OwnLimit):
        stop(desk, running, people.inspector)
    stop(desk, running, desk.person(ISSUER, "LEAD_DIRECT"))


def test_a_step_reached_after_the_standstill_has_its_whole_time(desk: Desk, people: People) -> None:
    desk.go_to("03-02")
    case = desk.register(people.inspector, **B_PROBLEM)
    desk.do(people.inspector, "S1_T2", {"confirm": True, "opinion": "请按期整改。"})
    desk.look_at(people.leader, "S1_T3")
    stop(desk, case, people.inspector)
    desk.go_to("03-09")  # five working days
    go_on(desk, case, people.inspector)
    assert desk.inbox(people.leader)["S1_T3"].due_on == on("03-10")

    named = {"owner_decision": "指定", "owner_dept": "532503-GA-03", "owner": people.owner, "owner_post": "具体责任人"}
    desk.do(people.leader, "S1_T3", named)

    assert desk.inbox(people.owner)["S1_T4"].due_on == on("03-12")  # 03-05 and five
    limit_at = desk.case(case).limit_at
    assert limit_at is not None
    assert local_day(limit_at) == on("03-30")  # 03-23 and five


def test_a_notice_seen_during_the_standstill_is_not_delivered_by_it(desk: Desk, people: People) -> None:
    desk.go_to("03-02")
    case = desk.register(people.inspector, **B_PROBLEM)
    desk.do(people.inspector, "S1_T2", {"confirm": True, "opinion": "请按期整改。"})
    stop(desk, case, people.inspector)

    desk.look_at(people.leader, "S1_T3")
    desk.go_to("03-06")
    assert desk.case(case).delivered_at is None
    go_on(desk, case, people.inspector)
    desk.go_to("03-09", "08:59")
    assert desk.case(case).delivered_at is None
    desk.go_to("03-09", "09:01")  # one working day after sending, and the four of the standstill

    delivered_at = desk.case(case).delivered_at
    assert delivered_at is not None
    assert local_day(delivered_at) == on("03-09")


def test_the_ladder_waits_with_its_answer_and_goes_on_where_it_was(
    desk: Desk, people: People, running: InstanceId
) -> None:
    desk.go_to("03-26")  # due 03-23: urged 03-24, yellow 03-26
    task = desk.inbox(people.owner)["S1_T5"]
    assert [level for level, _ in desk.issued(UNIT)] == [1, 2]
    (yellow,) = [card for card in desk.cards(UNIT) if card.level == 2]
    assert yellow.answer_due_on == on("03-30")
    ladder = ladder_of(desk, task.id)
    with pytest.raises(GoesWithCase):
        stop(desk, ladder, people.inspector)

    stop(desk, running, people.inspector)
    assert desk.case(ladder).status == "suspended"
    with pytest.raises(StandsStill):
        desk.do(people.leader, "S2_T2", {"reason": "x", "new_date": "2026-04-01"})
    cards.object_to_card(
        desk.engine, people.leader, yellow.no, "已按期办结，系登记有误。"
    )  # this may be done all the while
    desk.go_to("04-10")
    assert [level for level, _ in desk.issued(UNIT)] == [1, 2]
    held = go_on(desk, running, people.inspector)

    # 03-27, 30, 31, 04-01, 02, 03, 07, 08, 09, 10; 04-04 to 04-06 are off
    assert held == 10
    (yellow,) = [card for card in desk.cards(UNIT) if card.level == 2]
    assert yellow.answer_due_on == on("04-14")
    assert desk.inbox(people.leader)["S2_T2"].due_on == on("04-14")
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("04-07")
    desk.go_to("04-14", "23:00")
    assert [level for level, _ in desk.issued(UNIT)] == [1, 2]
    desk.go_to("04-15")
    assert desk.issued(UNIT)[-1] == (3, "04-15 09:00")  # six working days after the new due day


def test_an_extension_is_decided_when_the_case_goes_on(desk: Desk, people: People, running: InstanceId) -> None:
    from engine.commands import extensions

    task = desk.inbox(people.owner)["S1_T5"]
    approval = extensions.request(desk.engine, people.owner, task.id, 3, "人员调整")
    assert approval is not None
    stop(desk, running, people.inspector)
    assert desk.case(approval).status == "suspended"
    desk.go_to("03-12")
    go_on(desk, running, people.inspector)

    decider = desk.person(ISSUER, "LEAD_DIRECT")
    (node,) = [name for name, row in desk.inbox(decider).items() if row.instance_id == approval]
    desk.do(decider, node, {"decision": "同意", "opinion": "同意。"})

    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-30")  # 03-23, two held, three given


def test_a_limit_in_hours_is_never_stopped(desk: Desk, people: People, running: InstanceId) -> None:
    task = desk.inbox(people.owner)["S1_T5"]
    hours = {"rule": "created+2nh", "inputs": {"created": "2026-03-10T10:00:00+08:00"}}
    with desk.engine.transaction(SYSTEM) as tx:
        from engine.store.record import ChangedTask

        case = tx.lock_instance(running)
        changed = ChangedTask(id=task.id, changes={"deadline": {**(task.deadline or {}), **hours}})
        tx.record(StepRecord(instance_id=running, rev=case.rev, at=tx.now, actor=SYSTEM, changed=(changed,)))

    with pytest.raises(DeadlineRefused):
        stop(desk, running, people.inspector)
    assert desk.case(running).status == "running"


def test_a_calendar_that_changes_meanwhile_counts_the_standstill_by_the_new_days(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    stop(desk, running, people.inspector)
    office.holiday("03-12")
    desk.go_to("03-17")

    assert go_on(desk, running, people.inspector) == 4
    # By the new calendar the limit is 03-24; 03-12 is no working day of the standstill any more.
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-30")


def wait_for(desk: Desk, case: InstanceId, kind: str, name: str) -> None:
    """A case that waits for a message or signal on a token that does not exist: enough to be asked."""
    with desk.engine.transaction(SYSTEM) as tx:
        row = tx.lock_instance(case)
        waits = NewSubscription(token=10**6, kind=kind, name=name)  # type: ignore[arg-type]
        fact = HistoryFact(event="received", body={"name": name})
        tx.record(
            StepRecord(instance_id=case, rev=row.rev, at=tx.now, actor=SYSTEM, subscriptions=(waits,), history=(fact,))
        )


def test_one_case_that_stands_still_keeps_the_signal_from_nobody(desk: Desk, people: People, begin: Begin) -> None:
    desk.go_to("03-02")
    stopped, other = begin(), begin(title="另一件")
    for case in (stopped, other):
        wait_for(desk, case, "signal", "sig.news")
    stop(desk, stopped, people.inspector)

    with desk.engine.transaction(SYSTEM) as tx:
        event = ThrownEvent(node_id="", kind="signal", name="sig.news", payload={}, correlation_key="")
        reached = deliver(desk.engine, tx, event, by=SYSTEM)

    assert stopped in reached
    assert desk.case(other).status == "running"
    with desk.engine.transaction(SYSTEM) as tx:
        assert [kept.kind for kept in tx.held_messages(stopped)] == ["signal"]
    go_on(desk, stopped, people.inspector)
    with desk.engine.transaction(SYSTEM) as tx:
        assert tx.held_messages(stopped) == ()
