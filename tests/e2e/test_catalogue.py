"""Both languages are complete: every text is marked, every marked text has English, nothing is left over."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.e2e.catalogue import WEBUI, marked
from tests.e2e.page_reader import CHINESE
from webui.language import CATALOGUE

PLACE = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
TEMPLATES = sorted((WEBUI / "templates").rglob("*.html"))
#: Not texts: the picture in the logo, the language's own name, the wide space between shortcuts.
LITERALS = {"长", "中文"}


@pytest.fixture(scope="module")
def english() -> Catalog:
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="en")


def test_every_marked_text_has_english(english: Catalog) -> None:
    lacking = {
        (text, file)
        for text, context, file in marked()
        if (message := english.get(text, context or None)) is None or not all(_forms(message.string))
    }

    assert lacking == set()


def test_the_catalogue_holds_nothing_that_no_source_says(english: Catalog) -> None:
    said = {(text, context) for text, context, _file in marked()}

    left = {(_forms(m.id)[0], m.context or "") for m in english if m.id} - said

    assert left == set()


def test_english_keeps_the_named_places_and_holds_no_chinese(english: Catalog) -> None:
    wrong = [
        text
        for message in english
        if message.id
        for text in _forms(message.string)
        if CHINESE.search(text) or set(PLACE.findall(text)) != set(PLACE.findall(_forms(message.id)[0]))
    ]

    assert wrong == []


def _forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_unmarked_chinese(path: object) -> None:
    source = path.read_text("utf-8")  # type: ignore[attr-defined]
    bare = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", " ", source, flags=re.DOTALL)
    texts = set(re.findall(r"[\u4e00-\u9fff]+", bare))
    # Inside of Jinja, Chinese stands only as an argument of a translating call.
    for code in re.findall(r"\{\{(.*?)\}\}|\{%(.*?)%\}", source, flags=re.DOTALL):
        inside = re.sub(r"""\b(?:_|gettext|ngettext|pgettext)\((?:'[^']*'(?:, *)?)+""", " ", " ".join(code))
        texts |= set(re.findall(r"[\u4e00-\u9fff]+", inside))

    assert texts - LITERALS == set()


def test_templates_use_nothing_of_htmx_that_evaluates_code() -> None:
    found = [
        (path.name, hit)
        for path in TEMPLATES
        for hit in re.findall(r"hx-on\S*|=\"js:|javascript:|hx-trigger=\"[^\"]*\[", path.read_text("utf-8"))
    ]

    assert found == []
