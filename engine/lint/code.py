"""Rules about code: scripts, conditions and timer expressions can at least be read before anybody depends on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from engine.errors import Problem
from engine.lint.elements import Code
from engine.lint.findings import finding
from engine.workflow.scripting import check_source
from engine.workflow.timers import arm_cycle, arm_date, arm_duration, literal

_ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS = {
    "script": ("CODE-01", "脚本", "script"),
    "expression": ("CODE-02", "条件", "condition"),
    "timeDate": ("TIME-01", "定时（时刻）", "timer date"),
    "timeDuration": ("TIME-02", "定时（时长）", "timer duration"),
    "timeCycle": ("TIME-03", "定时（循环）", "timer cycle"),
}
_REMEDY = {
    "timeDate": (
        "请写 ISO 时刻，如 2026-12-01T09:00+08:00，或变量名。",
        "Write an ISO moment such as 2026-12-01T09:00+08:00, or a variable.",
    ),
    "timeDuration": (
        "请写 ISO 时长，如 P15D、PT2H，或表达式。",
        "Write an ISO duration such as P15D or PT2H, or an expression.",
    ),
    "timeCycle": ("请写 ISO 循环，如 R3/P5D，或表达式。", "Write an ISO repetition such as R3/P5D, or an expression."),
}


def code_problems(code: Code) -> Iterator[Problem]:
    """What can be told about one piece of code without running it."""
    fixed = literal(code.text) if code.kind in _REMEDY else None
    if fixed is not None:
        yield from _fixed_timer(code, fixed)
        return
    rule, zh_word, en_word = _WORDS[code.kind]
    for error in check_source(code.text, script=code.kind == "script"):
        yield finding(rule, code.owner, f"的{zh_word}有误：{error.zh}", f"has a mistake in its {en_word}: {error}")


def _fixed_timer(code: Code, text: str) -> Iterator[Problem]:
    rule, zh_word, en_word = _WORDS[code.kind]
    try:
        if code.kind == "timeDate":
            arm_date(text)
        elif code.kind == "timeDuration":
            arm_duration(text, _ANY_MOMENT)
        else:
            arm_cycle(text, _ANY_MOMENT)
    except (ValueError, OverflowError):
        zh, en = _REMEDY[code.kind]
        yield finding(
            rule, code.owner, f"的{zh_word}“{text}”无法识别。{zh}", f'has an unreadable {en_word} "{text}". {en}'
        )
