"""Every diagram we ship is drawn by a careful hand: complete, left to right, nothing on top of anything else."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import pytest

from tests.architecture.diagram import CONTAINERS, EVENTS, GATEWAYS, TASKS, Box, Diagram, Edge, Node, read_diagram

PROCESSES = Path(__file__).parents[2] / "processes"
FILES = sorted(PROCESSES.glob("*.bpmn"))
CLEAR = 12.0  #: pixels between two shapes at least
TASK_LETTERS = 14  #: Chinese letters in a task box of 100 pixels: two lines of seven


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def diagram(request: pytest.FixtureRequest) -> Diagram:
    return read_diagram(request.param)


def test_there_are_diagrams():
    assert {"S1_RECTIFY", "S2_LADDER", "S4_APPROVE"} <= {path.stem for path in FILES}


def test_every_element_is_drawn(diagram: Diagram):
    assert diagram.undrawn == []
    assert diagram.nodes
    assert diagram.pools


def test_every_node_stands_inside_its_lane_or_sub_process(diagram: Diagram):
    pool = next(iter(diagram.pools.values()))
    outside = [
        node.id
        for node in diagram.nodes.values()
        if not pool.contains(node.box) or not _home(diagram, node).contains(node.box)
    ]
    assert outside == []
    assert [lane for lane, box in diagram.lanes.items() if not pool.contains(box)] == []


def _home(diagram: Diagram, node: Node) -> Box:
    parent = diagram.nodes.get(node.parent)
    if parent is not None:
        return parent.box
    return diagram.lanes[diagram.lane_of[node.id]]


def test_lanes_fill_the_pool_without_overlap(diagram: Diagram):
    boxes = sorted(diagram.lanes.values(), key=lambda box: box.y)
    assert all(above.bottom == below.y for above, below in pairwise(boxes))


def test_no_two_shapes_overlap_or_crowd(diagram: Diagram):
    crowded = [
        (a.id, b.id)
        for a, b in combinations(diagram.nodes.values(), 2)
        if not _belong_together(diagram, a, b) and a.box.overlaps(b.box, margin=CLEAR)
    ]
    assert crowded == []


def _belong_together(diagram: Diagram, a: Node, b: Node) -> bool:
    """A sub-process and what stands in it, a boundary event and its host: these overlap by nature."""
    return b.id in _around(diagram, a) or a.id in _around(diagram, b)


def _around(diagram: Diagram, node: Node) -> set[str]:
    found = {node.attached_to}
    parent = node.parent
    while parent in diagram.nodes:
        found.add(parent)
        parent = diagram.nodes[parent].parent
    return found


def test_no_edge_runs_through_a_foreign_shape(diagram: Diagram):
    through = [
        (edge.id, node.id)
        for edge in diagram.edges
        for node in diagram.nodes.values()
        if node.id not in {edge.source, edge.target}
        and not _is_inside(diagram, edge, node)
        and any(node.box.is_crossed_by(segment) for segment in edge.segments)
    ]
    assert through == []


def _is_inside(diagram: Diagram, edge: Edge, container: Node) -> bool:
    return container.type in CONTAINERS and container.id in _around(diagram, diagram.nodes[edge.source])


def test_edges_are_upright_or_level_and_begin_and_end_on_the_border(diagram: Diagram):
    crooked = [edge.id for edge in diagram.edges if any(x1 != x2 and y1 != y2 for (x1, y1), (x2, y2) in edge.segments)]
    loose = [
        edge.id
        for edge in diagram.edges
        if not diagram.nodes[edge.source].box.touches(edge.points[0])
        or not diagram.nodes[edge.target].box.touches(edge.points[-1])
    ]
    assert (crooked, loose) == ([], [])


def test_no_two_edges_cross(diagram: Diagram):
    crossed = [
        (a.id, b.id)
        for a, b in combinations(diagram.edges, 2)
        if not {a.source, a.target} & {b.source, b.target} and any(_meet(s, t) for s in a.segments for t in b.segments)
    ]
    assert crossed == []


def _meet(a, b) -> bool:  # type: ignore[no-untyped-def]
    (ax1, ay1), (ax2, ay2) = a
    (bx1, by1), (bx2, by2) = b
    return (
        min(ax1, ax2) <= max(bx1, bx2)
        and min(bx1, bx2) <= max(ax1, ax2)
        and min(ay1, ay2) <= max(by1, by2)
        and min(by1, by2) <= max(ay1, ay2)
    )


def test_labels_keep_clear_of_shapes_edges_lanes_and_each_other(diagram: Diagram):
    borders = [((b.x, b.y), (b.right, b.y)) for b in diagram.lanes.values()]
    found = []
    for owner, box in diagram.label_boxes():
        found += [
            (owner, node.id)
            for node in diagram.nodes.values()
            if node.box.overlaps(box) and not (node.type in CONTAINERS and node.box.contains(box))
        ]
        found += [(owner, edge.id) for edge in diagram.edges if any(box.is_crossed_by(s) for s in edge.segments)]
        found += [(owner, "lane border") for border in borders if box.is_crossed_by(border)]
    found += [(a, b) for (a, box), (b, other) in combinations(diagram.label_boxes(), 2) if box.overlaps(other)]
    assert found == []


def test_every_text_fits_its_place(diagram: Diagram):
    too_long = [node.id for node in diagram.nodes.values() if node.type in TASKS and len(node.name) > TASK_LETTERS]
    labelled = [(n.id, n.name, n.label) for n in diagram.nodes.values() if n.type in EVENTS | GATEWAYS and n.name]
    labelled += [(e.id, e.name, e.label) for e in diagram.edges if e.name]
    cramped = [id_ for id_, name, box in labelled if box is None or box.width < 11 * _wide_letters(name)]
    assert (too_long, cramped) == ([], [])


def _wide_letters(text: str) -> int:
    return sum(ord(letter) > 0x2000 for letter in text)


def test_the_flow_reads_from_left_to_right(diagram: Diagram):
    """Only a way back (to something done before) may lead to the left."""
    forward = sum(
        diagram.nodes[e.target].box.x + diagram.nodes[e.target].box.width / 2
        >= diagram.nodes[e.source].box.x + diagram.nodes[e.source].box.width / 2
        for e in diagram.edges
        if diagram.nodes[e.source].type != "boundaryEvent"
    )
    assert forward >= 0.8 * len(diagram.edges)


def test_every_name_is_chinese_with_an_english_alias_and_every_id_is_ascii(diagram: Diagram):
    named = [node for node in diagram.nodes.values() if node.name]
    assert [node.id for node in named if not _wide_letters(node.name) or not node.name_en.isascii()] == []
    assert [node.id for node in named if not node.name_en] == []
    assert [id_ for id_ in [*diagram.nodes, *(e.id for e in diagram.edges)] if not id_.isascii()] == []
    assert [n.id for n in diagram.nodes.values() if n.type in TASKS and not n.name] == []


def test_a_gateway_that_decides_names_its_question_and_its_answers(diagram: Diagram):
    for node in diagram.nodes.values():
        leaving = [edge for edge in diagram.edges if edge.source == node.id]
        if node.type == "exclusiveGateway" and len(leaving) > 1:
            assert node.name, node.id
            assert all(edge.name for edge in leaving), node.id
