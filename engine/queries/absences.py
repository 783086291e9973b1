"""Who is away and who stands in: of oneself, or of somebody whom one administers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from engine.core import Engine
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.organization import Organization, Substitute
from engine.model.preloaded import Labelled, position_labels
from engine.model.step import PersonId
from engine.queries.choices import PersonChoice, people_of
from engine.queries.frame import FrameFacts, UnitName, read_frame, unit_named
from engine.queries.inbox_counts import MOST, is_open
from engine.store import tables as t
from engine.store.organization import AbsenceRow
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A position that the person holds, and who acts in it while he is away."""

    unit: UnitName
    position: Labelled
    substitute: str = ""  #: account; "" for nobody
    substitute_name: str = ""
    first_day: date | None = None
    last_day: date | None = None  #: None: without end


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """A post of somebody else in which the person acts while its holder is away."""

    holder_name: str
    unit: UnitName
    position: Labelled
    first_day: date
    last_day: date | None
    is_acting: bool  #: the holder is away today


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceView:
    """All that the page about one person's absences shows."""

    frame: FrameFacts
    today: date
    person: PersonId
    name: str
    unit: UnitName
    absences: tuple[AbsenceRow, ...]  #: of today and to come
    posts: tuple[PostView, ...]
    stands_in: tuple[StandIn, ...]
    colleagues: tuple[PersonChoice, ...]
    open_tasks: int  #: in the person's hands: an absence leaves them there
    manages: tuple[PersonChoice, ...]  #: for whom the reader, an administrator, may enter absences

    @property
    def is_own(self) -> bool:
        return self.person == self.frame.person


def absence_view(engine: Engine, reader: PersonId, person: PersonId) -> AbsenceView:
    """Raises NotFound for a person that does not exist, or whom the reader does not administer."""
    with engine.reading(reader) as tx:
        organization, today = engine.reference(tx).organization, local_day(tx.now)
        home = organization.home_unit(person)
        if not home or (person != reader and not organization.has_role(reader, "admin", home, today)):
            raise NotFound(f"There is no person {person}.", id=person)
        return AbsenceView(
            frame=read_frame(engine, tx),
            today=today,
            person=person,
            name=organization.person_name(person),
            unit=unit_named(organization, home),
            absences=tx.absences_of(person, today),
            posts=_posts(organization, person, today),
            stands_in=_stands_in(organization, person, today),
            colleagues=tuple(one for one in people_of(engine, tx, (home,)) if one.id != person),
            open_tasks=_open_tasks(tx) if person == reader else 0,
            manages=_managed(engine, tx, organization, reader, today),
        )


def _posts(organization: Organization, person: str, today: date) -> tuple[PostView, ...]:
    held = (p for p in organization.positions if p.person == person and p.is_held(today))
    named = [s for s in organization.substitutes if s.holder == person and _counts(s, today)]
    found = []
    for post in sorted(held, key=lambda p: (p.unit, p.code)):
        acting = next((s for s in named if (s.unit, s.position) == (post.unit, post.code)), None)
        found.append(
            PostView(
                unit=unit_named(organization, post.unit),
                position=_position(post.code),
                substitute=acting.person if acting else "",
                substitute_name=organization.person_name(acting.person) if acting else "",
                first_day=acting.valid_from if acting else None,
                last_day=acting.valid_until if acting else None,
            )
        )
    return tuple(found)


def _stands_in(organization: Organization, person: str, today: date) -> tuple[StandIn, ...]:
    return tuple(
        StandIn(
            holder_name=organization.person_name(found.holder),
            unit=unit_named(organization, found.unit),
            position=_position(found.position),
            first_day=found.valid_from,
            last_day=found.valid_until,
            is_acting=found.valid_from <= today and organization.is_absent(found.holder, today),
        )
        for found in organization.substitutes
        if found.person == person and _counts(found, today)
    )


def _managed(
    engine: Engine, tx: Transaction, organization: Organization, reader: str, today: date
) -> tuple[PersonChoice, ...]:
    tops = {g.unit for g in organization.grants if g.person == reader and g.role == "admin"}
    units = {unit for top in tops for unit in organization.subtree(top)}
    return people_of(engine, tx, sorted(unit for unit in units if organization.has_role(reader, "admin", unit, today)))


def _open_tasks(tx: Transaction) -> int:
    """In the hands of whoever asks, counted up to 1,000."""
    task = t.user_task.c
    mine = select(task.id).where(task.assignee == tx.actor, is_open()).limit(MOST)
    return int(tx.connection.execute(select(func.count()).select_from(mine.subquery())).scalar_one())


def _counts(substitute: Substitute, today: date) -> bool:
    """Today or later: one whose last day lies before its first was ended before it began."""
    last = substitute.valid_until
    return last is None or (last >= today and last >= substitute.valid_from)


def _position(code: str) -> Labelled:
    return next((label for label in position_labels() if label.code == code), Labelled(code=code, zh=code, en=code))
