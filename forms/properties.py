"""Reads the attributes and `properties` of one component, noting what has the wrong type.

The form editor writes every custom property as a text, so "true" and "3" are as good as true and 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import cast

from forms.document import Findings, Json
from forms.messages import Label

_MAX_LABEL_CHARACTERS = 300


class Component:
    """One component of a form document, or its root."""

    def __init__(self, json: Json, where: str, findings: Findings) -> None:
        self.json, self.where, self.findings = json, where, findings
        self.properties = self._object("properties")
        self.rules = self._object("validate")

    @property
    def type(self) -> str:
        return self.text("type")

    def text(self, name: str) -> str:
        """An attribute that is text; "" where it is missing or something else."""
        value = self.json.get(name)
        return value.strip() if isinstance(value, str) else ""

    def prop(self, name: str) -> str:
        """A property as text; "" where it is missing."""
        value = self.properties.get(name)
        return value.strip() if isinstance(value, str) else "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """A property that is true or false."""
        value = self.prop(name).lower()
        if value not in {"", "true", "false"}:
            self.add("FORM-13", f"属性“{name}”应为 true 或 false。", f"The property {name} must be true or false.")
        return value == "true"

    def whole(self, name: str, *, default: int, lowest: int, highest: int) -> int:
        """A property that is a whole number."""
        value = self.prop(name)
        if not value:
            return default
        if not (value.isascii() and value.isdecimal() and len(value) < 10 and lowest <= int(value) <= highest):
            self.add(
                "FORM-13",
                f"属性“{name}”应为{lowest}至{highest}之间的整数。",
                f"The property {name} must be a whole number from {lowest} to {highest}.",
            )
            return default
        return int(value)

    def limit(self, name: str) -> Decimal | None:
        """A number among the rules of `validate`; expressions are not evaluated there."""
        value = self.rules.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, bool) and isinstance(value, int | float | str):
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                number = Decimal("NaN")
            if number.is_finite() and abs(number) < 10**18:
                return number
        self.add("FORM-07", f"校验项“{name}”应为数字，不支持表达式。", f"validate.{name} must be a number.")
        return None

    def length(self, name: str, *, default: int, highest: int) -> int:
        """A number of characters among the rules of `validate`."""
        number = self.limit(name)
        if number is None:
            return default
        if number != number.to_integral_value() or not 0 <= number <= highest:
            self.add(
                "FORM-07",
                f"校验项“{name}”应为0至{highest}之间的整数。",
                f"validate.{name} must be a whole number from 0 to {highest}.",
            )
            return default
        return int(number)

    def is_required(self) -> bool:
        return self.rules.get("required") is True

    def is_locked(self) -> bool:
        """Readonly or disabled: shown, not filled in. No expressions: the server would have to believe them."""
        for name in ("readonly", "disabled"):
            value = self.json.get(name)
            if value is not None and not isinstance(value, bool):
                self.add("FORM-11", f"“{name}”应为 true 或 false，不支持表达式。", f"{name} must be true or false.")
        return self.json.get("readonly") is True or self.json.get("disabled") is True

    def label(self) -> Label:
        """The Chinese label, which every field needs, and the English one beside it."""
        zh = self.text("label") or self.text("dateLabel") or self.text("timeLabel")
        if not zh or len(zh) > _MAX_LABEL_CHARACTERS:
            self.add(
                "FORM-06",
                f"填写项缺少名称（label）或名称过长，请填写不超过{_MAX_LABEL_CHARACTERS}个字的名称。",
                f"The field needs a label of at most {_MAX_LABEL_CHARACTERS} characters.",
            )
        return Label(zh, self.prop("cx.label.en") or zh)

    def description(self) -> Label:
        zh = self.text("description")
        return Label(zh, self.prop("cx.description.en") or zh)

    def add(self, rule: str, zh: str, en: str) -> None:
        self.findings.add(rule, self.where, zh, en)

    def _object(self, name: str) -> Json:
        value = self.json.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.findings.add("FORM-13", self.where, f"“{name}”应为对象。", f"{name} must be an object.")
            return {}
        return cast("Json", value)
