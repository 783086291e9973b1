"""Q25: how a process runs, for those who draw it: versions, incidents, time at each task, ways taken. No case content.

An analyst sees no case. All of this is counted with the system's eyes, and numbers leave: which case, which unit and
which person is in none of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from engine.core import Engine, Reference
from engine.errors import NotFound
from engine.model.clock import instant, local_day
from engine.model.declared_words import Words
from engine.model.period import Period
from engine.model.process import WORK_OF_PEOPLE, FlowNode
from engine.model.step import DefinitionId
from engine.queries.dwell import median
from engine.queries.narrowing import WorkingDays
from engine.queries.questions.question import (
    ANALYSTS,
    Asked,
    Choice,
    Found,
    Option,
    Question,
    Reading,
    column,
    option,
    total,
)
from engine.store import tables as t
from engine.store.definitions import DefinitionRow
from engine.store.scope import of
from engine.store.transaction import Transaction

_CASE, _TASK, _VERSION, _INCIDENT = t.instance.c, t.user_task.c, t.definition_version.c, t.incident.c
#: With fewer than so many, a duration would be that of a case that somebody may know.
LEAST = 5
_MOST_PATHS = 20
_NINETY = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionUse:
    """One version of the process."""

    definition: DefinitionId
    version: int
    state: str
    running: int
    ended: int  #: in the period
    incidents: int  #: not resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTime:
    """One user task, over all versions. Times in working days, from its opening until it was done."""

    node: FlowNode
    done: int  #: in the period
    open: int
    late: int  #: of those done, after their date
    average: float | None  #: None: none or too few were done
    median: float | None
    p90: float | None
    limit: float | None  #: median of what they had
    incidents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A way through the process: the user tasks in the order in which they were done."""

    nodes: tuple[str, ...]
    end: str  #: node id of the end event; "" where the case was terminated
    count: int
    share: float  #: of all that ended in the period


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessTimes:
    """Of one process in one period."""

    process: DefinitionRow  #: in force, or the last one that was
    nodes: Mapping[str, FlowNode]
    versions: tuple[VersionUse, ...]  #: the youngest first
    tasks: tuple[TaskTime, ...]  #: in the order of the drawing
    paths: tuple[Path, ...]  #: the most trodden first
    ended: int  #: cases that ended in the period
    rare: int  #: of these, on ways that fewer than LEAST took, or beyond the longest list: not told apart


def process_times(engine: Engine, tx: Transaction, key: str, period: Period) -> ProcessTimes:
    """Raises NotFound for a process that was never in force."""
    reference = engine.reference(tx)
    query = of(DefinitionRow, t.definition_version).where(
        _VERSION.key == key, _VERSION.state.in_(("current", "superseded"))
    )
    rows = [DefinitionRow(**row._asdict()) for row in tx.connection.execute(query.order_by(_VERSION.version.desc()))]
    if not rows:
        raise NotFound(f"There is no process {key} in force.", key=key)
    process = next((row for row in rows if row.state == "current"), rows[0])
    nodes = engine.definition(tx, process.id).info.nodes
    span = _span(period)
    with tx.as_system():
        ended = _ended(tx, key, span)
        paths, rare = _paths(tx, key, span)
        return ProcessTimes(
            process=process,
            nodes=nodes,
            versions=_versions(tx, key, rows, ended),
            tasks=_tasks(tx, reference, key, nodes, period),
            paths=paths,
            ended=sum(ended.values()),
            rare=rare,
        )


def _span(period: Period) -> tuple[Any, Any]:
    return instant(period.first_day, time.min), instant(period.last_day + timedelta(days=1), time.min)


def _ended(tx: Transaction, key: str, span: tuple[Any, Any]) -> Mapping[DefinitionId, int]:
    query = select(_CASE.definition_id, func.count()).where(
        _CASE.key == key, _CASE.ended_at >= span[0], _CASE.ended_at < span[1]
    )
    return {row[0]: row[1] for row in tx.connection.execute(query.group_by(_CASE.definition_id))}


def _versions(
    tx: Transaction, key: str, rows: Sequence[DefinitionRow], ended: Mapping[DefinitionId, int]
) -> tuple[VersionUse, ...]:
    query = select(_CASE.definition_id, func.count()).where(_CASE.key == key, _CASE.ended_at.is_(None))
    running = {row[0]: row[1] for row in tx.connection.execute(query.group_by(_CASE.definition_id))}
    query = select(_INCIDENT.definition_id, func.count()).where(_INCIDENT.key == key, _INCIDENT.state != "resolved")
    failed = {row[0]: row[1] for row in tx.connection.execute(query.group_by(_INCIDENT.definition_id))}
    return tuple(
        VersionUse(
            definition=row.id,
            version=row.version,
            state=row.state,
            running=running.get(row.id, 0),
            ended=ended.get(row.id, 0),
            incidents=failed.get(row.id, 0),
        )
        for row in rows
        if row.state == "current" or row.id in running or row.id in ended or row.id in failed
    )


def _tasks(
    tx: Transaction, reference: Reference, key: str, nodes: Mapping[str, FlowNode], period: Period
) -> tuple[TaskTime, ...]:
    first, after = _span(period)
    days = WorkingDays(reference, period.first_day, min(period.last_day, local_day(tx.now)))
    # How often each length occurred: a few rows for any number of tasks, and nothing to sort.
    stayed = days.between(_TASK.created_at, _TASK.done_at).label("stayed")
    allowed = days.until_day(_TASK.created_at, _TASK.due_on).label("allowed")
    late = func.count().filter(_TASK.done_at > _TASK.due_at).label("late")
    query = (
        select(_TASK.node_id, stayed, allowed, func.count().label("n"), late)
        .where(_TASK.mechanism == key, _TASK.done_at >= first, _TASK.done_at < after)
        .where(_TASK.state.in_(("completed", "returned")))
        .group_by(_TASK.node_id, stayed, allowed)
    )
    done: defaultdict[str, list[Any]] = defaultdict(list)
    for row in tx.connection.execute(query):
        done[row.node_id].append(row)
    query = select(_TASK.node_id, func.count()).where(_TASK.mechanism == key, _TASK.state.in_(t.OPEN_STATES))
    still_open = {row[0]: row[1] for row in tx.connection.execute(query.group_by(_TASK.node_id))}
    query = select(_INCIDENT.node_id, func.count()).where(_INCIDENT.key == key, _INCIDENT.state != "resolved")
    failed = {row[0]: row[1] for row in tx.connection.execute(query.group_by(_INCIDENT.node_id))}
    return tuple(
        _time(node, done.get(node.id, ()), still_open.get(node.id, 0), failed.get(node.id, 0))
        for node in nodes.values()
        if node.type in WORK_OF_PEOPLE
    )


def _time(node: FlowNode, rows: Sequence[Any], still_open: int, incidents: int) -> TaskTime:
    lengths = Counter[int]()
    for row in rows:
        lengths[row.stayed] += row.n
    whole = lengths.total()
    is_told = whole >= LEAST
    return TaskTime(
        node=node,
        done=whole,
        open=still_open,
        late=sum(row.late for row in rows),
        average=sum(length * n for length, n in lengths.items()) / whole if is_told else None,
        median=median(lengths.items()) if is_told else None,
        p90=percentile(lengths.items(), _NINETY) if is_told else None,
        limit=median((row.allowed, row.n) for row in rows if row.allowed is not None) if is_told else None,
        incidents=incidents,
    )


def percentile(lengths: Iterable[tuple[int, int]], share: float) -> int | None:
    """The least value that so great a share of all does not exceed (nearest rank); None of none.

    lengths: values with how often each occurs. share: 0.9 is the 90th percentile.
    """
    counted = sorted(lengths)
    rank, passed = share * sum(n for _, n in counted), 0
    for value, n in counted:
        passed += n
        if passed >= rank and passed:
            return value
    return None


def _paths(tx: Transaction, key: str, span: tuple[Any, Any]) -> tuple[tuple[Path, ...], int]:
    """The ways of the cases that ended in the period; how many of them are not told."""
    in_order: ColumnElement[str] = aggregate_order_by(literal_column("' '"), _TASK.done_at, _TASK.id)
    steps = func.string_agg(_TASK.node_id, in_order).label("steps")
    each = (
        select(_CASE.id, _CASE.end_node, steps)
        .outerjoin(t.user_task, and_(_TASK.instance_id == _CASE.id, _TASK.state.in_(("completed", "returned"))))
        .where(_CASE.key == key, _CASE.ended_at >= span[0], _CASE.ended_at < span[1])
        .group_by(_CASE.id, _CASE.end_node)
        .subquery()
    )
    number = func.count().label("n")
    query = select(each.c.steps, each.c.end_node, number).group_by(each.c.steps, each.c.end_node)
    found = tx.connection.execute(query.order_by(number.desc(), each.c.steps)).all()
    whole = sum(row.n for row in found)
    told = [row for row in found if row.n >= LEAST][:_MOST_PATHS]
    paths = tuple(
        Path(nodes=tuple((row.steps or "").split()), end=row.end_node or "", count=row.n, share=row.n / whole)
        for row in told
    )
    return paths, whole - sum(row.n for row in told)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLine:
    """A line of the answer: a task, a way or a version; which of them, the filter says."""

    what: Words
    count: int  #: done, gone or ended in the period
    open: int | None = None
    late: int | None = None
    average: float | None = None
    median: float | None = None
    p90: float | None = None
    limit: float | None = None
    share: float | None = None
    incidents: int | None = None


def _answer(reading: Reading, asked: Asked) -> Found[ProcessLine]:
    found = process_times(reading.engine, reading.tx, asked.options["process"], asked.span)
    lines = {"tasks": _task_lines, "paths": _path_lines, "versions": _version_lines}[asked.options["view"]](found)
    running, incidents = (sum(getattr(v, name) for v in found.versions) for name in ("running", "incidents"))
    return Found(
        rows=lines,
        totals=(
            total("running", "运行中", "running", running),
            total("ended", "本期结束", "ended", found.ended),
            total("incidents", "未解决异常", "incidents", incidents),
            total("paths", "常走路径", "ways often taken", len(found.paths)),
            total("rare", "走少见路径的", "on rare ways", found.rare),
        ),
    )


def _task_lines(found: ProcessTimes) -> list[ProcessLine]:
    return [
        ProcessLine(
            what=_named(task.node),
            count=task.done,
            open=task.open,
            late=task.late,
            average=task.average,
            median=task.median,
            p90=task.p90,
            limit=task.limit,
            incidents=task.incidents,
        )
        for task in found.tasks
    ]


def _path_lines(found: ProcessTimes) -> list[ProcessLine]:
    def way(path: Path) -> Words:
        names = [_named(found.nodes[node]) for node in (*path.nodes, path.end) if node in found.nodes]
        return Words(zh=" → ".join(name.zh for name in names), en=" → ".join(name.en for name in names))

    return [ProcessLine(what=way(path), count=path.count, share=path.share) for path in found.paths]


def _version_lines(found: ProcessTimes) -> list[ProcessLine]:
    return [
        ProcessLine(
            what=Words(
                zh=f"第{use.version}版{'（现行）' if use.state == 'current' else ''}",
                en=f"Version {use.version}{' (in force)' if use.state == 'current' else ''}",
            ),
            count=use.ended,
            open=use.running,
            incidents=use.incidents,
        )
        for use in found.versions
    ]


def _named(node: FlowNode) -> Words:
    return Words(zh=node.name or node.id, en=node.name_en or node.id)


def _processes(reading: Reading) -> tuple[Option, ...]:
    """In force, by key."""
    rows = sorted(reading.tx.current_definitions(), key=lambda row: row.key)
    return tuple(option(row.key, row.name, row.name_en or row.name) for row in rows)


PROCESS_TIMES: Question[ProcessLine] = Question(
    number=25,
    group="processes",
    title=Words(zh="流程运行分析", en="How processes run"),
    asks=Words(
        zh="一个流程在哪个环节慢、走了哪些路径、各版本还有多少在运行？",
        en="At which task is a process slow, which ways do its cases take, and what still runs on which version?",
    ),
    counts=Words(
        zh="本期办结的任务，从到达到办结的工作日；90%分位数是九成任务不超过的工作日数。办结不足5次的不给时长，不足5件的路径不单列。"
        "只有数量，没有事项内容。",
        en="Tasks done in the period, in working days from their opening; nine of ten tasks took no longer than "
        "the 90th "
        "percentile. Fewer than five tell no duration, and ways of fewer than five cases are not told apart. "
        "Numbers only.",
    ),
    period="half",
    roles=ANALYSTS,
    by_place=False,
    choices=(
        Choice(name="process", words=Words(zh="流程", en="Process"), found=_processes),
        Choice(
            name="view",
            words=Words(zh="内容", en="View"),
            options=(
                option("tasks", "环节用时", "Tasks"),
                option("paths", "所走路径", "Ways taken"),
                option("versions", "运行版本", "Versions"),
            ),
        ),
    ),
    columns=(
        column("what", "名称", "Name", lambda row: row.what, wide=True),
        column("count", "本期办结", "Done", lambda row: row.count, "number"),
        column("share", "占比", "Share", lambda row: row.share, "percent"),
        column("open", "在办", "Open", lambda row: row.open, "number"),
        column("late", "逾期办结", "Done late", lambda row: row.late, "number"),
        column("average", "平均用时", "Average", lambda row: row.average, "decimal"),
        column("median", "中位用时", "Median", lambda row: row.median, "decimal"),
        column("p90", "90%分位", "90th percentile", lambda row: row.p90, "decimal"),
        column("limit", "规定期限", "Limit", lambda row: row.limit, "decimal"),
        column("incidents", "异常", "Incidents", lambda row: row.incidents, "number"),
    ),
    answer=_answer,
)
