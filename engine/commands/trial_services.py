"""What the engine's own services answer in a try-out: plausible values, and nothing is done anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time

from engine.commands.services.ladder import NEVER
from engine.core import Reference
from engine.model.clock import OFFICE_OPENS, instant
from engine.model.due import Due, due_of
from engine.model.ladder import PROFILES, ProfileName, looks_again, next_threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When and where a service is asked. started: the day on which the try-out began."""

    today: date
    started: date
    reference: Reference


Answer = Callable[[Mapping[str, object], Moment], Mapping[str, object]]


def example_answer(service: str, data: Mapping[str, object], moment: Moment) -> Mapping[str, object]:
    """Variables that the service might give; {} for one that gives none."""
    found = _ANSWERS.get(service)
    return found(data, moment) if found is not None else {}


def _register(data: Mapping[str, object], moment: Moment) -> Mapping[str, object]:
    superior = moment.reference.organization.superior(str(data.get("unit", "")))
    return {
        "business_no": "WT-TEST-0001",
        "issuer_unit": superior,
        "repeats_12m": 0,
        "returns": 0,
        "reject_count": 0,
    }


def _start_limit(data: Mapping[str, object], moment: Moment) -> Mapping[str, object]:
    limit = moment.reference.calendar.add_working_days(moment.today, _number(data, "limit_wd", 15))
    return {"delivered": moment.today.isoformat(), "limit": limit.isoformat()}


def _renew_limit(data: Mapping[str, object], moment: Moment) -> Mapping[str, object]:
    limit = moment.reference.calendar.add_working_days(moment.today, moment.reference.params.number("rectify_redo_wd"))
    return {"limit": limit.isoformat(), "returns": _number(data, "returns", 0) + 1}


def _draw_sample(data: Mapping[str, object], moment: Moment) -> Mapping[str, object]:
    return {"sampled": data.get("severity") in ("C", "D"), "submitted_on": moment.today.isoformat()}


def _ask_recheck(data: Mapping[str, object], _moment: Moment) -> Mapping[str, object]:
    return {"rechecked": data.get("severity") in ("C", "D")}


def _close(_data: Mapping[str, object], moment: Moment) -> Mapping[str, object]:
    later = date.fromordinal(moment.today.toordinal() + moment.reference.params.number("recheck_after_cd"))
    at = instant(moment.reference.calendar.on_or_after(later), time(9))
    return {"closed_on": moment.today.isoformat(), "recheck_on": at.isoformat()}


def _reject(data: Mapping[str, object], _moment: Moment) -> Mapping[str, object]:
    return {"reject_count": _number(data, "reject_count", 0) + 1}


def _next_threshold(data: Mapping[str, object], moment: Moment) -> Mapping[str, object]:
    """As the ladder of a task that had reached the first rung when the try-out began."""
    named, calendar = data.get("profile"), moment.reference.calendar
    profile: ProfileName = named if named in PROFILES else "STD"
    level = _number(data, "level", 0)
    found = next_threshold(_late_due(profile, moment), profile, level, calendar)
    if found is None:
        return {"base": level, "next_level_at": instant(NEVER, OFFICE_OPENS).isoformat()}
    at = looks_again(found.at, moment.today, calendar)
    return {"base": found.level.level, "next_level_at": at.isoformat()}


def _late_due(profile: ProfileName, moment: Moment) -> Due:
    on = moment.reference.calendar.add_working_days(moment.started, -PROFILES[profile][0].wd)
    inputs = {"created": instant(on, OFFICE_OPENS).isoformat(), "var.due_on": on.isoformat()}
    return due_of("var(due_on)", inputs, moment.reference.calendar)


def _number(data: Mapping[str, object], name: str, default: int) -> int:
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000 else default


_ANSWERS: Mapping[str, Answer] = {
    "register_problem": _register,
    "start_limit": _start_limit,
    "renew_limit": _renew_limit,
    "draw_sample": _draw_sample,
    "ask_recheck": _ask_recheck,
    "close_problem": _close,
    "reject_to_issuer": _reject,
    "next_threshold": _next_threshold,
}
