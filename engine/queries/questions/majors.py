"""Q14 重大事项: how many hours each level took, and which matters were reported late, not at all, or forwarded late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from engine.core import Reference
from engine.model.clock import SHANGHAI, instant
from engine.model.declared_words import Words
from engine.model.period import Period
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing, of_units
from engine.queries.questions.question import Asked, Choice, Found, Question, Reading, column, option, total
from engine.store import tables as t
from engine.store.tables_base import Id
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances, visible_tasks

_CASE, _TASK, _SENT = t.instance.c, t.user_task.c, t.submission.c
MAJOR = "S5_MAJOR"
_PHONE, _SUPERIOR, _TOP = "S5_T1", "S5_T4", ("S5_T5", "S5_T5_UP")
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorMatter:
    """One matter. Hours are natural ones, None where that step was not taken, or not yet."""

    case: InstanceId
    number: str
    title: str
    unit: str
    category: str
    known_at: datetime
    phone_hours: float | None  #: from knowing to the call
    written_hours: float | None  #: from knowing to the first written report
    superior_hours: float | None  #: from the report to the assessment by the direct superior
    top_hours: float | None  #: from there to the receipt on top; of a report that went to both at once, from the report
    minutes_late: int  #: of the first written report
    marks: tuple[str, ...]  #: 迟报, 漏报, 转报迟延
    state: str


def major_matters(tx: Transaction, reference: Reference, wanted: Narrowing, half: Period) -> tuple[MajorMatter, ...]:
    """Those registered in the half-year, the youngest first."""
    first, after = instant(half.first_day, time.min), instant(half.last_day + timedelta(days=1), time.min)
    asked = ("category", "when_known", "first_report", "minutes_late")
    query = (
        select(
            *(_CASE.id, _CASE.business_no, _CASE.title, _CASE.unit, _CASE.case_state, _CASE.marks, _CASE.started_at),
            *(_CASE.variables[name].label(name) for name in asked),
        )
        .where(_CASE.key == MAJOR, _CASE.started_at >= first, _CASE.started_at < after)
        # What began then has ended since then, or runs: each side by the index that it has.
        .where(or_(_CASE.ended_at.is_(None), _CASE.ended_at >= first))
        .where(visible_instances(tx.actor), *of_units(_CASE.unit, reference, wanted))
        .order_by(_CASE.started_at.desc(), _CASE.id)
    )
    rows = list(tx.connection.execute(query))
    cases = [row.id for row in rows]
    calls, received = _calls(tx, cases), _received(tx, cases)
    found = []
    for row in rows:
        known = _moment(row.when_known) or row.started_at
        written, call, steps = _moment(row.first_report), calls.get(row.id), received.get(row.id, {})
        superior = steps.get(_SUPERIOR)
        top = next((steps[node] for node in _TOP if node in steps), None)
        is_both = _TOP[1] in steps
        found.append(
            MajorMatter(
                case=InstanceId(row.id),
                number=row.business_no or "",
                title=row.title,
                unit=row.unit or "",
                category=row.category or "",
                known_at=known,
                phone_hours=_hours(known, call),
                written_hours=_hours(known, written),
                superior_hours=_hours(written, superior),
                top_hours=_hours(written if is_both else superior, top),
                minutes_late=int(row.minutes_late or 0),
                marks=tuple(row.marks),
                state=row.case_state,
            )
        )
    return tuple(found)


def _calls(tx: Transaction, cases: Sequence[InstanceId]) -> Mapping[InstanceId, datetime]:
    """When each was told by phone, as it was entered."""
    query = (
        select(_SENT.instance_id, _SENT["values"]["phone_at"].astext.label("at"))
        .where(_SENT.instance_id == any_(bindparam(None, list(cases), ARRAY(Id))), _SENT.form_key == _PHONE)
        .order_by(_SENT.submitted_at.desc())
    )
    found = {row.instance_id: _moment(row.at) for row in tx.connection.execute(query)}
    return {case: at for case, at in found.items() if at is not None}


def _received(tx: Transaction, cases: Sequence[InstanceId]) -> Mapping[InstanceId, Mapping[str, datetime]]:
    """By case and step: when the levels above were done with it."""
    query = select(_TASK.instance_id, _TASK.node_id, _TASK.done_at).where(
        _TASK.instance_id == any_(bindparam(None, list(cases), ARRAY(Id))),
        _TASK.node_id.in_((_SUPERIOR, *_TOP)),
        _TASK.state == "completed",
        visible_tasks(tx.actor),
    )
    found: defaultdict[InstanceId, dict[str, datetime]] = defaultdict(dict)
    for row in tx.connection.execute(query):
        found[row.instance_id][row.node_id] = row.done_at
    return found


def _moment(text: str | None) -> datetime | None:
    """As a form or a service has written it: without a zone it is meant in ours."""
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=SHANGHAI)


def _hours(since: datetime | None, until: datetime | None) -> float | None:
    return (until - since) / _HOUR if since is not None and until is not None else None


_LATE, _MISSED, _LATE_FORWARD = "迟报", "漏报", "转报迟延"


def _answer(reading: Reading, asked: Asked) -> Found[MajorMatter]:
    every = major_matters(reading.tx, reading.reference, asked.narrowing, asked.span)
    mark = {"late": _LATE, "missed": _MISSED, "forwarded_late": _LATE_FORWARD}.get(asked.options["which"])

    def count(word: str) -> int:
        return sum(word in row.marks for row in every)

    return Found(
        rows=[row for row in every if mark is None or mark in row.marks],
        totals=(
            total("all", "重大事项", "matters", len(every)),
            total("late", "迟报", "reported late", count(_LATE)),
            total("missed", "漏报", "not reported", count(_MISSED)),
            total("forwarded_late", "转报迟延", "forwarded late", count(_LATE_FORWARD)),
        ),
    )


MAJORS: Question[MajorMatter] = Question(
    number=14,
    group="supervision",
    title=Words(zh="重大事项报告时限", en="Reports of major matters"),
    asks=Words(
        zh="重大事项每一级用了几小时？哪些迟报、漏报？",
        en="How many hours did each level take with a major matter, and which were late or not reported?",
    ),
    counts=Words(
        zh="本期登记的重大事项，按自然小时计：电话、书面从知悉起算，上级研判从收到书面报告起算，州级从上级研判起算"
        "（越级同报的从书面报告起算）。迟报由系统按时限认定，漏报由督查员登记，瞒报只由查处结论认定。",
        en="Matters registered in the period, in natural hours: call and written report from knowing, the "
        "superior from the report, "
        "the top from there (from the report where it went to both). Late is computed; not reported is set by "
        "an inspector; "
        "concealment only by the conclusion of an investigation.",
    ),
    period="half",
    choices=(
        Choice(
            name="which",
            words=Words(zh="范围", en="Which"),
            options=(
                option("all", "全部", "All"),
                option("late", "迟报", "Late"),
                option("missed", "漏报", "Not reported"),
                option("forwarded_late", "转报迟延", "Forwarded late"),
            ),
        ),
    ),
    columns=(
        column("title", "事项", "Matter", lambda row: row.title, wide=True),
        column("number", "业务编号", "Number", lambda row: row.number),
        column("unit", "单位", "Unit", lambda row: row.unit, "unit"),
        column("category", "类别", "Category", lambda row: row.category, "term"),
        column("marks", "认定", "Marks", lambda row: row.marks or None, "term"),
        column("known_at", "知悉时间", "Known", lambda row: row.known_at, "moment"),
        column("phone_hours", "电话（小时）", "Call (h)", lambda r: r.phone_hours, "decimal"),
        column("written_hours", "书面（小时）", "Written (h)", lambda r: r.written_hours, "decimal"),
        column("superior_hours", "上级研判（小时）", "Superior (h)", lambda row: row.superior_hours, "decimal"),
        column("top_hours", "州级接收（小时）", "Top (h)", lambda r: r.top_hours, "decimal"),
        column(
            "minutes_late", "书面迟报（分钟）", "Written late (min)", lambda row: row.minutes_late or None, "number"
        ),
        column("state", "当前状态", "State", lambda row: row.state, "term"),
    ),
    answer=_answer,
    case=lambda row: row.case,
)
