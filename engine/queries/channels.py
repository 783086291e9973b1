"""The channels of a person, or of a unit for its administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.step import PersonId
from engine.outgoing.addresses import shown
from engine.queries.frame import FrameFacts, UnitName, names_of_unit, read_frame
from engine.store.channels import ChannelRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLine:
    """One channel as its owner sees it. address: of robots and web hooks only where it leads."""

    id: UUID
    kind: str
    address: str
    groups: tuple[str, ...]
    rhythm: str
    rests: bool
    language: str
    active: bool
    failures: int  #: in a row
    failing_since: datetime | None  #: wall time, like the two that follow
    last_reason: str  #: short code of the last failure; "" where the last message has left
    last_sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """A page of channels, and whose others the reader may look after."""

    frame: FrameFacts
    unit: str  #: "": the reader's own
    channels: tuple[ChannelLine, ...]
    units: tuple[UnitName, ...]  #: that the reader administers, by code


def channels_of(engine: Engine, person: PersonId, unit: str = "") -> tuple[ChannelLine, ...]:
    """The person's own, or those of `unit`; nothing for somebody who does not administer it."""
    with engine.reading(person) as tx:
        rows = tx.channels_of("unit", [unit]) if unit else tx.channels_of("person", [person])
    return tuple(_line(engine, row) for row in rows)


def channel_view(engine: Engine, person: PersonId, unit: str = "") -> ChannelView:
    """The same for a page."""
    with engine.reading(person) as tx:
        frame = read_frame(engine, tx)
        organization, today = engine.reference(tx).organization, local_day(tx.now)
        units = tuple(
            names_of_unit(one)
            for one in sorted(organization.units, key=lambda found: found.code)
            if one.is_active(today) and organization.has_role(person, "admin", one.code, today)
        )
        chosen = unit if unit in {one.code for one in units} else ""
        rows = tx.channels_of("unit", [chosen]) if chosen else tx.channels_of("person", [person])
    return ChannelView(frame=frame, unit=chosen, channels=tuple(_line(engine, row) for row in rows), units=units)


def _line(engine: Engine, row: ChannelRow) -> ChannelLine:
    return ChannelLine(
        id=row.id,
        kind=row.kind,
        address=shown(engine.settings, row.kind, row.address),
        groups=tuple(row.groups),
        rhythm=row.rhythm,
        rests=row.rests,
        language=row.language,
        active=row.active,
        failures=row.failures,
        failing_since=row.failing_since,
        last_reason=row.last_reason,
        last_sent_at=row.last_sent_at,
    )
