"""A draft of a form as officers would see it: with values that pass, and checked as live ones are. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.commands.trial_values import NO_FILE, suggested_values
from engine.core import Engine, Reference
from engine.decisions.form_feel import FormFeel
from engine.errors import FieldProblem, FormRejected, NotFound, Problem
from engine.model.clock import local_day
from engine.model.organization import Organization
from engine.model.step import PersonId
from engine.store.transaction import Transaction
from forms import Form, FormContext, FormDocumentRejected, FormValuesRejected, compile_form


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPreview:
    """form None: it cannot be shown, and `problems` say why. values: with which it can be sent, files left out."""

    key: str
    name: str
    name_en: str
    rev: int
    unit: str  #: for which it is shown
    form: Form | None
    values: Mapping[str, object]
    problems: tuple[Problem, ...] = ()


def preview(engine: Engine, person: PersonId, design_id: UUID) -> FormPreview:
    """The text that was saved last. Raises NotFound for what is no form."""
    with engine.reading(person) as tx:
        design, reference = tx.design(design_id), engine.reference(tx)
        form, problems = _compiled(tx, design_id)
        unit = _sample_unit(reference.organization, person)
        values: dict[str, object] = {}
        if form is not None:
            today = local_day(tx.now)
            values = suggested_values(form.fields, unit=unit, organization=reference.organization, today=today)
            values = {key: value for key, value in values.items() if key not in form.file_keys}
        return FormPreview(
            key=design.key,
            name=design.name,
            name_en=design.name_en,
            rev=design.rev,
            unit=unit,
            form=form,
            values=values,
            problems=problems,
        )


def check_preview(engine: Engine, person: PersonId, design_id: UUID, values: Mapping[str, object]) -> None:
    """Check values as a task would; uploads and signatures are taken as made. Raises NotFound, FormRejected."""
    with engine.reading(person) as tx:
        form, _ = _compiled(tx, design_id)
        if form is None:
            raise NotFound(f"The form of {design_id} cannot be shown yet.", id=str(design_id))
        reference = engine.reference(tx)
        context = _context(tx, reference, _sample_unit(reference.organization, person))
    uploads = {key: [NO_FILE] for key in form.file_keys if key in form.data_keys and not values.get(key)}
    signs = {key: True for key in form.sign_keys if key in form.data_keys}
    try:
        form.load({**values, **uploads, **signs}, context)
    except FormValuesRejected as rejected:
        raise FormRejected(
            [FieldProblem(path=one.path, rule=one.rule, zh=one.zh, en=one.en) for one in rejected.problems]
        ) from None


def _compiled(tx: Transaction, design_id: UUID) -> tuple[Form | None, tuple[Problem, ...]]:
    design = tx.design(design_id)
    if design.kind != "form":
        raise NotFound(f"There is no form {design_id}.", id=str(design_id))
    try:
        return compile_form(tx.design_text(design_id, design.rev), read=FormFeel(design.file)), ()
    except FormDocumentRejected as rejected:
        return None, tuple(
            Problem(rule=one.rule, file=design.file, element_id=one.element_id, zh=one.zh, en=one.en)
            for one in rejected.problems
        )


def _context(tx: Transaction, reference: Reference, unit: str) -> FormContext:
    organization, today = reference.organization, local_day(tx.now)
    return FormContext(
        functions=reference.functions,
        unit=unit,
        period=f"{today.year}H{1 if today.month <= 6 else 2}",
        today=today,
        is_person=lambda name, _scope: bool(organization.home_unit(name)),
        is_department=lambda code: bool(organization.unit_of_department(code)),
        is_unit=lambda code: organization.unit(code) is not None,
        is_attachment=lambda _name: True,
    )


def _sample_unit(organization: Organization, person: PersonId) -> str:
    """A unit in which somebody answers for something: what may be chosen there means something."""
    holders = {post.unit for post in organization.positions if post.code == "PERSON_RESP"}
    found = (unit.code for unit in organization.units if unit.code in holders)
    return next(found, organization.home_unit(person) or organization.top())
