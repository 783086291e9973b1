"""Wakes whoever waits for changes of an inbox: one LISTEN in a thread, however many wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import structlog

from engine.store.notify import listen
from engine.store.urls import libpq_url

logger = structlog.get_logger(__name__)

_AGAIN_AFTER_SECONDS = 2.0
_LOOK_UP_SECONDS = 1.0  #: how soon a listener notices that it is to stop


class InboxListener:
    """Listens from the first who waits until `close`. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        self._url = libpq_url(url)
        self._waiting: dict[threading.Event, str] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def bell_of(self, person: str) -> Iterator[threading.Event]:
        """An event that is set when the person's inbox has changed, or may have unseen. Clear it, then look."""
        bell = threading.Event()
        with self._lock:
            self._waiting[bell] = person
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="inbox-listener", daemon=True)
                self._thread.start()
        try:
            yield bell
        finally:
            with self._lock:
                del self._waiting[bell]

    def close(self) -> None:
        """Stop listening."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(timeout=2 * _LOOK_UP_SECONDS)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                for people in listen(self._url, every_seconds=_LOOK_UP_SECONDS):
                    self._ring(people)
                    if self._closing.is_set():
                        return
            except psycopg.Error:
                logger.warning("inboxes not listened to", action="inbox.listen", exc_info=True)
                self._closing.wait(_AGAIN_AFTER_SECONDS)
            self._ring(None)  # what happened meanwhile was not heard

    def _ring(self, people: frozenset[str] | None) -> None:
        with self._lock:
            for bell, person in self._waiting.items():
                if people is None or person in people:
                    bell.set()
