"""What is drawn and has no effect is told, never passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.lint import lint_bundle

ELEMENTS = Path(__file__).parents[3] / "docs" / "elements"


@pytest.mark.parametrize("name", ["data-association.bpmn", "io-specification.bpmn"])
def test_data_on_flows_is_said_to_be_for_readers_only(name):
    found = lint_bundle(
        {name: (ELEMENTS / name).read_bytes()}, known_forms=set(), known_processes=set(), known_decisions=set()
    )

    told = [problem for problem in found if problem.rule == "ATTR-01"]
    assert told
    assert all("neither carries nor renames data" in problem.en and "不传递也不改名" in problem.zh for problem in told)
    assert {problem.severity for problem in told} == {"warning"}
