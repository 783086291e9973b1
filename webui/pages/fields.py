"""A form-js schema as plain HTML fields, and the post of such a form as values: the way without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, cast

from webui.pages.parts import FieldView, Language, Option

Json = Mapping[str, object]
Options = Mapping[str, tuple[Option, ...]]

_KINDS = {
    "textfield": "text",
    "textarea": "area",
    "checkbox": "check",
    "radio": "radio",
    "select": "select",
    "checklist": "checks",
    "taglist": "picks",
    "filepicker": "file",
    "dynamiclist": "list",
    "group": "group",
    "text": "note",
}

_ENGLISH = {
    "cx.label.en": ("label", "dateLabel", "timeLabel"),
    "cx.description.en": ("description",),
    "cx.text.en": ("text",),
}


class Posted(Protocol):
    """What a form post gives: werkzeug's MultiDict."""

    def getlist(self, key: str) -> list[str]: ...
    def __iter__(self) -> Iterator[str]: ...


def fields_of(schema: Json, options: Options) -> tuple[FieldView, ...]:
    """The fields of a form-js JSON in its order. `options`: choices that the server knows (persons, units), by key.

    Components that show nothing to fill in or read (spacer, separator, button) are left out.
    """
    return tuple(_fields(_list(schema, "components"), options))


def localise(schema: Json, language: Language) -> dict[str, object]:
    """The form in one language, ready for both the form viewer and `fields_of`; `schema` itself stays as it is.

    A form is written in Chinese, with the English beside it in `properties` (`cx.label.en`, `cx.description.en`,
    `cx.text.en`, `cx.options.en`); the words of a pattern are there in both languages (`cx.pattern.zh`, `.en`).
    """
    local = dict(schema)
    properties = _properties(schema)
    words = properties.get(f"cx.pattern.{language}")
    if words:
        local["validate"] = {**cast("Json", schema.get("validate") or {}), "patternErrorMessage": words}
    if language == "en":
        for source, names in _ENGLISH.items():
            local |= {name: properties[source] for name in names if schema.get(name) and properties.get(source)}
        english = cast("Json", properties.get("cx.options.en") or {})
        if english and schema.get("values"):
            local["values"] = [
                {**value, "label": english.get(str(value.get("value")), value.get("label"))}
                for value in _list(schema, "values")
            ]
    if schema.get("components"):
        local["components"] = [localise(component, language) for component in _list(schema, "components")]
    return local


def _fields(components: Sequence[Json], options: Options) -> Iterator[FieldView]:
    for component in components:
        kind = _kind(component)
        if kind:
            yield _field(component, kind, options)


def _kind(component: Json) -> str:
    """Kind of FieldView, "" for what plain HTML need not show."""
    kind = str(component.get("type"))
    if kind == "number":
        return "int" if component.get("decimalDigits") == 0 else "dec"
    if kind == "datetime":
        return str(component.get("subtype", "date"))
    if kind == "checkbox" and _properties(component).get("cx.type") == "sign":
        return "sign"
    if kind == "select" and component.get("multiple"):
        return "picks"
    return _KINDS.get(kind, "")


def _field(component: Json, kind: str, options: Options) -> FieldView:
    rules, properties = cast("Json", component.get("validate") or {}), _properties(component)
    key = str(component.get("path" if kind == "list" else "key") or "")
    return FieldView(
        kind=kind,  # type: ignore[arg-type]  # one of the literals by construction
        key=key,
        label=str(component.get("label") or component.get("dateLabel") or ""),
        hint=str(component.get("description") or ""),
        text=str(component.get("text") or ""),
        required=bool(rules.get("required")),
        readonly=bool(component.get("readonly") or component.get("disabled")),
        options=options.get(key) or _own_options(component),
        columns=tuple(_fields(_list(component, "components"), options)),
        minimum=_text(rules.get("min")),
        maximum=_text(rules.get("max")),
        max_length=_whole(rules.get("maxLength")),
        min_rows=_whole(properties.get("cx.minRows")) if kind == "list" else 0,
        max_rows=_whole(properties.get("cx.maxRows")) if kind == "list" else 0,
        accept=str(component.get("accept") or ""),
        several=bool(component.get("multiple")),
    )


def _own_options(component: Json) -> tuple[Option, ...]:
    return tuple(
        Option(value=str(value.get("value")), label=str(value.get("label") or value.get("value")))
        for value in _list(component, "values")
    )


def values_of(fields: Sequence[FieldView], posted: Posted) -> dict[str, object]:
    """Values of a posted plain form, as the browser's form viewer would send them. Files are not among them.

    Names are keys; rows of a list are "measures-0-what", and rows in which nothing was filled in are left out. Empty
    inputs are left out, boxes give True or False; types are the form compiler's concern.
    """
    return _values(fields, posted, prefix="")


def _values(fields: Sequence[FieldView], posted: Posted, *, prefix: str) -> dict[str, object]:
    values: dict[str, object] = {}
    for field in fields:
        name = prefix + field.key
        if field.kind == "group":
            values |= _values(field.columns, posted, prefix=prefix)
        elif field.kind == "list":
            values[field.key] = list(_rows(field, posted, name))
        elif field.kind in {"check", "sign"}:
            values[field.key] = "true" in posted.getlist(name)
        elif field.kind in {"checks", "picks"}:
            values[field.key] = posted.getlist(name)
        elif field.kind not in {"note", "file"}:
            text = next(iter(posted.getlist(name)), "").strip()
            if text:
                values[field.key] = text
    return values


def _rows(field: FieldView, posted: Posted, name: str) -> Iterator[dict[str, object]]:
    numbers = {
        int(number)
        for key in posted
        if key.startswith(f"{name}-") and (number := key.removeprefix(f"{name}-").split("-")[0]).isdecimal()
    }
    for index in sorted(numbers):
        row = _values(field.columns, posted, prefix=f"{name}-{index}-")
        if any(value not in ("", False, []) for value in row.values()):
            yield row


def _list(node: Json, name: str) -> list[Json]:
    return cast("list[Json]", node.get(name) or [])


def _properties(component: Json) -> Json:
    return cast("Json", component.get("properties") or {})


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else 0
