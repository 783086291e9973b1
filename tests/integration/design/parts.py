"""Texts of decisions and forms that the tests of the desk begin with."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.api.conftest import API, Caller, file_part

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="DEFS" name="值班" namespace="urn:test">
  <inputData id="hours" name="hours"><variable id="V1" name="hours" typeRef="number" /></inputData>
  <decision id="{key}" name="值班补休">
    <variable id="V2" name="{key}" typeRef="string" />
    <informationRequirement id="N1"><requiredInput href="#hours" /></informationRequirement>
    <decisionTable id="T" hitPolicy="UNIQUE">
      <input id="I1" label="时长"><inputExpression id="X1" typeRef="number"><text>hours</text></inputExpression></input>
      <output id="O1" label="补休" name="rest" typeRef="string" />
      <rule id="R1">
        <description>不足8小时不补休</description>
        <inputEntry id="R1I"><text>{first}</text></inputEntry>
        <outputEntry id="R1O"><text>{none}</text></outputEntry>
      </rule>
      <rule id="R2">
        <description>8小时以上补休</description>
        <inputEntry id="R2I"><text>&gt;= 8</text></inputEntry>
        <outputEntry id="R2O"><text>"补休"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""


def a_decision(key: str = "DUTY", *, first: str = "&lt; 8", none: str = '"不补休"') -> bytes:
    """A table of two rules; `first` is the condition of the first, as it stands in XML."""
    return TABLE.format(key=key, first=first, none=none).encode()


def some_cases(key: str = "DUTY", *, expected: str = "补休") -> bytes:
    """One test case for each rule of it."""
    cases = [
        {"name": "不足", "inputs": {"hours": 7}, "expect": "不补休", "rules": [1]},
        {"name": "足够", "inputs": {"hours": 8}, "expect": expected},
    ]
    return json.dumps({"decision": key, "cases": cases}, ensure_ascii=False).encode()


def a_form(key: str = "DUTY_FORM", *, rule: str = "", label: str = "时长") -> bytes:
    """A form with one number and, where there is `rule`, a condition across fields."""
    properties: dict[str, object] = {"cx.title": "值班登记", "cx.title.en": "Duty"}
    if rule:
        properties["cx.rules"] = [{"feel": rule, "zh": "时长不对。", "en": "Wrong hours.", "fields": ["hours"]}]
    hours = {
        "id": "hours",
        "type": "number",
        "key": "hours",
        "label": label,
        "decimalDigits": 0,
        "validate": {"required": True, "min": 1},
        "properties": {"cx.label.en": "Hours"},
    }
    document = {"id": key, "type": "default", "schemaVersion": 19, "properties": properties, "components": [hours]}
    return json.dumps(document, ensure_ascii=False).encode()


def put_text(
    caller: Caller, design_id: str, text: bytes, rev: int, *, cases: bytes | None = None, status: int = 200
) -> Any:
    """Save a text, with its test cases, as the next one after `rev`."""
    parts = {"text": file_part("text", text)} | ({"cases": file_part("cases", cases)} if cases is not None else {})
    answer = caller.client.put(
        f"{API}/designs/{design_id}/text",
        data=parts,
        content_type="multipart/form-data",
        headers={"Authorization": f"Bearer {caller.token}", "If-Match": f'"{rev}"'},
    )
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_json()
