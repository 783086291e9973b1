"""`changxiao lint` and `deploy` on bad input: a place, a remedy, both languages, exit code 1, nothing published."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.config import Settings
from tests.integration.api.test_definitions import FORM, PLAIN
from tests.integration.api.test_refusals import DOCTYPE, WRONG_TYPE
from tests.integration.test_cli import Run, _logging_as_it_was, run, served  # noqa: F401 - fixtures
from tests.unit.lint.drawings import a_condition, a_process, a_task
from webui.console import opened_engine

CHINESE = re.compile(r"[\u4e00-\u9fff]")

#: What: (file name, content, what names the place)
BAD = {
    "not XML": ("A.bpmn", b"No drawing, only words.", "A.bpmn# [XML-"),
    "a DOCTYPE": ("A.bpmn", DOCTYPE, "A.bpmn# [XML-"),
    "50 MB": ("A.bpmn", b"<" * (50 * 1024**2), "A.bpmn# [XML-"),
    "duplicate ids": ("A.bpmn", a_process(a_task(PLAIN) + a_task(PLAIN)), "A.bpmn#T1 ["),
    "a condition that is none": ("A.bpmn", a_process(a_condition("((")), "A.bpmn#F [SCRIPT-01]"),
    "a form with a wrong type": ("F9.json", WRONG_TYPE, "F9.json#Field_9 [FORM-03]"),
    "a form that never ends": ("F9.json", b"[" * 100_000, "F9.json# [FORM-01]"),
    "a name that is none": ("a\u202eb.json", FORM, "\u202e"),
    "a file of another kind": ("A.txt", b"x", "A.txt"),
}


def published(settings: Settings) -> tuple[int, ...]:
    with opened_engine(settings) as engine, engine.reading("system") as tx:
        tables = (b"deployment", b"definition_version", b"form_version", b"incident")
        rows = [tx.raw.execute(b"SELECT count(*) FROM " + name).fetchone() for name in tables]
        return tuple(row[0] for row in rows if row)


@pytest.mark.parametrize("command", ["lint", "deploy"])
@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_told_by_its_place_in_both_languages_and_publishes_nothing(
    run: Run,  # noqa: F811
    served: Settings,  # noqa: F811
    tmp_path: Path,
    what: str,
    command: str,
) -> None:
    name, content, place = BAD[what]
    file = tmp_path / name
    file.write_bytes(content)
    before = published(served)

    result = run(command, file, fails=True)

    said = result.output + str(result.exception)
    assert place in said
    assert CHINESE.search(said)
    assert re.search(r"[a-z]{2,} [a-z]+", said), said  # a sentence in English
    assert "Traceback" not in said
    assert isinstance(result.exception, SystemExit), result.exception
    assert published(served) == before


@pytest.mark.parametrize(
    "people", [("--by", "nobody"), ("--by", "u901", "--confirm-by", "nobody"), ("--by", "u901", "--confirm-by", "u901")]
)
def test_somebody_unknown_and_oneself_are_refused_in_words(
    run: Run,  # noqa: F811
    served: Settings,  # noqa: F811
    tmp_path: Path,
    people: tuple[str, ...],
) -> None:
    file, form = tmp_path / "CLI_WHO.bpmn", tmp_path / "F_DO.json"
    file.write_bytes(a_process(a_task(PLAIN), key="CLI_WHO"))
    form.write_bytes(FORM)
    before = published(served)

    result = run("deploy", file, form, *people, fails=True)

    said = result.output + str(result.exception)
    assert CHINESE.search(said)
    assert people[-1] in said
    assert "Traceback" not in said
    assert isinstance(result.exception, SystemExit), result.exception
    assert published(served) == before


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:  # noqa: F811
    result = run("lint", tmp_path / "gone.bpmn", fails=True)
    assert result.exit_code == 2
    assert "gone.bpmn" in result.output
