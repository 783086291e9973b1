"""What is drawn and has no effect is told, never passed over; what has an effect is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.lint import lint_bundle

ELEMENTS = Path(__file__).parents[3] / "docs" / "elements"


@pytest.mark.parametrize("name", ["data-association.bpmn", "io-specification.bpmn", "data-store-with-keys.bpmn"])
def test_nobody_is_told_that_data_have_no_effect(name):
    found = lint_bundle(
        {name: (ELEMENTS / name).read_bytes()}, known_forms=set(), known_processes=set(), known_decisions=set()
    )

    assert {problem.rule for problem in found} & {"ATTR-01", "CX-11", "CX-12"} == set()
