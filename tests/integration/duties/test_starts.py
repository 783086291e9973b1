"""Processes begin by the calendar: once for each unit that owes the period, whatever happens to the worker."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from multiprocessing.pool import ThreadPool

from sqlalchemy import select

from engine.commands import calendar, clock, incidents, starts
from engine.commands.case_step import SYSTEM
from engine.commands.deployments import propose
from engine.core import Engine
from engine.model.clock import SHANGHAI, local_time
from engine.model.organization import Unit
from engine.model.step import PersonId
from engine.store import tables as t

ADMIN, OPERATOR = PersonId("u903"), PersonId("u907")
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:cx="urn:changxiao:bpmn:1" id="D" targetNamespace="urn:test">'
)
SCHEDULE = 'xsi:type="tFormalExpression" language="urn:changxiao:schedule:1"'
TASK = (
    '<userTask id="T1" name="办理" cx:assign="self:pos:PERSON_RESP" cx:due="period.end-3wd" cx:ladder="none"'
    ' cx:reason="试" />'
)


def drawing(key: str, start: str, task: str = TASK) -> dict[str, bytes]:
    flows = '<sequenceFlow id="f1" sourceRef="S" targetRef="T1" /><sequenceFlow id="f2" sourceRef="T1" targetRef="E" />'
    body = f'{start}{task}<endEvent id="E" name="结束" />{flows}'
    text = f'{HEAD}<process id="{key}" name="试点机制" isExecutable="true">{body}</process></definitions>'
    return {f"{key}.bpmn": text.encode()}


def scheduled(rule: str, owners: str, period: str = "current", kind: str = "timeCycle", said: str = SCHEDULE) -> str:
    about = f'cx:owners="{owners}" cx:period="{period}"' if owners else ""
    return (
        f'<startEvent id="S" name="到期启动" {about}><timerEventDefinition id="TD"><{kind} {said}>{rule}</{kind}>'
        "</timerEventDefinition></startEvent>"
    )


def publish(engine: Engine, files: dict[str, bytes]) -> None:
    propose(engine, PersonId("u901"), files, auto_confirm=True)


def go_to(engine: Engine, year: int, month: int, day: int, hour: int = 10) -> None:
    clock.advance(engine, SYSTEM, to=datetime(year, month, day, hour, tzinfo=SHANGHAI))


def begun(engine: Engine, key: str) -> list[tuple[str, str]]:
    """(business key, day and hour at which it began) of the cases of `key`, in order."""
    cases = t.instance.c
    with engine.transaction(SYSTEM) as tx:
        rows = tx.connection.execute(
            select(cases.business_key, cases.started_at).where(cases.key == key).order_by(cases.business_key)
        )
        return [(name, f"{local_time(at):%Y-%m-%d %H:%M}") for name, at in rows]


def armed(engine: Engine, key: str) -> list[tuple[str, str]]:
    with engine.transaction(SYSTEM) as tx:
        return [
            (f"{local_time(start.due_at):%Y-%m-%d %H:%M}" if start.due_at else "", start.due_period)
            for start in tx.armed_starts()
            if start.key == key
        ]


def test_each_owner_gets_one_case_per_period_with_its_key_its_title_and_its_limit(engine: Engine) -> None:
    publish(engine, drawing("P02_TRY", scheduled("firstwd(half)", "ZF")))

    assert armed(engine, "P02_TRY") == [("2026-01-04 09:00", "2026H1")]  # published at this very instant
    go_to(engine, 2026, 7, 2)

    found = begun(engine, "P02_TRY")
    assert len(found) == 28
    assert found[0] == ("P02:532500-ZF:2026H1", "2026-01-04 09:00")
    assert found[1] == ("P02:532500-ZF:2026H2", "2026-07-01 09:00")
    assert armed(engine, "P02_TRY") == [("2027-01-01 09:00", "2027H1")]  # no table for 2027 yet: the weekend rule
    with engine.transaction(SYSTEM) as tx:
        case = tx.lock_by_business_key("P02_TRY", "P02:532503-ZF:2026H2")
        task = tx.open_tasks(case.id)[0]
    assert (case.unit, case.title) == ("532503-ZF", "试点机制（2026年下半年）")
    assert (case.variables["unit"], case.variables["period"]) == ("532503-ZF", "2026H2")
    assert task.due_on == date(2026, 12, 28)


def test_many_workers_and_a_kill_between_batches_leave_one_case_for_each_unit(engine: Engine) -> None:
    publish(engine, drawing("P02_TRY", scheduled("firstwd(half)", "type:ZF,GA", "previous")))

    assert starts.fire_starts(engine, limit=7) == 7  # and here the worker is killed
    with ThreadPool(3) as workers:
        while sum(workers.map(lambda _: starts.fire_starts(engine, limit=5), range(3))):
            pass

    keys = [key for key, _ in begun(engine, "P02_TRY")]
    assert len(keys) == len(set(keys)) == 28
    assert {key[-6:] for key in keys} == {"2025H2"}


def test_a_new_version_goes_on_where_the_old_one_was_and_disarms_what_is_gone(engine: Engine) -> None:
    publish(engine, drawing("P02_TRY", scheduled("firstwd(half)", "unit:532503-GA")))
    go_to(engine, 2026, 1, 5)
    publish(engine, drawing("P02_TRY", scheduled("firstwd(half)+1wd", "unit:532503-GA")))
    assert armed(engine, "P02_TRY") == [("2026-01-05 09:00", "2026H1")]

    go_to(engine, 2026, 1, 6)
    assert begun(engine, "P02_TRY") == [("P02:532503-GA:2026H1", "2026-01-04 09:00")]  # once for the half

    publish(engine, drawing("P02_TRY", '<startEvent id="S" name="人工启动" />'))
    assert armed(engine, "P02_TRY") == []


def test_another_calendar_moves_what_is_armed(engine: Engine) -> None:
    publish(engine, drawing("P02_TRY", scheduled("firstwd(half)", "unit:532503-GA")))
    go_to(engine, 2026, 1, 5)
    calendar.enter_local_day(
        engine, ADMIN, date(2026, 7, 1), name="州庆", name_en="Day of the prefecture", document="红政〔2026〕1号"
    )

    assert armed(engine, "P02_TRY") == [("2026-07-02 09:00", "2026H2")]


def test_a_unit_opened_in_the_period_gets_its_case_and_one_opened_late_does_not(engine: Engine) -> None:
    publish(engine, drawing("P02_TRY", scheduled("firstwd(half)", "type:GA")))
    go_to(engine, 2026, 3, 2)
    with engine.transaction(SYSTEM) as tx:
        new = Unit(
            code="532503-XX", name="新设单位", short_name="新设", document_prefix="新", level="COUNTY", type="GA",
            superior="532503-ZF", active_from=date(2026, 3, 2),
        )  # fmt: skip
        tx.add_units([new, replace(new, code="532504-XX", active_from=date(2026, 6, 15))])

    go_to(engine, 2026, 6, 20)
    starts.start_missing(engine)

    keys = [key for key, _ in begun(engine, "P02_TRY")]
    assert "P02:532503-XX:2026H1" in keys
    assert "P02:532504-XX:2026H1" not in keys


def test_what_cannot_begin_is_tried_once_and_an_operator_begins_it_later(engine: Engine) -> None:
    undated = TASK.replace("period.end-3wd", "var(limit)")
    publish(engine, drawing("P02_TRY", scheduled("firstwd(half)", "unit:532503-GA,532504-GA"), undated))
    starts.fire_starts(engine)
    assert begun(engine, "P02_TRY") == []
    assert armed(engine, "P02_TRY") == [("2026-07-01 09:00", "2026H2")]  # no round of failures without end
    with engine.transaction(SYSTEM) as tx:
        incident = tx.connection.execute(select(t.incident).where(t.incident.c.kind == "start")).one()
    assert (incident.key, incident.attempts) == ("P02_TRY", 2)

    publish(engine, drawing("P02_TRY", scheduled("firstwd(half)", "unit:532503-GA,532504-GA")))
    found = incidents.retry(engine, OPERATOR, incident.id)

    assert (found.state, found.resolution) == ("resolved", "started")
    assert [key for key, _ in begun(engine, "P02_TRY")] == ["P02:532503-GA:2026H1", "P02:532504-GA:2026H1"]


def test_an_iso_timer_of_a_foreign_drawing_begins_one_case_of_the_top_unit_each_time(engine: Engine) -> None:
    iso = 'xsi:type="tFormalExpression"'
    publish(engine, drawing("nightly", scheduled("R3/2026-01-03T08:00:00+08:00/P1D", "", said=iso), _plain()))
    publish(engine, drawing("once", scheduled("2026-01-05T08:00:00+08:00", "", kind="timeDate", said=iso), _plain()))
    publish(engine, drawing("past", scheduled("2026-01-03T08:00:00+08:00", "", kind="timeDate", said=iso), _plain()))
    publish(engine, drawing("later", scheduled("PT2H", "", kind="timeDuration", said=iso), _plain()))

    go_to(engine, 2026, 1, 20)

    assert [at for _, at in begun(engine, "nightly")] == ["2026-01-05 08:00"]  # the first two were before
    assert begun(engine, "once") == [("once:532500-ZF:20260105T080000", "2026-01-05 08:00")]
    assert begun(engine, "past") == []
    assert [at for _, at in begun(engine, "later")] == ["2026-01-04 11:00"]


def test_the_clock_of_a_rehearsal_arms_anew_what_the_clock_of_the_machine_had_armed(engine: Engine) -> None:
    publish(engine, drawing("P02_TRY", scheduled("firstwd(half)", "ZF")))
    with engine.transaction(SYSTEM) as tx:
        starts.disarm_all(tx)
    assert armed(engine, "P02_TRY") == [("", "2026H1")]

    with engine.transaction(SYSTEM) as tx:
        starts.rearm(engine, tx, since=datetime(2027, 2, 1, tzinfo=UTC))

    assert armed(engine, "P02_TRY") == [("2027-07-01 09:00", "2027H2")]


def _plain() -> str:
    return TASK.replace("period.end-3wd", "created+3wd")
