"""Tasks of other engines that ask a decision: which one, and into which variable the result goes."""

from __future__ import annotations

import pytest
from lxml import etree

from engine.workflow import check_xml, translate
from engine.workflow.xml import BPMN, CX

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:flowable="http://flowable.org/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d"'
    ' targetNamespace="urn:t"><process id="p" isExecutable="true">'
)
FLOWABLE = (
    '<serviceTask id="t" flowable:type="dmn"><extensionElements>'
    '<flowable:field name="decisionTableReferenceKey"><flowable:string><![CDATA[grade]]></flowable:string>'
    '</flowable:field><flowable:field name="decisionTaskThrowErrorOnNoHits"><flowable:string>false</flowable:string>'
    "</flowable:field></extensionElements></serviceTask>"
)
ZEEBE = (
    '<businessRuleTask id="t"><extensionElements><zeebe:calledDecision decisionId="grade" resultVariable="answer" />'
    "</extensionElements></businessRuleTask>"
)


def camunda(attributes: str) -> str:
    return f'<businessRuleTask id="t" camunda:decisionRef="grade" {attributes} />'


@pytest.mark.parametrize(
    ("task", "result", "shape"),
    [
        (camunda(""), None, None),
        (camunda('camunda:resultVariable="answer"'), "answer", "resultList"),
        (camunda('camunda:mapDecisionResult="singleEntry" camunda:resultVariable="answer"'), "answer", "singleEntry"),
        (camunda('camunda:resultVariable="answer" camunda:mapDecisionResult="singleResult"'), "answer", "singleResult"),
        (camunda('camunda:mapDecisionResult="singleEntry"'), None, None),
        (FLOWABLE, None, None),
        (ZEEBE, "answer", None),
    ],
)
def test_the_decision_and_the_variable_for_its_result_are_taken_over(task, result, shape):
    translation = translate(check_xml(f"{HEAD}{task}</process></definitions>".encode(), file="x.bpmn"))
    (found,) = etree.fromstring(translation.data).iter(f"{{{BPMN}}}businessRuleTask")

    assert found.get(f"{{{CX}}}decision") == "grade"
    assert (found.get(f"{{{CX}}}result"), found.get(f"{{{CX}}}result-shape")) == (result, shape)
    assert not [line for line in translation.report if line.severity == "warning"]


def test_a_variable_that_is_none_is_told():
    task = camunda('camunda:resultVariable="2 x"')
    translation = translate(check_xml(f"{HEAD}{task}</process></definitions>".encode(), file="x.bpmn"))

    assert [line.rule for line in translation.report if line.severity == "warning"] == ["IMPORT-03"]
