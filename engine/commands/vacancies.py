"""岗位空缺: the superior is told of a required post that has been vacant for too long (msg.vacancy, domain.md §1.2)."""

from __future__ import annotations

from datetime import date, timedelta

from engine.commands.case_step import SYSTEM
from engine.commands.cases import deliver
from engine.core import Engine
from engine.model.clock import local_day
from engine.model.step import ThrownEvent
from engine.model.vacancy import Vacancy, vacancies
from engine.store.transaction import Transaction

VACANT = "msg.vacancy"


def tell_of_vacancies(engine: Engine, tx: Transaction, *, since: date | None) -> date | None:
    """Send msg.vacancy for each post whose day has come after `since`; the night's work does it once for each.

    since: the last day for which this was done; None: yesterday. Answers the next day on which there is one to tell.
    """
    reference, today = engine.reference(tx), local_day(tx.now)
    alert_wd = reference.params.number("vacancy_alert_wd")
    found = vacancies(reference.organization, today, reference.calendar, alert_wd=alert_wd)
    done = since if since is not None else today - timedelta(days=1)
    for vacancy in found:
        if done < vacancy.told_on <= today:
            deliver(engine, tx, _message(vacancy), by=SYSTEM)
    return min((vacancy.told_on for vacancy in found if vacancy.told_on > today), default=None)


def _message(vacancy: Vacancy) -> ThrownEvent:
    return ThrownEvent(
        node_id="",
        kind="message",
        name=VACANT,
        payload={
            "unit": vacancy.unit,
            "position": vacancy.position,
            "vacant_since": vacancy.since.isoformat(),
        },
        correlation_key=f"{vacancy.unit}+{vacancy.position}",
    )
