"""Forms that were sent earlier in a case, to read: what one person has written is what the next one decides on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from flask_babel import gettext, ngettext

from engine.queries.case_head import SentForm, Upload
from engine.queries.tasks import TaskRow
from forms import FieldInfo, Form
from webui.pages.parts import Document, Fact, FilledForm
from webui.pages.rendering import SHANGHAI
from webui.pages.words import listed, say, unit_name


def filled_forms(sent: Iterable[SentForm], tasks: Sequence[TaskRow]) -> tuple[FilledForm, ...]:
    """Youngest first: the last word counts."""
    by_id = {row.id: row for row in tasks}
    found = []
    for submission in sent:
        row = by_id.get(submission.task_id) if submission.task_id is not None else None
        title = say(row.name, row.name_en) if row is not None else ""
        if not title and submission.form is not None:
            title = say(submission.form.title.zh, submission.form.title.en)
        found.append(
            FilledForm(
                title=title or submission.form_key,
                who=submission.person_name,
                on_behalf_of=submission.on_behalf_of,
                at=submission.at,
                facts=tuple(_facts(submission)),
            )
        )
    return tuple(reversed(found))


def documents(uploads: Iterable[Upload]) -> tuple[Document, ...]:
    """The documents of a case, to open."""
    return tuple(
        Document(
            name=found.name, size_bytes=found.size_bytes, href=f"/api/v1/attachments/{found.id}", note=found.uploaded_by
        )
        for found in uploads
    )


def _facts(submission: SentForm) -> Iterator[Fact]:
    if submission.form is None:
        return
    for field in submission.form.fields:
        value = _value(submission.values, field.key)
        if value in (None, "", [], False) or field.type in {"file", "sign"}:
            continue
        if field.type == "table":
            for number, row in enumerate(cast("list[Mapping[str, object]]", value), start=1):
                label = f"{say(field.label.zh, field.label.en)} {number}"
                yield Fact(label=label, text=_row(field.columns, row, submission))
        else:
            yield Fact(label=say(field.label.zh, field.label.en), text=_text(field, value, submission))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One field of two sets of values, in words."""

    key: str
    label: str
    mine: str
    theirs: str
    differs: bool


def compared(form: Form, mine: SentForm, theirs: SentForm | None) -> tuple[Compared, ...]:
    """Every field that somebody has filled in, in the order of the form. A signature is nobody's to compare."""
    found = []
    for field in form.fields:
        if field.type == "sign":
            continue
        ours, others = _value(mine.values, field.key), _value(theirs.values, field.key) if theirs else None
        if _is_empty(ours) and _is_empty(others):
            continue
        found.append(
            Compared(
                key=field.key,
                label=say(field.label.zh, field.label.en),
                mine=_said(field, ours, mine),
                theirs=_said(field, others, theirs) if theirs is not None else "",
                differs=theirs is not None and (ours or None) != (others or None),
            )
        )
    return tuple(found)


def _said(field: FieldInfo, value: object, sent: SentForm) -> str:
    """Whatever a browser has sent: what is no value of its field is shown as it is."""
    if _is_empty(value):
        return ""
    try:
        if field.type == "table":
            rows = cast("list[Mapping[str, object]]", value)
            said = [(number, _row(field.columns, row, sent)) for number, row in enumerate(rows, start=1)]
            return "\n".join(f"{number}. {text}" for number, text in said if text)
        return _text(field, value, sent)
    except (ValueError, TypeError, AttributeError):
        return str(value)


def _is_empty(value: object) -> bool:
    return value in (None, "", [], False)


def _value(values: Mapping[str, object], key: str) -> object:
    found: object = values
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _row(columns: Sequence[FieldInfo], row: Mapping[str, object], sent: SentForm) -> str:
    parts = [_text(column, row[column.key], sent) for column in columns if row.get(column.key) not in (None, "", [])]
    return " · ".join(parts)


def _text(field: FieldInfo, value: object, sent: SentForm) -> str:
    options = {option.value: say(option.label.zh, option.label.en) for option in field.options}
    match field.type:
        case "bool":
            return str(gettext("是") if value else gettext("否"))
        case "enum":
            return options.get(str(value), str(value))
        case "multi":
            return listed([options.get(str(one), str(one)) for one in cast("list[object]", value)])
        case "unit" if str(value) in sent.units:
            return unit_name(sent.units[str(value)])
        case "user" | "dept":
            return sent.names.get(str(value), str(value))
        case "users":
            return listed([sent.names.get(str(one), str(one)) for one in cast("list[object]", value)])
        case "file":  # by name it stands among the documents of the case
            return str(ngettext("%(num)s 个文件", "%(num)s 个文件", len(cast("list[object]", value))))
        case "date":
            return date.fromisoformat(str(value)[:10]).isoformat()
        case "datetime":
            return f"{datetime.fromisoformat(str(value)).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        case _:
            return str(value)
