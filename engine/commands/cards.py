"""牌卡异议: a unit objects to a card; the superior decides in a case of its own (domain.md §3 S2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from engine.commands.attempts import again_when_beaten
from engine.commands.cases import deliver
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import InputRejected, NotFound, Refused
from engine.model.card import issue, object_to
from engine.model.clock import local_day
from engine.model.step import InstanceId, PersonId, ThrownEvent
from engine.store.cards import CardRow, ObjectionRow
from engine.store.record import HistoryFact, StepRecord
from engine.store.transaction import Transaction

MESSAGE = "msg.card_objection"
YELLOW, RED = 2, 3


@again_when_beaten
def object_to_card(engine: Engine, person: PersonId, number: str, reason: str) -> InstanceId:
    """File an objection to a yellow or red card of the own unit, within its window and once.

    Answers the case in which the superior decides. Raises NotFound, Refused for another unit's people,
    ObjectionRefused after the window or for a second objection.
    """
    reason = checked_reason(reason, zh="请填写异议理由。")
    with engine.transaction(person) as tx:
        with tx.as_system():
            card = tx.card(number, lock=True)
        organization, on = engine.reference(tx).organization, local_day(tx.now)
        if not _may_see(engine, tx, person, card):
            raise NotFound(f"There is no card {number}.", no=number)
        leads = {p.person for code in ("LEAD_MAIN", "LEAD_DIRECT") for p in organization.holders(card.unit, code, on)}
        if person not in leads:
            raise Refused("Only the leaders of the unit object to its cards.", code="not_your_card")
        if card.level not in (YELLOW, RED):
            raise InputRejected(
                "只有黄牌、红牌可以提出异议。",
                "Only yellow and red cards can be objected to.",
                field="no",
                value=number,
            )
        _check_window(engine, tx, card, person, reason)
        payload = {
            "unit": card.unit,
            "card_no": number,
            "title": card.title,
            "case_id": str(card.case_id) if card.case_id else "",
            "task_id": str(card.task_id) if card.task_id else "",
            "ladder_id": str(card.instance_id),
        }
        with tx.as_system():
            objection = ObjectionRow(
                id=engine.ids.v7(tx.now), card_no=number, filed_by=person, filed_at=tx.now, reason=reason
            )
            tx.file_objection(objection)
            reached = deliver(
                engine,
                tx,
                ThrownEvent(node_id="", kind="message", name=MESSAGE, payload=payload, correlation_key=number),
                by=person,
            )
    return reached[0]


def lengthen_windows(engine: Engine, tx: Transaction, *, reason: str, by: str) -> None:
    """After a change of the calendar, inside its transaction: more time to object and to answer, never less.

    engine: one that sees the change. The history of the ladder tells which card, the old days and the new.
    """
    for card in tx.cards_with_windows_since(local_day(tx.now)):
        effective_on, answer_due_on = _days_by_calendar(engine, tx, card)
        if (effective_on, answer_due_on) == (card.effective_on, card.answer_due_on):
            continue
        tx.lengthen_card(card.no, effective_on=effective_on, answer_due_on=answer_due_on)
        days = {
            "old": [day.isoformat() for day in (card.effective_on, card.answer_due_on) if day is not None],
            "new": [day.isoformat() for day in (effective_on, answer_due_on) if day is not None],
        }
        ladder = tx.lock_instance(card.instance_id)
        fact = HistoryFact(event="redated", task_id=None, body={"no": card.no, "reason": reason, **days})
        tx.record(StepRecord(instance_id=ladder.id, rev=ladder.rev, at=tx.now, actor=by, history=(fact,)))


def _days_by_calendar(engine: Engine, tx: Transaction, card: CardRow) -> tuple[date | None, date | None]:
    """From when the card counts, and by when it is answered: by the calendar in force, or later as they were told."""
    reference = engine.reference(tx)
    effective_on, answer_due_on = card.effective_on, card.answer_due_on
    if effective_on is not None and not tx.objections(card.no):  # an objection has used the window
        window_wd = reference.params.number("objection_window_wd")
        ends = reference.calendar.add_working_days(card.issued_on, window_wd)
        effective_on = max(effective_on, ends + timedelta(days=1))
    if answer_due_on is not None and card.answered_at is None:
        answer_due_on = max(
            answer_due_on,
            reference.calendar.add_working_days(card.issued_on, reference.params.number("card_answer_wd")),
        )
    return effective_on, answer_due_on


def _check_window(engine: Engine, tx: Transaction, card: CardRow, person: PersonId, reason: str) -> None:
    """Within the window and once, by the rules of engine.model.card. Raises ObjectionRefused."""
    reference = engine.reference(tx)
    window_wd = reference.params.number("objection_window_wd")
    decision_wd = reference.params.number("objection_decision_wd")
    paper = issue(
        card.no,
        "yellow" if card.level == YELLOW else "red",
        card.unit,
        card.issued_on,
        reference.calendar,
        window_wd=window_wd,
    )
    if card.effective_on is not None:  # a window that was told never becomes shorter, whatever the calendar says now
        paper = replace(paper, window_ends=max(paper.window_ends, card.effective_on - timedelta(days=1)))
    for earlier in tx.objections(card.no):
        filed_on = local_day(earlier.filed_at)
        paper = object_to(
            paper,
            on=filed_on,
            by=earlier.filed_by,
            reason="",
            calendar=reference.calendar,
            decision_wd=decision_wd,
        )
    today = local_day(tx.now)
    object_to(paper, on=today, by=person, reason=reason, calendar=reference.calendar, decision_wd=decision_wd)


def _may_see(engine: Engine, tx: Transaction, person: PersonId, card: CardRow) -> bool:
    organization = engine.reference(tx).organization
    home = organization.home_unit(person)
    return home in {card.unit, card.issuer_unit} or card.unit in organization.subtree(home)
