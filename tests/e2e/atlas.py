"""Where every page of the product is: found by following links from each desk, so a page that lands later is there too.

A page is one route, and one action of a route that takes an action. What no desk leads to has to be named here.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from flask import Flask
from lxml import html
from playwright.sync_api import BrowserContext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from engine.config import Settings
from webui.app import create_app
from webui.auth import route_rules

#: Desks in the order in which they are asked: who comes first shows the page.
DESKS: Mapping[str, str] = {
    "officer": "u101",
    "unit_leader": "u097",
    "inspector": "u041",
    "operator": "u907",
    "analyst": "u901",
    "admin": "u903",
    "auditor": "u905",
    "intake": "u012",
    "reviewer": "u011",
    "second_analyst": "u902",
    "prefecture": "u009",
    "prefecture_leader": "u001",
    "county_leader": "u036",
}
#: Routes of pages that are none, and why.
NO_PAGES = {
    "pages.home": "sends on to the inbox",
    "pages.inbox_stream": "events, not a page",
    "pages.go_on": "sends on to the next task",
    "pages.choose_person": "sends on to the person",
    "pages.open_notice": "sends on to the paper",
    "pages.show_receipts": "a file; sends on to the case",
}
#: Where a list has more to offer than its first sight.
DOORS = ("/inbox?view=offered", "/inbox?view=late", "/inbox?view=done", "/inbox?view=cc")
_MOST_OF_A_KIND = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A page: what it is called, who is shown it, where it is. path: with the ids of one example."""

    name: str  #: "show_case", "show_action-transfer"
    endpoint: str
    desk: str
    path: str

    @property
    def person(self) -> str:
        return DESKS[self.desk]


@dataclass(slots=True)
class Atlas:
    """All pages of one running service."""

    site: str
    app: Flask
    stops: dict[str, Stop] = field(default_factory=dict)

    @classmethod
    def of(cls, site: str, folder: Path) -> Atlas:
        """Not yet explored. folder: any; the routes are read from an application that never asks a database."""
        return cls(site, create_app(Settings(data_dir=folder)))

    def wanted(self) -> set[str]:
        """The names of all pages that the routes know."""
        return {name for rule in self._rules() for name in names_of(rule)}

    def missing(self) -> list[str]:
        return sorted(self.wanted() - set(self.stops))

    def explore(self, desk: str, context: BrowserContext, *more: str) -> None:
        """Follow the links of the person who is signed in there. more: addresses that no page leads to."""
        rules = route_rules(self.app)
        own = [rule.rule for rule in self._rules() if not rule.arguments and rules[rule.endpoint] != "public"]
        todo, known, seen = deque([*more, "/inbox", *own, *DOORS, "/about", "/login"]), set[str](), dict[str, int]()
        while todo:
            path = todo.popleft()
            name = self.name_of(path)
            if path in known or not name:
                continue
            known.add(path)
            kind = f"{name}?{urlsplit(path).query.partition('=')[0]}"
            seen[kind] = seen.get(kind, 0) + 1
            # Of a page that another desk has shown, one is enough: it is read for the links that only this desk has.
            most = 1 if name in self.stops else _MOST_OF_A_KIND
            if seen[kind] > most and path not in DOORS:
                continue
            answer = context.request.get(self.site + path, max_redirects=0)
            if answer.status != 200 or "html" not in answer.headers.get("content-type", ""):
                continue
            self.stops.setdefault(name, Stop(name=name, endpoint=self._match(path)[0], desk=desk, path=path))
            todo.extend(self._links(answer.text()))

    def name_of(self, path: str) -> str:
        """The name of the page at a path; "" where there is none."""
        endpoint, values = self._match(path)
        if endpoint in NO_PAGES or not endpoint.startswith("pages."):
            return ""
        return "-".join([endpoint.removeprefix("pages."), *(str(values[key]) for key in ("action",) if key in values)])

    def _match(self, path: str) -> tuple[str, Mapping[str, object]]:
        try:
            endpoint, values = self.app.url_map.bind("localhost").match(urlsplit(path).path, "GET")
        except HTTPException:
            return "", {}
        return str(endpoint), values

    def _rules(self) -> Iterator[Rule]:
        for rule in self.app.url_map.iter_rules():
            if rule.endpoint.startswith("pages.") and "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES:
                yield rule

    @staticmethod
    def _links(text: str) -> list[str]:
        found = html.document_fromstring(text).xpath("//a[@href][not(@download)]/@href")
        return [urldefrag(href)[0] for href in map(str, found) if href.startswith("/") and "format=" not in href]


def names_of(rule: Rule) -> list[str]:
    """One name for a route, or one for each action that it takes."""
    name = rule.endpoint.removeprefix("pages.")
    actions = re.search(r"<any\(([^)]+)\):action>", rule.rule)
    return [f"{name}-{action.strip()}" for action in actions[1].split(",")] if actions else [name]
