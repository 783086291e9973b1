"""Entries become tags: each file once, imports before what needs them, plain style sheets when nothing is built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from webui.assets import Assets, licences

MANIFEST = {
    "_shared.js": {"file": "assets/shared-1.js", "name": "shared", "css": ["assets/shared-1.css"]},
    "src/app.js": {"file": "assets/app-1.js", "name": "app", "isEntry": True, "css": ["assets/app-1.css"]},
    "src/form.js": {"file": "assets/form-1.js", "name": "form", "isEntry": True, "imports": ["_shared.js"]},
    "styles/task.css": {"file": "assets/task-1.css", "name": "task", "isEntry": True},
}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite" / "manifest.json").write_text(json.dumps(MANIFEST), "utf-8")
    return tmp_path


def test_an_entry_preloads_its_imports_and_brings_their_styles(dist: Path) -> None:
    tags = Assets.load(dist).tags("form").split("\n")

    assert tags == [
        '<link rel="stylesheet" href="/static/dist/assets/shared-1.css">',
        '<link rel="modulepreload" href="/static/dist/assets/shared-1.js">',
        '<script type="module" src="/static/dist/assets/form-1.js"></script>',
    ]


def test_a_style_sheet_entry_is_a_link(dist: Path) -> None:
    assert Assets.load(dist).tags("task") == '<link rel="stylesheet" href="/static/dist/assets/task-1.css">'


def test_an_unknown_entry_is_an_error_of_the_template(dist: Path) -> None:
    with pytest.raises(KeyError):
        Assets.load(dist).tags("nothing")


def test_without_a_build_the_pages_link_the_plain_style_sheets(tmp_path: Path) -> None:
    assets = Assets.load(tmp_path)

    assert not assets.built
    assert assets.tags("app", "task").split("\n") == [
        '<link rel="stylesheet" href="/static/styles/tokens.css">',
        '<link rel="stylesheet" href="/static/styles/shared.css">',
        '<link rel="stylesheet" href="/static/styles/task.css">',
    ]
    assert assets.tags("form") == ""
    assert licences(tmp_path) == ""
