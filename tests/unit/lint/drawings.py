"""Small BPMN files for the lint: valid by default, the call names only what the test is about."""

from __future__ import annotations

import re
from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:cx="urn:changxiao:bpmn:1"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="D" targetNamespace="urn:test">'
)
GOOD_TASK = 'cx:assign="self:pos:LEAD_DIRECT" cx:form="F1" cx:due="created+3wd" cx:ladder="STD"'


def a_process(nodes: str = "", *, key: str = "P1", lanes: str = "") -> bytes:
    """A file with one process that runs from a start through every one of `nodes` (id="…" first) to an end."""
    ids = ["S0", *re.findall(r'<\w+(?:Task|Event|Activity|Process|Gateway) id="(\w+)"(?= name)', nodes), "N0"]
    flows = "".join(
        f'<sequenceFlow id="G{n}" sourceRef="{a}" targetRef="{b}" />' for n, (a, b) in enumerate(pairwise(ids))
    )
    ends = '<startEvent id="S0" /><endEvent id="N0" />'
    body = f"{lanes}{ends}{nodes}{flows}"
    return f'{HEAD}<process id="{key}" isExecutable="true">{body}</process></definitions>'.encode()


def a_task(attributes: str = GOOD_TASK, *, inside: str = "", name: str = "审核") -> str:
    return f'<userTask id="T1" name="{name}" {attributes}>{inside}</userTask>'


def a_timer(kind: str, text: str) -> str:
    return (
        '<intermediateCatchEvent id="E1" name="等待"><timerEventDefinition id="E1T">'
        f'<{kind} xsi:type="tFormalExpression">{text}</{kind}></timerEventDefinition></intermediateCatchEvent>'
    )


def a_condition(text: str) -> str:
    """A gateway whose way to a second end depends on `text`."""
    return (
        '<exclusiveGateway id="X1" name="？" default="G1" /><endEvent id="N1" />'
        '<sequenceFlow id="F" sourceRef="X1" targetRef="N1">'
        f'<conditionExpression xsi:type="tFormalExpression">{text}</conditionExpression></sequenceFlow>'
    )
