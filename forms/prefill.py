"""What a form begins with: values that the case knows already, at the components that ask for them (`cx.prefill`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from forms.document import Json


def prefilled(document: Json, data: Mapping[str, object]) -> dict[str, object]:
    """{key: value} for the top-level components whose `cx.prefill` names a process variable that has a value.

    Of the rows of a list only what its columns show is taken. What a component shows readonly comes from here and is
    not read again when the form is sent.
    """
    return dict(_known(document, data))


def _known(document: Json, data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for component in cast("list[Json]", document.get("components") or []):
        properties = cast("Json", component.get("properties") or {})
        value = data.get(str(properties.get("cx.prefill") or ""))
        key = str(component.get("key") or component.get("path") or "")
        if value is None or not key:
            continue
        if component.get("type") == "dynamiclist":
            yield key, list(_rows(component, value))
        else:
            yield key, value


def _rows(component: Json, value: object) -> Iterator[dict[str, object]]:
    columns = [str(one.get("key") or "") for one in cast("list[Json]", component.get("components") or [])]
    for row in value if isinstance(value, list) else ():
        if isinstance(row, Mapping):
            yield {key: row[key] for key in columns if row.get(key) is not None}
