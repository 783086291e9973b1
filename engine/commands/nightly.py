"""The work of a night, at 00:10: what is owed from tomorrow on is generated, and follows the organisation; posts that
have been vacant for too long are told.

It is due in the night before a period begins, and in the night after a change of organisation, calendar, parameters,
processes or rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import structlog

from engine.commands import starts
from engine.commands.case_step import SYSTEM
from engine.commands.vacancies import tell_of_vacancies
from engine.core import Engine, Reference
from engine.model.calendar import WorkCalendar
from engine.model.clock import instant, local_day
from engine.model.obligation_rules import Catalogue, Rule
from engine.model.owed import Term, debtors, previous_period, running_periods, term_of
from engine.model.params import Params
from engine.model.period import Period
from engine.model.windows import windows_of
from engine.store.obligations import NIGHT, NightlyRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

NAME = "obligations"
BATCH = 5_000  #: obligations in one statement
_EVERY_RULE = ""  #: key in `since` of the day that stands for all rules
_DAY = timedelta(days=1)


def begin(engine: Engine, *, since: date | None = None) -> int:
    """Generate what is owed now, and every night from now on. Does nothing before there are units.

    since: from when the duties were in force here; None: from today, so that of the periods that run only those are
    generated that still leave enough days to their due day (domain.md §4). Answers how many were generated.
    """
    with engine.transaction(SYSTEM) as tx:
        night = tx.nightly(NAME)
        if night is None or not engine.reference(tx).organization.units:
            return 0
        if since is not None:
            night = replace(night, since={_EVERY_RULE: since.isoformat()}, last_day=None, seen="")
        return _work(engine, tx, night)


def begin_live(engine: Engine) -> None:
    """In a live installation: begin as soon as there are units. Does nothing twice, and nothing by a moved clock."""
    with engine.reading(SYSTEM) as tx:
        is_new = tx.clock().mode == "real" and not tx.has_begun(NAME)
    if is_new:
        begin(engine)


def run_nightly(engine: Engine, *, until: datetime | None = None) -> bool:
    """Do the night's work if it is due. Answers whether it was.

    Safe to run in many processes and to be killed at any moment: all of it is written, or nothing. After a time in
    which nothing ran it makes up for the nights between.
    """
    with engine.transaction(SYSTEM) as tx:
        night = tx.nightly(NAME, until=until or tx.now)
        if night is None:
            return False
        seen = night.seen
        count = _work(engine, tx, night)
        settled = tx.nightly(NAME)
        is_changed = settled is not None and settled.seen != seen
        has_failed = bool(tx.keys_of_failed_starts())
    if is_changed or has_failed:
        starts.start_missing(engine)
    logger.info("night's work done", action="nightly.run", count=count)
    return True


def stop(tx: Transaction) -> None:
    """Nothing is due until `begin`: for a clock that is about to be set."""
    night = tx.nightly(NAME)
    if night is not None:
        tx.set_nightly(replace(night, due_at=None))


def _work(engine: Engine, tx: Transaction, night: NightlyRow) -> int:
    today, reference = local_day(tx.now), engine.reference(tx)
    catalogue, processes = tx.obligation_catalogue(), tx.current_process_keys()
    rules = [rule for rule in catalogue if rule.active and rule.process in processes]
    default = night.since.get(_EVERY_RULE, today.isoformat())
    since = {**night.since, **{rule.code: night.since.get(rule.code, default) for rule in rules}}
    seen = f"{tx.reference_stamp}:{','.join(f'{rule.code}v{rule.version}' for rule in rules)}"
    generated = tx.generated_periods(today)
    count = 0
    for rule in rules:
        for period in _periods(rule, night, today, reference):
            version = generated.get((rule.code, period))
            if version is not None and seen == night.seen:
                continue
            term = _term(catalogue, rule, period, version, reference)
            if version is not None or _begins(term, since, today, reference):
                count += _generate(engine, tx, term, today=today, is_new=version is None)
    next_day = _next_beginning(rules, today, reference) - _DAY
    next_vacancy = tell_of_vacancies(engine, tx, since=night.last_day)
    due_at = instant(min(next_day, next_vacancy or next_day), NIGHT)
    tx.set_nightly(replace(night, due_at=due_at, last_day=today, seen=seen, since=since))
    return count


def _next_beginning(rules: list[Rule], today: date, reference: Reference) -> date:
    """The first day after tomorrow on which a period begins for which something is owed; a month's at the latest."""
    later = today + _DAY
    found = [Period.containing("month", later).last_day + _DAY]
    if any(rule.period == "window" for rule in rules):
        windows = (w for year in (later.year, later.year + 1) for w in windows_of(year, *_of(reference)))
        found += [window.first_day for window in windows if window.first_day > later]
    return min(found)


def _of(reference: Reference) -> tuple[WorkCalendar, Params]:
    return reference.calendar, reference.params


def _periods(rule: Rule, night: NightlyRow, today: date, reference: Reference) -> Iterator[str]:
    """Those that touch the days since the last night up to tomorrow; a duty that is due after its period, one more."""
    first = min(night.last_day or today, today)
    if rule.counted_from == "end" and (before := previous_period(rule.period, first)):
        yield before
    yield from running_periods(rule.period, first, today + _DAY, reference.calendar, reference.params)


def _term(catalogue: Catalogue, rule: Rule, period: str, version: int | None, reference: Reference) -> Term:
    """By the version with which the period was generated, else by that which held when it began."""
    if version is not None:
        return term_of(catalogue.version(rule.code, version), period, reference.calendar, reference.params)
    newest = term_of(rule, period, reference.calendar, reference.params)
    held = catalogue.for_period(rule.code, newest.first_day)
    return newest if held is rule else term_of(held, period, reference.calendar, reference.params)


def _begins(term: Term, since: Mapping[str, str], today: date, reference: Reference) -> bool:
    """A period that began before the duty was in force here is owed only if enough days remain."""
    if term.first_day >= date.fromisoformat(since[term.rule.code]):
        return True
    return (term.due_on - today).days >= reference.params.number("go_live_min_cd")


def _generate(engine: Engine, tx: Transaction, term: Term, *, today: date, is_new: bool) -> int:
    reference = engine.reference(tx)
    owed = list(debtors(term, reference.organization, reference.params, today))
    count = 0
    for at in range(0, len(owed), BATCH):
        batch = [(engine.ids.v7(tx.now), debtor) for debtor in owed[at : at + BATCH]]
        count += tx.generate_obligations(term, batch)
    if is_new:
        tx.note_period(term)
    else:
        tx.lapse_obligations(term, owed, on=today)
    return count
