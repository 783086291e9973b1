"""A drawing read as values, and the way of a case on it: the same rule as in the browser (frontend/src/path.js)."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import DefinitionRejected
from engine.model.drawing import Bounds, path_taken
from engine.workflow.drawing import read_drawing

ROOT = Path(__file__).parents[3]
RECTIFY = (ROOT / "processes" / "S1_RECTIFY.bpmn").read_bytes()


@pytest.mark.parametrize("path", sorted((ROOT / "processes").glob("*.bpmn")), ids=lambda path: path.stem)
def test_every_shipped_drawing_has_all_its_nodes_and_flows_in_both_languages(path: Path) -> None:
    drawing = read_drawing(path.read_bytes(), file=path.name)

    ids = {shape.id for shape in drawing.shapes}
    flows = [line for line in drawing.lines if line.type == "sequenceFlow"]
    assert flows
    assert {end for line in flows for end in (line.source, line.target)} <= ids
    assert [shape.id for shape in drawing.shapes if shape.name and not shape.name_en] == []
    assert drawing.shapes[0].type == "participant"
    assert all(shape.bounds.right <= drawing.bounds.right + 0.1 for shape in drawing.shapes)


def test_a_loop_back_marks_only_the_branch_that_was_taken() -> None:
    passed = ("S1_T5", "S1_T6", "GW_UNIT", "DRAW", "GW_SAMPLE", "S1_T7", "GW_VERIFY", "RENEW")
    visits = [(node, event) for node in passed for event in ("entered", "completed")] + [("S1_T5", "entered")]

    path = path_taken(visits, read_drawing(RECTIFY, file="S1_RECTIFY.bpmn").lines)

    assert {"F_RENEW_S1_T5", "F_GW_VERIFY_RENEW"} <= path.lines
    assert not {"F_GW_UNIT_EV_REWORK", "F_GW_VERIFY_S1_T8"} & path.lines
    assert path.done == set(passed)


def test_what_was_cancelled_was_not_gone_through() -> None:
    path = path_taken([("A", "entered"), ("A", "cancelled")], ())

    assert (path.reached, path.done) == ({"A"}, frozenset())


def test_coordinates_that_are_none_do_not_break_the_sheet() -> None:
    odd = RECTIFY.replace(b'<dc:Bounds x="240"', b'<dc:Bounds x="NaN"', 1).replace(b'y="142"', b'y="1e99"', 1)

    bounds = read_drawing(odd, file="odd.bpmn").bounds

    assert 0 < bounds.width < 100_000
    assert 0 < bounds.height < 100_000


def test_a_file_without_a_picture_gives_an_empty_drawing_and_one_with_entities_none() -> None:
    bare = RECTIFY[: RECTIFY.index(b"<bpmndi:BPMNDiagram")] + b"</bpmn:definitions>"
    assert read_drawing(bare, file="bare.bpmn").bounds == Bounds(x=0, y=0, width=0, height=0)
    with pytest.raises(DefinitionRejected):
        read_drawing(b'<!DOCTYPE x [<!ENTITY a "b">]>' + RECTIFY, file="bad.bpmn")
