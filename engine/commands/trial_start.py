"""With which values a try-out begins: such as lead to somebody's work, for the analyst to change before the start."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine.commands.bundles import called_in_force
from engine.commands.decision_files import questions_in_force
from engine.commands.linting import key_problems
from engine.commands.trial_forms import form_in_force, suggestion, variations
from engine.commands.trial_play import Files, Play, compiled
from engine.commands.trial_run import TrialRun
from engine.core import Engine, Reference
from engine.decisions.question import Question
from engine.errors import DefinitionRejected
from engine.model.clock import local_day
from engine.model.organization import Organization
from engine.model.process import ProcessInfo
from engine.model.schedule import next_occurrence, parse_period_choice, parse_schedule
from engine.model.step import PersonId
from engine.store.designs import DesignRow
from engine.store.transaction import Transaction
from engine.workflow import check_in_child
from forms import Form

SEED = 1
MOST_TRIED = 40  #: sets of values played in search of one that reaches a task


@dataclass(frozen=True, slots=True, kw_only=True)
class Runnable:
    """A draft that can be run, as it stands on the canvas."""

    design: DesignRow
    text: bytes
    files: Files
    info: ProcessInfo
    decisions: Mapping[str, Question]  #: those in force, by key


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a try-out would begin with."""

    run: TrialRun
    form: Form | None  #: of the start, when one is named and in force
    values: Mapping[str, object]  #: for the form; {} without one
    organization: Organization


def runnable(engine: Engine, person: PersonId, design_id: UUID, content: bytes | None) -> Runnable:
    """The draft, read in a child that can be killed. content: None: as it was saved.

    Raises NotFound; DefinitionRejected with everything that keeps it from being run.
    """
    with engine.reading(person) as tx:
        design = tx.design(design_id)
        text = content if content is not None else tx.design_text(design_id, design.rev)
        problems = list(key_problems(design.file, text, design.key))
        files, decisions = files_of(tx, design.file, text), questions_in_force(engine, tx)
    errors = [p for p in problems or check_in_child(dict(files), design.key) if p.severity == "error"]
    if errors:
        raise DefinitionRejected(errors)
    info = compiled(files, design.key).info
    return Runnable(design=design, text=text, files=files, info=info, decisions=decisions)


def offer(engine: Engine, person: PersonId, design_id: UUID, *, content: bytes | None = None, unit: str = "") -> Offer:
    """Values for the start form with which the draft reaches a task, where some do. Raises as `runnable`."""
    draft = runnable(engine, person, design_id, content)
    with engine.reading(person) as tx:
        reference = engine.reference(tx)
        run = new_run(tx, draft, reference, person, unit)
        form = form_in_force(engine, tx, draft.info.start_form)
    values = likely(draft, run, form, reference, person) if form is not None else {}
    return Offer(run=run, form=form, values=values, organization=reference.organization)


def new_run(tx: Transaction, draft: Runnable, reference: Reference, person: PersonId, unit: str) -> TrialRun:
    """A try-out that has not begun, on the business clock. unit "": one of a county, whoever tries it out."""
    home = unit or _sample_unit(reference, person)
    return TrialRun(
        now=tx.now,
        seed=SEED,
        unit=home,
        started=local_day(tx.now),
        key=draft.design.key,
        start_form=draft.info.start_form,
    )


def likely(draft: Runnable, run: TrialRun, form: Form, reference: Reference, person: PersonId) -> Mapping[str, object]:
    """The first set of values that leads to somebody's task, and not straight to an end or into a problem."""
    plain = suggestion(form, run, reference.organization)
    for values in _tried(plain, variations(form, run, reference.organization)):
        play = Play(draft.files, copy.deepcopy(run), b"", reference, draft.decisions)
        given = begun_with(form, values, run, person) | tried_period(draft.info, reference, run.now)
        play.start(given, message=first_message(draft.info), timer=first_timer(draft.info))
        if play.run.tasks and not play.run.ended:
            return values
    return plain


def begun_with(form: Form, values: Mapping[str, object], run: TrialRun, person: PersonId) -> dict[str, object]:
    """Process variables of a start with these values."""
    named = {key: values[key] for key in form.process_keys if values.get(key) is not None}
    return {"unit": run.unit, "issuer": person, **named}


def first_message(info: ProcessInfo) -> str | None:
    """The message that begins a process without a plain start."""
    return None if _has_plain_start(info) or not info.start_messages else info.start_messages[0]


def first_timer(info: ProcessInfo) -> str | None:
    """The start event that comes true by the calendar, of a process that begins in no other way."""
    others = _has_plain_start(info) or info.start_messages or not info.start_timers
    return None if others else info.start_timers[0].node_id


def tried_period(info: ProcessInfo, reference: Reference, at: datetime) -> dict[str, object]:
    """{"period": …} of a process that begins by the calendar: the one about which it begins next."""
    for start in info.start_timers:
        if start.kind == "schedule":
            schedule = parse_schedule(start.expression)
            choice = parse_period_choice(start.period, schedule)
            found = next_occurrence(schedule, choice, reference.calendar, reference.params, not_before=at)
            if found is not None:
                return {"period": found.period}
    return {}


def _has_plain_start(info: ProcessInfo) -> bool:
    timed = {start.node_id for start in info.start_timers}
    starts = [node for node in info.nodes.values() if node.type == "startEvent" and node.process in ("", info.key)]
    return any(not node.message and node.id not in timed for node in starts)


def files_of(tx: Transaction, name: str, content: bytes) -> Files:
    """The drawing with the drawings in force that it calls."""
    return ((name, content), *sorted(called_in_force(tx, {name: content}).items()))


def _tried(plain: Mapping[str, object], others: Iterator[dict[str, object]]) -> Iterator[Mapping[str, object]]:
    yield plain
    for number, values in enumerate(others):
        if number >= MOST_TRIED:
            return
        yield values


def _sample_unit(reference: Reference, person: PersonId) -> str:
    organization = reference.organization
    holders = {post.unit for post in organization.positions if post.code == "PERSON_RESP"}
    found = (unit.code for unit in organization.units if unit.level == "COUNTY" and unit.code in holders)
    return next(found, organization.home_unit(person))
