"""One unit of the organisation: its posts, who holds them, and which stand vacant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.core import Engine
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.organization import Department, Organization, Position, Unit
from engine.model.preloaded import Labelled, position_labels
from engine.model.step import PersonId
from engine.model.vacancy import REQUIRED, Vacancy
from engine.queries.choices import PersonChoice, people_of
from engine.queries.frame import FrameFacts, UnitName, read_frame, unit_named
from engine.queries.organization import readable_units, type_of, vacancies_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a post, held it, or will."""

    person: PersonId
    name: str
    first_day: date
    last_day: date | None
    departments: tuple[str, ...]  #: names of those in charge; () for all, or where there are none to tell
    is_away: bool  #: today
    substitute: str  #: name of who acts today, "" for nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post of a unit."""

    position: Labelled
    is_required: bool
    now: tuple[Holder, ...]
    coming: tuple[Holder, ...]
    past: tuple[Holder, ...]  #: the youngest first, at most five
    vacancy: Vacancy | None  #: of today, or the first in sight


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """All that the page of one unit in the organisation shows."""

    frame: FrameFacts
    today: date
    row: Unit
    unit: UnitName
    type: Labelled
    superior: UnitName | None
    below: tuple[UnitName, ...]
    posts: tuple[Post, ...]
    departments: tuple[Department, ...]
    people: tuple[PersonChoice, ...]  #: of the unit
    people_count: int  #: with those who have no account
    is_own_or_below: bool  #: the reader may read its work and its roster too
    may_change: bool  #: posts and names
    may_close: bool  #: the administrator of the superior decides whether there is such a unit


def unit_view(engine: Engine, reader: PersonId, code: str) -> UnitView:
    """Raises NotFound for a unit that does not exist or that the reader may not see."""
    with engine.reading(reader) as tx:
        reference, today = engine.reference(tx), local_day(tx.now)
        organization = reference.organization
        unit = organization.unit(code)
        if unit is None or code not in readable_units(organization, reader, today):
            raise NotFound(f"There is no unit {code}.", id=code)
        gaps = {(gap.unit, gap.position): gap for gap in vacancies_of(reference, today)}
        return UnitView(
            frame=read_frame(engine, tx),
            today=today,
            row=unit,
            unit=unit_named(organization, code),
            type=type_of(unit),
            superior=unit_named(organization, unit.superior) if unit.superior else None,
            below=tuple(unit_named(organization, child) for child in organization.children(code)),
            posts=tuple(
                _post(organization, unit, label, gaps.get((code, label.code)), today) for label in position_labels()
            ),
            departments=tuple(sorted(organization.departments_of(code), key=lambda found: found.code)),
            people=people_of(engine, tx, (code,)),
            people_count=len(organization.staff_of(code)),
            is_own_or_below=code in organization.subtree(organization.home_unit(reader)),
            may_change=organization.has_role(reader, "admin", code, today),
            may_close=organization.has_role(reader, "admin", unit.superior or code, today),
        )


def _post(organization: Organization, unit: Unit, label: Labelled, gap: Vacancy | None, today: date) -> Post:
    posts = sorted(organization.posts_at(unit.code, label.code), key=lambda post: (post.valid_from, post.person))
    past = [post for post in posts if post.valid_until is not None and post.valid_until < today]
    return Post(
        position=label,
        is_required=label.code in REQUIRED,
        now=tuple(_holder(organization, post, today) for post in posts if post.is_held(today)),
        coming=tuple(_holder(organization, post, today) for post in posts if post.valid_from > today),
        past=tuple(_holder(organization, post, today) for post in reversed(past))[:5],
        vacancy=gap,
    )


def _holder(organization: Organization, post: Position, today: date) -> Holder:
    names = {found.code: found.name for found in organization.departments_of(post.unit)}
    acting = organization.substitute(post.person, post.unit, post.code, today)
    return Holder(
        person=PersonId(post.person),
        name=organization.person_name(post.person),
        first_day=post.valid_from,
        last_day=post.valid_until,
        departments=tuple(names.get(code, code) for code in post.departments),
        is_away=organization.is_absent(post.person, today),
        substitute=organization.person_name(acting) if acting else "",
    )
