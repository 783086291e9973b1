"""Eight officers complete one task at the same moment: one of them does, the others learn who it was."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.commands import tasks
from engine.core import Engine
from engine.errors import AlreadyClaimed, TaskNotOpen
from engine.model.step import PersonId, TaskId
from tests.integration.resilience.office import OFFICERS, begin, deploy, only_task, status

SHORT, LONG = 20, 200


def race(engine: Engine, pool: ThreadPoolExecutor) -> tuple[list[PersonId], list[str]]:
    """One round: who won, and whom the others were told to have won."""
    instance_id = begin(engine, "RES_RACE")
    task = only_task(engine, instance_id)
    gate = threading.Barrier(len(OFFICERS))
    results = list(pool.map(lambda officer: _try(engine, task, officer, gate), OFFICERS))
    assert status(engine, instance_id) == "completed"
    winners = [officer for officer, told in zip(OFFICERS, results, strict=True) if told == ""]
    return winners, [told for told in results if told]


def _try(engine: Engine, task: TaskId, officer: PersonId, gate: threading.Barrier) -> str:
    """ "" for the winner, else the name that the error gives."""
    gate.wait(timeout=10)
    try:
        tasks.complete(engine, task, officer, {"note": officer})
    except (TaskNotOpen, AlreadyClaimed) as lost:
        return str(lost.facts["by"])
    return ""


def races(engine: Engine, rounds: int) -> None:
    deploy(engine, "RES_RACE")
    with ThreadPoolExecutor(len(OFFICERS)) as pool:
        for _ in range(rounds):
            winners, told = race(engine, pool)
            assert len(winners) == 1
            assert told == [f"用户{winners[0][1:]}"] * 7


def test_of_eight_officers_who_complete_one_task_one_wins_and_seven_are_told_who(engine: Engine) -> None:
    races(engine, SHORT)


@pytest.mark.long
def test_of_eight_officers_who_complete_one_task_one_wins_in_each_of_200_rounds(engine: Engine) -> None:
    races(engine, LONG)
