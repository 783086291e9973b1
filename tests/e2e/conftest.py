"""One Chromium for the browser tests, and the sample pages served on a port of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.e2e import chromium
from tests.e2e.clerk import FIXED, OWNER, Clerk
from tests.e2e.fixture_app import create_app
from tests.e2e.live import Service, prepared_folder, working
from tests.e2e.person import Person
from tests.e2e.served import served
from webui.assets import Assets


@pytest.fixture(scope="module")
def any_browser() -> Iterator[Browser]:
    # Not for the whole run: Playwright leaves an event loop running in this thread, which other tests would find.
    if not Assets.load().built:
        pytest.fail("The browser files are not built: run `make web`.")
    with chromium.browser() as started:
        yield started


@pytest.fixture(scope="session")
def sample_app() -> Flask:
    return create_app()


@pytest.fixture(scope="session")
def sample_site(sample_app: Flask) -> Iterator[str]:
    """Address of the sample pages."""
    with served(sample_app) as address:
        yield address


@pytest.fixture
def watch(sample_site: str) -> chromium.Watch:
    return chromium.Watch(sample_site)


@pytest.fixture
def open_page(any_browser: Browser, sample_site: str, watch: chromium.Watch) -> Iterator[Callable[..., Page]]:
    """open_page("task", width=390, lang="en", theme="dark"): the page, watched; other keywords go to the context."""
    contexts = []

    def opened(scene: str, *, width: int = 1440, lang: str = "zh", theme: str = "light", **options: object) -> Page:
        context = any_browser.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN" if lang == "zh" else "en-GB", **options
        )
        contexts.append(context)
        page = context.new_page()
        watch.on(page)
        page.goto(f"{sample_site}/{scene}?lang={lang}&theme={theme}")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def rehearsal_folder() -> Iterator[Path]:
    """The data folder that each module gets a copy of."""
    with prepared_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def service(rehearsal_folder: Path) -> Iterator[Service]:
    """The real service in rehearsal, since 2026-01-04 09:00, for the tests of one module."""
    with working(rehearsal_folder) as started:
        yield started


@pytest.fixture
def service_watch(service: Service) -> Iterator[chromium.Watch]:
    """What goes wrong on any page of the test, which fails at its end if something did."""
    watch = chromium.Watch(service.origin)
    yield watch
    assert watch.errors == []
    assert watch.outside == []


@pytest.fixture
def somebody(any_browser: Browser, service: Service, service_watch: chromium.Watch) -> Iterator[Callable[..., Person]]:
    """somebody("u041", width=390): a browser of the real service, signed in when a name is given."""
    contexts = []

    def arrive(name: str = "", *, width: int = 1440, **options: object) -> Person:
        context = any_browser.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai", **options
        )
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        service_watch.on(page)
        person = Person(page, service.origin)
        if name:
            person.sign_in(name)
        return person

    yield arrive
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def clerk(service: Service) -> Clerk:
    return Clerk(service)


@pytest.fixture
def plan(clerk: Clerk, request: pytest.FixtureRequest) -> str:
    """Address of a plan to be made by the owner."""
    case = clerk.register(f"问题·{request.node.name[-60:]}")
    clerk.assign(case, FIXED)
    return f"/task/{clerk.task(OWNER, case, 'S1_T4')}"


@pytest.fixture
def owner(somebody: Callable[..., Person], plan: str) -> Person:
    """The owner with the form of the plan before him."""
    person = somebody(OWNER)
    person.open(plan)
    person.ready()
    return person
