"""Who goes on with the work of somebody who has left a post or lost a role (domain.md §1.5, 交接)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from engine.model.assign_grammar import AssignRule
from engine.model.organization import Organization, Position

FALLBACK_POSITIONS = ("LEAD_DIRECT", "LEAD_MAIN")


def has_left(organization: Organization, person: str, unit: str, on: date) -> bool:
    """True when the person held a post in `unit` before that day and holds none on it."""
    posts = organization.posts_of(person, unit)
    return any(_ended(p, on) for p in posts) and not any(p.is_held(on) for p in posts)


def successors(organization: Organization, person: str, unit: str, on: date) -> tuple[str, ...]:
    """Who now holds the post that the person held last in `unit`; its substitute where nobody does; () for nobody.

    Of several holders those who took over the same departments, if any did.
    """
    ended = [p for p in organization.posts_of(person, unit) if _ended(p, on)]
    last_day = max((p.valid_until for p in ended if p.valid_until is not None), default=None)
    found: dict[str, None] = {}
    for post in (p for p in ended if p.valid_until == last_day):
        holders = organization.holders(unit, post.code, on)
        same = [h for h in holders if set(h.departments) & set(post.departments)]
        found.update(dict.fromkeys(h.person for h in same or holders))
        if not holders:
            found.update(dict.fromkeys(filter(None, (organization.substitute(person, unit, post.code, on),))))
    return tuple(found)


def has_lost_ground(rule: AssignRule, person: str, unit: str, organization: Organization, on: date) -> bool:
    """True when what gave the person a task of `unit` under `rule` has ended by that day.

    A task that a colleague handed on by hand stays where it is while the receiver has a post in the unit.
    """
    match rule.selector:
        case "pos":
            grounds = (rule.name, *FALLBACK_POSITIONS)
            posts = [p for p in organization.posts_of(person, unit) if p.code in grounds]
            ended = any(_ended(p, on) for p in posts)
            still = any(p.is_held(on) for p in posts if p.code == rule.name)
            return (ended and not still) or has_left(organization, person, unit, on)
        case "user":
            return has_left(organization, person, unit, on)
        case "role":
            grants = [g for g in organization.grants_of(person, unit) if g.role == rule.name]
            had = any(g.valid_until is not None and g.valid_until < on for g in grants)
            return had and person not in organization.members(rule.name, unit, on)
        case _:
            return False


def ground_ends(
    rule: AssignRule, people: Iterable[str], unit: str, organization: Organization, on: date
) -> date | None:
    """The first day after `on`, by what is entered today, on which one of the people will have lost ground."""
    ends: set[date] = set()
    for person in people:
        ends |= {p.valid_until for p in organization.posts_of(person, unit) if p.valid_until is not None}
        ends |= {g.valid_until for g in organization.grants_of(person, unit) if g.valid_until is not None}
    following = sorted(day + timedelta(days=1) for day in ends if day >= on)
    return next(
        (day for day in following if any(has_lost_ground(rule, person, unit, organization, day) for person in people)),
        None,
    )


def _ended(position: Position, on: date) -> bool:
    return position.valid_until is not None and position.valid_until < on
