"""What the engine's own services answer in a try-out: plausible values, and nothing is done anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time

from engine.core import Reference
from engine.model.clock import instant

Answer = Callable[[Mapping[str, object], date, Reference], Mapping[str, object]]


def example_answer(service: str, data: Mapping[str, object], today: date, reference: Reference) -> Mapping[str, object]:
    """Variables that the service might give; {} for one that gives none."""
    found = _ANSWERS.get(service)
    return found(data, today, reference) if found is not None else {}


def _register(data: Mapping[str, object], _today: date, reference: Reference) -> Mapping[str, object]:
    superior = reference.organization.superior(str(data.get("unit", "")))
    return {
        "business_no": "WT-TEST-0001",
        "issuer_unit": superior,
        "repeats_12m": 0,
        "returns": 0,
        "reject_count": 0,
    }


def _start_limit(data: Mapping[str, object], today: date, reference: Reference) -> Mapping[str, object]:
    limit = reference.calendar.add_working_days(today, _number(data, "limit_wd", 15))
    return {"delivered": today.isoformat(), "limit": limit.isoformat()}


def _renew_limit(data: Mapping[str, object], today: date, reference: Reference) -> Mapping[str, object]:
    limit = reference.calendar.add_working_days(today, reference.params.number("rectify_redo_wd"))
    return {"limit": limit.isoformat(), "returns": _number(data, "returns", 0) + 1}


def _draw_sample(data: Mapping[str, object], today: date, _reference: Reference) -> Mapping[str, object]:
    return {"sampled": data.get("severity") in ("C", "D"), "submitted_on": today.isoformat()}


def _close(_data: Mapping[str, object], today: date, reference: Reference) -> Mapping[str, object]:
    later = date.fromordinal(today.toordinal() + reference.params.number("recheck_after_cd"))
    at = instant(reference.calendar.on_or_after(later), time(9))
    return {"closed_on": today.isoformat(), "recheck_on": at.isoformat()}


def _reject(data: Mapping[str, object], _today: date, _reference: Reference) -> Mapping[str, object]:
    return {"reject_count": _number(data, "reject_count", 0) + 1}


def _next_threshold(data: Mapping[str, object], today: date, reference: Reference) -> Mapping[str, object]:
    at = instant(reference.calendar.add_working_days(today, 3), time(9))
    return {"base": min(_number(data, "level", 0) + 1, 5), "next_level_at": at.isoformat()}


def _number(data: Mapping[str, object], name: str, default: int) -> int:
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1000 else default


_ANSWERS: Mapping[str, Answer] = {
    "register_problem": _register,
    "start_limit": _start_limit,
    "renew_limit": _renew_limit,
    "draw_sample": _draw_sample,
    "close_problem": _close,
    "reject_to_issuer": _reject,
    "next_threshold": _next_threshold,
}
