"""The business clock: what time it is, and moving it in a demonstration or rehearsal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import marshmallow as ma
from flask import Response

from engine.commands import clock
from engine.errors import InputRejected
from engine.workflow.timers import later, parse_period
from webui.api.blueprint import Arguments, Nouns, answer
from webui.auth import current_visitor, rule
from webui.service import current_engine

nouns = Nouns("clock", "The business clock of demonstrations and rehearsals")


class Move(Arguments):
    by = ma.fields.String(metadata={"description": "ISO 8601 duration, for instance P1D or PT4H."})
    to = ma.fields.AwareDateTime(metadata={"description": "RFC 3339 time."})
    stop = ma.fields.String(
        validate=ma.validate.OneOf(("workday", "deadline")),
        metadata={"description": "09:00 of the next working day, or the next open deadline."},
    )

    @ma.validates_schema
    def exactly_one(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ma.ValidationError("Give exactly one of by, to and stop.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    now: datetime
    mode: str  #: demo, rehearsal
    ticking: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Where the clock stands now, and how many timers it fired on the way."""

    now: datetime
    fired: int


@nouns.get("/clock")
@rule("clock")
@nouns.answers(200, Clock)
def show() -> Response:
    """The business time. 404 in live mode, which has no other clock than the world's."""
    with current_engine().reading("system") as tx:
        state = tx.clock()
        return answer(Clock(now=tx.now, mode=state.mode, ticking=state.ticking))


@nouns.post("/clock/advance")
@rule("clock")
@nouns.takes(Move)
@nouns.answers(200, Moved)
def advance(body: dict[str, Any]) -> Response:
    """Move the clock forward; everything due on the way fires in order before this answers."""
    visitor = current_visitor()
    now, fired = clock.advance(
        current_engine(),
        visitor.person_id if visitor is not None else "system",
        to=_after(body["by"]) if "by" in body else body.get("to"),
        stop=body.get("stop", ""),
    )
    return answer(Moved(now=now, fired=fired))


def _after(text: str) -> datetime:
    """The business time that long after now. Raises InputRejected."""
    try:
        period = parse_period(text)
    except ValueError:
        raise InputRejected(
            f"“{text}”不是ISO 8601时长，例如P1D、PT4H。",
            f"{text!r} is no ISO 8601 duration such as P1D or PT4H.",
            field="by",
            value=text[:100],
        ) from None
    with current_engine().reading("system") as tx:
        return later(tx.now, period)
