"""Random processes, randomly changed; instances go over in the middle of their life and live on to the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from engine.workflow import CompiledDefinition, Workflow, compile_definition
from engine.workflow.correspondence import places
from engine.workflow.migration import Carried, Migration
from tests.unit.workflow.models import AT, SEED
from tests.unit.workflow.random_edits import Editor
from tests.unit.workflow.random_models import ALL, SIMPLE, life, random_model, variables
from tests.unit.workflow.tiny_script import TinyScriptEngine

SOME, MANY = 50, 2000
BATCH = 25
LATER = AT + timedelta(days=3)
#: No node of these can be reached twice, so whatever is entered twice was doubled by the migration.
ONCE = (
    *SIMPLE,
    "sequence",
    "sequence",
    "exclusive",
    "parallel",
    "parallel",
    "inclusive",
    "sub",
    "boundary",
    "gate",
    "free",
)


def _definition(xml: bytes) -> CompiledDefinition:
    return replace(compile_definition({"p.bpmn": xml}, "p"), script_engine=TinyScriptEngine())


def _dues(workflow: Workflow) -> dict[int, str]:
    """When the armed timers fire, by token."""
    tasks = [task for scope in workflow._top.scopes() for task in scope.open_tasks.values()]
    return {task.id: task.internal_data["due"] for task in tasks if "due" in task.internal_data}


def _go_on(workflow: Workflow, random: Random) -> None:
    """One thing happens: a task is completed, or a timer fires, or the message comes."""
    tokens = workflow.open_tokens()
    ready = [token for token, _, state in tokens if state == "ready"]
    waiting = [token for token, _, state in tokens if state == "waiting"]
    if ready and (not waiting or random.random() < 0.7):
        workflow.complete(random.choice(ready), {})
    elif waiting and not any(workflow.fire_timer(token) for token in random.sample(waiting, len(waiting))):
        workflow.message("msg.one", {})


def _live(definition: CompiledDefinition, state: bytes, random: Random, seen: Counter[str], seed: int) -> None:
    """To the end, reloaded and compacted at each step. Every node at most once."""
    for _ in range(200):
        workflow = Workflow.load(definition, state, at=LATER, seed=SEED)
        _go_on(workflow, random)
        advance = workflow.advance()  # raises StepFailed when it is stuck
        seen.update(event.node_id for event in advance.events if event.event == "entered")
        doubled = [node for node, count in seen.items() if count > 1 and node.startswith(("u", "n", "h"))]
        assert not doubled, f"seed {seed}: {doubled} entered twice"
        if advance.ended:
            return
        state = advance.state
    raise AssertionError(f"seed {seed}: it never ends")


def _migrate_somewhere(seed: int) -> str:
    """One model, one change, one instance; answers what became of it."""
    random = Random(seed)  # noqa: S311
    xml = Editor(random_model(seed, ONCE), seed, first=5000).mend()
    edited = Editor(xml, seed).edit(random.randint(1, 4))
    old, new = _definition(xml), _definition(edited.xml)
    workflow = Workflow.start(old, variables=variables(seed), at=AT, seed=SEED)
    seen: Counter[str] = Counter()
    advance = workflow.advance()
    for _ in range(random.randint(0, 8)):
        seen.update(event.node_id for event in advance.events if event.event == "entered")
        if advance.ended:
            return "over"
        workflow = Workflow.load(old, advance.state, at=AT, seed=SEED)
        _go_on(workflow, random)
        advance = workflow.advance()
    seen.update(event.node_id for event in advance.events if event.event == "entered")
    if advance.ended:
        return "over"
    targets = places(new)
    node_map = {node: edited.renamed.get(node, node) for node in places(old)}
    node_map = {node: target for node, target in node_map.items() if target in targets}

    gone = Migration(old, new, node_map).carry(advance.state, at=LATER, seed=SEED)

    if not isinstance(gone, Carried):
        return gone[0].code
    before, after = Workflow.load(old, advance.state, at=LATER, seed=SEED), None
    after = Workflow.load(new, gone.advance.state, at=LATER, seed=SEED)
    _check_dates(before, after, gone, seed)
    names = {old_id: node_map.get(old_id, old_id) for old_id in seen}
    _live(new, gone.advance.state, random, Counter({names[node]: count for node, count in seen.items()}), seed)
    return "gone"


def _check_dates(before: Workflow, after: Workflow, gone: Carried, seed: int) -> None:
    """What waits on keeps its date; what is new is told, and so is what waits no longer."""
    was, now = _dues(before), _dues(after)
    told = {timer.token for timer in gone.advance.timers}
    closed = {token for token, _ in gone.advance.closed}
    assert {token: due for token, due in now.items() if token in was} == {
        token: due for token, due in was.items() if token not in closed
    }, f"seed {seed}"
    assert set(now) - set(was) == told, f"seed {seed}"
    work = [token for token, _, state in before.open_tokens() if state == "ready"]
    assert work == [token for token, _, state in after.open_tokens() if state == "ready"], f"seed {seed}"


@pytest.mark.parametrize("first", range(0, SOME, BATCH))
def test_an_instance_that_goes_over_is_never_stuck_and_does_nothing_twice(first):
    found = Counter(_migrate_somewhere(seed) for seed in range(first, first + BATCH))

    assert found["gone"] >= BATCH // 4, found


@pytest.mark.long
@pytest.mark.parametrize("first", range(SOME, MANY + SOME, 100))
def test_an_instance_that_goes_over_is_never_stuck_and_does_nothing_twice_long(first):
    found = Counter(_migrate_somewhere(seed) for seed in range(first, first + 100))

    assert found["gone"] >= 25, found


@pytest.mark.parametrize("seed", range(0, 20))
def test_going_to_a_copy_of_the_same_drawing_and_back_changes_nothing_of_a_life(seed):
    xml = random_model(seed, ALL)
    homes = (_definition(xml), _definition(xml))
    ways = [Migration(homes[i], homes[1 - i], {node: node for node in places(homes[0])}) for i in (0, 1)]
    moves = 0
    for advance, _ in life(homes[0], seed, stored=True, steps=25):
        if isinstance(advance, str) or advance.ended:
            break
        there = ways[0].carry(advance.state, at=LATER, seed=SEED)
        if not isinstance(there, Carried):
            continue  # a jump has put the tokens where no drawing brings them
        back = ways[1].carry(there.advance.state, at=LATER, seed=SEED)
        assert isinstance(back, Carried)
        assert (there.moved, there.advance.timers, there.advance.closed) == ((), (), ())
        left, right = (
            Workflow.load(homes[0], state, at=AT, seed=SEED) for state in (advance.state, back.advance.state)
        )
        assert left.open_tokens() == right.open_tokens()
        assert _dues(left) == _dues(right)
        assert [left.data_of(token) for token, _, _ in left.open_tokens()] == [
            right.data_of(token) for token, _, _ in right.open_tokens()
        ]
        moves += 1

    assert moves or seed, "the first model waits somewhere"
