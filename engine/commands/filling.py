"""Reading a filled-in form: validation, text guard, signatures, attachments; what of it the process gets to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import cast
from uuid import UUID

from engine.core import Definition, Engine, FormVersion
from engine.errors import DraftChanged, FieldProblem, FormChanged, FormRejected, Refused
from engine.model.clock import local_day
from engine.model.history import canonical_json
from engine.model.period import Period
from engine.model.revision import revision_of
from engine.model.step import PersonId, TaskId
from engine.model.textguard import find
from engine.store.record import NewSubmission
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.transaction import Transaction
from forms import FormContext, FormValuesRejected, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a page knew when it was filled in; None: it does not say, and nothing is compared."""

    draft: str | None = None  #: revision of the draft it began with or saved last; "": there was none
    form_version: UUID | None = None


NOTHING_SAID = Known()


class SignatureMissing(Refused):
    """This form is signed: the password has to be typed again with it."""

    code = "signature_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form that passed. `process_values` is all that the process sees of it."""

    process_values: Mapping[str, object]
    outcome: str = ""
    submission: NewSubmission | None = None
    attachments: tuple[UUID, ...] = ()
    is_signature: bool = False  #: the form was signed, with the password entered again


def fill(
    engine: Engine,
    tx: Transaction,
    task: UserTaskRow,
    case: InstanceRow,
    person: PersonId,
    values: Mapping[str, object],
    *,
    signed: bool,
    data: Mapping[str, object] | None = None,
) -> Filled:
    """Check the form of a user task. Raises FormRejected with every problem, SignatureMissing.

    data: the process variables as the task sees them, its row of a multi-instance activity included; None: the case's.
    """
    if task.form_version_id is None:
        return Filled(process_values=dict(values))
    version = engine.form_version(tx, task.form_version_id)
    return _fill(
        engine,
        tx,
        version,
        person,
        values,
        data=case.variables if data is None else data,
        unit=task.unit or case.unit or "",
        signed=signed,
        task_id=task.id,
        node_id=task.node_id,
        on_behalf_of=task.on_behalf_of,
    )


def fill_start(
    engine: Engine, tx: Transaction, definition: Definition, person: PersonId, values: Mapping[str, object]
) -> Filled:
    """Check the start form of a process, where it has one."""
    key = definition.info.start_form
    if not key:
        return Filled(process_values=dict(values))
    unit = engine.reference(tx).organization.home_unit(person)
    return _fill(engine, tx, definition.form(key), person, values, data={}, unit=unit, signed=False)


def check_known(
    tx: Transaction, task: UserTaskRow, person: PersonId, known: Known, values: Mapping[str, object]
) -> None:
    """Nothing that was typed elsewhere is written over unseen. Raises DraftChanged, FormChanged."""
    if known.form_version is not None and known.form_version != task.form_version_id:
        raise FormChanged(f"Task {task.id} has another version of its form.")
    if known.draft is None:
        return
    kept = tx.draft_of_task(task.id, person)
    kept_now = revision_of(kept.values) if kept is not None else ""
    if kept_now and kept_now not in {known.draft, revision_of(values)}:
        raise DraftChanged(f"The draft of {person} for {task.id} has changed.", revision=kept_now)


def _fill(
    engine: Engine,
    tx: Transaction,
    version: FormVersion,
    person: PersonId,
    values: Mapping[str, object],
    *,
    data: Mapping[str, object],
    unit: str,
    signed: bool,
    task_id: TaskId | None = None,
    node_id: str = "",
    on_behalf_of: PersonId | None = None,
) -> Filled:
    form = version.form
    try:
        clean = form.load(values, form_context(engine, tx, person, data=data, unit=unit))
    except FormValuesRejected as rejected:
        raise FormRejected(
            [FieldProblem(path=p.path, rule=p.rule, zh=p.zh, en=p.en) for p in rejected.problems]
        ) from None
    if form.guard == "refuse":
        _guard(form.texts(clean))
    if form.sign_keys and not signed:
        raise SignatureMissing
    values = cast("Mapping[str, object]", plain(clean))
    return Filled(
        process_values=form.process_values(clean),
        outcome=form.outcome(clean),
        submission=NewSubmission(
            id=engine.ids.v7(tx.now),
            form_key=form.id,
            form_version_id=version.id,
            values=values,
            digest=sha256(canonical_json(values)).digest(),
            task_id=task_id,
            node_id=node_id,
            person_id=person,
            on_behalf_of=on_behalf_of,
        ),
        attachments=tuple(UUID(name) for name in form.file_values(clean)),
        is_signature=bool(form.sign_keys),
    )


def form_context(
    engine: Engine, tx: Transaction, person: PersonId, *, data: Mapping[str, object], unit: str
) -> FormContext:
    """What the rules of a form may read besides its own values."""
    reference, on = engine.reference(tx), local_day(tx.now)
    organization = reference.organization

    def is_person(name: str, scope: str) -> bool:
        home = organization.home_unit(name)
        return bool(home) and (not scope or home == scope)

    def is_attachment(name: str) -> bool:
        try:
            return any(a.uploaded_by == person or a.instance_id is not None for a in tx.attachments([UUID(name)]))
        except ValueError:
            return False

    return FormContext(
        case=data,
        unit=unit,
        period=str(data.get("period") or Period.containing("half", on).code),
        today=on,
        is_person=is_person,
        is_department=lambda code: bool(organization.unit_of_department(code)),
        is_unit=lambda code: organization.unit(code) is not None,
        is_attachment=is_attachment,
        functions=reference.functions,
    )


def _guard(texts: object) -> None:
    """Refuse ID-card and phone numbers in free text (domain.md §6.5)."""
    found = [
        FieldProblem(path=path, rule="guard", zh=hit.zh, en=hit.en)
        for path, text in texts  # type: ignore[attr-defined]
        for hit in find(text)
    ]
    if found:
        raise FormRejected(found)
