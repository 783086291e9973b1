"""Comments on a case, for its page, the pages of its tasks and its print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.core import Engine
from engine.model.organization import Organization
from engine.model.step import InstanceId, PersonId
from engine.queries.case_head import visible_case
from engine.queries.frame import UnitName, unit_named
from engine.store.comments import CommentRow
from engine.store.rows import InstanceRow
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentLine:
    """One comment. text: empty once its author has withdrawn it."""

    id: UUID
    instance_id: InstanceId
    person: PersonId
    name: str
    unit: UnitName
    at: datetime
    text: str
    mentioned: tuple[tuple[PersonId, str], ...]  #: account and name
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comments:
    """What was said about a case, oldest first, and whom a further comment may name by a click."""

    lines: tuple[CommentLine, ...]
    people: tuple[tuple[PersonId, str], ...]  #: others who have or had work in the case: account and name
    may_write: bool  #: False: the case has ended


def comments(engine: Engine, person: PersonId, instance_id: InstanceId) -> tuple[CommentLine, ...]:
    """Oldest first. Raises NotFound for a case that the person may not see."""
    with engine.reading(person) as tx:
        visible_case(tx, instance_id)
        return tuple(_lines(engine.reference(tx).organization, tx.comments_of(instance_id)))


def comment_line(engine: Engine, person: PersonId, comment_id: UUID) -> CommentLine:
    """Raises NotFound for a comment on a case that the person may not see."""
    with engine.reading(person) as tx:
        (line,) = _lines(engine.reference(tx).organization, [tx.comment(comment_id)])
        return line


def comments_of_case(engine: Engine, tx: Transaction, case: InstanceRow) -> Comments:
    """Of a case that the actor may see."""
    organization = engine.reference(tx).organization
    others = () if case.is_over else [one for one in tx.parties_of(case.id) if one != tx.actor]
    return Comments(
        lines=tuple(_lines(organization, tx.comments_of(case.id))),
        people=tuple((one, organization.person_name(one)) for one in others),
        may_write=not case.is_over,
    )


def _lines(organization: Organization, rows: Iterable[CommentRow]) -> Iterator[CommentLine]:
    for row in rows:
        yield CommentLine(
            id=row.id,
            instance_id=row.instance_id,
            person=row.person_id,
            name=organization.person_name(row.person_id),
            unit=unit_named(organization, organization.home_unit(row.person_id) or None),
            at=row.at,
            text=row.text if row.withdrawn_at is None else "",
            mentioned=tuple((PersonId(one), organization.person_name(one)) for one in row.mentioned),
            withdrawn_at=row.withdrawn_at,
        )
