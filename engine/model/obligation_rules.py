"""The catalogue of obligations (义务清单, domain.md §4) as data: who owes what for which period.

What ships stands in `tables/obligations.json`. An administrator may change the rules in part; a change applies to
periods that begin after it, and what was generated keeps the version by which it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from engine.errors import InputRejected, NotFound
from engine.model.due_grammar import parse_due
from engine.model.params import Params
from engine.model.period import PeriodKind
from engine.model.scanner import GrammarError
from engine.model.unit_filter import parse_unit_filter

OwnerKind = Literal["unit", "holder", "branch", "staff"]
RulePeriod = Literal["year", "half", "quarter", "month", "window", "event"]
CALENDAR_PERIODS: tuple[PeriodKind, ...] = get_args(PeriodKind)
ALWAYS = date.min  #: from when the shipped rules hold
#: What an administrator may change; the rest is what the drawings are built for.
EDITABLE = ("zh", "en", "due", "units", "active")


class UnknownObligation(NotFound):
    """The catalogue has no such obligation. Facts: code."""

    code = "unknown_obligation"

    def __init__(self, code: str) -> None:
        super().__init__(f"There is no obligation {code!r}.", code_of_obligation=code)
        self.zh = f"义务清单中没有“{code}”。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who owes it: each unit, each holder of one of the positions, each branch or each member of staff."""

    kind: OwnerKind
    units: str  #: a unit filter: those among which the owners are
    positions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """A day that another obligation of the same unit and period sets for this one."""

    code: str  #: of the other
    need: str  #: whose evidence sets it
    due: str  #: by this rule, in which `var(on)` is the day of that evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the catalogue, in one version."""

    code: str  #: "O05"
    zh: str
    en: str
    owner: Owner
    period: RulePeriod
    due: Mapping[str, str]  #: rule in the grammar of cx:due, by number of the period in its year; "" for all
    counted_from: Literal["start", "end"]  #: the day from which fixed days are looked for: of the period, or after it
    needs: tuple[str, ...]  #: words of the evidence that together are enough
    dated_by: str  #: the need whose day decides timeliness; "": the last one
    process: str  #: key of the process that brings the evidence
    clause: str
    provenance: Literal["S", "R", "L"]
    active: bool  #: False: shown as 未启用, nothing is generated
    shares: Mapping[str, str] = field(default_factory=dict)  #: need to the parameter of the percentage that is enough
    each_branch: bool = False  #: every branch of the unit must bring each need
    checkpoint: str = ""  #: a day in between at which an open one turns yellow, as a due rule
    follows: Follows | None = None
    version: int = 1
    valid_from: date = ALWAYS  #: for periods that begin on this day or later

    @property
    def mechanism(self) -> str:
        """Number of the mechanism in whose group it is shown: that of its clause."""
        return f"P{_CLAUSES.index(self.clause) + 1:02d}"

    def due_rule(self, number: int) -> str:
        """The due rule for the period of this number in its year."""
        return self.due.get(str(number)) or self.due.get("") or next(iter(self.due.values()))

    def changed(self, changes: Mapping[str, object], *, valid_from: date) -> Rule:
        """The next version. Raises InputRejected for what cannot be changed, or to that."""
        for name in changes:
            if name not in EDITABLE:
                raise _rejected(name, f"不能修改“{name}”。", f"{name!r} cannot be changed.")
        made = replace(self, version=self.version + 1, valid_from=valid_from)
        for name, value in changes.items():
            made = _with(made, name, value)
        return made

    def as_changes(self) -> dict[str, object]:
        """What an administrator may have changed, as it is stored."""
        return {
            "zh": self.zh,
            "en": self.en,
            "due": dict(self.due),
            "units": self.owner.units,
            "active": self.active,
        }


_CLAUSES = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every version of every rule."""

    versions: Mapping[str, tuple[Rule, ...]]  #: by code, the oldest first

    def __iter__(self) -> Any:
        return iter(tuple(rules[-1] for rules in self.versions.values()))

    def rule(self, code: str) -> Rule:
        """The newest version. Raises UnknownObligation."""
        return self._of(code)[-1]

    def version(self, code: str, number: int) -> Rule:
        """That version, the newest where it is not known any more. Raises UnknownObligation."""
        return next((rule for rule in self._of(code) if rule.version == number), self._of(code)[-1])

    def for_period(self, code: str, first_day: date) -> Rule:
        """The version for a period that begins on that day. Raises UnknownObligation."""
        fitting = [rule for rule in self._of(code) if rule.valid_from <= first_day]
        return fitting[-1] if fitting else self._of(code)[0]

    def _of(self, code: str) -> tuple[Rule, ...]:
        if code not in self.versions:
            raise UnknownObligation(code)
        return self.versions[code]


def catalogue(edits: Sequence[tuple[str, Mapping[str, object], date]] = ()) -> Catalogue:
    """The shipped catalogue with the changes of administrators: (code, changes, valid from), oldest first."""
    versions = {rule.code: [rule] for rule in _shipped()}
    for code, changes, valid_from in edits:
        if code in versions:
            versions[code].append(versions[code][-1].changed(changes, valid_from=valid_from))
    return Catalogue({code: tuple(rules) for code, rules in versions.items()})


@cache
def _shipped() -> tuple[Rule, ...]:
    text = (files("engine.model") / "tables" / "obligations.json").read_text(encoding="utf-8")
    return tuple(_read(row) for row in json.loads(text))


def _read(row: Mapping[str, Any]) -> Rule:
    owner = row["owner"]
    due = row["due"]
    return Rule(
        **{
            **row,
            "owner": Owner(kind=owner["kind"], units=owner["units"], positions=tuple(owner.get("positions", ()))),
            "due": due if isinstance(due, dict) else {"": due},
            "needs": tuple(row["needs"]),
            "follows": Follows(**row["follows"]) if row.get("follows") else None,
        }
    )


def _with(rule: Rule, name: str, value: object) -> Rule:
    match name:
        case "zh" | "en":
            if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_NAME:
                raise _rejected(name, "名称须为1至100个字。", "A name has 1 to 100 characters.")
            return replace(rule, zh=value.strip()) if name == "zh" else replace(rule, en=value.strip())
        case "active":
            if not isinstance(value, bool):
                raise _rejected(name, "启用与否须为是或否。", "active is true or false.")
            return replace(rule, active=value)
        case "units":
            return replace(rule, owner=replace(rule.owner, units=_checked_units(value)))
        case _:
            return replace(rule, due=_checked_due(value))


_LONGEST_NAME = 100


def _checked_units(value: object) -> str:
    try:
        return parse_unit_filter(str(value)).text
    except GrammarError as error:
        raise _rejected("units", f"单位范围“{value}”无法识别：{error.zh}", f"{value!r}: {error.en}") from None


def _checked_due(value: object) -> Mapping[str, str]:
    rules = value if isinstance(value, Mapping) else {"": value}
    if not rules:
        raise _rejected("due", "请填写期限。", "A due rule is needed.")
    for text in rules.values():
        try:
            parsed = parse_due(str(text))
        except GrammarError as error:
            raise _rejected("due", f"期限“{text}”无法识别：{error.zh}", f"{text!r}: {error.en}") from None
        unknown = [name for name in sorted(parsed.params) if name not in Params.load()]
        if unknown or parsed.variables:
            names = "、".join([*unknown, *sorted(parsed.variables)])
            raise _rejected("due", f"期限用到不存在的参数或变量：{names}。", f"There is no {names} to count from.")
        if "delivered" in parsed.text:  # a duty is not handed over to anybody: the night could not date it
            raise _rejected(
                "due", "义务没有送达日，不能用 delivered。", "A duty is not delivered: count from elsewhere."
            )
    return {str(number): str(text) for number, text in rules.items()}


def _rejected(field_name: str, zh: str, en: str) -> InputRejected:
    return InputRejected(zh, en, field=field_name)
