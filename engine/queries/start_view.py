"""发起事项: what a person may start, and the start form with its choices of units, departments and people."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core import Engine
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.starting import units_to_start_for
from engine.model.step import PersonId
from engine.queries.choices import Choices, choices_for
from engine.queries.frame import FrameFacts, read_frame
from engine.store.transaction import Transaction
from forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Startable:
    """A process that the person may start."""

    key: str
    name: str
    name_en: str
    documentation: str  #: of its start event, as the analyst wrote it


@dataclass(frozen=True, slots=True, kw_only=True)
class StartList:
    frame: FrameFacts
    items: tuple[Startable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartForm:
    """The start form of one process; form None: it begins without one."""

    frame: FrameFacts
    item: Startable
    form: Form | None
    choices: Choices


def start_list(engine: Engine, person: PersonId) -> StartList:
    """Every process in force that begins by hand and that the person may start for some unit."""
    with engine.reading(person) as tx:
        frame = read_frame(engine, tx)
        keys = [key for key in sorted(tx.current_process_keys()) if _units(engine, tx, key)]
        return StartList(frame=frame, items=tuple(_startable(engine, tx, key) for key in keys))


def start_form(engine: Engine, person: PersonId, key: str) -> StartForm:
    """Raises NotFound for a process that is not deployed or that the person may not start."""
    with engine.reading(person) as tx:
        row, units = tx.current_definition(key), _units(engine, tx, key)
        if row is None or not units:
            raise NotFound(f"There is no process {key} to start.", key=key)
        definition = engine.definition(tx, row.id)
        start = definition.info.start_form
        return StartForm(
            frame=read_frame(engine, tx),
            item=_startable(engine, tx, key),
            form=definition.form(start).form if start else None,
            choices=choices_for(engine, tx, units),
        )


def _units(engine: Engine, tx: Transaction, key: str) -> tuple[str, ...]:
    return units_to_start_for(engine.reference(tx).organization, key, tx.actor, local_day(tx.now))


def _startable(engine: Engine, tx: Transaction, key: str) -> Startable:
    row = tx.current_definition(key)
    if row is None:
        raise NotFound(f"There is no process {key}.", key=key)
    info = engine.definition(tx, row.id).info
    start = next((node for node in info.nodes.values() if node.type == "startEvent" and not node.message), None)
    return Startable(
        key=key, name=row.name, name_en=row.name_en, documentation=start.documentation if start is not None else ""
    )
