"""What the tests of the model start from: the national calendar, instants, due days and a small organisation."""

from datetime import date, datetime, time
from functools import cache
from random import Random

from engine.model.calendar import WorkCalendar
from engine.model.clock import instant
from engine.model.due import Due, due_of
from engine.model.organization import Organization, Person, Position, RoleGrant
from engine.model.preloaded import preloaded_units


def seeded(seed: int = 1) -> Random:
    """Randomness that repeats."""
    return Random(seed)  # noqa: S311


@cache
def national() -> WorkCalendar:
    return WorkCalendar.national()


def day(text: str) -> date:
    """ "03-05" is in 2026."""
    return date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def at(text: str, clock: str = "09:00") -> datetime:
    return instant(day(text), time.fromisoformat(clock))


def due(rule: str, *, created: str = "03-02", calendar: WorkCalendar | None = None, **inputs: object) -> Due:
    """The Due of `rule`; inputs by name, `limit="2026-03-23"` is the variable limit, `delivered` and `started` days."""
    named: dict[str, object] = {"created": at(created).isoformat()}
    for name, value in inputs.items():
        name = name.replace("period_", "period.")
        is_day = name in ("delivered", "started", "period.start", "period.end")
        named[name if is_day else f"var.{name}"] = day(value).isoformat() if is_day else value
    return due_of(rule, named, calendar or national())


def due_on(text: str) -> Due:
    """A task that is due on this very day."""
    return due("var(x)", created="01-05", x=day(text).isoformat())


def a_person(person: str, unit: str, name: str = "") -> Person:
    return Person(id=person, name=name or f"用户{person[1:]}", unit=unit)


def a_position(person: str, code: str, unit: str, **changes: object) -> Position:
    values = {"person": person, "code": code, "unit": unit, "valid_from": date(2025, 1, 1)} | changes
    return Position(**values)


def a_grant(person: str, role: str, unit: str, **changes: object) -> RoleGrant:
    values = {"person": person, "role": role, "unit": unit, "valid_from": date(2025, 1, 1)} | changes
    return RoleGrant(**values)


POSTS = {
    # 蒙自市公安局
    "u101": ("PERSON_RESP", "532503-GA"),
    "u102": ("LEAD_DIRECT", "532503-GA"),
    "u103": ("LEAD_MAIN", "532503-GA"),
    "u104": ("DEPT_RESP", "532503-GA"),
    # 蒙自市委政法委
    "u041": ("PERSON_RESP", "532503-ZF"),
    "u042": ("LEAD_DIRECT", "532503-ZF"),
    "u043": ("LEAD_MAIN", "532503-ZF"),
    # 州委政法委
    "u001": ("LEAD_MAIN", "532500-ZF"),
    "u002": ("LEAD_DIRECT", "532500-ZF"),
    "u003": ("PERSON_RESP", "532500-ZF"),
}
GRANTS = {
    "u044": ("inspector", "532503-ZF"),
    "u045": ("inspector", "532503-ZF"),
    "u046": ("reviewer", "532503-ZF"),
    "u011": ("reviewer", "532500-ZF"),
    "u012": ("intake", "532500-ZF"),
    "u051": ("reviewer", "532504-ZF"),
    "u061": ("reviewer", "532501-ZF"),
    "u105": ("officer", "532503-GA"),
}


def an_organization(**changes: object) -> Organization:
    """The 70 units with people in 532503-GA, 532503-ZF, 532500-ZF and a reviewer in two other commissions."""
    values: dict[str, object] = {
        "units": preloaded_units(),
        "people": tuple(a_person(p, unit) for p, (_, unit) in (POSTS | GRANTS).items()),
        "positions": tuple(a_position(p, code, unit) for p, (code, unit) in POSTS.items()),
        "grants": tuple(a_grant(p, role, unit) for p, (role, unit) in GRANTS.items()),
    }
    return Organization(**(values | changes))
