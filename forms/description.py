"""What a form shows of its fields to the REST interface and to pages without scripts; and its JSON in one language."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from forms.document import Json
from forms.messages import Label
from forms.model import Entry, FieldType, Leaf, Option
from forms.properties import Component

#: Attribute of a component, and the property in which its English stands.
_TRANSLATED = {
    "label": "cx.label.en",
    "dateLabel": "cx.label.en",
    "timeLabel": "cx.timeLabel.en",
    "description": "cx.description.en",
    "text": "cx.text.en",
    "content": "cx.text.en",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldInfo:
    """One field of a form as the outside sees it."""

    key: str  #: "root_cause"; in `columns` the key inside the row
    type: FieldType
    label: Label
    description: Label
    required: bool = False
    readonly: bool = False
    process: bool = False  #: goes into the process variables
    hidden_if: tuple[str, ...] = ()  #: conditions as written; any of them hides the field
    scope: str = ""
    options: tuple[Option, ...] = ()
    #: minLength, maxLength, pattern, min, max, digits, maxItems, accept, minRows, maxRows: as far as they apply
    limits: Mapping[str, object] = field(default_factory=dict)
    columns: tuple[FieldInfo, ...] = ()  #: of a table

    def as_dict(self) -> dict[str, object]:
        """Ready for JSON."""
        return {
            "key": self.key,
            "type": self.type,
            "label": _both(self.label),
            "description": _both(self.description),
            "required": self.required,
            "readonly": self.readonly,
            "process": self.process,
            "hidden_if": list(self.hidden_if),
            "scope": self.scope,
            "options": [{"value": option.value, "label": _both(option.label)} for option in self.options],
            "limits": dict(self.limits),
            "columns": [column.as_dict() for column in self.columns],
        }


def describe(entries: Sequence[Entry]) -> tuple[FieldInfo, ...]:
    """The fields in the order of the form."""
    return tuple(_described(entries))


def _described(entries: Sequence[Entry]) -> Iterator[FieldInfo]:
    for entry in entries:
        if isinstance(entry, Leaf):
            yield FieldInfo(
                key=".".join(entry.path),
                type=entry.type,
                label=entry.label,
                description=entry.description,
                required=entry.required,
                readonly=entry.locked,
                process=entry.process,
                hidden_if=entry.hide_texts,
                scope=entry.scope,
                options=entry.options,
                limits=entry.facts,
            )
        else:
            yield FieldInfo(
                key=".".join(entry.path),
                type="table",
                label=entry.label,
                description=entry.description,
                required=entry.fewest > 0,
                process=entry.process,
                hidden_if=entry.hide_texts,
                limits={"minRows": entry.fewest, "maxRows": entry.most},
                columns=describe(entry.entries),
            )


def in_language(document: Json, language: str) -> dict[str, object]:
    """The form-js JSON for a browser, with its texts in `language` ("zh…" or English); what has no English stays
    Chinese, and what hides is only true."""
    found = copy.deepcopy(dict(document))
    if not language.startswith("zh"):
        _translate(found)
    _settle(found)
    return found


def _settle(component: Json) -> None:
    """Let a condition that cannot be answered hide nothing. form-js asks it as a unary test of nothing, which null
    passes: a field would be hidden there that is required here."""
    conditional = component.get("conditional")
    hide = conditional.get("hide") if isinstance(conditional, dict) else None
    if isinstance(conditional, dict) and isinstance(hide, str) and hide.strip():
        conditional["hide"] = f"=if ({hide.strip().removeprefix('=')}) = true then true else false"
    for below in cast("list[Json]", component.get("components") or []):
        _settle(below)


def _translate(component: dict[str, object]) -> None:
    properties = cast("Json", component.get("properties") or {})
    for attribute, name in _TRANSLATED.items():
        english = properties.get(name)
        if english and component.get(attribute):
            component[attribute] = english
    names = cast("Json", properties.get("cx.options.en") or {})
    for option in cast("list[dict[str, object]]", component.get("values") or []):
        option["label"] = names.get(str(option.get("value"))) or option.get("label")
    for below in cast("list[dict[str, object]]", component.get("components") or []):
        _translate(below)


def title_of(root: Component) -> Label:
    zh = root.prop("cx.title")
    return Label(zh, root.prop("cx.title.en") or zh)


def _both(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}
