"""Fills in any form as a person would: what its schema asks for, and domain-true answers where a form has some."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from engine.commands.rehearsal import texts
from engine.model.calendar import WorkCalendar
from engine.model.clock import local_day, local_time
from engine.model.organization import Organization
from forms import FieldInfo, Form, FormContext

Values = dict[str, object]
#: Fields that are shown only after others were answered are found by asking the form again: so often at most.
_ROUNDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A form in the hands of somebody who fills it in, with all that he knows."""

    form: Form
    person: str
    unit: str  #: that must act
    now: datetime
    case: Mapping[str, Any]  #: what the process knows, as the task sees it
    due_on: date | None
    organization: Organization
    calendar: WorkCalendar
    random: Random
    context: FormContext
    upload: Callable[[], str]  #: hands in a file and answers its id

    @property
    def today(self) -> date:
        return local_day(self.now)

    def after(self, working_days: int) -> str:
        """The day so many working days from today."""
        return self.calendar.add_working_days(self.today, working_days).isoformat()

    def rarely(self, percent: float) -> bool:
        """True in so many cases of a hundred."""
        return self.random.random() * 100 < percent

    def some(self, options: Sequence[str], least: int, most: int) -> list[str]:
        """A few of the options, in their order."""
        chosen = self.random.sample(range(len(options)), min(len(options), self.random.randint(least, most)))
        return [options[index] for index in sorted(chosen)]

    def text(self, least: int = 20, most: int = 0) -> str:
        return texts.sentences(self.random, least, most)


def filled_in(sheet: Sheet, answers: Mapping[str, object]) -> Values:
    """Values with which the form can be sent; whether it takes them is said by sending it.

    answers: what the person knows to answer; everything else that is required follows from the schema.
    """
    values: Values = {**sheet.form.prefilled(sheet.case), **answers}
    for field in sheet.form.fields:
        if field.required and not field.readonly and not field.hidden_if and _is_missing(values, field.key):
            values[field.key] = _value(sheet, field)
    fields = {field.key: field for field in sheet.form.fields}
    for _ in range(_ROUNDS):
        asked = [p.path for p in sheet.form.problems(values, sheet.context) if p.rule == "required"]
        if not asked or not any(_answer(sheet, values, fields, path.split(".")) for path in asked):
            break
    return values


def _is_missing(values: Mapping[str, object], key: str) -> bool:
    return values.get(key) in (None, "", [])


def _answer(sheet: Sheet, values: Values, fields: Mapping[str, FieldInfo], path: Sequence[str]) -> bool:
    """Put a value where one was asked for: "reason", or "measures.0.by" in a row. False: there is no such field."""
    field, rows = fields.get(path[0]), values.get(path[0])
    if field is None:
        return False
    if len(path) == 1:
        values[path[0]] = _value(sheet, field)
        return True
    columns = {column.key: column for column in field.columns}
    if not isinstance(rows, list) or path[-1] not in columns:
        return False
    rows[int(path[1])][path[-1]] = _value(sheet, columns[path[-1]])
    return True


def _value(sheet: Sheet, field: FieldInfo) -> object:
    """Something that the schema of the field takes."""
    match field.type:
        case "text":
            return texts.sentences(sheet.random, _limit(field, "minLength"), _limit(field, "maxLength") or 100)
        case "int":
            return _limit(field, "min") or 1
        case "dec":
            return str(field.limits.get("min") or 1)
        case "date":
            return sheet.today.isoformat()
        case "datetime":
            return f"{local_time(sheet.now):%Y-%m-%dT%H:%M}"
        case "time":
            return f"{local_time(sheet.now):%H:%M}"
        case "bool" | "sign":
            return True
        case "enum":
            return field.options[0].value
        case "multi":
            return sheet.some([option.value for option in field.options], 1, 2)
        case "file":
            return [sheet.upload()]
        case "table":
            columns = [column for column in field.columns if column.required and not column.hidden_if]
            rows = max(1, _limit(field, "minRows"))
            return [{column.key: _value(sheet, column) for column in columns} for _ in range(rows)]
        case _:
            return _named(sheet, field)


def _named(sheet: Sheet, field: FieldInfo) -> object:
    """A unit, department or person of the unit that must act."""
    if field.type == "unit":
        return sheet.unit
    if field.type == "dept":
        return next(d.code for d in sheet.organization.departments_of(sheet.unit) if d.kind != "支部")
    people = [person.id for person in sheet.organization.staff_of(sheet.unit) if not person.on_paper]
    return people[:2] if field.type == "users" else sheet.person


def _limit(field: FieldInfo, name: str) -> int:
    found = field.limits.get(name)
    return int(str(found).split(".", maxsplit=1)[0]) if found is not None else 0
