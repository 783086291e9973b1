"""What is owed comes into being at night, once; evidence makes it done, the superior waives it, the subtree sees it."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from engine.commands import instances, nightly, obligations, tasks
from engine.commands.case_step import SYSTEM
from engine.commands.organization import end_position
from engine.core import Engine
from engine.errors import InputRejected, NotFound
from engine.model.obligation import state_of
from engine.model.step import PersonId
from engine.store import tables as t
from engine.store.obligations import ObligationRow
from tests.integration.duties.test_starts import ADMIN, HEAD, TASK, begun, go_to, publish, scheduled

LEADER, ABOVE, STRANGER = PersonId("u097"), PersonId("u036"), PersonId("u201")
SERVICE = 'implementation="urn:changxiao:service:record_evidence"'


def proving(key: str, *facts: str, start: str = "") -> dict[str, bytes]:
    """A mechanism that records these facts one after the other once its task is done."""
    nodes = "".join(f'<serviceTask id="V{n}" name="登记" {SERVICE} cx:params="{p}" />' for n, p in enumerate(facts))
    way = ["S", "T1", *(f"V{number}" for number in range(len(facts))), "E"]
    pairs = enumerate(pairwise(way))
    flows = "".join(f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}" />' for n, (a, b) in pairs)
    task = TASK.replace("period.end-3wd", "created+3wd")
    start = start or scheduled("firstwd(half)", "type:GA")
    body = f'{start}{task}{nodes}<endEvent id="E" name="结束" />{flows}'
    text = f'{HEAD}<process id="{key}" name="试点机制" isExecutable="true">{body}</process></definitions>'
    return {f"{key}.bpmn": text.encode()}


def owed(engine: Engine, code: str, by: str = SYSTEM, **wanted: str) -> list[ObligationRow]:
    table = t.obligation
    query = select(table).where(table.c.code == code).order_by(table.c.period, table.c.unit, table.c.owner_key)
    for name, value in wanted.items():
        query = query.where(table.c[name] == value)
    with engine.reading(by) as tx:
        return [ObligationRow(**row._asdict()) for row in tx.connection.execute(query)]


def complete(engine: Engine, key: str, business_key: str, **values: Any) -> None:
    with engine.transaction(SYSTEM) as tx:
        case = tx.lock_by_business_key(key, business_key)
        (task,) = tx.open_tasks(case.id)
    tasks.complete(engine, task.id, PersonId(task.assignee or ""), values)


def state(engine: Engine, row: ObligationRow, on: date) -> str:
    with engine.reading(SYSTEM) as tx:
        return state_of(tx.obligation(row.id).standing, on)


def test_each_half_is_generated_the_night_before_and_done_by_what_the_process_proves(engine: Engine) -> None:
    publish(
        engine,
        proving(
            "P02_PUSH",
            "obligation=O06,evidence=opinions",
            "obligation=O05,evidence=meeting,on=var(held)",
            "obligation=O05,evidence=meeting,on=var(held)",
            "obligation=O05,evidence=accepted",
            "obligation=O19,evidence=lecture,owner=var(leader),on=var(held)",
        ),
    )
    nightly.begin(engine, since=date(2025, 1, 1))
    go_to(engine, 2026, 1, 4)

    assert (len(owed(engine, "O05")), len(owed(engine, "O06")), len(owed(engine, "O30"))) == (70, 70, 0)
    assert nightly.begin(engine) == 0  # nothing twice
    complete(engine, "P02_PUSH", "P02:532503-GA:2026H1", held="2026-01-04", leader="u097")

    (done,) = owed(engine, "O05", unit="532503-GA")
    assert done.dated_on == done.done_on == date(2026, 1, 4)
    assert list(done.met) == ["meeting", "accepted"]
    with engine.reading(SYSTEM) as tx:
        assert len(tx.evidence_of(done.id)) == 2  # the same fact is one fact
        assert tx.instance(done.instance_id).business_key == "P02:532503-GA:2026H1"
    (opinions,) = owed(engine, "O06", unit="532503-GA")
    assert opinions.due_on == date(2025, 12, 25)  # five working days before the meeting that was held
    (lecture,) = owed(engine, "O19")  # its process is not there yet: the fact shows that it is owed
    assert (lecture.person, lecture.period, lecture.done_on) == ("u097", "2026", date(2026, 1, 4))

    go_to(engine, 2026, 6, 30, 0)
    assert len(owed(engine, "O05", period="2026H2")) == 0
    go_to(engine, 2026, 6, 30, 1)
    assert len(owed(engine, "O05", period="2026H2")) == 70
    assert len(begun(engine, "P02_PUSH")) == 14


def test_after_nights_in_which_nothing_ran_what_began_meanwhile_is_owed(engine: Engine) -> None:
    publish(engine, proving("P06_EDUCATE", "obligation=O21,evidence=entry,branch=var(branch)"))
    nightly.begin(engine, since=date(2025, 1, 1))
    with engine.transaction(SYSTEM) as tx:
        nightly.stop(tx)
    go_to(engine, 2026, 4, 15)
    with engine.transaction(SYSTEM) as tx:
        tx.connection.execute(update(t.nightly).values(due_at=tx.now))

    assert nightly.run_nightly(engine)

    assert [len(owed(engine, "O21", period=f"2026M0{month}")) for month in (1, 2, 3, 4, 5)] == [140, 140, 140, 140, 0]


def test_a_duty_that_comes_into_force_in_a_period_is_owed_only_if_enough_of_it_remains(engine: Engine) -> None:
    nightly.begin(engine)
    with engine.transaction(SYSTEM) as tx:
        tx.connection.execute(update(t.nightly).values(since={}))
    publish(engine, proving("P06_EDUCATE", "obligation=O21,evidence=entry,branch=var(branch)"))
    go_to(engine, 2026, 1, 6)

    assert owed(engine, "O21") == []  # due in 25 days
    assert len(owed(engine, "O18", period="2026H1")) == 140
    go_to(engine, 2026, 1, 31)
    assert len(owed(engine, "O21", period="2026M02")) == 140


def test_who_leaves_the_post_owes_no_more_and_who_comes_owes_instead(engine: Engine) -> None:
    publish(engine, proving("P06_EDUCATE", "obligation=O19,evidence=lecture,owner=var(leader)"))
    nightly.begin(engine, since=date(2025, 1, 1))
    before = {row.person for row in owed(engine, "O19", unit="532503-GA")}
    go_to(engine, 2026, 3, 2)
    end_position(engine, ADMIN, PersonId("u098"), "532503-GA", "LEAD_OTHER", date(2026, 3, 2))
    go_to(engine, 2026, 3, 4)

    states = {row.person: state(engine, row, date(2026, 3, 4)) for row in owed(engine, "O19", unit="532503-GA")}
    assert states == {**dict.fromkeys(before, "open"), "u098": "lapsed"}


def test_the_superior_waives_with_a_reason_once_and_nobody_else(engine: Engine) -> None:
    publish(engine, proving("P02_PUSH", "obligation=O05,evidence=meeting"))
    nightly.begin(engine, since=date(2025, 1, 1))
    (row,) = owed(engine, "O05", unit="532503-GA")

    with pytest.raises(obligations.OnlyTheSuperior):
        obligations.waive(engine, LEADER, row.id, reason="机构改革")
    with pytest.raises(NotFound):  # what he does not oversee is not there for him
        obligations.waive(engine, STRANGER, row.id, reason="机构改革")
    with pytest.raises(InputRejected):
        obligations.waive(engine, ABOVE, row.id, reason=" ")
    waived = obligations.waive(engine, ABOVE, row.id, reason="机构改革，本期免除")
    assert (waived.waived_by, state_of(waived.standing, date(2027, 1, 1))) == (ABOVE, "waived")
    with pytest.raises(obligations.NotWaivable):
        obligations.waive(engine, ABOVE, row.id, reason="再次")
    (top,) = owed(engine, "O05", unit="532500-ZF")
    with pytest.raises(obligations.OnlyTheSuperior) as caught:
        obligations.waive(engine, PersonId("u002"), top.id, reason="机构改革")
    assert "州委" in caught.value.zh


def test_obligations_are_seen_by_the_unit_and_above_and_by_nobody_beside(engine: Engine) -> None:
    publish(engine, proving("P02_PUSH", "obligation=O05,evidence=meeting"))
    nightly.begin(engine, since=date(2025, 1, 1))

    def seen(person: str) -> set[str]:
        return {row.unit for row in owed(engine, "O05", person)}

    assert seen(LEADER) == {"532503-GA"}
    assert seen(ABOVE) == {f"532503-{kind}" for kind in ("ZF", "FY", "JC", "GA", "SF")}
    assert len(seen("u001")) == 70
    assert seen("u901") == set()  # an analyst


def test_a_changed_rule_holds_from_the_next_period_on_and_leaves_what_is_there(engine: Engine) -> None:
    publish(engine, proving("P02_PUSH", "obligation=O05,evidence=meeting"))
    nightly.begin(engine, since=date(2025, 1, 1))

    with pytest.raises(InputRejected):
        obligations.change_rule(engine, ADMIN, "O05", {"due": "soon"}, reason="红政法〔2026〕3号")
    made = obligations.change_rule(engine, ADMIN, "O05", {"due": "lastwd(half)-5wd"}, reason="红政法〔2026〕3号")
    go_to(engine, 2026, 7, 1)

    assert made.version == 2
    found = {(row.period, row.rule_version, row.due_on.isoformat()) for row in owed(engine, "O05")}
    assert found == {("2026H1", 1, "2026-06-30"), ("2026H2", 2, "2026-12-24")}


def test_what_happens_is_owed_by_the_unit_or_by_each_branch_of_it(engine: Engine) -> None:
    publish(
        engine,
        proving(
            "P06_EDUCATE",
            "obligation=O20,evidence=record,branch=var(first),event=var(no),on=var(day)",
            "obligation=O20,evidence=record,branch=var(second),event=var(no),on=var(day)",
            "obligation=O20,evidence=record,branch=var(second),event=other",
            start='<startEvent id="S" name="开始" />',
        ),
    )
    case = instances.start(
        engine,
        "P06_EDUCATE",
        PersonId("u101"),
        {"first": "532503-GA-91", "second": "532503-GA-92", "no": "红政法通〔2026〕1号", "day": "2026-01-09"},
    )
    tasks.complete(engine, UUID(str(case.opened[0].id)), PersonId(case.opened[0].assignee or ""), {})

    one, other = sorted(owed(engine, "O20"), key=lambda row: row.event == "other")
    assert (one.event, one.done_on, one.done, one.of) == ("红政法通〔2026〕1号", date(2026, 1, 9), 2, 2)
    assert one.due_on == date(2026, 1, 16)
    assert (other.done_on, other.done, other.of) == (None, 1, 2)
