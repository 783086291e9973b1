"""Names and words in the reader's language: units, people, processes, rungs, and what happened to a case."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from flask_babel import gettext, ngettext

from engine.model.case_titles import in_english
from engine.model.preloaded import preloaded_units
from engine.queries.frame import UnitName, names_of_unit
from webui.language import language as language
from webui.pages.parts import Plate
from webui.terms import term

#: What a list calls the mechanism of a process, and what a page calls the process. Terms.
MECHANISMS = {
    "S1_RECTIFY": "整改",
    "S2_LADDER": "督办",
    "S4_APPROVE": "审批",
    "P01_LEAD": "领导",
    "P02_PUSH": "推进",
    "P03_TRAIN": "培训",
    "P04_REPORT": "报告",
    "P05_SUPERVISE": "监督",
    "P06_EDUCATE": "教育",
    "P07_INVESTIGATE": "查处通报",
    "P08_PREVENT": "防治",
    "P09_ASSESS": "考核",
    "P10_INCENTIVE": "激励",
}
_PLATES: dict[str, Plate] = {
    "urge": "urge",
    "yellow": "yellow",
    "red": "red",
    "report": "report",
    "propose": "propose",
    # Profiles without cards: their rungs only tell somebody, which is what the plain plates mean.
    "case_lead": "urge",
    "approver": "report",
    "late": "urge",
    "leader": "report",
    "top": "report",
}
_LEVELS: tuple[Plate | None, ...] = (None, "urge", "yellow", "red", "report", "propose")


def say(zh: str, en: str) -> str:
    """One of two texts; what has no English is a term or stays as it is."""
    if language() == "zh":
        return zh
    return en or term(zh)


def unit_name(unit: UnitName, *, short: bool = False) -> str:
    """The name of a unit."""
    return say(unit.short_zh if short else unit.zh, unit.en)


def case_title(title: str) -> str:
    """The title of a case, or what took it over: in the reader's language where the engine has made it."""
    return title if language() == "zh" else in_english(title, _in_english) or title


def _in_english(name: str) -> str:
    return _units_in_english().get(name) or term(name)


@cache
def _units_in_english() -> Mapping[str, str]:
    """The units that the program brings along, by either of their Chinese names."""
    names = [names_of_unit(unit) for unit in preloaded_units()]
    return {zh: name.en for name in names for zh in (name.zh, name.short_zh)}


def mechanism(key: str) -> str:
    """What lists call the mechanism of a process; its key for one of an analyst's own."""
    return MECHANISMS.get(key, key)


def plate_of_level(level: int) -> Plate | None:
    """The plate beside a task whose ladder stands at `level`; None below the first rung."""
    return _LEVELS[level] if 0 <= level < len(_LEVELS) else None


def plate_of_code(code: str) -> Plate:
    """The plate of a rung."""
    return _PLATES[code]


def level_of_plate(plate: str) -> int | None:
    """The level behind a plate, for filters; None for a word that is no plate."""
    return next((level for level, known in enumerate(_LEVELS) if known == plate), None)


def plate_word(plate: Plate) -> str:
    """What a plate is called."""
    words = {
        "urge": gettext("催办"),
        "yellow": gettext("黄牌"),
        "red": gettext("红牌"),
        "report": gettext("上报上级"),
        "propose": gettext("问责启动建议"),
    }
    return str(words[plate])


def days(count: int) -> str:
    """ "3 个工作日" """
    return str(ngettext("%(num)s 个工作日", "%(num)s 个工作日", count))


def listed(items: list[str]) -> str:
    """ "周末、春节（02-15—02-23）" """
    return str(gettext("、")).join(items)


def severity_word(code: str) -> str:
    """ "B 一般" """
    words = {"A": gettext("A 轻微"), "B": gettext("B 一般"), "C": gettext("C 较重"), "D": gettext("D 严重")}
    return str(words.get(code, code))
