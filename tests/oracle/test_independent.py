"""The oracle is a second opinion: it imports nothing of the engine and nothing of SpiffWorkflow."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ORACLE = (
    "model",
    "marking",
    "events",
    "undoing",
    "game",
    "deeds",
    "explore",
    "parts",
    "blocks",
    "generate",
    "render",
    "shrink",
)


def imported(source: str) -> set[str]:
    """Names of the modules that a source text imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def foreign(source: str) -> set[str]:
    own = {f"tests.oracle.{name}" for name in ORACLE}
    return {name for name in imported(source) if name not in own and name.split(".")[0] not in sys.stdlib_module_names}


@pytest.mark.parametrize("name", ORACLE)
def test_the_oracle_imports_only_itself_and_the_standard_library(name):
    assert foreign((HERE / f"{name}.py").read_text("utf-8")) == set()


@pytest.mark.parametrize(
    "line", ["import engine.workflow", "from SpiffWorkflow import bpmn", "from tests.unit import x"]
)
def test_an_import_of_the_engine_is_found(line):
    assert foreign(line) != set()
