"""One prefecture on 2026-12-01, with what the questions count: 532503 is below u041, 532501 is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TypeVar

import pytest
from sqlalchemy import select

from engine.commands import clock
from engine.commands.case_step import SYSTEM
from engine.core import Engine, Reference
from engine.model.clock import SHANGHAI
from engine.model.period import Period
from engine.model.step import PersonId
from engine.queries.narrowing import Narrowing
from engine.store import tables as t
from engine.store.roles import Addresses
from engine.store.transaction import Transaction
from tests.integration.prepared import opened, rehearsed
from tests.integration.questions.given import Given, day, result
from tests.integration.questions.given_first import first_questions
from tests.shared_cluster import SharedCluster

BEGINS = datetime(2026, 1, 4, 9, tzinfo=SHANGHAI)
TODAY = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
TOP, COUNTY, OTHER = "532500-ZF", "532503-ZF", "532501-ZF"
GA, FY, JC, SF, OTHER_GA = "532503-GA", "532503-FY", "532503-JC", "532503-SF", "532501-GA"
PREFECTURE, INSPECTOR, OFFICER, ANALYST = (PersonId(p) for p in ("u009", "u041", "u101", "u901"))

_Answer = TypeVar("_Answer")
Question = Callable[[Transaction, Reference, Narrowing, Period], _Answer]


@pytest.fixture(scope="module")
def module_db(cluster: SharedCluster) -> Iterator[Addresses]:
    with rehearsed(cluster, BEGINS) as addresses:
        yield addresses


@pytest.fixture(scope="module")
def engine(module_db: Addresses) -> Iterator[Engine]:
    with opened(module_db, "rehearsal") as made:
        clock.advance(made, SYSTEM, to=TODAY)
        with made.transaction(SYSTEM) as tx:
            version = t.definition_version.c
            known = tx.connection.execute(
                select(version.id).where(version.key == "S1_RECTIFY", version.state == "current")
            )
            given = Given(tx, known.scalar_one())
            _second_looks(given)
            _lectures(given)
            _coverage(given)
            _letters(given)
            _reports(given)
            _majors(given)
            _inspections(given)
            _problem_steps(given)
            first_questions(given)
        yield made


def ask(
    engine: Engine,
    question: Question[_Answer],
    person: PersonId,
    period: str,
    *,
    region: str = "",
    type: str = "",  # noqa: A002 - as the filter is called
) -> _Answer:
    """The answer that the person gets."""
    with engine.reading(person) as tx:
        return question(tx, engine.reference(tx), Narrowing(region=region, type=type), Period.parse(period))


def _second_looks(given: Given) -> None:
    """蒙自: four of six closed ones looked at: lasted, partly, relapsed twice over; one open. 个旧: one relapse."""

    def closed(unit: str, issuer: str, on: str, severity: str, recheck: str, **changes: object) -> object:
        told = {"closed_on": on, "recheck_on": f"{recheck}T09:00:00+08:00", "nature": "作风细节"}
        return given.case("S1_RECTIFY", unit, on, issuer_unit=issuer, severity=severity, variables=told, **changes)

    def look(case: object, unit: str, issuer: str, on: str, effect: str = "") -> None:
        told = {"done": on, "outcome": effect} if effect else {}
        given.task(case, "S1_T10", unit, on, key="S1_RECTIFY", case_issuer_unit=issuer, **told)  # type: ignore[arg-type]

    lasted = closed(GA, COUNTY, "2026-05-04", "C", "2026-07-03", case_state="已归档", ended_at=day("2026-07-10"))
    look(lasted, GA, COUNTY, "2026-07-03", "巩固")
    partly = closed(FY, COUNTY, "2026-06-01", "C", "2026-07-31")
    look(partly, FY, COUNTY, "2026-07-31", "部分反弹")
    old = closed(GA, COUNTY, "2026-05-20", "B", "2026-07-20", business_no="WT-1", case_state="已归档")
    look(old, GA, COUNTY, "2026-07-20", "反弹")
    again = closed(
        GA, COUNTY, "2026-08-20", "C", "2026-10-19", business_no="WT-2", case_state="已归档", parent_instance=old
    )
    look(again, GA, COUNTY, "2026-10-19", "反弹")
    given.case(
        "S1_RECTIFY", GA, "2026-10-19", issuer_unit=COUNTY, severity="D", business_no="WT-3", case_state="整改中",
        parent_instance=again,
    )  # fmt: skip
    waiting = closed(JC, COUNTY, "2026-09-28", "D", "2026-11-27")
    look(waiting, JC, COUNTY, "2026-11-27")
    closed(SF, COUNTY, "2026-06-10", "A", "2026-08-10")  # not drawn
    before = closed(GA, COUNTY, "2026-02-02", "C", "2026-04-03")  # of the half before
    look(before, GA, COUNTY, "2026-04-03", "巩固")
    elsewhere = closed(OTHER_GA, OTHER, "2026-05-06", "C", "2026-07-06")
    look(elsewhere, OTHER_GA, OTHER, "2026-07-06", "反弹")


def _lectures(given: Given) -> None:
    """蒙自市公安局: u096 has lectured, u097 had two given for him, u098 nothing; 个旧: one owes. One is waived."""
    for person, changes in (
        ("u096", {"done_on": "2026-06-30", "dated_on": "2026-06-30"}),
        ("u097", {}),
        ("u098", {}),
    ):
        given.owed("O19", "2026", GA, "2026-12-31", person=person, **changes)
    given.owed("O19", "2026", COUNTY, "2026-12-31", person="u035", waived_at=day("2026-05-06"), waived_by="u001")
    given.owed("O19", "2026", OTHER_GA, "2026-12-31", person="u201")
    case = given.case("P06_EDUCATE", GA, "2026-07-01")
    for on in ("2026-07-20", "2026-09-10"):
        given.task(
            case, "P06_T3", GA, "2026-07-01", key="P06_EDUCATE", done=on, assignee="u097",
            element={"leader": "u097"}, outcome="由他人代讲",
        )  # fmt: skip
    given.task(case, "P06_T3", GA, "2026-09-10", key="P06_EDUCATE", assignee="u097", element={"leader": "u097"})
    given.task(
        case, "P06_T3", GA, "2026-06-01", key="P06_EDUCATE", done="2026-06-30", assignee="u096",
        element={"leader": "u096"}, outcome="本人主讲",
    )  # fmt: skip


def _coverage(given: Given) -> None:
    """公安局 17 of 19 with two to make it up, 法院 done, 检察院 no session yet, 司法局 three who must."""
    given.owed("O08", "2026", GA, "2026-12-31", done=17, of=19, checkpoint_on="2026-10-31")
    given.owed("O08", "2026", FY, "2026-12-31", done=20, of=20, done_on="2026-09-15", dated_on="2026-09-15")
    given.owed("O08", "2026", JC, "2026-12-31")
    given.owed("O08", "2026", SF, "2026-12-31", done=2, of=3)
    given.owed("O08", "2026", OTHER_GA, "2026-12-31", done=19, of=20)
    case = given.case("P03_TRAIN", GA, "2026-01-05")
    for person in ("u101", "u102"):
        element = {"person": person}
        given.task(case, "P03_T5", GA, "2026-09-15", key="P03_TRAIN", assignee="u101", element=element)
    other = given.case("P03_TRAIN", OTHER_GA, "2026-01-05")
    given.task(other, "P03_T5_ADDED", OTHER_GA, "2026-09-15", key="P03_TRAIN", element={"person": "u201"})


def _letters(given: Given) -> None:
    """公安局: upward without the superior's signature, u099 without his own; 法院 complete; 个旧 nothing signed."""
    given.owed("O02", "2026", GA, "2026-03-31", met=["own_signature"])
    given.owed("O02", "2026", FY, "2026-03-31", met=["own_signature", "superior_signature"], done_on="2026-03-20")
    given.owed("O03", "2026", GA, "2026-03-31", person="u099")
    given.owed("O04", "2026H2", GA, "2026-12-10", person="u101", met=["own_signature"], event="WT-9")
    given.owed("O02", "2026", OTHER_GA, "2026-03-31")


def _reports(given: Given) -> None:
    """2026H1. GA on time, FY late, JC returned, SF missing; the committee on time, with two gaps stated."""
    for unit in (GA, FY, JC, SF, OTHER_GA):
        given.owed("O10", "2026H1", unit, "2026-07-10")
    for unit in (COUNTY, OTHER):
        given.owed("O11", "2026H1", unit, "2026-07-20")
    signed = {"signed": True, "returns": 0, "is_late": False, "signed_on": "2026-07-08", "doc_no": "蒙公〔2026〕8号"}
    gaps = [
        {"unit": JC, "name": "蒙自市人民检察院", "state": "退回补正"},
        {"unit": SF, "name": "蒙自市司法局", "state": "未报"},
    ]
    reports = {
        GA: signed | {"returns": 1},
        FY: signed | {"is_late": True, "signed_on": "2026-07-14"},
        JC: {"signed": False, "returns": 1, "is_late": False},
        SF: {"signed": False, "returns": 0},
        COUNTY: signed | {"gaps": gaps},
    }
    for unit, told in reports.items():
        superior = TOP if unit == COUNTY else COUNTY
        key = f"P04:{unit}:2026H1"
        given.case("P04_REPORT", unit, "2026-07-01", issuer_unit=superior, business_key=key, variables=told)


def _majors(given: Given) -> None:
    """蒙自: one late by 30 minutes and received two levels up, one missed; 个旧: one in time."""
    told = {
        "category": "重大事件",
        "when_known": "2026-10-03T22:40:00+08:00",
        "first_report": "2026-10-04T01:10:00+08:00",
        "minutes_late": 30,
    }
    late = given.case(
        "S5_MAJOR", GA, "2026-10-03", issuer_unit=COUNTY, variables=told, marks=["迟报"], case_state="处置中"
    )
    given.sent(late, "S5_T1", {"phone_at": "2026-10-03T23:05"}, "2026-10-03")
    for node, at in (("S5_T4", "02:00"), ("S5_T5", "02:20")):
        given.task(
            late, node, GA, "2026-10-04", key="S5_MAJOR", done="2026-10-04", done_at=day("2026-10-04", at),
            case_issuer_unit=COUNTY,
        )  # fmt: skip
    missed = {"category": "专项工作", "when_known": "2026-11-02T09:00:00+08:00"}
    given.case("S5_MAJOR", FY, "2026-11-05", issuer_unit=COUNTY, variables=missed, marks=["漏报"])
    given.case("S5_MAJOR", OTHER_GA, "2026-11-06", issuer_unit=OTHER, variables=told | {"minutes_late": 0})
    given.case("S5_MAJOR", GA, "2026-03-06", issuer_unit=COUNTY, variables=told)  # of the half before


def _inspections(given: Given) -> None:
    """值班备勤 in three units of 蒙自, 警容风纪 in two and 个旧; 司法局 was not visited this year, but last year."""
    given.visit(GA, COUNTY, "2026-03-10")
    given.visit(GA, COUNTY, "2026-09-24", "节点")
    given.visit(FY, COUNTY, "2026-09-25", "节点")
    given.visit(JC, COUNTY, "2026-11-03")
    given.visit(SF, COUNTY, "2025-06-10")
    given.visit(OTHER_GA, OTHER, "2026-10-10")
    given.round(
        COUNTY,
        "2026-09-09",
        [
            result(GA, "2026-09-24", "值班备勤", "警容风纪", contested=2, adopted=1, dropped=1),
            result(FY, "2026-09-25", "值班备勤", contested=1),
        ],
    )
    second = given.round(COUNTY, "2026-10-08", [result(JC, "2026-11-03", "值班备勤", "警容风纪")])
    given.round(COUNTY, "2026-03-02", [result(GA, "2026-03-10", "值班备勤")])
    given.draw(second, COUNTY, (GA, FY, JC, SF), size=2)
    secret = given.round(COUNTY, "2026-11-20", [result(SF, "2026-11-26", "窗口服务")], sealed=True, ended_at=None)
    given.draw(secret, COUNTY, (SF,), size=1)
    given.round(OTHER, "2026-10-01", [result(OTHER_GA, "2026-10-10", "警容风纪")])


def _problem_steps(given: Given) -> None:
    """Six cases of P02 on one way and one on another; T1 takes 1, 1, 1, 1, 2 and 9 working days, T4 is open."""
    spans = [("2026-09-01", "2026-09-02")] * 4 + [("2026-09-01", "2026-09-03"), ("2026-09-01", "2026-09-14")]
    for begun, done in spans:
        case = given.case("S2_LADDER", GA, begun, ended_at=day("2026-09-30"), end_node="END_CLOSED")
        due = date(2026, 9, 8)
        given.task(case, "S2_T2", GA, begun, key="S2_LADDER", done=done, due_on=due)
    odd = given.case("S2_LADDER", OTHER_GA, "2026-09-01", ended_at=day("2026-10-09"), end_node="END_CLOSED")
    given.task(odd, "S2_T3", OTHER_GA, "2026-09-01", key="S2_LADDER", done="2026-09-02")
    running = given.case("S2_LADDER", GA, "2026-11-30")
    given.task(running, "S2_T2", GA, "2026-11-30", key="S2_LADDER")
