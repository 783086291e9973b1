"""Commands that are tried again when the database gave them up for another one (two cases that lock each other)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from engine.errors import Beaten

P = ParamSpec("P")
R = TypeVar("R")
ATTEMPTS = 5


def again_when_beaten(command: Callable[P, R]) -> Callable[P, R]:
    """Run `command` again, from its beginning, when its transaction lost against another. At most five times.

    Two cases that message each other at the same moment lock each other's rows in opposite order. The one that locks
    against the order of ids gives up after a moment and lets the other through (Cases.lock_instance); the second
    attempt finds the first one's result.
    """

    @functools.wraps(command)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(ATTEMPTS - 1):
            try:
                return command(*args, **kwargs)
            except Beaten:
                continue
        return command(*args, **kwargs)

    return tried
