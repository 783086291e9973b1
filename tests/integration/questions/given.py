"""Rows of what has happened, put into the database as they would stand there: valid by default, counted by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from engine.model.clock import SHANGHAI, end_of_day
from engine.model.draw import Lot, commitment, draw, pool_of
from engine.model.period import Period
from engine.store import tables as t
from engine.store.transaction import Transaction


def day(text: str, at: str = "09:00") -> datetime:
    """A moment in Shanghai: "2026-03-02"."""
    return datetime.combine(date.fromisoformat(text), time.fromisoformat(at), SHANGHAI)


@dataclass(slots=True)
class Given:
    """Writes with the system's eyes into one transaction."""

    tx: Transaction
    definition: UUID
    _numbers: Any = field(default_factory=lambda: count(1))

    def owed(self, code: str, period: str, unit: str, due: str, **changes: Any) -> UUID:
        """An obligation; of a person with person="u097"."""
        kind = Period.parse(period)
        row = {
            "id": uuid4(),
            "code": code,
            "rule_version": 1,
            "period": period,
            "unit": unit,
            "owner_key": changes.get("person", ""),
            "event": "",
            "first_day": kind.first_day,
            "last_day": kind.last_day,
            "opens_on": kind.first_day,
            "due_on": date.fromisoformat(due),
            "created_at": day("2026-01-04"),
        }
        days = {"done_on", "dated_on", "lapsed_on", "checkpoint_on"}
        given = {k: date.fromisoformat(v) if k in days else v for k, v in changes.items()}
        self.add(t.obligation, row | given)
        return UUID(str(row["id"]))

    def case(self, key: str, unit: str, started: str, **changes: Any) -> UUID:
        """A case; it runs, unless it has an end."""
        at = day(started)
        row = {
            "id": uuid4(),
            "definition_id": self.definition,
            "key": key,
            "status": "completed" if changes.get("ended_at") else "running",
            "rev": 1,
            "state": b"",
            "variables": {},
            "title": f"{unit}的事项",
            "unit": unit,
            "business_no": f"NO-{next(self._numbers):04d}",
            "marks": [],
            "started_by": "system",
            "started_at": at,
            "updated_at": at,
            "history_head": b"",
        }
        self.add(t.instance, row | changes)
        return UUID(str(row["id"]))

    def task(self, case: UUID, node: str, unit: str, created: str, *, key: str, done: str = "", **changes: Any) -> UUID:
        """A user task of the case; open, unless it is done."""
        row = {
            "id": uuid4(),
            "instance_id": case,
            "token": next(self._numbers),
            "node_id": node,
            "name": node,
            "mechanism": key,
            "unit": unit,
            "state": "completed" if done else "assigned",
            "created_at": day(created),
            "done_at": day(done, "10:00") if done else None,
            "done_by": changes.get("assignee") if done else None,
            "due_on": None,
            "due_at": None,
            "case_unit": unit,
        }
        if "due_on" in changes:
            changes = changes | {"due_at": end_of_day(changes["due_on"])}
        self.add(t.user_task, row | changes)
        return UUID(str(row["id"]))

    def sent(self, case: UUID, form: str, values: Mapping[str, object], at: str) -> None:
        """A form of the case."""
        row = {"id": uuid4(), "instance_id": case, "form_key": form, "values": dict(values), "digest": b""}
        self.add(t.submission, row | {"person_id": "u101", "submitted_at": day(at)})

    def visit(self, unit: str, organizer: str, on: str, kind: str = "经常") -> None:
        """A team was there."""
        row = {"instance_id": uuid4(), "unit": unit, "organizer": organizer, "kind": kind, "visited_at": day(on)}
        self.add(t.inspection_visit, row)

    def round(self, organizer: str, started: str, results: Sequence[Mapping[str, object]], **changes: Any) -> UUID:
        """An inspection whose visits have all reported."""
        told = {"visit_results": [dict(result) for result in results]}
        ended = day(started) + timedelta(days=30)
        return self.case("P05_SUPERVISE", organizer, started, variables=told, **{"ended_at": ended} | changes)

    def draw(self, case: UUID, unit: str, codes: Sequence[str], *, size: int, told: bool = True) -> UUID:
        """A draw of units that was promised and, if `told`, made."""
        seed, root, lots = bytes(range(32)), bytes(reversed(range(32))), [Lot(code=code) for code in codes]
        row = {"id": uuid4(), "kind": "inspection", "unit": unit, "slot": str(case), "attempt": 1, "instance_id": case}
        at = {"committed_at": day("2026-09-18", "15:20"), "committed_by": "u001"}
        self.add(t.draw, row | at | {"commitment": commitment(seed, lots)})
        if told:
            drawn = list(draw(lots, size, seed=seed, root=root))
            public = {"seed": seed, "root": root, "anchor_no": 7, "pool": pool_of(lots), "size": size, "drawn": drawn}
            ended = {"ended_at": day("2026-09-18", "16:00"), "ended_by": "system", "teams": {}}
            self.add(t.draw_outcome, {"draw_id": row["id"]} | public | ended)
        return UUID(str(row["id"]))

    def add(self, table: Any, row: Mapping[str, object]) -> None:
        """Any other row."""
        self.tx.connection.execute(insert(table), [dict(row)])


def result(
    unit: str, on: str, *topics: str, contested: int = 0, adopted: int = 0, dropped: int = 0
) -> dict[str, object]:
    """What the visit of a unit reports; each topic stands for one accepted finding."""
    accepted = len(topics)
    told = {"findings": accepted + dropped, "accepted": accepted, "contested": contested, "adopted": adopted}
    return {"unit": unit, "visited_on": on, "topics": sorted(topics), **told}
