"""Random lives with moves by hand, mended variables and migrations between the steps.

No token is ever stuck or doubled, every life can end, and what was told of it fits the tokens at any moment.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from engine.errors import ChangxiaoError
from engine.model.step import Advance
from engine.workflow import CompiledDefinition, Workflow, compile_definition, moves
from engine.workflow.arming import awaited
from engine.workflow.compensation import Undo
from engine.workflow.correspondence import places
from engine.workflow.migration import Carried, Migration
from engine.workflow.task import READY, WAITING
from tests.unit.workflow.models import AT, ERROR, SEED, boundary, end, exclusive, user
from tests.unit.workflow.random_edits import Editor
from tests.unit.workflow.random_models import ALL, HANDLED, Builder, random_model, variables
from tests.unit.workflow.tiny_script import TinyScriptEngine

SOME, MANY = 100, 5000
BATCH = 25
STEPS = 30


class SoundBuilder(Builder):
    """Builds processes that are sound by themselves: whoever is interrupted goes on behind what interrupted him."""

    def block(self, depth: int, in_loop: bool = False) -> tuple[str, str]:
        first, last = super().block(depth, in_loop)
        handlers = self.__dict__.setdefault("handlers", {}).pop(last, [])
        if not handlers:
            return first, last
        merge = self.name("m")
        self.add(exclusive(merge))
        for source in (last, *handlers):
            self.flow(source, merge)
        return first, merge

    def _attach(self, host: str, event: str) -> None:
        if event != ERROR and self.random.random() < 0.5:
            return self._remind(host, event)
        name, handler = self.name("b"), self.name("h")
        self.add(boundary(name, host, event))
        self.add(user(handler))
        self.flow(name, handler)
        self.__dict__.setdefault("handlers", {}).setdefault(host, []).append(handler)
        return None

    def _remind(self, host: str, event: str) -> None:
        name, handler, last = self.name("b"), self.name("h"), self.name("e")
        self.add(boundary(name, host, event, interrupting=False))
        self.add(user(handler))
        self.add(end(last))
        self.flow(name, handler)
        self.flow(handler, last)


class Life:
    """One instance, loaded anew before every step, on which people, an operator and analysts act by turns."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311
        self.xml = random_model(seed, (*ALL, *HANDLED), builder=SoundBuilder)
        self.definition = _definition(self.xml)
        self.edits = 0
        # A jump into a loop passes the script that sets its counter.
        counters = dict.fromkeys(re.findall(r"n_\w+", self.xml.decode()), 0)
        started = Workflow.start(self.definition, variables=counters | variables(seed), at=AT, seed=SEED)
        self.made: Counter[str] = Counter()
        self.told = Told()
        self._rest(started)

    def _rest(self, workflow: Workflow) -> None:
        advance = workflow.advance()
        self.ended, self.state = advance.ended, advance.state
        self.told.take(advance)
        self._load()

    def _load(self) -> None:
        self.workflow = Workflow.load(self.definition, self.state, at=AT, seed=SEED)
        if not self.ended:
            self._check_single()
        self.told.check(self.workflow, ended=self.ended)

    def _check_single(self) -> None:
        """In one place never two tokens: only strands of reminders (h…, e…) and what they share run several times."""
        for scope in self.workflow._top.scopes():
            places = Counter(
                (task.task_spec.name, task.internal_data.get("via", ""))
                for task in scope.open_tasks.values()
                if task.task_spec.owner is None
                and not isinstance(task.task_spec, Undo)
                and not (task.task_spec.stand_by and task._state == WAITING)
                and not task.task_spec.node.startswith(("h", "b"))
            )
            twice = [place for place, count in places.items() if count > 1]
            assert not twice, f"two tokens at {twice}"

    def operate(self) -> None:
        """An operator moves a token, mends a variable, or brings the case over to another drawing."""
        chance = self.random.random()
        if chance < 0.5:
            self._move()
        elif chance < 0.8:
            self._touch("skip" if chance < 0.65 else "cancel")
        elif chance < 0.9:
            self.workflow.set_variables({f"x{self.random.randint(0, 3)}": self.random.random() < 0.5})
            self.made["edit"] += 1
        else:
            return self._migrate()
        return self._rest(self.workflow)

    def _move(self) -> None:
        made = self.workflow.moves()
        legal = [found for found in made.targets() if not found.refusal]
        if legal:
            chosen = self.random.choice(legal)
            made.move(chosen.scope, chosen.node_id)
            self.made["move"] += 1

    def _touch(self, what: str) -> None:
        made = self.workflow.moves()
        able = [found for found in made.standing() if not getattr(found, what)]
        if able:
            getattr(made, what)(self.random.choice(able).token)
            self.made[what] += 1

    def _migrate(self) -> None:
        """To a drawing with other names, more or fewer steps, as far as the tokens can go there."""
        self.edits += 1
        edited = Editor(self.xml, self.random.randrange(10**6), first=10_000 * self.edits).edit(2)
        new = _definition(edited.xml)
        targets = places(new)
        node_map = {node: edited.renamed.get(node, node) for node in places(self.definition)}
        node_map = {node: target for node, target in node_map.items() if target in targets}
        work = [token for token, _, state in self.workflow.open_tokens() if state == "ready"]
        gone = Migration(self.definition, new, node_map).carry(self.state, at=AT, seed=SEED)
        if not isinstance(gone, Carried):
            self.made["stayed"] += 1
            return
        self.made["migrate"] += 1
        self.xml, self.definition, self.state = edited.xml, new, gone.advance.state
        self.told.take(gone.advance)
        self._load()
        assert work == [token for token, _, state in self.workflow.open_tokens() if state == "ready"]

    def work(self) -> None:
        tokens = self.workflow.open_tokens()
        ready = [token for token, _, state in tokens if state == "ready"]
        calls = [token for token, node, state in tokens if state == "started" and node.startswith("w")]
        events = [token for token, node, state in tokens if state == "waiting" and node.startswith("b")]
        if events and (self.random.random() < 0.2 or not (ready or calls)):
            if not self.workflow.fire_timer(self.random.choice(events)):
                self.workflow.message("msg.one", {})
        elif ready and (self.random.random() < 0.7 or not calls):
            self.workflow.complete(self.random.choice(ready), {})
        elif calls:
            self.workflow.finish_service(self.random.choice(calls), {})
        self._rest(self.workflow)

    def finish(self) -> None:
        """People do what there is, and nothing else happens."""
        for _ in range(600):
            if self.ended:
                return
            tokens = self.workflow.open_tokens()
            token, _, state = min(tokens, key=lambda found: ("ready", "started", "waiting").index(found[2]))
            if state == "ready":
                self.workflow.complete(token, {"x0": True})
            elif any(found.token == token and not found.skip for found in self.workflow.moves().standing()):
                self.workflow.moves().skip(token)
            else:
                self.work()
                continue
            self._rest(self.workflow)
        raise AssertionError("it never ends")


class Told:
    """What the storeys above know of an instance, from nothing but what each advance has told them."""

    def __init__(self) -> None:
        self.tasks: set[int] = set()
        self.timers: set[int] = set()
        self.subscriptions: set[tuple[int, str]] = set()

    def take(self, advance: Advance) -> None:
        """As the database does it: what is closed goes first, then comes what is new."""
        closed = {int(token) for token, _ in advance.closed}
        self.tasks = self.tasks - closed | {int(opened.token) for opened in advance.opened}
        self.timers = self.timers - closed | {int(timer.token) for timer in advance.timers}
        self.subscriptions = {found for found in self.subscriptions if found[0] not in closed}
        self.subscriptions |= {(int(found.token), found.name) for found in advance.subscriptions}

    def check(self, workflow: Workflow, *, ended: bool) -> None:
        """Tasks, timers and awaited messages are those of the tokens that stand there, and no others."""
        if ended:
            assert (self.tasks, self.timers, self.subscriptions) == (set(), set(), set()), "something outlives it"
            return
        standing = [task for scope in workflow._top.scopes() for task in scope.open_tasks.values()]
        open_tasks = {task.id for task in standing if task.task_spec.kind == "task" and task._state == READY}
        assert self.tasks == open_tasks, "open tasks are not the tokens at tasks"
        assert self.timers == {task.id for task in standing if task._state == WAITING and "due" in task.internal_data}
        awaited_now = {
            (task.id, trigger.name)
            for task in standing
            if task._state == WAITING and task.task_spec.kind == "event"
            for _, trigger in awaited(task)
            if trigger.kind in {"message", "signal"}
        }
        assert self.subscriptions == awaited_now, "what is waited for is not what was told"


def _definition(xml: bytes) -> CompiledDefinition:
    return replace(compile_definition({"p.bpmn": xml}, "p"), script_engine=TinyScriptEngine())


def live(seed: int) -> Counter[str]:
    """A whole life; answers what an operator did in it."""
    life = Life(seed)
    for _ in range(STEPS):
        if life.ended:
            break
        life.operate() if life.random.random() < 0.4 else life.work()
    life.finish()
    return life.made


def lives(first: int, count: int) -> Counter[str]:
    made: Counter[str] = Counter()
    for seed in range(first, first + count):
        try:
            made += live(seed)
        except (ChangxiaoError, AssertionError) as failure:
            raise AssertionError(f"seed {seed}: {failure}") from failure
    return made


@pytest.mark.parametrize("first", range(0, SOME, BATCH))
def test_no_move_leaves_a_token_stuck_or_doubled(first):
    made = lives(first, BATCH)

    assert made["move"] > BATCH, "an operator must have done something"
    assert min(made[what] for what in ("skip", "cancel", "edit", "migrate")) > 0


@pytest.mark.long
@pytest.mark.parametrize("first", range(SOME, MANY, 200))
def test_no_move_in_thousands_of_lives_leaves_a_token_stuck_or_doubled(first):
    lives(first, 200)


def test_the_lives_find_a_rule_that_lets_tokens_into_a_region_that_is_not_open(monkeypatch):
    """Planted: a parallel region counts like an inclusive one."""
    whole = moves._replaced
    monkeypatch.setattr(moves, "_replaced", lambda spot, tokens: ("", whole(spot, tokens)[1] or [tokens[0][0]]))

    with pytest.raises(AssertionError):
        lives(0, 60)


def test_the_lives_find_a_rule_that_forgets_the_token_at_the_join(monkeypatch):
    """Planted: of several tokens only one is taken away."""
    whole = moves._replaced

    def forgetful(spot, tokens):  # type: ignore[no-untyped-def]
        refusal, taken = whole(spot, tokens)
        return refusal, taken[:1]

    monkeypatch.setattr(moves, "_replaced", forgetful)

    with pytest.raises(AssertionError):
        lives(0, 60)
