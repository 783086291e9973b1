"""What the property panel of the modeler offers: people, forms, decisions, processes, limits, all by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.core import Engine
from engine.lint.elements import event_names
from engine.model.clock import local_day
from engine.model.declared_words import (
    MODES,
    NO_LADDER,
    NO_REMINDER,
    PROFILE_NAMES,
    SCOPES,
    Words,
    remind_words,
    rung_words,
)
from engine.model.ladder_levels import PROFILES
from engine.model.machine_words import SERVICE_WORDS
from engine.model.preloaded import Labelled, position_labels, role_labels
from engine.model.reminder import REMINDER_SETS, parse_remind
from engine.model.step import PersonId
from engine.queries.decisions import named_decision
from engine.queries.frame import UnitName, unit_named
from engine.store.definitions import DefinitionRow
from engine.store.transaction import Transaction
from engine.workflow import check_xml
from forms import FieldInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value as it is written in a drawing, with its label."""

    value: str
    words: Words
    rungs: tuple[Words, ...] = ()  #: of a ladder


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChoice:
    """A form in force."""

    key: str
    name: Words
    version: int
    fields: tuple[FieldInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessChoice:
    """A process in force. start_form: key, "" for none."""

    key: str
    name: Words
    version: int
    start_form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParamChoice:
    """A parameter with its value in force."""

    name: str
    value: int | str
    words: Words
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignChoices:
    """Everything there is to choose from."""

    scopes: tuple[Choice, ...]
    positions: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    modes: tuple[Choice, ...]
    excludes: tuple[Choice, ...]
    units: tuple[UnitName, ...]
    forms: tuple[FormChoice, ...]
    decisions: tuple[Choice, ...]
    processes: tuple[ProcessChoice, ...]
    services: tuple[Choice, ...]
    due_bases: tuple[Choice, ...]
    due_units: tuple[Choice, ...]
    reminders: tuple[Choice, ...]
    ladders: tuple[Choice, ...]
    params: tuple[ParamChoice, ...]
    messages: tuple[str, ...]
    signals: tuple[str, ...]


EXCLUDES = (
    Choice(value="-coi", words=Words(zh="排除有利害关系的人员", en="Nobody with a conflict of interest")),
    Choice(value="-prev(NODE)", words=Words(zh="排除某环节的办理人", en="Nobody who did a certain step")),
    Choice(value="-var(NAME)", words=Words(zh="排除变量中的人员", en="Nobody named in a variable")),
    Choice(value="-unit(NAME)", words=Words(zh="排除变量所指单位的人员", en="Nobody of the unit in a variable")),
)
DUE_BASES = (
    Choice(value="created", words=Words(zh="任务生成后", en="After the task is created")),
    Choice(value="delivered", words=Words(zh="送达后", en="After delivery")),
    Choice(value="period.start", words=Words(zh="期间首日起", en="From the first day of the period")),
    Choice(value="period.end", words=Words(zh="期间末日", en="From the last day of the period")),
    Choice(value="var(NAME)", words=Words(zh="流程变量中的日期", en="A day in a process variable")),
    Choice(value="param(NAME)", words=Words(zh="参数中的日期", en="A day in a parameter")),
    Choice(value="fixed(MM-DD)", words=Words(zh="每年固定日期", en="A fixed day of the year")),
    Choice(value="lastwd(half)", words=Words(zh="半年最后一个工作日", en="The last working day of the half-year")),
    Choice(value="lastwd(quarter)", words=Words(zh="季度最后一个工作日", en="The last working day of the quarter")),
    Choice(value="lastwd(month)", words=Words(zh="当月最后一个工作日", en="The last working day of the month")),
    Choice(value="lastwd(MM)", words=Words(zh="某月最后一个工作日", en="The last working day of a certain month")),
)
DUE_UNITS = (
    Choice(value="wd", words=Words(zh="个工作日", en="working days")),
    Choice(value="cd", words=Words(zh="个自然日", en="calendar days")),
    Choice(value="nh", words=Words(zh="小时", en="hours")),
    Choice(value="mo", words=Words(zh="个月", en="months")),
)


def design_choices(engine: Engine, person: PersonId) -> DesignChoices:
    """As things stand now."""
    with engine.reading(person) as tx:
        reference, today = engine.reference(tx), local_day(tx.now)
        definitions = tx.current_definitions()
        messages, signals = _events(tx, definitions)
        return DesignChoices(
            scopes=tuple(Choice(value=_written(scope), words=words) for scope, words in SCOPES.items()),
            positions=_labelled(position_labels()),
            roles=_labelled(role_labels()),
            modes=tuple(Choice(value=mode, words=words) for mode, words in MODES.items()),
            excludes=EXCLUDES,
            units=tuple(
                unit_named(reference.organization, unit.code)
                for unit in reference.organization.units
                if unit.is_active(today)
            ),
            forms=tuple(_forms(engine, tx)),
            decisions=tuple(Choice(value=row.key, words=named_decision(row)) for row in tx.current_decisions()),
            processes=tuple(_process(engine, tx, row) for row in definitions),
            services=tuple(Choice(value=name, words=words) for name, words in SERVICE_WORDS.items()),
            due_bases=DUE_BASES,
            due_units=DUE_UNITS,
            reminders=tuple(
                Choice(value=name, words=remind_words(parse_remind(name)) if name != "none" else NO_REMINDER)
                for name in REMINDER_SETS
            ),
            ladders=_ladders(),
            params=tuple(
                ParamChoice(
                    name=param.key,
                    value=param.value,
                    words=Words(zh=param.zh, en=param.en),
                    confirmed=not param.is_pending,
                )
                for param in reference.params
            ),
            messages=messages,
            signals=signals,
        )


def _written(scope: str) -> str:
    return f"{scope}(NAME)" if scope in ("dept", "var") else scope


def _labelled(labels: Iterable[Labelled]) -> tuple[Choice, ...]:
    return tuple(Choice(value=label.code, words=Words(zh=label.zh, en=label.en)) for label in labels)


def _ladders() -> tuple[Choice, ...]:
    found = [
        Choice(value=name, words=PROFILE_NAMES[name], rungs=tuple(rung_words(rung) for rung in rungs))
        for name, rungs in PROFILES.items()
    ]
    return (*found, Choice(value="none", words=NO_LADDER))


def _forms(engine: Engine, tx: Transaction) -> Iterable[FormChoice]:
    for row in tx.current_forms():
        form = engine.form_version(tx, row.id).form
        yield FormChoice(
            key=row.key,
            name=Words(zh=form.title.zh or row.key, en=form.title.en or row.key),
            version=row.version,
            fields=form.fields,
        )


def _process(engine: Engine, tx: Transaction, row: DefinitionRow) -> ProcessChoice:
    start_form = engine.definition(tx, row.id).info.start_form
    name = Words(zh=row.name, en=row.name_en or row.name)
    return ProcessChoice(key=row.key, name=name, version=row.version, start_form=start_form)


def _events(tx: Transaction, definitions: Iterable[DefinitionRow]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Messages and signals that the drawings in force declare."""
    messages: set[str] = set()
    signals: set[str] = set()
    for row in definitions:
        content = tx.bundle_files(row.deployment_id, kind="bpmn")[row.file]
        said, thrown = event_names(check_xml(content, file=row.file).root)
        messages.update(said)
        signals.update(thrown)
    return tuple(sorted(messages)), tuple(sorted(signals))
