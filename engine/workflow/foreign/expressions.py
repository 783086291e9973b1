"""Simple expressions of other engines, `${amount > 100 && !urgent}` or `= amount > 100`, written in ours.

Ours are Python (engine/workflow/scripting). Only what means the same is translated: names, paths, literals,
comparisons, sums, and / or / not, the choice between two values, and a handful of calls. Anything else is refused with
the reason.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn

Dialect = Literal["juel", "feel"]

MAX_CHARACTERS = 4000
MAX_DEPTH = 60

_WRAPPED = re.compile(r"^\s*[$#]\{(.*)\}\s*$", re.DOTALL)
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[0-9]+\.[0-9]+|[0-9]+)
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<name>[^\W\d][\w$]*)
    | (?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:().\[\],=])
    )""",
    re.VERBOSE,
)
#: Words of the expression language of Java, and the signs they stand for.
_WORDS = {
    "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "and": "&&", "or": "||", "not": "!",
    "div": "/", "mod": "%",
}  # fmt: skip
_CONSTANTS = {"true": "True", "false": "False", "null": "None"}
_COMPARISONS = {"==", "!=", "<", ">", "<=", ">="}
_PYTHON = {"&&": "and", "||": "or"}
#: Objects of the other engine that stand for the data of the case.
_DATA_OBJECTS = {"execution", "task", "delegateTask", "caseExecution"}
_READING_CALLS = {"getVariable", "getVariableLocal"}


class Untranslatable(Exception):
    """The expression says something that ours cannot say. `zh` and `en` tell what."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def is_foreign(text: str) -> bool:
    """Whether `text` is marked as an expression of another engine: `${…}`, `#{…}` or `= …`."""
    return bool(_WRAPPED.match(text)) or _is_feel(text)


def to_python(text: str) -> str:
    """The same expression in Python. Raises Untranslatable.

    text: with its mark: `${…}`, `#{…}` (Java's language) or `=…` (FEEL); anything else is taken as a Java expression.
    """
    if len(text) > MAX_CHARACTERS:
        raise Untranslatable("表达式过长", "the expression is too long")
    if _is_feel(text):
        return _Reader(text.strip()[1:], "feel").read()
    match = _WRAPPED.match(text)
    inner = match.group(1) if match else text
    if "${" in inner or "#{" in inner:
        raise Untranslatable("一处文字中混有多个表达式", "a text mixed with several expressions")
    return _Reader(inner, "juel").read()


def plain_name(text: str) -> str:
    """The variable that `${name}` or `= name` stands for; "" when the expression is more than a name."""
    match = _WRAPPED.match(text)
    inner = (match.group(1) if match else text.strip()[1:] if _is_feel(text) else "").strip()
    return inner if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", inner) and inner not in _CONSTANTS else ""


def _is_feel(text: str) -> bool:
    stripped = text.strip()
    return stripped.startswith("=") and not stripped.startswith("==")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  #: number, text, name, sign, end
    text: str


def _tokens(text: str) -> Sequence[_Token]:
    found, position, end = [], 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            rest = text[position:].strip()[:12]
            raise Untranslatable(f"无法读懂“{rest}”", f'cannot read "{rest}"')
        kind = str(match.lastgroup)
        found.append(_Token(kind, match.group(kind)))
        position = match.end()
    return [*found, _Token("end", "")]


class _Reader:
    """Reads one expression from left to right. Each rule gives Python text that is safe inside the next one."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0
        self._dialect = dialect

    def read(self) -> str:
        if self._next.kind == "end":
            raise Untranslatable("表达式为空", "the expression is empty")
        python = self._choice()
        if self._next.kind != "end":
            _stop(self._next.text)
        return _without_brackets(python)

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    @property
    def _sign(self) -> str:
        """The next token as an operator, words included; "" when it is none."""
        token = self._next
        if token.kind == "name":
            return _WORDS.get(token.text, "")
        if token.kind != "sign":
            return ""
        return "==" if self._dialect == "feel" and token.text == "=" else token.text

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _accept(self, sign: str) -> bool:
        if self._sign != sign:
            return False
        self._at += 1
        return True

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            _stop(self._next.text)

    def _choice(self) -> str:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Untranslatable("表达式嵌套过深", "the expression is nested too deep")
        if self._dialect == "feel" and self._next == _Token("name", "if"):
            python = self._if_then_else()
        else:
            python = self._either()
            if self._accept("?"):
                then = self._choice()
                self._expect(":")
                python = f"({then} if {python} else {self._choice()})"
        self._depth -= 1
        return python

    def _if_then_else(self) -> str:
        self._take()
        condition = self._choice()
        self._word("then")
        then = self._choice()
        self._word("else")
        return f"({then} if {condition} else {self._choice()})"

    def _word(self, word: str) -> None:
        if self._take() != _Token("name", word):
            _stop(word)

    def _either(self) -> str:
        return self._chain(("||",), self._both)

    def _both(self) -> str:
        return self._chain(("&&",), self._comparison)

    def _chain(self, signs: Sequence[str], inner: Callable[[], str]) -> str:
        parts = [inner()]
        while self._sign in signs:
            sign = self._sign
            self._take()
            parts += [_PYTHON.get(sign, sign), inner()]
        return parts[0] if len(parts) == 1 else f"({' '.join(parts)})"

    def _comparison(self) -> str:
        left = self._sum()
        if self._sign not in _COMPARISONS:
            return left
        sign = self._sign
        self._take()
        right = self._sum()
        if self._sign in _COMPARISONS:  # Java compares the result of the first; Python would chain them
            _stop(self._sign)
        if right == "None" and sign in {"==", "!="}:
            sign = "is" if sign == "==" else "is not"
        return f"({left} {sign} {right})"

    def _sum(self) -> str:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/", "%"), self._unary))

    def _unary(self) -> str:
        if self._accept("-"):
            return f"(-{self._unary()})"
        if self._accept("!"):
            return f"(not {self._unary()})"
        if self._dialect == "juel" and self._next == _Token("name", "empty"):
            self._take()
            return f"(not {self._unary()})"
        return self._path(self._value())

    def _value(self) -> str:
        token = self._take()
        if token.kind == "number":
            return token.text.lstrip("0") if token.text.strip("0").isdecimal() else token.text
        if token.kind == "text":
            return repr(re.sub(r"\\(.)", r"\1", token.text[1:-1]))
        if token.kind == "name":
            return self._named(token.text)
        if token.text == "(":
            inner = self._choice()
            self._expect(")")
            return f"({inner})" if not inner.startswith("(") else inner
        return _stop(token.text)

    def _named(self, name: str) -> str:
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        if name in _DATA_OBJECTS and self._next.text == ".":
            return self._variable_of(name)
        if self._next.text == "(":
            _stop(f"{name}(…)")
        if keyword.iskeyword(name) or "$" in name:
            raise Untranslatable(f"变量名“{name}”在此处不能使用", f'a variable cannot be named "{name}" here')
        return name

    def _variable_of(self, holder: str) -> str:
        """execution.getVariable("x") is the variable x."""
        self._take()
        called = self._take().text
        if called in _READING_CALLS and self._accept("("):
            argument = self._take()
            self._expect(")")
            name = argument.text[1:-1]
            if argument.kind == "text" and name.isidentifier() and not keyword.iskeyword(name):
                return name
        return _stop(f"{holder}.{called}")

    def _path(self, value: str) -> str:
        while True:
            if self._accept("."):
                value = self._member(value)
            elif self._dialect == "juel" and self._accept("["):
                value = f"{value}[{self._choice()}]"
                self._expect("]")
            else:
                return value

    def _member(self, value: str) -> str:
        token = self._take()
        if token.kind != "name":
            _stop(token.text)
        if self._next.text != "(":
            return f"{value}[{token.text!r}]"
        self._take()
        arguments = []
        while not self._accept(")"):
            arguments.append(self._choice())
            if self._next.text != ")":
                self._expect(",")
        return _call(value, token.text, arguments)


def _call(value: str, method: str, arguments: Sequence[str]) -> str:
    match method, len(arguments):
        case (("size" | "length"), 0):
            return f"len({value})"
        case "isEmpty", 0:
            return f"(not {value})"
        case (("equals" | "contentEquals"), 1):
            return f"({value} == {arguments[0]})"
        case "contains", 1:
            return f"({arguments[0]} in {value})"
        case "startsWith", 1:
            return f"{value}.startswith({arguments[0]})"
        case "endsWith", 1:
            return f"{value}.endswith({arguments[0]})"
    return _stop(f".{method}(…)")


def _without_brackets(python: str) -> str:
    """`python` without a pair of brackets around the whole of it."""
    inner = python[1:-1]
    return inner if python.startswith("(") and python.endswith(")") and _is_python(inner) else python


def _is_python(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True


def _stop(what: str) -> NoReturn:
    if what:
        raise Untranslatable(f"“{what}”在这里没有对应的写法", f'"{what}" has no counterpart here')
    raise Untranslatable("表达式不完整", "the expression is not complete")
