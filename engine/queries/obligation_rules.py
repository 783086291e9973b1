"""The catalogue of obligations for its pages: each rule with who changed it last, and what a change would come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from engine.core import Engine, Reference
from engine.model.clock import local_day
from engine.model.obligation_rules import Rule
from engine.model.owed import check_datable, debtors, running_periods, term_of
from engine.model.params import Params
from engine.model.schedule import Span, span_of
from engine.model.step import PersonId
from engine.queries.frame import FrameFacts, read_frame
from engine.store import tables as t
from engine.store.transaction import Transaction

_PERIODS = 2  #: of each number in the year: how far a preview looks
_AHEAD = timedelta(days=800)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A version that an administrator has made."""

    version: int
    valid_from: date
    reason: str
    by: str  #: name
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule in its newest version."""

    rule: Rule
    is_deployed: bool  #: its process is in force
    changes: tuple[Change, ...]  #: the newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesView:
    frame: FrameFacts
    lines: tuple[RuleLine, ...]  #: by mechanism
    may_change: bool
    params: Params  #: in force, for the words of the rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one period to come would ask for, as the rule stands and as it would be changed."""

    period: Span
    due_before: date | None  #: None: nothing would be generated
    due_after: date | None
    owners_before: int
    owners_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePreview:
    """A change, before it is made."""

    made: Rule
    valid_from: date
    effects: tuple[Effect, ...]  #: the next periods; () for what events bring


def rules_view(engine: Engine, person: PersonId) -> RulesView:
    with engine.reading(person) as tx:
        reference, deployed, today = engine.reference(tx), tx.current_process_keys(), local_day(tx.now)
        organization = reference.organization
        changes = _changes(tx, reference)
        lines = [
            RuleLine(rule=rule, is_deployed=rule.process in deployed, changes=changes.get(rule.code, ()))
            for rule in tx.obligation_catalogue()
        ]
        return RulesView(
            frame=read_frame(engine, tx),
            lines=tuple(sorted(lines, key=lambda line: (line.rule.mechanism, line.rule.code))),
            may_change=organization.has_role(person, "admin", organization.top(), today),
            params=reference.params,
        )


def rule_preview(engine: Engine, person: PersonId, code: str, changes: Mapping[str, object]) -> RulePreview:
    """Nothing is written. Raises UnknownObligation, and InputRejected for what cannot be changed to that."""
    with engine.reading(person) as tx:
        reference, today = engine.reference(tx), local_day(tx.now)
        before = tx.obligation_catalogue().rule(code)
        valid_from = today + timedelta(days=1)
        made = before.changed(changes, valid_from=valid_from)
        check_datable(made, valid_from, reference.calendar, reference.params)
        return RulePreview(made=made, valid_from=valid_from, effects=_effects(before, made, valid_from, reference))


def _effects(before: Rule, made: Rule, valid_from: date, reference: Reference) -> tuple[Effect, ...]:
    calendar, params = reference.calendar, reference.params
    codes = running_periods(made.period, valid_from, valid_from + _AHEAD, calendar, params)
    spans = {code: span_of(code, calendar, params) for code in codes}
    coming = [code for code, span in spans.items() if span.first_day >= valid_from]
    numbers = {"year": 1, "half": 2, "quarter": 4, "month": 3, "window": 2}.get(made.period, 0)
    found = []
    for code in coming[: min(numbers * _PERIODS, 4)]:
        old, new = term_of(before, code, calendar, params), term_of(made, code, calendar, params)
        organization = reference.organization
        found.append(
            Effect(
                period=spans[code],
                due_before=old.due_on if before.active else None,
                due_after=new.due_on if made.active else None,
                owners_before=sum(1 for _ in debtors(old, organization, params, valid_from)) if before.active else 0,
                owners_after=sum(1 for _ in debtors(new, organization, params, valid_from)) if made.active else 0,
            )
        )
    return tuple(found)


def _changes(tx: Transaction, reference: Reference) -> Mapping[str, tuple[Change, ...]]:
    changed = t.obligation_rule.c
    query = select(changed.code, changed.version, changed.valid_from, changed.reason, changed.changed_by)
    query = query.add_columns(changed.changed_at).order_by(changed.code, changed.version.desc())
    found: dict[str, list[Change]] = {}
    for row in tx.connection.execute(query):
        found.setdefault(row.code, []).append(
            Change(
                version=row.version,
                valid_from=row.valid_from,
                reason=row.reason,
                by=reference.organization.person_name(row.changed_by),
                at=row.changed_at,
            )
        )
    return {code: tuple(changes) for code, changes in found.items()}
