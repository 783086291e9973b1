"""Idempotency-Key: an unsafe request that comes twice with one key is done once and answered alike."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import ParamSpec

from flask import Response, make_response, request

from engine.commands.requests import RequestKey, StoredAnswer, once
from engine.core import Engine
from engine.errors import InputRejected
from webui.auth import current_person
from webui.service import current_service, joined

P = ParamSpec("P")
HEADER = "Idempotency-Key"
MAX_KEY_LENGTH = 200
IS_IDEMPOTENT = "is_idempotent"  #: mark on a view, for the description


def idempotent(view: Callable[P, Response]) -> Callable[P, Response]:
    """Outermost decorator of an unsafe route: with the header, what the view does and its answer commit together.

    The commands of the view must all act in the name of the caller, through `current_engine`.
    """

    @functools.wraps(view)
    def keyed(*args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get(HEADER, "").strip()
        if not key:
            return make_response(view(*args, **kwargs))
        if len(key) > MAX_KEY_LENGTH or not key.isprintable():
            raise InputRejected(
                f"幂等键最长{MAX_KEY_LENGTH}个字符。",
                f"An Idempotency-Key has at most {MAX_KEY_LENGTH} characters.",
                field=HEADER,
            )

        def work(engine: Engine) -> StoredAnswer:
            with joined(engine):
                response = make_response(view(*args, **kwargs))
            return StoredAnswer(status=response.status_code, body=response.get_data())

        stored = once(current_service().engine, _request_key(key), work)
        return Response(stored.body, status=stored.status, mimetype="application/json")

    setattr(keyed, IS_IDEMPOTENT, True)
    return keyed


def _request_key(key: str) -> RequestKey:
    rule = request.url_rule.rule if request.url_rule is not None else request.path
    return RequestKey(
        actor=current_person(),
        route=f"{request.method} {rule}",
        key=key,
        request_hash=_request_hash(),
    )


def _request_hash() -> bytes:
    """What was asked. A form is hashed by its parts: the boundary between them is another one each time."""
    digest = hashlib.sha256(f"{request.full_path}\n".encode())
    if request.mimetype != "multipart/form-data":
        digest.update(request.get_data())
        return digest.digest()
    for name, value in sorted(request.form.items(multi=True)):
        digest.update(f"{name}={hashlib.sha256(value.encode()).hexdigest()}\n".encode())
    for name, file in request.files.items(multi=True):
        digest.update(f"{name}:{file.filename}={hashlib.sha256(file.stream.read()).hexdigest()}\n".encode())
        file.stream.seek(0)
    return digest.digest()
