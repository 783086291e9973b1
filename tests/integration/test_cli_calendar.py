"""`changxiao calendar`: showing, importing, entering, correcting and dropping days from a terminal."""

from __future__ import annotations

import json
from pathlib import Path

from engine.config import Settings
from tests.integration.test_cli import Run, _logging_as_it_was, run, served  # noqa: F401 - fixtures

TORCH = ("--name", "火把节", "--name-en", "Torch Festival", "--document", "红政办发〔2026〕3号")
ADMIN = ("--by", "u903")


def test_a_year_is_shown_with_its_layers_and_whether_it_has_a_table(run: Run) -> None:  # noqa: F811
    shown = run("calendar", "show", "2026").output
    assert "2026-02-15" in shown
    assert "make_up" in shown
    assert "248" in shown
    assert "期限暂定" in run("calendar", "show", "2032").output
    assert "2060" in run("calendar", "show", "2061", fails=True).output


def test_a_day_is_entered_corrected_and_dropped(run: Run) -> None:  # noqa: F811
    assert "2026-07-01" in run("calendar", "local", "2026-07-01", *TORCH, *ADMIN).output
    assert "247" in run("calendar", "show", "2026").output
    assert "2026-07-01" in run("calendar", "correct", "2026-07-01", "--working", *TORCH, *ADMIN).output
    assert "248" in run("calendar", "show", "2026").output
    dropped = ("calendar", "drop", "2026-07-01", "--reason", "通知撤回", *ADMIN, "--layer")
    assert "2026-07-01" in run(*dropped, "correction").output
    run(*dropped, "local")
    assert "2026-07-01" in run(*dropped, "local", fails=True).output


def test_a_table_is_imported_from_a_file_and_a_wrong_one_is_refused_by_field(
    run: Run,  # noqa: F811
    served: Settings,  # noqa: F811
    tmp_path: Path,
) -> None:
    file = tmp_path / "2030.json"
    off = [{"from": "2030-01-01", "to": "2030-01-02", "zh": "元旦", "en": "New Year's Day"}]
    table = {"year": 2030, "source": "国务院办公厅通知", "off": off, "work": ["2030-01-05"]}
    file.write_text(json.dumps(table), encoding="utf-8")
    assert "2030-01-05" in run("calendar", "import", file, *ADMIN).output
    assert "国务院办公厅通知" in run("calendar", "show", "2030").output

    file.write_text(json.dumps(table | {"work": ["2030-01-07"]}), encoding="utf-8")
    refused = run("calendar", "import", file, *ADMIN, fails=True).output
    assert refused.count("work[0]") == 2  # in Chinese and in English
    file.write_bytes(b"\xff\xfe")
    assert "JSON" in run("calendar", "import", file, *ADMIN, fails=True).output


def test_only_an_administrator_changes_it(run: Run) -> None:  # noqa: F811
    said = run("calendar", "local", "2026-07-02", *TORCH, "--by", "u041", fails=True).output
    assert "administrator" in said
    assert "2026-07-02" not in run("calendar", "show", "2026").output


def test_what_is_owed_is_generated_and_listed(run: Run) -> None:  # noqa: F811
    assert "generated: 0" in run("obligations", "generate", "--since", "2026-01-01").output  # no process is deployed
    assert "in all: 0" in run("obligations", "list", "--region", "532503", "--code", "O30").output
    assert "O99" in run("obligations", "list", "--code", "O99", fails=True).output
