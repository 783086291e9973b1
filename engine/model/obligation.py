"""What an obligation is at a moment: its state, its light, how far it has come, all computed from evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.model.calendar import WorkCalendar
from engine.model.light import YELLOW_WD, Light
from engine.model.obligation_rules import Rule
from engine.model.params import Params

State = Literal["upcoming", "open", "done", "overdue", "done_late", "waived", "lapsed"]
#: State to what it is called, in Chinese and in English.
STATE_LABELS: Mapping[State, tuple[str, str]] = {
    "upcoming": ("未到期", "not due yet"),
    "open": ("进行中", "in progress"),
    "done": ("已完成", "done"),
    "overdue": ("逾期", "overdue"),
    "done_late": ("逾期办结", "done late"),
    "waived": ("免除", "waived"),
    "lapsed": ("不再承担", "no longer owed"),
}
WHOLE = 100  #: percent
#: Of a group of obligations; late_done: all of it is done, some of it late.
GroupLight = Literal["red", "yellow", "green", "blue", "late_done", "grey"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A fact that a process has established towards an obligation."""

    need: str  #: which need of the rule it meets
    on: date  #: the day that decides timeliness
    part: str = ""  #: code of the branch, where each branch brings its own
    done: int | None = None  #: of a share: 17 …
    of: int | None = None  #: … of 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """What the evidence so far comes to."""

    dated_on: date | None = None  #: day of the evidence that decides timeliness, also while others are missing
    done_on: date | None = None  #: the day on which it counts as done; None: it is not
    done: int | None = None
    of: int | None = None
    met: tuple[str, ...] = ()  #: needs that are met


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that the state of an obligation depends on."""

    opens_on: date
    due_on: date
    dated_on: date | None = None
    done_on: date | None = None
    waived: bool = False
    lapsed: bool = False
    checkpoint_on: date | None = None


def reckon(rule: Rule, evidence: Iterable[Evidence], parts: frozenset[str], params: Params) -> Reckoning:
    """What `evidence`, in the order in which it was recorded, comes to.

    Of two facts about one need the later counts (a meeting that was returned and held again), until everything is
    there: from then on nothing makes it undone or later. parts: the branches of the unit, for a rule about each.
    """
    latest: dict[tuple[str, str], Evidence] = {}
    found = Reckoning()
    for fact in evidence:
        if fact.need not in rule.needs:
            continue
        latest[fact.need, fact.part if rule.each_branch else ""] = fact
        found = _reckoned(rule, latest, parts, params)
        if found.done_on is not None:
            break
    return found


def state_of(standing: Standing, today: date) -> State:
    """The one definition of where an obligation stands. `engine/queries/obligations.py` says the same in SQL.

    What was done in time and only waits for its acceptance is not overdue: the day of the deciding evidence counts.
    """
    if standing.lapsed:
        return "lapsed"
    if standing.waived:
        return "waived"
    if standing.done_on is not None:
        return "done" if standing.done_on <= standing.due_on else "done_late"
    if (standing.dated_on or today) > standing.due_on:
        return "overdue"
    return "upcoming" if today < standing.opens_on else "open"


def light_of(standing: Standing, today: date, calendar: WorkCalendar) -> Light:
    """The light by domain.md §6.2; past its checkpoint an open one is yellow however far its due day is."""
    match state_of(standing, today):
        case "waived" | "lapsed":
            return Light(color="grey", days_left=0)
        case "upcoming":
            return Light(color="grey", days_left=calendar.count(today, standing.due_on))
        case "done":
            return Light(color="blue", days_left=0)
        case "done_late":
            late = calendar.count(standing.due_on, standing.done_on or today)
            zh, en = f"逾期办结（{late}日）", f"done late ({late} working days)"
            return Light(color="blue", days_left=0, late_days=late, mark_zh=zh, mark_en=en)
        case "overdue":
            late = calendar.count(standing.due_on, today)
            return Light(color="red", days_left=-late, late_days=late, mark_zh="逾期", mark_en="overdue")
    left = calendar.count(today, standing.due_on)
    passed = standing.checkpoint_on is not None and today > standing.checkpoint_on
    return Light(color="yellow" if left <= YELLOW_WD or passed else "green", days_left=left)


def light_of_group(counts: Mapping[State, int], soon: int) -> GroupLight:
    """The light of many obligations counted together: the worst of theirs, so that no red one hides among others.

    counts: by state; soon: how many of the open ones are yellow. Grey: nothing of it is owed now.
    """
    if counts.get("overdue"):
        return "red"
    if soon:
        return "yellow"
    if counts.get("open"):
        return "green"
    if counts.get("upcoming"):
        return "grey" if not (counts.get("done") or counts.get("done_late")) else "green"
    if counts.get("done_late"):
        return "late_done"
    return "blue" if counts.get("done") else "grey"


def _reckoned(
    rule: Rule, latest: Mapping[tuple[str, str], Evidence], parts: frozenset[str], params: Params
) -> Reckoning:
    wanted = sorted(parts) if rule.each_branch else [""]
    days: dict[str, date] = {}
    done = of = None
    for need in rule.needs:
        facts = [latest[need, part] for part in wanted if (need, part) in latest]
        enough = [fact for fact in facts if _is_enough(rule, fact, params)]
        if rule.each_branch:
            done, of = len(enough), len(wanted)
        elif facts and facts[0].of is not None:
            done, of = facts[0].done, facts[0].of
        if wanted and len(enough) == len(wanted):
            days[need] = max(fact.on for fact in enough)
    is_whole = len(days) == len(rule.needs)
    dated_on = days.get(rule.dated_by) if rule.dated_by else None
    done_on = (dated_on or max(days.values())) if is_whole else None
    return Reckoning(dated_on=dated_on, done_on=done_on, done=done, of=of, met=tuple(days))


def _is_enough(rule: Rule, fact: Evidence, params: Params) -> bool:
    if fact.of is None:
        return True
    percent = params.number(rule.shares[fact.need]) if fact.need in rule.shares else WHOLE
    return fact.of > 0 and (fact.done or 0) * WHOLE >= percent * fact.of
