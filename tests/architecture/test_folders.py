"""Folders say what lives in them, and the same noun has the same file name on every storey."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

README_LINES = 40
STOREYS = ("processes", "forms", "engine", "webui", "tests")
ROOMS = sorted(path.parent.name for path in (ROOT / "engine").glob("*/__init__.py"))

#: Modules of the API whose noun has another name one storey down, and why.
RENAMED = {
    "sessions": "accounts",  # REST calls the thing that is made, the command who does it
    "me": "people",  # the one who asks
    "operations": "health",  # what an operator watches: health, and the queues it is read from
    "posts": "organization",  # rooms of one package of commands
    "units": "organization",
}
#: What holds the API together and is no noun.
GROUND = {"blueprint", "description", "idempotent", "shapes"}


@pytest.mark.parametrize("folder", [*STOREYS, *(f"engine/{room}" for room in ROOMS)])
def test_every_folder_says_in_forty_lines_what_lives_there(folder: str):
    readme = ROOT / folder / "README.md"
    assert readme.is_file()
    lines = readme.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert 10 <= len(lines) <= README_LINES
    assert any(
        "ot here" in line or "not live here" in line or "may import" in line.lower() or "Imports" in line
        for line in lines
    ) or folder in {"engine/workflow", "processes"}


def test_the_rooms_of_the_engine_are_those_of_the_map():
    rooms = {"commands", "decisions", "documents", "lint", "model", "outgoing", "queries", "store", "workflow"}
    assert set(ROOMS) == rooms
    text = (ROOT / "engine" / "README.md").read_text(encoding="utf-8")
    assert [room for room in ROOMS if f"`{room}/`" not in text] == []


def test_every_noun_of_the_api_has_its_file_among_commands_or_queries():
    below = _names("engine/commands") | _names("engine/queries")
    nouns = _names("webui/api") - GROUND
    assert {RENAMED.get(noun, noun) for noun in nouns} - below == set()


def test_every_file_that_a_readme_names_exists():
    missing = [
        f"{readme.parent.name}: {name}"
        for readme in (ROOT / folder / "README.md" for folder in ("engine/lint", "engine/queries", "engine/decisions"))
        for name in _files_named(readme)
        if not _exists(readme.parent, name)
    ]
    assert missing == []


def _names(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__"} | {
        path.parent.name for path in (ROOT / folder).glob("*/__init__.py")
    }


def _files_named(readme: Path) -> list[str]:
    words = readme.read_text(encoding="utf-8").replace("`", " ` ").split()
    return [word for word in words if word.endswith(".py") and "*" not in word]


def _exists(folder: Path, name: str) -> bool:
    return any((base / name).is_file() for base in (folder, folder.parent, ROOT) if not name.startswith("test_"))
