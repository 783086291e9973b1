"""A script engine for tests: it walks the syntax tree of small expressions and assignments."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Mod: operator.mod,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {"len": len, "str": str, "int": int, "sum": sum}


class TinyScriptEngine:
    """Same face as engine.workflow.scripting.ScriptEngine, for names, literals, comparisons, arithmetic and `=`."""

    def __init__(self) -> None:
        self._trees: dict[str, ast.Module] = {}

    def evaluate(self, task: Any, expression: str, external_context: Mapping[str, Any] | None = None) -> Any:
        (statement,) = self._parse(expression).body
        assert isinstance(statement, ast.Expr)
        return _value(statement.value, {**(external_context or {}), **task.data})

    def execute(self, task: Any, script: str, external_context: Mapping[str, Any] | None = None) -> bool:
        for statement in self._parse(script).body:
            assert isinstance(statement, ast.Assign)
            (target,) = statement.targets
            assert isinstance(target, ast.Name)
            task.data[target.id] = _value(statement.value, {**(external_context or {}), **task.data})
        return True

    def _parse(self, source: str) -> ast.Module:
        if source not in self._trees:
            self._trees[source] = ast.parse(source.strip())
        return self._trees[source]


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            if node.id not in names:
                raise NameError(node.id)
            return names[node.id]
        case ast.List():
            return [_value(item, names) for item in node.elts]
        case ast.BinOp():
            return _OPERATORS[type(node.op)](_value(node.left, names), _value(node.right, names))
        case ast.UnaryOp(op=ast.Not()):
            return not _value(node.operand, names)
        case ast.Compare():
            return _OPERATORS[type(node.ops[0])](_value(node.left, names), _value(node.comparators[0], names))
        case ast.BoolOp():
            check = all if isinstance(node.op, ast.And) else any
            return check(_value(item, names) for item in node.values)
        case ast.IfExp():
            return _value(node.body if _value(node.test, names) else node.orelse, names)
        case ast.Call(func=ast.Name()):
            return _FUNCTIONS[node.func.id](*(_value(item, names) for item in node.args))
    raise SyntaxError(ast.dump(node))
