"""Somebody with mouse and keyboard in front of the real service: signs in, opens tasks, fills in forms, submits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from engine.commands.demonstration import PASSWORD

READY = "[data-form][data-ready]"


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever sits at this browser now. Everything is done by clicks and keys on what the page shows."""

    page: Page
    site: str

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        return self.page

    def sign_in(self, name: str) -> None:
        if "/login" not in self.page.url:
            self.open("/login")
        self.page.locator("#username").fill(name)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("#password").press("Enter")
        expect(self.page.locator("summary.me")).to_be_visible()

    def sign_out(self) -> None:
        self.page.locator("summary.me").click()
        self.page.locator("details.menu form button").click()
        expect(self.page.locator("#username")).to_be_visible()

    def row(self, title: str, view: str = "todo") -> Locator:
        """The row of this title in the list that a tab of the inbox shows."""
        self.page.locator("header a.logo").click()
        tab = self.page.locator(f"nav.tabs a[href='/inbox?view={view}']")
        tab.click()
        expect(tab).to_have_attribute("aria-current", "page")
        rows = self.page.locator("table.inbox tr[data-peek]").filter(has_text=title)
        expect(rows.first).to_be_visible()
        return rows.first

    def take(self, title: str) -> None:
        """Claim an offered task and open its form."""
        self.row(title, "offered").locator("a[data-open]").click()
        self.page.locator("button[data-key=claim]").click()
        self.ready()

    def work_on(self, title: str) -> None:
        """Open the form of a task in one's own list."""
        self.row(title).locator("a[data-open]").click()
        self.ready()

    def ready(self) -> None:
        """The form is drawn and can be filled in."""
        expect(self.page.locator(READY)).to_be_visible()

    def field(self, label: str, nth: int = 0) -> Locator:
        """The control with this label in the form; `nth` counts the rows of a list."""
        words = re.compile(rf"^{re.escape(label)}\s*\*?$")
        return self.page.locator(".fjs").get_by_label(words).nth(nth)

    def begin(self, process: str) -> None:
        """发起事项: open the form with which a case of this process begins."""
        here = self.page.locator("nav a[href='/start']:visible")
        if not here.count():  # on a phone it stands in the menu of the account
            self.page.locator("summary.me").click()
        here.first.click()
        self.page.get_by_role("link", name=process).click()
        self.ready()

    def type(self, label: str, text: str, nth: int = 0) -> None:
        """Key by key, without a pause."""
        self.field(label, nth).press_sequentially(text)

    def fill(self, label: str, text: str, nth: int = 0) -> None:
        self.field(label, nth).fill(text)

    def choose(self, label: str, option: str, nth: int = 0) -> None:
        """Open a list of choices and click one."""
        self.field(label, nth).click()
        self.page.locator(".fjs-dropdownlist-item").filter(has_text=option).first.click()

    def tick(self, label: str) -> None:
        """A radio button or a checkbox."""
        self.field(label).check()

    def date(self, label: str, on: str, nth: int = 0) -> None:
        """Type a day as the field writes it, "20/3/2026" or "2026/3/20", and leave the field."""
        control = self.field(label, nth)
        control.click()
        control.fill(on)
        control.press("Tab")

    def time(self, label: str, at: str, nth: int = 0) -> None:
        """Type a time of day, "09:30", and leave the field."""
        control = self.field(label, nth)
        control.fill(at)  # the list of times that opens would be in the way of a click
        control.press("Tab")

    def attach(self, label: str, file: Path) -> None:
        group = self.page.locator(".fjs-form-field-filepicker").filter(has_text=label)
        with self.page.expect_file_chooser() as chooser:
            group.locator("button").click()
        chooser.value.set_files(file)
        expect(group).to_contain_text(file.name)

    def submit(self, told: str = "已提交") -> None:
        """Press the button; the next page says that it was done."""
        self.page.locator("form[data-plain] button[value=submit]").click()
        expect(self.page.locator("main > .note").filter(has_text=told)).to_be_visible()
