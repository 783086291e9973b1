"""What is said about a wrong value: Chinese and English side by side, with the label of the field and its limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from forms.problems import Message

#: Longer pieces of what was sent are cut: a message is no place to echo a document.
_SHOWN_CHARACTERS = 40

Need = Literal["fill", "choose", "tick", "upload", "sign"]
_NEEDED: dict[Need, tuple[str, str]] = {
    "fill": ("请填写“{}”。", "Fill in “{}”."),
    "choose": ("请选择“{}”。", "Choose “{}”."),
    "tick": ("请勾选“{}”。", "Tick “{}”."),
    "upload": ("请上传“{}”。", "Upload “{}”."),
    "sign": ("请在“{}”处签名确认。", "Sign at “{}”."),
}

Kind = Literal["text", "int", "dec", "date", "time", "datetime", "bool", "choice", "choices", "files", "rows", "group"]
_EXPECTED: dict[Kind, tuple[str, str]] = {
    "text": ("应为文字", "must be text"),
    "int": ("应为整数，例如 12", "must be a whole number, such as 12"),
    "dec": ("应为数字，例如 12.5", "must be a number, such as 12.5"),
    "date": ("应为日期，例如 2026-03-23", "must be a date, such as 2026-03-23"),
    "time": ("应为时间，例如 09:30", "must be a time, such as 09:30"),
    "datetime": ("应为日期和时间，例如 2026-03-23T09:30", "must be a date and time, such as 2026-03-23T09:30"),
    "bool": ("应为是或否", "must be yes or no"),
    "choice": ("应为一个选项", "must be one of the choices"),
    "choices": ("应为若干选项", "must be a list of choices"),
    "files": ("应为已上传的文件", "must be uploaded files"),
    "rows": ("应为若干行", "must be a list of rows"),
    "group": ("应为一组填写项", "must be a group of fields"),
}


@dataclass(frozen=True, slots=True)
class Label:
    """What a field is called in both languages."""

    zh: str
    en: str


def shown(value: object) -> str:
    """`value` as it appears in a message: short, on one line."""
    text = value.isoformat(" ", "minutes") if isinstance(value, datetime) else str(value)
    text = "".join(letter if letter.isprintable() else "�" for letter in text[: _SHOWN_CHARACTERS + 1])
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


def required(label: Label, need: Need) -> Message:
    zh, en = _NEEDED[need]
    return Message(rule="required", zh=zh.format(label.zh), en=en.format(label.en))


def wrong_type(label: Label, kind: Kind) -> Message:
    zh, en = _EXPECTED[kind]
    return Message(rule="type", zh=f"“{label.zh}”{zh}。", en=f"“{label.en}” {en}.")


def half_of_moment(label: Label, missing: Literal["date", "time"]) -> Message:
    zh, en, example = ("日期", "date", "2026-03-23") if missing == "date" else ("时刻", "time", "09:30")
    return Message(
        rule="required",
        zh=f"请填写“{label.zh}”的{zh}，例如 {example}。",
        en=f"Fill in the {en} of “{label.en}”, such as {example}.",
    )


def control_characters(label: Label) -> Message:
    return Message(
        rule="type",
        zh=f"“{label.zh}”含有无法保存的控制字符，请删除后重新填写。",
        en=f"“{label.en}” contains control characters that cannot be kept: remove them.",
    )


def too_short(label: Label, limit: int, length: int) -> Message:
    return Message(
        rule="minLength",
        zh=f"“{label.zh}”不得少于{limit}个字，现为{length}个字。",
        en=f"“{label.en}” needs at least {limit} characters; it has {length}.",
    )


def too_long(label: Label, limit: int, length: int) -> Message:
    return Message(
        rule="maxLength",
        zh=f"“{label.zh}”不得超过{limit}个字，现为{length}个字。",
        en=f"“{label.en}” takes at most {limit} characters; it has {length}.",
    )


def mismatch(label: Label, zh: str, en: str) -> Message:
    """zh, en: what the author of the form says about the pattern; may be empty."""
    return Message(
        rule="pattern",
        zh=f"“{label.zh}”{zh or '格式不正确'}。",
        en=f"“{label.en}” {en or 'does not have the right format'}.",
    )


def too_small(label: Label, limit: object) -> Message:
    return Message(rule="min", zh=f"“{label.zh}”不得小于{limit}。", en=f"“{label.en}” must be at least {limit}.")


def too_large(label: Label, limit: object) -> Message:
    return Message(rule="max", zh=f"“{label.zh}”不得大于{limit}。", en=f"“{label.en}” must be at most {limit}.")


def too_precise(label: Label, digits: int) -> Message:
    return Message(
        rule="digits",
        zh=f"“{label.zh}”最多保留{digits}位小数。",
        en=f"“{label.en}” takes at most {digits} decimal places.",
    )


def off_step(label: Label, step: object) -> Message:
    return Message(
        rule="step", zh=f"“{label.zh}”应为{step}的整数倍。", en=f"“{label.en}” must be a multiple of {step}."
    )


def not_an_option(label: Label, value: object) -> Message:
    return Message(
        rule="option",
        zh=f"“{label.zh}”没有“{shown(value)}”这一选项。",
        en=f"“{shown(value)}” is not a choice of “{label.en}”.",
    )


def repeated_choice(label: Label, value: object) -> Message:
    return Message(
        rule="option",
        zh=f"“{label.zh}”重复选择了“{shown(value)}”。",
        en=f"“{shown(value)}” is chosen twice in “{label.en}”.",
    )


def too_few_rows(label: Label, limit: int) -> Message:
    return Message(
        rule="minRows", zh=f"“{label.zh}”至少填写{limit}行。", en=f"“{label.en}” needs at least {_rows(limit)}."
    )


def too_many_rows(label: Label, limit: int, count: int) -> Message:
    return Message(
        rule="maxRows",
        zh=f"“{label.zh}”最多{limit}行，现为{count}行。",
        en=f"“{label.en}” takes at most {_rows(limit)}; there are {count}.",
    )


def too_many_choices(label: Label, limit: int) -> Message:
    return Message(
        rule="maxItems", zh=f"“{label.zh}”最多选择{limit}项。", en=f"“{label.en}” takes at most {limit} choices."
    )


def too_many_files(label: Label, limit: int) -> Message:
    files = "1 file" if limit == 1 else f"{limit} files"
    return Message(
        rule="maxItems", zh=f"“{label.zh}”最多上传{limit}个文件。", en=f"“{label.en}” takes at most {files}."
    )


def not_uploaded(label: Label, name: object) -> Message:
    return Message(
        rule="reference",
        zh=f"“{label.zh}”中的文件“{shown(name)}”未上传成功，请重新上传。",
        en=f"The file “{shown(name)}” in “{label.en}” was not uploaded: upload it again.",
    )


def unknown_reference(label: Label, kind: Literal["user", "dept", "unit"], value: object, unit: str) -> Message:
    """unit: the unit to which the person or department should belong; "" where any will do."""
    zh = {"user": "人员", "dept": "部门", "unit": "单位"}[kind]
    en = {"user": "person", "dept": "department", "unit": "unit"}[kind]
    return Message(
        rule="reference",
        zh=f"“{label.zh}”：{f'单位{unit}' if unit else ''}没有{zh}“{shown(value)}”，请重新选择。",
        en=f"“{label.en}”: there is no {en} “{shown(value)}”{f' in the unit {unit}' if unit else ''}. Choose again.",
    )


def too_early(label: Label, limit: date) -> Message:
    return Message(
        rule="date",
        zh=f"“{label.zh}”不得早于 {shown(limit)}。",
        en=f"“{label.en}” must not be earlier than {shown(limit)}.",
    )


def too_late(label: Label, limit: date) -> Message:
    return Message(
        rule="date",
        zh=f"“{label.zh}”不得晚于 {shown(limit)}。",
        en=f"“{label.en}” must not be later than {shown(limit)}.",
    )


def repeated_row(label: Label, value: object) -> Message:
    return Message(
        rule="unique",
        zh=f"“{label.zh}”重复填写了“{shown(value)}”。",
        en=f"“{shown(value)}” appears twice in “{label.en}”.",
    )


def unknown_key(key: str) -> Message:
    return Message(
        rule="unknown",
        zh=f"本表单没有“{shown(key)}”这一项。",
        en=f"This form has no field “{shown(key)}”.",
    )


def not_values() -> Message:
    return Message(rule="type", zh="表单内容应为一组填写项。", en="The values of a form must be an object.")


def too_big() -> Message:
    return Message(
        rule="size",
        zh="提交的内容过大或层级过深，请精简后重新提交。",
        en="What was sent is too large or nested too deeply: shorten it and send it again.",
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
