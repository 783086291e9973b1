"""Reads a page's HTML for the rules that every page keeps: ids, references, texts, nothing that runs inline."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "path", "rect", "circle"}
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "form", "list")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass
class Page:
    """What was found in one page."""

    ids: Counter[str] = field(default_factory=Counter)
    references: set[str] = field(default_factory=set)
    inline: list[str] = field(default_factory=list)  #: attributes and elements that a strict CSP would stop
    forms: list[tuple[str, bool]] = field(default_factory=list)  #: (action of a post, has csrf_token)
    texts: list[tuple[str, str]] = field(default_factory=list)  #: (language in force, text or spoken attribute)
    unbalanced: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.open: list[tuple[str, str]] = []  # element, language in force

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        inherited = self.open[-1][1] if self.open else ""
        language = values.get("lang", inherited)
        self._note(tag, values, language)
        if tag not in VOID:
            self.open.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, {name: value or "" for name, value in attrs}, self.open[-1][1] if self.open else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1][0] != tag:
            self.page.unbalanced.append(f"</{tag}> closes {self.open[-1][0] if self.open else 'nothing'}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open and self.open[-1][0] != "script":
            self.page.texts.append((self.open[-1][1], data.strip()))

    def _note(self, tag: str, values: dict[str, str], language: str) -> None:
        page = self.page
        if "id" in values:
            page.ids[values["id"]] += 1
        for name in REFERENCES:
            page.references.update(values.get(name, "").split())
        if values.get("href", "").startswith("#"):
            page.references.add(values["href"][1:])
        for name in ("aria-label", "title", "placeholder", "alt"):
            if values.get(name):
                page.texts.append((language, values[name]))
        forbidden = [n for n in values if n == "style" or n.startswith(("on", "hx-on", "data-hx-on"))]
        page.inline += [f"<{tag} {name}>" for name in forbidden]
        page.inline += [f"<{tag}> {v}" for v in values.values() if v.startswith(("js:", "javascript:"))]
        if tag == "style" or (tag == "script" and "src" not in values and values.get("type") != "application/json"):
            page.inline.append(f"<{tag}>")
        if tag == "form":
            page.forms.append((values.get("action", ""), values.get("method") != "post"))
        if tag == "input" and values.get("name") == "csrf_token" and page.forms:
            page.forms[-1] = (page.forms[-1][0], True)


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.unbalanced += [f"<{tag}> is never closed" for tag, _language in reader.open]
    return reader.page
