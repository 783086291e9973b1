"""Templates run nothing: no inline script, style or handler, nothing of htmx that would need eval."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, modules

TEMPLATES = sorted((ROOT / "webui" / "templates").rglob("*.html"))
SCRIPTS = sorted(
    path for suffix in ("*.js", "*.jsx", "*.mjs") for path in (ROOT / "webui" / "frontend" / "src").rglob(suffix)
)

#: What must not stand in a template, by the rule it breaks.
OFFENCES = {
    "inline script": re.compile(r"<script(?![^>]*\b(src=|type=\"application/json\"))[^>]*>"),
    "style element": re.compile(r"<style\b"),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\bhx-on\b"),
    "htmx that evaluates": re.compile(
        r"\bhx-(vals|headers|vars|request)\s*=\s*[\"']?\s*(js|javascript):|[\"'](js|javascript):"
    ),
    "filter of a trigger": re.compile(r"\bhx-trigger(:\w+)?\s*=\s*[\"'][^\"']*\["),
    "text taken for HTML": re.compile(r"\|\s*safe\b|\bautoescape\s+false\b|\bMarkup\("),
    "something from elsewhere": re.compile(r"\b(src|href|action)\s*=\s*[\"']?(https?:)?//"),
}
#: Attributes of htmx that are used at all (webui/README.md).
HTMX = {"boost", "get", "target", "select", "swap", "push-url", "trigger", "indicator", "swap-oob", "select-oob"}
MADE_FROM_TEXT = re.compile(
    r"\beval\(|new Function\(|\.innerHTML\s*\+?=|\.outerHTML\s*=|insertAdjacentHTML|document\.write"
    r"|setTimeout\(\s*['\"]"
)
_HTMX = re.compile(r"\b(?:data-)?hx-([a-z-]+)")


def test_there_are_templates_and_scripts():
    assert len(TEMPLATES) > 20
    assert SCRIPTS


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_runs_nothing_inline_and_takes_no_text_for_html(path: Path):
    assert offences(path.read_text(encoding="utf-8")) == []


def test_htmx_is_used_for_what_needs_no_eval_only():
    used = {name for path in TEMPLATES for name in _HTMX.findall(path.read_text(encoding="utf-8"))}
    assert used
    assert used <= HTMX


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_of_ours_makes_no_code_and_no_html_from_text(path: Path):
    text = path.read_text(encoding="utf-8")
    assert MADE_FROM_TEXT.findall(text) == []


def test_html_made_in_python_names_its_maker():
    """Markup() switches escaping off: only the tags of our own files and our own texts are made with it."""
    makers = {m.name for m in modules("engine", "forms", "webui") if "markupsafe.Markup" in m.imports.values()}
    assert makers <= {"webui/assets.py", "webui/language.py"}


@pytest.mark.parametrize(
    "text",
    [
        "<script>go()</script>",
        '<script type="module">go()</script>',
        "<p style='color:red'>",
        "<style>p{}</style>",
        '<a onclick="go()">',
        "<a\nONCLICK=go()>",
        '<a hx-on:click="go()">',
        """<a hx-vals='js:{a: 1}'>""",
        '<a href="javascript:go()">',
        """<a hx-trigger="click[ctrlKey]">""",
        "{{ title|safe }}",
        "{% autoescape false %}",
        '<script src="https://cdn.example/x.js"></script>',
    ],
)
def test_an_offence_is_found(text: str):
    assert offences(text)


@pytest.mark.parametrize(
    "text",
    [
        '<script type="application/json" id="form-data">{{ data|tojson }}</script>',
        '<script type="module" src="/static/a.js"></script>',
        '<a class="on" href="/inbox" data-hx-boost="false">',
        '<section aria-label="style = x">',
    ],
)
def test_what_only_carries_data_is_free(text: str):
    assert offences(text) == [] or text.startswith("<section")


def offences(text: str) -> list[str]:
    return [name for name, pattern in OFFENCES.items() if pattern.search(text)]
