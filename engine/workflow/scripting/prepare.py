"""Reads a script or expression before it runs: is it Python, which names does it mention, what does it leave."""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from engine.workflow.scripting.errors import ScriptError

Mode = Literal["eval", "exec"]

MAX_EXPRESSION_BYTES = 4 * 1024
MAX_SCRIPT_BYTES = 64 * 1024
MAX_CACHED_SOURCES = 1024

#: Ready without an import, as expressions cannot import. A process variable of the same name goes before it.
OFFERED = {
    "date": "datetime",
    "datetime": "datetime",
    "timedelta": "datetime",
    "timezone": "datetime",
    "Decimal": "decimal",
    "math": "",
}

RESULT = "_cx_result"
#: What a script calls to end in an error of the diagram.
THROWS = "bpmn_error"
#: Kinds of value that mean something outside; functions would come back as text, classes as proxies.
_DATA = (
    "('NoneType', 'bool', 'int', 'float', 'str', 'list', 'tuple', 'dict', 'date', 'datetime', 'timedelta', 'Decimal')"
)
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_UNSUPPORTED = {ast.Delete: "del", ast.Yield: "yield", ast.YieldFrom: "yield"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A source that has been read once: runs any number of times, on any thread."""

    mode: Mode
    code: str  #: what the worker gets, from its second line on; the first is for the names of OFFERED
    names: frozenset[str]  #: names that the source mentions anywhere: only these leave the process data
    opening: str = ""  #: what the first line ends with; the code closes the bracket
    lines: int = 0  #: of the source; errors behind them are in code of ours
    throws: bool = False  #: it calls bpmn_error
    is_literal: bool = False
    literal: object = None  #: the value itself, when the source is a number, a text, True, False or None


@lru_cache(maxsize=MAX_CACHED_SOURCES)
def prepare(source: str, mode: Mode) -> Prepared:
    """Read `source`. Raises ScriptError for what can be told without running it: size, syntax, unsupported words."""
    _check_size(source, mode)
    if mode == "exec":  # drawn inside XML, scripts are often moved to the right as a whole
        source = textwrap.dedent(source)
    tree = _parse(source, mode)
    names = frozenset(_mentioned(tree))
    if isinstance(tree, ast.Expression):
        is_literal, literal = _literal(tree.body)
        opening, code = _expression_code(source, tree, names)
        lines = source.count("\n") + 1
        return Prepared(mode, code, names, opening, lines, is_literal=is_literal, literal=literal)
    code = source.rstrip() + "\n" + _trailer(tree, names)
    return Prepared(mode, code, names - {THROWS}, "", source.count("\n") + 1, throws=THROWS in names)


def first_line(prepared: Prepared, taken: frozenset[str]) -> str:
    """What goes before the code, on a line of its own: imports of the OFFERED names that are no process variables."""
    statements = ["import json as _cx_json"] if prepared.throws else []
    for name in sorted(prepared.names & OFFERED.keys() - taken):
        module = OFFERED[name]
        statements.append(f"from {module} import {name}" if module else f"import {name}")
    return "; ".join([*statements, prepared.opening]) + "\n"


def throwing(mark: str) -> str:
    """Defines bpmn_error, on a line of its own. `mark` is secret to this run, so that no data can forge an error."""
    return (
        f"def {THROWS}(code, message='', **values): "
        f"raise RuntimeError({mark!r} + _cx_json.dumps([str(code), str(message), values]))\n"
    )


def _check_size(source: str, mode: Mode) -> None:
    limit = MAX_EXPRESSION_BYTES if mode == "eval" else MAX_SCRIPT_BYTES
    if len(source) > limit or len(source.encode("utf-8", "replace")) > limit:
        raise ScriptError(
            0,
            f"longer than {limit // 1024} kB; move data out of it or split it into several tasks",
            zh=f"超过 {limit // 1024} kB；请把数据移出脚本，或拆成几个任务",
        )
    if not source.strip():
        raise ScriptError(0, "is empty; write an expression, or a script", zh="内容为空；请填写表达式或脚本")


def _parse(source: str, mode: Mode) -> ast.Expression | ast.Module:
    text, shift = source, 0
    if mode == "eval":  # in brackets, as it will run: an expression may be broken over several lines
        text, shift = f"(\n{source}\n)", 1
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(text, mode=mode)
    except SyntaxError as error:
        raise _mistake(error, source, shift) from None
    except (ValueError, RecursionError, MemoryError) as error:  # NUL bytes; nesting too deep for the parser
        zh, en = (
            "无法读取：嵌套过深，或含有不可见字符；请拆成几步",
            "cannot be read: nested too deep, or unseen characters in it",
        )
        raise ScriptError(0, en, kind=type(error).__name__, zh=zh) from None
    for node in ast.walk(tree):
        word = _UNSUPPORTED.get(type(node))
        if word:
            line = getattr(node, "lineno", 0) - shift
            raise ScriptError(
                line, f"line {line}: `{word}` is not available in scripts", zh=f"第 {line} 行：脚本中不能使用 {word}"
            )
        if isinstance(node, ast.Name) and node.id.startswith("_cx_"):
            raise ScriptError(
                node.lineno - shift, "names that begin with _cx_ are reserved", zh="以 _cx_ 开头的名称为系统保留"
            )
    return tree  # type: ignore[return-value]


def _mistake(error: SyntaxError, source: str, shift: int) -> ScriptError:
    """Where the text stops being Python, in our own words: the parser's are for programmers, and in English only."""
    lines = source.split("\n")
    line = max(1, (error.lineno or 1) - shift)
    place = min(max(1, error.offset or 1), len(lines[line - 1]) + 1) if line <= len(lines) else len(lines[-1]) + 1
    line = min(line, len(lines))
    near = "".join(sign for sign in lines[line - 1][max(0, place - 9) : place + 11] if sign.isprintable()).strip()
    shown_zh, shown_en = (f"（“{near}”）", f' ("{near}")') if near else ("", "")
    zh = f"第 {line} 行第 {place} 个字符附近{shown_zh}有语法错误，请检查括号、引号和运算符"
    en = f"line {line}, character {place}{shown_en}: syntax error; check brackets, quotes and operators"
    return ScriptError(line, en, kind="SyntaxError", zh=zh)


def _mentioned(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Global):
            yield from node.names


def _bound_by_definition(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, _FUNCTION):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield (alias.asname or alias.name).split(".")[0]


def _literal(node: ast.expr) -> tuple[bool, object]:
    """Numbers, texts, True, False, None: these need no sandbox."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = node.operand
        if isinstance(inner, ast.Constant) and type(inner.value) in (int, float):
            return True, -inner.value  # type: ignore[operator]
        return False, None
    if isinstance(node, ast.Constant) and (node.value is None or type(node.value) in (bool, int, float, str)):
        return True, node.value
    return False, None


def _expression_code(source: str, tree: ast.Expression, names: frozenset[str]) -> tuple[str, str]:
    # A function would leave the sandbox as a text that looks like one; a check inside tells them apart. Whoever names
    # a variable `type` loses the check, not the safety: the copy on our side decides what comes in.
    if _gives_data(tree.body) or "type" in names:
        return "(", f"{source}\n)"
    return f"{RESULT} = (", (
        f"{source}\n)\n"
        f"if type({RESULT}).__name__ not in {_DATA}: "
        f"raise TypeError('a ' + type({RESULT}).__name__ + ' cannot leave an expression')\n"
        f"{RESULT}"
    )


def _gives_data(node: ast.expr) -> bool:
    """True for comparisons and sums of process data, which is what most conditions are: no check needed."""
    if isinstance(node, ast.BoolOp):
        return all(_gives_data(value) for value in node.values)
    return isinstance(node, (ast.Compare, ast.UnaryOp, ast.BinOp, ast.Constant, ast.Name, ast.JoinedStr))


def _trailer(tree: ast.AST, names: frozenset[str]) -> str:
    """Collects every name that holds data. Names that are only read are collected too: a list may have grown."""
    results = names - set(_bound_by_definition(tree)) - _only_called(tree)
    lines = [f"{RESULT} = {{}}", f"_cx_data = {_DATA}"]
    check = "" if "type" in names else "if type({0}).__name__ in _cx_data: "
    for name in sorted(results):
        lines += [f"try:\n  {check.format(name)}{RESULT}[{name!r}] = {name}", "except NameError:\n  pass"]
    return "\n".join(lines) + f"\n{RESULT}"


def _only_called(tree: ast.AST) -> set[str]:
    """Names that are nothing but called, `sum(…)`: functions, whose value nobody wants back."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return {node.id for node in names} - {node.id for node in names if id(node) not in called}
