"""A form works without scripts: the same JSON as plain fields, and the post of these as the same values."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from tests.e2e.samples import Samples
from webui.pages.fields import fields_of, localise, values_of
from webui.pages.parts import FieldView, Option


def the_form() -> tuple[FieldView, ...]:
    return Samples().form().fields


@pytest.mark.parametrize(
    ("component", "kind"),
    [
        ({"type": "textfield"}, "text"),
        ({"type": "textarea"}, "area"),
        ({"type": "number", "decimalDigits": 0}, "int"),
        ({"type": "number", "serializeToString": True}, "dec"),
        ({"type": "datetime", "subtype": "date"}, "date"),
        ({"type": "datetime", "subtype": "datetime"}, "datetime"),
        ({"type": "checkbox"}, "check"),
        ({"type": "checkbox", "properties": {"cx.type": "sign"}}, "sign"),
        ({"type": "radio"}, "radio"),
        ({"type": "select"}, "select"),
        ({"type": "checklist"}, "checks"),
        ({"type": "taglist"}, "picks"),
        ({"type": "filepicker"}, "file"),
        ({"type": "dynamiclist", "path": "k"}, "list"),
    ],
)
def test_each_component_has_a_plain_control(component: dict[str, object], kind: str) -> None:
    (field,) = fields_of({"components": [{"key": "k", **component}]}, {})

    assert (field.kind, field.key) == (kind, "k")


def test_components_without_content_are_left_out() -> None:
    schema = {"components": [{"type": "spacer"}, {"type": "separator"}, {"type": "button", "key": "b"}]}

    assert fields_of(schema, {}) == ()


def test_choices_of_the_server_come_before_those_of_the_json() -> None:
    schema = {"components": [{"type": "select", "key": "who", "values": [{"label": "旧", "value": "old"}]}]}

    (field,) = fields_of(schema, {"who": (Option(value="u101", label="用户101"),)})

    assert [choice.value for choice in field.options] == ["u101"]


def test_rows_of_a_list_come_back_in_order_and_empty_rows_do_not_count() -> None:
    posted = MultiDict(
        [
            ("root_cause", " 制度缺失 "),
            ("measures-0-what", "修订登记表"),
            ("measures-0-who", "u101"),
            ("measures-0-by", "2026-12-04"),
            ("measures-1-what", ""),
            ("measures-1-who", ""),
            ("measures-10-what", "通报"),
            ("measures-2-what", "抽查"),
        ]
    )

    values = values_of(the_form(), posted)

    assert values["root_cause"] == "制度缺失"
    assert values["measures"] == [
        {"what": "修订登记表", "who": "u101", "by": "2026-12-04"},
        {"what": "抽查"},
        {"what": "通报"},
    ]


def test_a_box_that_is_not_ticked_is_false_and_an_empty_input_is_absent() -> None:
    values = values_of(the_form(), MultiDict([("cost", "")]))

    assert values["promise"] is False
    assert "cost" not in values


def test_names_that_the_form_does_not_have_are_ignored() -> None:
    values = values_of(the_form(), MultiDict([("is_admin", "true"), ("measures-x-what", "a"), ("csrf_token", "c")]))

    assert "is_admin" not in values
    assert "csrf_token" not in values
    assert values["measures"] == []


def test_a_form_is_shown_in_one_language_and_the_stored_one_stays_as_it_is() -> None:
    schema = {
        "components": [
            {
                "type": "radio",
                "key": "kind",
                "label": "方式",
                "description": "选一项",
                "validate": {"pattern": "a"},
                "values": [{"value": "now", "label": "立行立改"}, {"value": "later", "label": "限期整改"}],
                "properties": {
                    "cx.label.en": "Kind",
                    "cx.options.en": {"now": "At once"},
                    "cx.pattern.zh": "只能填 a",
                    "cx.pattern.en": "only a",
                },
            }
        ]
    }

    (english,) = localise(schema, "en")["components"]  # type: ignore[misc]
    (chinese,) = localise(schema, "zh")["components"]  # type: ignore[misc]

    assert (english["label"], english["description"]) == ("Kind", "选一项")
    assert [value["label"] for value in english["values"]] == ["At once", "限期整改"]
    assert english["validate"] == {"pattern": "a", "patternErrorMessage": "only a"}
    assert (chinese["label"], chinese["validate"]["patternErrorMessage"]) == ("方式", "只能填 a")
    assert schema["components"][0]["label"] == "方式"
    assert "patternErrorMessage" not in schema["components"][0]["validate"]  # type: ignore[operator]
