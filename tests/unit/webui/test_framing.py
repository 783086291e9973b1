"""Addresses to come back to, preferences of a browser, and what has just been said."""

from __future__ import annotations

import pytest
from flask import Flask, make_response

from engine.model.preferences import Preferences
from webui.pages.framing import here, local_path, with_said
from webui.pages.preferences import COOKIE, keep, preferences
from webui.pages.start import _both


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/case/1?x=2#history", "/case/1?x=2#history"),
        ("/inbox", "/inbox"),
        ("", "/inbox"),
        (None, "/inbox"),
        ("case/1", "/inbox"),
        ("https://example.org/", "/inbox"),
        ("//example.org/x", "/inbox"),
        ("/\\example.org", "/inbox"),
        ("/x\\y", "/inbox"),
        ("javascript:alert(1)", "/inbox"),
    ],
)
def test_only_a_path_of_this_site_is_gone_to(text: str | None, path: str) -> None:
    assert local_path(text) == path


def test_what_was_said_takes_the_place_of_what_was_said_before() -> None:
    assert with_said("/inbox?view=late&said=draft", "submitted") == "/inbox?view=late&said=submitted"
    assert with_said("/inbox?view=late", "claimed", view="todo") == "/inbox?view=todo&said=claimed"


def test_the_address_to_come_back_to_says_nothing_twice() -> None:
    with Flask(__name__).test_request_context("/inbox?view=late&said=submitted&q=%E8%BD%A6&taken=x"):
        assert here() == "/inbox?view=late&q=%E8%BD%A6"


@pytest.mark.parametrize(
    "chosen",
    [
        Preferences(),
        Preferences(theme="dark", large_text=True),
        Preferences(theme="light"),
    ],
)
def test_preferences_come_back_from_the_cookie_as_they_were(chosen: Preferences) -> None:
    app = Flask(__name__)
    with app.test_request_context("/"):
        response = make_response("")
        keep(response, chosen, secure=True)
        cookie = response.headers["Set-Cookie"]
    value = cookie.split(";")[0].removeprefix(f"{COOKIE}=")

    with app.test_request_context("/", headers={"Cookie": f"{COOKIE}={value}"}):
        assert preferences() == chosen
    assert "HttpOnly" in cookie
    assert "Secure" in cookie


@pytest.mark.parametrize("value", ["", "nonsense", "blue.large", "dark", "<script>"])
def test_an_unreadable_cookie_counts_as_none(value: str) -> None:
    with Flask(__name__).test_request_context("/", headers={"Cookie": f"{COOKIE}={value}"}):
        assert preferences() == (Preferences(theme="dark") if value == "dark" else Preferences())


def test_the_documentation_of_a_drawing_is_read_in_both_languages() -> None:
    assert _both("登记一个问题。\nEN: Register a problem.") == ("登记一个问题。", "Register a problem.")
