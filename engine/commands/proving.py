"""What a process establishes towards an obligation is kept as evidence; what it comes to is computed at once.

Not commands: the functions here run inside the transaction of the step that reached the fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from engine.errors import InputRejected, StepFailed
from engine.model.clock import instant, local_day
from engine.model.due import DueContext, evaluate
from engine.model.due_grammar import parse_due
from engine.model.obligation import reckon
from engine.model.obligation_rules import Catalogue, Rule, UnknownObligation
from engine.model.owed import Debtor, Term, branches_of, running_periods, term_of
from engine.model.period import Period, PeriodKind
from engine.model.unit_filter import parse_unit_filter
from engine.model.windows import is_window
from engine.store.obligations import EvidenceRow, ObligationRow

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

_EVENT_PERIOD: PeriodKind = "half"  #: in which an event is counted


def prove(step: CaseStep, node_id: str, values: Mapping[str, object]) -> int:
    """Keep one fact for each owner that `values` names. Answers how many were new.

    values: obligation, evidence; on (today), owner (a person, or a list of them), branch, done and of, event, period.
    An obligation that is not there yet is made: the fact shows that it is owed. Raises StepFailed for a code or word
    that the catalogue does not have.
    """
    known = step.tx.obligation_catalogue()
    rule = _rule_of(known, values, node_id)
    need = str(values.get("evidence", ""))
    if need not in rule.needs:
        raise StepFailed(f"{rule.code} asks for no {need!r}.", node_id=node_id, cause="no_obligation")
    if not rule.active:
        return 0
    on = _day(values.get("on"), node_id) or step.today
    count = 0
    with step.tx.as_system():
        for debtor in _debtors(rule, step.unit, values):
            row = _obligation(step, known, rule, debtor, on, values)
            if row is not None:
                count += _keep(step, known.version(rule.code, row.rule_version), row, need, on, node_id, values)
        _date_followers(step, known, rule, need, on, values)
    if count:
        step.note("evidence", obligation=rule.code, need=need, on=on.isoformat(), count=count)
    return count


def owed_by_unit(step: CaseStep, codes: Iterable[str]) -> tuple[str, ...]:
    """Those of the obligations that a unit like the case's owes. Raises StepFailed for an unknown code."""
    known, unit = step.tx.obligation_catalogue(), step.reference.organization.unit(step.unit)
    rules = [_rule_of(known, {"obligation": code}, "") for code in codes]
    return tuple(rule.code for rule in rules if unit is not None and parse_unit_filter(rule.owner.units).covers(unit))


def open_event(step: CaseStep, node_id: str, values: Mapping[str, object]) -> int:
    """Something happened by which this unit, or somebody in it, owes something. Answers how many are owed.

    values: obligation, owner or branch, event (what it is about; the case itself), due (by the rule).
    """
    known = step.tx.obligation_catalogue()
    rule = _rule_of(known, values, node_id)
    if not rule.active:
        return 0
    with step.tx.as_system():
        debtors = list(_debtors(rule, step.unit, values))
        return sum(_obligation(step, known, rule, debtor, step.today, values) is not None for debtor in debtors)


def _rule_of(known: Catalogue, values: Mapping[str, object], node_id: str) -> Rule:
    try:
        return known.rule(str(values.get("obligation", "")))
    except UnknownObligation as error:
        raise StepFailed(str(error), node_id=node_id, cause="no_obligation") from None


def _debtors(rule: Rule, unit: str, values: Mapping[str, object]) -> Iterator[Debtor]:
    """Whose obligation it is. A fact about nobody in particular is about nobody: an empty list is none."""
    match rule.owner.kind:
        case "unit":
            yield Debtor(unit=unit)
        case "branch":
            yield from (Debtor(unit=unit, branch=branch) for branch in _names(values.get("branch")))
        case _:
            yield from (Debtor(unit=unit, person=person) for person in _names(values.get("owner")))


def _names(value: object) -> list[str]:
    """One name, a list of them, or a list of rows that have a person."""
    found = value if isinstance(value, list | tuple) else [value]
    names = (row.get("person") if isinstance(row, Mapping) else row for row in found)
    return list(dict.fromkeys(str(name) for name in names if name))


def _obligation(
    step: CaseStep, known: Catalogue, rule: Rule, debtor: Debtor, on: date, values: Mapping[str, object]
) -> ObligationRow | None:
    """The one that the fact is about, made where it is not there yet. None: there is no such period."""
    tx, event = step.tx, str(values.get("event") or "")
    if rule.period == "event":
        if not event and (waiting := tx.waiting_event(rule.code, debtor.unit, debtor.key)) is not None:
            return waiting
        event = event or str(step.instance_id)
        period = Period.containing(_EVENT_PERIOD, step.today).code
    else:
        period, event = _period(step, rule, on, values), ""
        if not period:
            return None
    found = tx.find_obligation(rule.code, debtor.unit, debtor.key, period=period, event=event)
    if found is None:
        term = _event_term(step, rule, period, values) if event else _term(step, known, rule, period)
        tx.generate_obligations(term, [(step.engine.ids.v7(step.at), debtor)], event=event)
        found = tx.find_obligation(rule.code, debtor.unit, debtor.key, period=period, event=event)
    return found


def _period(step: CaseStep, rule: Rule, on: date, values: Mapping[str, object]) -> str:
    """The period of the case where it is of the rule's kind, else that in which the day of the fact lies."""
    named = str(values.get("period") or step.variables.get("period") or "")
    if named and _kind_of(named) == rule.period:
        return named
    if rule.period == "window":
        calendar, params = step.reference.calendar, step.reference.params
        return next(iter(running_periods("window", on, on, calendar, params)), "")
    return Period.containing(rule.period, on).code  # type: ignore[arg-type]


def _kind_of(period: str) -> str:
    if is_window(period):
        return "window"
    try:
        return Period.parse(period).kind
    except InputRejected:
        return ""


def _term(step: CaseStep, known: Catalogue, rule: Rule, period: str) -> Term:
    calendar, params = step.reference.calendar, step.reference.params
    newest = term_of(rule, period, calendar, params)
    return term_of(known.for_period(rule.code, newest.first_day), period, calendar, params)


def _event_term(step: CaseStep, rule: Rule, period: str, values: Mapping[str, object]) -> Term:
    """Open from today; due when the process says so, else by the rule, counted from now."""
    half = Period.parse(period)
    context = DueContext(created=step.at, started=step.today, params=step.reference.params)
    due_on = _day(values.get("due"), "") or evaluate(parse_due(rule.due_rule(1)), context, step.reference.calendar).on
    return Term(
        rule=rule,
        period=period,
        first_day=half.first_day,
        last_day=half.last_day,
        opens_on=step.today,
        due_on=due_on,
    )


def _keep(
    step: CaseStep,
    rule: Rule,
    row: ObligationRow,
    need: str,
    on: date,
    node_id: str,
    values: Mapping[str, object],
) -> bool:
    tx = step.tx
    is_new = tx.add_evidence(
        EvidenceRow(
            id=step.engine.ids.v7(step.at),
            obligation_id=row.id,
            need=need,
            on_day=on,
            part=str(values.get("branch") or "") if rule.each_branch else "",
            done=_count(values.get("done")),
            of=_count(values.get("of")),
            instance_id=step.instance_id,
            node_id=node_id,
            recorded_by=step.by,
            recorded_at=step.at,
        )
    )
    if is_new:
        branches = branches_of(step.reference.organization, row.unit) if rule.each_branch else frozenset[str]()
        facts = [fact.fact for fact in tx.evidence_of(row.id)]
        found = reckon(rule, facts, branches, step.reference.params)
        tx.set_reckoning(row.id, found, instance_id=step.instance_id)
    return is_new


def _date_followers(
    step: CaseStep, known: Catalogue, rule: Rule, need: str, on: date, values: Mapping[str, object]
) -> None:
    """The day of this fact is the base of another limit: O06 ends five working days before the meeting."""
    for other in known:
        follows = other.follows
        if follows is None or (follows.code, follows.need) != (rule.code, need) or not other.active:
            continue
        period = _period(step, other, on, values)
        found = step.tx.find_obligation(other.code, step.unit, "", period=period) if period else None
        if found is not None:
            created = instant(on, datetime.min.time())
            context = DueContext(created=created, variables={"on": on.isoformat()}, params=step.reference.params)
            due = evaluate(parse_due(follows.due), context, step.reference.calendar)
            step.tx.date_obligation(found.id, due.on)


def _day(value: object, node_id: str) -> date | None:
    """A day given as date, moment or ISO text. Raises StepFailed for what is none."""
    if isinstance(value, datetime):
        return local_day(value)
    if isinstance(value, date):
        return value
    text = str(value or "")
    if not text:
        return None
    try:
        return local_day(datetime.fromisoformat(text)) if "T" in text else date.fromisoformat(text)
    except ValueError:
        raise StepFailed("The day of the evidence is no date.", node_id=node_id, cause="no_time") from None


def _count(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
