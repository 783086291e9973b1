"""A walk over all that each role is offered: no dead link, no stray language, nothing that does not fit a phone."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from lxml.html import fromstring
from playwright.sync_api import Page, expect

from tests.e2e.clerk import FIXED, INSPECTOR, LEADER, NAMED, OWNER, PROBLEM, Clerk
from tests.e2e.live import Service
from tests.e2e.person import Person

pytestmark = pytest.mark.browser

ROLES = {
    "officer": OWNER,
    "inspector": INSPECTOR,
    "unit_leader": LEADER,
    "reviewer": "u011",
    "intake": "u012",
    "analyst": "u901",
    "auditor": "u905",
    "operator": "u907",
    "admin": "u903",
}
MOST_READS = 6  #: of one kind of page, beside those looked at
#: What people have written or are called stays as it is in every language.
WRITTEN = (
    *(str(PROBLEM["facts"]), str(NAMED["owner_post"])),
    *(
        "着装不规范",
        "台账缺项",
        "会议记录不全",
        "值班脱岗",
        "日常检查流于形式。",
        "规范着装",
        "已逐项落实。",
        "完成补录。",
    ),
    *("同意报送。", "请说明。", "已整改到位。", "工作量大", "综合业务科", "政治部", "办公室", "中文", "长"),
)
#: Latin letters that are no English: numbers, keys, names of files, formats and of things.
LATIN = re.compile(
    r"Powered by bpmn\.io|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{8}\b|…[0-9a-f]{12}|"
    r"\b\d{6}-[A-Z]{2}(-\d\d)?\b|"
    r"[A-Z]{2}-\w+-\d{4}-\d{4}|\b[A-Z][A-Z0-9]*_\w+|u\d+|v\d+|PostgreSQL|[KMGT]B|changxiao backup|"
    r"JSON|XML|REST|Word|Excel|XLSX|CSV|SHA-256|\b[0-9a-f]{64}\b|“EN:”|BPMN(\.iO)?|API|OpenAPI|changxiao|bpmn\.io|form-js|"
    r"\b(Ctrl|Enter|English|IP|ID)\b|\b[A-Za-z]\b|\w*\.(txt|pdf|docx|md|bpmn|dmn|json)"
)
VISIBLE = """() => {
  const skip = 'script, style, noscript, kbd, code, svg, [lang=en], [lang="zh-CN"]:not(html)';
  const texts = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(skip)) texts.push(walk.currentNode.data.trim());
  for (const element of document.body.querySelectorAll('*'))
    for (const name of ['aria-label', 'title', 'placeholder'])
      if (element.hasAttribute(name) && !element.closest(skip)) texts.push(element.getAttribute(name));
  return texts.filter(text => text);
}"""


@pytest.fixture(scope="module", autouse=True)
def _cases(service: Service, clerk: Clerk) -> None:
    """Cases in many states: offered, planned, worked on, late with cards, to be verified, waiting for an extension."""
    service.go_to("02-05")
    late = clerk.register("着装不规范")
    clerk.begin_work(late, "2026-02-12")
    service.go_to("02-27")
    clerk.register("台账缺项")
    planned = clerk.register("会议记录不全")
    clerk.assign(planned, FIXED)
    task = clerk.task(OWNER, planned, "S1_T4")
    clerk.ask("POST", f"/tasks/{task}/extension", OWNER, {"working_days": 1, "reason": "工作量大"}, expect=201)
    checked = clerk.register("值班脱岗")
    clerk.begin_work(checked, "2026-03-05")
    done = {"progress": [{"on": "2026-02-27", "what": "完成补录。"}], "result": "已逐项落实。"}
    clerk.do(OWNER, checked, "S1_T5", done)
    clerk.do(LEADER, checked, "S1_T6", {"unit_decision": "同意", "opinion": "同意报送。"})


@dataclass(slots=True)
class Walk:
    """Follows links, each once. Pages are looked at in the browser where `looks` says so, others only read."""

    person: Person
    role: str
    looks: Looks
    kinds: set[str] = field(default_factory=set)
    dead: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)  #: paths of the pages looked at
    most: int = 60

    def go(self, look: Callable[[Page], None]) -> None:
        todo, known = deque(["/", "/inbox"]), {"/", "/inbox"}
        asked = 0
        while todo and asked < self.most:
            path = todo.popleft()
            asked += 1
            self.kinds.add(kind := kind_of(path))
            if not is_file(path) and self.looks.wanted(kind, self.role):
                hrefs = self.visit(path, look)
            elif self.looks.is_read_often(kind):
                continue
            else:
                hrefs = self.read(path)
            for found in filter(None, map(self.path_of, hrefs)):
                if found not in known:
                    known.add(found)
                    todo.append(found)

    def visit(self, path: str, look: Callable[[Page], None]) -> list[str]:
        page = self.person.page
        answer = page.goto(self.person.site + path)
        if answer is None or not answer.ok:
            self.dead.append(f"{path}: {answer.status if answer else 'no answer'}")
            return []
        self.shown.append(path)
        settle(page)
        look(page)
        hrefs = page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
        ids = set(page.locator("[id]").evaluate_all("all => all.map(element => element.id)"))
        self.dead += [
            f"{path}: #{urldefrag(href)[1]} is not there"
            for href in hrefs
            if urldefrag(href)[0] == urldefrag(page.url)[0] and urldefrag(href)[1] and urldefrag(href)[1] not in ids
        ]
        return list(hrefs)

    def read(self, path: str) -> list[str]:
        address = self.person.site + path
        answer = self.person.page.request.get(address)
        if not answer.ok:
            self.dead.append(f"{path}: {answer.status}")
        if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
            return []
        return [urljoin(address, href) for href in fromstring(answer.body()).xpath("//a/@href")]

    def path_of(self, href: str) -> str:
        """The path on this site, "" for other sites and for lists that are saved as files."""
        if not href.startswith(self.person.site) or "format=" in href:
            return ""
        return urldefrag(href.removeprefix(self.person.site))[0]


@dataclass(slots=True)
class Looks:
    """The pages looked at: every inbox; of each other kind one, by the first role that has it."""

    seen: set[tuple[str, str]] = field(default_factory=set)
    reads: Counter[str] = field(default_factory=Counter)

    def wanted(self, kind: str, role: str) -> bool:
        key = (kind, role if kind == "/inbox?" else "")
        is_new = key not in self.seen
        self.seen.add(key)
        return is_new

    def is_read_often(self, kind: str) -> bool:
        """Have all roles together read enough pages of this kind?"""
        self.reads[kind] += 1
        return self.reads[kind] > MOST_READS


@pytest.fixture(scope="module")
def looks() -> Looks:
    return Looks()


def is_file(path: str) -> bool:
    """Saved by the browser instead of shown."""
    return path.startswith("/api/v1/") and path != "/api/v1/docs"


def kind_of(path: str) -> str:
    parts = urlsplit(path)
    names = sorted(pair.split("=")[0] if not pair.startswith("view=") else pair for pair in parts.query.split("&"))
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|PK-\w+-\d+-\d+", "*", parts.path) + "?" + "&".join(names)


def settle(page: Page) -> None:
    """Wait for what the scripts draw."""
    if page.locator("#form-data").count():
        expect(page.locator("[data-form][data-ready]")).to_be_visible()
    if page.locator("#diagram-data").count():
        expect(page.locator("[data-legend]")).to_be_visible()


def english_in(page: Page) -> list[str]:
    return [text for text in page.evaluate(VISIBLE) if re.search(r"[A-Za-z]{2,}", LATIN.sub("", text))]


def chinese_in(page: Page) -> list[str]:
    found = []
    for text in page.evaluate(VISIBLE):
        rest = re.sub(r"用户\d+", "", text)
        for words in WRITTEN:
            rest = rest.replace(words, "")
        if re.search(r"[\u4e00-\u9fff]", rest):
            found.append(text)
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_link_leads_somewhere_in_the_language_of_the_reader(
    somebody: Callable[..., Person], looks: Looks, role: str
) -> None:
    person = somebody(ROLES[role], width=390)
    strays: list[str] = []
    wide: list[str] = []

    def look(page: Page, strange: Callable[[Page], list[str]] = english_in) -> None:
        if "/api/v1/docs" in page.url:  # names of the interface are English in every language
            return
        strays.extend(f"{kind_of(page.url.removeprefix(person.site))}: {text}" for text in strange(page))
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            wide.append(page.url)

    walk = Walk(person, role, looks)
    walk.go(look)
    choose(person, "en")
    for path in walk.shown.copy():
        walk.visit(path, partial(look, strange=chinese_in))
    choose(person, "zh")

    assert walk.dead == []
    assert "\n".join(sorted(set(strays))) == ""
    assert wide == []
    assert len(walk.kinds) >= 8


def choose(person: Person, language: str) -> None:
    page = person.open("/me")
    page.locator(f"input[name=language][value={language}]").check()
    page.locator("form.card button.pri").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if language == "zh" else "en")
