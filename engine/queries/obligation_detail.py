"""One obligation for its page: where it comes from, how its day came about, what shows it, what can be done next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from sqlalchemy import select

from engine.core import Engine, Reference
from engine.errors import ChangxiaoError
from engine.model.clock import instant, local_day
from engine.model.due import Due, DueContext, evaluate
from engine.model.due_grammar import parse_due
from engine.model.numbering import case_key
from engine.model.owing import may_waive
from engine.model.params import Params
from engine.model.period import Period
from engine.model.starting import may_start_for
from engine.model.step import InstanceId, PersonId, TaskId
from engine.model.windows import is_window
from engine.queries.frame import FrameFacts, UnitName, read_frame, unit_named
from engine.queries.lights import TaskLight, light_of_task
from engine.queries.obligations import Obligation, find_obligation
from engine.store import tables as t
from engine.store.obligations import EvidenceRow
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances, visible_tasks

_CASE, _TASK, _PAPER = t.instance.c, t.user_task.c, t.document.c
_DAY = timedelta(days=1)
_MOST_PAPERS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOfDuty:
    """A case that brings evidence, as far as the reader may see it."""

    id: InstanceId
    title: str
    business_no: str
    process_name: str
    process_name_en: str
    status: str
    papers: tuple[tuple[UUID, str, str], ...] = ()  #: (id, number, title) of what was signed in it


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNow:
    """An open task of the case that is under way."""

    id: TaskId
    instance_id: InstanceId
    name: str
    name_en: str
    assignee_name: str  #: "" while nobody has taken it
    due_on: date | None
    light: TaskLight | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationView:
    """All that its page shows."""

    frame: FrameFacts
    today: date
    found: Obligation
    unit: UnitName
    superior: UnitName | None  #: None: stands outside the system
    branch: str  #: name of the branch that owes it
    due: Due | None  #: how the rule comes to its day; None: an event has set it
    evidence: tuple[EvidenceRow, ...]
    people: Mapping[str, str]  #: names of those who recorded or waived
    parts: Mapping[str, str]  #: names of the branches that evidence speaks of
    cases: Mapping[InstanceId, CaseOfDuty]  #: that the reader may see
    running: CaseOfDuty | None  #: that is under way and will show it
    steps: tuple[StepNow, ...]  #: where that one stands
    start_key: str  #: process that the reader may begin for this; "" for none
    is_in_force: bool  #: its rule is active and its process deployed
    may_waive: bool
    params: Params  #: in force, for the words of the rule


def obligation_view(engine: Engine, person: PersonId, obligation_id: UUID) -> ObligationView:
    """Raises NotFound, also for one that the person may not see."""
    with engine.reading(person) as tx:
        found = find_obligation(engine, tx, obligation_id)
        row, rule = found.row, found.rule
        reference, today = engine.reference(tx), local_day(tx.now)
        organization, deployed = reference.organization, tx.current_process_keys()
        evidence = tx.evidence_of(row.id)
        running = _running(tx, found)
        ids = {fact.instance_id for fact in evidence if fact.instance_id is not None}
        superior = organization.superior(row.unit)
        names = {fact.recorded_by for fact in evidence} | ({row.waived_by} if row.waived_by else set())
        branches = {d.code: d.name for d in organization.departments_of(row.unit)}
        may_begin = rule.process in deployed and may_start_for(organization, rule.process, person, row.unit, today)
        is_done = row.done_on is not None or row.waived_at is not None or row.lapsed_on is not None
        return ObligationView(
            frame=read_frame(engine, tx),
            today=today,
            found=found,
            unit=unit_named(organization, row.unit),
            superior=unit_named(organization, superior) if superior else None,
            branch=branches.get(row.branch or "", row.branch or ""),
            due=_due(found, reference),
            evidence=evidence,
            people={name: organization.person_name(name) for name in names},
            parts={fact.part: branches.get(fact.part, fact.part) for fact in evidence if fact.part},
            cases=_cases(tx, sorted(ids)),
            running=running,
            steps=_steps(engine, tx, running.id) if running is not None else (),
            start_key=rule.process if may_begin and running is None and not is_done else "",
            is_in_force=rule.active and rule.process in deployed,
            may_waive=may_waive(organization, row.unit, person, today) and not is_done,
            params=reference.params,
        )


def _due(found: Obligation, reference: Reference) -> Due | None:
    """The rule reckoned again by the calendar and parameters of today; its stored day may have been moved since."""
    row, rule, span = found.row, found.rule, found.period
    if row.event:
        return None
    number = 1 if is_window(row.period) else Period.parse(row.period).number
    context = DueContext(
        created=instant(span.first_day, time.min),
        started=span.first_day if rule.counted_from == "start" else span.last_day + _DAY,
        period_start=span.first_day,
        period_end=span.last_day,
        params=reference.params,
    )
    try:
        return evaluate(parse_due(rule.due_rule(number)), context, reference.calendar)
    except ChangxiaoError:  # a parameter that is gone, a year outside the calendar: the stored day stands by itself
        return None


def _running(tx: Transaction, found: Obligation) -> CaseOfDuty | None:
    """The case under way for this unit and period, by its key."""
    key = case_key(found.rule.process, found.row.unit, found.row.period)
    query = select(_CASE.id).where(_CASE.key == found.rule.process, _CASE.business_key == key)
    query = query.where(_CASE.ended_at.is_(None), visible_instances(tx.actor)).order_by(_CASE.started_at.desc())
    ids = [InstanceId(row[0]) for row in tx.connection.execute(query.limit(1))]
    return next(iter(_cases(tx, ids).values()), None)


def _cases(tx: Transaction, ids: Sequence[InstanceId]) -> Mapping[InstanceId, CaseOfDuty]:
    if not ids:
        return {}
    version = t.definition_version.c
    query = (
        select(_CASE.id, _CASE.title, _CASE.business_no, _CASE.status, version.name, version.name_en)
        .join(t.definition_version, version.id == _CASE.definition_id)
        .where(_CASE.id.in_(ids), visible_instances(tx.actor))
    )
    found = list(tx.connection.execute(query))
    papers: dict[InstanceId, list[tuple[UUID, str, str]]] = {InstanceId(row.id): [] for row in found}
    signed = select(_PAPER.id, _PAPER.instance_id, _PAPER.no, _PAPER.title)
    signed = signed.where(_PAPER.instance_id.in_(list(papers)), _PAPER.state == "signed")
    for paper in tx.connection.execute(signed.order_by(_PAPER.made_at).limit(_MOST_PAPERS)):
        papers[paper.instance_id].append((paper.id, paper.no, paper.title))
    return {
        InstanceId(row.id): CaseOfDuty(
            id=InstanceId(row.id),
            title=row.title,
            business_no=row.business_no or "",
            process_name=row.name,
            process_name_en=row.name_en,
            status=row.status,
            papers=tuple(papers[InstanceId(row.id)]),
        )
        for row in found
    }


def _steps(engine: Engine, tx: Transaction, instance_id: InstanceId) -> tuple[StepNow, ...]:
    reference = engine.reference(tx)
    query = select(t.user_task).where(_TASK.instance_id == instance_id, _TASK.state.in_(t.OPEN_STATES))
    rows = tx.connection.execute(query.where(visible_tasks(tx.actor)).order_by(_TASK.created_at, _TASK.id))
    return tuple(
        StepNow(
            id=TaskId(row.id),
            instance_id=instance_id,
            name=row.name,
            name_en=row.name_en,
            assignee_name=reference.organization.person_name(row.assignee) if row.assignee else "",
            due_on=row.due_on,
            light=light_of_task(row._asdict(), tx.now, reference.calendar),
        )
        for row in rows
    )
