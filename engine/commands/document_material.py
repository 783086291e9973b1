"""What a paper is made from, gathered from the case, its forms and the organisation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from engine.core import Engine
from engine.documents.material import Material, Office, Sent
from engine.model.clock import local_day
from engine.model.organization import Organization
from engine.model.preloaded import position_labels
from engine.store.transaction import Transaction

if TYPE_CHECKING:
    from engine.commands.documents import Order


def material_of(engine: Engine, tx: Transaction, order: Order, *, sender: str, number: str) -> Material:
    """Everything a builder reads. sender: the unit that sends the paper."""
    organization, today = engine.reference(tx).organization, local_day(tx.now)

    def office(code: str) -> Office:
        unit = organization.unit(code)
        if unit is None:
            return Office()
        leaders = organization.holders(code, "LEAD_MAIN", today)
        return Office(code=code, name=unit.name, leader=organization.person_name(leaders[0].person) if leaders else "")

    sent = tuple(_sent(engine, tx, order))
    texts = {text for form in sent for text in _texts(form.values)} | set(_texts(order.variables))
    return Material(
        today=today,
        unit=office(order.unit),
        issuer=office(sender),
        superior=office(organization.superior(order.unit)),
        period=str(order.variables.get("period") or ""),
        title=order.title,
        case_no=order.case_no,
        number=number,
        sent=sent,
        variables=order.variables,
        names=_names(organization, texts),
        subject=order.subject,
        card=order.card,
    )


def _sent(engine: Engine, tx: Transaction, order: Order) -> Iterator[Sent]:
    """The forms of the case, oldest first; those of this very step are the youngest."""
    organization = engine.reference(tx).organization
    for row in tx.submissions_of(order.instance_id):
        if None not in (order.element, row.element) and row.element != order.element:
            continue
        form = engine.form_version(tx, row.form_version_id).form if row.form_version_id is not None else None
        yield Sent(
            form_key=row.form_key,
            fields=form.fields if form is not None else (),
            values=row.values,
            by=organization.person_name(row.person_id),
            on=local_day(row.submitted_at),
        )
    for new in order.sent:
        form = engine.form_version(tx, new.form_version_id).form if new.form_version_id is not None else None
        yield Sent(
            form_key=new.form_key,
            fields=form.fields if form is not None else (),
            values=new.values,
            by=organization.person_name(new.person_id or order.by),
            on=local_day(tx.now),
        )


def _names(organization: Organization, texts: set[str]) -> Mapping[str, str]:
    """What the codes among the values are called; a text that is no code is left out."""
    names = {label.code: label.zh for label in position_labels()}
    departments = {department.code: department.name for department in organization.departments}
    for text in texts:
        unit = organization.unit(text)
        if organization.home_unit(text):
            names[text] = organization.person_name(text)
        elif unit is not None:
            names[text] = unit.name
        elif text in departments:
            names[text] = departments[text]
    return names


def _texts(values: object) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for below in cast("Mapping[str, object]", values).values():
            yield from _texts(below)
    elif isinstance(values, list):
        for below in values:
            yield from _texts(below)
