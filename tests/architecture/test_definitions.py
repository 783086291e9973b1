"""Diagrams, forms and parameters fit each other: nothing is named that does not exist, nothing exists unnamed."""

from __future__ import annotations

import ast
import json
import re
from itertools import chain

import pytest
from lxml import etree

from engine.decisions.form_feel import FormFeel
from engine.model.params import Params
from forms import compile_form
from tests.architecture.sources import ROOT, Module, modules, planted

CX = "{urn:changxiao:bpmn:1}"
DIAGRAMS = sorted((ROOT / "processes").glob("*.bpmn"))
FORMS = sorted((ROOT / "forms").glob("*.json"))
#: Forms that no diagram shows, and why they are published.
BESIDE = {
    "S1_T1": "step 1 of S1 is answered by D1; whoever wants a person to grade gives it to a user task",
    "P04_T1": "step 1 of P04 is filled in by the engine: the locked figures of the report",
}

#: Parameters of what is not built yet, by the part of their name; each goes when its mechanism comes.
LATER = re.compile(r"p(?!05_node_margin)\d\db?_|s5_|retention_")
LATER_NAMES = {
    "recusal_decision_wd": "applications for recusal",
}


def test_every_form_that_a_diagram_names_has_its_file_and_every_file_its_place():
    named = {
        value
        for path in DIAGRAMS
        for element in etree.parse(path).getroot().iter()
        if (value := element.get(f"{CX}form"))
    }
    files = {path.stem for path in FORMS}
    assert named - files == set()
    assert files - named == set(BESIDE)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_the_id_of_a_form_is_the_stem_of_its_file(path):
    document = json.loads(path.read_bytes())
    assert document["id"] == path.stem
    assert compile_form(document, read=FormFeel(path.stem)).id == path.stem


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_the_id_of_a_process_is_the_stem_of_its_file(path):
    ids = [e.get("id") for e in etree.parse(path).getroot().iter("{*}process") if e.get("isExecutable") == "true"]
    assert ids == [path.stem]


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_every_parameter_that_a_diagram_names_exists(path):
    assert set(re.findall(r"param\((\w+)\)", path.read_text(encoding="utf-8"))) <= {p.key for p in Params.load()}


def test_every_parameter_is_read_by_something_or_waits_for_its_mechanism():
    read = {key for key in names() if key in READ_IN_CODE | READ_IN_DIAGRAMS | READ_IN_DECISIONS | READ_IN_CATALOGUE}
    waiting = {key for key in names() - read if LATER.match(key)} | set(LATER_NAMES)
    assert names() - read - waiting == set()
    assert set(LATER_NAMES) & read == set()  # what is read now waits no longer


def test_every_parameter_that_the_code_asks_for_exists():
    asked = {key for module in modules("engine") for key in asked_for(module)}
    assert asked
    assert asked <= names()


def test_every_parameter_says_in_two_languages_what_it_is_and_where_it_comes_from():
    assert [p.key for p in Params.load() if not (p.zh and p.en.isascii() and p.en and p.source)] == []


def test_no_local_default_is_a_number_in_the_code():
    """A constant whose name says it is a limit of a parameter, with the value of the parameter."""
    assert [found for module in modules("engine") for found in hard_coded(module)] == []


@pytest.mark.parametrize(
    "text",
    ["REDO_WD = 5  #: parameter rectify_redo_wd", "def f(*, window_wd: int = 3) -> None: ...", "recheck_after_cd = 60"],
)
def test_a_local_default_in_the_code_is_found(text):
    assert list(hard_coded(planted(text)))


def test_an_unknown_parameter_in_the_code_is_found():
    assert asked_for(planted('wait = reference.params.number("no_such_thing")')) == ["no_such_thing"]


def names() -> set[str]:
    return {p.key for p in Params.load()}


def asked_for(module: Module) -> list[str]:
    """Keys in `….params.number("key")` and `….params["key"]`."""
    found: list[ast.expr] = []
    for node in module.nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("params.number"):
            found += node.args[:1]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("context.params"):
            found.append(node.slice)
    return [key.value for key in found if isinstance(key, ast.Constant) and isinstance(key.value, str)]


def hard_coded(module: Module) -> list[str]:
    """Constants and defaults that are called like a parameter ([L]) or part of one, and hold its value."""
    values = {p.key: p.value for p in Params.load() if p.is_pending}
    return [
        f"{module.name}: {name} = {value} (parameter {key})"
        for name, value in chain(_constants(module), _defaults(module))
        for key, held in values.items()
        if value == held and _is_called_like(name.lower().strip("_"), key)
    ]


def _is_called_like(name: str, key: str) -> bool:
    """window_wd is called like objection_window_wd. One word alone ("wd", "years") says too little."""
    return "_" in name and (key == name or key.endswith(f"_{name}"))


def _constants(module: Module) -> list[tuple[str, object]]:
    return [
        (target.id, node.value.value)
        for node in module.nodes
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    ]


def _defaults(module: Module) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for function in module.functions:
        given = function.args
        plain = zip(reversed(given.args), reversed(given.defaults), strict=False)
        keyword = zip(given.kwonlyargs, given.kw_defaults, strict=True)
        found += [(arg.arg, value.value) for arg, value in (*plain, *keyword) if isinstance(value, ast.Constant)]
    return found


READ_IN_CODE = {key for module in modules("engine") for key in asked_for(module)}
READ_IN_DIAGRAMS = {key for path in DIAGRAMS for key in re.findall(r"param\((\w+)\)", path.read_text(encoding="utf-8"))}
READ_IN_DECISIONS = {
    key
    for path in (ROOT / "processes").glob("*.dmn")
    for key in re.findall(r"params\.(\w+)", path.read_text(encoding="utf-8"))
}
READ_IN_CATALOGUE = set(
    re.findall(r"param\((\w+)\)", (ROOT / "engine/model/tables/obligations.json").read_text(encoding="utf-8"))
)
