"""Small drawings for the tests of the parser: XML as a modeler would write it."""

from __future__ import annotations


def a_drawing(inside: str, *, key: str = "P", outside: str = "") -> bytes:
    """A BPMN file with one executable process."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:cx="urn:changxiao:bpmn:1" xmlns:tns="urn:test" id="d" targetNamespace="urn:test">'
        f'{outside}<bpmn:process id="{key}" name="流程" isExecutable="true">{inside}</bpmn:process></bpmn:definitions>'
    ).encode()


def a_bundle(**files: bytes) -> dict[str, bytes]:
    return {f"{name}.bpmn": data for name, data in files.items()}


def flow(source: str, target: str, *, condition: str = "", name: str = "") -> str:
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    ident = name or f"F_{source}_{target}"
    return f'<bpmn:sequenceFlow id="{ident}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def branch(task: str, *, ident: str = "T") -> str:
    """Start, one task with the id `ident`, end."""
    return f'<bpmn:startEvent id="S"/>{task}<bpmn:endEvent id="E"/>' + flow("S", ident) + flow(ident, "E")
