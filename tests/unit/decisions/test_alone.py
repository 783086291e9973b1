"""`feel` and `dmn` stand on their own: what they load, and that the examples in their documentation hold."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

import engine.decisions.feel as feel_package

ROOT = Path(__file__).parents[3]
LOADED = """
import sys
sys.path.insert(0, {root!r})
before = set(sys.modules)
import {package}
print(*sorted(set(sys.modules) - before - set(sys.stdlib_module_names)))
"""
#: Parts of the standard library, and of lxml, under names of their own.
BESIDE = re.compile(r"_|cython_runtime$")
OWN = re.compile(r"engine(\.decisions(\.(feel|dmn)(\..*)?)?)?$")


def loaded(package: str, *options: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, *options, "-c", LOADED.format(package=package, root=str(ROOT))],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    names = [name for name in done.stdout.split() if not BESIDE.match(name)]
    return [name for name in names if name.partition(".")[0] not in sys.stdlib_module_names]


def test_feel_runs_where_nothing_but_the_standard_library_is():
    found = loaded("engine.decisions.feel", "-I", "-S")

    assert [name for name in found if not OWN.match(name)] == []
    assert not any(name.startswith("engine.decisions.dmn") for name in found)


@pytest.mark.parametrize("part", ["", ".checks", ".cases"])
def test_dmn_needs_lxml_and_nothing_else(part):
    found = loaded(f"engine.decisions.dmn{part}")

    assert {name.partition(".")[0] for name in found} == {"engine", "lxml"}
    assert [name for name in found if name.startswith("engine") and not OWN.match(name)] == []


def test_the_example_of_the_package_holds():
    found = doctest.testmod(feel_package)

    assert found.attempted >= 2
    assert found.failed == 0


@pytest.mark.parametrize("folder", ["feel", "dmn"])
def test_the_example_of_the_readme_runs_and_gives_what_it_says(folder):
    readme = ROOT / "engine" / "decisions" / folder / "README.md"
    (code,) = re.findall(r"```python\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
    space = {"data": (ROOT / "processes" / "D1_SEVERITY.dmn").read_bytes()}
    example = doctest.DocTestParser().get_doctest(code, space, folder, str(readme), 0)

    found = doctest.DocTestRunner().run(example)

    assert found.attempted >= 5
    assert found.failed == 0
