"""Plays the plans day by day through the commands themselves, so that history, hashes, cards and timers are real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from uuid import UUID

from engine.commands import cards, clock, extensions, instances, tasks
from engine.commands.case_step import SYSTEM
from engine.commands.demonstration.plans import TODAY, Plan, plans
from engine.commands.services.decisions import GRADING
from engine.core import Engine
from engine.errors import ChangxiaoError
from engine.model.calendar import WorkCalendar
from engine.model.clock import instant, local_day
from engine.model.organization import Organization
from engine.model.step import InstanceId, PersonId
from engine.store.rows import UserTaskRow

FIRST_DAY = date(2026, 7, 1)
_YESTERDAY = date(2026, 11, 30)  # the last working day before the demonstration begins
_AT_WORK = time(10, 0)
#: Working days after a task was opened on which people of the demonstration do it, where a plan says nothing else.
_PACE = {"S1_T2": 0, "S1_T3": 0, "S1_T4": 1, "S1_T6": 1, "S1_T7": 2, "S1_T8": 1, "S1_T10": 2, "S2_T2": 1, "S2_T4": 1}
#: Tasks of the ladder that stay open, so that every desk has some.
_LEFT_OPEN = {"S2_T3", "S2_T5", "S2_T6"}
Progress = Callable[[float, str], None]


@dataclass(slots=True)
class _Case:
    """One plan on its way."""

    plan: Plan
    id: InstanceId | None = None
    returned: int = 0
    unit_returned: int = 0
    extension_asked: bool = False
    objected: bool = False
    graded: tuple[int, int] = (-1, 0)  #: how many such problems the unit had when D1 was asked, and the limit it gave


@dataclass(slots=True)
class _Play:
    """The whole demonstration while it is being made."""

    engine: Engine
    organization: Organization
    calendar: WorkCalendar
    cases: list[_Case] = field(default_factory=list)
    by_id: dict[InstanceId, _Case] = field(default_factory=dict)
    problems: Counter[tuple[str, str]] = field(default_factory=Counter)  #: registered so far, by unit and nature


def add_cases(engine: Engine, progress: Progress | None = None) -> int:
    """Play every plan up to 2026-12-01 09:00. Answers how many cases were made.

    progress: called with the share done (0…1) and a word for people.
    """
    with engine.reading(SYSTEM) as tx:
        reference = engine.reference(tx)
    play = _Play(engine, reference.organization, reference.calendar)
    play.cases = [_Case(plan) for plan in plans()]
    day = FIRST_DAY
    while day < TODAY:
        clock.advance(engine, SYSTEM, to=instant(day, _AT_WORK))
        if play.calendar.is_working_day(day):
            _work(play, day)
        if progress is not None:
            progress((day - FIRST_DAY) / (TODAY - FIRST_DAY), day.isoformat())
        day += timedelta(days=1)
    clock.advance(engine, SYSTEM, to=instant(TODAY, time(9, 0)))
    return len(play.by_id)


def _work(play: _Play, day: date) -> None:
    """One day at the desks: register what begins today, then do what is planned until nobody has anything left."""
    for case in play.cases:
        if case.id is None and _begins(play, case, day):
            case.id = _register(play, case.plan)
            play.by_id[case.id] = case
            play.problems[case.plan.unit, case.plan.nature] += 1
    while sum(_do(play, task, day) for task in _open_tasks(play.engine)):
        pass  # what was done has opened something else, perhaps for today


def _begins(play: _Play, case: _Case, day: date) -> bool:
    """Is this the day on which the problem has to be registered for its limit to end when the plan says?

    How long the limit is depends on how often the unit had such a problem before (D1, rules 3 and 4).
    """
    plan = case.plan
    if plan.begins_on is not None:
        return plan.begins_on == day
    repeats = play.problems[plan.unit, plan.nature]
    if case.graded[0] != repeats:
        with play.engine.reading(SYSTEM) as tx:
            question = play.engine.current_decision(tx, GRADING).question
        limit_wd = question.ask({**plan.values, "repeats_12m": repeats}).outputs["limit_wd"]
        case.graded = (repeats, int(str(limit_wd)))
    return play.calendar.add_working_days(day, case.graded[1]) >= plan.limit_on


def _register(play: _Play, plan: Plan) -> InstanceId:
    organization = play.organization
    if plan.own:
        person = next(p.person for p in organization.holders(plan.unit, "PERSON_RESP", TODAY))
    else:
        person = organization.members("inspector", organization.superior(plan.unit), TODAY)[0]
    return instances.start(play.engine, instances.PROBLEM, PersonId(person), plan.values).instance_id


def _do(play: _Play, task: UserTaskRow, day: date) -> bool:
    """Do one open task if its time has come. Answers whether something was done."""
    case = play.by_id.get(task.instance_id) or _case_of_ladder(play, task)
    person = task.assignee or _first_candidate(play.engine, task)
    if case is None or person is None or task.node_id in _LEFT_OPEN:
        return False
    if task.node_id == "S2_T4" and case.plan.undecided:
        return False
    if task.mechanism == extensions.APPROVAL:
        return not case.plan.extension_waits and _complete(play, task, person, case)
    if task.mechanism == instances.PROBLEM and _speak_up(play, case, task, person, day):
        return True
    if day < _planned(play, case, task):
        if task.mechanism == instances.PROBLEM and task.opened_at is None and task.assignee:
            tasks.open_task(play.engine, task.id, person)
        return False
    return _complete(play, task, person, case)


def _speak_up(play: _Play, case: _Case, task: UserTaskRow, person: PersonId, day: date) -> bool:
    """What people do besides completing: ask for more time, object to a card."""
    plan = case.plan
    # What is still to be decided was asked for yesterday, or it would be late itself.
    asks_now = plan.extend_by or (plan.extension_waits and day >= _YESTERDAY)
    wants_time = asks_now and not case.extension_asked
    if wants_time and task.node_id == "S1_T5":
        case.extension_asked = True
        extensions.request(
            play.engine, person, task.id, plan.extend_by or 3, "相关台账需与上级系统数据核对，耗时较长。"
        )
        return True
    if plan.objects_at and task.ladder_level == plan.objects_at and not case.objected:
        case.objected = True
        leader = next(p.person for p in play.organization.holders(plan.unit, "LEAD_DIRECT", TODAY))
        with play.engine.reading(SYSTEM) as tx:
            card = next(c for c in tx.cards_of_task(task.id) if c.level == plan.objects_at)
        cards.object_to_card(play.engine, PersonId(leader), card.no, "逾期系上级系统停机检修所致，请予核减。")
        return True
    return False


def _planned(play: _Play, case: _Case, task: UserTaskRow) -> date:
    """The day on which this task is done; a day that never comes where the plan stops."""
    plan, opened, calendar = case.plan, local_day(task.created_at), play.calendar
    is_last_round = case.returned >= plan.returns and case.unit_returned >= plan.unit_returns
    if task.node_id == plan.stop and is_last_round:
        return date.max
    if task.node_id in plan.late and task.due_on is not None:
        return calendar.add_working_days(task.due_on, plan.late[task.node_id])
    if task.node_id == "S1_T5" and task.due_on is not None:
        return max(opened, calendar.add_working_days(task.due_on, -3 if is_last_round else -6))
    return calendar.add_working_days(opened, _PACE.get(task.node_id, 1))


def _complete(play: _Play, task: UserTaskRow, person: PersonId, case: _Case) -> bool:
    values = dict(_values(play, task, case))
    tasks.complete(play.engine, task.id, person, values)
    return True


def _values(play: _Play, task: UserTaskRow, case: _Case) -> Iterator[tuple[str, object]]:
    """What is typed into the form of this task."""
    plan, today = case.plan, _today(play.engine).isoformat()
    limit = task.due_on.isoformat() if task.due_on is not None else today
    owner = next(p.person for p in play.organization.holders(plan.unit, "PERSON_RESP", TODAY))
    match task.form_key:
        case "S1_T2":
            yield "confirm", True
            yield "opinion", "请按期整改，举一反三。"
        case "S1_T3":
            yield from {
                "owner_decision": "指定",
                "owner_dept": plan.department_code,
                "owner": owner,
                "owner_post": "具体责任人",
            }.items()
        case "S1_T4":
            yield "root_cause", "制度学习不够，日常检查流于形式，责任没有落实到具体岗位。"
            yield "measures", [{"what": "修订工作台账并逐项核对补录", "who": owner, "by": limit}]
        case "S1_T5":
            yield "progress", [{"on": today, "what": "完成台账补录，组织本部门学习相关规定并开展自查。"}]
            yield "result", "已按整改措施逐项落实，补录缺项记录，建立每周复核机制。"
        case "S1_T6":
            back = case.unit_returned < plan.unit_returns
            case.unit_returned += back
            yield "unit_decision", "退回" if back else "同意"
            yield "opinion", "补录记录缺少复核人签字，请补正。" if back else "情况属实，同意报送核验。"
        case "S1_T7":
            back = case.returned < plan.returns
            case.returned += back
            yield "result", "退回" if back else "通过"
            yield "opinion", "抽查发现仍有缺项，请继续整改。" if back else "经核验，整改到位。"
        case "S1_T8":
            yield "feedback", "整改情况已核验通过，请单位巩固成果，防止反弹。"
        case "S1_T10":
            yield "effect", "巩固"
        case "S2_T2":
            yield "reason", "经办人承担专项工作，时间安排不当，已调整分工。"
            yield "new_date", _after(play.engine, 3).isoformat()
        case "S2_T4":
            yield "decision", "限期办结"
            yield "new_date", _after(play.engine, 5).isoformat()
            yield "opinion", "责令单位集中力量限期办结。"
        case "S4_T1":
            yield "decision", "同意"
        case _:
            raise ChangxiaoError(f"The demonstration has no values for {task.form_key}.")


def _case_of_ladder(play: _Play, task: UserTaskRow) -> _Case | None:
    """The plan behind a ladder or an approval, through the case that it is about."""
    with play.engine.reading(SYSTEM) as tx:
        data: Mapping[str, object] = tx.instance(task.instance_id).variables
    name = data.get("case_id") or data.get("about_case")
    return play.by_id.get(InstanceId(UUID(str(name)))) if name else None


def _first_candidate(engine: Engine, task: UserTaskRow) -> PersonId | None:
    with engine.reading(SYSTEM) as tx:
        return next(iter(tx.candidates(task.id)), None)


def _today(engine: Engine) -> date:
    with engine.reading(SYSTEM) as tx:
        return local_day(tx.now)


def _after(engine: Engine, working_days: int) -> date:
    with engine.reading(SYSTEM) as tx:
        return engine.reference(tx).calendar.add_working_days(local_day(tx.now), working_days)


def _open_tasks(engine: Engine) -> tuple[UserTaskRow, ...]:
    with engine.reading(SYSTEM) as tx:
        return tx.all_open_tasks()
