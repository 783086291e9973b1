"""What the task page and the case page both say of a case: its head, steps, papers, forms already sent, documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import select

from engine.core import Definition, Engine
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.organization import Organization
from engine.model.step import DefinitionId, InstanceId, TaskId
from engine.queries.frame import UnitName, unit_named
from engine.queries.objecting import objection_until
from engine.store import tables as t
from engine.store.cards import CardRow
from engine.store.drafts import AttachmentRow
from engine.store.rows import InstanceRow
from engine.store.scope import of
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances
from forms import Form

NIL = UUID(int=0)  #: of values that are no submission

#: The analysis of P02 and what in it is kept from those who were not at the meeting (domain.md §6.5).
_STUDY_FORM, _EARLY_SIGN = "P02_T3", "违纪违法苗头"
_AT_THE_MEETING = ("LEAD_MAIN", "LEAD_DIRECT")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHead:
    """One case as the head of a page shows it, with the names of its people."""

    id: InstanceId
    definition_id: DefinitionId
    key: str
    version: int
    process_name: str
    process_name_en: str
    status: str
    state: str  #: label of domain.md §6.1; "" where the drawing names none
    title: str
    business_no: str
    severity: str
    marks: tuple[str, ...]
    unit: UnitName
    issuer_unit: UnitName
    department: str
    owner: str
    issuer: str
    started_by: str
    started_at: datetime
    delivered_at: datetime | None
    suspended_at: datetime | None
    limit_on: date | None
    submitted_on: date | None  #: when the unit sent it off: the limit ends with that
    is_over: bool
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A card of the ladder and the people it went to."""

    card: CardRow
    to_unit: UnitName
    to: str  #: name of the leader it is addressed to; "" where the post was empty
    objection_until: date | None = None  #: last day on which the reader may object; None: he may not


@dataclass(frozen=True, slots=True, kw_only=True)
class SentForm:
    """A form as it was sent, with what its fields are called."""

    id: UUID
    task_id: TaskId | None
    form_key: str
    form: Form | None  #: None: the version is not known any more
    values: Mapping[str, object]
    person: str
    person_name: str
    on_behalf_of: str  #: name
    at: datetime
    names: Mapping[str, str]  #: what the codes of people and departments among the values are called
    units: Mapping[str, UnitName]  #: the same of units


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A document of the case."""

    id: UUID
    name: str
    size_bytes: int
    uploaded_by: str  #: name
    uploaded_at: datetime


def visible_case(tx: Transaction, instance_id: InstanceId) -> InstanceRow:
    """The case, where the actor may see it. Raises NotFound."""
    found = select(t.instance.c.id).where(t.instance.c.id == instance_id, visible_instances(tx.actor))
    if tx.connection.execute(found).first() is None:
        raise NotFound(f"There is no instance {instance_id}.", id=str(instance_id))
    return tx.instance(instance_id)


def head_of(engine: Engine, tx: Transaction, case: InstanceRow, definition: Definition) -> CaseHead:
    """Names for the codes of a case."""
    organization, data = engine.reference(tx).organization, case.variables
    return CaseHead(
        id=case.id,
        definition_id=case.definition_id,
        key=case.key,
        version=definition.row.version,
        process_name=definition.row.name,
        process_name_en=definition.row.name_en,
        status=case.status,
        state=case.case_state,
        title=case.title,
        business_no=case.business_no or "",
        severity=case.severity or "",
        marks=case.marks,
        unit=unit_named(organization, case.unit),
        issuer_unit=unit_named(organization, case.issuer_unit),
        department=department_name(organization, str(data.get("owner_dept") or data.get("dept") or "")),
        owner=organization.person_name(str(data["owner"])) if data.get("owner") else "",
        issuer=organization.person_name(str(data["issuer"])) if data.get("issuer") else "",
        started_by="" if case.started_by == "system" else organization.person_name(case.started_by),
        started_at=case.started_at,
        delivered_at=case.delivered_at,
        suspended_at=case.suspended_at,
        limit_on=local_day(case.limit_at) if case.limit_at is not None else None,
        submitted_on=_day(data.get("submitted_on")),
        is_over=case.is_over,
        variables=data,
    )


def department_name(organization: Organization, code: str) -> str:
    """The name of a department; what was typed, where no department has this code."""
    return next((d.name for d in organization.departments if d.code == code), code)


def papers_of(engine: Engine, tx: Transaction, instance_id: InstanceId) -> tuple[Paper, ...]:
    """Cards about this case, or issued by it where it is a ladder, the youngest first."""
    card = t.card.c
    query = of(CardRow, t.card).where((card.case_id == instance_id) | (card.instance_id == instance_id))
    found = tx.connection.execute(query.order_by(card.issued_at.desc(), card.no.desc()))
    return tuple(paper_of(engine, tx, CardRow(**row)) for row in found.mappings())


def paper_of(engine: Engine, tx: Transaction, row: CardRow) -> Paper:
    """A card with the names of those it went to."""
    organization = engine.reference(tx).organization
    return Paper(
        card=row,
        to_unit=unit_named(organization, row.unit),
        to=_addressee(organization, row),
        objection_until=objection_until(organization, row, tx.actor, local_day(tx.now)),
    )


def forms_sent(engine: Engine, tx: Transaction, instance_id: InstanceId) -> tuple[SentForm, ...]:
    """Every form of the case, oldest first; without the early signs of a breach, where they are not the reader's."""
    sent, organization = _forms_sent(engine, tx, instance_id), engine.reference(tx).organization
    if not any(form.form_key == _STUDY_FORM for form in sent):
        return sent
    unit = tx.instance(instance_id).unit or ""
    at_the_meeting = {
        held.person for post in _AT_THE_MEETING for held in organization.holders(unit, post, local_day(tx.now))
    }
    return tuple(
        form if form.form_key != _STUDY_FORM or tx.actor in {form.person, *at_the_meeting} else _without_signs(form)
        for form in sent
    )


def _without_signs(form: SentForm) -> SentForm:
    """What the superior and colleagues read of a study: an early sign goes to P08, and is nobody else's to see."""
    rows = cast("Iterable[Mapping[str, object]]", form.values.get("problems") or ())
    kept = [row for row in rows if row.get("category") != _EARLY_SIGN]
    return replace(form, values={**form.values, "problems": kept})


def _forms_sent(engine: Engine, tx: Transaction, instance_id: InstanceId) -> tuple[SentForm, ...]:
    table, organization = t.submission.c, engine.reference(tx).organization
    query = select(t.submission).where(table.instance_id == instance_id).order_by(table.submitted_at, table.id)
    return tuple(
        SentForm(
            id=row.id,
            task_id=row.task_id,
            form_key=row.form_key,
            form=engine.form_version(tx, row.form_version_id).form if row.form_version_id is not None else None,
            values=cast("Mapping[str, object]", row.values_),
            person=row.person_id,
            person_name=organization.person_name(row.person_id),
            on_behalf_of=organization.person_name(row.on_behalf_of) if row.on_behalf_of else "",
            at=row.submitted_at,
            names=dict(_names_in(organization, row.values_)),
            units={code: unit_named(organization, code) for code in _texts_in(row.values_) if organization.unit(code)},
        )
        for row in tx.connection.execute(query.add_columns(table["values"].label("values_")))
    )


def worded(engine: Engine, tx: Transaction, form: Form, values: Mapping[str, object]) -> SentForm:
    """Values that nobody has sent, with what their codes are called: for showing them beside others."""
    organization = engine.reference(tx).organization
    return SentForm(
        id=NIL,
        task_id=None,
        form_key=form.id,
        form=form,
        values=values,
        person=tx.actor,
        person_name=organization.person_name(tx.actor),
        on_behalf_of="",
        at=tx.now,
        names=dict(_names_in(organization, values)),
        units={code: unit_named(organization, code) for code in _texts_in(values) if organization.unit(code)},
    )


def uploads_of(engine: Engine, tx: Transaction, instance_id: InstanceId) -> tuple[Upload, ...]:
    """What was uploaded to the case, oldest first; official papers are told apart (queries.documents)."""
    papers = {row.id for row in tx.documents_of(instance_id)}
    return _uploads(engine, tx, (row for row in tx.attachments_of(instance_id) if row.id not in papers))


def uploads_named(
    engine: Engine, tx: Transaction, form: Form | None, values: Mapping[str, object]
) -> tuple[Upload, ...]:
    """Documents that the values of a form name and that the actor may see."""
    ids: list[UUID] = []
    for key in form.file_keys if form is not None else ():
        named = values.get(key)
        for text in named if isinstance(named, list) else []:
            with suppress(ValueError):  # a draft holds whatever a browser sent
                ids.append(UUID(str(text)))
    return _uploads(engine, tx, tx.attachments(ids)) if ids else ()


def _uploads(engine: Engine, tx: Transaction, rows: Iterable[AttachmentRow]) -> tuple[Upload, ...]:
    organization = engine.reference(tx).organization
    return tuple(
        Upload(
            id=row.id,
            name=row.name,
            size_bytes=row.size_bytes,
            uploaded_by=organization.person_name(row.uploaded_by),
            uploaded_at=row.uploaded_at,
        )
        for row in rows
    )


#: domain.md §3 S2, column effect: (whose post, of the unit or of its superior).
_ADDRESSEES = {
    1: ("LEAD_DIRECT", "unit"),
    2: ("LEAD_DIRECT", "unit"),
    3: ("LEAD_MAIN", "unit"),
    4: ("LEAD_DIRECT", "issuer"),
    5: ("LEAD_MAIN", "issuer"),
}


def _addressee(organization: Organization, card: CardRow) -> str:
    position, side = _ADDRESSEES.get(card.level, ("", ""))
    unit = card.unit if side == "unit" else card.issuer_unit
    holders = organization.holders(unit, position, card.issued_on)
    return organization.person_name(holders[0].person) if holders else ""


def _names_in(organization: Organization, values: object) -> Iterator[tuple[str, str]]:
    """Codes of people and departments among the values of a form, with what they are called."""
    for text in _texts_in(values):
        is_person = bool(organization.home_unit(text))
        name = organization.person_name(text) if is_person else department_name(organization, text)
        if name != text:
            yield text, name


def _texts_in(values: object) -> Iterator[str]:
    """Every text among the values of a form."""
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for below in values.values():
            yield from _texts_in(below)
    elif isinstance(values, list):
        for below in values:
            yield from _texts_in(below)


def _day(value: object) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None
