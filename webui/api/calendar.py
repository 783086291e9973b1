"""The working-day calendar: anybody reads it, an administrator of the top unit changes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import calendar
from engine.errors import InputRejected
from engine.model.holiday_notice import MAX_NAME
from engine.model.holidays import Layer
from engine.queries import calendar as queries
from webui.api.blueprint import Arguments, Nouns, Query, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("calendar", "The working-day calendar")

ENTERED = ("local", "correction")
_ISO_DAY = {"format": "date"}
_LAYER = ma.validate.OneOf(ENTERED)
_LAYERS = {"description": "local: a holiday of the prefecture; correction: wins over every other layer."}


class DayEntry(Arguments):
    layer = ma.fields.String(required=True, validate=_LAYER, metadata=_LAYERS)
    working = ma.fields.Boolean(load_default=False, metadata={"description": "Do people work on this day?"})
    name = ma.fields.String(required=True, metadata={"description": "In Chinese: 火把节"})
    name_en = ma.fields.String(required=True)
    document = ma.fields.String(required=True, metadata={"description": "Number of the notice that orders it."})


class DropQuery(Query):
    layer = ma.fields.String(required=True, validate=_LAYER, metadata=_LAYERS)
    reason = ma.fields.String(required=True)


class PeriodOff(Arguments):
    first = ma.fields.String(required=True, data_key="from", metadata=_ISO_DAY)
    last = ma.fields.String(required=True, data_key="to", metadata=_ISO_DAY)
    zh = ma.fields.String(required=True, validate=ma.validate.Length(1, MAX_NAME))
    en = ma.fields.String(required=True, validate=ma.validate.Length(1, MAX_NAME))


class NationalTable(Arguments):
    """The State Council's arrangement of a year."""

    year = ma.fields.Integer(required=True, strict=True)
    source = ma.fields.String(required=True, metadata={"description": "Title of the notice."})
    off = ma.fields.List(ma.fields.Nested(PeriodOff), required=True)
    work = ma.fields.List(
        ma.fields.String(metadata=_ISO_DAY),
        load_default=list,
        metadata={"description": "Weekend days that are worked in exchange."},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What one layer says of a day. Several may speak of one day; the one in_force counts."""

    day: date
    layer: str  #: national, make_up, local, correction
    working: bool
    name: str
    name_en: str
    document: str
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year of the calendar: the days that differ from the weekend rule."""

    year: int
    has_national_table: bool  #: without one, dates in this year are provisional
    source: str
    working_days: int
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDate:
    """A date that has moved. An administrator changes the calendar and reads no cases: their ids and units only."""

    instance_id: UUID
    task_id: UUID | None  #: null: the limit of the case itself
    unit: str
    old: date
    new: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChange:
    """What a change of the calendar led to; sealed cases are dated again, and not listed."""

    days: tuple[date, ...]  #: working now and not before, or the other way round
    moved: tuple[MovedDate, ...]
    confirmed: int  #: tasks whose day stays and whose word "provisional" was taken away, or put on
    failed: int  #: cases that could not be dated again: each is an incident for an operator


@nouns.get("/calendar/<int:year>")
@rule("signed_in")
@nouns.answers(200, Year)
def show(year: int) -> Response:
    """A year of the calendar, every layer."""
    found = queries.calendar_year(current_engine(), current_person(), year)
    return answer(
        Year(
            year=found.year,
            has_national_table=bool(found.source),
            source=found.source,
            working_days=found.working_days,
            days=tuple(
                Day(
                    day=day.entry.day,
                    layer=day.entry.layer.name.lower(),
                    working=day.entry.working,
                    name=day.entry.zh,
                    name_en=day.entry.en,
                    document=day.entry.document,
                    in_force=day.in_force,
                )
                for day in found.days
            ),
        )
    )


@nouns.put("/calendar/days/<string:day>")
@rule("role:admin")
@idempotent
@nouns.takes(DayEntry)
@nouns.answers(200, CalendarChange)
def enter(body: dict[str, Any], day: str) -> Response:
    """Enter a local day or a correction; open dates follow, and none that was told becomes earlier."""
    command = calendar.enter_local_day if body.pop("layer") == "local" else calendar.correct_day
    return _changed(command(current_engine(), current_person(), _day(day), **body))


@nouns.delete("/calendar/days/<string:day>")
@rule("role:admin")
@idempotent
@nouns.takes(DropQuery, location="query")
@nouns.answers(200, CalendarChange)
def drop(query: dict[str, str], day: str) -> Response:
    """Take back a local day or a correction; dates that were told stay."""
    layer = Layer[query["layer"].upper()]
    return _changed(calendar.drop_day(current_engine(), current_person(), layer, _day(day), reason=query["reason"]))


@nouns.post("/calendar/years")
@rule("role:admin")
@idempotent
@nouns.takes(NationalTable)
@nouns.answers(200, CalendarChange)
def enter_year(body: dict[str, Any]) -> Response:
    """Enter the national table of a year; its dates are counted again and no longer provisional."""
    table = json.dumps(NationalTable().dump(body))
    return _changed(calendar.enter_national_year(current_engine(), current_person(), table))


def _changed(change: calendar.CalendarChanged) -> Response:
    return answer(
        CalendarChange(
            days=change.days,
            moved=tuple(
                MovedDate(
                    instance_id=moved.instance_id,
                    task_id=moved.task_id,
                    unit=moved.unit,
                    old=moved.old,
                    new=moved.new,
                )
                for moved in change.moved
                if not moved.sealed
            ),
            confirmed=change.confirmed,
            failed=len(change.failed),
        )
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputRejected(
            "日期应写作2026-01-31的形式。", "Write a day as 2026-01-31.", field="day", value=text[:100]
        ) from None
