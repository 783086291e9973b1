"""What a step lends to its scripts: the frozen time, the seed, and a place for what they print."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

#: Scripts see local time. A fixed offset is right: China has one zone and no summer time since 1991.
SHANGHAI = timezone(timedelta(hours=8), "CST")
MAX_PRINTED_BYTES = 65_536


@dataclass(slots=True)
class StepContext:
    """Time and chance of one step: the same step tried again gives the same results."""

    at: datetime  #: aware
    seed: int
    _printed: list[str] = field(default_factory=list, repr=False)
    _room: int = MAX_PRINTED_BYTES

    def add_printed(self, text: str) -> None:
        """Keep what a script printed, up to 64 kB a step: a loop of small scripts must not fill the memory either."""
        if text and self._room > 0:
            self._printed.append(text[: self._room])
            self._room -= len(text)

    @property
    def printed(self) -> str:
        """All that scripts printed since the last call; reading it empties it."""
        text = "".join(self._printed)
        self._printed.clear()
        return text


_current: ContextVar[StepContext | None] = ContextVar("changxiao_step", default=None)


@contextmanager
def step_context(at: datetime, seed: int) -> Iterator[StepContext]:
    """What is evaluated inside sees `at` as now and `seed` as its chance. Holds for this thread only."""
    if at.tzinfo is None:
        raise ValueError("A step needs an aware datetime: a naive one means another moment on another machine.")
    context = StepContext(at.astimezone(SHANGHAI), seed)
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def current_step() -> StepContext:
    """The context of the running step. Raises RuntimeError outside of one: there is no clock to fall back to."""
    context = _current.get()
    if context is None:
        raise RuntimeError("A script was evaluated outside of step_context(at, seed).")
    return context
