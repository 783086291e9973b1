"""Checking and trying out decisions over REST, published or not: nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response, request

from engine.commands import decision_checks
from engine.commands.decision_checks import TriedOut
from engine.decisions.answers import plain
from engine.decisions.dmn.cases import SUFFIX
from engine.lint.decisions import CheckedCase, CheckedDecisions
from webui.api.blueprint import Arguments, answer
from webui.api.decisions import DECISION, nouns
from webui.api.definitions import MAX_BUNDLE_BYTES, uploaded_files
from webui.auth import current_person, rule
from webui.findings import DesignFinding, design_finding
from webui.guard import body_limit
from webui.language import language
from webui.service import current_engine

__all__ = ["nouns"]


class CheckRequest(Arguments):
    xml = ma.fields.String(required=True, metadata={"description": "A model (DMN)."})
    tests = ma.fields.String(load_default="", metadata={"description": "Its test cases; empty: those in force."})
    file = ma.fields.String(load_default="DRAFT.dmn", validate=ma.validate.Length(5, 200))


class Inputs(Arguments):
    inputs = ma.fields.Dict(keys=ma.fields.String(), load_default=dict)


class TextInputs(Inputs):
    xml = ma.fields.String(required=True, metadata={"description": "A model (DMN) that need not be published."})
    decision = ma.fields.String(load_default="", metadata={"description": "Id or name; empty: the last one."})
    file = ma.fields.String(load_default="DRAFT.dmn", validate=ma.validate.Length(5, 200))


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCase:
    """A test case that was run. rules: numbers of the rows that decided. message: what came out instead."""

    file: str
    decision: str
    name: str
    passed: bool
    inputs: Mapping[str, Any]
    expected: Any
    got: Any
    rules: tuple[int, ...]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCheck:
    """What publishing would find. decisions: ids that can be asked. publishable: nothing forbids it."""

    publishable: bool
    decisions: tuple[str, ...]
    problems: tuple[DesignFinding, ...]
    cases: tuple[DecisionCase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTable:
    """A decision table that was asked on the way. inputs: label and value of each column."""

    decision: str
    table_id: str
    inputs: tuple[tuple[str, Any], ...]
    matched: tuple[int, ...]
    rule_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongInput:
    input: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a decision answers. words: the rule that decided. reasons: why something is null."""

    value: Any
    outputs: Mapping[str, Any]
    matched: tuple[int, ...]
    rule_ids: tuple[str, ...]
    words: str
    reasons: tuple[str, ...]
    wrong_inputs: tuple[WrongInput, ...]
    tables: tuple[AskedTable, ...]


@nouns.post("/decisions/check")
@rule("role:analyst")
@body_limit(MAX_BUNDLE_BYTES)
@nouns.multipart({"files": {"type": "array", "items": {"type": "string", "format": "binary"}}}, required=("files",))
@nouns.answers(200, DecisionCheck)
def check() -> Response:
    """Check models with their test cases (multipart `files`), or one text (JSON `xml`, `tests`, `file`).

    Tells what cannot run, gaps, overlaps, rows that are never reached, unused inputs, and what each case gave.
    """
    if request.mimetype == "multipart/form-data":
        files = uploaded_files()
    else:
        body = nouns.ARGUMENTS_PARSER.parse(CheckRequest(), request, location="json")
        files = {body["file"]: body["xml"].encode()}
        if body["tests"]:
            files[body["file"].removesuffix(".dmn") + SUFFIX] = body["tests"].encode()
    return answer(_checked(decision_checks.check(current_engine(), current_person(), files)))


@nouns.post(f"{DECISION}/evaluate")
@rule("role:analyst")
@nouns.takes(Inputs)
@nouns.answers(200, DryRun)
def evaluate(body: dict[str, Any], decision_id: UUID) -> Response:
    """Dry run of a published version: inputs in; outputs, rows and reasons out. Nothing is written."""
    found = decision_checks.try_version(current_engine(), current_person(), decision_id, body["inputs"])
    return answer(_tried(found))


@nouns.post("/decisions/evaluate")
@rule("role:analyst")
@body_limit(MAX_BUNDLE_BYTES)
@nouns.takes(TextInputs)
@nouns.answers(200, DryRun)
def evaluate_text(body: dict[str, Any]) -> Response:
    """Dry run of a model that nobody has published. 422 with `problems` when it cannot run."""
    content = body["xml"].encode()
    found = decision_checks.try_text(
        current_engine(), current_person(), body["file"], content, body["decision"], body["inputs"]
    )
    return answer(_tried(found))


def _checked(found: CheckedDecisions) -> DecisionCheck:
    return DecisionCheck(
        publishable=not any(problem.severity == "error" for problem in found.problems),
        decisions=tuple(sorted(found.keys)),
        problems=tuple(design_finding(problem) for problem in found.problems),
        cases=tuple(_case(case) for case in found.cases),
    )


def _case(checked: CheckedCase) -> DecisionCase:
    result = checked.result
    return DecisionCase(
        file=checked.file,
        decision=result.case.decision,
        name=result.case.name,
        passed=result.passed,
        inputs={name: plain(value) for name, value in result.case.inputs.items()},
        expected=plain(result.case.expect),
        got=plain(result.value),
        rules=result.rules,
        message=result.zh if language() == "zh" else result.en,
    )


def _tried(found: TriedOut) -> DryRun:
    decision = found.decision
    chinese = language() == "zh"
    return DryRun(
        value=decision.value,
        outputs=decision.outputs,
        matched=decision.matched,
        rule_ids=decision.rule_ids,
        words=decision.zh if chinese else decision.en,
        reasons=tuple(reason.zh if chinese else reason.en for reason in decision.reasons),
        wrong_inputs=tuple(WrongInput(input=name, message=zh if chinese else en) for zh, en, name in found.problems),
        tables=tuple(
            AskedTable(
                decision=one.decision,
                table_id=one.table_id,
                inputs=one.inputs,
                matched=one.matched,
                rule_ids=one.rule_ids,
            )
            for one in decision.tables
        ),
    )
