"""Server-sent events: how many streams a process may hold, how long one lasts, and how it ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from flask import Flask, Response, current_app

from engine.config import Settings
from engine.store.listener import InboxListener

#: A stream holds a thread: others wait for theirs meanwhile.
LIFE_SECONDS = 300.0
#: A browser that has gone is noticed when something is written to it: so soon the place of a page is free again whose
#: reader has gone on to one that another process serves.
_SIGN_OF_LIFE_SECONDS = 2.0
_LOOK_EVERY_SECONDS = 0.5
_NAME = "streams"


class Streams:
    """The streams of this process: at most a quarter of its threads (architecture.md §6)."""

    def __init__(self, settings: Settings, stopping: threading.Event) -> None:
        self._settings, self._stopping = settings, stopping
        self._places = threading.BoundedSemaphore(max(1, settings.web_threads // 4))
        self._lock = threading.Lock()
        self._followed: dict[str, threading.Event] = {}  # by person: set when a newer page of his has come
        self._listener: InboxListener | None = None

    def open(self, person: str, count: Callable[[], int], *, life_seconds: float = LIFE_SECONDS) -> Response:
        """A stream of the numbers that `count` gives whenever the person's inbox changes; 204 where no place is free.

        It ends with the event "end": after `life_seconds`, when the service is asked to stop, and when the person
        opens another in this process: whoever goes from page to page holds one place, not one for each page just left.
        """
        followed = threading.Event()
        with self._lock:
            before = self._followed.pop(person, None)
            self._followed[person] = followed
        if before is not None:
            before.set()
        if not self._places.acquire(timeout=2 * _LOOK_EVERY_SECONDS if before is not None else 0):
            return Response(status=204)
        response = Response(self._events(person, count, followed, life_seconds), mimetype="text/event-stream")
        response.headers["X-Accel-Buffering"] = "no"
        response.call_on_close(self._places.release)  # also of a stream that nobody has begun to read
        return response

    def close(self) -> None:
        """Stop listening, where anybody ever did."""
        if self._listener is not None:
            self._listener.close()

    def _events(
        self, person: str, count: Callable[[], int], followed: threading.Event, life_seconds: float
    ) -> Iterator[str]:
        began = said_at = time.monotonic()
        with self._inbox_listener().bell_of(person) as bell:
            told = 0
            bell.set()  # what came between the page and its stream
            while not (self._stopping.is_set() or followed.is_set()) and time.monotonic() - began < life_seconds:
                if bell.wait(_LOOK_EVERY_SECONDS):
                    bell.clear()
                    if (found := count()) != told:
                        told, said_at = found, time.monotonic()
                        yield f"event: news\ndata: {found}\n\n"
                if time.monotonic() - said_at > _SIGN_OF_LIFE_SECONDS or said_at == began:
                    said_at = time.monotonic()
                    yield ": here\n\n"
        yield "event: end\ndata:\n\n"

    def _inbox_listener(self) -> InboxListener:
        with self._lock:
            if self._listener is None:
                self._listener = InboxListener(self._settings.database_url)
            return self._listener


def install(app: Flask, settings: Settings) -> None:
    """Give the application its streams; no connection is made before somebody asks for one."""
    app.extensions[_NAME] = Streams(settings, app.extensions["stopping"])


def current_streams() -> Streams:
    found: Streams = current_app.extensions[_NAME]
    return found
