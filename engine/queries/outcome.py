"""What came of a rehearsal: obligations by state, cards, cases, load of people, dead ends; without any id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.obligation import STATE_LABELS, State
from engine.queries.obligations import state_column
from engine.queries.standstill import DeadEnd, dead_ends
from engine.store import tables as t
from engine.store.scope import SYSTEM

_DONE_STATES = ("completed", "returned")
_OPEN_STATES = ("offered", "assigned", "started", "suspended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The figures of all units together."""

    obligations: Mapping[str, Mapping[State, int]]  #: by code
    cards: Mapping[str, int]  #: by level and state: "2 issued"
    cases: Mapping[str, Mapping[str, int]]  #: by process: how many there are by status
    load: Mapping[str, int]  #: tasks done, by person; the busiest first
    done: int  #: tasks
    open: int
    late: int  #: of the open ones
    events: int  #: in the history: steps come to several
    documents: int
    dead_ends: Mapping[DeadEnd, int]

    @property
    def by_state(self) -> dict[State, int]:
        """Obligations of all codes."""
        return {
            state: number
            for state in STATE_LABELS
            if (number := sum(found.get(state, 0) for found in self.obligations.values()))
        }

    def as_dict(self) -> dict[str, object]:
        """Ready for JSON, always in the same order."""
        return {
            "obligations": {code: dict(sorted(found.items())) for code, found in sorted(self.obligations.items())},
            "obligations_by_state": self.by_state,
            "cards": dict(sorted(self.cards.items())),
            "cases": {key: dict(sorted(found.items())) for key, found in sorted(self.cases.items())},
            "load": dict(sorted(self.load.items())),
            "tasks": {"done": self.done, "open": self.open, "late": self.late},
            "events": self.events,
            "documents": self.documents,
            "dead_ends": [
                {"process": end.key, "place": end.node, "kind": end.kind, "why": end.why, "cases": number}
                for end, number in sorted(self.dead_ends.items())
            ],
        }

    @property
    def digest(self) -> str:
        """The same for two rehearsals that came out the same."""
        return sha256(json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def outcome(engine: Engine) -> Outcome:
    """Counted over everything in the database. As the system: for the command line alone."""
    with engine.reading(SYSTEM) as tx:
        today, ask = local_day(tx.now), tx.connection.execute
        owed, card, case, task = t.obligation.c, t.card.c, t.instance.c, t.user_task.c
        state = state_column(today).label("state")
        obligations: dict[str, dict[State, int]] = {}
        for code, name, number in ask(select(owed.code, state, func.count()).group_by(owed.code, "state")):
            obligations.setdefault(code, {})[name] = number
        cards = ask(select(card.level, card.state, func.count()).group_by(card.level, card.state))
        cases: dict[str, dict[str, int]] = {}
        for key, status, number in ask(select(case.key, case.status, func.count()).group_by(case.key, case.status)):
            cases.setdefault(key, {})[status] = number
        is_done = task.state.in_(_DONE_STATES)  # not what was taken away because its matter had ended
        load = ask(select(task.done_by, func.count()).where(is_done).group_by(task.done_by))
        busy = sorted(((person, number) for person, number in load), key=lambda one: (-one[1], one[0]))
        is_open = task.state.in_(_OPEN_STATES)
        waiting, late = ask(
            select(func.count(), func.count().filter(task.due_at < tx.now)).where(is_open).select_from(t.user_task)
        ).one()
        return Outcome(
            obligations=obligations,
            cards={f"{level} {name}": number for level, name, number in cards},
            cases=cases,
            load=dict(busy),
            done=sum(number for _, number in busy),
            open=waiting,
            late=late,
            events=ask(select(func.count()).select_from(t.history)).scalar_one(),
            documents=ask(select(func.count()).select_from(t.document)).scalar_one(),
            dead_ends=dead_ends(tx),
        )
