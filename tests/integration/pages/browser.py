"""A browser without scripts: follows links, fills in plain forms, sends what they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

ORIGIN = "http://localhost"


@dataclass(slots=True)
class Browser:
    """One person's browser. `page` is the document shown now."""

    client: FlaskClient
    page: Any = None
    address: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    def open(self, path: str, *, status: int = 200, **headers: str) -> Browser:
        """Go to `path`, following redirects."""
        return self._show(self.client.get(path, headers=headers), path, status)

    def sign_in(self, name: str, password: str, *, status: int = 200) -> Browser:
        self.open("/login")
        return self.send("/login", {"username": name, "password": password}, status=status)

    def send(self, action: str, values: Mapping[str, Any] | None = None, *, status: int = 200) -> Browser:
        """Submit the form of this page whose action is `action`, with `values` over what it holds."""
        forms = [form for form in self.page.forms if form.get("action") == action]
        assert forms, [form.get("action") for form in self.page.forms]
        filled = {**_values_of(forms[0]), **(values or {})}
        return self.post(action, filled, status=status)

    def post(self, path: str, values: Mapping[str, Any], *, status: int = 200, origin: str = ORIGIN) -> Browser:
        return self._show(self.client.post(path, data=dict(values), headers={"Origin": origin}), path, status)

    def find(self, selector: str) -> list[Any]:
        """All elements of the page that the selector names."""
        return list(self.page.xpath(xpath_of(selector)))

    def texts(self, selector: str) -> list[str]:
        """The texts of all elements that the selector finds, with single spaces."""
        return [" ".join(found.text_content().split()) for found in self.find(selector)]

    def text(self, selector: str = "main") -> str:
        return " ".join(self.texts(selector))

    def links(self, selector: str) -> list[str]:
        return [str(found.get("href")) for found in self.find(selector)]

    @property
    def csrf(self) -> str:
        return str(self.find("meta[name=csrf-token]")[0].get("content"))

    def row(self, title: str) -> str:
        """Address of the task with this title in the list shown now."""
        found = [a.get("href") for a in self.find("table.inbox th a") if a.text_content() == title]
        assert found, self.texts("table.inbox th a")
        return str(found[0])

    def _show(self, response: TestResponse, path: str, status: int) -> Browser:
        for _ in range(5):
            if response.status_code not in {301, 302, 303}:
                break
            path = response.headers["Location"].split("#")[0]
            response = self.client.get(path)
        body = response.get_data(as_text=True)
        assert response.status_code == status, f"{path}: {response.status_code}\n{_brief(body)}"
        self.address, self.status, self.headers = path, response.status_code, dict(response.headers)
        self.page = html.document_fromstring(body) if response.mimetype == "text/html" else None
        return self


def xpath_of(selector: str) -> str:
    """Tags, #ids, .classes, [attributes] and descendants: as much of CSS as the tests need."""
    path = ""
    for part in selector.split():
        tag = re.match(r"[\w-]*", part)[0] or "*"  # type: ignore[index]
        path += f"//{tag}"
        for kind, name, value in re.findall(r"([#.\[])([\w-]+)(?:=([^\]]+))?\]?", part):
            match kind:
                case "#":
                    path += f"[@id='{name}']"
                case ".":
                    path += f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
                case _:
                    path += f"[@{name}='{value}']" if value else f"[@{name}]"
    return path


def _values_of(form: Any) -> dict[str, Any]:
    """What a browser would send of an untouched form; empty fields are sent empty."""
    return {name: value for name, value in form.form_values() if name != "do"}


def _brief(body: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))[:1500]
