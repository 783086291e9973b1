"""The budget of style.md: small files, small functions, every answer typed."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.sources import PRODUCT, Function, Module, modules, planted

MODULE_LINES, MODULE_P90 = 400, 250
FUNCTION_LINES, FUNCTION_P90 = 60, 25
TOLD_LINES = 90  #: in tests, a story or a table of samples that is read from top to bottom


def test_no_file_is_longer_than_the_budget():
    assert too_long(modules(*PRODUCT, "benchmarks", "tests"), MODULE_LINES) == []


def test_no_function_is_longer_than_the_budget():
    assert long_functions(modules(*PRODUCT, "benchmarks"), FUNCTION_LINES) == []
    assert long_functions(modules("tests"), TOLD_LINES) == []


def test_nine_of_ten_files_and_functions_keep_well_below():
    sources = modules(*PRODUCT)
    assert ninth_of_ten([module.lines for module in sources]) <= MODULE_P90
    assert ninth_of_ten([length(f) for module in sources for f in module.functions]) <= FUNCTION_P90


def test_every_function_says_what_it_returns():
    assert untyped(modules(*PRODUCT)) == []


def test_every_file_opens_with_one_sentence_that_says_what_lives_in_it():
    silent = [m.name for m in modules(*PRODUCT) if m.tree.body and ast.get_docstring(m.tree) is None]
    assert silent == []


@pytest.mark.parametrize(
    "text", ["x = 1\n" * 401, "def f() -> None:\n" + "    x = 1\n" * 60, "def f():\n    return 1\n"]
)
def test_what_breaks_the_budget_is_found(text):
    sources = (planted(text),)
    assert too_long(sources, MODULE_LINES) or long_functions(sources, FUNCTION_LINES) or untyped(sources)


def test_the_ninth_of_ten_is_the_ninth():
    assert ninth_of_ten(list(range(1, 11))) == 9


def too_long(sources: tuple[Module, ...], most: int) -> list[str]:
    return [f"{module.name}: {module.lines} lines" for module in sources if module.lines > most]


def long_functions(sources: tuple[Module, ...], most: int) -> list[str]:
    return [
        f"{module.at(f)} {f.name}: {length(f)} lines"
        for module in sources
        for f in module.functions
        if length(f) > most
    ]


def untyped(sources: tuple[Module, ...]) -> list[str]:
    return [f"{module.at(f)} {f.name}" for module in sources for f in module.functions if f.returns is None]


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def ninth_of_ten(values: list[int]) -> int:
    """The 90th percentile, by nearest rank."""
    return sorted(values)[-(-len(values) * 9 // 10) - 1]
