"""Comments on a case: said by whoever sees it, told to those who are mentioned, withdrawn by their author."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import InputRejected
from engine.model.comment import (
    MAX_COMMENT,
    MAX_MENTIONED,
    Accounts,
    CaseIsOver,
    CommentWithdrawn,
    NotAuthor,
    check_guarded,
    mentions_in,
    one_of,
)
from engine.model.organization import Organization
from engine.model.step import InstanceId, PersonId
from engine.store.comments import CommentRow
from engine.store.record import HistoryFact, NewNotice, StepRecord
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

NOTICE = "mentioned"


@again_when_beaten
def comment(
    engine: Engine, person: PersonId, instance_id: InstanceId, text: str, *, mentioned: Sequence[str] = ()
) -> CommentRow:
    """Say something about a case; whom the text names after @, and `mentioned` (accounts), get a notice.

    The history keeps that something was said and the hash of it, never the words. Raises NotFound for a case that the
    person may not see, CaseIsOver, InputRejected for an empty or too long text, one with an ID-card or phone number,
    and for somebody who may not see the case.
    """
    text = checked_reason(text, zh="请填写留言内容。", en="Write what you want to say.", field="text", most=MAX_COMMENT)
    check_guarded(text)
    with engine.transaction(person) as tx:
        case = tx.lock_instance(instance_id)
        if case.is_over:
            raise CaseIsOver(f"The case {case.id} has ended.")
        told = _told(engine.reference(tx).organization, tx, case.id, text, mentioned)
        row = CommentRow(
            id=engine.ids.v7(tx.now), instance_id=case.id, person_id=person, at=tx.now, text=text, mentioned=list(told)
        )
        tx.add_comment(row)
        people = tuple(PersonId(one) for one in told if one != person)
        facts = {"by": person, "comment": str(row.id)}
        notice = NewNotice(id=engine.ids.v7(tx.now), people=people, kind=NOTICE, facts=facts)
        body = {"comment": str(row.id), "sha256": sha256(text.encode()).hexdigest(), "mentioned": list(told)}
        fact = HistoryFact(event="commented", body=body)
        tx.record(
            StepRecord(
                instance_id=case.id,
                rev=case.rev,
                at=tx.now,
                actor=person,
                notices=(notice,) if people else (),
                history=(fact,),
            )
        )
    logger.info("case commented", action="case.comment", instance_id=str(instance_id), person_id=person)
    return row


@again_when_beaten
def withdraw_comment(engine: Engine, person: PersonId, comment_id: UUID) -> CommentRow:
    """Its words are shown to nobody from now on; that there was a comment stays. Answers it as it is then.

    Raises NotFound, NotAuthor, CommentWithdrawn.
    """
    with engine.transaction(person) as tx:
        found = tx.comment(comment_id)
        if found.person_id != person:
            raise NotAuthor(f"The comment {comment_id} is by somebody else.")
        case = tx.lock_instance(found.instance_id)
        if tx.comment(comment_id, lock=True).withdrawn_at is not None:
            raise CommentWithdrawn(f"The comment {comment_id} is withdrawn.")
        tx.withdraw_comment(comment_id)
        fact = HistoryFact(event="comment_withdrawn", body={"comment": str(comment_id)})
        tx.record(StepRecord(instance_id=case.id, rev=case.rev, at=tx.now, actor=person, history=(fact,)))
        withdrawn = tx.comment(comment_id)
    logger.info("comment withdrawn", action="case.comment_withdraw", instance_id=str(case.id), person_id=person)
    return withdrawn


def _told(
    organization: Organization, tx: Transaction, instance_id: InstanceId, text: str, chosen: Sequence[str]
) -> tuple[str, ...]:
    """Accounts that the comment mentions, each of somebody who sees the case."""
    named: dict[Accounts, str] = {}
    if "@" in text or "＠" in text:
        by_name: dict[str, tuple[str, ...]] = {one.id: (one.id,) for one in organization.people}
        for one in organization.people:
            by_name[one.name] = (*by_name.get(one.name, ()), one.id)
        named = {accounts: organization.person_name(accounts[0]) for accounts in mentions_in(text, by_name)}
    named |= {(account,): organization.person_name(account) for account in chosen}
    found = {
        one_of(accounts, name, [one for one in accounts if tx.sees_case(PersonId(one), instance_id)])
        for accounts, name in named.items()
    }
    if len(found) > MAX_MENTIONED:
        raise InputRejected(
            f"一条留言最多提醒{MAX_MENTIONED}人。",
            f"One comment can mention at most {MAX_MENTIONED} people.",
            field="text",
        )
    return tuple(sorted(found))
