"""What one step of the engine costs, without script evaluation: load, complete, advance, compact, encode."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from engine.workflow import CompiledDefinition, Workflow
from tests.unit.workflow.models import (
    AT,
    SEED,
    boundary,
    duration,
    end,
    exclusive,
    instances,
    model,
    user,
)

Figures = dict[str, tuple[float, str, float | None]]

#: Nodes that a case of S1 passes, with a deadline on the rectification. The timer is a literal and the gateways have
#: one way out, so that no script runs: those are measured in benchmarks/scripting.py.
RECTIFY = model(
    user("register"), user("grade"), exclusive("merge"), user("rectify"), user("late"), end("late_end"),
    boundary("overdue", "rectify", duration("P30D")), user("feedback"), exclusive("ok"), user("verify"),
    flows="s>register; register>grade; grade>merge; merge>rectify; rectify>feedback; feedback>ok; ok>verify; verify>e;"
    "overdue>late; late>late_end",
)  # fmt: skip
LIFE = ("register", "grade", "rectify", "feedback", "verify")
LOOP = model(
    exclusive("merge"), user("work"), exclusive("more", "merge"),
    flows="s>merge; merge>work; work>more; more>merge; more>e?public_impact",
)  # fmt: skip
MANY = model(user("each", instances(items="items", out="results")), user("after"), flows="s>each; each>after; after>e")

VARIABLES: dict[str, object] = {
    "unit": "532503-GA", "dept": "政工科", "title": "窗口服务效率不高，群众等候时间过长", "source": "P05",
    "nature": "工作作风", "spread": 2, "public_impact": False, "repeats_12m": 1, "severity": "B", "plan_wd": 5,
    "limit_wd": 30, "stage_wd": 0, "verify": "现场", "to_p07": False, "sampled": False, "returns": 0,
    "issuer_unit": "532500-ZF", "issuer": "u101", "owner": "u202", "owner_dept": "政工科",
    "owner_post": "PERSON_RESP", "delivered": "2026-12-01", "limit": "2027-01-15",
}  # fmt: skip


def engine_step() -> Figures:
    """A user step, averaged over whole lives."""
    cost = _best(lambda: _lives(60), rounds=7) / (60 * len(LIFE))
    return {"engine: one user step": (cost, "ms", 0.25)}


def _lives(count: int) -> None:
    for _ in range(count):
        state = Workflow.start(RECTIFY, variables=VARIABLES, at=AT, seed=SEED).advance().state
        for node in LIFE:
            state = _step(RECTIFY, state, node, {"opinion": "同意", "returns": 1})


def _step(definition: CompiledDefinition, state: bytes, node: str, values: dict[str, object]) -> bytes:
    workflow = Workflow.load(definition, state, at=AT, seed=SEED)
    token = next(token for token, found, now in workflow.open_tokens() if found == node and now == "ready")
    workflow.complete(token, values)
    return workflow.advance().state


def loop_iteration() -> Figures:
    """Round 10 000 of a loop against round 10."""
    state = Workflow.start(LOOP, variables=VARIABLES, at=AT, seed=SEED).advance().state
    early, late = 0.0, 0.0
    for number in range(1, 10_001):
        if number == 10:
            early = _repeated(LOOP, state, "work")
        state = _step(LOOP, state, "work", {"returns": number})
    late = _repeated(LOOP, state, "work")
    return {
        "engine: loop, round 10": (early, "ms", None),
        "engine: loop, round 10 000": (late, "ms", None),
        "engine: round 10 000 / round 10": (late / early, "times", 1.5),
    }


def _repeated(definition: CompiledDefinition, state: bytes, node: str) -> float:
    return _best(lambda: [_step(definition, state, node, {"returns": 1}) for _ in range(200)], rounds=7) / 200


def mi_500() -> Figures:
    """One completion among 500 parallel instances, at half time."""
    variables = VARIABLES | {"items": [f"u{number}" for number in range(500)]}
    state = Workflow.start(MANY, variables=variables, at=AT, seed=SEED).advance().state
    for number in range(250):
        state = _step(MANY, state, "each", {"result": number})
    cost = _best(lambda: _step(MANY, state, "each", {"result": 1}), rounds=25)
    return {
        "engine: one of 500 instances": (cost, "ms", 6.0),
        "engine: state with 250 open instances": (len(state) / 1000, "kB", None),
    }


def mi_2000() -> Figures:
    """One completion among 2 000 parallel instances, and making them."""
    variables = VARIABLES | {"items": [f"u{number}" for number in range(2000)]}

    def make() -> bytes:
        return Workflow.start(MANY, variables=variables, at=AT, seed=SEED).advance().state

    state = make()
    return {
        "engine: one of 2 000 instances": (_best(lambda: _step(MANY, state, "each", {"result": 1}), 15), "ms", 20.0),
        "engine: making 2 000 instances": (_best(make, rounds=3), "ms", None),
        "engine: state with 2 000 open instances": (len(state) / 1000, "kB", None),
    }


def state_size() -> Figures:
    """Bytes of the stored state over the life of a case."""
    state = Workflow.start(RECTIFY, variables=VARIABLES, at=AT, seed=SEED).advance().state
    sizes = []
    for node in LIFE:
        sizes.append(len(state))
        state = _step(RECTIFY, state, node, {"opinion": "同意", "returns": 1})
    return {
        "engine: state, typical": (median(sizes) / 1000, "kB", 1.0),
        "engine: state, largest": (max(sizes) / 1000, "kB", None),
    }


def _best(work: Callable[[], object], rounds: int) -> float:
    """CPU milliseconds of the fastest of several rounds: what the others took longer is the machine's noise."""
    costs = []
    work()
    for _ in range(rounds):
        before = time.process_time()
        work()
        costs.append((time.process_time() - before) * 1000)
    return min(costs)
