"""A model that runs: decisions ask those that they require, each once, and services and knowledge are functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from engine.decisions.dmn.compile import BoxedCompiler, Place
from engine.decisions.dmn.errors import Mistake, ModelRejected
from engine.decisions.dmn.model import Decision, Definitions, Knowledge, Service
from engine.decisions.dmn.running import ModelRun, Result
from engine.decisions.dmn.types import Declared, Types
from engine.decisions.feel import FeelLimitExceeded, Function
from engine.decisions.feel.builtins import BUILTINS
from engine.decisions.feel.run import Compiled, Frame
from engine.decisions.feel.temporal import DateTime
from engine.decisions.feel.values import Value


class UnknownDecision(KeyError):
    """The model has no decision or service of this name or id."""


class Model:
    """One model, compiled. Immutable; shared by all threads.

    imported: models by namespace. Raises ModelRejected with every mistake in every expression.
    """

    def __init__(self, definitions: Definitions, imported: Mapping[str, Model] | None = None) -> None:
        self.definitions = definitions
        self._imported = {one.name: _imported(one.namespace, imported or {}) for one in definitions.imports}
        self.types = Types(definitions.items, _imported_types(self._imported))
        compiler = BoxedCompiler(self.types)
        names = self._all_names()
        self._decisions = {one.name: self._compiled(compiler, one, names) for one in definitions.decisions.values()}
        self._bodies = {
            one.name: compiler.function_body(one.function, names, Place(one.name))
            for one in definitions.knowledge.values()
        }
        mistakes = [*self.types.mistakes, *compiler.mistakes, *_cycles(definitions)]
        if mistakes:
            raise ModelRejected(mistakes)

    def decide(self, key: str, inputs: Mapping[str, Value], *, now: DateTime | None = None) -> Result:
        """The value of a decision or service, by name or id. `inputs` may hold more than is asked for.

        Raises UnknownDecision, FeelLimitExceeded.
        """
        run = ModelRun(now)
        frame = Frame(BUILTINS, run)
        evaluation = _Evaluation(self, frame, inputs)
        try:
            value = self._asked(key, evaluation)
        except RecursionError:
            raise FeelLimitExceeded("模型嵌套过深", "the model is nested too deep") from None
        return Result(
            value=value,
            tables=tuple(run.tables),
            decisions=dict(run.decisions),
            notes=tuple(run.notes),
            steps=run.steps,
        )

    def _asked(self, key: str, evaluation: _Evaluation) -> Value:
        decision = self.definitions.decision(key)
        if decision is not None:
            return evaluation.decision(decision.name)
        services = self.definitions.services.values()
        service = next((one for one in services if key in {one.name, one.id}), None)
        if service is None:
            raise UnknownDecision(key)
        return evaluation.service(service)

    def _all_names(self) -> frozenset[str]:
        """Every name that an expression of the model may meet: longest names are known before their parts."""
        found = self.definitions
        own = (*found.inputs, *found.decisions, *found.knowledge, *found.services, *self._imported)
        foreign = (name for model in self._imported.values() for name in model.names)
        return frozenset((*own, *foreign, *_component_names(self.types.declared.values())))

    @property
    def names(self) -> frozenset[str]:
        found = self.definitions
        return frozenset((*found.inputs, *found.decisions, *found.knowledge, *found.services))

    @staticmethod
    def _compiled(compiler: BoxedCompiler, one: Decision, names: frozenset[str]) -> Compiled | None:
        return compiler.compiled(one.expression, names, Place(one.name)) if one.expression is not None else None

    def logic_of(self, name: str) -> Compiled | None:
        return self._decisions.get(name)

    def body_of(self, name: str) -> Callable[[Frame, Frame, Iterable[Value]], Value]:
        return self._bodies[name]

    def imported(self, prefix: str) -> Model | None:
        return self._imported.get(prefix)

    @property
    def prefixes(self) -> Iterable[str]:
        return self._imported


class _Evaluation:
    """One question to one model. Decisions are kept: each is evaluated once."""

    def __init__(self, model: Model, frame: Frame, inputs: Mapping[str, Value]) -> None:
        self._model = model
        self._frame = frame
        self._inputs = inputs
        self._known: dict[str, Value] = {}
        self._others: dict[str, _Evaluation] = {}

    def decision(self, name: str) -> Value:
        if name in self._known:
            return self._known[name]
        if name in self._inputs and name not in self._model.definitions.inputs:
            return self._inputs[name]  # a decision that whoever asks has made already
        decision, logic = self._model.definitions.decisions[name], self._model.logic_of(name)
        scope = self._frame.inside(self._scope(decision))
        value = logic(scope) if logic is not None else None
        value = self._model.types.checked(scope, value, decision.type)
        self._known[name] = value
        if isinstance(self._frame.run, ModelRun):
            self._frame.run.decisions[name] = value
        return value

    def service(self, service: Service) -> Value:
        found = {name: self.decision(name) for name in service.outputs}
        value = next(iter(found.values())) if len(found) == 1 else dict(found)
        return self._model.types.checked(self._frame, value, service.type)

    def _scope(self, decision: Decision) -> dict[str, Value]:
        # Whoever draws no requirements, as other engines do, means everything that is known.
        found: dict[str, Value] = {} if decision.inputs or decision.decisions else dict(self._inputs)
        found |= {name: self._input(name) for name in decision.inputs if "#" not in name}
        found |= {name: self.decision(name) for name in decision.decisions if "#" not in name}
        found |= self._functions(decision.knowledge)
        for prefix in self._model.prefixes:
            found[prefix] = self._foreign(prefix, (*decision.inputs, *decision.decisions, *decision.knowledge))
        return found

    def _input(self, name: str) -> Value:
        declared = self._model.definitions.inputs.get(name)
        if name not in self._inputs:
            self._frame.run.note(f"缺少输入“{name}”", f'the input "{name}" is missing')
            return None
        return self._model.types.checked(self._frame, self._inputs[name], declared.type if declared else "")

    def _functions(self, names: Iterable[str]) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name in names:
            knowledge = self._model.definitions.knowledge.get(name)
            service = self._model.definitions.services.get(name)
            if knowledge is not None:
                found[name] = self._of_knowledge(knowledge)
            elif service is not None:
                found[name] = self._of_service(service)
        return found

    def _of_knowledge(self, knowledge: Knowledge) -> Function:
        home: Frame | None = None
        body = self._model.body_of(knowledge.name)

        def call(caller: Frame, _at: int, *values: Value) -> Value:
            nonlocal home
            if home is None:  # what it requires is looked up when it is first called: it may require itself
                home = self._frame.inside(self._functions((knowledge.name, *knowledge.knowledge)))
            return self._model.types.checked(caller, body(caller, home, values), knowledge.type)

        return Function(knowledge.name, tuple(one.name for one in knowledge.function.parameters), call)

    def _of_service(self, service: Service) -> Function:
        parameters = (*service.inputs, *service.input_decisions)

        def call(caller: Frame, _at: int, *values: Value) -> Value:
            inputs = dict(zip(parameters, values, strict=True))
            return _Evaluation(self._model, Frame(BUILTINS, caller.run), inputs).service(service)

        return Function(service.name, parameters, call)

    def _foreign(self, prefix: str, references: Iterable[str]) -> dict[str, Value]:
        """What is required of an imported model, as a context under its prefix."""
        model = self._model.imported(prefix)
        if model is None:
            return {}
        other = self._others.setdefault(prefix, _Evaluation(model, self._frame, self._nested_inputs(prefix)))
        found: dict[str, Value] = {}
        for reference in references:
            namespace, _, target = reference.partition("#")
            if namespace == model.definitions.namespace:
                found |= other.provided(target)
        return found

    def _nested_inputs(self, prefix: str) -> Mapping[str, Value]:
        nested = self._inputs.get(prefix)
        return {**self._inputs, **nested} if isinstance(nested, dict) else self._inputs

    def provided(self, target: str) -> dict[str, Value]:
        """The element with the id `target`, by name."""
        definitions = self._model.definitions
        makers: tuple[tuple[Mapping[str, object], Callable[[str], Value]], ...] = (
            (definitions.decisions, self.decision),
            (definitions.inputs, self._input),
            (definitions.knowledge, partial(self._function)),
            (definitions.services, partial(self._function)),
        )
        for elements, make in makers:
            for name, element in elements.items():
                if getattr(element, "id", "") == target:
                    return {name: make(name)}
        return {}

    def _function(self, name: str) -> Value:
        return self._functions((name,)).get(name)


def _imported(namespace: str, imported: Mapping[str, Model]) -> Model:
    if namespace not in imported:
        zh, en = f"没有找到导入的模型“{namespace}”", f'the imported model "{namespace}" is not there'
        raise ModelRejected([Mistake(rule="DMN-08", element_id="", zh=zh, en=en)])
    return imported[namespace]


def _imported_types(imported: Mapping[str, Model]) -> dict[str, Declared]:
    return {
        f"{prefix}.{name}": declared
        for prefix, model in imported.items()
        for name, declared in model.types.declared.items()
    }


def _component_names(declared: Iterable[Declared]) -> Iterable[str]:
    for one in declared:
        for name, component in (one.components or {}).items():
            yield name
            yield from _component_names([component])


def _cycles(definitions: Definitions) -> Iterable[Mistake]:
    """Decisions that require themselves, however far around."""
    done: set[str] = set()
    for start in definitions.decisions:
        path: list[str] = []
        yield from _walk(definitions, start, path, done)


def _walk(definitions: Definitions, name: str, path: list[str], done: set[str]) -> Iterable[Mistake]:
    if name in path:
        shown = " → ".join((*path[path.index(name) :], name))
        yield Mistake(
            rule="DMN-12",
            element_id=definitions.decisions[name].id,
            zh=f"决策互相依赖成环：{shown}",
            en=f"decisions require each other in a circle: {shown}",
        )
        return
    if name in done or name not in definitions.decisions:
        return
    done.add(name)
    path.append(name)
    for needed in definitions.decisions[name].decisions:
        yield from _walk(definitions, needed, path, done)
    path.pop()
