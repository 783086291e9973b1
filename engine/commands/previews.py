"""What a command would lead to: it is done, looked at, and all of it taken back."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


class Looked(Exception):
    """Raised inside a transaction: carries out of it what was found, and rolls it back."""

    def __init__(self, found: object) -> None:
        super().__init__()
        self.found = found


def previewable(command: Callable[P, R]) -> Callable[P, R]:
    """The command answers what it has raised as Looked, too. Outermost: nothing may try it again."""

    @functools.wraps(command)
    def looking(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Looked as looked:
            return cast("R", looked.found)

    return looking
