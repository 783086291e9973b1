"""Every field type: what it takes, what it makes of it, and what it says when it is wrong."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from tests.form_samples import DOCUMENT
from tests.unit.forms.given import a_choice, a_field, a_form, loaded, problems, rules_of, said

CHINA = timezone(timedelta(hours=8))
NUMBER = {"decimalDigits": 0}
DEC = {"decimalDigits": 2, "serializeToString": True}


def test_a_text_loses_blanks_at_its_ends_and_foreign_line_ends():
    assert loaded(a_form(a_field("textarea")), {"note": "  一\r\n二\r三　"}) == {"note": "一\n二\n三"}


def test_a_text_is_kept_in_one_unicode_form():
    assert loaded(a_form(a_field()), {"note": "e\u0301"}) == {"note": "\u00e9"}


@pytest.mark.parametrize("value", [1, True, {"a": 1}, ["x"], 1.5])
def test_a_text_is_nothing_else(value):
    assert said(a_form(a_field()), {"note": value}) == ("“说明”应为文字。", "“Note” must be text.")


@pytest.mark.parametrize("value", ["a\x00b", "a\x1bb", "\ud800x", "exe.\u202egnp", "a\u2066b"])
def test_a_text_with_characters_that_cannot_be_kept_is_refused(value):
    assert rules_of(a_form(a_field()), {"note": value}) == [("note", "type")]


def test_length_is_counted_in_characters_and_said_in_words():
    form = a_form(a_field(validate={"minLength": 3, "maxLength": 5}))

    assert loaded(form, {"note": "三个字"}) == {"note": "三个字"}
    assert said(form, {"note": "两字"}) == (
        "“说明”不得少于3个字，现为2个字。",
        "“Note” needs at least 3 characters; it has 2.",
    )
    assert said(form, {"note": "一二三四五六"}) == (
        "“说明”不得超过5个字，现为6个字。",
        "“Note” takes at most 5 characters; it has 6.",
    )


def test_a_text_without_a_limit_takes_two_thousand_characters():
    form = a_form(a_field("textarea"))
    assert loaded(form, {"note": "字" * 2000})
    assert rules_of(form, {"note": "字" * 2001}) == [("note", "maxLength")]
    assert rules_of(form, {"note": "字" * 100_000}) == [("note", "maxLength")]


def test_a_pattern_says_what_its_author_wrote():
    words = {"cx.pattern.zh": "应为六位代码", "cx.pattern.en": "is a code of six digits"}
    form = a_form(a_field(validate={"pattern": r"^\d{6}$"}, properties=words))

    assert loaded(form, {"note": "532503"}) == {"note": "532503"}
    assert said(form, {"note": "53250x"}) == ("“说明”应为六位代码。", "“Note” is a code of six digits.")
    plain = a_form(a_field(validate={"pattern": "^a"}))
    assert said(plain, {"note": "b"}) == ("“说明”格式不正确。", "“Note” does not have the right format.")


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [("email", "a.b@c-d.cn", "a@b"), ("phone", "+86 873 123-456", "12ab5"), ("custom", "anything", None)],
)
def test_the_named_kinds_of_text(kind, good, bad):
    form = a_form(a_field(validate={"validationType": kind}))
    assert loaded(form, {"note": good}) == {"note": good}
    assert bad is None or rules_of(form, {"note": bad}) == [("note", "pattern")]


@pytest.mark.parametrize(("sent", "kept"), [(12, 12), ("12", 12), (12.0, 12), ("-3", -3), (" 7 ", 7), (0, 0)])
def test_a_whole_number(sent, kept):
    value = loaded(a_form(a_field("number", **NUMBER)), {"note": sent})["note"]
    assert value == kept
    assert type(value) is int


@pytest.mark.parametrize(
    "value",
    [
        True,
        "12.5",
        1.5,
        "abc",
        "1e5",
        "NaN",
        float("nan"),
        float("inf"),
        [],
        {},
        "１２",
        "0x1",
        10**30,
        "1" * 99,
    ],
)
def test_a_whole_number_is_nothing_else(value):
    form = a_form(a_field("number", validate={"required": True}, **NUMBER))
    expected = [("note", "required")] if value == [] else [("note", "type")]
    assert rules_of(form, {"note": value}) == expected


def test_limits_of_a_number_are_said():
    form = a_form(a_field("number", validate={"min": 3, "max": 9}, **NUMBER))
    assert said(form, {"note": 2}) == ("“说明”不得小于3。", "“Note” must be at least 3.")
    assert said(form, {"note": 10}) == ("“说明”不得大于9。", "“Note” must be at most 9.")
    assert loaded(form, {"note": 3}) == {"note": 3}
    assert loaded(form, {"note": 9}) == {"note": 9}


@pytest.mark.parametrize(("sent", "kept"), [("12.50", "12.50"), (12.5, "12.5"), (3, "3"), ("-0", "0")])
def test_a_decimal_stays_exact(sent, kept):
    value = loaded(a_form(a_field("number", **DEC)), {"note": sent})["note"]
    assert isinstance(value, Decimal)
    assert str(value) == kept


def test_a_decimal_has_no_more_places_than_its_field():
    form = a_form(a_field("number", **DEC))
    assert said(form, {"note": "1.005"}) == (
        "“说明”最多保留2位小数。",
        "“Note” takes at most 2 decimal places.",
    )
    assert loaded(a_form(a_field("number")), {"note": "0.0000000001"})
    assert rules_of(a_form(a_field("number")), {"note": "0.00000000001"}) == [("note", "digits")]


def test_a_number_moves_in_its_steps():
    form = a_form(a_field("number", increment="0.5", **DEC))
    assert loaded(form, {"note": "2.5"}) == {"note": Decimal("2.5")}
    assert said(form, {"note": "2.6"}) == ("“说明”应为0.5的整数倍。", "“Note” must be a multiple of 0.5.")


def test_a_date_is_iso():
    form = a_form(a_field("datetime"))
    assert loaded(form, {"note": "2026-03-23"}) == {"note": date(2026, 3, 23)}
    assert loaded(form, {"note": date(2026, 3, 23)}) == {"note": date(2026, 3, 23)}
    assert said(form, {"note": "23.3.2026"}) == (
        "“说明”应为日期，例如 2026-03-23。",
        "“Note” must be a date, such as 2026-03-23.",
    )


@pytest.mark.parametrize(
    "value", ["2026-02-30", "20260323", "2026-W12-1", "0001-01-01", "9999-01-01", 5, datetime(2026, 1, 1, tzinfo=CHINA)]
)
def test_what_is_no_date(value):
    assert rules_of(a_form(a_field("datetime")), {"note": value}) == [("note", "type")]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("09:30", time(9, 30)), ("09:30:15", time(9, 30, 15)), ("01:30Z", time(9, 30)), (time(8), time(8))],
)
def test_a_time_is_the_time_in_china(sent, kept):
    assert loaded(a_form(a_field("datetime", subtype="time")), {"note": sent}) == {"note": kept}


@pytest.mark.parametrize(
    ("sent", "hour"),
    [
        ("2026-03-23T09:30", 9),
        ("2026-03-23T09:30+08:00", 9),
        ("2026-03-23T01:30:00Z", 9),
        ("2026-03-23T01:30-01:00", 10),
    ],
)
def test_a_moment_is_kept_in_chinas_time(sent, hour):
    value = loaded(a_form(a_field("datetime", subtype="datetime")), {"note": sent})["note"]
    assert value == datetime(2026, 3, 23, hour, 30, tzinfo=CHINA)
    assert loaded(a_form(a_field("datetime", subtype="datetime")), {"note": value}) == {"note": value}


@pytest.mark.parametrize(
    ("subtype", "value"),
    [
        ("time", "25:00"),
        ("time", "9"),
        ("time", 9),
        ("datetime", "2026-13-01T00:00"),
        ("datetime", 1),
        ("datetime", "0001-01-01T00:00"),
    ],
)
def test_what_is_no_time_and_no_moment(subtype, value):
    assert rules_of(a_form(a_field("datetime", subtype=subtype)), {"note": value}) == [("note", "type")]


@pytest.mark.parametrize("sent", [{}, {"note": None}, {"note": False}, {"note": ""}])
def test_a_box_that_is_not_ticked_is_false(sent):
    assert loaded(a_form(a_field("checkbox")), sent) == {"note": False}


def test_a_required_box_must_be_ticked():
    form = a_form(a_field("checkbox", validate={"required": True}))
    assert loaded(form, {"note": True}) == {"note": True}
    assert said(form, {"note": False}) == ("请勾选“说明”。", "Tick “Note”.")


@pytest.mark.parametrize("value", ["true", 1, 0, ["x"]])
def test_a_box_is_true_or_false(value):
    assert rules_of(a_form(a_field("checkbox")), {"note": value}) == [("note", "type")]


def test_a_signature_is_asked_for():
    form = a_form(a_field("checkbox", validate={"required": True}, properties={"cx.type": "sign"}))
    assert said(form, {}) == ("请在“说明”处签名确认。", "Sign at “Note”.")
    assert form.sign_keys == ("note",)


@pytest.mark.parametrize("type_", ["select", "radio"])
def test_a_choice_is_one_of_its_options(type_):
    form = a_form(a_choice(type_, en="Kind", validate={"required": True}))
    assert loaded(form, {"kind": "甲"}) == {"kind": "甲"}
    assert said(form, {}) == ("请选择“说明”。", "Choose “Kind”.")
    assert said(form, {"kind": "丙\n"}) == ("“说明”没有“丙�”这一选项。", "“丙�” is not a choice of “Kind”.")
    assert rules_of(form, {"kind": 1}) == [("kind", "type")]
    assert rules_of(form, {"kind": ["甲"]}) == [("kind", "type")]


def test_a_long_value_is_cut_in_the_message():
    zh, _ = said(a_form(a_choice()), {"kind": "丁" * 500})
    assert zh == f"“说明”没有“{'丁' * 40}…”这一选项。"


@pytest.mark.parametrize("type_", ["checklist", "taglist"])
def test_several_choices(type_):
    form = a_form(a_choice(type_, values="甲 乙 丙", properties={"cx.maxItems": "2"}))
    assert loaded(form, {"kind": ["丙", "甲"]}) == {"kind": ["丙", "甲"]}
    assert loaded(form, {"kind": []}) == {}
    assert rules_of(form, {"kind": "甲"}) == [("kind", "type")]
    assert rules_of(form, {"kind": ["丁"]}) == [("kind", "option")]
    assert said(form, {"kind": ["甲", "甲"]}) == ("“说明”重复选择了“甲”。", "“甲” is chosen twice in “Note”.")
    assert said(form, {"kind": ["甲", "乙", "丙"]}) == ("“说明”最多选择2项。", "“Note” takes at most 2 choices.")


def test_files_are_ids_of_uploaded_documents():
    form = a_form(a_field("filepicker", multiple=True))
    assert loaded(form, {"note": [DOCUMENT, DOCUMENT]}) == {"note": [DOCUMENT]}
    assert loaded(form, {"note": f"files::{DOCUMENT}"}) == {"note": [DOCUMENT]}
    assert loaded(form, {"note": []}) == {}
    assert said(form, {"note": ["files::other"]}) == (
        "“说明”中的文件“other”未上传成功，请重新上传。",
        "The file “other” in “Note” was not uploaded: upload it again.",
    )


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (5, "type"),
        ([5], "type"),
        ({"a": 1}, "type"),
        ("files::", "reference"),
        (["x" * 101], "reference"),
        (["a\nb"], "reference"),
    ],
)
def test_what_is_no_file(value, rule):
    assert rules_of(a_form(a_field("filepicker")), {"note": value}) == [("note", rule)]


def test_a_file_field_has_a_limit_and_may_be_required():
    one = a_form(a_field("filepicker", validate={"required": True}))
    assert said(one, {}) == ("请上传“说明”。", "Upload “Note”.")
    assert said(one, {"note": ["a", "b"]}) == ("“说明”最多上传1个文件。", "“Note” takes at most 1 file.")
    several = a_form(a_field("filepicker", multiple=True, properties={"cx.maxItems": 2}))
    assert said(several, {"note": ["a", "b", "c"]})[1] == "“Note” takes at most 2 files."


@pytest.mark.parametrize("value", [None, "", "   ", "\u3000"])
def test_an_empty_value_is_left_out_or_asked_for(value):
    assert loaded(a_form(a_field()), {"note": value}) == {}
    required = a_form(a_field(validate={"required": True}))
    assert said(required, {"note": value}) == ("请填写“说明”。", "Fill in “Note”.")


def test_a_key_that_the_form_does_not_have_is_refused():
    form = a_form(a_field())
    assert said(form, {"note": "x", "limit": "2030-01-01"}) == (
        "本表单没有“limit”这一项。",
        "This form has no field “limit”.",
    )
    found = problems(form, {"b": 1, "a": 1, "note": 5})
    assert [problem.path for problem in found] == ["note", "a", "b"]


@pytest.mark.parametrize(
    ("half", "zh", "en"),
    [
        ("2026-03-23", "请填写“说明”的时刻，例如 09:30。", "Fill in the time of “Note”, such as 09:30."),
        ("2026-03-23T", "请填写“说明”的时刻，例如 09:30。", "Fill in the time of “Note”, such as 09:30."),
        ("T09:30", "请填写“说明”的日期，例如 2026-03-23。", "Fill in the date of “Note”, such as 2026-03-23."),
        ("09:30", "请填写“说明”的日期，例如 2026-03-23。", "Fill in the date of “Note”, such as 2026-03-23."),
    ],
)
def test_half_a_moment_is_told_which_half_it_lacks(half, zh, en):
    form = a_form(a_field("datetime", subtype="datetime", validate={"required": True}))
    assert said(form, {"note": half}) == (zh, en)
    assert rules_of(form, {"note": half}) == [("note", "required")]
