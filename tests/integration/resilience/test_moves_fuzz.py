"""Random lives of real cases: people work, operators move, mend, suspend and migrate, timers and messages come in.

After every act the rows agree with the tokens, and at the end every case can be brought to its end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from engine.commands import messages, moves, returns, standstill, tasks, timers, variables, withdrawals
from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.errors import ChangxiaoError, Conflict
from engine.model.moves import Move
from engine.model.step import DefinitionId, InstanceId
from engine.queries.moves import moves_view
from engine.store.rows import UserTaskRow
from engine.workflow import Workflow
from engine.workflow.arming import awaited
from engine.workflow.task import READY, WAITING
from tests.integration.resilience.moving import BEGIN, END, KEY, NAMED, migrated, publish, timer, work
from tests.integration.resilience.office import OFFICERS, OPERATOR, begin
from tests.unit.workflow.models import (
    COMPENSATION,
    MESSAGE,
    MESSAGE_TWO,
    catch,
    definitions,
    duration,
    exclusive,
    instances,
    parallel,
    process,
    sequence,
    throw,
)

SOME, MANY = 4, 100
STEPS = 25
WHY = "按书面申请处理"


def _drawing(task: str, *more: str, flows: str) -> bytes:
    """Two branches with a reminder and a message, then two instances, a wait, and work that is undone; a side task."""
    side = f'<bpmn:startEvent id="S9" isInterrupting="false">{MESSAGE_TWO}</bpmn:startEvent>{work("SIDE", "旁办")}'
    side += f'<bpmn:endEvent id="E9"/>{sequence("S9>SIDE;SIDE>E9")}'
    undo = work("UNDO", "撤销受理").replace(" id=", ' isForCompensation="true" id=', 1)
    beside = '<bpmn:association id="AS" sourceRef="CB" targetRef="UNDO"/>'
    drawn = definitions(
        process(
            KEY, BEGIN, work("FIRST", "受理", "created+5wd"),
            f'<bpmn:boundaryEvent id="CB" attachedToRef="FIRST">{COMPENSATION}</bpmn:boundaryEvent>', undo,
            parallel("SPLIT"), work(task, "核对", "created+3wd"), timer("LATE", task, 15), work("DRAFT", "起草"),
            work("ASK", "征求意见", "created+2wd"),
            f'<bpmn:boundaryEvent id="TOLD" name="来函" attachedToRef="ASK">{MESSAGE}</bpmn:boundaryEvent>',
            work("HEAR", "听取意见"), exclusive("MERGE"), parallel("JOIN"), *more,
            work("SIGN", "会签").replace("</bpmn:userTask>", instances(count="2") + "</bpmn:userTask>"),
            catch("WAIT", duration("P5D")), throw("TAKEBACK", COMPENSATION), work("LAST", "办结"), END,
            f'<bpmn:subProcess id="BESIDE" name="旁办" triggeredByEvent="true">{side}</bpmn:subProcess>',
            flows=f"BEGIN>FIRST;FIRST>SPLIT;SPLIT>{task};{task}>DRAFT;SPLIT>ASK;ASK>MERGE;TOLD>HEAR;HEAR>MERGE;"
            f"MERGE>JOIN;JOIN>SIGN;SIGN>WAIT;WAIT>TAKEBACK;TAKEBACK>LAST;LAST>END;LATE>LATE_END;{flows}",
            attributes=NAMED,
        )
    )  # fmt: skip
    return drawn.replace(b"</bpmn:process>", f"{beside}</bpmn:process>".encode())  # where artifacts have to stand


OLD = _drawing("CHECK", flows="DRAFT>JOIN")
NEW = _drawing("VERIFY", work("REVIEW", "复核"), flows="DRAFT>REVIEW;REVIEW>JOIN")


class Life:
    """One case and everything that can happen to it."""

    def __init__(self, engine: Engine, versions: tuple[DefinitionId, DefinitionId], seed: int) -> None:
        self.engine, self.versions, self.random = engine, versions, Random(seed)  # noqa: S311
        self.case: InstanceId = begin(engine, KEY, note="初始")
        self.done: Counter[str] = Counter()
        self.finished: list[UserTaskRow] = []
        self.check()

    @property
    def tasks(self) -> tuple[UserTaskRow, ...]:
        with self.engine.transaction(SYSTEM) as tx:
            return tuple(tx.open_tasks(self.case))

    @property
    def status(self) -> str:
        with self.engine.transaction(SYSTEM) as tx:
            return tx.instance(self.case).status

    def happen(self) -> None:
        acts: list[Callable[[], None]] = [
            *[self.complete] * 5, *[self.move] * 4, self.send_back, self.take_back, self.suspend, *[self.resume] * 2,
            self.mend, self.migrate, self.clock, self.message,
        ]  # fmt: skip
        act = self.random.choice(acts)
        try:
            act()
        except Conflict:
            self.done["refused"] += 1
        else:
            self.done[act.__name__] += 1
        self.check()

    def complete(self) -> None:
        if found := self.tasks:
            task = self.random.choice(found)
            person = task.assignee or self.random.choice(OFFICERS)
            tasks.complete(self.engine, task.id, person, {"note": "好"})
            with self.engine.transaction(SYSTEM) as tx:
                self.finished.append(tx.user_task(task.id))

    def move(self) -> None:
        view = moves_view(self.engine, OPERATOR, self.case)
        legal = [
            Move(kind="jump", node_id=place.node.id, scope=place.target.scope)
            for place in view.places
            if not place.target.refusal and place.node.type != "endEvent"
        ]
        for found in view.tokens:
            legal += [Move(kind="skip", node_id=found.node.id, token=found.standing.token)] * (not found.standing.skip)
            if not found.standing.cancel:
                legal.append(Move(kind="cancel", node_id=found.node.id, token=found.standing.token))
        if legal:
            moves.make(self.engine, OPERATOR, self.case, self.random.choice(legal), rev=view.rev, reason=WHY)

    def send_back(self) -> None:
        if found := self.tasks:
            task = self.random.choice(found)
            person = task.assignee or OFFICERS[0]
            if task.assignee is None:
                tasks.claim(self.engine, task.id, person)
            returns.send_back(self.engine, task.id, person, WHY)

    def take_back(self) -> None:
        if self.finished:
            task = self.finished[-1]
            withdrawals.withdraw(self.engine, task.id, task.done_by or OFFICERS[0], WHY)

    def suspend(self) -> None:
        standstill.suspend(self.engine, OPERATOR, self.case, WHY)

    def resume(self) -> None:
        standstill.resume(self.engine, OPERATOR, self.case, WHY)

    def mend(self) -> None:
        with self.engine.transaction(SYSTEM) as tx:
            rev = tx.instance(self.case).rev
        variables.edit(self.engine, OPERATOR, self.case, "note", str(self.random.random()), rev=rev, reason=WHY)

    def migrate(self) -> None:
        with self.engine.transaction(SYSTEM) as tx:
            here = tx.instance(self.case).definition_id
        old, new = self.versions if here == self.versions[0] else self.versions[::-1]
        names = {"CHECK": "VERIFY", "VERIFY": "CHECK"}
        migrated(self.engine, old, new, chosen=[self.case], **names)

    def clock(self) -> None:
        """One drawn timer is due."""
        with self.engine.transaction(SYSTEM) as tx:
            case = tx.lock_instance(self.case)
            due = [found for found in tx.timers_of(self.case) if found.kind == "bpmn" and case.status == "running"]
            if due:
                timers.fire_one(self.engine, tx, case, self.random.choice(due))

    def message(self) -> None:
        with self.engine.transaction(SYSTEM) as tx:
            waited = [found.name for found in tx.subscriptions_of(self.case)]
        if waited and self.status == "running":
            messages.send(self.engine, OFFICERS[0], self.random.choice(waited), "", {})

    def check(self) -> None:
        """Open tasks, drawn timers, awaited messages, dates and reminders are those of the tokens."""
        with self.engine.transaction(SYSTEM) as tx:
            case = tx.instance(self.case)
            rows, armed, waits = tx.open_tasks(self.case), tx.timers_of(self.case), tx.subscriptions_of(self.case)
            dated = {entry.task_id for entry in tx.deadline_entries(self.case) if entry.kind == "set"}
            definition = self.engine.definition(tx, case.definition_id)
        if case.is_over:
            assert (tuple(rows), tuple(armed), tuple(waits)) == ((), (), ())
            return
        workflow = Workflow.load(definition.compiled, case.state, at=case.updated_at, seed=case.seed)
        standing = [task for scope in workflow._top.scopes() for task in scope.open_tasks.values()]
        at_work = {
            task.id: task.task_spec.node for task in standing if task.task_spec.kind == "task" and task._state == READY
        }
        assert {int(row.token): row.node_id for row in rows} == at_work
        due = {task.id for task in standing if task._state == WAITING and "due" in task.internal_data}
        assert {int(found.token or 0) for found in armed if found.kind == "bpmn"} == due
        names = {
            (task.id, trigger.name)
            for task in standing
            if task._state == WAITING and task.task_spec.kind == "event"
            for _, trigger in awaited(task)
            if trigger.kind == "message"
        }
        assert {(int(found.token), found.name) for found in waits} == names
        open_ids = {row.id for row in rows}
        assert {found.task_id for found in armed if found.kind != "bpmn"} <= open_ids
        assert {row.id for row in rows if row.due_at is not None} <= dated
        assert all((found.held_at is not None) == (case.status == "suspended") for found in armed)

    def finish(self) -> None:
        """What people and the clock can do brings it to its end."""
        if self.status == "suspended":
            self.resume()
        for _ in range(60):
            if self.status == "completed":
                return
            if self.tasks:
                self.complete()
            else:
                self.clock()
            self.check()
        raise AssertionError("it never ends")


def lives(engine: Engine, first: int, count: int) -> Counter[str]:
    versions = (publish(engine, OLD), publish(engine, NEW))
    done: Counter[str] = Counter()
    for seed in range(first, first + count):
        life = Life(engine, versions, seed)
        try:
            for _ in range(STEPS):
                if life.status == "completed":
                    break
                life.happen()
            life.finish()
        except (ChangxiaoError, AssertionError) as failure:
            raise AssertionError(f"seed {seed}, after {dict(life.done)}: {failure}") from failure
        done += life.done
    return done


def test_whatever_happens_rows_and_tokens_agree_and_every_case_can_end(engine: Engine) -> None:
    done = lives(engine, 0, SOME)

    assert {"complete", "move", "suspend", "resume", "mend", "migrate"} <= set(done)


@pytest.mark.long
def test_whatever_happens_in_a_hundred_lives_rows_and_tokens_agree(engine: Engine) -> None:
    lives(engine, SOME, MANY)
