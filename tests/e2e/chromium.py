"""Opens pages in a Chromium and notes every console error, policy violation and outside request."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.fetch_chromium import NoBrowser, chromium


def executable() -> str:
    """Path of a Chromium. Skips without one, but fails in CI."""
    try:
        return str(chromium())
    except NoBrowser as missing:
        message = f"The browser tests were NOT run: {missing}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium; without its own sandbox only as root, where it cannot have one."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable(), args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield started
        started.close()


@dataclass
class Watch:
    """What went wrong on a page, by whoever says so."""

    origin: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    expected: set[int] = field(
        default_factory=set
    )  #: answers that the test provokes; Chromium reports each as an error

    offline: bool = False  #: the test cuts the connection; Chromium reports each request that fails as an error

    def on(self, page: Page) -> None:
        page.on("console", lambda m: self._said(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._requested(request.url))

    def _said(self, text: str) -> None:
        if self.offline and "net::ERR_" in text:
            return
        if not any(f"responded with a status of {status} " in text for status in self.expected):
            self.errors.append(text)

    def _requested(self, url: str) -> None:
        if not url.startswith((self.origin, "data:", "blob:")):
            self.outside.append(url)
