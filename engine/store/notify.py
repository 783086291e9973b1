"""Tells open browser pages that an inbox changed: NOTIFY after the commit, gathered, and LISTEN on the other side."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

import psycopg
import structlog

logger = structlog.get_logger(__name__)

CHANNEL = "cx_inbox"
GATHER_SECONDS = 0.2
#: A payload may have 8,000 bytes; an account name has at most 64.
_PEOPLE_PER_NOTICE = 100


class InboxNotifier:
    """Gathers the people whose inbox changed and tells them together, from a thread of its own.

    Not inside the step: NOTIFY takes a lock that lets only one commit through at a time. A notice that gets lost does
    no harm, since pages also look again by themselves.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._people: set[str] = set()
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._connection: psycopg.Connection | None = None

    def tell(self, people: Iterable[str]) -> None:
        """Notify these people soon. Costs next to nothing: it only leaves a note for the thread."""
        gathered = set(people)
        if not gathered:
            return
        with self._lock:
            self._people |= gathered
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="inbox-notifier", daemon=True)
                self._thread.start()
        if not self._wanted.is_set():
            self._wanted.set()

    def close(self) -> None:
        """Tell what is gathered, then stop."""
        self._closing.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wanted.wait()
            self._closing.wait(GATHER_SECONDS)
            self._wanted.clear()
            with self._lock:
                people, self._people = sorted(self._people), set()
            if people:
                self._send(people)
        if self._connection is not None:
            self._connection.close()

    def _send(self, people: list[str]) -> None:
        try:
            if self._connection is None or self._connection.closed:
                self._connection = psycopg.connect(self._url, autocommit=True, application_name="changxiao notify")
            for start in range(0, len(people), _PEOPLE_PER_NOTICE):
                payload = " ".join(people[start : start + _PEOPLE_PER_NOTICE])
                self._connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
        except psycopg.Error:
            logger.warning("inboxes not told", action="inbox.notify", people=len(people), exc_info=True)


def listen(url: str, *, every_seconds: float = 5.0) -> Iterator[frozenset[str]]:
    """Yields the people whose inbox changed, as it happens; an empty set after `every_seconds` of silence.

    One per process is enough. Raises psycopg.OperationalError when the database goes away: listen again.
    """
    with psycopg.connect(url, autocommit=True, application_name="changxiao listen") as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        while True:
            people: set[str] = set()
            for notice in connection.notifies(timeout=every_seconds, stop_after=1):
                people.update(notice.payload.split())
            yield frozenset(people)
