"""How one term of a due rule was counted, so that a person can check the date on a wall calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.model.calendar import DayRange
from engine.model.due_grammar import Base, Unit

_BASE_LABELS = {
    "created": ("任务生成日", "the day the task was created"),
    "delivered": ("送达日", "the day of delivery"),
    "period.start": ("期间首日", "the first day of the period"),
    "period.end": ("期间末日", "the last day of the period"),
}
_LAST_LABELS = {"half": ("半年", "half-year"), "quarter": ("季度", "quarter"), "month": ("月", "month")}
#: What people call the process variables that due rules count from; others are shown by their name.
VARIABLE_LABELS = {
    "limit": ("整改期限", "the limit of the rectification"),
    "recheck_on": ("回头看日期", "the day of the re-check"),
    "meeting": ("会议日期", "the day of the meeting"),
    "meeting_date": ("会议日期", "the day of the meeting"),
    "planned_date": ("拟召开日期", "the planned day of the meeting"),
    "window_to": ("督查结束", "the end of the inspection"),
    "bulletin_on": ("通报日期", "the day of the bulletin"),
    "changed_on": ("岗位变动日期", "the day of the change of post"),
    "session.due": ("场次截止日期", "the last day for the session"),
    "due_on": ("应报日期", "the day on which the report is due"),
    "when_known": ("知悉时间", "the time when it became known"),
    "last_report": ("上次报告时间", "the time of the last report"),
}
_UNIT_LABELS = {
    "wd": ("个工作日", "working days"),
    "cd": ("个自然日", "calendar days"),
    "nh": ("小时", "hours"),
    "mo": ("个月", "months"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How one term was counted: everything a person needs to check the date on a wall calendar."""

    base: str  #: as written: "delivered", "var(limit)", "fixed(03-31)"
    base_day: date
    sign: int
    amount: int
    unit: Unit
    first_day: date | None  #: the first working day counted; None where no working days are counted
    skipped: tuple[DayRange, ...]  #: days off between base and result
    made_up: tuple[DayRange, ...]  #: weekend days that count because they are worked
    on: date
    at: datetime
    base_zh: str
    base_en: str

    @property
    def zh(self) -> str:
        text = f"{self.base_zh}（{self.base_day}）"
        if self.unit:
            text += ("起" if self.sign > 0 else "前") + f"{self.amount}{_UNIT_LABELS[self.unit][0]}"
        if self.first_day is not None:
            text += f"，{self.first_day}为第1日"
        if self.skipped:
            weekends = ["周末"] if any(r.zh == "周末" for r in self.skipped) else []
            text += "，不计" + "、".join([*weekends, *(f"{r.zh}（{r.text}）" for r in self.skipped if r.zh != "周末")])
        return text + "".join(f"，{r.text}{r.zh}计入" for r in self.made_up)

    @property
    def en(self) -> str:
        text = f"{self.base_en} ({self.base_day})"
        if self.unit:
            text += f" {'+' if self.sign > 0 else '-'} {self.amount} {_UNIT_LABELS[self.unit][1]}"
        if self.first_day is not None:
            text += f", {self.first_day} is day 1"
        if self.skipped:
            weekends = ["weekends"] if any(r.zh == "周末" for r in self.skipped) else []
            named = (f"{r.en} ({r.text})" for r in self.skipped if r.zh != "周末")
            text += ", not counted: " + ", ".join([*weekends, *named])
        return text + "".join(f", {r.text} counts ({r.en})" for r in self.made_up)

    def as_dict(self) -> dict[str, object]:
        return {
            "base": self.base,
            "base_day": self.base_day.isoformat(),
            "sign": self.sign,
            "amount": self.amount,
            "unit": self.unit,
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "skipped": [r.as_dict() for r in self.skipped],
            "made_up": [r.as_dict() for r in self.made_up],
            "on": self.on.isoformat(),
            "at": self.at.isoformat(),
            "zh": self.zh,
            "en": self.en,
        }


def base_label(base: Base) -> tuple[str, str]:
    """What a person calls the day that a limit counts from, in Chinese and in English."""
    if base.kind in _BASE_LABELS:
        return _BASE_LABELS[base.kind]
    match base.kind:
        case "fixed":
            return f"每年{base.argument}", f"{base.argument} of the year"
        case "lastwd" if base.argument in _LAST_LABELS:
            zh, en = _LAST_LABELS[base.argument]
            return f"本{zh}最后一个工作日", f"the last working day of the {en}"
        case "lastwd" if base.argument.startswith("param("):
            name = base.argument[6:-1]
            return f"参数{name}所定月份最后一个工作日", f"the last working day of the month in parameter {name}"
        case "lastwd":
            return f"{int(base.argument)}月最后一个工作日", f"the last working day of month {base.argument}"
        case "param":
            return f"参数{base.argument}", f"parameter {base.argument}"
        case _:
            return VARIABLE_LABELS.get(base.argument, (f"变量{base.argument}", f"variable {base.argument}"))
