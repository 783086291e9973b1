"""When a process begins by the calendar: the grammar of a timer start and the days that it names.

schedule = base [ ("+" | "-") amount ("wd" | "cd") ]        at 09:00
base     = firstwd(year | half | quarter | month) | fixed(MM-DD) | param(NAME) | window
amount   = NUMBER | param(NAME)

param(NAME) as a base is a day of the year. `window` is the first day of each window around public holidays. `cx:period`
says which period a case is about: [current | previous] [year | half | quarter | month].
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from engine.errors import InputRejected
from engine.model.calendar import OutsideCalendar, WorkCalendar
from engine.model.clock import OFFICE_OPENS, instant, local_day
from engine.model.due_grammar import MAX_AMOUNT, Amount
from engine.model.params import Params, is_day_of_year
from engine.model.period import Period, PeriodKind
from engine.model.scanner import GrammarError, Scanner
from engine.model.windows import is_window, window_of, windows_of

LANGUAGE = "urn:changxiao:schedule:1"
BaseKind = Literal["firstwd", "fixed", "param", "window"]
_KINDS: tuple[PeriodKind, ...] = get_args(PeriodKind)
_WORD = re.compile(r"[a-z]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_NUMBER = re.compile(r"\d+")
_DAY = re.compile(r"\d\d-\d\d")


class ScheduleSyntaxError(GrammarError):
    """A schedule does not follow its grammar. `position` counts characters from 0."""

    code = "schedule_syntax"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A parsed schedule."""

    text: str
    base: BaseKind
    argument: str = ""  #: kind of the period, MM-DD, or name of the parameter
    sign: Literal[1, -1] = 1
    amount: Amount = field(default_factory=Amount)
    unit: Literal["", "wd", "cd"] = ""  #: empty: the base day itself

    @property
    def params(self) -> frozenset[str]:
        """Names of the parameters that it reads."""
        named = {self.argument} if self.base == "param" else set()
        return frozenset(named | ({self.amount.name} - {""}))


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodChoice:
    """Which period a case that begins by a schedule is about."""

    previous: bool = False
    kind: PeriodKind | None = None  #: None: that of the schedule; a year for a day of the year

    def of(self, schedule: Schedule, base_day: date) -> str:
        """The code of the period, seen from the day on which the schedule is based."""
        kind = self.kind or (schedule.argument if schedule.base == "firstwd" else "year")
        period = Period.containing(kind, base_day)  # type: ignore[arg-type]
        return (Period.containing(period.kind, period.first_day - timedelta(days=1)) if self.previous else period).code


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time at which a schedule comes true."""

    at: datetime
    period: str  #: code of the period that the cases are about


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days of a period, and what people call it."""

    first_day: date
    last_day: date
    zh: str
    en: str


def parse_schedule(text: str) -> Schedule:
    """The schedule that `text` writes down. Raises ScheduleSyntaxError with the position of the first mistake."""
    scanner = Scanner(text, ScheduleSyntaxError)
    scanner.skip_space()
    base, argument = _base(scanner)
    sign: Literal[1, -1] = 1
    amount, unit = Amount(), ""
    if scanner.accept("+") or scanner.accept("-"):
        sign = -1 if scanner.text[scanner.position - 1] == "-" else 1
        amount = _amount(scanner)
        unit = scanner.take(_WORD)
        if unit not in ("wd", "cd"):
            raise scanner.error(
                "单位应为 wd（工作日）或 cd（自然日）。",
                "The unit must be wd or cd.",
                position=scanner.position - len(unit),
            )
    scanner.skip_space()
    if scanner.position < len(text):
        raise scanner.error("此处有多余的内容。", "Unexpected text here.")
    return Schedule(text=text, base=base, argument=argument, sign=sign, amount=amount, unit=unit)  # type: ignore[arg-type]


def parse_period_choice(text: str, schedule: Schedule) -> PeriodChoice:
    """What `cx:period` says beside `schedule`. Raises ScheduleSyntaxError."""
    words = text.split()
    kinds = [word for word in words if word in _KINDS]
    whens = [word for word in words if word in ("current", "previous")]
    fits = len(words) == len(kinds) + len(whens) and len(kinds) <= 1 and len(whens) <= 1
    if not fits or (schedule.base == "window" and words not in ([], ["current"])):
        raise ScheduleSyntaxError(
            text,
            0,
            "期间应写 current 或 previous，后面可加 year、half、quarter 或 month；节点只能是 current。",
            "The period is current or previous, with year, half, quarter or month behind it; of a window, current.",
        )
    return PeriodChoice(previous=whens == ["previous"], kind=kinds[0] if kinds else None)


def next_occurrence(
    schedule: Schedule, choice: PeriodChoice, calendar: WorkCalendar, params: Params, *, not_before: datetime
) -> Occurrence | None:
    """The first time at or after the instant `not_before`; None when the calendar ends before.

    Raises UnknownParam for a parameter that does not exist.
    """
    number = params.number(schedule.amount.name) if schedule.amount.name else schedule.amount.number
    steps = schedule.sign * number
    # Twice the days and a holiday season more: no count of working days reaches further.
    reach = timedelta(days=2 * number + 31)
    try:
        for base_day, period in _bases(schedule, choice, calendar, params, local_day(not_before) - reach):
            day = calendar.add_working_days(base_day, steps) if schedule.unit == "wd" else base_day + timedelta(steps)
            at = instant(day, OFFICE_OPENS)
            if at >= not_before:
                return Occurrence(at=at, period=period)
    except (OutsideCalendar, OverflowError):
        pass
    return None


def span_of(code: str, calendar: WorkCalendar, params: Params) -> Span:
    """The days of the period or window `code`. Raises InputRejected for what is neither."""
    if is_window(code):
        window = window_of(code, calendar, params)
        zh, en = window.labels
        return Span(first_day=window.first_day, last_day=window.last_day, zh=zh, en=en)
    period = Period.parse(code)
    return Span(first_day=period.first_day, last_day=period.last_day, zh=_zh(period), en=_en(period))


def span_of_case(data: Mapping[str, object], calendar: WorkCalendar, params: Params) -> Span | None:
    """The period that a case is about, by its process variable `period`; None for a case that is about none."""
    code = data.get("period")
    return span_of(code, calendar, params) if isinstance(code, str) and code else None


def _zh(period: Period) -> str:
    match period.kind:
        case "year":
            return f"{period.year}年"
        case "half":
            return f"{period.year}年{'上' if period.number == 1 else '下'}半年"
        case "quarter":
            return f"{period.year}年第{'一二三四'[period.number - 1]}季度"
        case _:
            return f"{period.year}年{period.number}月"


def _en(period: Period) -> str:
    match period.kind:
        case "year":
            return str(period.year)
        case "half":
            return f"{'first' if period.number == 1 else 'second'} half of {period.year}"
        case "quarter":
            return f"quarter {period.number} of {period.year}"
        case _:
            return f"{period.year}-{period.number:02d}"


def _bases(
    schedule: Schedule, choice: PeriodChoice, calendar: WorkCalendar, params: Params, first: date
) -> Iterator[tuple[date, str]]:
    """The days on which the schedule is based, from `first` on, each with the period that it is about."""
    if schedule.base == "firstwd":
        kind: PeriodKind = schedule.argument  # type: ignore[assignment]
        period = Period.containing(kind, first)
        while True:
            yield calendar.on_or_after(period.first_day), choice.of(schedule, period.first_day)
            period = Period.containing(kind, period.last_day + timedelta(days=1))
    year = first.year
    while True:
        if schedule.base == "window":
            yield from ((window.first_day, window.code) for window in windows_of(year, calendar, params))
        else:
            named = schedule.argument if schedule.base == "fixed" else _day_param(schedule.argument, params)
            day = date(year, int(named[:2]), int(named[3:]))
            yield calendar.on_or_after(day), choice.of(schedule, day)
        year += 1


def _day_param(name: str, params: Params) -> str:
    value = params[name].value
    if not isinstance(value, str):
        raise InputRejected(f"参数{name}不是日期。", f"The parameter {name} is no day of the year.", value=name)
    return value


def _base(scanner: Scanner) -> tuple[BaseKind, str]:
    position = scanner.position
    word = scanner.take(_WORD)
    if word == "window":
        return "window", ""
    if word not in ("firstwd", "fixed", "param"):
        raise scanner.error(
            "应为 firstwd(year|half|quarter|month)、fixed(MM-DD)、param(…) 或 window。",
            "firstwd(year|half|quarter|month), fixed(MM-DD), param(…) or window expected.",
            position=position,
        )
    scanner.expect("(")
    scanner.skip_space()
    position = scanner.position
    argument = scanner.take(_DAY if word == "fixed" else _NAME)
    if word == "firstwd" and argument not in _KINDS:
        raise scanner.error(
            "应为 year、half、quarter 或 month。", "year, half, quarter or month expected.", position=position
        )
    if word == "fixed" and not is_day_of_year(argument):
        raise scanner.error("应为每年都有的日期 MM-DD。", "A day MM-DD of every year expected.", position=position)
    if not argument:
        raise scanner.error("此处应为参数名。", "The name of a parameter expected here.", position=position)
    scanner.expect(")")
    return word, argument  # type: ignore[return-value]


def _amount(scanner: Scanner) -> Amount:
    scanner.skip_space()
    position = scanner.position
    if digits := scanner.take(_NUMBER):
        if int(digits) > MAX_AMOUNT:
            raise scanner.error(
                f"数量不能超过{MAX_AMOUNT}。", f"The amount must not exceed {MAX_AMOUNT}.", position=position
            )
        return Amount(number=int(digits))
    if scanner.accept("param"):
        scanner.expect("(")
        if name := scanner.take(_NAME):
            scanner.expect(")")
            return Amount(source="param", name=name)
    raise scanner.error("此处应为数字或param(…)。", "A number or param(…) expected here.")
