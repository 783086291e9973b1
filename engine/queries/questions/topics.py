"""Q16: topics that inspections have found in several units in one half-year: candidates for a special round."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import Date, cast, func, or_, select

from engine.core import Reference
from engine.model.clock import instant
from engine.model.declared_words import Words
from engine.model.inspection import SAME_TOPIC_UNITS
from engine.model.period import Period
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing, of_units
from engine.queries.questions.question import Asked, Bars, Choice, Found, Question, Reading, column, option, total
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


def _answer(reading: Reading, asked: Asked) -> Found[CommonTopic]:
    every = common_topics(reading.tx, reading.reference, asked.narrowing, asked.span)
    candidates = [topic for topic in every if topic.is_candidate]
    return Found(
        rows=every if asked.options["which"] == "all" else candidates,
        totals=(
            total("topics", "涉及主题", "topics found", len(every)),
            total("candidates", "可开展专项督查", "candidates", len(candidates)),
        ),
    )


TOPICS: Question[CommonTopic] = Question(
    number=16,
    group="supervision",
    title=Words(zh="共性问题与专项督查建议", en="Common topics"),
    asks=Words(
        zh="哪些督查主题本半年在三个以上单位都有问题，是否需要专项督查？",
        en="Which topics did inspections find in three or more units this half-year: is a special round due?",
    ),
    counts=Words(
        zh="本半年到场督查中被认定的问题，按主题合并；在三个及以上单位出现的为专项督查建议。尚未解密的督查不计。",
        en="Findings accepted after visits of the half-year, by topic; found in three units or more it calls "
        "for a special round. "
        "Rounds that are still secret do not count.",
    ),
    period="half",
    choices=(
        Choice(
            name="which",
            words=Words(zh="范围", en="Which"),
            options=(
                option("candidates", "三个以上单位", "Three units or more"),
                option("all", "全部主题", "All topics"),
            ),
        ),
    ),
    columns=(
        column("topic", "主题", "Topic", lambda row: row.topic, "term"),
        column("count", "单位数", "Units", lambda row: len(row.units), "number"),
        column("findings", "问题数", "Findings", lambda row: row.findings, "number"),
        column("first_on", "首次发现", "First", lambda row: row.first_on, "date"),
        column("last_on", "最近发现", "Last", lambda row: row.last_on, "date"),
        column("units", "涉及单位", "Where", lambda row: row.units, "unit", wide=True),
    ),
    answer=_answer,
    case=lambda row: row.rounds[-1],
    bars=Bars(label="topic", parts=("count",)),
)
