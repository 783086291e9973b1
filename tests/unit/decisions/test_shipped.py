"""Every decision model that is shipped: complete, tested row by row, drawn, and in both languages."""

from __future__ import annotations

import json
import re
from itertools import combinations, pairwise

import pytest
from lxml import etree

from engine.decisions.dmn import read_model
from engine.decisions.dmn.cases import read_cases, run_cases
from engine.decisions.dmn.checks import check_model
from engine.decisions.dmn.model import DecisionTable
from engine.decisions.feel import to_feel
from engine.model.params import Params
from tests.unit.decisions.shipped import STEMS, cases_of, model, text_of

#: Numbers that a local authority may change; a model reads them from its input `params`.
PARAMS = {param.key: param.value for param in Params.load() if isinstance(param.value, int)}
CX = "{urn:changxiao:bpmn:1}"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(params=STEMS)
def stem(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_case_passes(stem):
    results = run_cases(model(stem), read_cases(cases_of(stem)))

    assert [(result.case.name, result.en) for result in results if not result.passed] == []
    names = [result.case.name for result in results]
    assert len(set(names)) == len(names), "every case says in its name what it is about"


def test_every_row_of_every_table_has_a_case(stem):
    running = model(stem)
    asked = {
        (trace.table_id, number)
        for case in read_cases(cases_of(stem))
        for trace in running.decide(case.decision, case.inputs).tables
        for number in trace.matched
    }

    tables = [one.expression for one in running.definitions.decisions.values()]
    rows = {(one.id, rule.number) for one in tables if isinstance(one, DecisionTable) for rule in one.rules}
    assert rows - asked == set()


def test_nothing_is_left_open_or_told_twice(stem):
    found = check_model(read_model(text_of(stem)), {"params": to_feel(PARAMS)})
    assert [(finding.rule, finding.en) for finding in found] == []


def test_parameters_are_those_of_the_catalogue_and_cases_begin_with_its_values(stem):
    items = {one.name: one for one in read_model(text_of(stem)).items}
    keys = {one.name for one in items["tParams"].components} if items else set()

    assert keys <= PARAMS.keys()
    given = json.loads(cases_of(stem)).get("given", {}).get("params", {})
    assert given == {key: PARAMS[key] for key in keys}
    assert all(f"params.{key}" in text_of(stem).decode() for key in keys), "no parameter that nothing reads"


def test_the_file_is_named_after_the_decision_that_is_asked(stem):
    assert stem in model(stem).definitions.decisions
    assert read_cases(cases_of(stem))[0].decision == stem


def test_everything_that_people_read_stands_in_both_languages(stem):
    root = etree.fromstring(text_of(stem))
    names = {
        "definitions": ("name", "name-en"),
        "decision": ("name", "name-en"),
        "inputData": ("name", "name-en"),
        "input": ("label", "label-en"),
        "output": ("label", "label-en"),
    }
    for element in root.iter("{*}*"):
        tag = etree.QName(element).localname
        if tag in names:
            zh, en = element.get(names[tag][0], ""), element.get(CX + names[tag][1], "")
        elif tag == "rule":
            zh, en = element.findtext("{*}description", ""), element.get(CX + "description-en", "")
        else:
            continue
        assert CHINESE.search(zh), (element.get("id"), zh)
        assert en, element.get("id")
        assert not CHINESE.search(en), (element.get("id"), en)


Box = tuple[float, float, float, float]  #: left, top, right, bottom


def boxes_in(root: etree._Element) -> dict[str, Box]:
    found = {}
    for shape in root.iter("{*}DMNShape"):
        left, top, width, height = (float(shape[0].get(side)) for side in ("x", "y", "width", "height"))
        found[shape.get("dmnElementRef")] = (left, top, left + width, top + height)
    return found


def test_everything_is_drawn_and_nothing_lies_on_anything_else(stem):
    root = etree.fromstring(text_of(stem))
    boxes = boxes_in(root)

    ids = {one.get("id") for kind in ("decision", "inputData") for one in root.iterchildren(f"{{*}}{kind}")}
    assert boxes.keys() == ids
    for (one, (left, top, right, bottom)), (other, (left2, top2, right2, bottom2)) in combinations(boxes.items(), 2):
        assert right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top, (one, other)


def test_every_requirement_is_drawn_from_one_to_the_other_and_through_nothing_else(stem):
    root = etree.fromstring(text_of(stem))
    boxes = boxes_in(root)
    needs = {
        one.get("id"): (one[0].get("href").removeprefix("#"), one.getparent().get("id"))
        for one in root.iter("{*}informationRequirement")
    }
    lines = {
        edge.get("dmnElementRef"): [(float(point.get("x")), float(point.get("y"))) for point in edge]
        for edge in root.iter("{*}DMNEdge")
    }

    assert lines.keys() == needs.keys()
    for requirement, points in lines.items():
        ends = needs[requirement]
        for (x, y), end in zip((points[0], points[-1]), ends, strict=True):
            left, top, right, bottom = boxes[end]
            assert left <= x <= right, (requirement, end)
            assert top <= y <= bottom, (requirement, end)
        passed = [one for one in boxes if one not in ends and any(_inside(boxes[one], at) for at in _along(points))]
        assert passed == [], requirement


def _along(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Places on a line, close to each other."""
    return [
        (x + (x2 - x) * step / 200, y + (y2 - y) * step / 200)
        for (x, y), (x2, y2) in pairwise(points)
        for step in range(201)
    ]


def _inside(box: Box, at: tuple[float, float]) -> bool:
    left, top, right, bottom = box
    return left < at[0] < right and top < at[1] < bottom
