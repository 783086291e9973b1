"""The drawing that a new process begins with: one start event, laid out, and nothing else."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

_TEXT = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:cx="urn:changxiao:bpmn:1" \
id="{key}_DEFINITIONS" targetNamespace="urn:changxiao:processes">
  <bpmn:process id="{key}" name={name} isExecutable="true">
    <bpmn:startEvent id="START" name="开始" cx:name-en="Start" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{key}_DIAGRAM">
    <bpmndi:BPMNPlane id="{key}_PLANE" bpmnElement="{key}">
      <bpmndi:BPMNShape id="START_DI" bpmnElement="START">
        <dc:Bounds x="180" y="160" width="36" height="36" />
        <bpmndi:BPMNLabel>
          <dc:Bounds x="187" y="203" width="22" height="14" />
        </bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


def blank_drawing(key: str, name: str) -> bytes:
    """A BPMN text for the process `key`, which must be an XML name; `name` may hold anything that XML can."""
    return _TEXT.format(key=key, name=quoteattr(name)).encode()
