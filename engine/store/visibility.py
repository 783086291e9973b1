"""Who sees which case, as a condition for queries. Row-level security holds the same rule as a net under it.

The rule (domain.md §1.3, §6.5): the system sees all; a person sees an unsealed case whose unit or issuer lies in the
subtree he leads or inspects, or is his own unit as an officer; and every case to which he is a party.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import CollectionAggregate
from sqlalchemy.types import Text

from engine.store.scope import SYSTEM
from engine.store.tables import card, instance, instance_party, obligation, user_task

#: A person, or a parameter that stands for one where a statement is built once for all; never for the system.
Actor: TypeAlias = str | BindParameter[str]


def visible_instances(actor: Actor) -> ColumnElement[bool]:
    """WHERE condition on `tables.instance`: the cases that `actor` may see."""
    if isinstance(actor, str) and actor == SYSTEM:
        return true()
    units = _units_of(actor)
    return or_(
        and_(not_(instance.c.sealed), or_(instance.c.unit == units, instance.c.issuer_unit == units)),
        _is_party(instance.c.id, actor),
    )


def visible_tasks(actor: Actor) -> ColumnElement[bool]:
    """WHERE condition on `tables.user_task`: the user tasks of the cases that `actor` may see."""
    if isinstance(actor, str) and actor == SYSTEM:
        return true()
    units = _units_of(actor)
    return or_(
        user_task.c.assignee == actor,
        and_(not_(user_task.c.case_sealed), or_(user_task.c.case_unit == units, user_task.c.case_issuer_unit == units)),
        _is_party(user_task.c.instance_id, actor),
    )


def visible_cards(actor: Actor) -> ColumnElement[bool]:
    """WHERE condition on `tables.card`: cards of and by the units that `actor` oversees, and of his own cases.

    A card of a case that he may not see (a sealed one) stays hidden: `nobody outside` holds for its papers too.
    """
    if isinstance(actor, str) and actor == SYSTEM:
        return true()
    units = _units_of(actor)
    of_case = select(literal(1)).where(instance.c.id == card.c.case_id, visible_instances(actor)).correlate(card)
    return or_(
        and_(or_(card.c.unit == units, card.c.issuer_unit == units), or_(card.c.case_id.is_(None), of_case.exists())),
        _is_party(card.c.instance_id, actor),
        _is_party(card.c.case_id, actor),
    )


#: Who oversees more units than this sees most of what there is: one look at everything is then the shorter way.
_FEW_UNITS = 12


def ways_to_instances(actor: str, units: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """The same rule as `visible_instances`, one condition for each way to see a case; a case may be seen in several.

    A scan for each way has an index to go by; "one way or the other" has none and looks at every case there is.
    units: what `oversees` says of the person.
    """
    if actor == SYSTEM or len(units) > _FEW_UNITS:
        return (visible_instances(actor),)
    of_party = instance.c.id.in_(select(instance_party.c.instance_id).where(instance_party.c.person_id == actor))
    if not units:
        return (of_party,)
    unsealed = not_(instance.c.sealed)
    return (of_party, and_(unsealed, instance.c.unit.in_(units)), and_(unsealed, instance.c.issuer_unit.in_(units)))


def oversees(actor: str) -> Select[list[str]]:
    """The units whose unsealed cases `actor` may see today, as one array."""
    return select(func.cx_units_of(bindparam(None, actor, Text), type_=ARRAY(Text)))


def nothing_visible() -> ColumnElement[bool]:
    """The condition for roles without case content (analyst, admin, auditor, operator)."""
    return false()


def _units_of(actor: Actor) -> CollectionAggregate[Any]:
    # In a sub-select of its own the function runs once per statement, not once per row.
    units = select(
        func.cx_units_of(bindparam(None, actor, Text) if isinstance(actor, str) else actor)
    ).scalar_subquery()
    return any_(cast(units, ARRAY(Text)))


def _is_party(instance_id: ColumnElement[object], actor: Actor) -> ColumnElement[bool]:
    return exists(
        select(literal(1)).where(instance_party.c.instance_id == instance_id, instance_party.c.person_id == actor)
    )


def visible_obligations(actor: Actor, *, counted: bool = False) -> ColumnElement[bool]:
    """WHERE condition on `tables.obligation`: of the units that `actor` oversees or works in, and his own.

    counted: for a statement that looks at most rows, and asks a set that is hashed; a list goes by the index on units.
    """
    if isinstance(actor, str) and actor == SYSTEM:
        return true()
    if counted:
        asked = bindparam(None, actor, Text) if isinstance(actor, str) else actor
        units = select(func.unnest(func.cx_units_of(asked)))
        return or_(obligation.c.unit.in_(units), obligation.c.person == actor)
    return or_(obligation.c.unit == _units_of(actor), obligation.c.person == actor)
