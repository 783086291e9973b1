"""What a `cx:due` rule comes to in one case: the last day, and how it was counted, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from engine.errors import StepFailed
from engine.model.calendar import WorkCalendar
from engine.model.clock import END_OF_DAY, instant, local_day, local_time
from engine.model.due_count import Count, base_label
from engine.model.due_grammar import MAX_AMOUNT, Base, DueRule, DueSyntaxError, Earliest, Term, parse_due
from engine.model.params import Param, Params
from engine.model.service_values import part_of

__all__ = ["Count", "Due", "DueContext", "DueSyntaxError", "DueUnresolved", "due_of", "evaluate", "parse_due", "worded"]

PROVISIONAL_ZH, PROVISIONAL_EN = "。节假日表未维护，期限暂定。", ". No holiday table yet: provisional."


class DueUnresolved(StepFailed):
    """A due rule reads something that the case does not have, or that is no day or number. Facts: rule, name."""

    code = "due_unresolved"

    def __init__(self, rule: str, name: str, zh: str, en: str) -> None:
        super().__init__(f"{rule}: {en}", facts={"rule": rule, "name": name})
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True, kw_only=True)
class DueContext:
    """All that a due rule may read about one task."""

    created: datetime  #: when the task was created, aware
    started: date | None = None  #: day the case began: fixed(…) and lastwd(…) look from here; None = `created`
    delivered: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    variables: Mapping[str, object] = field(default_factory=dict)
    params: Params = field(default_factory=Params.load)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The last day and instant at which a task is still in time, and the reason for it."""

    on: date
    at: datetime  #: 23:59:59 in Asia/Shanghai on `on`, or the @HH:MM, or the exact instant of an hour limit
    rule: str
    count: Count  #: the term that decided
    others: tuple[Count, ...] = ()  #: the other choices of min(…)
    provisional: bool = False  #: a year on the way has no national table
    params: tuple[Param, ...] = ()  #: parameters read; those with is_pending are shown as 待确认参数
    inputs: Mapping[str, str | int] = field(default_factory=dict)  #: everything the rule read, for due_of(…) again

    @property
    def counted_from(self) -> datetime:
        """The instant that a limit in hours counts from; the first second of the base day for other limits."""
        if self.is_hourly:
            return self.at - timedelta(hours=self.count.sign * self.count.amount)
        return instant(self.count.base_day, time.min)

    @property
    def is_hourly(self) -> bool:
        """A limit in natural hours: no calendar, no suspension, no extension."""
        return self.count.unit == "nh"

    @property
    def zh(self) -> str:
        text = f"{self.on}到期：{self.count.zh}"
        if self.others:
            text += "；不晚于" + "；".join(f"{c.zh}，至{c.on}" for c in self.others)
        text += "".join(f"；参数“{p.zh}”={p.value}（{p.provenance_labels[0]}）" for p in self.params)
        return text + (PROVISIONAL_ZH if self.provisional else "。")

    @property
    def en(self) -> str:
        text = f"Due {self.on}: {self.count.en}"
        if self.others:
            text += "; not later than " + "; ".join(f"{c.en} = {c.on}" for c in self.others)
        text += "".join(f"; parameter {p.key} = {p.value} ({p.provenance_labels[1]})" for p in self.params)
        return text + (PROVISIONAL_EN if self.provisional else ".")

    def as_dict(self) -> dict[str, object]:
        """The explanation as JSON values, for user_task.deadline and the screens."""
        return {
            "on": self.on.isoformat(),
            "at": self.at.isoformat(),
            "rule": self.rule,
            "inputs": dict(self.inputs),
            "count": self.count.as_dict(),
            "others": [c.as_dict() for c in self.others],
            "provisional": self.provisional,
            "params": [
                {"key": p.key, "value": p.value, "provenance": p.provenance, "zh": p.zh, "en": p.en}
                for p in self.params
            ],
            "zh": self.zh,
            "en": self.en,
        }


def worded(explained: Mapping[str, object], *, provisional: bool) -> dict[str, object]:
    """An explanation of `Due.as_dict` for the same day, with or without the word that it is provisional."""
    ends = ("zh", PROVISIONAL_ZH, "。"), ("en", PROVISIONAL_EN, ".")
    texts = {}
    for name, doubt, plain in ends:
        said = str(explained[name]).removesuffix(doubt).removesuffix(plain)
        texts[name] = said + (doubt if provisional else plain)
    return {**explained, "provisional": provisional, **texts}


def evaluate(rule: DueRule, context: DueContext, calendar: WorkCalendar) -> Due:
    """The Due of `rule` in `context`. Raises DueUnresolved, OutsideCalendar, UnknownParam."""
    reader = _Reader(rule.text, context, calendar)
    decided, others = reader.expression(rule.expression)
    first = min(c.base_day for c in (decided, *others))
    return Due(
        on=decided.on,
        at=decided.at,
        rule=rule.text,
        count=decided,
        others=others,
        provisional=calendar.is_provisional(min(first, decided.on), decided.on),
        params=tuple(reader.params.values()),
        inputs=reader.inputs,
    )


def due_of(text: str, inputs: Mapping[str, str | int], calendar: WorkCalendar) -> Due:
    """The Due of a stored rule from its stored inputs: the way a changed calendar dates a task again."""
    variables = {key[4:]: value for key, value in inputs.items() if key.startswith("var.")}
    overrides = {key[6:]: value for key, value in inputs.items() if key.startswith("param.")}
    days = {key: date.fromisoformat(str(v)) for key, v in inputs.items() if key in _DAY_INPUTS}
    context = DueContext(
        created=datetime.fromisoformat(str(inputs["created"])),
        started=days.get("started"),
        delivered=days.get("delivered"),
        period_start=days.get("period.start"),
        period_end=days.get("period.end"),
        variables=variables,
        params=Params.load(overrides),
    )
    return evaluate(parse_due(text), context, calendar)


_DAY_INPUTS = ("started", "delivered", "period.start", "period.end")


class _Reader:
    """Evaluates one rule and notes everything it reads."""

    def __init__(self, rule: str, context: DueContext, calendar: WorkCalendar) -> None:
        self.rule, self.context, self.calendar = rule, context, calendar
        self.params: dict[str, Param] = {}
        self.inputs: dict[str, str | int] = {"created": context.created.isoformat()}

    def expression(self, expression: Term | Earliest) -> tuple[Count, tuple[Count, ...]]:
        """The count that decides, and the others of a min(…)."""
        if isinstance(expression, Term):
            return self.term(expression), ()
        choices: list[Count] = []
        for choice in expression.choices:
            decided, others = self.expression(choice)
            choices += [decided, *others]
        earliest = min(range(len(choices)), key=lambda i: choices[i].at)
        rest = tuple(c for i, c in enumerate(choices) if i != earliest)
        decided = choices[earliest]
        if expression.clock is not None:
            decided = replace(decided, at=instant(decided.on, expression.clock))
        return decided, rest

    def term(self, term: Term) -> Count:
        base_day, base_at = self.base(term.base)
        amount = self.amount(term) if term.unit else 0
        steps = term.sign * amount
        match term.unit:
            case "wd":
                on = self.calendar.add_working_days(base_day, steps)
            case "mo":
                on = self.calendar.add_months(base_day, steps)
            case "cd":
                on = base_day + timedelta(days=steps)
            case "nh":
                return self.hours(term, base_at, steps)
            case _:
                on = base_day
        counts = term.unit == "wd" and steps > 0
        return Count(
            base=str(term.base),
            base_day=base_day,
            sign=term.sign,
            amount=amount,
            unit=term.unit,
            first_day=self.calendar.next_working_day(base_day) if counts else None,
            skipped=self.calendar.explain_off(min(base_day, on), max(base_day, on)) if term.unit == "wd" else (),
            made_up=self.calendar.explain_made_up(min(base_day, on), max(base_day, on)) if term.unit == "wd" else (),
            on=on,
            at=instant(on, term.clock or END_OF_DAY),
            base_zh=base_label(term.base)[0],
            base_en=base_label(term.base)[1],
        )

    def hours(self, term: Term, base_at: datetime | None, steps: int) -> Count:
        if base_at is None:
            raise self.unresolved(
                str(term.base),
                f"按小时计的期限需要时刻，“{term.base}”只有日期。",
                f"a limit in hours needs an instant, {term.base} is a day",
            )
        at = local_time(base_at + timedelta(hours=steps))
        zh, en = base_label(term.base)
        return Count(
            base=str(term.base),
            base_day=local_day(base_at),
            sign=term.sign,
            amount=abs(steps),
            unit="nh",
            first_day=None,
            skipped=(),
            made_up=(),
            on=at.date(),
            at=at,
            base_zh=zh,
            base_en=en,
        )

    def base(self, base: Base) -> tuple[date, datetime | None]:
        match base.kind:
            case "created":
                return local_day(self.context.created), self.context.created
            case "delivered":
                return self.known_day("delivered", self.context.delivered), None
            case "period.start":
                return self.known_day("period.start", self.context.period_start), None
            case "period.end":
                return self.known_day("period.end", self.context.period_end), None
            case "var":
                return self.variable_day(base.argument)
            case "param":
                return self.param_day(base.argument), None
            case "fixed":
                return self.fixed(base.argument), None
            case _:
                return self.last_working_day(base.argument), None

    def amount(self, term: Term) -> int:
        amount = term.amount
        if amount.source == "number":
            return amount.number
        value = self.param(amount.name).value if amount.source == "param" else self.variable(amount.name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_AMOUNT:
            raise self.unresolved(
                amount.name,
                f"“{amount.name}”应为0至{MAX_AMOUNT}的整数，实际为{value!r}。",
                f"{amount.name} must be a whole number from 0 to {MAX_AMOUNT}, it is {value!r}",
            )
        if amount.source == "var":
            self.inputs[f"var.{amount.name}"] = value
        return value

    def param(self, name: str) -> Param:
        param = self.params[name] = self.context.params[name]
        self.inputs[f"param.{name}"] = param.value
        return param

    def variable(self, name: str) -> object:
        value = part_of(self.context.variables, name)
        if value is None:
            raise self.unresolved(name, f"流程变量“{name}”没有值。", f"the process variable {name} has no value")
        return value

    def variable_day(self, name: str) -> tuple[date, datetime | None]:
        value = self.variable(name)
        if isinstance(value, date):
            value = value.isoformat()
        try:
            if not isinstance(value, str):
                raise ValueError(value)
            self.inputs[f"var.{name}"] = value
            if len(value) == 10:
                return date.fromisoformat(value), None
            at = datetime.fromisoformat(value)
            return local_day(at), at
        except ValueError as error:
            raise self.unresolved(
                name,
                f"流程变量“{name}”应为日期，实际为{value!r}。",
                f"the process variable {name} must be a day, it is {value!r}",
            ) from error

    def param_day(self, name: str) -> date:
        param = self.param(name)
        if param.type != "mmdd":
            raise self.unresolved(name, f"参数“{param.zh}”不是日期。", f"the parameter {name} is not a day of the year")
        return self.fixed(str(param.value))

    def known_day(self, name: str, day: date | None) -> date:
        if day is None:
            raise self.unresolved(name, f"本事项没有“{name}”日期。", f"this case has no day for {name}")
        self.inputs[name] = day.isoformat()
        return day

    def anchor(self) -> date:
        if self.context.started is None:
            return local_day(self.context.created)
        self.inputs["started"] = self.context.started.isoformat()
        return self.context.started

    def fixed(self, day_of_year: str) -> date:
        """The next such day seen from the start of the case, moved to the next working day if off."""
        anchor, month, day = self.anchor(), int(day_of_year[:2]), int(day_of_year[3:])
        moved = self.calendar.on_or_after(date(anchor.year, month, day))
        return moved if moved >= anchor else self.calendar.on_or_after(date(anchor.year + 1, month, day))

    def last_working_day(self, which: str) -> date:
        anchor = self.anchor()
        if which.startswith("param("):
            which = f"{self.month(which[6:-1]):02d}"
        if which in ("half", "quarter", "month"):
            return self.calendar.last_working_day(which, anchor)  # type: ignore[arg-type]
        last = self.calendar.last_working_day("month", date(anchor.year, int(which), 1))
        return last if last >= anchor else self.calendar.last_working_day("month", date(anchor.year + 1, int(which), 1))

    def month(self, name: str) -> int:
        value = self.param(name).value
        if not isinstance(value, int) or not 1 <= value <= 12:
            raise self.unresolved(
                name, f"参数“{name}”应为1至12的月份，实际为{value!r}。", f"{name} must be a month, it is {value!r}"
            )
        return value

    def unresolved(self, name: str, zh: str, en: str) -> DueUnresolved:
        return DueUnresolved(self.rule, name, zh, en)
