"""Decisions as drafts: a DMN text with its test cases, published together with the processes that ask it."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from engine.commands.bundles import called_in_force
from engine.commands.decision_files import beside_decisions
from engine.commands.design_kinds.kind import KEY, MAX_NAME_LENGTH, Begun, DesignKind, Draft
from engine.decisions.dmn import Mistake, ModelRejected, read_model
from engine.decisions.dmn.cases import read_cases
from engine.decisions.dmn.model import Decision
from engine.decisions.words import label_of
from engine.errors import DefinitionRejected, InputRejected, Problem
from engine.lint.decision_text import Checked, cases_of, checked_text
from engine.lint.decisions import check_decisions
from engine.store.transaction import Transaction

_BLANK = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" \
xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" \
xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/" \
id="{key}_DEFINITIONS" name={name} namespace="urn:changxiao:dmn">
  <inputData id="INPUT_1" name="输入1">
    <variable id="INPUT_1_VARIABLE" name="输入1" typeRef="string" />
  </inputData>
  <decision id="{key}" name={name}>
    <variable id="{key}_VARIABLE" name={name} typeRef="string" />
    <informationRequirement id="{key}_NEEDS_1">
      <requiredInput href="#INPUT_1" />
    </informationRequirement>
    <decisionTable id="{key}_TABLE" hitPolicy="UNIQUE">
      <input id="{key}_IN_1" label="输入1">
        <inputExpression id="{key}_IN_1_EXPRESSION" typeRef="string">
          <text>输入1</text>
        </inputExpression>
      </input>
      <output id="{key}_OUT_1" label="结果" name="结果" typeRef="string" />
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="{key}_DIAGRAM">
      <dmndi:DMNShape id="{key}_SHAPE" dmnElementRef="{key}">
        <dc:Bounds x="160" y="100" width="180" height="80" />
      </dmndi:DMNShape>
      <dmndi:DMNShape id="INPUT_1_SHAPE" dmnElementRef="INPUT_1">
        <dc:Bounds x="187" y="260" width="125" height="45" />
      </dmndi:DMNShape>
      <dmndi:DMNEdge id="{key}_NEEDS_1_EDGE" dmnElementRef="{key}_NEEDS_1">
        <di:waypoint x="250" y="260" />
        <di:waypoint x="250" y="180" />
      </dmndi:DMNEdge>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""
#: What cannot even be kept: no XML, too large, no DMN; everything else is a mistake of a draft.
_CANNOT_BE_KEPT = frozenset({"DMN-01", "DMN-02", "DMN-03", "DMN-04"})


def _check(draft: Draft) -> None:
    problems = [_problem(draft.file, one) for one in _mistakes(draft.content) if one.rule in _CANNOT_BE_KEPT]
    try:
        read_cases(draft.cases) if draft.cases is not None else ()
    except ModelRejected as rejected:
        problems += [_problem(cases_of(draft.file), one) for one in rejected.mistakes]
    if problems:
        raise DefinitionRejected(problems)


def _mistakes(content: bytes) -> tuple[Mistake, ...]:
    try:
        read_model(content)
    except ModelRejected as rejected:
        return rejected.mistakes
    return ()


def _problem(file: str, one: Mistake) -> Problem:
    return Problem(rule=one.rule, file=file, element_id=one.element_id, zh=one.zh, en=one.en)


def _names(draft: Draft) -> tuple[str, str]:
    try:
        found = read_model(draft.content).decision(draft.key)
    except ModelRejected:
        return "", ""
    return _names_of(found) if found is not None else ("", "")


def _names_of(decision: Decision) -> tuple[str, str]:
    label = label_of(decision)
    return label.zh[:MAX_NAME_LENGTH], label.en[:MAX_NAME_LENGTH] if label.en != label.zh else ""


def checked_draft(tx: Transaction, draft: Draft) -> Checked:
    """Everything about it, beside the models in force that it imports; its own test cases, or those in force."""
    files = _files(draft)
    found = check_decisions({**files, **beside_decisions(tx, files)})
    return checked_text(found, key=draft.key, file=draft.file)


def _files(draft: Draft) -> dict[str, bytes]:
    files = {draft.file: draft.content}
    return files if draft.cases is None else {**files, cases_of(draft.file): draft.cases}


def _lint(tx: Transaction, draft: Draft) -> tuple[Problem, ...]:
    return checked_draft(tx, draft).problems


def _blank(key: str, name: str) -> bytes:
    return _BLANK.format(key=key, name=quoteattr(name)).encode()


def _import(file: str, content: bytes, key: str) -> Begun:
    """key "": the decision that the file is named after, else the first that no other one requires."""
    try:
        definitions = read_model(content, file=file)
    except ModelRejected as rejected:
        raise DefinitionRejected([_problem(file, one) for one in rejected.mistakes]) from None
    required = {name for one in definitions.decisions.values() for name in one.decisions}
    stem = file.rsplit(".", 1)[0]
    ordered = sorted(definitions.decisions.values(), key=lambda one: (one.id != (key or stem), one.name in required))
    found = next((one for one in ordered if KEY.fullmatch(one.id) and (not key or one.id == key)), None)
    if found is None:
        raise InputRejected(
            "文件中没有可用的决策（decision），或决策标识含有字母、数字和下划线以外的字符。请从建模工具重新导出。",
            "The file holds no decision, or its id has other characters than letters, digits and _. Export it again.",
            field="file",
            value=file[:200],
        )
    name, name_en = _names_of(found)
    return Begun(key=found.id, name=name, name_en=name_en, content=content)


def _bundle(tx: Transaction, draft: Draft) -> tuple[Mapping[str, bytes], Mapping[str, bytes]]:
    """The decision with every process in force that asks it: a case asks what its process was published with."""
    errors = [one for one in _lint(tx, draft) if one.severity == "error"]
    if errors:
        raise DefinitionRejected(errors)
    drawings = drawings_asking(tx, draft.key)
    return {**_files(draft), **drawings}, called_in_force(tx, drawings) if drawings else {}


def drawings_asking(tx: Transaction, key: str) -> dict[str, bytes]:
    """{file name: drawing} of the processes in force whose cases ask a decision."""
    return {
        row.file: tx.bundle_files(row.deployment_id, kind="bpmn")[row.file]
        for row in tx.current_definitions()
        if key in row.decisions
    }


DMN = DesignKind(
    ending=".dmn",
    endings=(".dmn", ".xml"),
    media_type="application/xml",
    words_zh="决策",
    words_en="decision",
    check=_check,
    names=_names,
    lint=_lint,
    blank=_blank,
    read_import=_import,
    bundle=_bundle,
)
