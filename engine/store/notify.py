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
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False

    def tell(self, people: Iterable[str]) -> None:
        """Notify these people soon. Costs nothing when there are none."""
        gathered = set(people)
        if not gathered:
            return
        with self._condition:
            self._people |= gathered
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="inbox-notifier", daemon=True)
                self._thread.start()
            self._condition.notify()

    def close(self) -> None:
        """Tell what is gathered, then stop."""
        with self._condition:
            self._closing = True
            self._condition.notify()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._people or self._closing)
                self._condition.wait_for(lambda: self._closing, timeout=GATHER_SECONDS)
                people, self._people = sorted(self._people), set()
                closing = self._closing
            if people:
                self._send(people)
            if closing:
                return

    def _send(self, people: list[str]) -> None:
        try:
            with psycopg.connect(self._url, autocommit=True, application_name="changxiao notify") as connection:
                for start in range(0, len(people), _PEOPLE_PER_NOTICE):
                    payload = " ".join(people[start : start + _PEOPLE_PER_NOTICE])
                    connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
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
