"""From one component with a value to its Leaf: which type it is, its limits, its choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from forms.expressions import Expression, Path, Scope, as_day
from forms.fields import (
    BoxField,
    ChoiceField,
    ChoicesField,
    DateField,
    DateTimeField,
    FilesField,
    FormField,
    NumberField,
    TextField,
    TimeField,
)
from forms.messages import Label
from forms.model import DateEdge, FieldType, Option
from forms.pattern import EMAIL, PHONE, Pattern, PatternRefused
from forms.properties import Component

DEFAULT_TEXT, MAX_TEXT = 2_000, 20_000  #: characters
DEFAULT_CHOICES, MAX_CHOICES = 100, 500  #: choices that one field may hold
DEFAULT_FILES, MAX_FILES = 20, 100
MAX_OPTIONS = 500
MAX_DIGITS = 10  #: decimal places
_MAX_NUMBER = Decimal(10**12)
#: cx.type and the component that it needs.
CX_TYPES: Mapping[str, str] = {
    "user": "select",
    "users": "taglist",
    "dept": "select",
    "unit": "select",
    "sign": "checkbox",
    "date-limit": "datetime",
}
_KINDS_OF_TEXT = {"email": EMAIL, "phone": PHONE}
_KINDS_WORDS = {
    "email": ("应为电子邮箱", "must be an e-mail address"),
    "phone": ("应为电话号码", "must be a phone number"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What the type of a component decides."""

    type: FieldType
    field: FormField
    options: tuple[Option, ...] = ()
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Reading:
    component: Component
    label: Label
    needed: bool


def typed(component: Component, label: Label) -> Typed:
    """Type and field of a component whose type is one of LEAF_TYPES."""
    cx_type = component.prop("cx.type")
    if cx_type and CX_TYPES.get(cx_type) != component.type:
        wanted = CX_TYPES.get(cx_type)
        if wanted is None:
            known = "、".join(CX_TYPES)
            component.add(
                "FORM-09",
                f"未知的 cx.type“{cx_type}”，可用的有：{known}。",
                f"Unknown cx.type “{cx_type}”: use one of {', '.join(CX_TYPES)}.",
            )
        else:
            component.add(
                "FORM-09",
                f"cx.type“{cx_type}”只能用于 {wanted} 组件，请更换组件。",
                f"cx.type “{cx_type}” belongs on a {wanted} component: change the component.",
            )
    needed = component.is_required() and not component.is_locked()
    return LEAF_TYPES[component.type](_Reading(component, label, needed))


def _text(reading: _Reading) -> Typed:
    component = reading.component
    longest = component.length("maxLength", default=DEFAULT_TEXT, highest=MAX_TEXT)
    shortest = component.length("minLength", default=0, highest=MAX_TEXT)
    if shortest > longest:
        component.add("FORM-07", "最少字数不得大于最多字数。", "minLength must not be greater than maxLength.")
    kind = str(component.rules.get("validationType") or "custom")
    if kind not in {"custom", *_KINDS_OF_TEXT}:
        component.add("FORM-07", f"未知的校验类型“{kind}”。", f"Unknown validationType “{kind}”.")
    pattern, words = _pattern(component)
    field = TextField(
        reading.label,
        needed=reading.needed,
        shortest=shortest,
        longest=longest,
        pattern=_KINDS_OF_TEXT.get(kind, pattern),
        pattern_words=_KINDS_WORDS.get(kind, words),
    )
    facts = {"minLength": shortest, "maxLength": longest, "pattern": field.pattern.source if field.pattern else None}
    return Typed(type="text", field=field, facts=facts)


def _pattern(component: Component) -> tuple[Pattern | None, tuple[str, str]]:
    source = component.rules.get("pattern")
    if not source:
        return None, ("", "")
    words = (component.prop("cx.pattern.zh"), component.prop("cx.pattern.en"))
    try:
        return Pattern(str(source)), words
    except PatternRefused as refused:
        component.add("FORM-08", f"{refused.zh}，请改写。", f"The pattern cannot be used: {refused.en}. Rewrite it.")
        return None, words


def _number(reading: _Reading) -> Typed:
    component = reading.component
    digits = component.json.get("decimalDigits")
    if digits is None:
        digits = MAX_DIGITS
    if isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= MAX_DIGITS:
        component.add(
            "FORM-07",
            f"小数位数应为0至{MAX_DIGITS}之间的整数。",
            f"decimalDigits must be a whole number from 0 to {MAX_DIGITS}.",
        )
        digits = 0
    lowest, highest = component.limit("min"), component.limit("max")
    if lowest is not None and highest is not None and lowest > highest:
        component.add("FORM-07", "最小值不得大于最大值。", "min must not be greater than max.")
    field = NumberField(
        reading.label,
        needed=reading.needed,
        digits=digits,
        lowest=-_MAX_NUMBER if lowest is None else lowest,
        highest=_MAX_NUMBER if highest is None else highest,
        step=_step(component),
    )
    facts = {"min": _plain(lowest), "max": _plain(highest), "digits": digits}
    return Typed(type="int" if digits == 0 else "dec", field=field, facts=facts)


def _step(component: Component) -> Decimal | None:
    raw = component.json.get("increment")
    if raw is None or raw == "":
        return None
    step = Component({"validate": {"increment": raw}}, component.where, component.findings).limit("increment")
    if step is not None and step <= 0:
        component.add("FORM-07", "步长应大于0。", "increment must be greater than 0.")
        return None
    return step


def _datetime(reading: _Reading) -> Typed:
    subtype = str(reading.component.json.get("subtype") or "date")
    kinds: Mapping[str, tuple[FieldType, type[FormField]]] = {
        "date": ("date", DateField),
        "time": ("time", TimeField),
        "datetime": ("datetime", DateTimeField),
    }
    if subtype not in kinds:
        reading.component.add(
            "FORM-07",
            f"未知的日期类型“{subtype}”，应为 date、time 或 datetime。",
            f"Unknown subtype “{subtype}”: use date, time or datetime.",
        )
    kind, field = kinds.get(subtype, kinds["date"])
    return Typed(type=kind, field=field(reading.label, needed=reading.needed), facts={})


def _box(reading: _Reading) -> Typed:
    is_sign = reading.component.prop("cx.type") == "sign"
    field = BoxField(reading.label, needed=reading.needed, need="sign" if is_sign else "tick")
    return Typed(type="sign" if is_sign else "bool", field=field, facts={})


def _choice(reading: _Reading) -> Typed:
    component = reading.component
    if component.json.get("multiple"):
        component.add(
            "FORM-10", "多选请使用 taglist 或 checklist 组件。", "For several choices use taglist or checklist."
        )
    options, allowed = _options(component)
    kind = component.prop("cx.type")
    field = ChoiceField(reading.label, needed=reading.needed, options=allowed)
    return Typed(type=cast("FieldType", kind) if kind else "enum", field=field, options=options, facts={})


def _choices(reading: _Reading) -> Typed:
    component = reading.component
    options, allowed = _options(component)
    most = component.whole("cx.maxItems", default=DEFAULT_CHOICES, lowest=1, highest=MAX_CHOICES)
    field = ChoicesField(reading.label, needed=reading.needed, options=allowed, most=most)
    kind: FieldType = "users" if component.prop("cx.type") == "users" else "multi"
    return Typed(type=kind, field=field, options=options, facts={"maxItems": most})


def _options(component: Component) -> tuple[tuple[Option, ...], frozenset[str] | None]:
    """The choices, and the values that may be sent; None where the server knows them (persons, departments, units)."""
    if component.prop("cx.type"):
        return (), None
    raw = component.json.get("values")
    english = component.properties.get("cx.options.en")
    names: Mapping[str, object] = english if isinstance(english, Mapping) else {}
    found = []
    for item in raw if isinstance(raw, list | tuple) else ():
        value = item.get("value") if isinstance(item, Mapping) else None
        if not isinstance(value, str) or not value or len(value) > ChoiceField.longest_code:
            component.add("FORM-10", "每个选项都应有文字取值（value）。", "Each choice needs a text as its value.")
            continue
        zh = str(item.get("label") or value)
        found.append(Option(value=value, label=Label(zh, str(names.get(value) or zh))))
    values = frozenset(option.value for option in found)
    if len(values) < len(found):
        component.add("FORM-10", "选项的取值不得重复。", "Two choices have the same value.")
    if not 0 < len(found) <= MAX_OPTIONS:
        component.add(
            "FORM-10",
            f"请在组件中直接列出1至{MAX_OPTIONS}个选项；由服务器提供的选项请设 cx.type。",
            f"List 1 to {MAX_OPTIONS} choices in the component; for choices of the server set cx.type.",
        )
    return tuple(found), values


def _files(reading: _Reading) -> Typed:
    several = reading.component.json.get("multiple") is True
    most = reading.component.whole("cx.maxItems", default=DEFAULT_FILES if several else 1, lowest=1, highest=MAX_FILES)
    field = FilesField(reading.label, needed=reading.needed, most=most)
    return Typed(type="file", field=field, facts={"maxItems": most, "accept": reading.component.text("accept") or None})


def date_edges(component: Component, read: Callable[[str], Expression | None]) -> tuple[DateEdge, ...]:
    """cx.notBefore and cx.notAfter of a date: FEEL that gives a day, such as today, case.limit or another field."""
    found = []
    for name in ("cx.notBefore", "cx.notAfter"):
        text = component.prop(name)
        limit = read(text) if text else None
        if limit is None:
            continue
        if component.type != "datetime" or (not limit.names() and as_day(limit.value({})) is None):
            component.add(
                "FORM-13",
                f"“{name}”只能用于日期，取值应为日期，例如 today 或 case.limit。",
                f"{name} belongs on a date and gives a date, such as today or case.limit.",
            )
            continue
        found.append(DateEdge(is_latest=name == "cx.notAfter", limit=limit))
    if component.json.get("disallowPassedDates") is True:
        found.append(DateEdge(is_latest=False, limit=_Today()))
    if component.prop("cx.type") == "date-limit" and not found:
        component.add(
            "FORM-13",
            "限期日期请设置 cx.notBefore 或 cx.notAfter。",
            "A date-limit needs cx.notBefore or cx.notAfter.",
        )
    return tuple(found)


class _Today:
    """The day of the business clock, as the expression `today` gives it."""

    def value(self, scope: Scope) -> object:
        return scope["today"]

    def names(self) -> tuple[Path, ...]:
        return ()


def _plain(number: Decimal | None) -> int | str | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else str(number)


LEAF_TYPES: Mapping[str, Callable[[_Reading], Typed]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _datetime,
    "checkbox": _box,
    "radio": _choice,
    "select": _choice,
    "checklist": _choices,
    "taglist": _choices,
    "filepicker": _files,
}
