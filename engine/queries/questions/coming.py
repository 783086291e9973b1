"""Q3 近期到期义务: what falls due in the next thirty days, by the person who is responsible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy import select

from engine.core import Reference
from engine.model.clock import local_day
from engine.model.declared_words import Words
from engine.model.obligation import State
from engine.model.step import InstanceId, PersonId
from engine.queries.narrowing import Narrowing
from engine.queries.obligations import ObligationFilter, conditions, responsible_for, state_column
from engine.queries.questions.question import Asked, Choice, Found, Listed, Question, Reading, column, option, total
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_obligations

_OWED = t.obligation.c
DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyDue:
    """One duty that is still to be done."""

    people: tuple[str, ...]  #: names of who owes it, or works on it for the unit
    unit: str
    code: str
    name: Words
    period: str
    due_on: date
    days_left: int  #: working days in (today, due]; negative: overdue for so many
    state: State
    case: InstanceId | None


def duties_due(
    tx: Transaction, reference: Reference, wanted: Narrowing, *, since: date | None, until: date
) -> tuple[DutyDue, ...]:
    """Unfinished ones due from `since` (None: however long ago) to `until`, by unit and person, the earliest first."""
    known, today = tx.obligation_catalogue(), local_day(tx.now)
    asked = ObligationFilter(
        region=wanted.region, type=wanted.type, unit=wanted.unit, is_unfinished=True, due_from=since, due_until=until
    )
    columns = (_OWED.unit, _OWED.person, _OWED.branch, _OWED.code, _OWED.rule_version, _OWED.period, _OWED.due_on)
    query = select(*columns, _OWED.instance_id, state_column(today).label("state")).where(
        visible_obligations(tx.actor), *conditions(asked, reference, known, today)
    )

    # Many duties share a rule, a day and a person: each is looked up once.
    @cache
    def name_of(code: str, version: int) -> Words:
        rule = known.version(code, version)
        return Words(zh=rule.zh, en=rule.en)

    @cache
    def left_until(due_on: date) -> int:
        count = reference.calendar.count
        return count(today, due_on) if today <= due_on else -count(due_on, today)

    @cache
    def people_of(unit: str, person: str | None, branch: str | None) -> tuple[str, ...]:
        return responsible_for(unit, person, branch, reference.organization, today)

    rows = [
        DutyDue(
            people=people_of(row.unit, row.person, row.branch),
            unit=row.unit,
            code=row.code,
            name=name_of(row.code, row.rule_version),
            period=row.period,
            due_on=row.due_on,
            days_left=left_until(row.due_on),
            state=row.state,
            case=row.instance_id,
        )
        for row in tx.connection.execute(query)
    ]
    return tuple(sorted(rows, key=lambda row: (row.unit, row.people, row.due_on, row.code)))


def _answer(reading: Reading, asked: Asked) -> Found[DutyDue]:
    tx, reference, today = reading.tx, reading.reference, reading.today
    place, own = asked.narrowing, reference.organization.home_unit(PersonId(tx.actor))
    if asked.options["whose"] == "own":
        place = Narrowing(unit=own, region=place.region, type=place.type)
    since = today if asked.options["which"] == "coming" else None
    rows = duties_due(tx, reference, place, since=since, until=today + timedelta(days=DAYS))
    people = {(row.unit, name) for row in rows for name in row.people}
    return Found(
        rows=rows,
        totals=(
            total("duties", "义务", "duties", len(rows)),
            total("people", "责任人", "people responsible", len(people)),
            total("overdue", "已逾期", "overdue", sum(row.state == "overdue" for row in rows)),
            total("unclaimed", "无责任人", "without a person", sum(not row.people for row in rows)),
        ),
    )


COMING: Question[DutyDue] = Question(
    number=3,
    group="duties",
    title=Words(zh="近30天到期义务", en="Duties due in 30 days"),
    asks=Words(
        zh="本单位今后30天内有哪些义务到期，各由谁负责？",
        en="Which duties of my unit fall due in the next 30 days, and who is responsible?",
    ),
    counts=Words(
        zh="未完成、未免除，且期限在今天起30个自然日内的义务；责任人为承担义务的本人，单位承担的为其具体责任人。"
        "剩余天数按工作日计，负数为已逾期的工作日。",
        en="Obligations neither done nor waived that fall due within 30 calendar days of today; responsible is who "
        "owes it, or who works on what the unit owes. Days left are working days; negative ones are overdue.",
    ),
    period=None,
    choices=(
        Choice(
            name="whose",
            words=Words(zh="范围", en="Whose"),
            options=(option("own", "本单位", "Own unit"), option("all", "本单位及下级", "Own unit and those below")),
        ),
        Choice(
            name="which",
            words=Words(zh="期限", en="Due"),
            options=(
                option("coming", "30天内到期", "Within 30 days"),
                option("late", "含已逾期", "Overdue ones too"),
            ),
        ),
    ),
    columns=(
        column("people", "责任人", "Responsible", lambda row: row.people or None),
        column("duty", "义务", "Duty", lambda row: row.name, wide=True),
        column("code", "编号", "Code", lambda row: row.code),
        column("unit", "单位", "Unit", lambda row: row.unit, "unit"),
        column("due_on", "期限", "Due", lambda row: row.due_on, "date"),
        column("days_left", "剩余工作日", "Working days left", lambda row: row.days_left, "number"),
        column("state", "状态", "State", lambda row: row.state, "duty"),
    ),
    answer=_answer,
    case=lambda row: row.case,
    lists=lambda row, _asked: Listed(
        of="obligations", filters={"unit": row.unit, "code": row.code, "period": row.period}
    ),
)
