"""Titles that the engine gives to cases: written in Chinese, and read in English wherever a copy of one stands.

A title is one text: cards, ladders, approvals and papers take it over as it is. So its English is no second text to
be carried along with it, but a reading of the first; what a person has typed has no form here and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.model.preloaded import position_labels
from engine.model.windows import holiday_names

Named = Callable[[str], str]
_HALVES = {"上": "first", "下": "second"}
_QUARTERS = "一二三四"
_SLOT = re.compile(r"\{(\w+)\}")
#: What may stand in a slot; a slot that is not here takes any text.
_SHAPES = {
    "year": r"\d{4}",
    "number": r"\d{1,2}",
    "half": r"[上下]",
    "span": r"\d{4}年[^（）]*",
    "window": r"\d{4}年\D+",
}


@dataclass(frozen=True, slots=True)
class Title:
    """One form of title in both languages, with the same slots in braces."""

    zh: str
    en: str
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = _SLOT.split(self.zh)  # text, slot, text, slot, …, text
        shapes = (_shape(part) if at % 2 else re.escape(part) for at, part in enumerate(parts))
        object.__setattr__(self, "pattern", re.compile("".join(shapes)))

    def written(self, **facts: object) -> str:
        """The title of a case, from what is known when it begins."""
        return self.zh.format(**facts)


def _shape(slot: str) -> str:
    posts = "|".join(re.escape(label.zh) for label in position_labels())
    return f"(?P<{slot}>{posts if slot == 'position' else _SHAPES.get(slot, '.+')})"


STUDY = Title("{year}年{half}半年专题研究", "Study of the {half} half of {year}")
FURTHER_STUDY = Title("{year}年{half}半年专题研究（增开）", "Further study in the {half} half of {year}")
REPORT = Title("{year}年{half}半年专题报告", "Report on the {half} half of {year}")
DUTY_REPORT = Title("{year}年度述职述廉", "Reports on duties and integrity for {year}")
RESPONSIBILITY = Title("{year}年责任清单和履职承诺书", "Responsibilities and commitment letters of {year}")
CHANGE = Title("{position}{person}补签履职承诺书", "Commitment letter of {person}, new in the post: {position}")
VACANCY = Title("{unit}{position}岗位空缺", "Vacant post at {unit}: {position}")
SECOND_LOOKS = Title("{year}年{number}月销号问题回头看抽样", "Second looks at problems closed in {year}-{number}")
WINDOW_ROUND = Title("{window}督查", "Inspection round: {window}")
QUARTER_ROUND = Title("{year}年第{number}季度经常性督查", "Regular inspection round: quarter {number} of {year}")
TOPIC_ROUND = Title("专项督查：{topic}", "Special inspection round: {topic}")
ROUND = Title("督查", "Inspection round")
REPLY = Title("督查情况确认与说明：{unit}", "Reply to an inspection: {unit}")
VISIT = Title("{round}：{unit}", "{round}: {unit}")
OF_PERIOD = Title("{process}（{span}）", "{process} ({span})")
_ROUNDS = (WINDOW_ROUND, QUARTER_ROUND, TOPIC_ROUND, ROUND)
_ALL = (
    STUDY, FURTHER_STUDY, REPORT, DUTY_REPORT, RESPONSIBILITY, CHANGE, VACANCY, SECOND_LOOKS, REPLY, VISIT, *_ROUNDS,
    OF_PERIOD,
)  # fmt: skip


def half_zh(number: int) -> str:
    """The slot `half` of the first or second half-year."""
    return "上" if number == 1 else "下"


def in_english(title: str, named: Named) -> str:
    """The title in English, "" where the engine did not make it.

    named: the English of a unit, a process or a topic, by its Chinese name; the name itself where there is none.
    """
    return _read(title, named, _ALL)


def _read(title: str, named: Named, forms: tuple[Title, ...]) -> str:
    for form in forms:
        match = form.pattern.fullmatch(title)
        if match is None:
            continue
        slots = {slot: _slot(slot, text, named) for slot, text in match.groupdict().items()}
        if all(slots.values()):
            return form.en.format(**slots)
    return ""


def _slot(slot: str, text: str, named: Named) -> str:
    """What stands in a slot, in English; "" where it is not what this slot takes."""
    match slot:
        case "half":
            return _HALVES[text]
        case "position":
            return next(label.en for label in position_labels() if label.zh == text)
        case "window":
            return _window(text)
        case "span":
            return _span(text)
        case "round":
            return _read(text, named, _ROUNDS)
        case "unit" | "process" | "topic":
            return named(text)
    return text


def _span(text: str) -> str:
    """A period or a window as `schedule.span_of` names it."""
    if found := re.fullmatch(r"(\d{4})年", text):
        return found[1]
    if found := re.fullmatch(r"(\d{4})年([上下])半年", text):
        return f"{_HALVES[found[2]]} half of {found[1]}"
    if found := re.fullmatch(rf"(\d{{4}})年第([{_QUARTERS}])季度", text):
        return f"quarter {_QUARTERS.index(found[2]) + 1} of {found[1]}"
    if found := re.fullmatch(r"(\d{4})年(\d{1,2})月", text):
        return f"{found[1]}-{int(found[2]):02d}"
    return _window(text)


def _window(text: str) -> str:
    year, _, names = text.partition("年")
    found = [holiday_names().get(name, "") for name in names.split("·")]
    return f"{' · '.join(found)} {year}" if all(found) else ""
