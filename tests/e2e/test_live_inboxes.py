"""Inboxes that stay open: a few get streams, the others are told to come back, pages answer, and Ctrl-C is obeyed.

No browser: a plain client holds more connections than a browser would.
"""

from __future__ import annotations

import http.client
import json
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest

from engine.commands.demonstration import logins
from engine.config import Settings, fitting_web_processes
from tests.e2e.clerk import Clerk
from tests.e2e.live import Service, serving

STREAMS = fitting_web_processes() * (Settings.__dataclass_fields__["web_threads"].default // 4)
#: So many ask for one that each process is asked by as many as it has places for: the kernel spreads them by chance.
ASKERS = 12 * fitting_web_processes()
PAGES = ("/inbox", "/inbox?view=done", "/inbox?view=late", "/start", "/me")
OFFICERS = [login["username"] for login in logins() if login["role"] == "officer"]
MOST_SECONDS_TO_STOP = 10.0
MOST_P95_SECONDS = 0.3


@dataclass
class OpenInbox:
    """A page that listens for news. It reads what comes, as a browser would, until the other side ends."""

    connection: http.client.HTTPConnection
    status: int
    answer: http.client.HTTPResponse
    ended: threading.Event = field(default_factory=threading.Event)

    def read_on(self) -> None:
        while self.answer.readline():
            pass
        self.ended.set()


def open_inbox(opened: ExitStack, service: Service, token: str) -> OpenInbox:
    """Stays open until `opened` closes, after the service has ended."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    opened.callback(connection.close)
    connection.request("GET", "/inbox/stream", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    opened.callback(answer.close)
    found = OpenInbox(connection, answer.status, answer)
    if answer.status == http.HTTPStatus.OK:
        reader = threading.Thread(target=found.read_on)
        reader.start()
        opened.callback(reader.join)
    return found


def fetch(service: Service, token: str, path: str) -> float:
    """Seconds until the whole page has come."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == http.HTTPStatus.OK, (path, answer.status)
    return time.perf_counter() - began


@contextmanager
def stopped_in_time() -> Iterator[tuple[Service, ExitStack]]:
    """The service, and where to open inboxes; leaving stops it by Ctrl-C, with whatever still listens."""
    with ExitStack() as opened, ExitStack() as served:
        service = served.enter_context(serving())
        yield service, opened
        began = time.monotonic()
        served.close()
        seconds = time.monotonic() - began
        print(f"stopped in {seconds:.1f} s")
        assert seconds <= MOST_SECONDS_TO_STOP


def test_beyond_a_quarter_of_the_threads_a_page_is_told_to_ask_again_and_all_pages_answer() -> None:
    with stopped_in_time() as (service, opened):
        clerk = Clerk(service)
        tokens = [clerk.token_of(name) for name in OFFICERS[:ASKERS]]  # a person has one stream at a time
        inboxes = [open_inbox(opened, service, token) for token in tokens]

        assert Counter(inbox.status for inbox in inboxes) == {200: STREAMS, 204: ASKERS - STREAMS}
        for path in PAGES:
            fetch(service, tokens[0], path)
        assert not any(inbox.ended.is_set() for inbox in inboxes if inbox.status == http.HTTPStatus.OK)


@pytest.mark.long
def test_fifty_open_inboxes_leave_every_page_quick_and_do_not_hold_up_the_end() -> None:
    with stopped_in_time() as (service, opened):
        clerk = Clerk(service)
        for number in range(8):
            clerk.issue(clerk.register(f"问题{number}"))
        tokens = [clerk.token_of(name) for name in OFFICERS[:50]]
        inboxes = [open_inbox(opened, service, token) for token in tokens]
        assert [inbox.status for inbox in inboxes].count(200) == STREAMS
        seconds: dict[str, list[float]] = {path: [] for path in PAGES}

        for path in PAGES:
            fetch(service, tokens[0], path)  # what has just started still compiles
        # Each page asks again once a minute; here all without a stream do so within ten seconds, three times.
        told_to_ask_again = [number for number, inbox in enumerate(inboxes) if inbox.status != http.HTTPStatus.OK]
        for _ in range(3):
            for number in told_to_ask_again:
                path = PAGES[number % len(PAGES)]
                seconds[path].append(fetch(service, tokens[number], path))
                inboxes[number] = open_inbox(opened, service, tokens[number])
                time.sleep(0.2)

        found = {path: statistics.quantiles(taken, n=20)[-1] for path, taken in seconds.items()}
        print(json.dumps({path: round(value * 1000) for path, value in found.items()}), "ms p95")
        assert max(found.values()) <= MOST_P95_SECONDS, found
        assert not any(inbox.ended.is_set() for inbox in inboxes if inbox.status == http.HTTPStatus.OK)
