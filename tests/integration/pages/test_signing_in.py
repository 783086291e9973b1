"""Signing in and out with a browser: what is told, what is kept, and that no other site can do it."""

from __future__ import annotations

import pytest

from engine.commands import demonstration
from tests.integration.pages.browser import Browser
from tests.integration.pages.conftest import OWNER


def test_the_accounts_to_try_are_listed_with_their_password(stranger: Browser) -> None:
    stranger.open("/login")

    assert f"{OWNER} 用户101" in stranger.texts(".demo th")
    assert demonstration.PASSWORD in stranger.text()


def test_a_chosen_account_is_filled_in(stranger: Browser) -> None:
    assert stranger.open(f"/login?username={OWNER}").find("#username")[0].get("value") == OWNER


def test_a_wrong_password_keeps_the_name_and_says_no_more_than_needed(stranger: Browser) -> None:
    stranger.sign_in("u103", "not-the-password", status=401)

    assert "用户名或密码不对" in stranger.text(".errsum")
    assert stranger.find("#username")[0].get("value") == "u103"
    assert stranger.find("#password")[0].get("value") is None


def test_after_too_many_attempts_the_door_stays_shut_for_a_while(stranger: Browser) -> None:
    for _ in range(5):
        stranger.sign_in("u096", "not-the-password", status=401)

    stranger.sign_in("u096", demonstration.PASSWORD, status=429)

    assert "15 分钟后再试" in stranger.text(".errsum")


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "/\\example.org", "javascript:1"])
def test_nobody_is_sent_to_another_site_after_signing_in(stranger: Browser, target: str) -> None:
    stranger.open("/login", status=200)
    stranger.send("/login", {"username": OWNER, "password": demonstration.PASSWORD, "next": target})

    assert stranger.address == "/inbox"


def test_signing_in_needs_the_form_of_this_browser(stranger: Browser) -> None:
    values = {"username": OWNER, "password": demonstration.PASSWORD}

    stranger.post("/login", values, status=403)
    stranger.open("/login")
    stranger.post("/login", {**values, "csrf_token": "0" * 64}, status=403)


def test_a_post_without_the_token_or_from_another_site_is_refused(sign_in: object) -> None:
    browser = sign_in(OWNER)  # type: ignore[operator]
    token = browser.open("/me").csrf

    browser.post("/me", {"language": "en"}, status=403)
    browser.post("/me", {"language": "en", "csrf_token": token}, status=403, origin="https://example.org")

    assert browser.open("/me").texts("h1") == ["我的"]


def test_signing_out_ends_the_session(stranger: Browser) -> None:
    stranger.sign_in("u102", demonstration.PASSWORD)

    stranger.send("/logout")

    assert stranger.address == "/login"
    assert stranger.open("/inbox").address.startswith("/login")
