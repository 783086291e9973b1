"""The catalogue of obligations and the drawings fit each other: what is asked for is recorded, and nothing else."""

from __future__ import annotations

import pytest
from lxml import etree

from engine.model.obligation_rules import catalogue
from engine.model.params import Params
from engine.model.service_values import service_values
from tests.architecture.sources import ROOT

CX = "{urn:changxiao:bpmn:1}"
SERVICES = {f"urn:changxiao:service:{name}": name for name in ("record_evidence", "open_obligation")}
KNOWN = catalogue()
DIAGRAMS = {path.stem: path for path in sorted((ROOT / "processes").glob("*.bpmn"))}


def recorded() -> set[tuple[str, str, str]]:
    """(process, obligation, evidence) of every service task that records some; evidence "" of one that opens."""
    found = set()
    for key, path in DIAGRAMS.items():
        for task in etree.parse(path).getroot().iter("{*}serviceTask"):
            if task.get("implementation", "") in SERVICES:
                said = service_values(task.get(f"{CX}params", ""), {}, Params.load())
                for code in str(said.get("obligation", "")).split():
                    found.add((key, code, str(said.get("evidence", ""))))
    return found


def test_every_fact_that_a_drawing_records_is_asked_for_by_the_catalogue():
    asked = {(rule.code, need) for rule in KNOWN for need in (*rule.needs, "")}
    assert {(code, need) for _, code, need in recorded()} - asked == set()


@pytest.mark.parametrize("rule", [rule for rule in KNOWN if rule.active], ids=lambda rule: rule.code)
def test_every_fact_that_the_catalogue_asks_for_is_recorded_by_some_drawing(rule):
    if rule.process not in DIAGRAMS:
        return  # in force once its process is there
    missing = set(rule.needs) - {need for _, code, need in recorded() if code == rule.code}
    assert missing == set()
