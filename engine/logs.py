"""Logging: one line per event, JSON in production, never a form value."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from typing import TextIO, cast

import msgspec
import structlog
from structlog.typing import EventDict, WrappedLogger

from engine.config import Settings
from engine.errors import ChangxiaoError


def configure_logging(settings: Settings, level: int = logging.INFO) -> None:
    """Send structlog and the libraries' warnings to standard error. Called once, by an entry point."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithoutValues("%(name)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    final: structlog.types.Processor = (
        structlog.processors.JSONRenderer(serializer=_as_json)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            exception_without_values,
            final,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _WhereThereIsRoom(sys.stderr))),
        cache_logger_on_first_use=True,
    )


class _WhereThereIsRoom:
    """A stream that drops what it cannot write: a full disk may cost lines of the log, not the work they tell of."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            return self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


_encode = msgspec.json.Encoder(enc_hook=repr).encode


def _as_json(event: EventDict, **_options: object) -> str:
    return _encode(event).decode()


def exception_without_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The processor that writes `exc_info` as text: where it happened and what kind it is, not what it says."""
    info = event.pop("exc_info", None)
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    elif info and not isinstance(info, tuple):
        info = sys.exc_info()
    if info and info[1] is not None:
        event["exception"] = trace_of(info[1])
    return event


def trace_of(error: BaseException) -> str:
    """Places and kinds of an error and of its causes.

    Messages stay out: PostgreSQL quotes the failing row, SQLAlchemy the parameters, Python the text it could not
    read, and each of these may be what somebody has typed about a person.
    """
    return "\n".join(
        "".join(traceback.format_list(traceback.extract_tb(one.__traceback__))) + _kind(one) for one in _chain(error)
    )


class _WithoutValues(logging.Formatter):
    """The same for lines of the libraries."""

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name of logging
        error = ei[1] if isinstance(ei, tuple) else None
        return trace_of(error) if isinstance(error, BaseException) else ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The first cause first, as Python prints them. A circle, which Python allows, is cut."""
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in found:
        found.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return reversed(found)


def _kind(error: BaseException) -> str:
    """Class and code; words only where they are about machines: files, and a server that is not reached."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, ChangxiaoError):
        return f"{kind} [{error.code}]"
    sqlstate = getattr(error, "sqlstate", None)
    if sqlstate:
        return f"{kind} [SQLSTATE {sqlstate}]"
    is_unreached = type(error).__module__.startswith("psycopg") and type(error).__name__ == "OperationalError"
    return f"{kind}: {error}" if isinstance(error, OSError) or is_unreached else kind
