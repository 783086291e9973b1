"""抄送: a case is pointed out to people who see it, and each of them is known to have opened it, or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import InputRejected
from engine.model.comment import check_guarded
from engine.model.organization import Organization
from engine.model.step import InstanceId, PersonId
from engine.store.copies import CopyRow
from engine.store.record import HistoryFact, NewNotice, StepRecord

logger = structlog.get_logger(__name__)

MAX_RECEIVERS, MAX_NOTE = 50, 200


@again_when_beaten
def copy_case(
    engine: Engine,
    person: PersonId,
    instance_id: InstanceId,
    to: Sequence[str],
    note: str = "",
    *,
    units: Sequence[str] = (),
) -> tuple[CopyRow, ...]:
    """Point a case out to people; it comes into their 抄送. A copy opens nothing: all of them see the case already.

    to: accounts. units: codes; each stands for those of the unit who see the case now, not for who comes later.
    note: what to look at, may be empty. Raises NotFound for a case that the person may not see, InputRejected without
    receivers, for more than MAX_RECEIVERS, for one who may not see the case, for a unit where nobody does, and for a
    note with numbers of people.
    """
    note = checked_reason(note, zh="", field="note", most=MAX_NOTE) if note.strip() else ""
    check_guarded(note, field="note")
    with engine.transaction(person) as tx:
        case, organization = tx.lock_instance(instance_id), engine.reference(tx).organization
        seeing = tx.people_seeing(case)
        wanted = _receivers(organization, seeing - {person}, [one for one in to if one != person], units)
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
        fact = HistoryFact(event="copied", body={"copy": str(copy_id), "to": list(wanted), "units": list(units)})
        tx.record(
            StepRecord(instance_id=case.id, rev=case.rev, at=tx.now, actor=person, notices=(notice,), history=(fact,))
        )
    logger.info("case copied", action="case.copy", instance_id=str(instance_id), person_id=person, count=len(rows))
    return rows


def open_copies(engine: Engine, person: PersonId, instance_id: InstanceId) -> int:
    """The person has opened the case that was pointed out. Answers how many copies were new."""
    with engine.transaction(person) as tx:
        return tx.open_copies(instance_id)


def _receivers(
    organization: Organization, seeing: Set[str], named: Iterable[str], units: Iterable[str]
) -> tuple[PersonId, ...]:
    """Those named and those of the units, each once. seeing: accounts of the others who see the case."""
    wanted = list(named)
    if blind := [organization.person_name(one) for one in wanted if one not in seeing]:
        raise InputRejected(
            f"{'、'.join(blind)}看不到本事项，不能抄送。抄送不增加查看权限。",
            f"{', '.join(blind)} cannot see this case: a copy gives nobody the right to see it.",
            field="to",
        )
    for code in units:
        of_unit = sorted(one for one in seeing if organization.home_unit(one) == code)
        if not of_unit:
            unit = organization.unit(code)
            name = unit.name if unit is not None else code
            raise InputRejected(
                f"{name}没有可抄送的人：除本人外，没有人能看到本事项。抄送不增加查看权限。",
                f"Nobody else of {code} can see this case: a copy gives nobody the right to see it.",
                field="units",
            )
        wanted += of_unit
    found = tuple(dict.fromkeys(map(PersonId, wanted)))
    if not found:
        raise InputRejected("请选择抄送对象。", "Choose who shall get the copy.", field="to")
    if len(found) > MAX_RECEIVERS:
        raise InputRejected(f"一次最多抄送{MAX_RECEIVERS}人。", f"At most {MAX_RECEIVERS} people at once.", field="to")
    return found
