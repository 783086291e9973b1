"""Identifiers: time-ordered UUIDv7 from the business clock, and random UUIDv4 where the time must not show."""

from __future__ import annotations

from datetime import datetime
from random import Random, SystemRandom
from threading import Lock
from uuid import UUID

from engine.model.clock import local_time

_TAIL_BITS = 74  #: random bits of a UUIDv7: 12 in rand_a, 62 in rand_b (RFC 9562 §5.7)
_TAIL_LIMIT = 1 << _TAIL_BITS


class IdGenerator:
    """Makes identifiers. One per Engine, safe for several threads.

    random: a seeded one makes a run repeatable, for tests and demonstration data. Without one the system's own
    randomness is used, because the identifiers of sealed things must not be guessable.
    """

    def __init__(self, random: Random | None = None) -> None:
        self._random = random or SystemRandom()
        self._lock = Lock()
        self._last_at: datetime | None = None
        self._ms_of_last = -1
        self._last_ms = -1
        self._tail = 0

    def v7(self, at: datetime) -> UUID:
        """A UUIDv7 for the aware instant `at`; identifiers of one millisecond ascend in the order of the calls."""
        with self._lock:
            if at is not self._last_at:  # a step asks for several, all of its one moment
                self._last_at, self._ms_of_last = at, int(local_time(at).timestamp() * 1000)
            ms = self._ms_of_last
            if ms == self._last_ms:
                # Method 2 of RFC 9562 §6.2: a random step keeps the order and stays hard to guess.
                self._tail += self._random.getrandbits(32) + 1
            if ms != self._last_ms or self._tail >= _TAIL_LIMIT:
                self._tail = self._random.getrandbits(_TAIL_BITS - 1)
            self._last_ms = ms
            tail = self._tail
        rand_a, rand_b = tail >> 62, tail & ((1 << 62) - 1)
        return UUID(int=ms << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)

    def v4(self) -> UUID:
        """A random UUID, for reports, clues, sealed cases and ballots: v7 would tell when they were made."""
        with self._lock:
            return UUID(int=self._random.getrandbits(128), version=4)


def moment_of(identifier: UUID) -> float | None:
    """Seconds since 1970 that a UUIDv7 carries, None for any other version."""
    return (identifier.int >> 80) / 1000 if identifier.version == 7 else None
