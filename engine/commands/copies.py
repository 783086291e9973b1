"""抄送: a case is pointed out to people who see it, and each of them is known to have opened it, or not."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import InputRejected
from engine.model.comment import check_guarded
from engine.model.step import InstanceId, PersonId
from engine.store.copies import CopyRow
from engine.store.record import HistoryFact, NewNotice, StepRecord

logger = structlog.get_logger(__name__)

MAX_RECEIVERS, MAX_NOTE = 50, 200


@again_when_beaten
def copy_case(
    engine: Engine, person: PersonId, instance_id: InstanceId, to: Sequence[str], note: str = ""
) -> tuple[CopyRow, ...]:
    """Point a case out to people; it comes into their 抄送. A copy opens nothing: all of them see the case already.

    note: what to look at, may be empty. Raises NotFound for a case that the person may not see, InputRejected without
    receivers, for more than MAX_RECEIVERS, for one who may not see the case, and for a note with numbers of people.
    """
    note = checked_reason(note, zh="", field="note", most=MAX_NOTE) if note.strip() else ""
    check_guarded(note, field="note")
    wanted = tuple(dict.fromkeys(PersonId(one) for one in to if one != person))
    if not wanted:
        raise InputRejected("请选择抄送对象。", "Choose who shall get the copy.", field="to")
    if len(wanted) > MAX_RECEIVERS:
        raise InputRejected(f"一次最多抄送{MAX_RECEIVERS}人。", f"At most {MAX_RECEIVERS} people at once.", field="to")
    with engine.transaction(person) as tx:
        case, organization = tx.lock_instance(instance_id), engine.reference(tx).organization
        seeing = tx.people_seeing(case)
        blind = [organization.person_name(one) for one in wanted if one not in seeing]
        if blind:
            raise InputRejected(
                f"{'、'.join(blind)}看不到本事项，不能抄送。抄送不增加查看权限。",
                f"{', '.join(blind)} cannot see this case: a copy gives nobody the right to see it.",
                field="to",
            )
        copy_id = engine.ids.v7(tx.now)
        rows = tuple(
            CopyRow(id=copy_id, person_id=one, instance_id=case.id, sent_by=person, at=tx.now, note=note)
            for one in wanted
        )
        tx.add_copies(rows)
        # A list of 抄送 shows tasks: the one that waits now, or the last that was done.
        about = next(iter(tx.open_tasks(case.id)), None)
        facts = {"by": person, "what": organization.person_name(person), "reason": note}
        task_id = about.id if about is not None else tx.last_done(case.id)
        notice = NewNotice(id=copy_id, people=wanted, kind="copy", task_id=task_id, facts=facts)
        fact = HistoryFact(event="copied", body={"copy": str(copy_id), "to": list(wanted)})
        tx.record(
            StepRecord(instance_id=case.id, rev=case.rev, at=tx.now, actor=person, notices=(notice,), history=(fact,))
        )
    logger.info("case copied", action="case.copy", instance_id=str(instance_id), person_id=person, count=len(rows))
    return rows


def open_copies(engine: Engine, person: PersonId, instance_id: InstanceId) -> int:
    """The person has opened the case that was pointed out. Answers how many copies were new."""
    with engine.transaction(person) as tx:
        return tx.open_copies(instance_id)
