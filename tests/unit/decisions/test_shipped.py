"""Every decision model that is shipped: complete, tested row by row, drawn, and in both languages."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from lxml import etree

from engine.decisions.dmn import read_model
from engine.decisions.dmn.cases import read_cases, run_cases
from engine.decisions.dmn.checks import check_model
from engine.decisions.dmn.model import DecisionTable
from tests.unit.decisions.shipped import STEMS, cases_of, model, text_of

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
    assert [finding.en for finding in check_model(read_model(text_of(stem))) if finding.severity != "info"] == []


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


def test_everything_is_drawn_and_nothing_lies_on_anything_else(stem):
    root = etree.fromstring(text_of(stem))
    ids = {one.get("id") for kind in ("decision", "inputData") for one in root.iterchildren(f"{{*}}{kind}")}
    needs = {one.get("id") for one in root.iter("{*}informationRequirement")}
    boxes = {
        shape.get("dmnElementRef"): [float(shape[0].get(side)) for side in ("x", "y", "width", "height")]
        for shape in root.iter("{*}DMNShape")
    }

    assert boxes.keys() == ids
    assert {edge.get("dmnElementRef") for edge in root.iter("{*}DMNEdge")} == needs
    for (one, (x, y, width, height)), (other, (ox, oy, owidth, oheight)) in combinations(boxes.items(), 2):
        assert x + width <= ox or ox + owidth <= x or y + height <= oy or oy + oheight <= y, (one, other)
