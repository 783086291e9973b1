"""Service make_document: a paper is drawn up where the drawing says so, in the same transaction as the step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from engine.commands import documents
from engine.commands.documents import Incidental, Order
from engine.documents.material import CardFacts, Subject
from engine.documents.registry import CARD_TEMPLATES, TEMPLATES
from engine.errors import StepFailed
from engine.model.clock import local_day
from engine.model.history import canonical_json
from engine.model.step import ServiceCall
from engine.store.record import HistoryFact, NewCard

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep
    from engine.core import Engine
    from engine.model.organization import Organization
    from engine.store.cards import CardRow
    from engine.store.rows import InstanceRow
    from engine.store.transaction import Transaction

RED = 3  #: level of the card that goes to the main leader
NO_ROW: Mapping[str, object] = {}


def make_document(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """`cx:params="template=NAME"`: answers {NAME: {"id", "no", "sha256"}}, {} where an incident keeps it for later.

    Inside a multi-instance activity the paper is about the row, or the person, that its branch stands for; elsewhere
    `person=var(x)` names one. Raises StepFailed for a template that does not exist.
    """
    asked = step.values_of(call)
    name = str(asked.get("template") or "")
    if name not in TEMPLATES:
        raise StepFailed(f"There is no document template {name!r}.", node_id=call.node_id, cause="no_template")
    return make(step, call, name, subject=_subject(step, call.element, asked.get("person")))


def make(
    step: CaseStep,
    call: ServiceCall,
    name: str,
    known: Mapping[str, object] = NO_ROW,
    *,
    subject: Subject | None = None,
) -> Mapping[str, object]:
    """What `make_document` does, for a service that issues a paper of its own.

    known: what it has just found out and answers with, which is no process variable yet.
    """
    order = _order(step, name, call.node_id, {**call.data, **known})
    made = _made(step, replace(order, subject=subject, element=call.element))
    return {name: made} if made else {}


def make_card(step: CaseStep, card: NewCard, node_id: str) -> None:
    """The paper of a card of the ladder; levels that go to a superior have none."""
    template = CARD_TEMPLATES.get(card.level)
    if template is not None:
        facts = _card_facts(step.reference.organization, card)
        order = replace(_order(step, template, node_id, {}), unit=card.unit, issuer_unit=card.issuer_unit)
        _made(step, replace(order, number=card.no, card=facts))


def order_again(
    engine: Engine, tx: Transaction, case: InstanceRow, node_id: str, details: Mapping[str, object]
) -> Order:
    """The paper that an incident stands for, to be drawn up from the case as it is now."""
    organization, today = engine.reference(tx).organization, local_day(tx.now)
    order = Order(
        template=str(details.get("template")),
        instance_id=case.id,
        unit=case.unit or "",
        issuer_unit=case.issuer_unit or "",
        node_id=node_id,
        title=case.title,
        case_no=case.business_no or "",
        variables=case.variables,
    )
    number, person = details.get("no"), details.get("subject")
    if isinstance(number, str) and number:
        card = tx.card(number)
        order = replace(order, unit=card.unit, issuer_unit=card.issuer_unit, number=number)
        return replace(order, card=_card_facts(organization, card))
    if not isinstance(person, str) or not person:
        return order
    element = next(
        (one for one in tx.elements_of(case.id) if isinstance(one, Mapping) and _key_of(one) == person), None
    )
    if element is not None:
        return replace(order, subject=Subject(key=person, row=element), element=element)
    subject = _person(organization, person, str(details.get("position") or ""), order.unit, today)
    return replace(order, subject=subject)


def _card_facts(organization: Organization, card: NewCard | CardRow) -> CardFacts:
    grounds = card.grounds or {}
    due, late = grounds.get("due_on"), grounds.get("days_late")
    held = organization.holders(card.unit, "LEAD_MAIN" if card.level == RED else "LEAD_DIRECT", card.issued_on)
    return CardFacts(
        no=card.no,
        level=card.level,
        matter=card.title,
        task=str(grounds.get("task") or ""),
        due_on=date.fromisoformat(due) if isinstance(due, str) else None,
        days_late=late if isinstance(late, int) else None,
        addressee=organization.person_name(held[0].person) if held else "",
        answer_due_on=card.answer_due_on,
        effective_on=card.effective_on,
        object_until=card.effective_on - timedelta(days=1) if card.effective_on is not None else None,
    )


def _order(step: CaseStep, template: str, node_id: str, data: Mapping[str, object]) -> Order:
    return Order(
        template=template,
        instance_id=step.instance_id,
        unit=step.unit,
        issuer_unit=step.issuer_unit,
        node_id=node_id,
        by=step.by,
        title=step.fact("title") or "",
        case_no=step.fact("business_no") or "",
        variables=data,
        sent=tuple(step.submissions),
    )


def _made(step: CaseStep, order: Order) -> dict[str, object]:
    sealed = ("sealed" in step.changes and bool(step.changes["sealed"])) or (step.case is not None and step.case.sealed)
    case = Incidental(definition_id=step.definition.row.id, key=step.definition.row.key, sealed=sealed)
    row = documents.draw_up_or_keep(step.engine, step.tx, order, case)
    if row is None:
        return {}
    step.history.append(HistoryFact(event="document_made", node_id=order.node_id, body=documents.fact_of(row)))
    return {"id": str(row.id), "no": row.no, "sha256": row.sha256.hex()}


def _subject(step: CaseStep, element: object, person: object) -> Subject | None:
    """Whom the paper is about: the branch's own person or row, else the one that the drawing names."""
    row = element if isinstance(element, Mapping) else {}
    code = row.get("user") or row.get("person") or (element if isinstance(element, str) else person)
    if not isinstance(code, str) or not code:
        return Subject(key=_key_of(row), row=row) if row else None
    return _person(step.reference.organization, code, str(row.get("position") or ""), step.unit, step.today, row)


def _key_of(row: Mapping[str, object]) -> str:
    """Tells a row apart from the others of its list, and says nothing of it: an operator may read it."""
    return sha256(canonical_json(row)).hexdigest()[:12]


def _person(
    organization: Organization,
    code: str,
    position: str,
    unit: str,
    on: date,
    row: Mapping[str, object] = NO_ROW,
) -> Subject:
    """position: "" = the first that the person holds in the unit."""
    if not position:
        held = [post.code for post in organization.posts_of(code, unit) if post.is_held(on)]
        position = held[0] if held else ""
    return Subject(key=code, person=code, name=organization.person_name(code), position=position, row=row)


SERVICES = {"make_document": make_document}
