"""Try-outs of drafts: test people, a clock of their own, and nothing live is touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import trial_forms, trial_start, trials
from engine.commands.trial_forms import Choice
from engine.commands.trial_run import TrialRun, TrialTask, run_from
from engine.errors import InputRejected
from engine.model.declared_words import Words
from engine.model.organization import Organization
from engine.queries import trials as queries
from engine.queries.trials import TrialView
from engine.workflow.timers import later, parse_period
from forms import Form
from webui.api.blueprint import Arguments, Nouns, answer
from webui.api.designs import MAX_TEXT_BYTES
from webui.auth import current_person, rule
from webui.guard import body_limit
from webui.language import language
from webui.service import current_engine
from webui.terms import term

nouns = Nouns("trials", "Try-outs of drafts with test people and a clock of their own")


class TrialRequest(Arguments):
    design_id = ma.fields.UUID(required=True)
    xml = ma.fields.String(load_default=None, metadata={"description": "What is on the canvas; null: as saved."})
    start = ma.fields.AwareDateTime(load_default=None, metadata={"description": "Where the test clock starts."})
    values = ma.fields.Dict(
        load_default=None, keys=ma.fields.String(), metadata={"description": "Of the start form, checked by it."}
    )
    variables = ma.fields.Dict(
        load_default=None,
        keys=ma.fields.String(),
        metadata={"description": "Set besides; both null: values are made up that lead to a task."},
    )
    unit = ma.fields.String(load_default="")
    message = ma.fields.String(load_default=None)


class OfferRequest(Arguments):
    design_id = ma.fields.UUID(required=True)
    xml = ma.fields.String(load_default=None, metadata={"description": "What is on the canvas; null: as saved."})
    unit = ma.fields.String(load_default="")


class CompleteRequest(Arguments):
    token = ma.fields.Integer(required=True, strict=True)
    values = ma.fields.Dict(load_default=dict, keys=ma.fields.String())
    checked = ma.fields.Boolean(load_default=True, metadata={"description": "By the form of the task."})


class AdvanceRequest(Arguments):
    by = ma.fields.String(metadata={"description": "ISO 8601 duration, for instance P1D."})
    to = ma.fields.AwareDateTime()
    next = ma.fields.Boolean(metadata={"description": "To the next timer or limit."})

    @ma.validates_schema
    def exactly_one(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ma.ValidationError("Give exactly one of by, to and next.")


class MessageRequest(Arguments):
    name = ma.fields.String(required=True)
    variables = ma.fields.Dict(load_default=dict, keys=ma.fields.String())


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialToken:
    element_id: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialForm:
    """A form. suggested: values with which it can be sent as it is. choices: units, departments, people by field."""

    key: str
    schema: Mapping[str, Any]
    suggested: Mapping[str, Any]
    choices: Mapping[str, tuple[Choice, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialOffer:
    """With what a try-out would begin. form: of its start, with values that lead to a task; null: it has none."""

    unit: str
    form: TrialForm | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTaskShown:
    """An open task. due_words: how its date was counted, or why it could not be."""

    token: int
    element_id: str
    name: str
    assign_words: str
    people: tuple[str, ...]
    due_on: date | None
    due_words: str
    form: TrialForm | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTimerShown:
    element_id: str
    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialWaitShown:
    element_id: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialEventShown:
    at: datetime
    element_id: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialProblemShown:
    """Why it did not go on; everything stands as it stood before."""

    element_id: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A try-out as it stands. path: ids of elements and flows in the order in which tokens came to them."""

    id: UUID
    design_id: UUID | None
    now: datetime
    ended: bool
    tokens: tuple[TrialToken, ...]
    tasks: tuple[TrialTaskShown, ...]
    timers: tuple[TrialTimerShown, ...]
    waiting: tuple[TrialWaitShown, ...]
    path: tuple[str, ...]
    events: tuple[TrialEventShown, ...]
    variables: Mapping[str, Any]
    problem: TrialProblemShown | None


@nouns.post("/trials")
@rule("role:analyst")
@body_limit(MAX_TEXT_BYTES * 2)
@nouns.takes(TrialRequest)
@nouns.answers(201, Trial)
def start(body: dict[str, Any]) -> Response:
    """Begin a try-out. 422 with `problems` where the draft cannot be run; what fails later is its `problem`."""
    trial_id = trials.start(
        current_engine(),
        current_person(),
        body["design_id"],
        content=body["xml"].encode() if body["xml"] is not None else None,
        at=body["start"],
        values=body["values"],
        variables=body["variables"],
        unit=body["unit"],
        message=body["message"],
    )
    return _shown(trial_id, 201)


@nouns.post("/trials/offer")
@rule("role:analyst")
@body_limit(MAX_TEXT_BYTES * 2)
@nouns.takes(OfferRequest)
@nouns.answers(200, TrialOffer)
def offer(body: dict[str, Any]) -> Response:
    """With what a try-out would begin, to be changed before the start; nothing is begun. 422 as when beginning."""
    content = body["xml"].encode() if body["xml"] is not None else None
    found = trial_start.offer(current_engine(), current_person(), body["design_id"], content=content, unit=body["unit"])
    form = None
    if found.form is not None:
        form = _form(found.run.start_form, found.form, found.values, found.run.unit, found.organization)
    return answer(TrialOffer(unit=found.run.unit, form=form))


@nouns.get("/trials/<uuid:trial_id>")
@rule("role:analyst")
@nouns.answers(200, Trial)
def show(trial_id: UUID) -> Response:
    """A try-out of the caller's own; it expires after a day."""
    return _shown(trial_id)


@nouns.post("/trials/<uuid:trial_id>/complete")
@rule("role:analyst")
@nouns.takes(CompleteRequest)
@nouns.answers(200, Trial)
def complete(body: dict[str, Any], trial_id: UUID) -> Response:
    """Complete a task as one of its test people. 422 with `fields` where its form refuses the values."""
    trials.complete(
        current_engine(), current_person(), trial_id, body["token"], body["values"], checked=body["checked"]
    )
    return _shown(trial_id)


@nouns.post("/trials/<uuid:trial_id>/advance")
@rule("role:analyst")
@nouns.takes(AdvanceRequest)
@nouns.answers(200, Trial)
def advance(body: dict[str, Any], trial_id: UUID) -> Response:
    """Move the test clock: timers fire in order, reminders and the ladder are told."""
    if "by" in body:
        period = _period(body["by"])
        trials.advance(current_engine(), current_person(), trial_id, to=lambda now: later(now, period))
    elif "to" in body:
        trials.advance(current_engine(), current_person(), trial_id, to=lambda _now: body["to"])
    else:
        trials.advance(current_engine(), current_person(), trial_id, to=None)
    return _shown(trial_id)


@nouns.post("/trials/<uuid:trial_id>/message")
@rule("role:analyst")
@nouns.takes(MessageRequest)
@nouns.answers(200, Trial)
def message(body: dict[str, Any], trial_id: UUID) -> Response:
    """Give it a message or signal that it waits for."""
    trials.message(current_engine(), current_person(), trial_id, body["name"], body["variables"])
    return _shown(trial_id)


@nouns.delete("/trials/<uuid:trial_id>")
@rule("role:analyst")
@nouns.answers_nothing()
def drop(trial_id: UUID) -> Response:
    """Throw it away."""
    trials.drop(current_engine(), current_person(), trial_id)
    return Response(status=204)


def _period(text: str) -> Any:
    try:
        return parse_period(text)
    except ValueError:
        raise InputRejected(
            f"“{text[:100]}”不是ISO 8601时长，例如P1D、PT4H。",
            f"{text[:100]!r} is no ISO 8601 duration such as P1D or PT4H.",
            field="by",
            value=text[:100],
        ) from None


def _shown(trial_id: UUID, status: int = 200) -> Response:
    view = queries.trial(current_engine(), current_person(), trial_id)
    run = run_from(view.run)
    problem = run.problem
    return answer(
        Trial(
            id=view.id,
            design_id=view.design_id,
            now=run.now,
            ended=run.ended,
            tokens=tuple(TrialToken(element_id=one.element_id, count=one.count) for one in run.tokens),
            tasks=tuple(_task(view, task, run) for task in run.tasks),
            timers=tuple(
                TrialTimerShown(element_id=one.element_id, name=_said(one.name), due_at=one.due_at)
                for one in run.timers
            ),
            waiting=tuple(
                TrialWaitShown(element_id=one.element_id, kind=one.kind, name=one.name) for one in run.waiting
            ),
            path=tuple(run.path),
            events=tuple(
                TrialEventShown(at=one.at, element_id=one.element_id, words=_said(one.words) + term(one.term))
                for one in run.events
            ),
            variables=run.variables,
            problem=TrialProblemShown(element_id=problem.element_id, message=_said(problem.words))
            if problem is not None
            else None,
        ),
        status,
    )


def _form(key: str, form: Form, suggested: Mapping[str, Any], unit: str, organization: Organization) -> TrialForm:
    return TrialForm(
        key=key,
        schema=form.document(language()),
        suggested=suggested,
        choices=trial_forms.choices(form, unit, organization),
    )


def _task(view: TrialView, task: TrialTask, run: TrialRun) -> TrialTaskShown:
    form, who = view.forms.get(task.form), view.organization
    shown = None
    if form is not None:
        shown = _form(task.form, form, trial_forms.suggestion(form, run, who), run.unit, who)
    return TrialTaskShown(
        token=task.token,
        element_id=task.element_id,
        name=_said(task.name),
        assign_words=_said(task.assign),
        people=tuple(_said(person) for person in task.people),
        due_on=task.due_on,
        due_words=_said(task.due_words) if task.due_words is not None else "",
        form=shown,
    )


def _said(words: Words) -> str:
    return words.zh if language() == "zh" else words.en
