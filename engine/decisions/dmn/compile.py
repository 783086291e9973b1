"""From boxed expressions to functions that run, with every mistake in them told by decision, row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.decisions.dmn.errors import Mistake
from engine.decisions.dmn.model import (
    Boxed,
    Conditional,
    ContextExpression,
    DecisionTable,
    FilterExpression,
    FunctionExpression,
    Invocation,
    IteratorExpression,
    ListExpression,
    LiteralExpression,
    Relation,
    Rule,
)
from engine.decisions.dmn.tables import RunningRule, RunningTable
from engine.decisions.dmn.types import Types
from engine.decisions.feel import FeelSyntaxError, Function, UnaryTests, parse, parse_unary_tests, tree
from engine.decisions.feel.calls import invoke
from engine.decisions.feel.compile import filtered
from engine.decisions.feel.loops import compile_for, compile_quantified
from engine.decisions.feel.run import Compiled, Frame, Run
from engine.decisions.feel.values import Value


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands, for a message."""

    decision: str
    zh: str = ""
    en: str = ""
    column: int = 0  #: of a cell, from 1 over conditions and then results

    def at(self, zh: str, en: str) -> Place:
        return replace(self, zh=f"{self.zh} {zh}".strip(), en=f"{self.en} {en}".strip())


@dataclass(slots=True)
class BoxedCompiler:
    """Compiles the expressions of one model. `mistakes` grows."""

    types: Types
    mistakes: list[Mistake] = field(default_factory=list)

    def compiled(self, boxed: Boxed, names: frozenset[str], place: Place) -> Compiled:
        """names: what the expression may use."""
        compilers: Mapping[type, Callable[[Any, frozenset[str], Place], Compiled]] = {
            LiteralExpression: self._literal,
            DecisionTable: self._table,
            ContextExpression: self._context,
            Relation: self._relation,
            ListExpression: self._list,
            Invocation: self._invocation,
            FunctionExpression: self._function,
            Conditional: self._conditional,
            FilterExpression: self._filter,
            IteratorExpression: self._iterator,
        }
        return compilers[type(boxed)](boxed, names, place)

    # ---- FEEL ----

    def feel(self, text: str, names: frozenset[str], place: Place, element_id: str = "") -> Compiled:
        """An expression; a mistake is kept, and null stands in for it. No text is null too."""
        if not text.strip():
            return _null
        try:
            return parse(text, names, self.types.feel_types() if self.types.declared else {}).within
        except FeelSyntaxError as error:
            self._mistake("DMN-10", error, place, element_id)
            return _null

    def tests(self, text: str, names: frozenset[str], place: Place, element_id: str = "") -> UnaryTests | None:
        """Unary tests; None for a dash or nothing."""
        if text.strip() in {"", "-"}:
            return None
        try:
            return parse_unary_tests(text, names)
        except FeelSyntaxError as error:
            self._mistake("DMN-10", error, place, element_id)
            return None

    def _mistake(self, rule: str, error: FeelSyntaxError, place: Place, element_id: str) -> None:
        self.mistakes.append(
            Mistake(
                rule=rule,
                element_id=element_id,
                column=place.column,
                place_zh=f"{place.decision} {place.zh}".strip(),
                place_en=f"{place.decision} {place.en}".strip(),
                zh=error.zh,
                en=error.en,
            )
        )

    def _literal(self, boxed: LiteralExpression, names: frozenset[str], place: Place) -> Compiled:
        return self.feel(boxed.text, names, place, boxed.id)

    # ---- tables ----

    def _table(self, table: DecisionTable, names: frozenset[str], place: Place) -> Compiled:
        rules = [rule for rule in table.rules if self._has_all_cells(table, rule, place)]
        running = RunningTable(
            decision=place.decision,
            table=table,
            inputs=tuple(
                self.feel(one.expression, names, place.at(f"输入“{one.label}”", f'input "{one.label}"'), one.id)
                for one in table.inputs
            ),
            allowed_inputs=tuple(self._allowed(one.allowed, one.label, names, place, one.id) for one in table.inputs),
            allowed_outputs=tuple(
                self._allowed(one.allowed, one.label or one.name, names, place, one.id) for one in table.outputs
            ),
            rules=tuple(self._rule(table, rule, names, place) for rule in rules),
            priorities=tuple(self._priorities(one.allowed, names, place) for one in table.outputs),
            defaults=tuple(
                self.feel(one.default, names, place.at("默认结果", "default"), one.id) if one.default else None
                for one in table.outputs
            ),
        )
        return running.evaluate

    def _has_all_cells(self, table: DecisionTable, rule: Rule, place: Place) -> bool:
        if (len(rule.inputs), len(rule.outputs)) == (len(table.inputs), len(table.outputs)):
            return True
        here = place.at(f"第 {rule.number} 行", f"row {rule.number}")
        self.mistakes.append(
            Mistake(
                rule="DMN-09",
                element_id=rule.id,
                place_zh=f"{here.decision} {here.zh}",
                place_en=f"{here.decision} {here.en}",
                zh=f"应有 {len(table.inputs)} 个条件和 {len(table.outputs)} 个结果",
                en=f"{len(table.inputs)} conditions and {len(table.outputs)} results are needed",
            )
        )
        return False

    def _allowed(
        self, text: str, label: str, names: frozenset[str], place: Place, element_id: str
    ) -> UnaryTests | None:
        return self.tests(text, names, place.at(f"“{label}”的可取值", f'allowed values of "{label}"'), element_id)

    def _rule(self, table: DecisionTable, rule: Rule, names: frozenset[str], place: Place) -> RunningRule:
        def cell(label: str, column: int) -> Place:
            here = place.at(f"第 {rule.number} 行“{label}”", f'row {rule.number}, "{label}"')
            return replace(here, column=column)

        with_input = names | {"?"}
        return RunningRule(
            rule=rule,
            tests=tuple(
                self.tests(text, with_input, cell(clause.label, column), rule.id)
                for column, (clause, text) in enumerate(zip(table.inputs, rule.inputs, strict=True), 1)
            ),
            outputs=tuple(
                self.feel(text, names, cell(clause.label or clause.name or place.decision, column), rule.id)
                for column, (clause, text) in enumerate(
                    zip(table.outputs, rule.outputs, strict=True), len(table.inputs) + 1
                )
            ),
        )

    def _priorities(self, allowed: str, names: frozenset[str], place: Place) -> tuple[Compiled, ...]:
        """The allowed values of an output one by one, the first has priority."""
        if not allowed.strip():
            return ()
        found = self.feel(f"[{allowed}]", names, place) if self._is_list(allowed, names) else _null
        listed = found(Frame({}, Run()))
        values = listed if isinstance(listed, list) else []
        return tuple(_constant(value) for value in values)

    @staticmethod
    def _is_list(allowed: str, names: frozenset[str]) -> bool:
        """Ranges and comparisons have no order of their own."""
        try:
            return isinstance(parse(f"[{allowed}]", names).tree, tree.ListOf)
        except FeelSyntaxError:
            return False

    # ---- the others ----

    def _context(self, boxed: ContextExpression, names: frozenset[str], place: Place) -> Compiled:
        entries = []
        for number, entry in enumerate(boxed.entries, 1):
            label = entry.name or str(number)
            inside = place.at(f"“{label}”", f'"{label}"')
            entries.append((entry.name, entry.type, self.compiled(entry.expression, names, inside)))
            names |= {entry.name} if entry.name else set()
        checked = self.types.checked

        def evaluate(frame: Frame) -> Value:
            found: dict[str, Value] = {}
            inner = frame.inside(found)
            for name, kind, expression in entries:
                value = checked(inner, expression(inner), kind)
                if not name:
                    return value
                found[name] = value
            return found

        return evaluate

    def _relation(self, boxed: Relation, names: frozenset[str], place: Place) -> Compiled:
        rows = [
            tuple(
                (column, self.compiled(cell, names, place.at(f"第 {number} 行“{column}”", f'row {number}, "{column}"')))
                for column, cell in zip(boxed.columns, row, strict=False)
            )
            for number, row in enumerate(boxed.rows, 1)
        ]
        return lambda frame: [{column: cell(frame) for column, cell in row} for row in rows]

    def _list(self, boxed: ListExpression, names: frozenset[str], place: Place) -> Compiled:
        items = [
            self.compiled(item, names, place.at(f"第 {number} 项", f"item {number}"))
            for number, item in enumerate(boxed.items, 1)
        ]
        return lambda frame: [item(frame) for item in items]

    def _invocation(self, boxed: Invocation, names: frozenset[str], place: Place) -> Compiled:
        function = self.feel(boxed.function, names, place, boxed.id)
        bindings = {
            name: self.compiled(one, names, place.at(f"参数“{name}”", f'argument "{name}"'))
            for name, one in boxed.bindings.items()
        }

        def evaluate(frame: Frame) -> Value:
            called = function(frame)
            if not isinstance(called, Function) or not bindings.keys() <= set(called.parameters):
                frame.run.note(f"不能这样调用“{boxed.function}”", f'"{boxed.function}" cannot be called so')
                return None
            return invoke(frame, called, [bindings[n](frame) if n in bindings else None for n in called.parameters])

        return evaluate

    def _function(self, boxed: FunctionExpression, names: frozenset[str], place: Place) -> Compiled:
        call = self.function_body(boxed, names, place)
        parameters = tuple(parameter.name for parameter in boxed.parameters)

        def evaluate(frame: Frame) -> Value:
            return Function("function", parameters, lambda caller, _at, *values: call(caller, frame, values))

        return evaluate

    def function_body(
        self, boxed: FunctionExpression, names: frozenset[str], place: Place
    ) -> Callable[[Frame, Frame, Iterable[Value]], Value]:
        """A function of (frame of the caller, frame in which it was defined, arguments)."""
        parameters = boxed.parameters
        inner_names = names | {parameter.name for parameter in parameters}
        body = self.compiled(boxed.body, inner_names, place) if boxed.body is not None else None
        checked = self.types.checked

        def call(caller: Frame, home: Frame, values: Iterable[Value]) -> Value:
            if body is None or boxed.kind != "FEEL":
                caller.run.note("不运行外部函数", "external functions are not run")
                return None
            taken: dict[str, Value] = {}
            inner = Frame(taken, caller.run, home)
            for parameter, value in zip(parameters, values, strict=True):
                taken[parameter.name] = checked(inner, value, parameter.type)
            return body(inner)

        return call

    def _conditional(self, boxed: Conditional, names: frozenset[str], place: Place) -> Compiled:
        condition = self.compiled(boxed.condition, names, place.at("条件", "condition"))
        then = self.compiled(boxed.then, names, place.at("成立时", "then"))
        otherwise = self.compiled(boxed.otherwise, names, place.at("不成立时", "else"))
        return lambda frame: then(frame) if condition(frame) is True else otherwise(frame)

    def _filter(self, boxed: FilterExpression, names: frozenset[str], place: Place) -> Compiled:
        source = self.compiled(boxed.source, names, place)
        return filtered(source, self.compiled(boxed.match, names | {"item"}, place), by_index=False, at=-1)

    def _iterator(self, boxed: IteratorExpression, names: frozenset[str], place: Place) -> Compiled:
        source = self.compiled(boxed.source, names, place)
        body = self.compiled(boxed.body, names | {boxed.variable, "partial"}, place)
        # The loops of the language do the rounds; these two nodes only carry what is compiled already.
        parts: Mapping[int, Compiled] = {0: source, 1: body}
        domain, inside = tree.Literal(0, None), tree.Literal(1, None)
        iterators = (tree.Iterator(-1, boxed.variable, domain),)

        def known(node: tree.Node) -> Compiled:
            return parts[node.at]

        if boxed.word == "for":
            return compile_for(tree.For(-1, iterators, inside), known)
        return compile_quantified(tree.Quantified(-1, boxed.word, iterators, inside), known)


def _null(_: Frame) -> Value:
    return None


def _constant(value: Value) -> Compiled:
    return lambda _: value
