"""openapi.json, made from the routes themselves, and a page at /api/v1/docs that shows it without any script."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import flask_smorest
import msgspec
from flask import Flask, Response, render_template

from engine.version import VERSION
from webui.api.blueprint import ANSWER_TYPES, PREFIX, Nouns, answer
from webui.api.idempotent import IS_IDEMPOTENT
from webui.auth import route_rules, rule
from webui.export import MEDIA_TYPES

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `detail` is for people, in the language of the request.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "fields": {"type": "object", "description": "Field path to messages, of a form or request."},
        "facts": {"type": "object"},
        "problems": {
            "type": "array",
            "description": "Findings about uploaded definitions.",
            "items": {
                "type": "object",
                "required": ["file", "element_id", "rule", "message"],
                "properties": {name: {"type": "string"} for name in ("file", "element_id", "rule", "message")},
            },
        },
    },
}
_OPENAPI = {
    "API_TITLE": "changxiao",
    "API_VERSION": f"v1 ({VERSION})",
    "OPENAPI_VERSION": "3.1.0",
}
_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same key with the same request gives the same answer; kept for 24 hours.",
}


class _Api(flask_smorest.Api):  # type: ignore[misc]  # the library has no types
    """Without the library's own error answers: ours are problem+json (webui/problems.py)."""

    def _register_error_handlers(self) -> None:
        return

    def _register_responses(self) -> None:
        self.spec.components.schema("Problem", PROBLEM)
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        told = {"description": "What went wrong, and what to do.", "content": content}
        for name in (self.DEFAULT_ERROR_RESPONSE_NAME, *(status.name for status in HTTPStatus)):
            self.spec.components.response(name, told, lazy=True)  # in the document only where it is referred to


def describe(app: Flask, nouns: Iterable[Nouns]) -> None:
    """Register the nouns and serve their description."""
    app.config.update(_OPENAPI)
    api = _Api(app, spec_kwargs={"servers": [{"url": "/"}]})
    for noun in nouns:
        api.register_blueprint(noun)
    _add_answer_types(api)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    document: dict[str, Any] = {}

    @app.get(f"{PREFIX}/openapi.json")
    @rule("public")
    def openapi() -> Response:
        return answer(document)

    @app.get(f"{PREFIX}/docs")
    @rule("public")
    def docs() -> str:
        operations = _operations(document)
        return render_template("api_docs.html", document=document, operations=operations, schema_name=_schema_name)

    document.update(_complete(app, api.spec.to_dict()))


def _add_answer_types(api: flask_smorest.Api) -> None:
    types = list(ANSWER_TYPES.values())
    _, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    for name, schema in components.items():
        api.spec.components.schema(name, schema)


def _complete(app: Flask, document: dict[str, Any]) -> dict[str, Any]:
    """Add what holds for every route: who may use it, and the key of unsafe calls."""
    rules = {_openapi_path(r.rule): r.endpoint for r in app.url_map.iter_rules()}
    declared = route_rules(app)
    by_path_and_method = {
        (_openapi_path(r.rule), method.lower()): declared[r.endpoint]
        for r in app.url_map.iter_rules()
        for method in r.methods or ()
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "parameters":
                continue
            wanted = by_path_and_method.get((path, method), "")
            operation["x-rule"] = wanted
            if wanted != "public":
                operation["security"] = [{"bearer": []}]
            if any(parameter.get("name") == "format" for parameter in operation.get("parameters", ())):
                binary = {"schema": {"type": "string", "format": "binary"}}
                operation["responses"]["200"]["content"].update(dict.fromkeys(MEDIA_TYPES.values(), binary))
            view = app.view_functions[rules[path]]
            if getattr(view, IS_IDEMPOTENT, False):
                operation.setdefault("parameters", []).append(_KEY_PARAMETER)
    return document


def _openapi_path(rule_text: str) -> str:
    """ "/tasks/<uuid:task_id>" as "/tasks/{task_id}"."""
    parts = rule_text.split("/")
    return "/".join("{" + part[1:-1].rpartition(":")[2] + "}" if part.startswith("<") else part for part in parts)


def _operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(path, METHOD, operation) in the order of the paths."""
    return [
        (path, method.upper(), operation)
        for path, methods in sorted(document["paths"].items())
        for method, operation in methods.items()
        if method != "parameters"
    ]


def _schema_name(schema: dict[str, Any]) -> str:
    """A schema in short: its name, or its type."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_schema_name(choice) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_schema_name(schema.get('items') or {})}]"
    kind = schema.get("type") or "any"
    if isinstance(kind, list):
        return " or ".join(kind)
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)
