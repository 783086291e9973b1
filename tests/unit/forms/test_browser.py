"""Conditions that hide: what the form viewer makes of them in the browser is what the server makes of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from forms import FieldInfo
from forms.description import in_language
from tests.form_samples import SHIPPED, shipped_form
from tests.unit.forms.given import FEEL

FRONTEND = Path(__file__).parents[3] / "webui" / "frontend"
#: As form-js asks: the text behind "=", in the values of the form. Only true hides.
SCRIPT = """
import { readFileSync } from 'node:fs';
import { unaryTest } from '@bpmn-io/feelin';
const asked = JSON.parse(readFileSync(0, 'utf8'));
const hides = ([text, values]) => {
  try { return unaryTest(text.slice(1), values).value === true; } catch (error) { return String(error); }
};
process.stdout.write(JSON.stringify(asked.map(hides)));
"""
VALUES: dict[str, object] = {
    "kind": "甲", "n": 3, "price": "2.50", "yes": True, "no": False, "many": ["甲", "乙"], "empty": None,
    "rows": [{"who": "u1", "n": 1}, {"who": "u2", "n": 7}],
}  # fmt: skip
#: The same once the server has read them: a number with decimals is sent as text.
READ = VALUES | {"price": Decimal("2.50")}
SHARED = [
    'kind = "甲"', 'kind != "甲"', 'kind in ("甲", "乙")', 'kind in ["丙"]', 'not(kind in ("甲", "乙"))',
    "n > 2", "n >= 3 and n < 4", "n between 1 and 3", "n in [1..5]", "n in (1..3)", "n + 1 = 4", "n * 2 > 5 or no",
    "yes", "no", "not(no)", "yes = true", "empty = null", "empty != true", "n = null", "n != null",
    '"甲" in many', "count(many) = 2", 'list contains(many, "丙")', "some x in rows satisfies x.n > 5",
    "every x in rows satisfies x.n > 5", "count(rows[n > 5]) = 1", "sum(rows.n) = 8", "max(rows.n) > 6",
    'rows[1].who = "u1"', 'if n > 2 then yes else no', 'starts with(kind, "甲")', "string length(kind) = 1",
    'contains(kind, "乙")', 'matches(kind, "^甲$")', "(for x in rows return x.n) = [1, 7]", "modulo(n, 2) = 1",
    'upper case("a") = "A"', "empty > 3", "empty and no", "empty or yes", 'n = "3"', "not(empty)",
    "n", "kind", "many", "null", "missing > 3", "count(missing) > 0", "price > 2",
]  # fmt: skip


def in_the_browser(asked: list[tuple[str, object]]) -> list[object]:
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    assert node is not None, "Node builds the browser side: run `make web`."
    done = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT],
        input=json.dumps(asked), capture_output=True, encoding="utf-8", check=True, timeout=60, cwd=FRONTEND,
    )  # fmt: skip
    found: list[object] = json.loads(done.stdout)
    return found


def on_the_server(text: str, values: object) -> bool:
    return FEEL(text, "id").value(values) is True  # type: ignore[arg-type]


def choices_of(field: FieldInfo) -> list[object]:
    if field.type == "bool":
        return [None, True, False]
    return [None, *(option.value for option in field.options)]


def hidden_ways() -> list[tuple[str, object]]:
    """Every condition of every shipped form, with every choice that the fields allow that it reads."""
    found: list[tuple[str, object]] = []
    for key in SHIPPED:
        form = shipped_form(key)
        fields = {field.key: field for field in form.fields}
        for text in {text for field in form.fields for text in field.hidden_if}:
            names = [path[0] for path in FEEL(text, "id").names()]
            choices = product(*(choices_of(fields[name]) for name in names))
            found += [(text, dict(zip(names, values, strict=True))) for values in choices]
    return found


def as_sent(text: str) -> str:
    """The condition as the browser gets it."""
    (component,) = in_language({"components": [{"conditional": {"hide": text}}]}, "zh")["components"]  # type: ignore[misc]
    return str(component["conditional"]["hide"])


def test_every_condition_of_a_shipped_form_hides_in_the_browser_what_it_hides_on_the_server():
    asked = hidden_ways()

    assert len(asked) >= 10
    found = in_the_browser([(as_sent(text), values) for text, values in asked])
    assert found == [on_the_server(text, values) for text, values in asked]


def test_what_both_know_means_the_same_in_both():
    found = in_the_browser([(as_sent(f"={text}"), VALUES) for text in SHARED])
    server = [on_the_server(text, READ) for text in SHARED]

    assert [pair for pair in zip(SHARED, found, server, strict=True) if pair[1] is not pair[2]] == []
    assert {*server} == {True, False}


@pytest.mark.parametrize(
    ("text", "browser", "server"),
    [
        ("0.1 + 0.2 = 0.3", False, True),  # numbers of a browser are binary
        ("price + 1 = 3.5", False, True),  # a number with decimals is text there
        ("[3] = n", True, False),  # a list of one counts as its item there
    ],
)
def test_where_the_two_are_known_to_differ(text, browser, server):
    assert in_the_browser([(as_sent(f"={text}"), VALUES)]) == [browser]
    assert on_the_server(text, READ) is server
