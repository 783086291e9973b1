"""Turns an error from inside the sandbox into one that its author understands, with the line as drawn."""

from __future__ import annotations

import json

from pydantic_monty import MontyError

from engine.workflow.scripting.errors import BpmnError, ScriptError

_PLAIN = {
    "ZeroDivisionError": "除数为零",
    "IndexError": "序号超出列表范围",
    "RecursionError": "函数调用层数过多",
    "MemoryError": "占用内存过多，已中止",
    "NotImplementedError": "使用了沙箱不支持的写法",
    "ModuleNotFoundError": "不能导入该模块",
    "PermissionError": "脚本不能访问文件或系统",
    "TypeError": "类型不符，无法运算；也许某个变量没有值",
    "ValueError": "值不合要求，无法转换",
    "KeyError": "映射中没有所取的键",
    "SyntaxError": "语法错误",
    "AttributeError": '没有这个属性；取映射中的值请写 变量["键"]',
}


def thrown_by(error: MontyError, mark: str) -> BpmnError | None:
    """The call of bpmn_error behind `error`; None: it was none. `mark` is what this run's call begins its text with."""
    text = str(error.exception())
    if not text.startswith(mark):
        return None
    code, message, values = json.loads(text[len(mark) :].split("\n")[0])
    return BpmnError(code, {"error_code": code, "error_message": message, **values})


def explain(
    error: MontyError, max_seconds: float, lines: int, names: frozenset[str] = frozenset(), *, before: int = 1
) -> ScriptError:
    """`error` as ScriptError; the first lines of the code that ran, `before` the source, were ours.

    names: that the source mentions, so that they may be told to everybody.
    """
    inner = error.exception()
    kind, text = type(inner).__name__, str(inner).split("\n")[0][:300]
    line = _line(error, before)
    told = None if _holds_no_data(kind, text, names) else (_PLAIN.get(kind, kind), kind)
    if kind == "TimeoutError":
        text, zh = f"took longer than {max_seconds} s and was stopped", f"运行超过 {max_seconds} 秒，已中止"
    elif kind == "NameError" and "'" in text:
        zh = f"变量“{text.split(chr(39))[1]}”没有值"
    elif kind == "KeyError":
        text, zh = f"there is no key {text}", f"没有键 {text}"
    elif kind == "SyntaxError":
        zh = f"语法错误：{text}"
    else:
        zh = f"{_PLAIN[kind]}（{text}）" if kind in _PLAIN else f"{kind}：{text}"
        text = f"{kind}: {text}"
    if not 0 < line <= lines:
        return ScriptError(0, text, kind=kind, zh=zh, told=told)
    if told is not None:
        told = (f"第 {line} 行：{told[0]}", f"line {line}: {told[1]}")
    return ScriptError(line, f"line {line}: {text}", kind=kind, zh=f"第 {line} 行：{zh}", told=told)


def _holds_no_data(kind: str, text: str, names: frozenset[str]) -> bool:
    """Any error can be raised by a script with what somebody has typed; a name that stands in the source is none."""
    if kind == "NameError":
        return any(text == f"name '{name}' is not defined" for name in names)
    return kind == "TimeoutError"  # our own words are said instead of its own


def _line(error: MontyError, before: int) -> int:
    traceback = getattr(error, "traceback", None)
    frames = traceback() if traceback else []
    return max(0, frames[-1].line - before) if frames else 0
