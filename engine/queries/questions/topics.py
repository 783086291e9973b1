"""Q16: topics that inspections have found in several units in one half-year: candidates for a special round."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import Date, cast, func, or_, select

from engine.core import Reference
from engine.model.clock import instant
from engine.model.inspection import SAME_TOPIC_UNITS
from engine.model.period import Period
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing, of_units
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances

_CASE = t.instance.c
ROUND = "P05_SUPERVISE"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonTopic:
    """One topic."""

    topic: str
    units: tuple[str, ...]  #: in which a finding about it was accepted
    findings: int
    first_on: date
    last_on: date
    rounds: tuple[InstanceId, ...]  #: the youngest last

    @property
    def is_candidate(self) -> bool:
        return len(self.units) >= SAME_TOPIC_UNITS


@dataclass(slots=True)
class _Found:
    units: dict[str, None]
    days: list[date]
    rounds: dict[InstanceId, None]


def common_topics(tx: Transaction, reference: Reference, wanted: Narrowing, half: Period) -> tuple[CommonTopic, ...]:
    """What was accepted in visits of the half-year, the topics of most units first.

    A round that is still secret tells nothing: who may not see it does not count it.
    """
    visit = func.jsonb_array_elements(_CASE.variables["visit_results"]).table_valued("value").lateral("visit")
    result = visit.c.value.op("->>")
    visited_on = cast(result("visited_on"), Date)
    topic = func.jsonb_array_elements_text(visit.c.value.op("->")("topics")).table_valued("value").lateral("topic")
    first = instant(half.first_day, time.min)
    query = (
        select(topic.c.value.label("topic"), result("unit").label("unit"), visited_on.label("on"), _CASE.id)
        .select_from(t.instance)
        .join(visit, onclause=func.jsonb_typeof(_CASE.variables["visit_results"]) == "array")
        .join(topic, onclause=func.jsonb_typeof(visit.c.value.op("->")("topics")) == "array")
        .where(_CASE.key == ROUND, or_(_CASE.ended_at.is_(None), _CASE.ended_at >= first))
        .where(visited_on.between(half.first_day, half.last_day), visible_instances(tx.actor))
        .where(*of_units(result("unit"), reference, wanted))
        .order_by(_CASE.started_at, _CASE.id)
    )
    found: dict[str, _Found] = defaultdict(lambda: _Found({}, [], {}))
    for row in tx.connection.execute(query):
        about = found[row.topic]
        about.units[row.unit] = None
        about.days.append(row.on)
        about.rounds[InstanceId(row.id)] = None
    topics = [
        CommonTopic(
            topic=name,
            units=tuple(sorted(about.units)),
            findings=len(about.days),
            first_on=min(about.days),
            last_on=max(about.days),
            rounds=tuple(about.rounds),
        )
        for name, about in found.items()
    ]
    return tuple(sorted(topics, key=lambda one: (-len(one.units), -one.findings, one.topic)))
