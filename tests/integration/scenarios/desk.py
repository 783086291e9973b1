"""What people see and do in a scenario, in their words: days, inboxes, forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from engine.commands import cards, clock, instances, tasks
from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.model.clock import SHANGHAI, local_time
from engine.model.step import InstanceId, PersonId
from engine.store.cards import CardRow
from engine.store.rows import InstanceRow, UserTaskRow


def day(text: str, at: str = "10:00") -> datetime:
    """ "03-02" of 2026 or "2027-01-06", at a time of day in Shanghai."""
    on = date.fromisoformat(text if len(text) > len("03-02") else f"2026-{text}")
    return datetime.combine(on, time.fromisoformat(at), SHANGHAI)


@dataclass(slots=True)
class Desk:
    """The engine as the people of a scenario meet it."""

    engine: Engine

    def go_to(self, text: str, at: str = "10:00") -> None:
        """Let the time pass until then; everything due on the way happens."""
        clock.advance(self.engine, SYSTEM, to=day(text, at))

    def person(self, unit: str, position: str) -> PersonId:
        with self.engine.transaction(SYSTEM) as tx:
            found = self.engine.reference(tx).organization.holders(unit, position, date(2026, 1, 4))
        return PersonId(found[0].person)

    def inspector(self, unit: str, number: int = 0) -> PersonId:
        with self.engine.transaction(SYSTEM) as tx:
            return PersonId(self.engine.reference(tx).organization.members("inspector", unit, date(2026, 1, 4))[number])

    def register(self, person: PersonId, **values: object) -> InstanceId:
        return instances.start(self.engine, "S1_RECTIFY", person, values).instance_id

    def case(self, instance_id: InstanceId) -> InstanceRow:
        with self.engine.transaction(SYSTEM) as tx:
            return tx.instance(instance_id)

    def inbox(self, person: PersonId) -> dict[str, UserTaskRow]:
        """{node id: open task} of what the person may work on."""
        with self.engine.transaction(SYSTEM) as tx:
            return {
                task.node_id: task
                for task in tx.all_open_tasks()
                if task.assignee == person or (task.assignee is None and person in tx.candidates(task.id))
            }

    def look_at(self, person: PersonId, node_id: str) -> None:
        tasks.open_task(self.engine, self.inbox(person)[node_id].id, person)

    def do(self, person: PersonId, node_id: str, values: Mapping[str, object]) -> None:
        tasks.complete(self.engine, self.inbox(person)[node_id].id, person, values)

    def object_to(self, person: PersonId, number: str, reason: str) -> None:
        cards.object_to_card(self.engine, person, number, reason)

    def cards(self, unit: str) -> list[CardRow]:
        with self.engine.transaction(SYSTEM) as tx:
            return list(tx.cards_of_unit(unit, since=date(2025, 12, 31)))

    def issued(self, unit: str, task: UserTaskRow | None = None) -> list[tuple[int, str]]:
        """(level, day and hour) of the cards of the unit, or of one late task, in the order of issue."""
        found = [card for card in self.cards(unit) if task is None or card.task_id == task.id]
        return [(card.level, local_time(card.issued_at).strftime("%m-%d %H:%M")) for card in found]

    def notices(self, person: PersonId, kind: str) -> list[str]:
        with self.engine.transaction(SYSTEM) as tx:
            return [
                local_time(notice.at).strftime("%m-%d %H:%M") for notice in tx.notices_of(person) if notice.kind == kind
            ]

    def timers(self, task_id: UUID, kind: str) -> list[str]:
        with self.engine.transaction(SYSTEM) as tx:
            return [local_time(t.due_at).strftime("%m-%d %H:%M") for t in tx.timers_of_task(task_id) if t.kind == kind]
