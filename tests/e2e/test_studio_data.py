"""Data at the drawing board: what an analyst writes beside a data object, a store and an association is what runs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.workflow import HeldStores, compile_definition
from tests.e2e.test_studio_words import opened
from tests.unit.workflow.models import Case, definitions, end, process, start, user

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

PLACE = '<bpmn:property id="P1" name="__targetRef_placeholder"/>'
COMES = (
    '<bpmn:dataInputAssociation id="IN"><bpmn:sourceRef>DR</bpmn:sourceRef><bpmn:targetRef>P1</bpmn:targetRef>'
    "</bpmn:dataInputAssociation>"
)
GOES = '<bpmn:dataOutputAssociation id="OUT"><bpmn:targetRef>SR</bpmn:targetRef></bpmn:dataOutputAssociation>'
DATA = (
    '<bpmn:dataObject id="DataObject_1"/><bpmn:dataObjectReference id="DR" dataObjectRef="DataObject_1"/>'
    '<bpmn:dataStoreReference id="SR"/>'
)
SPACES = (
    'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:dd="http://www.omg.org/spec/DD/20100524/DI"'
)
SHAPES = {"s": (100, 82, 36, 36), "A": (240, 60, 100, 80), "e": (440, 82, 36, 36), "DR": (160, 260, 36, 50),
          "SR": (390, 260, 50, 50)}  # fmt: skip
EDGES = {"f_s_A": ((136, 100), (240, 100)), "f_A_e": ((340, 100), (440, 100)), "IN": ((178, 260), (260, 140)),
         "OUT": ((320, 140), (415, 260))}  # fmt: skip


def drawing() -> bytes:
    """A task that reads an unnamed data object and writes an unnamed store, as bpmn-js draws them."""
    task = user("A", PLACE + COMES + GOES)
    body = definitions(process("p", start(), task, DATA, end(), flows="s>A; A>e")).decode()
    plane = "".join(map(shape, SHAPES)) + "".join(map(edge, EDGES))
    diagram = f'<di:BPMNDiagram id="d"><di:BPMNPlane id="pl" bpmnElement="p">{plane}</di:BPMNPlane></di:BPMNDiagram>'
    last = "</bpmn:definitions>"
    return body.replace("<bpmn:definitions ", f"<bpmn:definitions {SPACES} ").replace(last, diagram + last).encode()


def shape(name: str) -> str:
    x, y, width, height = SHAPES[name]
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f'<di:BPMNShape id="{name}_di" bpmnElement="{name}">{bounds}</di:BPMNShape>'


def edge(name: str) -> str:
    way = "".join(f'<dd:waypoint x="{x}" y="{y}"/>' for x, y in EDGES[name])
    return f'<di:BPMNEdge id="{name}_di" bpmnElement="{name}">{way}</di:BPMNEdge>'


def chosen(page: Page, element: str) -> Locator:
    """Choose an element on the canvas by mouse; the panel with its properties."""
    box = page.locator(f"[data-element-id='{element}'] .djs-visual").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    return page.locator("[data-props]")


def write(props: Locator, name: str, text: str) -> None:
    field = props.locator(f"[data-name={name}]")
    field.fill(text)
    field.press("Enter")


def test_names_of_data_stores_and_associations_are_written_in_the_panel_and_run(open_page: Open) -> None:
    page = opened(open_page, drawing())

    write(chosen(page, "DR"), "variable", "total")
    expect(page.locator("[data-props] [data-group=object] [data-name=variable]")).to_have_value("total")
    props = chosen(page, "IN")
    write(props, "inner", "amount")
    write(props, "transformation", "total * 2")
    props = chosen(page, "SR")
    write(props, "store", "ledger")
    write(props, "key", "unit")
    props = chosen(page, "OUT")
    write(props, "inner", "result")

    page.locator("#tab-xml").click()
    field = page.locator("textarea.xml")
    expect(field).to_have_value(re.compile("definitions>"))
    stores = HeldStores()
    case = Case(
        compile_definition({"p.bpmn": field.input_value().encode()}, "p"), {"total": 8, "unit": "甲"}, stores=stores
    )
    assert case.last.opened[0].data["amount"] == 16
    assert case.complete("A", result=17).data == {"total": 8, "unit": "甲"}
    assert stores.values == {("ledger", "甲"): 17}
