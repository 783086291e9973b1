"""A form to fill in, as a view: the reader's language, the choices of the organisation, the values so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from engine.queries.choices import Choices, PersonChoice
from forms import FieldInfo, Form
from webui.pages.fields import Posted, fields_of, values_of
from webui.pages.parts import Document, FieldView, FormView, Option
from webui.pages.words import language, unit_name


def form_view(
    form: Form,
    choices: Choices,
    *,
    post_url: str,
    complete_url: str,
    values: Mapping[str, object] | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
    draft_url: str = "",
    draft_at: datetime | None = None,
    next_url: str = "/inbox",
    payload: str = "values",
    files: tuple[Document, ...] = (),
    draft_revision: str = "",
    form_version: str = "",
    compare_url: str = "",
) -> FormView:
    """The form of a task or of a start."""
    schema, options = form.document(language()), options_of(form, choices)
    return FormView(
        key=form.id,
        schema=schema,
        fields=fields_of(schema, options),
        values=dict(values or {}),
        options=options,
        errors={path: tuple(said) for path, said in (errors or {}).items()},
        post_url=post_url,
        complete_url=complete_url,
        draft_url=draft_url,
        draft_at=draft_at,
        next_url=next_url,
        files=files,
        sign=bool(form.sign_keys),
        payload="variables" if payload == "variables" else "values",
        idempotency_key=str(uuid4()),
        draft_revision=draft_revision,
        form_version=form_version,
        compare_url=compare_url,
    )


def posted_values(form: Form, choices: Choices, posted: Posted) -> dict[str, object]:
    """The values of a form that was posted without scripts. Files are not among them."""
    return values_of(fields_of(form.document(language()), options_of(form, choices)), posted)


def plain_form(
    key: str,
    fields: Sequence[FieldView],
    *,
    post_url: str,
    values: Mapping[str, object],
    errors: Mapping[str, str],
    note: str = "",
) -> FormView:
    """A small form that no analyst edits, about a task: hand on, send back, ask for time, say that it is done."""
    return FormView(
        key=key,
        schema={},
        fields=tuple(fields),
        values=dict(values),
        errors={path: (said,) for path, said in errors.items()},
        post_url=post_url,
        idempotency_key=str(uuid4()),
        note=note,
    )


def options_of(form: Form, choices: Choices) -> dict[str, tuple[Option, ...]]:
    """Choices by key of every field, columns of lists included, that names a unit, a department or a person."""
    found: dict[str, tuple[Option, ...]] = {}
    for field in _all(form.fields):
        key = field.key.rsplit(".", 1)[-1]
        if field.type == "unit":
            found[key] = tuple(Option(value=unit.code, label=unit_name(unit)) for unit in choices.units)
        elif field.type == "dept":
            found[key] = tuple(_departments(choices))
        elif field.type in {"user", "users"}:
            found[key] = tuple(Option(value=p.id, label=person_label(p, choices)) for p in choices.people)
    return found


def person_label(person: PersonChoice, choices: Choices | None = None) -> str:
    """ "用户101（政治部）", with the unit where more than one is offered."""
    where = person.department
    if choices is not None and len(choices.units) > 1:
        where = " ".join(part for part in (unit_name(person.unit, short=True), where) if part)
    if not where:
        return person.name
    return f"{person.name}（{where}）" if language() == "zh" else f"{person.name} ({where})"


def _departments(choices: Choices) -> Iterator[Option]:
    several = len(choices.units) > 1
    for found in choices.departments:
        label = f"{unit_name(found.unit, short=True)} · {found.name}" if several else found.name
        yield Option(value=found.code, label=label)


def _all(fields: Iterable[FieldInfo]) -> Iterator[FieldInfo]:
    for field in fields:
        yield field
        yield from _all(field.columns)
