"""Rules about timers that are written down in full: a slip in them would only be noticed when a case arrives there.

Scripts, conditions and timer expressions are checked by `engine.workflow`, which runs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from engine.errors import Problem
from engine.lint.elements import Timer
from engine.lint.findings import finding
from engine.workflow.timers import Arming, arm_cycle, arm_date, arm_duration, literal

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
    fixed = literal(text) or (text if _MEANT_AS_FIXED.fullmatch(text) else None)
    if fixed is None:
        return
    try:
        _ARM[timer.kind](fixed)
    except (ValueError, OverflowError):
        rule, zh, en = _RULES[timer.kind]
        yield finding(rule, timer.owner, "的" + zh.format(fixed), en.format(fixed))
