"""Small forms for the tests: valid by default; a test names only what it is about."""

from __future__ import annotations

import pytest

from engine.decisions.form_feel import FormFeel
from forms import Form, FormValuesRejected, ValueProblem, compile_form
from tests.form_samples import sample_context

Json = dict[str, object]
FEEL = FormFeel("TEST")


def a_field(type: str = "textfield", key: str = "note", *, en: str = "Note", **attributes: object) -> Json:  # noqa: A002
    """One component. `validate`, `properties`, … as form-js writes them."""
    properties = {"cx.label.en": en} | attributes.pop("properties", {})  # type: ignore[operator]
    name = "dateLabel" if type == "datetime" else "label"
    return {"id": f"id_{key}", "type": type, "key": key, name: "说明", "properties": properties} | attributes


def a_choice(type: str = "select", key: str = "kind", values: str = "甲 乙", **attributes: object) -> Json:  # noqa: A002
    options = [{"label": value, "value": value} for value in values.split()]
    return a_field(type, key, **({"values": options} | attributes))


def a_list(*columns: Json, key: str = "rows", **attributes: object) -> Json:
    return a_field("dynamiclist", key, **attributes) | {"path": key, "components": list(columns)}


def a_document(*components: Json, rules: list[Json] | None = None, **attributes: object) -> Json:
    properties: Json = {"cx.title": "测试表", "cx.title.en": "Test form"}
    if rules is not None:
        properties["cx.rules"] = rules
    root = {"id": "TEST", "type": "default", "schemaVersion": 19, "components": list(components)}
    return root | {"properties": properties} | attributes


def a_form(*components: Json, rules: list[Json] | None = None, **attributes: object) -> Form:
    return compile_form(a_document(*components, rules=rules, **attributes), read=FEEL)


def a_rule(feel: str, *fields: str, **attributes: object) -> Json:
    return {"feel": feel, "zh": "不符合规则。", "en": "The rule is broken.", "fields": list(fields)} | attributes


def loaded(form: Form, values: object, **context: object) -> dict[str, object]:
    return form.load(values, sample_context(**context))  # type: ignore[arg-type]


def problems(form: Form, values: object, **context: object) -> list[ValueProblem]:
    """What `load` says, which is the same as what `problems` says."""
    found = form.problems(values, sample_context(**context))  # type: ignore[arg-type]
    if found:
        with pytest.raises(FormValuesRejected) as rejected:
            form.load(values, sample_context(**context))  # type: ignore[arg-type]
        assert rejected.value.problems == found
    else:
        form.load(values, sample_context(**context))  # type: ignore[arg-type]
    return list(found)


def rules_of(form: Form, values: object, **context: object) -> list[tuple[str, str]]:
    """(path, rule) of each problem."""
    return [(problem.path, problem.rule) for problem in problems(form, values, **context)]


def said(form: Form, values: object, **context: object) -> tuple[str, str]:
    """The two texts of the only problem."""
    (problem,) = problems(form, values, **context)
    return problem.zh, problem.en
