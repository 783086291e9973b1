"""The small office with a case whose two branches are both at work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.commands import moves, tasks
from engine.commands.case_step import SYSTEM
from engine.commands.deployments import propose
from engine.commands.moves import Moved
from engine.core import Engine
from engine.model.moves import Move
from engine.model.step import InstanceId, PersonId, TaskId
from engine.store.roles import Addresses
from engine.store.rows import InstanceRow, UserTaskRow
from tests.integration.prepared import opened, prepared
from tests.integration.resilience.office import MODELS, OFFICERS, OPERATOR, begin, furnish
from tests.shared_cluster import SharedCluster

HERE = Path(__file__).parent
WHY = "材料传错，按单位书面申请处理"


def deploy_parts(engine: Engine) -> None:
    files = (HERE / "OPS_PARTS.bpmn", HERE / "OPS_ANSWER.json", MODELS / "RES_NOTE.json")
    propose(engine, SYSTEM, {path.name: path.read_bytes() for path in files}, auto_confirm=True)


@dataclass(frozen=True, slots=True)
class Work:
    """One case, those who work on it, and the operator."""

    engine: Engine
    case: InstanceId

    @property
    def row(self) -> InstanceRow:
        with self.engine.transaction(SYSTEM) as tx:
            return tx.instance(self.case)

    @property
    def tasks(self) -> dict[str, UserTaskRow]:
        with self.engine.transaction(SYSTEM) as tx:
            return {task.node_id: task for task in tx.open_tasks(self.case)}

    @property
    def open(self) -> list[str]:
        return sorted(self.tasks)

    def task(self, task_id: TaskId) -> UserTaskRow:
        with self.engine.transaction(SYSTEM) as tx:
            return tx.user_task(task_id)

    def do(self, *nodes: str, by: PersonId = OFFICERS[0]) -> Work:
        for node in nodes:
            field = "reply" if node == "ANSWER" else "note"
            tasks.complete(self.engine, self.tasks[node].id, by, {field: f"done {node}"})
        return self

    def move(
        self, kind: str, node: str = "", *, rev: int | None = None, why: str = WHY, by: PersonId = OPERATOR
    ) -> Moved:
        on_token = kind in {"skip", "cancel"}
        wanted = Move(
            kind=kind,  # type: ignore[arg-type]
            node_id=node,
            **({"token": self.tasks[node].token} if on_token else {}),
        )
        return moves.make(self.engine, by, self.case, wanted, rev=self.row.rev if rev is None else rev, reason=why)

    def facts(self, event: str) -> list[dict[str, object]]:
        with self.engine.transaction(SYSTEM) as tx:
            rows = tx.raw.execute(
                "SELECT b.body FROM history h JOIN history_body b USING (instance_id, seq)"
                " WHERE h.instance_id = %s AND h.event = %s ORDER BY seq",
                (self.case, event),
            ).fetchall()
        return [json.loads(row[0]) for row in rows]


@pytest.fixture
def db(cluster: SharedCluster) -> Iterator[Addresses]:
    with prepared(cluster, "cx_office_parts", "live", furnish_parts) as addresses:
        yield addresses


@pytest.fixture
def engine(db: Addresses, tmp_path: Path) -> Iterator[Engine]:
    with opened(db, "live", data_dir=tmp_path) as made:
        yield made


def furnish_parts(engine: Engine) -> None:
    furnish(engine)
    deploy_parts(engine)


@pytest.fixture
def work(engine: Engine) -> Work:
    """PREPARE is done: COMPARE and CONSULT wait for any of the officers."""
    return Work(engine, begin(engine, "OPS_PARTS")).do("PREPARE")
