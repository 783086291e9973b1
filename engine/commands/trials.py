"""Trying a draft out: with test people, on a clock of its own. Nothing but the try-out itself is ever written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from engine.commands.decision_files import questions_in_force
from engine.commands.trial_forms import filled, form_in_force
from engine.commands.trial_play import Play
from engine.commands.trial_run import TrialRun, run_from
from engine.commands.trial_start import (
    Runnable,
    begun_with,
    files_of,
    first_message,
    first_timer,
    likely,
    new_run,
    runnable,
    tried_period,
)
from engine.core import Engine, Reference
from engine.errors import InputRejected, TaskNotOpen
from engine.model.clock import local_day
from engine.model.step import PersonId
from engine.store.designs import TrialRow
from engine.store.transaction import Transaction

LIFETIME = timedelta(days=1)
MAX_TRIALS = 10  #: of one person; the oldest give way
FARTHEST = timedelta(days=800)


def start(
    engine: Engine,
    person: PersonId,
    design_id: UUID,
    *,
    content: bytes | None = None,
    at: datetime | None = None,
    values: Mapping[str, object] | None = None,
    variables: Mapping[str, object] | None = None,
    unit: str = "",
    message: str | None = None,
) -> UUID:
    """Begin a try-out of a text, saved or not; the draft is first read in a child that can be killed.

    content: what is on the canvas; None: as it was saved. at: where the test clock starts; None: business time.
    values: of its start form, checked by it. variables: set besides; both None: values that lead to a task.
    message: with which it begins; None: whatever fits.
    Raises NotFound; FormRejected; DefinitionRejected with everything that keeps it from being run.
    """
    draft = runnable(engine, person, design_id, content)
    with engine.transaction(person) as tx:
        reference = engine.reference(tx)
        run = new_run(tx, draft, reference, person, unit)
        if at is not None:
            run.now, run.started = at, local_day(at)
        given = _given(engine, tx, draft, run, reference, person, values, variables)
        play = Play(draft.files, run, b"", reference, draft.decisions)
        period = {} if "period" in given else tried_period(draft.info, reference, run.now)
        timer = None if message else first_timer(draft.info)
        play.start({**given, **period}, message=message or first_message(draft.info), timer=timer)
        trial_id = engine.ids.v7(tx.now)
        wall = tx.wall_now()
        tx.purge_trials(at=wall)
        for old in tx.trials_of(person)[: -(MAX_TRIALS - 1)]:
            tx.drop_trial(old)
        tx.add_trial(
            TrialRow(
                id=trial_id,
                owner=person,
                design_id=design_id,
                expires_at=wall + LIFETIME,
                content=draft.text,
                state=play.state,
                run=play.run.as_dict(),
            )
        )
    return trial_id


def complete(
    engine: Engine,
    person: PersonId,
    trial_id: UUID,
    token: int,
    values: Mapping[str, object],
    *,
    checked: bool = True,
) -> None:
    """Complete a task of the try-out. checked: by its form; uploads are not asked for.

    Raises NotFound, TaskNotOpen, FormRejected. What fails in the process becomes a problem of the try-out.
    """

    def completed(tx: Transaction, play: Play) -> None:
        task = next((task for task in play.run.tasks if task.token == token), None)
        if task is None:
            raise TaskNotOpen(f"There is no open task {token}.", state="closed", by="")
        form = form_in_force(engine, tx, task.form)
        sent = values
        if form is not None and checked:
            sent = filled(form, values, play.run, play.reference.organization)
        play.complete(token, sent)

    _move(engine, person, trial_id, completed)


def advance(
    engine: Engine,
    person: PersonId,
    trial_id: UUID,
    *,
    to: Callable[[datetime], datetime] | None,
) -> None:
    """Move the test clock. to: where, from where it stands; None: to the next timer or limit. Raises InputRejected."""

    def moved(_tx: Transaction, play: Play) -> None:
        now = play.run.now
        target = to(now) if to is not None else play.next_moment()
        if target is None:
            raise InputRejected(
                "没有等待中的定时或期限，无需推进时钟。", "Nothing waits for the clock.", field="next", value=""
            )
        if target < now or target - now > FARTHEST:
            raise InputRejected(
                "时钟只能向后推进，且一次不超过800天。",
                "The clock moves forward only, at most 800 days at once.",
                field="to",
                value=target.isoformat(),
            )
        play.advance_to(target)

    _move(engine, person, trial_id, moved)


def message(engine: Engine, person: PersonId, trial_id: UUID, name: str, variables: Mapping[str, object]) -> None:
    """Give the try-out a message or signal. Raises InputRejected where nobody waits for it."""

    def given(_tx: Transaction, play: Play) -> None:
        if not play.message(name, variables):
            waited = sorted({wait.name for wait in play.run.waiting})
            raise InputRejected(
                f"没有环节在等待消息“{name}”。",
                f"Nobody waits for the message {name!r}.",
                field="name",
                value=name,
                allowed=waited,
            )

    _move(engine, person, trial_id, given)


def drop(engine: Engine, person: PersonId, trial_id: UUID) -> None:
    """Throw a try-out away. Raises NotFound."""
    with engine.transaction(person) as tx:
        tx.trial(trial_id, at=tx.wall_now(), lock=True)
        tx.drop_trial(trial_id)


def _move(engine: Engine, person: PersonId, trial_id: UUID, move: Callable[[Transaction, Play], None]) -> None:
    with engine.transaction(person) as tx:
        row = tx.trial(trial_id, at=tx.wall_now(), lock=True)
        design = tx.design(row.design_id) if row.design_id is not None else None
        name = design.file if design is not None else "draft.bpmn"
        files, decisions = files_of(tx, name, row.content), questions_in_force(engine, tx)
        play = Play(files, run_from(row.run), row.state, engine.reference(tx), decisions)
        move(tx, play)
        tx.change_trial(trial_id, state=play.state, run=play.run.as_dict())


def _given(
    engine: Engine,
    tx: Transaction,
    draft: Runnable,
    run: TrialRun,
    reference: Reference,
    person: PersonId,
    values: Mapping[str, object] | None,
    variables: Mapping[str, object] | None,
) -> Mapping[str, object]:
    """Process variables at the start."""
    form = form_in_force(engine, tx, draft.info.start_form)
    found: dict[str, object] = {"unit": run.unit, "issuer": person}
    if form is not None and values is not None:
        found |= filled(form, values, run, reference.organization)
    elif form is not None and variables is None:
        found |= begun_with(form, likely(draft, run, form, reference, person), run, person)
    return {**found, **(variables or {})}
