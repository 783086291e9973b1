"""One random life of a model, lived by the engine and by the oracle; they must agree at every rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from engine.errors import StepFailed
from engine.model.step import Token
from engine.workflow import CompiledDefinition, Workflow, compile_definition
from tests.oracle.deeds import Deed, results
from tests.oracle.explore import possible
from tests.oracle.game import Livelock, begin
from tests.oracle.generate import variables
from tests.oracle.marking import Rest, Running
from tests.oracle.model import Many, Model, Node, Scope
from tests.oracle.render import SETTING, to_bpmn
from tests.unit.workflow.models import AT, SEED
from tests.unit.workflow.tiny_script import TinyScriptEngine

STEPS = 40
CROWD = 60  #: tokens; a model that breeds more is left alone
BELIEFS = 48  #: markings that cannot be told apart from outside; with more of them nothing would be tested

STUCK: Rest = ((("", "stuck"), 1),)  #: nothing can go on, though tokens are left
ENDED: Rest = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where the two parted, and on which way."""

    model: Model
    life: int  #: seed of the life
    path: tuple[str, ...]
    engine: Rest
    oracle: tuple[Rest, ...]

    def __str__(self) -> str:
        way = "\n".join(f"  {number}. {line}" for number, line in enumerate(self.path))
        standard = "\n         or ".join(map(_shown, self.oracle))
        return (
            f"model {self.model.seed}, life {self.life}\n{to_bpmn(self.model).decode()}\n{way}\n"
            f"  engine:   {_shown(self.engine)}\n  standard: {standard}"
        )


@dataclass(slots=True)
class Life:
    """What a life was like, when the two agreed in all of it."""

    steps: int = 0
    ended: bool = False
    stuck: bool = False
    deeds: Counter[str] = field(default_factory=Counter)


def _shown(rest: Rest) -> str:
    return (
        ", ".join(f"{node} {state}" + (f" x{count}" if count > 1 else "") for (node, state), count in rest) or "ended"
    )


def _failed(failure: StepFailed) -> Rest:
    return (((failure.node_id, f"failed {failure.cause}"), 1),)


class Duel:
    """The engine is reloaded and compacted by chance; every choice is made anew for every step."""

    def __init__(self, model: Model, life: int, definition: CompiledDefinition | None = None) -> None:
        self.model, self.life = model, life
        self.random = Random(f"{model.seed}/{life}")  # noqa: S311
        self.nodes: Mapping[str, Node] = {node.id: node for scope in model.root.walk() for node in scope.nodes}
        self.names = variables(model.root)
        self.keepers = frozenset(_keeping(model.root))
        self.compared = frozenset(_public(model.root))
        self.data: frozenset[str] = frozenset()
        self.definition = definition or compiled(model)
        self.path: list[str] = []

    def live(self) -> Life | Difference:
        """The whole life, or the first difference."""
        life = Life()
        values = self._values()
        self.path.append(f"start {_true(values)}")
        try:
            beliefs = begin(self.model.root, values, with_data=True)
        except Livelock:
            return life
        workflow = Workflow.start(self.definition, variables=values, at=AT, seed=SEED)
        while True:
            workflow, seen = self._advance(workflow)
            standing = [marking for marking in beliefs if _rest_of(marking) == seen]
            agreeing = [marking for marking in standing if seen == STUCK or self._data_of(marking) == self.data]
            if standing and not agreeing:
                return self._other_data(standing)
            if not agreeing:
                return self._parted(seen, beliefs)
            life.ended, life.stuck = seen == ENDED, seen == STUCK
            crowd = sum(count for _, count in seen)
            if life.ended or life.stuck or life.steps >= STEPS or crowd > CROWD or len(agreeing) > BELIEFS:
                return life
            life.steps += 1
            deed, token = self._choose(workflow)
            life.deeds[deed.verb] += 1
            values = self._values()
            self.path.append(f"{deed} {_true(values)}")
            try:
                beliefs = self._follow(agreeing, deed, values)
            except Livelock:
                return life
            try:
                workflow.set_variables(values)
                self._do(workflow, deed, token)
            except StepFailed as failed:
                return self._parted(_failed(failed), beliefs)

    def _parted(self, engine: Rest, beliefs: Sequence[Running]) -> Difference:
        oracle = tuple(sorted({_rest_of(marking) for marking in beliefs}))
        return Difference(model=self.model, life=self.life, path=tuple(self.path), engine=engine, oracle=oracle)

    def _data_of(self, marking: Running) -> frozenset[str]:
        return self.compared & (marking.data or set())

    def _other_data(self, standing: Sequence[Running]) -> Difference:
        """The tokens stand as they should; the data differ. Told like places that the other side does not have."""
        shown = {_as_rest(self._data_of(marking)) for marking in standing}
        return Difference(
            model=self.model, life=self.life, path=tuple(self.path), engine=_as_rest(self.data), oracle=tuple(shown)
        )

    def _advance(self, workflow: Workflow) -> tuple[Workflow, Rest]:
        try:
            advance = workflow.advance()
        except StepFailed as failed:
            return workflow, STUCK if failed.cause == "stuck" else _failed(failed)
        leaked = {name for name in advance.variables if name.startswith("own_")}  # these belong inside
        self.data = frozenset(self.compared.intersection(advance.variables) | leaked)
        if advance.ended:
            return workflow, ENDED
        if self.random.random() < 0.7:
            self.path.append("  reloaded")
            definition = replace(self.definition, compaction=self.random.random() < 0.5)
            workflow = Workflow.load(definition, advance.state, at=AT, seed=SEED)
        seen = Counter((node, state) for _, node, state in workflow.open_tokens())
        return workflow, tuple(sorted(seen.items()))

    def _values(self) -> dict[str, bool]:
        return {name: self.random.random() < 0.4 for name in self.names}

    def _follow(self, beliefs: Sequence[Running], deed: Deed, values: Mapping[str, bool]) -> list[Running]:
        found = {rest.key: rest for marking in beliefs for rest in results(marking, deed, values.__getitem__)}
        return list(found.values())

    def _choose(self, workflow: Workflow) -> tuple[Deed, Token]:
        weighed = [
            (weight, deed, token)
            for token, node, state in workflow.open_tokens()
            for weight, deed in self._deeds(self.nodes[node], state)
        ]
        ((_, deed, token),) = self.random.choices(weighed, [weight for weight, _, _ in weighed])
        return deed, token

    def _deeds(self, node: Node, state: str) -> list[tuple[float, Deed]]:
        match node.kind, state, node.event:
            case ("undo", "ready", _):
                return [(4, Deed("complete", node.id))]
            case ("task", "ready", _):
                return [(4, Deed("complete", node.id)), (0.2, Deed("cancel", node.id))]
            case ("service", "started", _):
                codes = [
                    other.name or "E1"
                    for other in self.nodes.values()
                    if other.host == node.id and other.kind == "boundary"
                ]
                return [(3, Deed("finish", node.id)), *((1.5, Deed("fail", node.id, code)) for code in codes)]
            case ("sub" | "handler", "started", _):
                return [(0.1, Deed("cancel", node.id))]
            case (_, "waiting", "timer"):
                return [(1, Deed("fire", node.id))]
            case (_, "waiting", "message"):
                return [(1, Deed("message", node.id))]
            case (_, "waiting", "signal"):
                return [(1, Deed("signal", node.name))]
        return []

    def _set_by(self, node: str) -> dict[str, object]:
        return {f"v_{node}": 1} | ({f"own_{node}": 1} if node in self.keepers else {})

    def _do(self, workflow: Workflow, deed: Deed, token: Token) -> None:
        match deed.verb:
            case "complete":
                workflow.complete(token, self._set_by(deed.node))
            case "finish":
                workflow.finish_service(token, self._set_by(deed.node))
            case "fail":
                workflow.fail_service(token, deed.code)
            case "cancel":
                workflow.moves().call_off(token)
            case "fire":
                assert workflow.fire_timer(token)
            case "message":
                assert workflow.message(self.nodes[deed.node].name, {})
            case "signal":
                assert workflow.signal(deed.node, {})


def _keeping(scope: Scope, inside: bool = False) -> Iterator[str]:
    """Nodes that stand in a sub-process with data objects of its own."""
    for node in scope.nodes:
        if inside and node.kind in SETTING:
            yield node.id
        if node.inside is not None:
            yield from _keeping(node.inside, not node.called)


def _public(scope: Scope) -> Iterator[str]:
    """Variables that everybody sees at once: what instances and handlers do is theirs until they are complete."""
    for node in scope.nodes:
        if node.kind in SETTING:
            yield from (f"v_{node.id}", f"out_{node.id}")
        hidden = isinstance(node.repeated, Many) or node.event == "compensate"
        if node.inside is not None and not hidden:
            yield from _public(node.inside)


def _as_rest(data: frozenset[str]) -> Rest:
    return tuple(((name, "set"), 1) for name in sorted(data))


def compiled(model: Model) -> CompiledDefinition:
    definition = compile_definition({"p.bpmn": to_bpmn(model)}, "p")
    return replace(definition, script_engine=TinyScriptEngine())


def _rest_of(marking: Running) -> Rest:
    """As the engine would tell it."""
    if marking.is_empty:
        return ENDED
    waits = any(True for _ in possible(marking))
    return marking.rest() if waits else STUCK


def _true(values: Mapping[str, bool]) -> str:
    return " ".join(name for name, value in values.items() if value)


def lives(model: Model, count: int) -> Life | Difference:
    """Several lives of one model: the first difference, or the last life with the deeds of all."""
    definition = compiled(model)
    total = Life()
    for number in range(count):
        found = Duel(model, number, definition).live()
        if isinstance(found, Difference):
            return found
        total.steps += found.steps
        total.ended, total.stuck = total.ended or found.ended, total.stuck or found.stuck
        total.deeds += found.deeds
    return total
