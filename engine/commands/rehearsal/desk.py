"""One task at the desk of whoever has it: is it time, who does it, what is written, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from engine.commands import attachments, cards, extensions, tasks
from engine.commands.cases import load_case
from engine.commands.filling import form_context
from engine.commands.rehearsal.answers import answers
from engine.commands.rehearsal.chance import day_of_work, desk_hour
from engine.commands.rehearsal.filler import Sheet, Values, filled_in
from engine.core import Engine, Reference
from engine.model.clock import instant, local_day
from engine.model.step import PersonId, TaskId
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.transaction import Transaction

#: A file as people hand it in: the smallest that is a PDF.
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
_HOURLY = "HOUR"  #: the ladder of limits in natural hours
_FREE_WD = 4  #: a task without a date is done within so many working days
_OBJECTIONS_PERCENT = 10  #: of yellow cards
_ASKED_WD = 3  #: of an extension
_SESSION_WD = 8  #: sessions are held in the last working days before their date


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of an attempt: `again_at` where the person is away or the task stands still."""

    person: str = ""
    again_at: datetime | None = None


def planned(task: UserTaskRow, case: Mapping[str, Any], reference: Reference, random: Random, now: datetime,
            punctuality: float) -> datetime:  # fmt: skip
    """When somebody who is as punctual as that does this task, later than `now`."""
    calendar = reference.calendar
    if task.due_at is not None and _is_hourly(task):
        share = random.uniform(0.1, 0.8) if random.random() < punctuality else random.uniform(1.02, 1.3)
        return max(now + timedelta(minutes=2), now + (task.due_at - now) * share)
    opened = local_day(now)
    if task.due_on is None:
        day = calendar.add_working_days(opened, random.randint(1, _FREE_WD))
    else:
        day = day_of_work(random, calendar, opened=opened, due=task.due_on, punctuality=punctuality)
    earliest = _earliest(task, case, reference)
    if earliest is not None and day < earliest <= (task.due_on or earliest):
        day = calendar.on_or_after(earliest)
    return desk_hour(random, day, after=now)


def _is_hourly(task: UserTaskRow) -> bool:
    return task.ladder_profile == _HOURLY or (task.due_at is not None and task.node_id == "S5_T6")


def _earliest(task: UserTaskRow, case: Mapping[str, Any], reference: Reference) -> date | None:
    """What a plan has dated is not done before that day."""
    if task.node_id == "P02_T4" and case.get("planned_date"):
        return date.fromisoformat(str(case["planned_date"]))
    if task.node_id == "P05_T4" and case.get("window_from"):
        return date.fromisoformat(str(case["window_from"]))
    if task.form_key == "P03_T3" and task.due_on is not None:
        held = task.due_on
        for _ in range(_SESSION_WD):
            held = reference.calendar.previous_working_day(held)
        return held
    return None


def attempt(engine: Engine, task_id: TaskId, random: Random) -> Done:
    """Do the task if its person is here. Raises what the commands raise."""
    with engine.transaction("system") as tx:
        task, case = tx.lock_task(task_id)
        reference, today = engine.reference(tx), local_day(tx.now)
        if not task.is_open:
            return Done()
        if task.state == "suspended" or case.status != "running":
            return Done(again_at=_tomorrow(tx, reference))
        people = (task.assignee,) if task.assignee else tx.candidates(task.id)
        here = sorted(p for p in people if not reference.organization.is_absent(p, today))
        if not here:
            return Done(again_at=_tomorrow(tx, reference)) if people else Done()
        person = PersonId(random.choice(here))
        values = _values(engine, tx, task, case, person, random)
    if task.form_key == "S2_T2" and random.random() * 100 < _OBJECTIONS_PERCENT:
        _object(engine, person, case)
    tasks.complete(engine, task_id, person, values, signed=True)
    return Done(person=person)


def _tomorrow(tx: Transaction, reference: Reference) -> datetime:
    return instant(reference.calendar.next_working_day(local_day(tx.now)), time(9, 40))


def _values(
    engine: Engine, tx: Transaction, task: UserTaskRow, case: InstanceRow, person: PersonId, random: Random
) -> Values:
    if task.form_version_id is None:
        return {}
    data: Mapping[str, Any] = case.variables
    if task.element is not None:
        data = load_case(engine, tx, case, by="system").workflow.data_of(task.token)
    reference, unit = engine.reference(tx), task.unit or case.unit or ""
    context = form_context(engine, tx, person, data=data, unit=unit)
    sheet = Sheet(
        form=engine.form_version(tx, task.form_version_id).form,
        person=person,
        unit=unit,
        now=tx.now,
        case=data,
        due_on=task.due_on,
        organization=reference.organization,
        calendar=reference.calendar,
        random=random,
        context=replace(context, is_attachment=lambda _name: True),
        upload=lambda: str(attachments.add(engine, person, "材料.pdf", PDF, task_id=task.id).id),
    )
    return filled_in(sheet, answers(sheet))


def ask_for_time(engine: Engine, person: PersonId, task_id: TaskId) -> None:
    """延期申请 for a task that is still open and may be extended."""
    with engine.transaction("system") as tx:
        task, case = tx.lock_task(task_id)
        most = extensions.longest(engine, tx, task, case) if task.is_open and task.assignee == person else 0
    if most > 0:
        days = min(most, _ASKED_WD)
        extensions.request(engine, person, task_id, days, "相关台账需与上级系统数据核对，耗时较长。")


def _object(engine: Engine, person: PersonId, ladder: InstanceRow) -> None:
    """牌卡异议 against the yellow card of this ladder, where its window is open."""
    with engine.transaction("system") as tx:
        found = tx.cards_of_task(ladder.parent_task) if ladder.parent_task is not None else ()
        card = next((one for one in found if one.level == 2 and one.effective_on), None)
        is_open = card is not None and card.effective_on is not None and local_day(tx.now) < card.effective_on
    if card is not None and is_open:
        cards.object_to_card(engine, person, card.no, "逾期系上级系统停机检修所致，请予核减。")
