"""Forms in a try-out: checked as live ones are, but for uploads and signatures; what can be sent without typing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.commands.trial_run import TrialRun
from engine.commands.trial_values import NO_FILE, suggested_values
from engine.core import Engine
from engine.errors import FieldProblem, FormRejected
from engine.model.clock import local_day
from engine.model.organization import Organization
from engine.store.transaction import Transaction
from forms import FieldInfo, Form, FormContext, FormValuesRejected

MAX_CHOICES = 200  #: offered for one field


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A unit, department or person that a field may name."""

    value: str
    label: str


def form_in_force(engine: Engine, tx: Transaction, key: str) -> Form | None:
    """The form in force, or None: none is named, or none was ever published."""
    row = tx.current_form(key) if key else None
    return engine.form_version(tx, row.id).form if row is not None else None


def filled(form: Form, values: Mapping[str, object], run: TrialRun, organization: Organization) -> Mapping[str, object]:
    """The process values of what was sent. Raises FormRejected."""
    try:
        clean = form.load(_completed(form, values), _context(run, organization))
    except FormValuesRejected as rejected:
        raise FormRejected(
            [FieldProblem(path=p.path, rule=p.rule, zh=p.zh, en=p.en) for p in rejected.problems]
        ) from None
    return form.process_values(clean)


def suggestion(form: Form, run: TrialRun, organization: Organization) -> dict[str, object]:
    """Values with which the form can be sent as it is; where no set of them passes its rules, the plainest."""
    candidates = list(variations(form, run, organization))
    for values in candidates:
        try:
            form.load(_completed(form, values), _context(run, organization))
        except FormValuesRejected:
            continue
        return values
    return candidates[0]


def variations(form: Form, run: TrialRun, organization: Organization) -> Iterator[dict[str, object]]:
    """The plainest values first; then with one other choice each; then with everything ticked that can be."""
    today = local_day(run.now)
    plain = suggested_values(form.fields, unit=run.unit, organization=organization, today=today)
    yield plain
    boxes = {}
    for field in form.fields:
        if field.readonly or "." in field.key:
            continue
        if field.type == "enum":
            yield from ({**plain, field.key: option.value} for option in field.options[1:])
        elif field.type == "bool" and not field.required:
            boxes[field.key] = True
            yield {**plain, field.key: True}
    if boxes:
        yield {**plain, **boxes}


def choices(form: Form, unit: str, organization: Organization) -> dict[str, tuple[Choice, ...]]:
    """By field: whom or what it may name, in the unit that tries out; units themselves anywhere."""
    return {field.key: _choices(field, unit, organization) for field in form.fields if field.type in _NAMING}


_NAMING = ("unit", "dept", "user", "users")


def _choices(field: FieldInfo, unit: str, organization: Organization) -> tuple[Choice, ...]:
    if field.type == "unit":
        found = [Choice(value=one.code, label=one.name) for one in organization.units]
    elif field.type == "dept":
        found = [Choice(value=one.code, label=one.name) for one in organization.departments if one.unit == unit]
    else:
        found = [Choice(value=one.id, label=one.name) for one in organization.people if one.unit == unit]
    return tuple(found[:MAX_CHOICES])


def _completed(form: Form, values: Mapping[str, object]) -> dict[str, object]:
    """With uploads and signatures, which nobody makes in a try-out."""
    uploads = {key: [NO_FILE] for key in form.file_keys if key in form.data_keys and not values.get(key)}
    signs = {key: True for key in form.sign_keys if key in form.data_keys}
    return {**values, **uploads, **signs}


def _context(run: TrialRun, organization: Organization) -> FormContext:
    today = local_day(run.now)
    return FormContext(
        case=run.variables,
        unit=run.unit,
        period=f"{today.year}H{1 if today.month <= 6 else 2}",
        today=today,
        is_person=lambda name, _scope: bool(organization.home_unit(name)),
        is_department=lambda code: bool(organization.unit_of_department(code)),
        is_unit=lambda code: organization.unit(code) is not None,
        is_attachment=lambda _name: True,
    )
