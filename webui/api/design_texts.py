"""Drafts of decisions and forms over REST: text and test cases saved together, checked and tried out unsaved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response, request

from engine.commands import designs
from engine.commands.design_kinds import KINDS
from engine.commands.design_texts import check_canvas, try_canvas
from engine.commands.form_preview import check_preview
from engine.decisions.dmn import Result, TableTrace
from engine.decisions.feel.builtins.conversion import text_of
from engine.errors import InputRejected
from engine.lint.decision_text import Checked, Field, Uncovered
from engine.model.declared_words import Words
from engine.queries import designs as queries
from webui.api.blueprint import Arguments, Nouns, answer, download
from webui.api.designs import MAX_TEXT_BYTES, Saved, wanted_revision
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.findings import DesignFinding, design_finding
from webui.guard import body_limit
from webui.language import language
from webui.service import current_engine

nouns = Nouns("design_texts", "Drafts of decisions and forms: text with test cases, checks, dry runs")
_PARTS = {"text": {"type": "string"}, "cases": {"type": "string", "description": "JSON as in *.dmn.tests.json"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcome:
    """What one test case gave. message: "" when it holds. got: the value as FEEL writes it. rules: that decided."""

    name: str
    passed: bool
    message: str
    got: str
    rules: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """An input or output of a decision. options: texts that are allowed, () for any."""

    name: str
    label: str
    type: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDecision:
    """A decision of a text: what it is asked and what it gives."""

    id: str
    name: str
    inputs: tuple[ShownField, ...]
    outputs: tuple[ShownField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCheck:
    """The text of a decision looked at: problems, its decisions, its test cases, rules that none of them reaches."""

    problems: tuple[DesignFinding, ...]
    decisions: tuple[ShownDecision, ...]
    cases: tuple[CaseOutcome, ...]
    uncovered: tuple[Uncovered, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedValue:
    """A value as FEEL writes it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAnswer:
    """A table that was asked: the numbers and ids of the rules that decided, with their annotations."""

    decision: str
    rules: tuple[int, ...]
    rule_ids: tuple[str, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a decision answered. notes: why a value is null."""

    value: str
    outputs: tuple[NamedValue, ...]
    tables: tuple[TableAnswer, ...]
    notes: tuple[str, ...]


class FormValues(Arguments):
    values = ma.fields.Dict(keys=ma.fields.String(), required=True)
    revision = ma.fields.Raw(load_default=None)
    form_version = ma.fields.Raw(load_default=None)
    password = ma.fields.String(load_default="", metadata={"description": "Not looked at: nothing is signed."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """The values pass. id: of the draft."""

    id: UUID


@nouns.get("/designs/<uuid:design_id>/text")
@rule("role:analyst")
@nouns.gives_file("application/octet-stream")
def text(design_id: UUID) -> Response:
    """The text that counts, byte for byte in the media type of its kind, with its revision as ETag."""
    engine, person = current_engine(), current_person()
    found = queries.text(engine, person, design_id)
    kind = KINDS[queries.design(engine, person, design_id).kind]
    response = download(found.content, name=found.file, media_type=kind.media_type)
    response.set_etag(str(found.rev))
    return response


@nouns.get("/designs/<uuid:design_id>/cases")
@rule("role:analyst")
@nouns.gives_file("application/json")
def cases(design_id: UUID) -> Response:
    """The test cases beside the text that counts, as a file to keep; an empty list where there are none."""
    engine, person = current_engine(), current_person()
    found = queries.text(engine, person, design_id)
    empty = {"decision": queries.design(engine, person, design_id).key, "cases": []}
    content = found.cases if found.cases is not None else json.dumps(empty).encode()
    return download(content, name=f"{found.file}.tests.json", media_type="application/json")


@nouns.put("/designs/<uuid:design_id>/text")
@rule("role:analyst")
@body_limit(MAX_TEXT_BYTES)
@idempotent
@nouns.multipart(_PARTS, required=("text",))
@nouns.answers(200, Saved)
def save(design_id: UUID) -> Response:
    """Save text and test cases as the next revision of the one in `If-Match`; what comes late (409) is kept beside."""
    rev = wanted_revision(request.headers.get)
    content, beside = _posted()
    saved = designs.save(current_engine(), current_person(), design_id, content, cases=beside, rev=rev)
    return answer(Saved(rev=saved.rev, saved_at=saved.saved_at))


@nouns.post("/designs/<uuid:design_id>/check")
@rule("role:analyst")
@body_limit(MAX_TEXT_BYTES)
@nouns.multipart(_PARTS, required=("text",))
@nouns.answers(200, DecisionCheck)
def check(design_id: UUID) -> Response:
    """Look at a decision and run its test cases, unsaved; writes nothing."""
    content, beside = _posted()
    return answer(_checked(check_canvas(current_engine(), current_person(), design_id, content, beside)))


@nouns.post("/designs/<uuid:design_id>/dry-run")
@rule("role:analyst")
@body_limit(MAX_TEXT_BYTES)
@nouns.multipart(
    {"text": {"type": "string"}, "decision": {"type": "string"}, "inputs": {"type": "string"}},
    required=("text", "decision", "inputs"),
)
@nouns.answers(200, DryRun)
def dry_run(design_id: UUID) -> Response:
    """Ask a decision of the text, unsaved. inputs: a JSON object, values as in test cases. Writes nothing."""
    content, _ = _posted()
    decision = request.form.get("decision", "")
    return answer(_answered(try_canvas(current_engine(), current_person(), design_id, content, decision, _inputs())))


@nouns.post("/designs/<uuid:design_id>/form-values")
@rule("role:analyst")
@body_limit(MAX_TEXT_BYTES)
@nouns.takes(FormValues)
@nouns.answers(200, Passed)
def form_values(body: dict[str, Any], design_id: UUID) -> Response:
    """Check values against the form as it was saved last, as a task would; keeps nothing. 422 with the fields."""
    check_preview(current_engine(), current_person(), design_id, body["values"])
    return answer(Passed(id=design_id))


def _posted() -> tuple[bytes, bytes | None]:
    """Text and test cases; parts may come as fields or as files. Raises InputRejected."""
    found = {name: _part(name) for name in ("text", "cases")}
    content = found["text"]
    if content is None:
        raise InputRejected("请求缺少文本（text）。", "The request has no part `text`.", field="text")
    return content, found["cases"] or None


def _part(name: str) -> bytes | None:
    if name in request.files:
        return request.files[name].stream.read()
    return request.form[name].encode() if name in request.form else None


def _inputs() -> dict[str, object]:
    try:
        found = json.loads(request.form.get("inputs", ""))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InputRejected("输入应为 JSON 对象。", "`inputs` must be a JSON object.", field="inputs")
    return found


def _checked(found: Checked) -> DecisionCheck:
    return DecisionCheck(
        problems=tuple(design_finding(problem) for problem in found.problems),
        decisions=tuple(
            ShownDecision(
                id=one.id,
                name=_said(one.name),
                inputs=tuple(_field(field) for field in one.inputs),
                outputs=tuple(_field(field) for field in one.outputs),
            )
            for one in found.decisions
        ),
        cases=tuple(
            CaseOutcome(
                name=one.case.name,
                passed=one.passed,
                message=one.zh if language() == "zh" else one.en,
                got=text_of(one.value, quoted=True),
                rules=one.rules,
            )
            for one in found.results
        ),
        uncovered=found.uncovered,
    )


def _field(field: Field) -> ShownField:
    return ShownField(name=field.name, label=_said(field.label), type=field.type, options=field.options)


def _said(words: Words) -> str:
    return words.zh if language() == "zh" else words.en


def _answered(found: Result) -> DryRun:
    outputs = found.value if isinstance(found.value, dict) else {}
    return DryRun(
        value=text_of(found.value, quoted=True),
        outputs=tuple(NamedValue(name=str(name), text=text_of(value, quoted=True)) for name, value in outputs.items()),
        tables=tuple(_table(one) for one in found.tables),
        notes=tuple(note.zh if language() == "zh" else note.en for note in found.notes),
    )


def _table(one: TableTrace) -> TableAnswer:
    return TableAnswer(
        decision=one.decision,
        rules=one.matched,
        rule_ids=one.rule_ids,
        annotations=tuple(text for texts in one.annotations for text in texts if text),
    )
