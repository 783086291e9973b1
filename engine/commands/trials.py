"""Trying a draft out: with test people, on a clock of its own. Nothing but the try-out itself is ever written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from engine.commands.bundles import called_in_force
from engine.commands.linting import key_problems
from engine.commands.trial_play import Files, Play, compiled
from engine.commands.trial_run import TrialRun, run_from
from engine.commands.trial_values import NO_FILE, suggested_values
from engine.core import Engine, Reference
from engine.errors import DefinitionRejected, FieldProblem, FormRejected, InputRejected, TaskNotOpen
from engine.model.clock import local_day
from engine.model.process import ProcessInfo
from engine.model.step import PersonId
from engine.store.designs import TrialRow
from engine.store.transaction import Transaction
from engine.workflow import check_in_child
from forms import Form, FormContext, FormValuesRejected

LIFETIME = timedelta(days=1)
MAX_TRIALS = 10  #: of one person; the oldest give way
FARTHEST = timedelta(days=800)
SEED = 1


def start(
    engine: Engine,
    person: PersonId,
    design_id: UUID,
    *,
    content: bytes | None = None,
    at: datetime | None = None,
    variables: Mapping[str, object] | None = None,
    unit: str = "",
    message: str | None = None,
) -> UUID:
    """Begin a try-out of a text, saved or not; the draft is first read in a child that can be killed.

    content: what is on the canvas; None: as it was saved. at: where the test clock starts; None: business time.
    variables: None: plausible values for its start form. message: with which it begins; None: whatever fits.
    Raises NotFound; DefinitionRejected with everything that keeps it from being run.
    """
    with engine.reading(person) as tx:
        design = tx.design(design_id)
        text = content if content is not None else tx.design_text(design_id, design.rev)
        problems = list(key_problems(design.file, text, design.key))
        files = _files(tx, design.file, text)
    errors = [p for p in problems or check_in_child(dict(files), design.key) if p.severity == "error"]
    if errors:
        raise DefinitionRejected(errors)
    info = compiled(files, design.key).info
    with engine.transaction(person) as tx:
        reference = engine.reference(tx)
        now = at or tx.now
        home = unit or _sample_unit(reference, person)
        run = TrialRun(
            now=now, seed=SEED, unit=home, started=local_day(now), key=design.key, start_form=info.start_form
        )
        play = Play(files, run, b"", reference)
        given = variables if variables is not None else _start_values(engine, tx, info, home, now)
        play.start({"unit": home, "issuer": person, **given}, message=message or _message_of(info))
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
                content=text,
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
        form = _form(engine, tx, task.form)
        sent = values
        if form is not None and checked:
            sent = _filled(form, values, play)
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
        play = Play(_files(tx, name, row.content), run_from(row.run), row.state, engine.reference(tx))
        move(tx, play)
        tx.change_trial(trial_id, state=play.state, run=play.run.as_dict())


def _files(tx: Transaction, name: str, content: bytes) -> Files:
    return ((name, content), *sorted(called_in_force(tx, {name: content}).items()))


def _message_of(info: ProcessInfo) -> str | None:
    """The message that begins a process without a plain start."""
    starts = [node for node in info.nodes.values() if node.type == "startEvent" and node.process in ("", info.key)]
    plain = any(not node.message for node in starts)
    return None if plain or not info.start_messages else info.start_messages[0]


def _start_values(engine: Engine, tx: Transaction, info: ProcessInfo, unit: str, now: datetime) -> Mapping[str, object]:
    form = _form(engine, tx, info.start_form)
    if form is None:
        return {}
    organization = engine.reference(tx).organization
    values = suggested_values(form.fields, unit=unit, organization=organization, today=local_day(now))
    return {key: values[key] for key in form.process_keys if values.get(key) is not None}


def _form(engine: Engine, tx: Transaction, key: str) -> Form | None:
    """The form in force, or None: none is named, or none was ever published."""
    row = tx.current_form(key) if key else None
    return engine.form_version(tx, row.id).form if row is not None else None


def _filled(form: Form, values: Mapping[str, object], play: Play) -> Mapping[str, object]:
    organization = play.reference.organization
    today = local_day(play.run.now)
    context = FormContext(
        case=play.run.variables,
        unit=play.run.unit,
        period=f"{today.year}H{1 if today.month <= 6 else 2}",
        today=today,
        is_person=lambda name, _scope: bool(organization.home_unit(name)),
        is_department=lambda code: bool(organization.unit_of_department(code)),
        is_unit=lambda code: organization.unit(code) is not None,
        is_attachment=lambda _name: True,
    )
    uploads = {key: [NO_FILE] for key in form.file_keys if key in form.data_keys and not values.get(key)}
    signs = {key: True for key in form.sign_keys if key in form.data_keys}
    try:
        clean = form.load({**values, **uploads, **signs}, context)
    except FormValuesRejected as rejected:
        raise FormRejected(
            [FieldProblem(path=p.path, rule=p.rule, zh=p.zh, en=p.en) for p in rejected.problems]
        ) from None
    return form.process_values(clean)


def _sample_unit(reference: Reference, person: PersonId) -> str:
    """A unit of a county with somebody who answers for something, whoever tries it out."""
    organization = reference.organization
    holders = {post.unit for post in organization.positions if post.code == "PERSON_RESP"}
    found = (unit.code for unit in organization.units if unit.level == "COUNTY" and unit.code in holders)
    return next(found, organization.home_unit(person))
