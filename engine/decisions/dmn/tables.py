"""Decision tables: which rules match, and what that gives under each hit policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from engine.decisions.dmn.model import Aggregation, DecisionTable, Rule
from engine.decisions.dmn.running import ModelRun, TableTrace
from engine.decisions.feel import UnaryTests
from engine.decisions.feel.arithmetic import add
from engine.decisions.feel.run import Compiled, Frame
from engine.decisions.feel.values import Value, compare, equal


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningRule:
    rule: Rule
    tests: tuple[UnaryTests | None, ...]  #: None: a dash, which everything passes
    outputs: tuple[Compiled, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTable:
    """A decision table that runs. priorities: of each output, its allowed values from first to last."""

    decision: str
    table: DecisionTable
    inputs: tuple[Compiled, ...]
    allowed_inputs: tuple[UnaryTests | None, ...]
    allowed_outputs: tuple[UnaryTests | None, ...]
    rules: tuple[RunningRule, ...]
    priorities: tuple[tuple[Compiled, ...], ...]
    defaults: tuple[Compiled | None, ...]

    def evaluate(self, frame: Frame) -> Value:
        values = [one(frame) for one in self.inputs]
        if not self._are_allowed(frame, values):
            return self._told(frame, values, (), None)
        matching = [rule for rule in self.rules if _matches(rule, frame, values)]
        frame.run.step(len(self.rules))
        if not matching:
            return self._told(frame, values, (), self._without_match(frame))
        hits = [_Hit(rule.rule, self._output(frame, rule)) for rule in matching]
        decided, value = _POLICIES[self.table.hit_policy](self, frame, hits)
        return self._told(frame, values, decided, value)

    def _are_allowed(self, frame: Frame, values: Sequence[Value]) -> bool:
        for clause, allowed, value in zip(self.table.inputs, self.allowed_inputs, values, strict=True):
            if allowed is not None and value is not None and allowed.within(frame, value) is not True:
                frame.run.note(f"“{clause.label}”的值不在可取值之内", f'the value of "{clause.label}" is not allowed')
                return False
        return True

    def _output(self, frame: Frame, rule: RunningRule) -> tuple[Value, ...]:
        found = []
        for clause, allowed, output in zip(self.table.outputs, self.allowed_outputs, rule.outputs, strict=True):
            value = output(frame)
            if allowed is not None and value is not None and not _is_among(frame, allowed, value):
                name = clause.label or clause.name or self.decision
                frame.run.note(
                    f"规则 {rule.rule.number}：“{name}”的结果不在可取值之内",
                    f'rule {rule.rule.number}: the value of "{name}" is not allowed',
                )
                value = None
            found.append(value)
        return tuple(found)

    def _without_match(self, frame: Frame) -> Value:
        if any(default is not None for default in self.defaults):
            values = [default(frame) if default is not None else None for default in self.defaults]
            value = self.shaped(values)
            return [value] if self._gives_list() else value
        if self.table.hit_policy == "COLLECT" and self.table.aggregation == "COUNT":
            return Decimal(0)
        return [] if self._gives_list() else None

    def _gives_list(self) -> bool:
        policy = self.table.hit_policy
        return policy in {"RULE ORDER", "OUTPUT ORDER"} or (policy == "COLLECT" and not self.table.aggregation)

    def shaped(self, values: Sequence[Value]) -> Value:
        """The outputs of one rule as a value: one alone as it is, several by name."""
        if len(values) == 1:
            return values[0]
        return {clause.name: value for clause, value in zip(self.table.outputs, values, strict=True)}

    def ranks(self, frame: Frame) -> tuple[list[Value], ...]:
        return tuple([value(frame) for value in values] for values in self.priorities)

    def _told(self, frame: Frame, values: Sequence[Value], decided: Sequence[Rule], value: Value) -> Value:
        if isinstance(frame.run, ModelRun):
            labels = [clause.label for clause in self.table.inputs]
            frame.run.tables.append(
                TableTrace(
                    decision=self.decision,
                    table_id=self.table.id,
                    inputs=tuple(zip(labels, values, strict=True)),
                    matched=tuple(rule.number for rule in decided),
                    rule_ids=tuple(rule.id for rule in decided),
                    value=value,
                    annotations=tuple(rule.annotations for rule in decided),
                )
            )
        return value


@dataclass(frozen=True, slots=True)
class _Hit:
    rule: Rule
    values: tuple[Value, ...]


_Decided = tuple[Sequence[Rule], Value]


def _is_among(frame: Frame, allowed: UnaryTests, value: Value) -> bool:
    """Allowed outputs are told one by one also where the output is a list of them."""
    if isinstance(value, list) and allowed.within(frame, value) is not True:
        return all(allowed.within(frame, item) is True for item in value)
    return allowed.within(frame, value) is True


def _matches(rule: RunningRule, frame: Frame, values: Sequence[Value]) -> bool:
    for test, value in zip(rule.tests, values, strict=True):
        if test is not None and test.within(frame, value) is not True:
            return False
    return True


def _numbers(hits: Sequence[_Hit]) -> str:
    return ", ".join(str(hit.rule.number) for hit in hits)


def _unique(table: RunningTable, frame: Frame, hits: Sequence[_Hit]) -> _Decided:
    if len(hits) > 1:
        numbers = _numbers(hits)
        frame.run.note(f"唯一命中的表中有多条规则同时满足：{numbers}", f"more than one rule matches: {numbers}")
        return [hit.rule for hit in hits], None
    return [hits[0].rule], table.shaped(hits[0].values)


def _any(table: RunningTable, frame: Frame, hits: Sequence[_Hit]) -> _Decided:
    first = hits[0]
    if any(equal(list(hit.values), list(first.values)) is not True for hit in hits):
        numbers = _numbers(hits)
        frame.run.note(f"同时满足的规则结果不一致：{numbers}", f"rules that match disagree: {numbers}")
        return [hit.rule for hit in hits], None
    return [hit.rule for hit in hits], table.shaped(first.values)


def _first(table: RunningTable, _: Frame, hits: Sequence[_Hit]) -> _Decided:
    return [hits[0].rule], table.shaped(hits[0].values)


def _in_rule_order(table: RunningTable, _: Frame, hits: Sequence[_Hit]) -> _Decided:
    return [hit.rule for hit in hits], [table.shaped(hit.values) for hit in hits]


def _priority(table: RunningTable, frame: Frame, hits: Sequence[_Hit]) -> _Decided:
    best = _by_priority(table, frame, hits)[0]
    return [best.rule], table.shaped(best.values)


def _in_output_order(table: RunningTable, frame: Frame, hits: Sequence[_Hit]) -> _Decided:
    return _in_rule_order(table, frame, _by_priority(table, frame, hits))


def _by_priority(table: RunningTable, frame: Frame, hits: Sequence[_Hit]) -> list[_Hit]:
    """By the order in which the allowed values of the outputs are told, the first output first; else as drawn."""
    ranks = table.ranks(frame)

    def key(hit: _Hit) -> tuple[int, ...]:
        return tuple(_rank(values, value) for values, value in zip(ranks, hit.values, strict=True))

    return sorted(hits, key=key)


def _rank(values: Sequence[Value], value: Value) -> int:
    return next((place for place, one in enumerate(values) if equal(one, value) is True), len(values))


def _collect(table: RunningTable, frame: Frame, hits: Sequence[_Hit]) -> _Decided:
    rules = [hit.rule for hit in hits]
    aggregation = table.table.aggregation
    if not aggregation:
        return _in_rule_order(table, frame, hits)
    if aggregation == "COUNT":
        return rules, Decimal(len(hits))
    if len(table.table.outputs) != 1:
        frame.run.note("汇总只能用于一个结果列", "only one output can be added up")
        return rules, None
    return rules, _aggregated(frame, aggregation, [hit.values[0] for hit in hits])


def _aggregated(frame: Frame, aggregation: Aggregation, values: Sequence[Value]) -> Value:
    if aggregation == "SUM":
        found = reduce(add, values)
    else:
        found = reduce(lambda left, right: _extreme(aggregation, left, right), values)
    if found is None:
        frame.run.note("结果不能汇总", "the outputs cannot be added up or compared")
    return found


def _extreme(aggregation: Aggregation, left: Value, right: Value) -> Value:
    order = compare(left, right)
    if order is None:
        return None
    return left if (order < 0) == (aggregation == "MIN") else right


_POLICIES: Mapping[str, Callable[[RunningTable, Frame, Sequence[_Hit]], _Decided]] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "PRIORITY": _priority,
    "FIRST": _first,
    "RULE ORDER": _in_rule_order,
    "OUTPUT ORDER": _in_output_order,
    "COLLECT": _collect,
}
