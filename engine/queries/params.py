"""The parameters in force: where each value comes from, whether the client has confirmed it, who set it last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.params import Param, Params
from engine.model.step import PersonId
from engine.queries.frame import FrameFacts, read_frame
from engine.store import tables as t
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamLine:
    """One parameter. `pending`: 待确认参数, a local default that nobody has confirmed yet."""

    param: Param
    shipped: int | str  #: the value it came with
    pending: bool
    changed_by: str  #: name; "" where it is as shipped
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamView:
    """All of them, for a page. may_set: the reader administers the top unit."""

    frame: FrameFacts
    lines: tuple[ParamLine, ...]
    may_set: bool


def param_lines(engine: Engine, person: PersonId) -> tuple[ParamLine, ...]:
    """In the order of the shipped list."""
    with engine.reading(person) as tx:
        return _lines(engine, tx)


def param_view(engine: Engine, person: PersonId) -> ParamView:
    """The same for a page."""
    with engine.reading(person) as tx:
        organization = engine.reference(tx).organization
        may_set = organization.has_role(person, "admin", organization.top(), local_day(tx.now))
        return ParamView(frame=read_frame(engine, tx), lines=_lines(engine, tx), may_set=may_set)


def _lines(engine: Engine, tx: Transaction) -> tuple[ParamLine, ...]:
    reference, shipped = engine.reference(tx), Params.load()
    table = t.param.c
    query = select(table.name, table.confirmed, table.changed_by, table.changed_at)
    stored = {row.name: row for row in tx.connection.execute(query)}
    lines = []
    for param in reference.params:
        row = stored.get(param.key)
        lines.append(
            ParamLine(
                param=param,
                shipped=shipped[param.key].value,
                pending=param.is_pending and not (row is not None and row.confirmed),
                changed_by=reference.organization.person_name(row.changed_by) if row is not None else "",
                changed_at=row.changed_at if row is not None else None,
            )
        )
    return tuple(lines)
