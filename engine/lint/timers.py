"""Rules about timers that are written down in full: a slip in them would only be noticed when a case arrives there.

Scripts, conditions and timer expressions are checked by `engine.workflow`, which runs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from engine.errors import Problem
from engine.lint.elements import Element, Timer
from engine.lint.findings import finding
from engine.model.params import Params
from engine.model.scanner import GrammarError
from engine.model.schedule import LANGUAGE, parse_period_choice, parse_schedule
from engine.model.unit_filter import parse_unit_filter
from engine.workflow.timers import Arming, arm_cycle, arm_date, arm_duration, literal

_OWNERS = (
    "cx:owners（承办单位：all、ZF、county-ZF、type:GA,FY、level:PREF、unit:…）",
    "cx:owners (all, ZF, type:GA,FY …)",
)
_ANY_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
#: What somebody meant as a fixed time, well written or not; anything else is an expression.
_MEANT_AS_FIXED = re.compile(r"PT?\d\S*|R\d*/\S*|\d{4}-\d\S*")

_ARM: dict[str, Callable[[str], Arming]] = {
    "timeDate": arm_date,
    "timeDuration": lambda text: arm_duration(text, _ANY_MOMENT),
    "timeCycle": lambda text: arm_cycle(text, _ANY_MOMENT),
}
_RULES = {
    "timeDate": (
        "TIME-01",
        "时刻“{0}”无法识别。请写 ISO 时刻，如 2026-12-01T09:00+08:00，或填变量名。",
        'waits for "{0}", which is no moment. Write one such as 2026-12-01T09:00+08:00, or a variable.',
    ),
    "timeDuration": (
        "TIME-02",
        "时长“{0}”无法识别。请写 ISO 时长，如 P15D、PT2H，或填表达式。",
        'waits for "{0}", which is no duration. Write one such as P15D or PT2H, or an expression.',
    ),
    "timeCycle": (
        "TIME-03",
        "循环“{0}”无法识别或永不触发。请写 ISO 循环，如 R3/P5D，或填表达式。",
        'repeats by "{0}", which is no repetition or never fires. Write one such as R3/P5D, or an expression.',
    ),
}


def timer_problems(timer: Timer) -> Iterator[Problem]:
    """What is wrong with one timer, as far as it can be told without a case."""
    text = timer.text.strip()
    if timer.language == LANGUAGE:
        yield from _schedule_problems(timer.owner, text)
        return
    fixed = literal(text) or (text if _MEANT_AS_FIXED.fullmatch(text) else None)
    if fixed is None:
        return
    try:
        _ARM[timer.kind](fixed)
    except (ValueError, OverflowError):
        rule, zh, en = _RULES[timer.kind]
        yield finding(rule, timer.owner, "的" + zh.format(fixed), en.format(fixed))


def _schedule_problems(start: Element, text: str) -> Iterator[Problem]:
    """A rule of the calendar by which a process begins, for whom, and about which period."""
    try:
        schedule = parse_schedule(text)
    except GrammarError as error:
        yield finding("TIME-04", start, f"的日历规则“{text}”无法识别：{error.zh}", f'begins by "{text}": {error.en}')
        return
    for name in sorted(schedule.params):
        if name not in Params.load():
            yield finding(
                "TIME-04",
                start,
                f"的日历规则用到参数 {name}，但没有这个参数。请从参数表中选择，或改写为数值。",
                f"names the parameter {name}, which does not exist. Choose one of the list, or write a number.",
            )
    owners = start.cx.get("owners", "")
    try:
        if not owners:
            yield finding("CX-22", start, f"没有写明 {_OWNERS[0]}。请填写。", f"says no {_OWNERS[1]}. Name the units.")
        else:
            parse_unit_filter(owners)
    except GrammarError as error:
        zh, en = f"的承办单位“{owners}”无法识别：{error.zh}", f'is for "{owners}": {error.en}'
        yield finding("CX-22", start, zh, en)
    try:
        parse_period_choice(start.cx.get("period", ""), schedule)
    except GrammarError as error:
        zh, en = f"的期间“{error.text}”无法识别：{error.zh}", f'is about the period "{error.text}": {error.en}'
        yield finding("CX-23", start, zh, en)
