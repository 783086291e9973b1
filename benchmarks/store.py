"""What durability costs: a step in one transaction, claiming due timers, a page of an inbox. On its own PostgreSQL.

CPU is counted on both sides: this process, and the backend that serves its one connection.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Select, func, select, union_all

from benchmarks.harness import PEOPLE, bench_database, fill
from engine.model.step import Advance, DefinitionId, InstanceId, PersonId, TaskId
from engine.store import tables as t
from engine.store.database import Database
from engine.store.record import ClosedToken, HistoryFact, NewInstance, NewTask, NewTimer, StepRecord
from engine.store.transaction import Transaction
from engine.store.visibility import visible_tasks
from engine.workflow import CompiledDefinition, Workflow, compile_definition

Figures = dict[str, tuple[float, str, float | None]]

CASES, TASKS_EACH = 150, 6


def durable_step() -> Figures:
    """Complete a user task: lock, load, engine, encode, write, commit. Its timer goes, the next one comes."""
    fill()  # plans on empty tables are no measure
    rounds = steps()
    return {
        "durable step": (typical(rounds), "CPU ms", 1.5),
        "durable step, client side": (rounds[-1].client_ms / CASES, "CPU ms", None),
        "durable step, database side": (rounds[-1].backend_ms / CASES, "CPU ms", None),
        "row updates that stay on their page": (_hot_share(bench_database()) * 100, "%", None),
    }


def steps() -> list[Spent]:
    """What each round of completions took, one of every case; the first prepares statements and plans."""
    database, backend = bench_database(), _Backend(bench_database())
    definition = compile_definition({"bench.bpmn": _diagram()}, "BENCH")
    open_tasks = [_start(database, definition) for _ in range(CASES)]
    rounds = []
    for _ in range(TASKS_EACH - 1):
        with backend.counted() as spent:
            open_tasks = [_complete(database, definition, task) for task in open_tasks]
        rounds.append(spent)
    return rounds[1:]


def typical(rounds: list[Spent]) -> float:
    """CPU milliseconds of one completion."""
    return statistics.median((spent.client_ms + spent.backend_ms) / CASES for spent in rounds)


def timers_due() -> Figures:
    """Claim and take away 1,000 due timers of 100,000; what they set off is not in it."""
    database, backend = bench_database(), _Backend(bench_database())
    fill()
    fired = 0
    with backend.counted() as spent:
        while fired < 1_000:
            with database.transaction(actor="system") as tx:
                due = tx.claim_due(tx.now, limit=50)
                tx.disarm([item.timer.id for item in due])
            fired += len(due)
    return {"claim 1,000 of 100,000 timers": ((spent.client_ms + spent.backend_ms) / 1_000, "CPU s", 0.5)}


def inbox_query() -> Figures:
    """One page of 20 among 100,000 open tasks of 485 people, half of them offered to five candidates each."""
    database = bench_database()
    fill()
    took: list[float] = []
    for number in range(60):
        person = f"u{number * 7 % PEOPLE}"
        with database.reading(actor=person) as tx:
            began = time.perf_counter()
            rows = tx.connection.execute(_inbox_page(person)).all()
            took.append((time.perf_counter() - began) * 1_000)
        if len(rows) != 20:
            raise AssertionError(f"{person} has {len(rows)} rows instead of a full page")
    return {"inbox page, query": (statistics.median(took[10:]), "ms", 15.0)}


def _inbox_page(person: str) -> Select[tuple[object, ...]]:
    """The first page of 我的任务 by due time: what I hold and what is offered to me, from the two ends of the index."""
    task = t.user_task
    is_open = task.c.state.in_(t.OPEN_STATES)
    order = (task.c.due_at, task.c.id)
    mine = select(task).where(task.c.assignee == person, is_open).order_by(*order).limit(20)
    offered = select(task).join(t.task_candidate, t.task_candidate.c.task_id == task.c.id)
    offered = offered.where(t.task_candidate.c.person_id == person, task.c.state == "offered")
    both = union_all(mine.where(visible_tasks(person)), offered.order_by(*order).limit(20)).subquery()
    joined = select(both, t.instance.c.title, t.instance.c.business_no).join(
        t.instance, t.instance.c.id == both.c.instance_id
    )
    return joined.order_by(both.c.due_at, both.c.id).limit(20)


# ---- measuring


@dataclass
class Spent:
    """CPU that a stretch of work took."""

    client_ms: float = 0.0
    backend_ms: float = 0.0


class _Backend:
    """The server process behind the one connection of the pool."""

    def __init__(self, database: Database) -> None:
        with database.reading(actor="system") as tx:
            self._pid = int(tx.connection.execute(select(func.pg_backend_pid())).scalar_one())

    @contextmanager
    def counted(self) -> Iterator[Spent]:
        spent = Spent()
        backend, client = self._cpu_ms(), time.process_time()
        yield spent
        spent.client_ms = (time.process_time() - client) * 1_000
        spent.backend_ms = self._cpu_ms() - backend

    def _cpu_ms(self) -> float:
        return int(Path(f"/proc/{self._pid}/schedstat").read_text().split()[0]) / 1e6


def _hot_share(database: Database) -> float:
    with database.transaction(actor="system") as tx:
        tx.raw.execute("SELECT pg_stat_force_next_flush()")
    with database.reading(actor="system") as tx:
        row = tx.raw.execute(
            "SELECT n_tup_hot_upd::float8 / n_tup_upd FROM pg_stat_user_tables WHERE relname = 'instance'"
        ).fetchone()
    return float(row[0]) if row else 0.0


# ---- a process of six user tasks, each with a boundary timer


def _start(database: Database, definition: CompiledDefinition) -> TaskId:
    with database.transaction(actor="u0") as tx:
        instance_id = InstanceId(uuid4())
        workflow = Workflow.start(definition, variables={"unit": "532501-GA"}, at=tx.now, seed=1)
        new = NewInstance(definition_id=DefinitionId(UUID(int=1)), key="BENCH")
        return _record(tx, instance_id, 0, workflow.advance(), new=new)


def _complete(database: Database, definition: CompiledDefinition, task_id: TaskId) -> TaskId:
    with database.transaction(actor="u0") as tx:
        task, case = tx.lock_task(task_id)
        workflow = Workflow.load(definition, case.state, at=tx.now, seed=case.seed)
        workflow.complete(task.token, {"opinion": "同意整改", "result": "通过"})
        return _record(tx, case.id, case.rev, workflow.advance())


def _record(
    tx: Transaction, instance_id: InstanceId, rev: int, advance: Advance, *, new: NewInstance | None = None
) -> TaskId:
    task_id = TaskId(uuid4())
    opened = tuple(
        NewTask(
            id=task_id,
            token=task.token,
            node_id=task.node_id,
            name="整改落实",
            mechanism="BENCH",
            form_key="S1_T5",
            unit="532501-GA",
            assignee=PersonId("u0"),
            due_at=tx.now,
            deadline={"rule": "created+15wd", "text": "自交办之日起15个工作日"},
        )
        for task in advance.opened
    )
    tx.record(
        StepRecord(
            instance_id=instance_id,
            rev=rev,
            at=tx.now,
            actor="u0",
            state=advance.state,
            variables=advance.variables,
            new=new,
            changes={"unit": "532501-GA", "title": "问题"} if new else {"case_state": f"状态{rev}"},
            closed=tuple(ClosedToken(token=token, state=how) for token, how in advance.closed),
            opened=opened,
            history=tuple(HistoryFact(event=e.event, node_id=e.node_id, node_type=e.node_type) for e in advance.events),
            timers=tuple(
                NewTimer(kind="bpmn", due_at=timer.due_at, token=timer.token, node_id=timer.node_id)
                for timer in advance.timers
            ),
        )
    )
    return task_id


def _diagram() -> bytes:
    tasks, flows = [], []
    for number in range(TASKS_EACH):
        source = f"T{number}" if number else "begin"
        tasks.append(
            f'<userTask id="T{number + 1}" name="任务{number + 1}"/>'
            f'<boundaryEvent id="B{number + 1}" attachedToRef="T{number + 1}" cancelActivity="false">'
            '<timerEventDefinition><timeDuration xsi:type="tFormalExpression">"P15D"</timeDuration>'
            "</timerEventDefinition></boundaryEvent>"
            f'<endEvent id="E{number + 1}"/><sequenceFlow id="X{number + 1}" sourceRef="B{number + 1}"'
            f' targetRef="E{number + 1}"/>'
        )
        flows.append(f'<sequenceFlow id="F{number}" sourceRef="{source}" targetRef="T{number + 1}"/>')
    flows.append(f'<sequenceFlow id="F{TASKS_EACH}" sourceRef="T{TASKS_EACH}" targetRef="finish"/>')
    return (
        '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:bench" id="D">'
        '<process id="BENCH" isExecutable="true"><startEvent id="begin"/>'
        f'{"".join(tasks)}<endEvent id="finish"/>{"".join(flows)}</process></definitions>'
    ).encode()
