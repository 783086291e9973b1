"""What the modeler asks while an analyst draws: what there is to choose from, the small grammars in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import marshmallow as ma
from flask import Response

from engine.model.declared_words import Words
from engine.queries.design_choices import Choice, FormChoice, design_choices
from engine.queries.design_words import Example, explain
from forms import FieldInfo
from webui.api.blueprint import Arguments, Nouns, answer
from webui.auth import current_person, rule
from webui.findings import parted
from webui.language import language
from webui.service import current_engine

nouns = Nouns("design_choices", "What there is to choose from in a drawing, and its small grammars in words")


class ExplainRequest(Arguments):
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(("assign", "due", "remind", "ladder")))
    text = ma.fields.String(required=True, validate=ma.validate.Length(0, 500))
    unit = ma.fields.String(load_default="", metadata={"description": "For whom the example looks up people."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value as it is written in a drawing, with its label in the reader's language."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderOption:
    """A profile of the ladder. rungs: what happens when, in words."""

    value: str
    label: str
    rungs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A field of a form; of a table the columns are left out."""

    key: str
    label: str
    type: str
    process: bool  #: becomes a process variable, which conditions can read


@dataclass(frozen=True, slots=True, kw_only=True)
class FormOption:
    """A form in force."""

    key: str
    name: str
    version: int
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOption:
    """A decision table."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessOption:
    """A process in force. start_form: key of its form, "" for none."""

    key: str
    name: str
    version: int
    start_form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamOption:
    """A parameter. confirmed: false is shown as 待确认参数."""

    name: str
    value: int | str
    label: str
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignChoices:
    """Everything that the property panel offers."""

    scopes: tuple[Option, ...]
    positions: tuple[Option, ...]
    roles: tuple[Option, ...]
    modes: tuple[Option, ...]
    excludes: tuple[Option, ...]
    units: tuple[Option, ...]
    forms: tuple[FormOption, ...]
    decisions: tuple[DecisionOption, ...]
    processes: tuple[ProcessOption, ...]
    services: tuple[Option, ...]
    due_bases: tuple[Option, ...]
    due_units: tuple[Option, ...]
    reminders: tuple[Option, ...]
    ladders: tuple[LadderOption, ...]
    params: tuple[ParamOption, ...]
    messages: tuple[str, ...]
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrammarProblem:
    """Why a text is wrong. position: of the mistake, counted from 0; null: of the text as a whole."""

    message: str
    remedy: str
    position: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleMoment:
    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplePerson:
    id: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleShown:
    """What the rule comes to today. assumed: variables made up for it."""

    start: date
    unit: str
    due_on: date | None
    words: str
    people: tuple[ExamplePerson, ...]
    moments: tuple[ExampleMoment, ...]
    assumed: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A text of a grammar read back."""

    ok: bool
    words: str
    problem: GrammarProblem | None
    example: ExampleShown | None


@nouns.get("/designs/choices")
@rule("role:analyst")
@nouns.answers(200, DesignChoices)
def choices() -> Response:
    """What the property panel offers, in the reader's language."""
    found = design_choices(current_engine(), current_person())
    zh = language() == "zh"
    return answer(
        DesignChoices(
            scopes=_options(found.scopes),
            positions=_options(found.positions),
            roles=_options(found.roles),
            modes=_options(found.modes),
            excludes=_options(found.excludes),
            units=tuple(Option(value=unit.code, label=unit.zh if zh else unit.en) for unit in found.units),
            forms=tuple(_form(form) for form in found.forms),
            decisions=tuple(DecisionOption(id=one.value, name=_said(one.words)) for one in found.decisions),
            processes=tuple(
                ProcessOption(key=one.key, name=_said(one.name), version=one.version, start_form=one.start_form)
                for one in found.processes
            ),
            services=_options(found.services),
            due_bases=_options(found.due_bases),
            due_units=_options(found.due_units),
            reminders=_options(found.reminders),
            ladders=tuple(
                LadderOption(value=one.value, label=_said(one.words), rungs=tuple(_said(rung) for rung in one.rungs))
                for one in found.ladders
            ),
            params=tuple(
                ParamOption(name=one.name, value=one.value, label=_said(one.words), confirmed=one.confirmed)
                for one in found.params
            ),
            messages=found.messages,
            signals=found.signals,
        )
    )


@nouns.post("/designs/explain")
@rule("role:analyst")
@nouns.takes(ExplainRequest)
@nouns.answers(200, Explanation)
def explained(body: dict[str, Any]) -> Response:
    """Read the raw text of an attribute back in words, with an example by today's calendar and people."""
    found = explain(current_engine(), current_person(), body["kind"], body["text"], unit=body["unit"])
    problem = None
    if found.problem is not None:
        message, remedy = parted(_said(found.problem))
        position = found.position if found.position >= 0 else None
        problem = GrammarProblem(message=message, remedy=remedy, position=position)
    return answer(
        Explanation(
            ok=problem is None,
            words=_said(found.words) if found.words is not None else "",
            problem=problem,
            example=_example(found.example) if found.example is not None else None,
        )
    )


def _said(words: Words) -> str:
    return words.zh if language() == "zh" else words.en


def _options(found: Iterable[Choice]) -> tuple[Option, ...]:
    return tuple(Option(value=one.value, label=_said(one.words)) for one in found)


def _form(form: FormChoice) -> FormOption:
    fields = tuple(_field(field) for field in form.fields)
    return FormOption(key=form.key, name=_said(form.name), version=form.version, fields=fields)


def _field(field: FieldInfo) -> FormField:
    label = field.label.zh if language() == "zh" else field.label.en
    return FormField(key=field.key, label=label, type=field.type, process=field.process)


def _example(example: Example) -> ExampleShown:
    return ExampleShown(
        start=example.start,
        unit=example.unit,
        due_on=example.due_on,
        words=_said(example.words) if example.words is not None else "",
        people=tuple(ExamplePerson(id=one.id, name=one.name, unit=one.unit) for one in example.people),
        moments=tuple(ExampleMoment(at=one.at, words=_said(one.words)) for one in example.moments),
        assumed=example.assumed or {},
    )
