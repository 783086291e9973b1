"""What the modules of the REST interface are built with: blueprints, arguments with our errors, answers with a type."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar, cast
from urllib.parse import quote

import flask_smorest
import marshmallow as ma
import msgspec
from flask import Response, current_app, request
from webargs.flaskparser import FlaskParser

from engine.queries.paging import DEFAULT_LIMIT
from webui.export import FORMATS
from webui.problems import BodyRejected

PREFIX = "/api/v1"
View = TypeVar("View", bound=Callable[..., Any])

MAX_DEPTH = 40
TOO_DEEP, UNSTORABLE = "Nested too deeply.", "Has characters that cannot be stored."
TOO_LONG = "Has a number that is too long."
_encode = msgspec.json.Encoder().encode
_DOCUMENTED = "_apidoc"  #: where flask-smorest keeps what it tells of a view
#: Every type that a route answers with: the source of the schemas in openapi.json.
ANSWER_TYPES: dict[str, type] = {}


class Arguments(ma.Schema):
    """Base of all request schemas: what is not named is refused, not dropped, so that a slip shows."""

    class Meta:
        unknown = ma.RAISE


class Query(ma.Schema):
    """Base of the schemas of query strings: what is not known is left alone (trackers, cache busters)."""

    class Meta:
        unknown = ma.EXCLUDE


class ListQuery(Query):
    """A paged list, or all of it as a file."""

    cursor = ma.fields.String(load_default="")
    limit = ma.fields.Integer(load_default=DEFAULT_LIMIT)
    format = ma.fields.String(
        load_default="",
        validate=ma.validate.OneOf(("", *FORMATS)),
        metadata={"description": "The whole list, as filtered, as a file (csv, xlsx); noted in the access log."},
    )


class _Parser(FlaskParser):
    """Reads and checks by the library's two steps, without what it finds out anew at each request."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "json": ma.RAISE}  # noqa: RUF012

    def use_args(  # type: ignore[override]
        self, argmap: ma.Schema, req: Any = None, *, location: str = "json", **_options: Any
    ) -> Callable[[View], View]:
        """The values become the view's first argument. Of the library's other options no route has any."""
        load = getattr(self, f"load_{'querystring' if location == 'query' else location}")
        options: dict[str, Any] = {"unknown": self.DEFAULT_UNKNOWN_BY_LOCATION[location]}
        defaults: Mapping[str, Any] = {}
        if location == "query" and _is_all_optional(argmap):
            # Of a dozen filters one or two are given, and the rest have the same values each time.
            options["partial"], defaults = True, argmap.load({})

        def declare(view: View) -> View:
            @functools.wraps(view)
            def reading(*args: Any, **kwargs: Any) -> Any:
                try:
                    values = argmap.load(load(req or request, argmap), **options)
                except ma.ValidationError as error:
                    error.messages = {location: error.messages}
                    self.handle_error(error)
                return view({**defaults, **values}, *args, **kwargs)

            return cast("View", reading)

        return declare

    def load_querystring(self, req: Any, schema: ma.Schema) -> Any:
        if any(isinstance(field, (ma.fields.List, ma.fields.Tuple)) for field in schema.fields.values()):
            return super().load_querystring(req, schema)  # which knows what may come several times
        return req.args.to_dict()

    def load_json(self, req: Any, schema: ma.Schema) -> Any:
        try:
            body = super().load_json(req, schema)
        except RecursionError:
            raise BodyRejected({"": [TOO_DEEP]}) from None
        except ValueError:  # Python reads no number of more than 4,300 digits
            raise BodyRejected({"": [TOO_LONG]}) from None
        _check_texts(body)
        return body

    def handle_error(self, error: ma.ValidationError, *_: Any, **_options: Any) -> NoReturn:
        raise BodyRejected(dict(_flat(error.messages))) from None


class Nouns(flask_smorest.Blueprint):  # type: ignore[misc]  # the library has no types
    """A blueprint of the API: the routes of one noun."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, f"webui.api.{name}", url_prefix=PREFIX, description=description)

    # Typed faces of what the library leaves untyped.

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        return super().get(rule, **options)  # type: ignore[no-any-return]

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        return super().post(rule, **options)  # type: ignore[no-any-return]

    def put(self, rule: str, **options: Any) -> Callable[[View], View]:
        return super().put(rule, **options)  # type: ignore[no-any-return]

    def patch(self, rule: str, **options: Any) -> Callable[[View], View]:
        return super().patch(rule, **options)  # type: ignore[no-any-return]

    def delete(self, rule: str, **options: Any) -> Callable[[View], View]:
        return super().delete(rule, **options)  # type: ignore[no-any-return]

    def takes(self, schema: type[ma.Schema], *, location: str = "json") -> Callable[[Callable[..., Any]], View]:
        """Read and check the body (or "query", "form", "files"); its values become the view's first argument."""
        # One schema for all requests: given the class, the library makes a new one for each.
        return self.arguments(schema(), location=location)  # type: ignore[no-any-return]

    def answers(self, status: int, kind: type, *, description: str | None = None) -> Callable[[View], View]:
        """Document that the view answers with a value of `kind`, made by `answer`."""
        ANSWER_TYPES[kind.__name__] = kind
        schema = {"$ref": f"#/components/schemas/{kind.__name__}"}
        document = self.response(status, schema, description=description)

        def declare(view: View) -> View:
            # What the library says of the view is wanted, not what it would do to values that are no answers yet.
            setattr(view, _DOCUMENTED, getattr(document(view), _DOCUMENTED))
            return view

        return declare

    def multipart(self, parts: Mapping[str, object], *, required: tuple[str, ...]) -> Callable[[View], View]:
        """Document a body of type multipart/form-data; the view reads its parts itself."""
        schema = {"type": "object", "properties": dict(parts), "required": list(required)}
        body = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
        return self.doc(requestBody=body)  # type: ignore[no-any-return]

    def takes_file(self, media_type: str) -> Callable[[View], View]:
        """Document a body that is a file itself; the view reads it."""
        schema = {"type": "string", "format": "binary"}
        body = {"required": True, "content": {media_type: {"schema": schema}}}
        return self.doc(requestBody=body)  # type: ignore[no-any-return]

    def gives_file(self, media_type: str) -> Callable[[View], View]:
        """Document that the view answers with a file to be saved."""
        schema = {"type": "string", "format": "binary"}
        return self.response(200, schema, content_type=media_type)  # type: ignore[no-any-return]

    def answers_nothing(self) -> Callable[[View], View]:
        """Document that the view answers 204."""
        return self.response(204)  # type: ignore[no-any-return]


def answer(value: object, status: int = 200) -> Response:
    """`value` (a dataclass or plain values) as JSON: RFC 3339 times, UUIDs and days as text."""
    return current_app.response_class(_encode(value), status=status, mimetype="application/json")


def download(content: bytes, *, name: str, media_type: str) -> Response:
    """Bytes for saving, under the name that people know; never shown as a page."""
    response = Response(content, mimetype=media_type)
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return response


def _check_texts(body: object) -> None:
    """What no form and no table can hold is refused with its place. Raises BodyRejected."""
    waiting: list[tuple[str, object, int]] = [("", body, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise BodyRejected({path: [TOO_DEEP]})
        if isinstance(value, str) and not _is_storable(value):
            raise BodyRejected({path: [UNSTORABLE]})
        if isinstance(value, dict):
            for name, inner in value.items():
                if not _is_storable(name):
                    raise BodyRejected({path: [UNSTORABLE]})
                waiting.append((f"{path}.{name}" if path else name, inner, depth + 1))
        elif isinstance(value, list):
            waiting += [(f"{path}.{number}", inner, depth + 1) for number, inner in enumerate(value)]


def _is_all_optional(schema: ma.Schema) -> bool:
    """Does every field have a value that is the same each time, or none at all, where nothing is given?"""
    return not any(field.required or callable(field.load_default) for field in schema.fields.values())


def _is_storable(text: str) -> bool:
    """No NUL and no half of a surrogate pair: PostgreSQL and UTF-8 know neither."""
    try:
        return b"\x00" not in text.encode()
    except UnicodeEncodeError:
        return False


def _flat(messages: Any, path: str = "") -> Iterable[tuple[str, list[str]]]:
    """{"json": {"by": ["…"]}} as ("by", ["…"]): the location is no part of a field's name."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            here = f"{path}.{name}" if path else "" if name in {"json", "query", "form", "files"} else str(name)
            yield from _flat(inner, "" if here == "_schema" else here)
    else:
        yield path, [str(said) for said in (messages if isinstance(messages, list) else [messages])]
