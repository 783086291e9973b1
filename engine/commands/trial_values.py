"""Values with which a form can be sent in a try-out without typing: the first choice, the shortest text, today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.model.organization import Organization
from forms import FieldInfo

NO_FILE = "00000000-0000-4000-8000-000000000000"  #: stands for an upload


def suggested_values(
    fields: Sequence[FieldInfo], *, unit: str, organization: Organization, today: date
) -> dict[str, object]:
    """One value for each field that may be filled in; what cross-field rules ask besides, nobody knows."""
    found: dict[str, object] = {}
    for field in fields:
        if not field.readonly:
            _put(found, field.key, _value(field, unit, organization, today))
    return found


def _put(values: dict[str, object], key: str, value: object) -> None:
    """Form-js keys may be paths: "contact.phone" lies in "contact"."""
    *above, last = key.split(".")
    for name in above:
        inner = values.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        values = inner
    values[last] = value


def _value(field: FieldInfo, unit: str, organization: Organization, today: date) -> object:
    match field.type:
        case "text":
            return _text(field)
        case "int":
            return int(_least(field))
        case "dec":
            return str(_least(field))
        case "date":
            return today.isoformat()
        case "time":
            return "09:00"
        case "datetime":
            return f"{today.isoformat()}T09:00"
        case "bool" | "sign":
            return field.required or field.type == "sign"
        case "enum":
            return field.options[0].value if field.options else None
        case "multi":
            return [option.value for option in field.options[:1]]
        case "file":
            return [NO_FILE]
        case "table":
            row = suggested_values(field.columns, unit=unit, organization=organization, today=today)
            least = field.limits.get("minRows")
            return [row for _ in range(max(1, least if isinstance(least, int) else 1))]
        case _:
            return _somebody(field, unit, organization)


def _somebody(field: FieldInfo, unit: str, organization: Organization) -> object:
    if field.type == "unit":
        return unit
    if field.type == "dept":
        return next((dept.code for dept in organization.departments if dept.unit == unit), None)
    people = [someone.id for someone in organization.people if someone.unit == unit]
    if field.type == "users":
        return people[:2]  # two: what a grave matter asks of those who verify
    return next(iter(people), None)


def _text(field: FieldInfo) -> str:
    least, most = field.limits.get("minLength"), field.limits.get("maxLength")
    text = f"试运行填写：{field.label.zh}"
    if isinstance(least, int) and len(text) < least:
        text = (text + "。") * (least // len(text) + 1)
    return text[:most] if isinstance(most, int) else text


def _least(field: FieldInfo) -> float:
    least = field.limits.get("min")
    return float(str(least)) if isinstance(least, int | float | str) and str(least) else 1.0
