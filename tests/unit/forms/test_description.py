"""What a form tells the REST interface and pages without scripts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal

from forms import plain
from tests.form_samples import sample_values
from tests.unit.forms.given import a_choice, a_field, a_form, a_list, loaded


def test_a_field_is_described_for_json():
    number_limits = {"required": True, "min": 1, "max": "2.5"}
    english = {"cx.options.en": {"甲": "First"}, "cx.outcome": True}
    form = a_form(
        a_field(
            "number", "n", decimalDigits=2, validate=number_limits, description="数", properties={"cx.process": "true"}
        ),
        a_choice(key="kind", conditional={"hide": "=n > 1"}, properties=english),
    )
    number, choice = (field.as_dict() for field in form.fields)
    assert json.loads(json.dumps(number)) == {
        "key": "n", "type": "dec", "label": {"zh": "说明", "en": "Note"}, "description": {"zh": "数", "en": "数"},
        "required": True, "readonly": False, "process": True, "hidden_if": [], "scope": "", "options": [],
        "limits": {"min": 1, "max": "2.5", "digits": 2}, "columns": [],
    }  # fmt: skip
    assert choice["options"] == [
        {"value": "甲", "label": {"zh": "甲", "en": "First"}},
        {"value": "乙", "label": {"zh": "乙", "en": "乙"}},
    ]
    assert choice["hidden_if"] == ["=n > 1"]
    assert form.process_keys == ("n",)
    assert form.outcome(loaded(form, {"n": 1, "kind": "乙"})) == "乙"
    assert form.outcome({}) == ""


def test_a_table_is_described_with_its_columns():
    form = a_form(
        a_list(a_field(validate={"pattern": "^a"}), a_field("filepicker", "doc", multiple=True, accept=".pdf"))
    )
    (table,) = form.fields
    assert (table.type, table.required, table.limits) == ("table", False, {"minRows": 0, "maxRows": 200})
    assert [column.key for column in table.columns] == ["note", "doc"]
    assert table.columns[0].limits == {"minLength": 0, "maxLength": 2000, "pattern": "^a"}
    assert table.columns[1].limits == {"maxItems": 20, "accept": ".pdf"}
    assert form.file_keys == ("rows.doc",)


def test_the_document_speaks_the_readers_language():
    note = {"id": "t", "type": "text", "text": "说明文字", "properties": {"cx.text.en": "Some text"}}
    moment = a_field("datetime", "at", subtype="datetime", timeLabel="时间", properties={"cx.timeLabel.en": "Time"})
    form = a_form(note, moment, a_choice(properties={"cx.options.en": {"甲": "First"}}), a_list(a_field()))
    english = form.document("en")["components"]
    assert english[0]["text"] == "Some text"
    assert (english[1]["dateLabel"], english[1]["timeLabel"]) == ("Note", "Time")
    assert [value["label"] for value in english[2]["values"]] == ["First", "乙"]
    assert english[3]["components"][0]["label"] == "Note"
    assert form.document()["components"][0]["text"] == "说明文字"
    english[0]["text"] = "changed"
    assert form.document("en")["components"][0]["text"] == "Some text"


def test_a_form_without_a_title_has_none():
    assert a_form(properties={}).title.zh == ""


def test_values_as_json_has_them():
    values = {
        "day": date(2026, 3, 5),
        "at": datetime(2026, 3, 5, 9, tzinfo=UTC),
        "clock": time(9, 30),
        "sum": Decimal("2.50"),
        "rows": [{"day": date(2026, 3, 6)}],
        "n": 1,
        "yes": True,
        "text": "x",
    }
    assert plain(values) == {
        "day": "2026-03-05", "at": "2026-03-05T09:00:00+00:00", "clock": "09:30:00", "sum": "2.50",
        "rows": [{"day": "2026-03-06"}], "n": 1, "yes": True, "text": "x",
    }  # fmt: skip


def test_samples_fit_any_form():
    needed = {"required": True}
    kinds = ("date", "time", "datetime")
    every = a_form(
        *(a_field("datetime", f"d{n}", subtype=kind, validate=needed) for n, kind in enumerate(kinds)),
        a_field("number", "dec", decimalDigits=1, validate=needed),
        a_choice("checklist", "several", validate=needed),
        a_field("taglist", "who", validate=needed, properties={"cx.type": "users"}),
        a_list(a_field("number", "n", decimalDigits=0, validate=needed)),
        a_field("checkbox", "sign", validate=needed, properties={"cx.type": "sign"}),
    )
    assert loaded(every, sample_values(every))
